"""Articles on several pages: where the rest of one is, and the pages as one body.

A page that links to all of itself ("?page=all", detik's "?single=1") is asked for that; else its next pages are
followed one by one (rel=next, "Selanjutnya" in the paging), as long as they are the same article's. The bodies are
kept as they came, one after the other; a comment line before each further one names its address.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import parse_qsl, urljoin, urlsplit

import lxml.html
from lxml import etree

from crawler.attached_pdf import attached_pdf, is_whole_pdf
from crawler.limits import LONGEST, MOST_PAGES
from crawler.markup import excess

MARK = "<!-- pantau:halaman {url} -->"
MARKED = b"<!-- pantau:halaman "
SPLIT = re.compile(rb"\n<!-- pantau:halaman [^\s>]+ -->\n")
WHOLE = {("page", "all"), ("single", "1"), ("showpage", "all"), ("hal", "all"), ("halaman", "all")}
# A page is parsed for its links only where it holds such an address: in the query, behind the "?", or in the path,
# behind the article's own name.
QUERY = re.compile(rb"""\?(?:[^\s"'<>?]*[&;])?(?:(?:(?:show)?page|hal|halaman|single)=|p=\d)""")
RELATIVE = re.compile(rb"""=\s*["']?(?:\./)?(?:page/|halaman/)?\d{1,2}/?["'#>\s]""")
PAGE_BEHIND = rb"/(?:page/|halaman/)?\d{1,2}"
NUMBERED = frozenset(("page", "hal", "halaman", "p"))
NEXT = re.compile(
    r"\W*(?:(?:halaman )?(?:selanjutnya|berikutnya)|next(?: page)?|lanjut(?:kan)?(?: baca)?)\W*", re.IGNORECASE
)
LONGEST_WORDS = 1_000  # characters of a link that says that it is the next page, with the blanks around them
PAGE_PATH = re.compile(r"/(?:page/|halaman/)?(\d{1,2})/?$")


class PagedArticle:
    """One article at `url`, with its pages as they come in."""

    def __init__(self, url: str, body: bytes) -> None:
        self.url = url
        self.bodies = [(url, body)]
        self.whole = False

    def add(self, url: str, body: bytes) -> None:
        """Take in the page that `further` asked for; the whole article takes the first page's place."""
        if _is_whole(url):
            self.whole = True
            self.bodies = [(url, body)]
        else:
            self.bodies.append((url, body))

    def further(self) -> str | None:
        """The address to ask for next, or None when this is all. A page without a text has its file next."""
        url, body = self.bodies[-1]
        file = attached_pdf(url, body) if len(self.bodies) == 1 and not is_whole_pdf(body) else None
        if file is not None:
            return file
        if self.whole or len(self.bodies) >= MOST_PAGES or b"\0" in body or not _may_go_on(self.url, body):
            return None
        if excess(body):  # this runs in the reactor, where every other source waits for it
            return None
        try:
            tree = lxml.html.document_fromstring(body, parser=lxml.html.HTMLParser(encoding="utf-8"))
        except (etree.ParserError, ValueError, AssertionError):
            return None
        number = len(self.bodies) + 1
        following = None
        for address, page, link in _links(tree, url, self.url):
            if page == "all" and number == 2:
                return address
            if page == str(number) and following is None and _leads_on(link):
                following = address
        return following

    def body(self) -> bytes:
        """All pages as one."""
        first, *others = self.bodies
        marked = (b"\n" + MARK.format(url=url).encode("utf-8", "replace") + b"\n" + body for url, body in others)
        return first[1] + b"".join(marked)


def split_body(body: bytes) -> list[bytes]:
    """The pages that `PagedArticle.body` put together."""
    return SPLIT.split(body) if MARKED in body else [body]


def _links(
    tree: lxml.html.HtmlElement, url: str, article: str
) -> Iterator[tuple[str, str | None, lxml.html.HtmlElement]]:
    """(address, which page of the article it is, link) of the links on the page at `url`; impossible ones left out."""
    for link in tree.iter("a", "link"):
        href = (link.get("href") or "").strip()
        if not 0 < len(href) <= LONGEST["address"] or (
            link.tag == "link" and (link.get("rel") or "").lower() != "next"
        ):
            continue
        try:
            address = urljoin(url, href.split("#")[0])
            page = _page(address, article)
        except ValueError:
            continue
        yield address, page, link


def _may_go_on(url: str, body: bytes) -> bool:
    """Whether a page can name a further page of the article at `url`; parsing it would cost ten times as much."""
    path = urlsplit(url).path
    name = path.rstrip("/").rpartition("/")[2]
    if not name or "%" in name:  # the page may spell it otherwise
        return True
    if QUERY.search(body) or re.search(re.escape(name.encode()) + PAGE_BEHIND, body):
        return True
    return path.endswith("/") and RELATIVE.search(body) is not None


def _leads_on(link: lxml.html.HtmlElement) -> bool:
    """Whether a link says that it is the next page: by rel, by its words, or by being a number."""
    words = _words(link)
    return "next" in (link.get("rel") or "").lower().split() or words.isdigit() or bool(NEXT.fullmatch(words))


def _words(link: lxml.html.HtmlElement) -> str:
    """A link's words; "" when there are so many that it holds half a page rather than "Selanjutnya"."""
    parts, length = [], 0
    for part in link.itertext():
        parts.append(part)
        length += len(part)
        if length > LONGEST_WORDS:
            return ""
    return " ".join("".join(parts).split())


def _page(address: str, article: str) -> str | None:
    """Which page of the article an address is: "2", "all", or None when it is none of it."""
    there, here = urlsplit(address), urlsplit(article)
    if there.scheme not in ("http", "https") or there.netloc != here.netloc:
        return None
    query = parse_qsl(there.query)
    found = [value for name, value in query if (name, value) in WHOLE]
    numbers = [value for name, value in query if name in NUMBERED and value.isdigit()]
    rest = [pair for pair in query if pair not in WHOLE and not (pair[0] in NUMBERED and pair[1].isdigit())]
    own = [pair for pair in parse_qsl(here.query) if pair not in WHOLE]
    same_query = rest in ([], own)
    if there.path.rstrip("/") == here.path.rstrip("/") and same_query:
        return "all" if found else numbers[0] if len(numbers) == 1 else None
    match = PAGE_PATH.search(there.path)
    if match and same_query and not numbers and there.path[: match.start()].rstrip("/") == here.path.rstrip("/"):
        return match[1]
    return None


def _is_whole(url: str) -> bool:
    return any(pair in WHOLE for pair in parse_qsl(urlsplit(url).query))
