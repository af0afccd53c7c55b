"""Addresses: one form for each page, which addresses are traps, and which hosts a source may lead us to."""

from __future__ import annotations

import ipaddress
import re
from collections import Counter
from urllib.parse import parse_qsl, urlsplit, urlunsplit

from w3lib.url import safe_url_string

from crawler.limits import LONGEST

# Parameters that say where a reader came from or name a session, and nothing else. Names that courlan and the lists
# behind it (AdGuard, ClearURLs) have as well, but which small sites number their articles by (sid, source, ref, uid,
# eid, keyword), are below: there the value decides.
TRACKING = re.compile(
    r"utm_.*|fbclid|gclid|gclsrc|gbraid|wbraid|dclid|msclkid|yclid|ttclid|twclid|mc_[ce]id|igsh|igshid|mibextid|fb_.*|"
    r"_ga|_gl|at_(?:medium|campaign|custom\d)|(?:mtm|pk|matomo|vero|oly)_.*|_hs(?:enc|mi)|xtor|spm|cmpid|tag_from|"
    r"replytocom|phpsessid|jsessionid|aspsessionid.*|cfid|cftoken|oscsid|zenid",
    re.IGNORECASE,
)
SESSION = re.compile(r"sid|sessionid|session_id|session", re.IGNORECASE)
TOKEN = re.compile(r"(?=.*\d)(?=.*[a-z])[a-z0-9,-]{16,}", re.IGNORECASE)  # of a session; no article's number
ORIGIN = re.compile(r"ref|ref_?src|referr?er|source|src|from|medium|campaign|share|via", re.IGNORECASE)
PLACES = re.compile(  # where readers come from, as the parameters above say it
    r"rss\d*|feed|atom|twitter|twsrc.*|x|facebook|fb|instagram|ig|telegram|tele|whatsapp|wa|line|linkedin|tiktok|"
    r"youtube|google(?:news)?|news|newsletter|e?mail|social|sosmed|home(?:page)?|headline|index|terkait|related|"
    r"terpopuler|popular|terkini|mobile|desktop|web|app|android|ios|notif(?:ication)?|push|jetpack.*",
    re.IGNORECASE,
)
# Another view of the same page. Where nothing else names the article, "single=1" does, as "single=55" always does.
WHOLE = re.compile(r"(?:page|hal|halaman|showpage)=all|outputtype=amp", re.IGNORECASE)
VIEWS = re.compile(
    r"(?:single|print|cetak)=(?:1|true|yes|ya)?|(?:page|hal|halaman)=1|amp(?:=(?:1|true|amp)?)?|print|cetak",
    re.IGNORECASE,
)
SLUG = re.compile(r"\d{3}|/\d+/|-[^/]*-[^/]*/?$|\.html?$")  # of a path that names its article itself
# ";jsessionid=1F..." and ASP.NET's "/(S(lit3py55t21z5v55vlm25s55))/"
SESSION_PATH = re.compile(
    r";(?:jsessionid|phpsessid)=[^/?#]*|;sid=[A-Za-z0-9]{16,}|/\([A-Z]\([A-Za-z0-9_-]{20,}\)\)", re.IGNORECASE
)
AMP_PATH = re.compile(r"/amp/?$", re.IGNORECASE)
DOUBLE_HOSTS = re.compile(r"^(?:www|m|amp|mobile)\.")  # other doors to the same site
DEFAULT_PORTS = {"http": 80, "https": 443}
MAX_LENGTH = LONGEST["address"]
MAX_DEPTH = 16  # segments of a path; real articles have up to nine
MAX_REPEATS = 3  # of one segment; relative links that go round in circles repeat theirs
CALENDAR = re.compile(
    r"[?&](?:i?cal|calendar|kalender|tribe-bar-date|eventdisplay|month|bulan)=|/(?:calendar|kalender)/\d", re.IGNORECASE
)
NUMBERED = re.compile(r"[?&](?:\w*id|no|nomor|berita|artikel|slug|judul|read|baca|p)=[^&]", re.IGNORECASE)


def normalise(url: str) -> str | None:
    """One address for one page: lower-case host, no fragment, no tracking or view parameters, no AMP path.

    The rest of the query stays as the site spells it: in "?/berita/12", "?2026112301" and "?judul=caf%E9" another
    spelling would be another page, or none.
    None for anything that is not a http(s) address of at most MAX_LENGTH characters.
    """
    try:
        parts = urlsplit(url.strip())
        port = parts.port
    except ValueError:
        return None
    host = (parts.hostname or "").rstrip(".")
    if parts.scheme not in ("http", "https") or not host or len(url) > MAX_LENGTH or parts.username:
        return None
    netloc = f"[{host}]" if ":" in host else host
    if port and port != DEFAULT_PORTS[parts.scheme]:
        netloc += f":{port}"
    path = AMP_PATH.sub("", SESSION_PATH.sub("", parts.path)) or "/"
    query = _essential(parts.query, path)
    try:
        # The form in which Scrapy asks for it.
        safe = safe_url_string(urlunsplit((parts.scheme, netloc, path, query, "")))
    except ValueError:
        return None
    if len(safe) > MAX_LENGTH:  # every letter of another script has become six to twelve characters
        return None
    return re.sub(r"%[0-9a-fA-F]{2}", lambda match: match.group().upper(), safe)  # RFC 3986, 6.2.2.1


