"""Is an answer an article page at all? What the exchange itself tells; what the text tells is the extraction's to say.

A page that is refused here is not archived: it is recorded as failed, with these words as its error.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from crawler.attached_pdf import is_whole_pdf

PAGE_TYPES = re.compile(r"text/|html|xml|^$", re.IGNORECASE)
SIGNATURES = {
    b"%PDF": "a PDF file",
    b"\x89PNG": "an image",
    b"\xff\xd8\xff": "an image",
    b"GIF8": "an image",
    b"PK\x03\x04": "a ZIP or office file",
    b"\xd0\xcf\x11\xe0": "an office file",
    b"\x1f\x8b": "a gzip file",
    b"Rar!": "an archive",
    b"\x00\x00\x00": "a video",
}
HEAD = 65_536  # bytes in which a title is looked for
TITLE = re.compile(rb"<title[^>]{0,500}>", re.IGNORECASE)
TITLE_END = re.compile(rb"</title", re.IGNORECASE)
SMALL = 60_000  # bytes; pages that are only a challenge are below it
# Titles are matched whole, up to the site's name: "404 Warga Mengungsi" and "Masuk Musim Hujan" are news.
_END = r"\s*(?:$|[|\-–—»:.!…])"
CHALLENGE_TITLE = re.compile(
    r"(?:just a moment|attention required|checking your browser(?: before accessing .{1,40})?|ddos-guard|please wait|"
    r"pardon our interruption|are you (?:a )?(?:human|robot)\??|robot check|security check(?:point)?|"
    r"verify(?:ing)? (?:that )?you are human|access denied|request rejected|403 forbidden|"
    r"verifikasi (?:keamanan|manusia)|akses ditolak)" + _END,
    re.IGNORECASE,
)
# Marks of the challenge itself: the scripts that the same services put into ordinary pages are not among them.
CHALLENGE_MARKS = re.compile(
    rb"_cf_chl_opt|/cdn-cgi/challenge-platform/h/\w+/orchestrate|cf-browser-verification|sucuri_cloudproxy_js|"
    rb"main-iframe[\"'] src=[\"']/_Incapsula_Resource|/\.well-known/ddos-guard/js-challenge|geo\.captcha-delivery\.com"
)
MISSING_TITLE = re.compile(
    r"(?:(?:error|galat)\W*)?404(?:\W*(?:error|(?:page |file )?not found))?" + _END + r"|"
    r"(?:halaman|berita|artikel|konten|data)(?: yang anda (?:cari|tuju|minta))? (?:tidak|tak) "
    r"(?:di)?(?:temukan|tersedia)" + _END + r"|"
    r"(?:(?:page|article|content|file) )?(?:not found|does(?:n't| not) exist)" + _END,
    re.IGNORECASE,
)
LOGIN_TITLE = re.compile(r"(?:log ?in|sign ?in|masuk)" + _END, re.IGNORECASE)
LOGIN_PATH = re.compile(
    r"/(?:wp-login\.php|users?/(?:login|sign_in)|log-?in|sign-?in|masuk|auth|sso|cas)(?:[/.]|$)", re.IGNORECASE
)
# Parameters in which a page that stands before all others keeps the address that was asked for.
RETURN = re.compile(
    r"kembali\w*|asal|next|back\w*|continue|return\w*|redirect\w*|goto|dest(?:ination)?|orig(?:inal)?\w*", re.IGNORECASE
)
# Others have an article's own address under these names; they count where the path says what it is.
PERHAPS = re.compile(r"tujuan|from|target|ur[il]|u|r|ref(?:erer)?|page", re.IGNORECASE)
GATE_PATH = re.compile(
    r"(?:persetujuan|consent|cookies?|kuki|privacy|privasi|gdpr|age-?(?:gate|check|verification)|umur|usia|verify|login"
    r"|log-in|signin|sign-in|masuk|subscribe|langganan|paywall|welcome|selamat-datang|splash|interstitial|challenge|captcha)",
    re.IGNORECASE,
)
PASSWORD = re.compile(rb"type\s*=\s*[\"']?password", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why an answer is no article page. `statistic`: the name that counts it (crawler/statistics.py)."""

    why: str
    statistic: str

    @property
    def transient(self) -> bool:
        """Whether the page may be there tomorrow: a challenge or a page before it says nothing of it."""
        return self.statistic in ("refused/challenge", "refused/detour")


def refusal(asked: str, url: str, status: int, content_type: str, body: bytes) -> Refusal | None:
    """None when the body at `url`, reached from `asked`, may be an article; otherwise why not."""
    title = _title(body)
    if len(body) < SMALL and (CHALLENGE_MARKS.search(body) or CHALLENGE_TITLE.match(title)):
        return Refusal(f"answered {status} with a challenge page ({title[:80] or 'untitled'})", "refused/challenge")
    if status >= 400:
        return Refusal(f"answered {status}", "refused/status")
    if not body.strip():
        return Refusal("is empty", "refused/empty")
    return _no_page(content_type, body) or _elsewhere(asked, url) or _wrong_page(title, body)


def _no_page(content_type: str, body: bytes) -> Refusal | None:
    """A file, by its type or by its first bytes where a server says that everything is HTML."""
    if is_whole_pdf(body):
        return None  # a release may be a file; whether it has a text is the extraction's to say
    if not PAGE_TYPES.search(content_type):
        return Refusal(f"is {content_type}, not a page", "refused/type")
    start = body[:1024].lstrip()
    for signature, what in SIGNATURES.items():
        if start.startswith(signature):
            return Refusal(f"is {what}, though it says {content_type or 'nothing'}", "refused/type")
    return None


def _elsewhere(asked: str, url: str) -> Refusal | None:
    """A redirect that says: this page is gone, or not for you."""
    before, after = urlsplit(asked), urlsplit(url)
    if after.path in ("", "/") and not after.query and (before.path not in ("", "/") or before.query):
        return Refusal("leads to the home page: it is gone", "refused/gone")
    if LOGIN_PATH.search(after.path) and not LOGIN_PATH.search(before.path):
        return Refusal(f"leads to a login page ({after.path[:80]})", "refused/login")
    if _is_detour(before, after):
        return Refusal(f"leads to a page before it ({after.path[:80]})", "refused/detour")
    return None


def _is_detour(before: SplitResult, after: SplitResult) -> bool:
    """Whether a redirect leads to a request for consent or a login that will lead back to the address asked for."""
    if before.path in ("", "/") or GATE_PATH.search(before.path):
        return False
    try:
        named = parse_qsl(after.query, max_num_fields=50)
    except ValueError:
        return False
    asked, gate = unquote(before.path), GATE_PATH.search(after.path)
    return any(
        asked in value and (RETURN.fullmatch(name) or (gate and PERHAPS.fullmatch(name))) for name, value in named
    )


def _wrong_page(title: str, body: bytes) -> Refusal | None:
    """An answer with status 200 whose title says that it is an error or a login."""
    if MISSING_TITLE.match(title):
        return Refusal(f"says that it does not exist ({title[:80]}), with status 200", "refused/gone")
    if LOGIN_TITLE.match(title) and PASSWORD.search(body):
        return Refusal(f"is a login page ({title[:80]})", "refused/login")
    return None


def _title(body: bytes) -> str:
    """What stands between the first <title> and the next </title>; found in two steps, because one pattern for both
    would look for the second behind each of ten thousand of the first: four seconds, in which all sources wait."""
    head = body[:HEAD]
    begin = TITLE.search(head)
    end = TITLE_END.search(head, begin.end()) if begin else None
    return " ".join(head[begin.end() : end.start()].decode("utf-8", "replace").split()) if begin and end else ""
