"""Reading a feed (RSS 0.9 to 2.0, RDF, Atom) with feedparser: bytes in, links out."""

from __future__ import annotations

import re
import zlib
from codecs import getincrementaldecoder
from collections.abc import Iterator, Mapping
from io import BytesIO
from typing import Any

import feedparser
from w3lib.encoding import html_to_unicode

from crawler.discovery import (
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

# Bytes that are read of a feed: 4,000 entries, or 500 with their whole texts. Hostile XML takes feedparser 7 s a MB.
MAX_FEED = 2_000_000
# "&copy=3" in a link is a parameter; feedparser reads "©=3" in it. In CDATA it is right as it is.
PARAMETER = re.compile(r"<!\[CDATA\[(?:[^\]]|\](?!\]>))*+|&(?=[A-Za-z]\w{0,30}+=)")
ADDRESS = re.compile(r"\s*https?://[^\s/]+/?\S")
CONTROLS = re.compile(r"[\x00-\x1f\x7f]+")


def read_feed(body: bytes, base: str) -> list[Link]:
    """Links of a feed, newest first as the feed has them. Broken XML is read as far as it goes.

    Times are read by us: feedparser takes a time without a zone for UTC, and "12-11-2025" for a day in 2012.
    Raises DiscoveryError for what is no feed, and for XML that uses entities of others or from outside.
    """
    try:
        body = from_markup(unpacked(body).read(MAX_FEED))
    except (OSError, EOFError, zlib.error) as error:
        raise DiscoveryError(f"is a broken gzip file: {error}") from error
    body = fill_in(*take_entities(body))
    _, text = html_to_unicode(None, body, auto_detect_fun=_guess)  # by byte order mark or XML declaration, else a guess
    text = PARAMETER.sub(lambda found: "&amp;" if found[0] == "&" else found[0], text)
    # A stream, because feedparser takes a text or bytes that look like an address or a path for one, and opens it.
    try:
        parsed = feedparser.parse(
            BytesIO(text.encode("utf-8", "replace")),
            # Left to itself it takes undeclared UTF-8 for Latin-1, and asks chardet where that is installed.
            response_headers={"content-location": base, "content-type": "application/xml; charset=utf-8"},
            resolve_relative_uris=False,  # in the entries' texts; their links it resolves
            sanitize_html=False,  # nothing but the title is used, and that as text
        )
    except Exception as error:  # whatever a stranger's bytes break in it: "&#x110000;" is a ValueError
        raise DiscoveryError(f"cannot be read: {type(error).__name__}: {error}") from error
    links = [link for entry in parsed.entries[:MAX_LINKS] if (link := _link(entry, base))]
    if not links and not parsed.get("version"):
        root = re.search(rb"<([A-Za-z][\w:.-]*)", body)
        raise DiscoveryError(f"is no feed: its root is <{root[1].decode()}>" if root else "is not XML")
    return links


def _guess(body: bytes) -> str:
    """The encoding of a feed that declares none."""
    try:
        getincrementaldecoder("utf-8")().decode(body)  # incremental: the last character may be cut
    except UnicodeDecodeError:
        return "windows-1252"
    return "utf-8"


def _link(entry: Mapping[str, Any], base: str) -> Link | None:
    """What an entry says of its article; None for one that leads nowhere."""
    addresses = list(dict.fromkeys(_addresses(entry, base)))
    if not addresses:
        return None
    published = iso_time(entry.get("published"))
    # Asked for with `in`: feedparser otherwise gives the publication for an update that is not there.
    modified = iso_time(entry.get("updated")) if "updated" in entry else None
    title = CONTROLS.sub(" ", entry.get("title") or "").strip()
    times = published or modified, modified or published
    return Link(addresses[0], title or None, *times, tuple(addresses[1:]), _content(entry))


def _content(entry: Mapping[str, Any]) -> str | None:
    """The whole text where the entry has it (<content:encoded>, Atom's <content>), not its summary."""
    for content in entry.get("content") or ():
        if isinstance(content.get("value"), str) and content["value"].strip():
            return str(content["value"])
    return None


def _addresses(entry: Mapping[str, Any], base: str) -> Iterator[str]:
    """The addresses of an entry's article, the likeliest first.

    A proxy that counts clicks keeps the address that it leads to in an element of its own (FeedBurner). A link to a
    page goes before one to another feed. An id is an address where it looks like one, whatever isPermaLink says.
    """
    for proxy in ("feedburner_origlink", "pheedo_origlink"):
        if entry.get(proxy):
            yield join(base, entry[proxy])
    links = [link for link in entry.get("links", ()) if link.get("href") and link.get("rel") == "alternate"]
    pages = [link["href"] for link in links if "html" in (link.get("type") or "html")]
    yield from (address for address in (*pages, entry.get("link")) if address)
    if ADDRESS.match(entry.get("id") or ""):
        yield entry["id"]
