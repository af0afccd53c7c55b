"""The spider: one source of the catalogue, from its discoveries to its articles.

It asks for the feeds, sitemaps and listings, then for the pages that earlier runs left. `Discoveries`
(crawler/spiders/discover.py) reads what those answer, hands the links to storage, and asks for the pages that storage
orders. `Pages` (crawler/spiders/fetch.py) keeps the pages that come, or says why one is no article.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import scrapy
from scrapy.http.request import Request

from crawler.records import Memory
from crawler.spiders.discover import Discoveries
from crawler.spiders.fetch import Pages
from crawler.spiders.task import SourceTask


class SourceSpider(scrapy.Spider):
    """Crawls the source of a task; the middlewares and the download handler find what they need in its attributes."""

    name = "source"

    def __init__(self, task: SourceTask, **kw: Any) -> None:
        super().__init__(name=task.source.id, **kw)
        self.task = task
        self.source, self.gate, self.counts = task.source, task.gate, task.counts
        self.pages = Pages(task)
        self.discoveries = Discoveries(task, self.pages)

    async def start(self) -> AsyncIterator[Request]:
        """The discoveries, what earlier runs left of listings, then the pages that earlier runs left."""
        self.task.stats = self.crawler.stats
        storage = self.task.storage
        unfinished = set(storage.unfinished(self.source.id)) if isinstance(storage, Memory) else set()
        for discovery in self.source.discover:
            for walk in discovery.walks():
                for page, url in enumerate(walk):
                    if not page or url in unfinished:
                        for request in self.discoveries.ask(discovery, walk, page):
                            yield request
        for request in self.pages.order(storage.pending(self.source.id), priority=0):
            yield request
