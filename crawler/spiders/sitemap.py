"""Reading feeds, sitemaps and listings: bytes in, links out.

Hostile XML is refused, broken XML is read as far as it goes.
"""

from __future__ import annotations

import gzip
import hashlib
import heapq
import io
import re
import zlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_to_datetime
from functools import lru_cache
from typing import Any, BinaryIO
from urllib.parse import urljoin

from lxml import etree
from parsel import Selector

from crawler.records import Link

MAX_LINKS = 5_000  # more than any newsroom publishes between two runs; a hostile sitemap may list millions
MAX_CHILDREN = 1_000  # of a sitemap index
MAX_DOWNLOAD = 60_000_000  # bytes; the sitemap protocol allows 50 MB
MAX_UNPACKED = 100_000_000  # bytes of a gzip file that are read; what is behind them is not
WIB = timezone(timedelta(hours=7))
CHUNK = 65_536
OWN_ETAG = "pantau:"
_SAFE: dict[str, Any] = {
    "resolve_entities": False, "no_network": True, "huge_tree": False, "load_dtd": False, "remove_comments": True,
}  # fmt: skip


def own_etag(body: bytes) -> str:
    """A validator of our own for an answer that came without one; it is never sent."""
    return OWN_ETAG + hashlib.sha256(body).hexdigest()


class DiscoveryError(ValueError):
    """A feed, sitemap or listing that cannot be read."""


@lru_cache(maxsize=1_000)  # the addresses of a sitemap share few times
def iso_time(text: str | None) -> str | None:
    """RFC 822 or ISO 8601 as ISO 8601 UTC; None when it is neither. A time without a zone is taken for WIB (UTC+7)."""
    text = (text or "").strip()
    if not text:
        return None
    try:
        when = datetime.fromisoformat(text)
    except ValueError:
        try:
            when = parsedate_to_datetime(text)
        except (ValueError, TypeError, IndexError):
            return None
    if when.tzinfo is None:
        when = when.replace(tzinfo=WIB)
    try:
        return when.astimezone(UTC).isoformat(timespec="seconds")
    except (OverflowError, ValueError):
        return None


def read_feed(body: bytes, base: str) -> list[Link]:
    """Links of an RSS 0.9-2.0, RDF or Atom feed, newest first as the feed has them. Raises DiscoveryError."""
    root = _xml(body)
    links: list[Link] = []
    for entry in _named(root, "item", "entry"):
        address = _atom_link(entry) or _child(entry, "link") or _permalink(entry)
        if not address:
            continue
        published = iso_time(_child(entry, "pubDate", "published", "date", "issued"))
        modified = iso_time(_child(entry, "updated", "modified"))
        links.append(Link(_join(base, address), _child(entry, "title"), published or modified, modified or published))
        if len(links) >= MAX_LINKS:
            break
    if not links and _local(root) not in ("rss", "feed", "RDF"):
        raise DiscoveryError(f"is no feed: its root is <{_local(root)}>")
    return links


def read_sitemap(body: bytes, base: str) -> tuple[list[Link], list[Link]]:
    """(article links, further sitemaps) of a sitemap, Google-News sitemap or sitemap index. Raises DiscoveryError.

    Read as a stream: of a huge sitemap the newest MAX_LINKS are kept, and no more than those are ever in memory.
    Further sitemaps come newest first where they are dated.
    """
    stream = _open(body)
    links, children = _Newest(MAX_LINKS), _Newest(MAX_CHILDREN)
    root = ""
    try:
        events = etree.iterparse(stream, tag=("{*}url", "{*}sitemap"), recover=True, **_SAFE)
        for _, element in events:
            values = {_local(child): child.text for child in element}
            address = (values.get("loc") or "").strip()
            if address:
                published, title = None, None
                if "news" in values:  # Google News: publication_date and title are one level down
                    published = iso_time(_descendant(element, "publication_date"))
                    title = _descendant(element, "title")
                modified = iso_time(values.get("lastmod"))
                link = Link(address, title, published, modified or published)
                (children if _local(element) == "sitemap" else links).add(link)
            parent = element.getparent()
            element.clear()
            while parent is not None and element.getprevious() is not None:
                del parent[0]
        root = _local(events.root) if events.root is not None else ""
        if root and root not in ("urlset", "sitemapindex"):
            raise DiscoveryError(f"is no sitemap: its root is <{root}>")
    except DiscoveryError:
        raise
    except (OSError, EOFError, zlib.error) as error:
        raise DiscoveryError(f"is a broken gzip file: {error}") from error
    except (etree.XMLSyntaxError, ValueError) as error:
        raise DiscoveryError(f"is not XML: {error}") from error
    if not root:
        raise DiscoveryError("is not XML")
    dated = sorted(children.links(base), key=lambda child: child.modified_at or "", reverse=True)
    return links.links(base), dated


