"""What feeds, sitemaps and listings have in common: their limits, their times and addresses, and how they fail.

The readers themselves, bytes in and links out, are crawler/spiders/feed.py, sitemap.py and listing.py.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import re
from collections.abc import Mapping
from datetime import UTC
from functools import lru_cache
from typing import BinaryIO
from urllib.parse import urljoin

from crawler.limits import fits
from crawler.times import read_time

MAX_LINKS = 5_000  # more than any newsroom publishes between two runs; a hostile sitemap may list millions
MAX_DOWNLOAD = 60_000_000  # bytes; the sitemap protocol allows 50 MB
CHUNK = 65_536
OWN_ETAG = "pantau:"
GZIP = b"\x1f\x8b"
MOST_PACKED = 3  # times that a file is unpacked; a server that packs what is packed already makes it two
BEGINNING = re.compile(rb"<\?xml[\s?]|<!doctype\s|<(?:rss|feed|rdf:RDF|urlset|sitemapindex)[\s>]", re.IGNORECASE)
PAGE = re.compile(rb"<(?:!doctype\s+)?html[\s>]", re.IGNORECASE)
BLANK = b"\xef\xbb\xbf \t\r\n"
ENTITIES = "uses entities of entities, or from outside, which a feed or sitemap never needs"
ENTITY = re.compile(rb"<!ENTITY", re.IGNORECASE)
DOCTYPE = re.compile(rb"""<!DOCTYPE[^\[<>]*+\[((?:[^\]"']|"[^"]*+"|'[^']*+')*+)\]\s*+>""", re.IGNORECASE)
_VALUE = rb"(?:[^%s&%%<]|&#x?[0-9a-fA-F]{1,6};){0,200}"
PLAIN_ENTITY = re.compile(
    rb"<!ENTITY\s+([\w.-]{1,40})\s+(?:\"(%s)\"|'(%s)')\s*>" % (_VALUE % b'"', _VALUE % b"'"), re.IGNORECASE
)
DECLARED = re.compile(rb"<!ENTITY\s+(?:%\s+)?([\w.:-]{1,40})\s", re.IGNORECASE)
OWN_REFERENCE = re.compile(rb"%[\w.:-]{1,40};")  # to an entity of the document type's own
XML_ENTITIES = frozenset((b"amp", b"lt", b"gt", b"quot", b"apos"))
REFERENCE = re.compile(rb"&([\w.-]{1,40});")
MOST_REFERENCES = 20_000  # each as long as 200 characters: 4 MB at most


class DiscoveryError(ValueError):
    """A feed, sitemap or listing that cannot be read."""


def own_etag(body: bytes) -> str:
    """A validator of our own for an answer that came without one; it is never sent."""
    return OWN_ETAG + hashlib.sha256(body).hexdigest()


@lru_cache(maxsize=1_000)  # the addresses of a sitemap share few times
def iso_time(text: str | None) -> str | None:
    """A stated time as ISO 8601 UTC; None when it is none. A time without a zone is taken for WIB (UTC+7)."""
    when = read_time(fits(text, "time") or "")
    return when.astimezone(UTC).isoformat(timespec="seconds") if when else None


def join(base: str, address: str) -> str:
    """An absolute address; one that is malformed is left as it is, and dropped when it is normalised."""
    try:
        return urljoin(base, address.strip())
    except ValueError:
        return address


def unpacked(body: bytes) -> BinaryIO:
    """What was packed with gzip, once or by a server once more, as a stream; what was not is left as it is."""
    file: BinaryIO = io.BytesIO(body)
    for _ in range(MOST_PACKED):
        if file.read(2) != GZIP:
            break
        file.seek(0)
        # A file in a file is as long as what holds it. So much is read, and not what a hostile one makes of it.
        packed = gzip.GzipFile(fileobj=file)
        if packed.read(2) != GZIP:
            file = packed  # type: ignore[assignment]
            break
        packed.seek(0)
        file = io.BytesIO(packed.read(len(body) + CHUNK))
    file.seek(0)
    return file


def from_markup(body: bytes) -> bytes:
    """A feed or sitemap without what careless servers print before it: blank lines, notices of PHP.

    A web page stays whole, so that it is told for what it is.
    """
    mark = BEGINNING.search(body, 0, CHUNK)
    return body[mark.start() :] if mark and not PAGE.search(body, 0, mark.start()) else body.lstrip(BLANK)


def take_entities(body: bytes) -> tuple[bytes, dict[bytes, bytes | None]]:
    """(the body without its document type, what the entities that it declares stand for).

    None stands for entities that hold others, which can grow without end, and for those from outside, which name a file
    of ours or another address: nothing is read of them, and a body that uses one is refused (`fill_in`). Raises
    DiscoveryError for a document type that uses such an entity itself, and for one that cannot be taken out: UTF-16 has
    zeros in between.
    """
    if not ENTITY.search(body.replace(b"\0", b"")):
        return body, {}
    doctype = DOCTYPE.search(body, 0, CHUNK)
    if doctype is None:
        raise DiscoveryError(ENTITIES)
    plain = {name: _quoted(one or two) for name, one, two in PLAIN_ENTITY.findall(doctype[1])}
    others = PLAIN_ENTITY.sub(b"", doctype[1])
    refused = DECLARED.findall(others)
    rest = body[: doctype.start()] + body[doctype.end() :]
    if len(refused) != len(ENTITY.findall(others)) or OWN_REFERENCE.search(others) or ENTITY.search(rest):
        raise DiscoveryError(ENTITIES)
    entities: dict[bytes, bytes | None] = {**plain, **dict.fromkeys(refused)}
    return rest, {name: value for name, value in entities.items() if name not in XML_ENTITIES}


def fill_in(body: bytes, entities: Mapping[bytes, bytes | None]) -> bytes:
    """The body with its own entities written out, as many as any real feed has.

    Raises DiscoveryError for one that take_entities refuses.
    """
    if not entities:
        return body

    def written_out(found: re.Match[bytes]) -> bytes:
        value = entities.get(found[1], found[0])
        if value is None:
            raise DiscoveryError(ENTITIES)
        return value

    return REFERENCE.sub(written_out, body, count=MOST_REFERENCES)


def _quoted(value: bytes) -> bytes:
    return value.replace(b"'", b"&#39;").replace(b'"', b"&#34;")
