"""Reading a sitemap, a Google-News sitemap or an index of sitemaps: bytes in, links out."""

from __future__ import annotations

import heapq
import io
import re
import zlib
from dataclasses import replace
from typing import Any, BinaryIO

from lxml import etree

from crawler.discovery import (
    CHUNK,
    MAX_LINKS,
    DiscoveryError,
    fill_in,
    from_markup,
    iso_time,
    join,
    take_entities,
    unpacked,
)
from crawler.records import Link
from crawler.spiders.feed import MAX_FEED, read_feed

MAX_CHILDREN = 1_000  # of a sitemap index
MAX_TEXT = 10_000_000  # bytes of a sitemap that is a text, 50,000 addresses of 200 characters
MAX_UNPACKED = 100_000_000  # bytes of a gzip file that are read; what is behind them is not
BARE_AMPERSAND = re.compile(rb"&(?!(?:amp|lt|gt|quot|apos|#\d{1,7}|#x[0-9a-fA-F]{1,6});)")
CUT = re.compile(rb"(?:&[#\w.-]{0,40}|<(?:!(?:\[[CDAT]{0,5})?)?|\]{1,2})\Z")  # at the end of a piece
FEED = re.compile(rb"(?:<[?!][^>]*>\s*)*<(?:rss|feed|rdf:RDF)[\s>]", re.IGNORECASE)
ADDRESS = re.compile(rb"https?://", re.IGNORECASE)
SAFE: dict[str, Any] = {
    "resolve_entities": False,
    "no_network": True,
    "huge_tree": False,
    "load_dtd": False,
    "remove_comments": True,
}


def read_sitemap(body: bytes, base: str, most: int = MAX_LINKS) -> tuple[list[Link], list[Link]]:
    """(article links, further sitemaps) of a sitemap, Google-News sitemap or sitemap index. Raises DiscoveryError.

    A feed, and a text with an address a line, are sitemaps, too (https://www.sitemaps.org/protocol.html).
    Read as a stream: of a huge sitemap the newest `most` are kept, and no more than those are ever in memory.
    Further sitemaps come newest first where they are dated. Broken XML is read as far as it goes.
    """
    links, children = _Newest(most), _Newest(MAX_CHILDREN)
    try:
        file = unpacked(body)
        head = from_markup(file.read(CHUNK))
        if FEED.match(head):
            return read_feed(head + file.read(MAX_FEED), base), []
        if ADDRESS.match(head):
            return _read_lines(head + file.read(MAX_TEXT), base), []
        root = _read(_Mended(head, file), links, children)
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


def _read_lines(text: bytes, base: str) -> list[Link]:
    """The addresses of a text, the last ones where there are more than MAX_LINKS: new ones are written at its end."""
    lines = [line.strip() for line in text.decode("utf-8", "replace").splitlines()[-MAX_LINKS:]]
    return [Link(join(base, line)) for line in lines if line]


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
    """The first MAX_UNPACKED bytes of a stream, with what was peeked at put back in front, its own entities written
    out, and ampersands that are none of an entity as XML wants them.

    After one bare ampersand libxml2 drops every ampersand that follows, and with it parts of addresses. In CDATA
    ampersands are right as they are, and what is in UTF-16 is left alone.
    """

    def __init__(self, head: bytes, rest: BinaryIO) -> None:
        self.head, self.entities = take_entities(head)
        self.rest = rest
        self.left = MAX_UNPACKED
        self.held = b""  # the beginning of what may be an entity or the edge of a CDATA, from the end of a piece
        self.inside = False  # a CDATA
        self.left_alone = False

    def read(self, size: int = -1) -> bytes:
        while piece := self._piece(size):
            piece, self.held = self.held + piece, b""
            self.left_alone = self.left_alone or b"\0" in piece
            if self.left_alone:
                return piece
            if cut := CUT.search(piece):
                piece, self.held = piece[: cut.start()], cut[0]
            if piece:
                return self._mended(piece)
        rest, self.held = self.held, b""
        return self._mended(rest)

    def _mended(self, piece: bytes) -> bytes:
        parts = []
        while piece:
            part, edge, piece = piece.partition(b"]]>" if self.inside else b"<![CDATA[")
            parts += [part if self.inside else BARE_AMPERSAND.sub(b"&amp;", fill_in(part, self.entities)), edge]
            self.inside ^= bool(edge)
        return b"".join(parts)

    def _piece(self, size: int) -> bytes:
        if self.head:
            data, self.head = self.head, b""
        else:
            data = self.rest.read(min(size if size >= 0 else CHUNK, self.left))
        self.left -= len(data)
        return data


def _local(element: etree._Element) -> str:
    """The name without its namespace; "" for comments and processing instructions."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def _descendant(entry: etree._Element, name: str) -> str | None:
    for element in entry.iter():
        if _local(element) == name and (element.text or "").strip():
            return str(element.text).strip()
    return None