def _essential(query: str, path: str) -> str:
    """A query without its tracking and view parameters; untouched where it has none."""
    pieces = query.split("&")
    kept = [p for p in pieces if not WHOLE.fullmatch(p) and not _is_tracking(*p.partition("=")[::2])]
    others = [piece for piece in kept if not VIEWS.fullmatch(piece)]
    if len(others) < len(kept) and (SLUG.search(path) or NUMBERED.search("?" + "&".join(others))):
        kept = others
    return query if len(kept) == len(pieces) else "&".join(piece for piece in kept if piece)


def _is_tracking(name: str, value: str) -> bool:
    """Whether a parameter says only where a reader came from, or names a session."""
    if TRACKING.fullmatch(name):
        return True
    if SESSION.fullmatch(name):
        return bool(TOKEN.fullmatch(value))
    return bool(ORIGIN.fullmatch(name) and PLACES.fullmatch(value))


def carried(url: str) -> list[str]:
    """The addresses that a redirecting address carries in its parameters, as Google's "?url=" does."""
    try:
        values = [value for _, value in parse_qsl(urlsplit(url).query, max_num_fields=50)]
    except ValueError:
        return []
    return [value for value in values if value.startswith(("http://", "https://"))]


def same_page(url: str) -> list[str]:
    """The other spellings under which servers give the same page: http or https, with or without www., a last slash.

    `url` in its normal form. They are looked up, never asked for.
    """
    parts = urlsplit(url)
    schemes = ("http", "https") if not parts.port else (parts.scheme,)
    host = parts.netloc.removeprefix("www.")
    hosts = (host,) if is_private(url) else (host, f"www.{host}")
    path = parts.path.rstrip("/")
    paths = (path, f"{path}/") if path and not parts.query else (parts.path,)
    forms = [urlunsplit((s, h, p, parts.query, "")) for s in schemes for h in hosts for p in paths]
    return [form for form in forms if form != url]


def desktop(url: str, hosts: frozenset[str]) -> str | None:
    """The address on the source's own host of a page on its mobile or AMP host; None where there is no such host.

    A guess: whether it is the same page is for the caller to know (the catalogue's article_url says so).
    """
    parts = urlsplit(url)
    if parts.netloc in hosts or not re.match(r"(?:m|amp|mobile)\.", parts.netloc):
        return None
    bare = DOUBLE_HOSTS.sub("", parts.netloc)
    own = sorted(host for host in hosts if DOUBLE_HOSTS.sub("", host) == bare)
    path = re.sub(r"^/amp(?=/)", "", parts.path)
    return urlunsplit((parts.scheme, own[0], path, parts.query, "")) if len(own) == 1 else None


def is_trap(url: str) -> bool:
    """Whether an address looks like one of endlessly many: a calendar's page, a path that goes round in circles."""
    segments = [segment for segment in urlsplit(url).path.split("/") if segment]
    repeats = max(Counter(segments).values(), default=0)
    calendar = CALENDAR.search(url) is not None and not NUMBERED.search(url)
    return len(segments) > MAX_DEPTH or repeats > MAX_REPEATS or calendar


def netloc(url: str) -> str:
    """Host with its port, lower case."""
    return urlsplit(url).netloc.lower()


def host_key(url: str) -> str:
    """What shares one delay: the host with a port that is not the scheme's own, without www., m. and the like."""
    parts = urlsplit(url)
    host = DOUBLE_HOSTS.sub("", (parts.hostname or "").lower().rstrip("."))
    return host if parts.port in (None, 80, 443) else f"{host}:{parts.port}"


def origin(url: str) -> str:
    """Scheme, host and port: what one robots.txt speaks for (RFC 9309, 2.3)."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.lower()}"


def is_private(url: str) -> bool:
    """Whether the host is a loopback, private or otherwise unroutable address, or a name that means one."""
    host = (urlsplit(url).hostname or "").lower().rstrip(".")
    if host in ("localhost", "") or host.endswith((".localhost", ".local", ".internal", ".lan", ".home.arpa")):
        return True
    try:
        return not ipaddress.ip_address(host).is_global
    except ValueError:
        return bool(re.fullmatch(r"[\d.]+|0x[0-9a-f.x]+", host))  # other spellings of IPv4 numbers


def belongs_to(url: str, hosts: frozenset[str]) -> bool:
    """Whether a source with these hosts may lead to `url`: one of its hosts, or a public domain below one of them.

    Not to the domain above, which may be a whole ministry's, or go.id itself; and to no ports but the web's own and
    those that the catalogue names. A private address is only reached when it names exactly this host and port.
    """
    here = netloc(url)
    if here in hosts:
        return True
    if not is_open(url, hosts):
        return False
    domains = {_bare(host) for host in hosts if not is_private(f"http://{host}/")}
    bare = _bare(here)
    return any(bare == domain or bare.endswith("." + domain) for domain in domains)


def is_open(url: str, hosts: frozenset[str]) -> bool:
    """Whether `url` is a public address on a port of the web's, or on one that `hosts` names."""
    try:
        port = urlsplit(url).port
    except ValueError:
        return False
    named = {int(number) for host in hosts if (number := host.rpartition(":")[2]).isdecimal()}
    return not is_private(url) and port in {None, *DEFAULT_PORTS.values(), *named}


def _bare(host: str) -> str:
    return DOUBLE_HOSTS.sub("", host.rsplit(":", 1)[0])
