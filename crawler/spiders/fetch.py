"""Fetching articles: asks for the pages that storage orders, and keeps those that are articles."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime

from scrapy.exceptions import DownloadCancelledError, IgnoreRequest
from scrapy.http import Response
from scrapy.http.request import Request
from twisted.python.failure import Failure

from crawler.gate import HostClosed
from crawler.paged_articles import PagedArticle
from crawler.records import TRANSIENT, FetchedPage, Link, Order
from crawler.refusals import refusal
from crawler.spiders.api import as_page, words
from crawler.spiders.errback import errback
from crawler.spiders.exchange import ANSWERS, conditions, content_type, pairs, reason, validators
from crawler.spiders.task import SourceTask
from crawler.urls import belongs_to

MAX_PAGES = 5_000  # article pages of a source that one run asks for; the others wait in the queue
PAGE_TYPE = "text/html; charset=utf-8"
LEAST_WORDS = 40  # of a text that stands for its page; a feed's shorter ones are summaries
CHALLENGED = 403  # what a challenge page with status 200 counts as

logger = logging.getLogger(__name__)


class Pages:
    """The article pages of one source in one run."""

    def __init__(self, task: SourceTask) -> None:
        self.task = task
        self.source, self.storage = task.source, task.storage
        self.limit = min(task.limit or MAX_PAGES, MAX_PAGES)
        self.ordered = 0
        self.follows_pages = getattr(task.storage, "follows_pages", True)  # a look wants the first page alone
        self.texts: dict[str, Link] = {}  # by address, what a feed or an API of this run says of articles

    def order(
        self,
        orders: Iterable[Order],
        texts: Mapping[str, Link] | None = None,
        *,
        instead: bool = False,
        priority: int = 2,
    ) -> Iterator[Request]:
        """Requests for article pages, each once a run, up to the limit. Known ones come after new ones.

        texts    by address, articles whose text is known already: for when their pages cannot be had
        instead  such pages are not even asked for
        """
        self.texts |= texts or {}
        left = 0
        for order in orders:
            asker = self.task.gate.ordered.get(order.url)
            if asker == self.source.id:
                continue
            if asker is not None:
                self.task.count("pages/asked")
                logger.debug("%s: %s is asked for by %s already", self.source.id, order.url, asker)
            elif self.ordered >= self.limit:
                left += 1
            else:
                self.ordered += 1
                self.task.gate.ordered[order.url] = self.source.id
                if not (instead and self.keep_text(order)):
                    yield self.request(order, priority - order.known)
        if left:
            self.task.count("pages/left", left)
            logger.info("%s: %d pages are left for later runs: this one asks for %d", self.source.id, left, self.limit)

    def request(self, order: Order, priority: int) -> Request:
        """A conditional request for an article page."""
        return Request(
            order.url,
            callback=self.parse,
            errback=self.failed,
            headers={} if self.task.drawing else conditions(order.etag, order.last_modified),
            dont_filter=True,
            priority=priority,
            meta={"handle_httpstatus_list": ANSWERS} | self.task.drawing,
            cb_kwargs={"order": order},
        )

    def parse(self, response: Response, order: Order) -> Iterator[Request]:
        """Archive and queue an article page, or say why it is none."""
        if response.status == 304:
            self.task.counts.not_modified += 1
            self.storage.record_not_modified(order.url, order.hints)
            return
        said = content_type(response)
        refused = refusal(order.url, response.url, response.status, said, response.body)
        if (refused or self.is_shell(order, response)) and self.keep_text(order):
            return
        if refused is None:
            article = PagedArticle(response.url, response.body)
            yield from self.go_on(self.fetched(response, order, said), article)
            return
        self.task.count(refused.statistic)
        challenged = refused.transient and response.status not in TRANSIENT
        self.error(order, CHALLENGED if challenged else response.status, refused.why)

    def go_on(self, page: FetchedPage, article: PagedArticle) -> Iterator[Request]:
        """Ask for the rest of an article on several pages; keep it when there is no more."""
        further = article.further() if self.follows_pages else None
        if further is None or not belongs_to(further, self.source.hosts):
            self.keep(page, article)
            return
        yield Request(
            further,
            callback=self.parse_further,
            errback=self.further_failed,
            dont_filter=True,
            meta={"handle_httpstatus_list": ANSWERS} | self.task.drawing,
            cb_kwargs={"page": page, "article": article},
        )

    def parse_further(self, response: Response, page: FetchedPage, article: PagedArticle) -> Iterator[Request]:
        """A further page of an article."""
        said = content_type(response)
        asked = response.request.url if response.request else response.url
        refused = refusal(asked, response.url, response.status, said, response.body)
        if refused or response.status != 200:
            self.keep_incomplete(page, article, asked, refused.why if refused else f"answered {response.status}")
            return
        article.add(asked, response.body)
        yield from self.go_on(page, article)

    @errback
    def further_failed(self, failure: Failure) -> None:
        """Errback of further pages."""
        request: Request = failure.request  # type: ignore[attr-defined]
        page, article = request.cb_kwargs["page"], request.cb_kwargs["article"]
        self.keep_incomplete(page, article, request.url, reason(failure))

    def keep_incomplete(self, page: FetchedPage, article: PagedArticle, asked: str, why: str) -> None:
        """Keep an article without a further page that cannot be had."""
        self.task.count("pages/incomplete")
        logger.info("%s: %s is kept without %s, which %s", self.source.id, page.url, asked, why)
        self.keep(page, article)

    def keep(self, page: FetchedPage, article: PagedArticle) -> None:
        """Archive and queue an article with the pages of it that were had."""
        self.storage.record_fetched(replace(page, body=article.body()))
        self.task.counts.fetched += 1

    def is_shell(self, order: Order, response: Response) -> bool:
        """Whether a page shows far less than the text that is known: a browser's program would fetch the rest."""
        link = self.texts.get(order.url)
        return link is not None and 3 * words(response.body) < words((link.body or "").encode())

    def keep_text(self, order: Order) -> bool:
        """Archive and queue what a feed or an API says of an article in the place of its page; False without a text."""
        link = self.texts.get(order.url)
        if link is None or words((link.body or "").encode()) < LEAST_WORDS:
            return False
        self.task.count("pages/text")
        logger.info("%s: %s is kept as its feed or API tells it", self.source.id, order.url)
        self.storage.record_fetched(
            FetchedPage(
                url=order.url,
                final_url=order.url,
                source_id=self.source.id,
                status=200,
                request_headers=(),
                response_headers=(("Content-Type", PAGE_TYPE), ("X-Pantau", "text of a feed or an API")),
                body=as_page(link),
                fetched_at=datetime.now(UTC).isoformat(timespec="seconds"),
                hints=order.hints,
                etag=None,
                last_modified=None,
                content_type=PAGE_TYPE,
            )
        )
        self.task.counts.fetched += 1
        return True

    def fetched(self, response: Response, order: Order, said: str) -> FetchedPage:
        """The answer, which calls itself `said`, as the record that storage keeps."""
        request = response.request
        etag, last_modified = validators(response)
        return FetchedPage(
            url=order.url,
            final_url=response.url,
            source_id=self.source.id,
            status=response.status,
            request_headers=pairs(request.headers) if request else (),
            response_headers=pairs(response.headers),
            body=response.body,
            fetched_at=datetime.now(UTC).isoformat(timespec="seconds"),
            hints=order.hints,
            etag=etag,
            last_modified=last_modified,
            content_type=said,
        )

    @errback
    def failed(self, failure: Failure) -> None:
        """Errback of article pages."""
        request: Request = failure.request  # type: ignore[attr-defined]
        order: Order = request.cb_kwargs["order"]
        if failure.check(HostClosed):
            self.task.left_alone(order.url, str(failure.value))  # nothing is known of the page: it stays in the queue
            return
        declined = failure.check(IgnoreRequest, DownloadCancelledError)
        if not declined and self.keep_text(order):
            return
        if not failure.check(IgnoreRequest):  # whoever refused a request has counted it
            self.task.count("pages/failed")
        self.error(order, 0 if declined else None, reason(failure))

    def error(self, order: Order, status: int | None, why: str) -> None:
        """Count and record a page that could not be had."""
        logger.info("%s: %s %s", self.source.id, order.url, why)
        self.task.counts.failed += 1
        self.storage.record_failed(self.source.id, order.url, status, why)
