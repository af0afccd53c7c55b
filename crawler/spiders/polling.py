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
    _forget_answered(discoveries)
    for discovery in discoveries.source.discover:
        walk = discovery.walks()[0]
        if walk[0] not in discoveries.asked and _is_cheap(discoveries, discovery, walk):
            discoveries.task.count("discovery/polled")
            discoveries.read_to.pop(walk[0], None)
            yield from discoveries.ask(discovery, walk)


def _is_cheap(discoveries: Discoveries, discovery: Discovery, walk: Sequence[str]) -> bool:
    if discovery.method == "wordpress":
        return discoveries.seen(discovery, walk) is not None
    etag, last_modified = discoveries.storage.validators(walk[0])
    return bool(last_modified or (etag and not etag.startswith(OWN_ETAG)))


def _forget_answered(discoveries: Discoveries) -> None:
    """What was answered may be asked for again, the sitemaps that an index leads to among it."""
    for url in discoveries.recorded:
        discoveries.asked.pop(url, None)
    discoveries.recorded.clear()
    discoveries.sitemaps = 0
