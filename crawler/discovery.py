"""Reading feeds, sitemaps and listings: bytes in, links out.

Hostile XML is refused, broken XML is read as far as it goes.
"""

from __future__ import annotations

import gzip
import hashlib
import heapq
import io
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urljoin

from lxml import etree
from parsel import Selector

from crawler.items import Link

MAX_LINKS = 5_000  # more than any newsroom publishes between two runs; a hostile sitemap may list millions
MAX_CHILDREN = 1_000  # of a sitemap index
MAX_XML_BYTES = 60_000_000  # the sitemap protocol allows 50 MB uncompressed
OWN_ETAG = "pantau:"
_SAFE: dict[str, Any] = {
    "resolve_entities": False, "no_network": True, "huge_tree": False, "load_dtd": False, "remove_comments": True,
}  # fmt: skip


def own_etag(body: bytes) -> str:
    """A validator of our own for an answer that came without one; it is never sent."""
    return OWN_ETAG + hashlib.sha256(body).hexdigest()


class DiscoveryError(ValueError):
    """A feed, sitemap or listing that cannot be read."""


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
        when = datetime.fromisoformat(when.isoformat() + "+07:00")
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
    data = _gunzip(body)
    _refuse_entities(data)
    links, children = _Newest(MAX_LINKS), _Newest(MAX_CHILDREN)
    root = ""
    try:
        events = etree.iterparse(io.BytesIO(_strip(data)), events=("start", "end"), recover=True, **_SAFE)
        for event, element in events:
            name = _local(element)
            if event == "start":
                if not root and (root := name) not in ("urlset", "sitemapindex"):
                    raise DiscoveryError(f"is no sitemap: its root is <{root}>")
                continue
            if name not in ("url", "sitemap"):
                continue
            if address := _child(element, "loc"):
                published = iso_time(_descendant(element, "publication_date"))
                modified = iso_time(_child(element, "lastmod"))
                link = Link(_join(base, address), _descendant(element, "title"), published, modified or published)
                (children if name == "sitemap" else links).add(link)
            element.clear()
            while element.getprevious() is not None:
                del element.getparent()[0]
    except (etree.XMLSyntaxError, ValueError) as error:
        if isinstance(error, DiscoveryError):
            raise
        raise DiscoveryError(f"is not XML: {error}") from error
    if not root:
        raise DiscoveryError("is not XML")
    dated = sorted(children.links(), key=lambda child: child.modified_at or "", reverse=True)
    return links.links(), dated


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

    def links(self) -> list[Link]:
        return [link for *_, link in sorted(self._heap, key=lambda entry: -entry[1])]


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


def _gunzip(body: bytes) -> bytes:
    if body[:2] != b"\x1f\x8b":
        return body
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(body)) as file:
            data = file.read(MAX_XML_BYTES + 1)
    except (OSError, EOFError) as error:
        raise DiscoveryError(f"is a broken gzip file: {error}") from error
    if len(data) > MAX_XML_BYTES:
        raise DiscoveryError(f"unpacks to more than {MAX_XML_BYTES} bytes")
    return data


def _refuse_entities(body: bytes) -> None:
    if re.search(rb"<!ENTITY", body[:20_000], re.IGNORECASE):
        raise DiscoveryError("declares entities, which a feed or sitemap never needs")


def _strip(body: bytes) -> bytes:
    """Without what comes before the XML declaration on careless servers."""
    return body.lstrip(b"\xef\xbb\xbf \t\r\n") if body[:1] in b"\xef \t\r\n" else body


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
    return etree.QName(element).localname if isinstance(element.tag, str) else ""


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
