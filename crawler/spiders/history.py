"""The spider that walks into a source's past: asks for what `crawler.history.History` says, a stretch in each run.

Gate, robots.txt, limits and the judging of pages are those of every crawl.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from datetime import datetime, time, timedelta

from scrapy.http import Response
from scrapy.http.request import Request
from twisted.python.failure import Failure

from crawler.discovery import MAX_DOWNLOAD, DiscoveryError
from crawler.discovery_entry import with_variables
from crawler.gate import HostClosed
from crawler.history import History, Step
from crawler.records import Link
from crawler.spiders.api import wordpress_history
from crawler.spiders.discover import MAX_SITEMAP_DEPTH, read_answer
from crawler.spiders.exchange import ANSWERS, header, reason
from crawler.spiders.sitemap import read_sitemap
from crawler.spiders.source import SourceSpider
from crawler.urls import belongs_to
from crawler.zone import WIB

WHOLE_SITEMAP = 50_000  # addresses; the protocol allows no more in one
GONE = (400, 404, 410)  # what answers behind a listing's last page; 400: WordPress


class HistorySpider(SourceSpider):
    """Walks a source's past as far as its storage, a History, wants it in this run."""

    async def start(self) -> AsyncIterator[Request]:
        """The steps, then the articles that earlier steps led to."""
        self.task.stats = self.crawler.stats
        for step in self.history.steps():
            for request in self.ask(step):
                yield request
        for request in self.waiting():
            yield request

    def waiting(self) -> Iterator[Request]:
        """Requests for the articles that wait, those of this run's own steps included; each once a run."""
        return self.pages.order(self.task.storage.pending(self.source.id), priority=0)

    @property
    def history(self) -> History:
        """The storage, as what it is here."""
        assert isinstance(self.task.storage, History)
        return self.task.storage

    def ask(self, step: Step) -> list[Request]:
        """A request for a step; none where the team's key for it is missing, which is an error of the step."""
        try:
            url = with_variables(step.url)
        except LookupError as error:
            self.error(step, f"needs a key: the variable {error.args[0]} is not set")
            return []
        if step.discovery.method == "wordpress":
            first, last = self.history.days
            begin = datetime.combine(first, time(), WIB)
            url = wordpress_history(url, begin, datetime.combine(last, time(), WIB) + timedelta(days=1))
        post = step.discovery.post
        request = Request(
            url,
            method="POST" if post else "GET",
            body=post or "",
            headers={"Content-Type": "application/json"} if post else {},
            callback=self.read_step,
            errback=self.failed,
            dont_filter=True,
            priority=10,
            meta={"handle_httpstatus_list": ANSWERS, "download_maxsize": MAX_DOWNLOAD},
            cb_kwargs={"step": step},
        )
        return [request]

    async def read_step(self, response: Response, step: Step) -> AsyncIterator[Request]:
        """Keep what an answer leads to, and ask for what follows it."""
        if step.page and response.status in GONE:
            self.history.end_step(step, most=0)
            return
        try:
            if response.status >= 400:
                raise DiscoveryError(f"answered {response.status}")
            links, children = await asyncio.to_thread(self.read, response, step)
            articles = list(self.articles(links))
        except DiscoveryError as error:
            self.error(step, str(error))
            return
        orders = self.history.plan_step(step, articles, self.sitemaps(step, children))
        texts = {link.url: link for link in articles if link.body}
        for request in self.pages.order(orders, texts, instead=True):
            yield request
        self.task.counts.found += len(articles)
        most, total = (_number(response, f"X-WP-Total{what}") for what in ("Pages", ""))
        for further in self.history.end_step(step, most=most, total=total):
            for request in self.ask(further):
                yield request
        for request in self.waiting():
            yield request

    def read(self, response: Response, step: Step) -> tuple[list[Link], list[Link]]:
        """(links, further sitemaps) of an answer; of a sitemap all that it may have. Raises DiscoveryError."""
        if step.discovery.method == "sitemap":
            return read_sitemap(response.body, response.url, WHOLE_SITEMAP)
        links, children, _ = read_answer(response, step.discovery)
        return links, children

    def articles(self, links: list[Link]) -> list[Link]:
        """Those of the links that can be this source's articles, each in its one form. Raises DiscoveryError."""
        found: dict[str, Link] = {}
        for link in links:
            url, why = self.discoveries.best_address(link)
            if why:
                self.task.count(why)
            elif url not in self.discoveries.own_addresses:
                found.setdefault(url, Link(url, link.title, link.published_at, link.modified_at, body=link.body))
        return list(found.values())

    def sitemaps(self, step: Step, children: list[Link]) -> list[Link]:
        """Those sitemaps of an index that may be asked for."""
        own = [child for child in children if belongs_to(child.url, self.source.hosts)]
        chosen = own if step.depth < MAX_SITEMAP_DEPTH else []
        self.task.count("sitemaps/refused", len(children) - len(chosen))
        return chosen

    def failed(self, failure: Failure) -> None:
        """Errback of steps. Those of a host that is left alone wait for another run."""
        request: Request = failure.request  # type: ignore[attr-defined]
        step: Step = request.cb_kwargs["step"]
        if failure.check(HostClosed):
            self.task.left_alone(step.url, str(failure.value))
        else:
            self.error(step, reason(failure))

    def error(self, step: Step, why: str) -> None:
        """Count and record a step that failed."""
        self.task.count("discovery/failed")
        self.task.counts.error = self.task.counts.error or f"{step.discovery.method} {step.url} {why}"
        self.history.fail_step(step, why)


def _number(response: Response, name: str) -> int | None:
    said = header(response, name) or ""
    return int(said) if said.isascii() and said.isdigit() and len(said) < 9 else None
