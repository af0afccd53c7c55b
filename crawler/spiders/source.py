"""The spider: one source of the catalogue, from its discoveries to its articles.

It asks for the feeds, sitemaps and listings, then for the pages that earlier runs left. `Discoveries`
(crawler/spiders/discover.py) reads what those answer, hands the links to storage, and asks for the pages that storage
orders. `Pages` (crawler/spiders/fetch.py) keeps the pages that come, or says why one is no article.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import Any

import scrapy
from scrapy.http import Response
from scrapy.http.request import Request

from crawler.errors import StorageError
from crawler.records import Memory
from crawler.spiders.discover import Discoveries
from crawler.spiders.fetch import Pages
from crawler.spiders.polling import EVERY, poll
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
        """The discoveries, what earlier runs left of listings, then the pages that earlier runs left.

        A hot source's are polled every two minutes for as long as others are crawled, since their run holds the lock;
        in a hot run they are polled once, and nothing else is asked for.
        """
        self.task.stats = self.crawler.stats
        try:
            for request in poll(self.discoveries) if self.task.poll else self.first_requests():
                yield request
            while self.source.hot and not self.task.poll and await self.gate.lasts(EVERY):
                for request in poll(self.discoveries):
                    yield request
        except StorageError as error:
            raise self.task.storage_failed(error) from error
        except Exception as error:
            self.counts.error = self.counts.error or self.task.broke("its first requests", error)

    def first_requests(self) -> Iterator[Request]:
        """As `start`. A discovery that cannot even be asked for is an error of its own; the others are asked."""
        storage = self.task.storage
        unfinished = set(storage.unfinished(self.source.id)) if isinstance(storage, Memory) else set()
        for discovery in self.source.discover:
            for walk in discovery.walks():
                for page, url in enumerate(walk):
                    if page and url not in unfinished:
                        continue
                    try:
                        yield from self.discoveries.ask(discovery, walk, page)
                    except StorageError:
                        raise
                    except Exception as error:
                        self.discoveries.broke(self.discoveries.asked[url], None, error)
        yield from self.pages.order(storage.pending(self.source.id), priority=0)

    def broke(self, response: Response, error: Exception) -> None:
        """Our own code failed on an answer: record it for what was asked."""
        asked: dict[str, Any] = response.request.cb_kwargs if response.request else {}
        if "asked" in asked:
            self.discoveries.broke(asked["asked"], response.status, error)
        elif "order" in asked:
            self.pages.error(asked["order"], response.status, self.task.broke(response.url, error))
        elif "article" in asked:
            why = self.task.broke(response.url, error)
            self.pages.keep_incomplete(asked["page"], asked["article"], response.url, why)
        else:
            self.counts.error = self.counts.error or self.task.broke(response.url, error)

    def closed(self, reason: str) -> None:
        """Called by Scrapy at the end: a discovery that vanished on its way has failed."""
        if reason != "finished":
            return
        try:
            self.discoveries.unanswered()
        except StorageError as error:
            self.task.storage_failed(error)
