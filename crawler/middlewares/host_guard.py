"""Refuses requests, redirects included, to hosts that a source may not lead to."""

from __future__ import annotations

from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.http.request import Request

from crawler.spiders.source import SourceSpider
from crawler.urls import belongs_to


class HostGuardMiddleware:
    """Drops a request that leaves its source's hosts, or enters a private network; counts `host_guard/refused`."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> HostGuardMiddleware:
        """Built by Scrapy."""
        return cls(crawler)

    def process_request(self, request: Request) -> None:
        """Raise IgnoreRequest for a foreign or private host."""
        spider = self.crawler.spider
        if isinstance(spider, SourceSpider) and not belongs_to(request.url, spider.source.hosts):
            spider.task.count("host_guard/refused")
            raise IgnoreRequest(f"{request.url} is not on a host of source {spider.source.id}")
