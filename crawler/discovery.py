"""What feeds, sitemaps and listings have in common: their limits, their times and addresses, and how they fail.

The readers themselves, bytes in and links out, are crawler/spiders/feed.py, sitemap.py and listing.py.
"""

from __future__ import annotations

import hashlib
import re
from datetime import UTC
from functools import lru_cache
from urllib.parse import urljoin

from crawler.limits import fits
from crawler.times import read_time

MAX_LINKS = 5_000  # more than any newsroom publishes between two runs; a hostile sitemap may list millions
MAX_DOWNLOAD = 60_000_000  # bytes; the sitemap protocol allows 50 MB
CHUNK = 65_536
OWN_ETAG = "pantau:"


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


def refuse_entities(body: bytes) -> None:
    """Raise DiscoveryError for XML that declares entities: they can grow without end, or name a file of ours."""
    if re.search(rb"<!ENTITY", body.replace(b"\0", b""), re.IGNORECASE):  # UTF-16 has zeros in between
        raise DiscoveryError("declares entities, which a feed or sitemap never needs")
