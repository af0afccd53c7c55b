"""The one spider: a source of the catalogue, its discoveries and the articles they lead to."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import scrapy
from scrapy.http import Response, TextResponse
from scrapy.http.request import Request
from twisted.python.failure import Failure

from crawler.catalogue import Discovery, Source
from crawler.discovery import DiscoveryError, read_feed, read_listing, read_sitemap
from crawler.items import FetchedPage, Link, Order, SourceCounts, Storage
from crawler.parts import Parts
from crawler.urls import belongs_to, normalise

MAX_SITEMAPS = 50  # children of a sitemap index that one run reads
ANSWERS = [304, *range(400, 600)]  # statuses that our callbacks judge; redirects are followed before
PAGE_TYPES = re.compile(r"text/|html|xml|^$", re.IGNORECASE)  # what can be an article at all


class SourceSpider(scrapy.Spider):
    """Crawls one source: asks its feeds, sitemaps and listings, then the pages that storage wants.

    source   the catalogue entry
    storage  where links, pages and failures go
    counts   what happened, kept up to date while it runs
    limit    at most so many article pages this run; None for no limit
    since    ISO 8601 day; links that are known to be older are left alone
    """

    name = "source"

    def __init__(
        self, source: Source, storage: Storage, counts: SourceCounts, limit: int | None, since: str | None, **kw: Any
    ) -> None:
        super().__init__(name=source.id, **kw)
        self.source = source
        self.storage = storage
        self.counts = counts
        self.limit = limit
        self.since = since
        self.ordered: set[str] = set()
        self.sitemaps = 0
        self.download_delay = source.delay
        self.article_url = re.compile(source.article_url) if source.article_url else None
        self.discovery_urls = {normalise(url) for item in source.discover for url in item.urls()}

    async def start(self) -> AsyncIterator[Request]:
        """Pages left over from earlier runs first, then the discoveries."""
        for request in self.order_pages(self.storage.pending(self.source.id)):
            yield request
        for discovery in self.source.discover:
            yield self.discovery_request(discovery, discovery.urls()[0], 0)

    def discovery_request(self, discovery: Discovery, url: str, page: int) -> Request:
        """A conditional request for a feed, a sitemap or one page of a listing."""
        etag, last_modified = self.storage.validators(url)
        return Request(
            url,
            callback=self.parse_discovery,
            errback=self.discovery_failed,
            headers=_conditions(etag, last_modified),
            dont_filter=True,
            priority=10,
            meta={"handle_httpstatus_list": ANSWERS},
            cb_kwargs={"discovery": discovery, "page": page, "asked": url},
        )

    def parse_discovery(self, response: Response, discovery: Discovery, page: int, asked: str) -> Iterator[Request]:
        """Queue what a feed, sitemap or listing leads to, and ask for what is new."""
        if response.status == 304:
            self.counts.not_modified += 1
            self.storage.record_discovery(self.source.id, discovery.method, asked, 304, None, None, None)
            if asked in discovery.urls() and discovery.method == "sitemap":
                yield from self.known_children(discovery)
            return
        if discovery.method == "listing" and page and response.status in (404, 410):
            return  # the listing has fewer pages than the catalogue allows for
        try:
            if response.status >= 400:
                raise DiscoveryError(f"answered {response.status}")
            links, children = self.read(response, discovery)
        except DiscoveryError as error:
            self.discovery_error(discovery, asked, response.status, str(error))
            return
        if discovery.method != "listing":
            for child in children[: MAX_SITEMAPS - self.sitemaps]:
                self.sitemaps += 1
                if belongs_to(child.url, self.source.hosts):
                    yield self.discovery_request(discovery, child.url, 0)
        orders, fresh = self.storage.plan(self.source.id, self.wanted(links))
        self.counts.found += fresh
        # The validators are stored after the links: a crash in between asks again rather than losing links.
        self.storage.record_discovery(
            self.source.id, discovery.method, asked, response.status,
            _header(response, "ETag"), _header(response, "Last-Modified"), None,
        )  # fmt: skip
        yield from self.order_pages(orders)
        further = discovery.urls()[page + 1 :]
        if discovery.method == "listing" and fresh and further:
            yield self.discovery_request(discovery, further[0], page + 1)

    def known_children(self, discovery: Discovery) -> Iterator[Request]:
        """Conditional requests for the sitemaps that an unchanged index led to before.

        Many sites' indexes stay the same when an article in one of their sitemaps is corrected.
        """
        own = {url for item in self.source.discover for url in item.urls()}
        for url in self.storage.known_sitemaps(self.source.id):
            if url not in own and self.sitemaps < MAX_SITEMAPS:
                self.sitemaps += 1
                yield self.discovery_request(discovery, url, 0)

    def read(self, response: Response, discovery: Discovery) -> tuple[list[Link], list[Link]]:
        """(article links, further sitemaps) of an answer. Raises DiscoveryError."""
        if discovery.method == "feed":
            return read_feed(response.body, response.url), []
        if discovery.method == "sitemap":
            return read_sitemap(response.body, response.url)
        encoding = response.encoding if isinstance(response, TextResponse) else None
        return read_listing(response.body, response.url, discovery.links, encoding), []

    def wanted(self, links: Iterable[Link]) -> Iterator[Link]:
        """The links that can be this source's articles, each address once, in its one form."""
        seen: set[str] = set()
        for link in links:
            url = normalise(link.url)
            if url is None or url in seen or url in self.discovery_urls:
                continue
            seen.add(url)
            if not belongs_to(url, self.source.hosts) or (self.article_url and not self.article_url.search(url)):
                continue
            if self.since and link.published_at and link.published_at < self.since:
                continue
            yield Link(url, link.title, link.published_at, link.modified_at)

    def order_pages(self, orders: Iterable[Order]) -> Iterator[Request]:
        """Requests for article pages, each once a run, up to the limit."""
        for order in orders:
            if order.url in self.ordered:
                continue
            if self.limit is not None and len(self.ordered) >= self.limit:
                return
            self.ordered.add(order.url)
            yield Request(
                order.url,
                callback=self.parse_page,
                errback=self.page_failed,
                headers=_conditions(order.etag, order.last_modified),
                dont_filter=True,
                meta={"handle_httpstatus_list": ANSWERS},
                cb_kwargs={"order": order},
            )

    def parse_page(self, response: Response, order: Order) -> Iterator[Request]:
        """Archive and queue an article page, or say why it is none."""
        if response.status == 304:
            self.counts.not_modified += 1
            self.storage.record_not_modified(order.url, order.hints)
            return
        content_type = _header(response, "Content-Type") or ""
        if response.status >= 400:
            self.page_error(order, response.status, f"answered {response.status}")
        elif not PAGE_TYPES.search(content_type):
            self.page_error(order, response.status, f"is {content_type}, not a page")
        elif not response.body.strip():
            self.page_error(order, response.status, "is empty")
        else:
            yield from self.go_on(self.fetched(response, order, content_type), Parts(response.url, response.body))

    def go_on(self, page: FetchedPage, parts: Parts) -> Iterator[Request]:
        """Ask for the rest of an article on several pages; archive and queue it when there is no more."""
        further = parts.further()
        if further is None or not belongs_to(further, self.source.hosts):
            self.storage.record_fetched(replace(page, body=parts.body()))
            self.counts.fetched += 1
            return
        yield Request(
            further,
            callback=self.parse_part,
            errback=self.part_failed,
            dont_filter=True,
            meta={"handle_httpstatus_list": ANSWERS},
            cb_kwargs={"page": page, "parts": parts},
        )

    def parse_part(self, response: Response, page: FetchedPage, parts: Parts) -> Iterator[Request]:
        """A further page of an article; the article is kept without it when it cannot be had."""
        content_type = _header(response, "Content-Type") or ""
        if response.status != 200 or not PAGE_TYPES.search(content_type) or not response.body.strip():
            self.storage.record_fetched(replace(page, body=parts.body()))
            self.counts.fetched += 1
            return
        parts.add(response.request.url if response.request else response.url, response.body)
        yield from self.go_on(page, parts)

    def part_failed(self, failure: Failure) -> None:
        """Errback of further pages: the article is kept without them."""
        request: Request = failure.request  # type: ignore[attr-defined]
        page, parts = request.cb_kwargs["page"], request.cb_kwargs["parts"]
        self.storage.record_fetched(replace(page, body=parts.body()))
        self.counts.fetched += 1

    def fetched(self, response: Response, order: Order, content_type: str) -> FetchedPage:
        """The answer as the record that storage keeps."""
        request = response.request
        return FetchedPage(
            url=order.url,
            final_url=response.url,
            source_id=self.source.id,
            status=response.status,
            request_headers=_pairs(request.headers) if request else (),
            response_headers=_pairs(response.headers),
            body=response.body,
            fetched_at=datetime.now(UTC).isoformat(timespec="seconds"),
            hints=order.hints,
            etag=_header(response, "ETag"),
            last_modified=_header(response, "Last-Modified"),
            content_type=content_type,
        )

    def page_failed(self, failure: Failure) -> None:
        """Errback of article pages."""
        request: Request = failure.request  # type: ignore[attr-defined]
        self.page_error(request.cb_kwargs["order"], None, _reason(failure))

    def page_error(self, order: Order, status: int | None, why: str) -> None:
        """Count and record a page that could not be had."""
        self.counts.failed += 1
        self.storage.record_failed(self.source.id, order.url, status, why)

    def discovery_failed(self, failure: Failure) -> None:
        """Errback of feeds, sitemaps and listings."""
        request: Request = failure.request  # type: ignore[attr-defined]
        self.discovery_error(request.cb_kwargs["discovery"], request.cb_kwargs["asked"], None, _reason(failure))

    def discovery_error(self, discovery: Discovery, url: str, status: int | None, why: str) -> None:
        """Count and record a discovery that failed; the source's error is its first."""
        message = f"{discovery.method} {url} {why}"
        self.counts.error = self.counts.error or message
        self.storage.record_discovery(self.source.id, discovery.method, url, status or 0, None, None, message)


def _conditions(etag: str | None, last_modified: str | None) -> dict[str, str]:
    both = {"If-None-Match": etag, "If-Modified-Since": last_modified}
    return {name: value for name, value in both.items() if value}


def _header(response: Response, name: str) -> str | None:
    value = response.headers.get(name)
    return value.decode("latin-1") if value else None


def _pairs(headers: Any) -> list[tuple[str, str]]:
    return [(k.decode("latin-1"), v.decode("latin-1")) for k, values in headers.items() for v in values]


def _reason(failure: Failure) -> str:
    return f"failed: {type(failure.value).__name__}: {' '.join(str(failure.value).split())[:300]}"
