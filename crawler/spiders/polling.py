"""Hot sources: looking every two minutes whether their feeds, sitemaps and listings have something new.

Only a discovery that answers a conditional question cheaply is asked: the site itself has given a validator of it, or
it is WordPress, which is asked for what is newer. The others wait for the ordinary run.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from scrapy.http.request import Request

from crawler.catalogue import Discovery
from crawler.discovery import OWN_ETAG
from crawler.spiders.discover import Discoveries

EVERY = 120.0  # seconds between two looks


def poll(discoveries: Discoveries) -> Iterator[Request]:
    """Requests for the first page of each such discovery, also where this run has asked for it already."""
    discoveries.polling = True
    for discovery in discoveries.source.discover:
        walk = discovery.walks()[0]
        if not _is_cheap(discoveries, discovery, walk) or _is_asked(discoveries, walk[0]):
            continue
        discoveries.task.count("discovery/polled")
        for url in walk:
            discoveries.asked.pop(url, None)
            discoveries.recorded.discard(url)
        discoveries.read_to.pop(walk[0], None)
        yield from discoveries.ask(discovery, walk)


def _is_cheap(discoveries: Discoveries, discovery: Discovery, walk: Sequence[str]) -> bool:
    if discovery.method == "wordpress":
        return discoveries.seen(discovery, walk) is not None
    etag, last_modified = discoveries.storage.validators(walk[0])
    return bool(last_modified or (etag and not etag.startswith(OWN_ETAG)))


def _is_asked(discoveries: Discoveries, url: str) -> bool:
    """Whether it is asked for at this moment."""
    return url in discoveries.asked and url not in discoveries.recorded
