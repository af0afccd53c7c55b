"""What a homepage says of the ways to its site's articles: feeds, WordPress, pages of news, and the links it has."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

from lxml import etree
from w3lib.encoding import html_to_unicode

from crawler.address_shapes import Anchor
from crawler.markup import excess
from crawler.records import FetchedPage
from crawler.spiders.api import words
from crawler.urls import belongs_to, is_open, is_trap, normalise

FEED_TYPE = re.compile(r"application/(?:rss|atom|rdf)\+xml", re.IGNORECASE)
COMMENTS = re.compile(r"comment|komentar", re.IGNORECASE)  # WordPress has a feed of those, too
WORDPRESS_API = "https://api.w.org/"
POSTS = "wp/v2/posts"
# Pages of news by what leads to them, best first: the text of the link, or the last word of its address.
NEWS = tuple(
    re.compile(rf"\W*(?:{words})\W*", re.IGNORECASE)
    for words in (
        "siaran[ _-]pers|press[ _-]?releases?|rilis",
        "(?:semua |indeks[ _-]?|index[ _-]?)?berita(?: terkini| terbaru| utama)?|kabar|news|warta",
        "indeks|index|terkini|terbaru|latest",
        "artikel|articles?|publikasi|informasi publik",
    )
)
MOST_ANCHORS = 3_000
SHOWN = etree.XPath("descendant::text()[not(parent::script or parent::style or parent::noscript)]")
SHELL_WORDS, SHELL_LINKS = 60, 8  # fewer of both: a page that a browser's program is to draw
LOGIN = re.compile(rb"type\s*=\s*[\"']?password", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Homepage:
    """A homepage. Addresses are absolute, and only such as its source may ask for.

    feeds      that its head names
    wordpress  the address of its posts in WordPress's API, where it is one
    news       pages of news that it links to, the likeliest first
    anchors    its links to the site's own pages
    is_shell   whether it shows next to nothing without a browser
    is_login   whether it asks for a password and shows next to nothing else
    """

    url: str
    name: str
    feeds: tuple[str, ...]
    wordpress: str | None
    news: tuple[str, ...]
    anchors: tuple[Anchor, ...]
    is_shell: bool
    is_login: bool


def read_homepage(page: FetchedPage) -> Homepage:
    """What a homepage says. A page that cannot be parsed says nothing."""
    url, root = page.final_url, parsed(page)
    hosts = frozenset((urlsplit(url).netloc.lower(),))
    if root is None:
        return Homepage(url, "", (), None, (), (), is_shell=False, is_login=False)
    anchors = tuple(_anchors(root, url, hosts))
    heads = [
        (item.get("rel") or "", item.get("type") or "", item.get("href") or "", item.get("title") or "")
        for item in root.iter("link")
    ]
    feeds = (
        _joined(url, href)
        for rel, kind, href, title in heads
        if "alternate" in rel.lower().split() and FEED_TYPE.match(kind) and not COMMENTS.search(f"{title} {href}")
    )
    few = words(page.body) < SHELL_WORDS and len(anchors) < SHELL_LINKS
    return Homepage(
        url,
        _name(root),
        _allowed(feeds, hosts),
        next(iter(_allowed(_wordpress(page, heads, url), hosts)), None),
        _news(anchors, url),
        anchors,
        is_shell=few and next(root.iter("script"), None) is not None,
        is_login=few and LOGIN.search(page.body) is not None,
    )


def read_anchors(page: FetchedPage) -> tuple[Anchor, ...]:
    """The links of a page to its site's own pages."""
    root = parsed(page)
    hosts = frozenset((urlsplit(page.final_url).netloc.lower(),))
    return tuple(_anchors(root, page.final_url, hosts)) if root is not None else ()


def parsed(page: FetchedPage) -> etree._Element | None:
    """The tree of a page; None for one that is empty, or nested too deeply to be parsed."""
    _, text = html_to_unicode(page.content_type or None, page.body)
    body = text.replace("\0", "").encode("utf-8", "replace")
    if not body.strip() or excess(body):
        return None
    return etree.fromstring(body, etree.HTMLParser(encoding="utf-8"))


def _anchors(root: etree._Element, url: str, hosts: frozenset[str]) -> Iterator[Anchor]:
    """Each address once, with the longest text (or title, or a picture's words) that leads to it."""
    base = next((item.get("href") for item in root.iter("base") if item.get("href")), None)
    base = _joined(url, base) if base else url
    texts: dict[str, str] = {}
    for number, link in enumerate(root.iter("a")):
        if number >= MOST_ANCHORS:
            break
        address = normalise(_joined(base, link.get("href") or ""))
        if address and belongs_to(address, hosts) and not is_trap(address):
            pictures = [item.get("alt") or "" for item in link.iter("img")]
            said = max((_text(link), link.get("title") or "", *pictures), key=len)
            twin = address.removesuffix("/") if address.endswith("/") else f"{address}/"
            known = twin if twin in texts else address
            texts[known] = max(texts.get(known, ""), said, key=len)
    home = normalise(url)
    yield from (Anchor(address, text) for address, text in texts.items() if address != home)


def _text(link: etree._Element) -> str:
    """What a link shows: its texts without those of scripts and styles in it."""
    return " ".join("".join(map(str, SHOWN(link))).split())


def _wordpress(page: FetchedPage, heads: Iterable[tuple[str, str, str, str]], url: str) -> Iterator[str]:
    """Where WordPress's API may be: its head or a header names it, or the page has WordPress's folders."""
    roots = [href for rel, _, href, _ in heads if rel == WORDPRESS_API]
    for name, value in page.response_headers:
        if name.lower() == "link" and (named := re.search(rf"<([^<>]+)>\s*;\s*rel=\"?{WORDPRESS_API}", value)):
            roots.append(named[1])
    if b"/wp-content/" in page.body:
        roots.append("/wp-json/")
    for root in roots:
        yield f"{_joined(url, root).rstrip('/')}/{POSTS}"


def _news(anchors: Iterable[Anchor], url: str) -> tuple[str, ...]:
    ranked = []
    for anchor in anchors:
        last = urlsplit(anchor.url).path.rstrip("/").rpartition("/")[2].partition(".")[0]
        for rank, pattern in enumerate(NEWS):
            if pattern.fullmatch(anchor.text) or pattern.fullmatch(last):
                ranked.append((rank, len(anchor.url), anchor.url))
                break
    return tuple(dict.fromkeys(address for *_, address in sorted(ranked)))


def _name(root: etree._Element) -> str:
    """What the site calls itself: og:site_name, else its title up to the first bar."""
    for item in root.iter("meta"):
        said = " ".join((item.get("content") or "").split())
        if item.get("property") == "og:site_name" and said and "://" not in said:
            return said[:120]
    title = next((" ".join("".join(item.itertext()).split()) for item in root.iter("title")), "")
    parts = [
        part for part in re.split(r"\s+[|–—-]\s+|\s*\|\s*", title) if part.strip().lower() not in ("beranda", "home")
    ]
    return (parts[0] if parts else title).strip()[:120]


def _allowed(addresses: Iterable[str], hosts: frozenset[str]) -> tuple[str, ...]:
    """Those that the source may ask for: its own hosts', and others' that are public (FeedBurner)."""
    known = dict.fromkeys(normalise(address) or "" for address in addresses)
    return tuple(url for url in known if url and (belongs_to(url, hosts) or is_open(url, hosts)))


def _joined(base: str, address: str) -> str:
    try:
        return urljoin(base, address.strip())
    except ValueError:
        return ""
