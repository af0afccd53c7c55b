"""Whatever breaks while an answer is read becomes the source's error: no traceback that nobody reads."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from scrapy.crawler import Crawler
from scrapy.exceptions import CloseSpider
from scrapy.http import Response

from crawler.errors import StorageError
from crawler.spiders.source import SourceSpider


class ExceptionGuardMiddleware:
    """Spider middleware: takes the exceptions of callbacks.

    A StorageError (a full disk, say) becomes the source's error and closes its crawl. Any other is recorded for the
    discovery or the page that was being read (`spider_exceptions/count`), and the crawl goes on.
    """

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> ExceptionGuardMiddleware:
        """Built by Scrapy."""
        return cls(crawler)

    def process_spider_exception(self, response: Response, exception: Exception) -> Iterable[Any] | None:
        """Record an exception; leave to Scrapy those by which a callback closes the spider."""
        spider = self.crawler.spider
        if not isinstance(spider, SourceSpider) or isinstance(exception, CloseSpider):
            return None
        try:
            if isinstance(exception, StorageError):
                raise exception
            spider.broke(response, exception)
        except StorageError as error:
            raise spider.task.storage_failed(error) from error
        return ()
