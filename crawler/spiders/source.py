"""The one spider: a source of the catalogue, its discoveries and the articles they lead to."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import scrapy
from scrapy.exceptions import DownloadCancelledError, IgnoreRequest
from scrapy.http import Response, TextResponse
from scrapy.http.request import Request
from twisted.python.failure import Failure

from crawler.catalogue import Discovery, Source
from crawler.discovery import (
    MAX_DOWNLOAD,
    OWN_ETAG,
    DiscoveryError,
    own_etag,
    read_feed,
    read_listing,
    read_sitemap,
)
from crawler.gate import Gate, HostClosed
from crawler.paged_articles import Parts
from crawler.records import TRANSIENT, FetchedPage, Link, Memory, Order, SourceCounts, Storage
from crawler.refusals import judge
from crawler.urls import belongs_to, desktop, is_trap, normalise

MAX_SITEMAPS = 50  # children of a sitemap index that one run reads
MAX_SITEMAP_DEPTH = 3  # the protocol knows one index above the sitemaps; some sites nest one more
MAX_PAGES = 5_000  # article pages of a source that one run asks for; the others wait in the queue
ANSWERS = [304, *range(400, 600)]  # statuses that our callbacks judge; redirects are followed before
UNSAID = {"ResponseDataLossError": "the body was cut off", "DownloadCancelledError": "the body is too large"}
CHALLENGED = 403  # what a challenge page with status 200 counts as


class SourceSpider(scrapy.Spider):
    """Crawls one source: asks its feeds, sitemaps and listings, then the pages that storage wants.

    source   the catalogue entry
    storage  where links, pages and failures go
    gate     the run's gate, which the download handler passes
    counts   what happened, kept up to date while it runs
    limit    at most so many article pages this run; None for no limit
    since    ISO 8601 day; links that are known to be older are left alone
    """

    name = "source"

    def __init__(
        self,
        source: Source,
        storage: Storage,
        gate: Gate,
        counts: SourceCounts,
        limit: int | None,
        since: str | None,
        **kw: Any,
    ) -> None:
        super().__init__(name=source.id, **kw)
        self.source = source
        self.storage = storage
        self.gate = gate
        self.counts = counts
        self.limit = min(limit or MAX_PAGES, MAX_PAGES)
        self.since = since
        self.ordered = 0
        self.asked: set[str] = set()  # feeds, sitemaps and listings of this run: an index may lead back to itself
        self.sitemaps = 0
        self.max_sitemaps = getattr(storage, "max_sitemaps", MAX_SITEMAPS)  # a check is content with fewer
        self.article_url = re.compile(source.article_url) if source.article_url else None
        self.discovery_urls = {normalise(url) for item in source.discover for url in item.urls()}

    async def start(self) -> AsyncIterator[Request]:
        """The discoveries, what earlier runs left of listings, then the pages that earlier runs left."""
        unfinished = set(self.storage.unfinished(self.source.id)) if isinstance(self.storage, Memory) else set()
        for discovery in self.source.discover:
            for page, url in enumerate(discovery.urls()):
                if not page or url in unfinished:
                    for request in self.discovery_request(discovery, url, page):
                        yield request
        for request in self.order_pages(self.storage.pending(self.source.id), priority=0):
            yield request

    def discovery_request(self, discovery: Discovery, url: str, page: int, depth: int = 0) -> Iterator[Request]:
        """A conditional request for a feed, a sitemap or one page of a listing, once a run."""
        if url in self.asked:
            return
        self.asked.add(url)
        etag, last_modified = self.storage.validators(url)
        yield Request(
            url,
            callback=self.parse_discovery,
            errback=self.discovery_failed,
            headers=_conditions(etag, last_modified),
            dont_filter=True,
            priority=10,
            meta={"handle_httpstatus_list": ANSWERS, "download_maxsize": MAX_DOWNLOAD},
            cb_kwargs={"discovery": discovery, "page": page, "asked": url, "depth": depth, "known": etag},
        )

    async def parse_discovery(
        self, response: Response, discovery: Discovery, page: int, asked: str, depth: int, known: str | None
    ) -> AsyncIterator[Request]:
        """Queue what a feed, sitemap or listing leads to, and ask for what is new."""
        etag, last_modified = _header(response, "ETag"), _header(response, "Last-Modified")
        if response.status == 200 and not etag and not last_modified:
            etag = own_etag(response.body)
        if response.status == 304 or (response.status == 200 and etag == known and etag and etag.startswith(OWN_ETAG)):
            self.counts.not_modified += 1
            self.storage.record_discovery(self.source.id, discovery.method, asked, 304, None, None, None)
            if asked in discovery.urls() and discovery.method == "sitemap":
                for request in self.known_children(discovery):
                    yield request
            return
        if discovery.method == "listing" and page and response.status in (404, 410):
            # the listing has fewer pages than the catalogue allows for
            self.storage.record_discovery(self.source.id, discovery.method, asked, response.status, None, None, None)
            return
        try:
            if response.status >= 400:
                raise DiscoveryError(f"answered {response.status}")
            # In a thread: a sitemap of 50 MB takes seconds, in which other sources should not wait.
            links, children = await asyncio.to_thread(self.read, response, discovery)
        except DiscoveryError as error:
            self.discovery_error(discovery, asked, response.status, str(error))
            return
        for request in self.children(discovery, children, depth + 1):
            yield request
        wanted = list(self.wanted(links))
        orders, fresh = self.storage.plan(self.source.id, wanted)
        self.counts.found += fresh
        further = discovery.urls()[page + 1 :] if discovery.method == "listing" and fresh else []
        if further:
            self.storage.record_discovery(self.source.id, "listing", further[0], 0, None, None, None)
        # None is a fault where the catalogue itself sends us, but not in an index of sitemaps, in the sitemaps of pages
        # and categories that an index leads to, on a listing's later pages, or in what --since left.
        own = asked in discovery.urls() and not page and not (children and not links)
        counted = bool(wanted) or (own and not self.since)
        # The validators are stored after the links: a crash in between asks again rather than losing links.
        self.storage.record_discovery(
            self.source.id, discovery.method, asked, response.status, etag, last_modified, None,
            links=len(links) if counted else None, articles=len(wanted) if counted else None,
        )  # fmt: skip
        for request in self.order_pages(orders):
            yield request
        if further:
            for request in self.discovery_request(discovery, further[0], page + 1):
                yield request

    def children(self, discovery: Discovery, found: Iterable[Link], depth: int) -> Iterator[Request]:
        """Requests for the sitemaps of an index, newest first; they are remembered before they are asked for."""
        if discovery.method != "sitemap" or depth > MAX_SITEMAP_DEPTH:
            return
        for child in found:
            if self.sitemaps >= self.max_sitemaps:
                return
            if child.url not in self.asked and belongs_to(child.url, self.source.hosts):
                self.sitemaps += 1
                self.storage.record_discovery(self.source.id, "sitemap", child.url, 0, None, None, None)
                yield from self.discovery_request(discovery, child.url, 0, depth)

    def known_children(self, discovery: Discovery) -> Iterator[Request]:
        """Conditional requests for the sitemaps that an unchanged index led to before.

        Many sites' indexes stay the same when an article in one of their sitemaps is corrected.
        """
        own = {url for item in self.source.discover for url in item.urls()}
        for url in self.storage.known_sitemaps(self.source.id):
            if url not in own and self.sitemaps < self.max_sitemaps:
                self.sitemaps += 1
                yield from self.discovery_request(discovery, url, 0, MAX_SITEMAP_DEPTH)

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
            url = self.address(link.url)
            if url is None or url in seen or url in self.discovery_urls:
                continue
            seen.add(url)
            if self.since and link.published_at and link.published_at < self.since:
                continue
            yield Link(url, link.title, link.published_at, link.modified_at)

    def address(self, raw: str) -> str | None:
        """The one form of a link's address; None when it cannot be an article of this source."""
        url = normalise(raw)
        if url is None or not belongs_to(url, self.source.hosts):
            return None
        if self.article_url is None:
            return None if is_trap(url) else url
        if (twin := desktop(url, self.source.hosts)) and self.article_url.search(twin):
            return twin
        return url if self.article_url.search(url) else None

    def order_pages(self, orders: Iterable[Order], priority: int = 1) -> Iterator[Request]:
        """Requests for article pages, each once a run, up to the limit."""
        for order in orders:
            if order.url in self.gate.ordered:
                continue
            if self.ordered >= self.limit:
                return
            self.ordered += 1
            self.gate.ordered.add(order.url)
            yield Request(
                order.url,
                callback=self.parse_page,
                errback=self.page_failed,
                headers=_conditions(order.etag, order.last_modified),
                dont_filter=True,
                priority=priority,
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
        refusal = judge(order.url, response.url, response.status, content_type, response.body)
        if refusal is None:
            yield from self.go_on(self.fetched(response, order, content_type), Parts(response.url, response.body))
            return
        transient = refusal.transient and response.status not in TRANSIENT
        self.page_error(order, CHALLENGED if transient else response.status, refusal.why)

    def go_on(self, page: FetchedPage, parts: Parts) -> Iterator[Request]:
        """Ask for the rest of an article on several pages; archive and queue it when there is no more."""
        further = parts.further()
        if further is None or not belongs_to(further, self.source.hosts):
            self.keep(page, parts)
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
        asked = response.request.url if response.request else response.url
        if response.status != 200 or judge(asked, response.url, 200, content_type, response.body):
            self.keep(page, parts)
            return
        parts.add(asked, response.body)
        yield from self.go_on(page, parts)

    def part_failed(self, failure: Failure) -> None:
        """Errback of further pages: the article is kept without them."""
        request: Request = failure.request  # type: ignore[attr-defined]
        self.keep(request.cb_kwargs["page"], request.cb_kwargs["parts"])

    def keep(self, page: FetchedPage, parts: Parts) -> None:
        """Archive and queue an article with the pages of it that were had."""
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
        if failure.check(HostClosed):
            self.left_alone(failure)  # nothing is known of the page: it stays in the queue
            return
        request: Request = failure.request  # type: ignore[attr-defined]
        declined = failure.check(IgnoreRequest, DownloadCancelledError)
        self.page_error(request.cb_kwargs["order"], 0 if declined else None, _reason(failure))

    def left_alone(self, failure: Failure) -> None:
        """A host was closed: the source's error, unless the run is ending anyway."""
        if not self.gate.closed:
            self.counts.error = self.counts.error or str(failure.value)

    def page_error(self, order: Order, status: int | None, why: str) -> None:
        """Count and record a page that could not be had."""
        self.counts.failed += 1
        self.storage.record_failed(self.source.id, order.url, status, why)

    def discovery_failed(self, failure: Failure) -> None:
        """Errback of feeds, sitemaps and listings."""
        request: Request = failure.request  # type: ignore[attr-defined]
        discovery, asked = request.cb_kwargs["discovery"], request.cb_kwargs["asked"]
        if not failure.check(HostClosed):
            self.discovery_error(discovery, asked, None, _reason(failure))
        elif not self.gate.closed:
            self.left_alone(failure)
            self.storage.record_discovery(self.source.id, discovery.method, asked, 0, None, None, str(failure.value))

    def discovery_error(self, discovery: Discovery, url: str, status: int | None, why: str) -> None:
        """Count and record a discovery that failed; the source's error is its first."""
        message = f"{discovery.method} {url} {why}"
        self.counts.error = self.counts.error or message
        self.storage.record_discovery(self.source.id, discovery.method, url, status or 0, None, None, message)


def _conditions(etag: str | None, last_modified: str | None) -> dict[str, str]:
    both = {"If-None-Match": etag, "If-Modified-Since": last_modified}
    return {name: value for name, value in both.items() if value and not value.startswith(OWN_ETAG)}


def _header(response: Response, name: str) -> str | None:
    value = response.headers.get(name)
    return value.decode("latin-1") if value else None


def _pairs(headers: Any) -> list[tuple[str, str]]:
    return [(k.decode("latin-1"), v.decode("latin-1")) for k, values in headers.items() for v in values]


def _reason(failure: Failure) -> str:
    name = type(failure.value).__name__
    said = " ".join(str(failure.value).split())[:300] or UNSAID.get(name, "")
    return f"failed: {name}: {said}"