class _Newest:
    """Keeps the newest `most` links of many in the order they came; the first ones where none is dated."""

    def __init__(self, most: int) -> None:
        self.most = most
        self._heap: list[tuple[str, int, Link]] = []
        self._count = 0

    def add(self, link: Link) -> None:
        self._count += 1
        entry = (link.modified_at or "", -self._count, link)
        if len(self._heap) < self.most:
            heapq.heappush(self._heap, entry)
        else:
            heapq.heappushpop(self._heap, entry)

    def links(self, base: str) -> list[Link]:
        kept = sorted(self._heap, key=lambda entry: -entry[1])
        return [replace(link, url=_join(base, link.url)) for *_, link in kept]


def read_listing(body: bytes, base: str, links: str | None, encoding: str | None = None) -> list[Link]:
    """Links of a listing page by its CSS selector (of elements or of their href); without one, every link."""
    selector = Selector(body=body, encoding=encoding or "utf-8", base_url=base)
    if not body.strip():
        raise DiscoveryError("is an empty page")
    css = links or "a::attr(href)"
    if "::" not in css:
        css += "::attr(href)"
    base_href = selector.css("base::attr(href)").get()
    base = urljoin(base, base_href) if base_href else base
    found = []
    for href in selector.css(css).getall()[:MAX_LINKS]:
        try:
            found.append(Link(urljoin(base, href.strip())))
        except ValueError:  # a malformed address in the page
            continue
    return found


class _Bounded(io.RawIOBase):
    """The first MAX_UNPACKED bytes of a stream, with what was peeked at put back in front."""

    def __init__(self, head: bytes, rest: BinaryIO) -> None:
        self.head = head
        self.rest = rest
        self.left = MAX_UNPACKED

    def read(self, size: int = -1) -> bytes:
        if self.head:
            data, self.head = self.head, b""
        else:
            data = self.rest.read(min(size if size >= 0 else CHUNK, self.left))
        self.left -= len(data)
        return data


def _open(body: bytes) -> _Bounded:
    """A sitemap's bytes as a stream, unpacked as it is read. Raises DiscoveryError for one that declares entities."""
    file: BinaryIO = io.BytesIO(body)
    if body[:2] == b"\x1f\x8b":
        file = gzip.GzipFile(fileobj=file)  # type: ignore[assignment]
    try:
        head = _strip(file.read(CHUNK))
    except (OSError, EOFError, zlib.error) as error:
        raise DiscoveryError(f"is a broken gzip file: {error}") from error
    _refuse_entities(head)
    return _Bounded(head, file)


def _refuse_entities(body: bytes) -> None:
    if re.search(rb"<!ENTITY", body[:CHUNK], re.IGNORECASE):
        raise DiscoveryError("declares entities, which a feed or sitemap never needs")


def _strip(body: bytes) -> bytes:
    """Without what comes before the XML declaration on careless servers."""
    return body.lstrip(b"\xef\xbb\xbf \t\r\n") if body[:1] in (b"\xef", b" ", b"\t", b"\r", b"\n") else body


def _join(base: str, address: str) -> str:
    """An absolute address; one that is malformed is left as it is, and dropped when it is normalised."""
    try:
        return urljoin(base, address.strip())
    except ValueError:
        return address


def _xml(body: bytes) -> etree._Element:
    _refuse_entities(body)
    try:
        root = etree.fromstring(_strip(body), etree.XMLParser(recover=True, **_SAFE))
    except (etree.XMLSyntaxError, ValueError) as error:
        raise DiscoveryError(f"is not XML: {error}") from error
    if root is None:
        raise DiscoveryError("is not XML")
    return root


def _local(element: etree._Element) -> str:
    """The name without its namespace; "" for comments and processing instructions."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def _named(root: etree._Element, *names: str) -> Iterator[etree._Element]:
    return (element for element in root.iter() if _local(element) in names)


def _child(entry: etree._Element, *names: str) -> str | None:
    for name in names:
        for element in entry:
            text = "".join(element.itertext()).strip() if _local(element) == name else ""
            if text:
                return text
    return None


def _descendant(entry: etree._Element, name: str) -> str | None:
    for element in entry.iter():
        if _local(element) == name and (element.text or "").strip():
            return str(element.text).strip()
    return None


def _atom_link(entry: etree._Element) -> str | None:
    for element in entry:
        if _local(element) == "link" and element.get("href") and element.get("rel", "alternate") == "alternate":
            return str(element.get("href"))
    return None


def _permalink(entry: etree._Element) -> str | None:
    for element in entry:
        if _local(element) == "guid" and element.get("isPermaLink", "true") == "true":
            return (element.text or "").strip() or None
    return None
