"""Stops a source's crawl when its pages can no longer be kept."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from typing import Any

from scrapy.crawler import Crawler
from scrapy.exceptions import CloseSpider
from scrapy.http import Response

from crawler.errors import StorageError
from crawler.spiders.source import SourceSpider

logger = logging.getLogger(__name__)


class StorageGuardMiddleware:
    """Spider middleware: a StorageError (a full disk, say) becomes the source's error and closes its crawl."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> StorageGuardMiddleware:
        """Built by Scrapy."""
        return cls(crawler)

    def process_spider_exception(self, response: Response, exception: Exception) -> Iterable[Any] | None:
        """Close the spider on a StorageError; leave every other exception to Scrapy."""
        if not isinstance(exception, StorageError):
            return None
        spider = self.crawler.spider
        if isinstance(spider, SourceSpider):
            spider.task.count("storage/failed")
            logger.info("%s: the crawl of this source ends: %s", spider.source.id, exception)
            spider.counts.error = str(exception)
        raise CloseSpider("storage")
