"""What one source's crawl is given, and where it keeps count."""

from __future__ import annotations

import logging
from dataclasses import dataclass

from scrapy.exceptions import CloseSpider
from scrapy.statscollectors import StatsCollector

from crawler.browser import DRAW, draws
from crawler.catalogue import Source
from crawler.errors import StorageError
from crawler.gate import Gate
from crawler.records import SourceCounts, Storage

logger = logging.getLogger(__name__)


@dataclass
class SourceTask:
    """One source's crawl.

    source   the catalogue entry
    storage  where links, pages and failures go
    gate     the run's gate, which the download handler passes
    counts   what happened, kept up to date while it runs
    limit    at most so many article pages this run; None for no limit
    since    ISO 8601, UTC; links that are known to be older are left alone
    stats    Scrapy's collector of named statistics, once the crawl has begun
    poll     whether this is a hot source's run: its discoveries are polled, and what earlier runs left is left
    """

    source: Source
    storage: Storage
    gate: Gate
    counts: SourceCounts
    limit: int | None
    since: str | None
    stats: StatsCollector | None = None
    poll: bool = False

    @property
    def drawing(self) -> dict[str, bool]:
        """For the meta of a request for a page or a listing: whether a browser is to draw it."""
        return {DRAW: True} if draws(self.source) else {}

    def count(self, name: str, times: int = 1) -> None:
        """Count a refusal, a skip or a failure by its name in crawler/statistics.py."""
        if self.stats is not None and times:
            self.stats.inc_value(name, times)

    def left_alone(self, url: str, why: str) -> bool:
        """A host was closed before `url` was asked for: the source's error. False when the whole run is ending."""
        logger.debug("%s: %s is not asked for: %s", self.source.id, url, why)
        if self.gate.closed:
            return False
        self.counts.error = self.counts.error or why
        return True

    def broke(self, what: str, error: BaseException) -> str:
        """Count an exception of our own code while `what` was being read; the words that `errors` keeps."""
        self.count("spider_exceptions/count")
        logger.debug("%s: %s", self.source.id, what, exc_info=error)
        said = " ".join(str(error).split())[:300]
        return f"failed: {type(error).__name__}: {said}"

    def storage_failed(self, error: StorageError) -> CloseSpider:
        """Nothing more can be kept: the source's error, and the exception that ends its crawl."""
        self.count("storage/failed")
        logger.info("%s: the crawl of this source ends: %s", self.source.id, error)
        self.counts.error = str(error)
        return CloseSpider("storage")
