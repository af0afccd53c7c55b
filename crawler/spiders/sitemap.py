"""Reading a sitemap, a Google-News sitemap or an index of sitemaps: bytes in, links out."""

from __future__ import annotations

import gzip
import heapq
import io
import re
import zlib
from dataclasses import replace
from typing import Any, BinaryIO

from lxml import etree

from crawler.discovery import CHUNK, MAX_LINKS, DiscoveryError, iso_time, join, refuse_entities
from crawler.records import Link

MAX_CHILDREN = 1_000  # of a sitemap index
MAX_UNPACKED = 100_000_000  # bytes of a gzip file that are read; what is behind them is not
BARE_AMPERSAND = re.compile(rb"&(?!(?:amp|lt|gt|quot|apos|#\d{1,7}|#x[0-9a-fA-F]{1,6});)")
CUT_ENTITY = re.compile(rb"&[#\w]{0,8}\Z")
SAFE: dict[str, Any] = {
    "resolve_entities": False,
    "no_network": True,
    "huge_tree": False,
    "load_dtd": False,
    "remove_comments": True,
}


def read_sitemap(body: bytes, base: str) -> tuple[list[Link], list[Link]]:
    """(article links, further sitemaps) of a sitemap, Google-News sitemap or sitemap index. Raises DiscoveryError.

    Read as a stream: of a huge sitemap the newest MAX_LINKS are kept, and no more than those are ever in memory.
    Further sitemaps come newest first where they are dated. Broken XML is read as far as it goes.
    """
    links, children = _Newest(MAX_LINKS), _Newest(MAX_CHILDREN)
    stream = _open(body)
    try:
        root = _read(stream, links, children)
    except (OSError, EOFError, zlib.error) as error:
        raise DiscoveryError(f"is a broken gzip file: {error}") from error
    except (etree.XMLSyntaxError, ValueError) as error:
        raise DiscoveryError(f"is not XML: {error}") from error
    if not root:
        raise DiscoveryError("is not XML")
    if root not in ("urlset", "sitemapindex"):
        raise DiscoveryError(f"is no sitemap: its root is <{root}>")
    dated = sorted(children.links(base), key=lambda child: child.modified_at or "", reverse=True)
    return links.links(base), dated


def _read(stream: io.RawIOBase, links: _Newest, children: _Newest) -> str:
    """Put the entries of a sitemap into `links` and `children`; the name of its root, "" where there is none."""
    events = etree.iterparse(stream, tag=("{*}url", "{*}sitemap"), recover=True, **SAFE)
    for _, element in events:
        if link := _entry(element):
            (children if _local(element) == "sitemap" else links).add(link)
        parent = element.getparent()
        element.clear()
        while parent is not None and element.getprevious() is not None:
            del parent[0]
    return _local(events.root) if events.root is not None else ""


def _entry(element: etree._Element) -> Link | None:
    """A <url> or <sitemap>; None without an address."""
    values = {_local(child): child.text for child in element}
    address = (values.get("loc") or "").strip()
    if not address:
        return None
    published, title = None, None
    if "news" in values:  # Google News: publication_date and title are one level down
        published = iso_time(_descendant(element, "publication_date"))
        title = _descendant(element, "title")
    modified = iso_time(values.get("lastmod"))
    return Link(address, title, published, modified or published)


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
        return [replace(link, url=join(base, link.url)) for *_, link in kept]


class _Mended(io.RawIOBase):
    """The first MAX_UNPACKED bytes of a stream, with what was peeked at put back in front, and ampersands written out.

    After one bare ampersand libxml2 drops every ampersand that follows, and with it parts of addresses. A sitemap that
    has its addresses in CDATA, where ampersands are right as they are, or is in UTF-16, is left alone.
    """

    def __init__(self, head: bytes, rest: BinaryIO) -> None:
        self.head = head
        self.rest = rest
        self.left = MAX_UNPACKED
        self.held = b""  # the beginning of what may be an entity, from the end of a piece
        self.left_alone = False

    def read(self, size: int = -1) -> bytes:
        while piece := self._piece(size):
            piece, self.held = self.held + piece, b""
            if b"\0" in piece or b"<![CDATA[" in piece:
                self.left_alone = True
            if self.left_alone:
                return piece
            if cut := CUT_ENTITY.search(piece):
                piece, self.held = piece[: cut.start()], cut[0]
            if piece:
                return BARE_AMPERSAND.sub(b"&amp;", piece)
        rest, self.held = self.held, b""
        return BARE_AMPERSAND.sub(b"&amp;", rest)

    def _piece(self, size: int) -> bytes:
        if self.head:
            data, self.head = self.head, b""
        else:
            data = self.rest.read(min(size if size >= 0 else CHUNK, self.left))
        self.left -= len(data)
        return data


def _open(body: bytes) -> _Mended:
    """A sitemap's bytes as a stream, unpacked as it is read. Raises DiscoveryError for one that declares entities."""
    file: BinaryIO = io.BytesIO(body)
    if body[:2] == b"\x1f\x8b":
        file = gzip.GzipFile(fileobj=file)  # type: ignore[assignment]
    try:
        head = _strip(file.read(CHUNK))
    except (OSError, EOFError, zlib.error) as error:
        raise DiscoveryError(f"is a broken gzip file: {error}") from error
    refuse_entities(head)
    return _Mended(head, file)


def _strip(body: bytes) -> bytes:
    """Without what comes before the XML declaration on careless servers."""
    return body.lstrip(b"\xef\xbb\xbf \t\r\n") if body[:1] in (b"\xef", b" ", b"\t", b"\r", b"\n") else body


def _local(element: etree._Element) -> str:
    """The name without its namespace; "" for comments and processing instructions."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def _descendant(entry: etree._Element, name: str) -> str | None:
    for element in entry.iter():
        if _local(element) == name and (element.text or "").strip():
            return str(element.text).strip()
    return None
