"""Addresses: one form for each page, and which hosts a source may lead us to."""

from __future__ import annotations

import ipaddress
import re
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

# Parameters that say where a reader came from, or ask for another view of the same page.
TRACKING = re.compile(
    r"utm_.*|fbclid|gclid|dclid|msclkid|mc_[ce]id|igshid|_ga|ref|ref_?src|source|from|medium|campaign|tag_from|"
    r"single|amp|outputtype|phpsessid|jsessionid|sid|sessionid|share|replytocom|print",
    re.IGNORECASE,
)
SESSION_PATH = re.compile(r";jsessionid=[^/?#]*", re.IGNORECASE)
AMP_PATH = re.compile(r"/amp/?$", re.IGNORECASE)
DEFAULT_PORTS = {"http": 80, "https": 443}
MAX_LENGTH = 2_000  # what browsers and servers agree on; longer ones are traps or sessions


def normalise(url: str) -> str | None:
    """One address for one page: lower-case host, no fragment, no tracking or view parameters, no AMP path.

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
    query = [
        (key, value)
        for key, value in parse_qsl(parts.query, keep_blank_values=True)
        if not TRACKING.fullmatch(key) and not (key == "page" and value in ("all", "1"))
    ]
    path = AMP_PATH.sub("", SESSION_PATH.sub("", parts.path)) or "/"
    path = re.sub(r"[^!-~]|[\"<>`{}|\\^]", _percent, path)
    return urlunsplit((parts.scheme, netloc, path, urlencode(query), ""))


def _percent(match: re.Match[str]) -> str:
    return "".join(f"%{byte:02X}" for byte in match.group().encode("utf-8", "replace"))


def netloc(url: str) -> str:
    """Host with its port, lower case."""
    return urlsplit(url).netloc.lower()


def is_private(url: str) -> bool:
    """Whether the host is a loopback, private or otherwise unroutable address, or a name that means one."""
    host = (urlsplit(url).hostname or "").lower().rstrip(".")
    if host in ("localhost", "") or host.endswith((".localhost", ".local", ".internal")):
        return True
    try:
        return not ipaddress.ip_address(host).is_global
    except ValueError:
        return bool(re.fullmatch(r"[\d.]+|0x[0-9a-f]+", host))  # other spellings of IPv4 numbers


def belongs_to(url: str, hosts: frozenset[str]) -> bool:
    """Whether a source with these hosts may lead to `url`: one of its hosts, or a public sub- or sibling domain.

    A private address is only reached when the catalogue names exactly this host and port.
    """
    here = netloc(url)
    if here in hosts:
        return True
    if is_private(url):
        return False
    domains = {_bare(host) for host in hosts if not is_private(f"http://{host}/")}
    bare = _bare(here)
    return any(bare == domain or bare.endswith("." + domain) or domain.endswith("." + bare) for domain in domains)


def _bare(host: str) -> str:
    return re.sub(r"^(?:www|m|amp|mobile)\.", "", host.rsplit(":", 1)[0])
