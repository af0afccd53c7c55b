"""Refuses requests, redirects included, to hosts that a source may not lead to."""

from __future__ import annotations

from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.http.request import Request

from crawler.spiders.source import SourceSpider
from crawler.urls import belongs_to, is_open, netloc

PROGRAM = "program"  # in the meta of a request for a program of a page that a browser draws
ROBOTS = "robots_txt"  # in the meta of a request for a robots.txt, and of the redirects that it leads to


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
        if not isinstance(spider, SourceSpider):
            return
        # A site's robots.txt may stand on any other (RFC 9309, 2.3.1.2), and so may a page's program, but not in a
        # private network.
        may = is_open if request.meta.get(ROBOTS) or request.meta.get(PROGRAM) else belongs_to
        hosts = spider.source.hosts
        if netloc(request.url) not in hosts and not may(request.url, hosts):
            spider.task.count("host_guard/refused")
            raise IgnoreRequest(f"{request.url} is not on a host of source {spider.source.id}")
