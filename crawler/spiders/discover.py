"""Finding articles: asks a source's feeds, sitemaps and listings, and hands their links to storage."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from scrapy.http import Response, TextResponse
from scrapy.http.request import Request
from twisted.python.failure import Failure

from crawler.addresses import article_address
from crawler.catalogue import Discovery
from crawler.discovery import MAX_DOWNLOAD, OWN_ETAG, DiscoveryError, own_etag
from crawler.discovery_entry import MAX_PAGES, with_variables
from crawler.first_days import first_day
from crawler.gate import HostClosed
from crawler.patterns import ArticlePattern
from crawler.records import Link, Memory
from crawler.spiders.api import read_api, wordpress_address
from crawler.spiders.errback import errback
from crawler.spiders.exchange import ANSWERS, conditions, header, reason, validators
from crawler.spiders.feed import read_feed
from crawler.spiders.fetch import Pages
from crawler.spiders.listing import read_listing
from crawler.spiders.sitemap import read_sitemap
from crawler.spiders.task import SourceTask
from crawler.times import day_after, is_day
from crawler.urls import belongs_to, carried, normalise

SEEN = f"{OWN_ETAG}seen:"  # before the time up to which the changes of a WordPress were read
MAX_SITEMAPS = 50  # children of a sitemap index that one run reads
# A sitemap of so many links, or an index of so many dated sitemaps, is an archive: of it a first crawl takes the last
# days alone (crawler/first_days.py).
MANY_LINKS, MANY_SITEMAPS = 500, 6
MAX_SITEMAP_DEPTH = 3  # the protocol knows one index above the sitemaps; some sites nest one more

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Asked:
    """A feed, a sitemap or one page of a listing that this run asks for.

    walk   the addresses of the pages that it is one of: a listing's, an API's; else its own alone
    page   which of them, from 0
    depth  how many sitemap indexes led to it
    etag   of its last full answer, perhaps one of our own (crawler.discovery.own_etag)
    seen   of WordPress: up to when earlier runs have read its changes (ISO 8601 UTC)
    listed of a sitemap: the lastmod with which an index led to it
    """

    discovery: Discovery
    walk: Sequence[str]
    page: int
    depth: int
    etag: str | None
    seen: str | None = None
    listed: str | None = None

    @property
    def url(self) -> str:
        """The address in the catalogue's form, without keys and questions that differ from run to run."""
        return self.walk[self.page]

    @property
    def name(self) -> str:
        """What it is called in errors: "feed https://..."."""
        return f"{self.discovery.method} {self.url}"

    @property
    def is_own(self) -> bool:
        """Whether the catalogue itself names it."""
        return not self.depth


class Discoveries:
    """The feeds, sitemaps and listings of one source in one run."""

    def __init__(self, task: SourceTask, pages: Pages) -> None:
        self.task = task
        self.source, self.storage = task.source, task.storage
        self.pages = pages
        self.asked: dict[str, Asked] = {}  # in this run, by address: an index may lead back to itself
        self.recorded: set[str] = set()  # those of them of which something is known by now
        self.sitemaps = 0
        self.max_sitemaps = getattr(task.storage, "max_sitemaps", MAX_SITEMAPS)  # a check is content with fewer
        self.article_url = ArticlePattern(task.source.article_url) if task.source.article_url else None
        first = task.storage.first_crawl(task.source.id) if isinstance(task.storage, Memory) else None
        self.first_day = first_day(first)
        self.polling = False
        self.read_to: dict[str, str | None] = {}  # of WordPress: up to when earlier runs have read its changes
        self.own = {url for item in task.source.discover for url in item.urls()}
        self.own_addresses = {normalise(url) for url in self.own}

    def ask(
        self, discovery: Discovery, walk: Sequence[str], page: int = 0, depth: int = 0, listed: str | None = None
    ) -> Iterator[Request]:
        """A conditional request for a feed, a sitemap or one page of a listing or an API, once a run."""
        if walk[page] in self.asked:
            return
        asked = self.asked[walk[page]] = Asked(discovery, walk, page, depth, None, None, listed)
        etag, last_modified = self.storage.validators(walk[page])
        asked = self.asked[walk[page]] = replace(asked, etag=etag, seen=self.seen(discovery, walk))
        try:
            url = with_variables(asked.url)
        except LookupError as error:
            self.error(asked, None, f"needs a key: the variable {error.args[0]} is not set")
            return
        if discovery.method == "wordpress":
            url = wordpress_address(url, asked.seen, self.task.since or (None if asked.seen else self.first_day))
        drawing = self.task.drawing if discovery.method == "listing" else {}
        headers = {} if drawing else conditions(etag, last_modified)  # that the empty page is the same says nothing
        yield Request(
            url,
            method="POST" if discovery.post else "GET",
            body=discovery.post or "",
            callback=self.parse,
            errback=self.failed,
            headers=headers | ({"Content-Type": "application/json"} if discovery.post else {}),
            dont_filter=True,
            priority=10,
            meta={"handle_httpstatus_list": ANSWERS, "download_maxsize": MAX_DOWNLOAD} | drawing,
            cb_kwargs={"asked": asked},
        )

    def seen(self, discovery: Discovery, walk: Sequence[str]) -> str | None:
        """Up to when WordPress's changes were read when this run began."""
        if discovery.method == "wordpress" and walk[0] not in self.read_to:
            etag = self.storage.validators(walk[0])[0] or ""
            self.read_to[walk[0]] = etag.removeprefix(SEEN) if etag.startswith(SEEN) else None
        return self.read_to.get(walk[0])

    async def parse(self, response: Response, asked: Asked) -> AsyncIterator[Request]:
        """Queue what a feed, sitemap or listing leads to, and ask for what is new."""
        if _is_unchanged(response, asked):
            for request in self.unchanged(asked):
                yield request
            return
        if asked.page and response.status in (400, 404, 410):  # 400: WordPress
            self.record(asked, response.status)  # the listing has fewer pages than the catalogue allows for
            return
        try:
            if response.status >= 400:
                raise DiscoveryError(f"answered {response.status}")
            # In a thread: a sitemap of 50 MB takes seconds, in which other sources should not wait.
            links, children, missed = await asyncio.to_thread(read_answer, response, asked.discovery)
            wanted = list(self.wanted(asked, links))
        except DiscoveryError as error:
            self.error(asked, response.status, str(error))
            return
        for request in self.children(asked, children):
            yield request
        for request in self.follow(response, asked, len(links), wanted, is_index=bool(children and not links)):
            yield request
        if missed:  # its articles are taken all the same
            self.error(asked, response.status, missed)

    def follow(
        self, response: Response, asked: Asked, links: int, wanted: list[Link], *, is_index: bool
    ) -> Iterator[Request]:
        """Requests for the articles that a full answer leads to, and for the listing's next page if anything is new.

        links   how many links the answer has
        wanted  those of them that can be articles
        """
        orders, fresh = self.storage.plan(self.source.id, wanted, asked.url)
        self.task.counts.found += fresh
        goes_on = orders if asked.discovery.method == "wordpress" else fresh
        further = asked.walk[asked.page + 1 :] if goes_on and asked.page + 1 < _pages(response) else []
        if further and asked.discovery.method != "wordpress":
            self.storage.record_discovery(self.source.id, asked.discovery.method, further[0], 0, None, None, None)
        # To find no article is a fault where the catalogue itself sends us, but not in an index of sitemaps, in the
        # sitemaps of pages and categories that an index leads to, on a listing's later pages, or in what --since left.
        # What WordPress has changed since the last run may be nothing.
        expected = asked.is_own and not asked.page and not is_index and not self.task.since and not asked.seen
        counts = (links, len(wanted)) if wanted or expected else (None, None)
        # The validators are stored after the links: a crash in between asks again rather than losing links.
        self.record(asked, response.status, _validators(response, asked, wanted), counts)
        texts = {link.url: link for link in wanted if link.body}
        yield from self.pages.order(orders, texts, instead=asked.discovery.method in ("api", "wordpress"))
        if further:
            yield from self.ask(asked.discovery, asked.walk, asked.page + 1)

    def unchanged(self, asked: Asked) -> Iterator[Request]:
        """Nothing is new; but many sites' indexes stay the same when an article in one of their sitemaps is corrected,
        so the sitemaps that an unchanged index led to before are asked, conditionally."""
        self.task.counts.not_modified += 1
        self.record(asked, 304)
        if not asked.is_own or asked.discovery.method != "sitemap" or self.polling:
            return
        known = [url for url in self.storage.known_sitemaps(self.source.id) if url not in self.own]
        # The source may have moved since. What has no validator of its own would come whole: once a day is enough.
        there = [url for url in known if belongs_to(url, self.source.hosts) and not self.is_fresh(url)]
        self.task.count("sitemaps/current", len(known) - len(there))
        for url in there[: max(0, self.max_sitemaps - self.sitemaps)]:
            self.sitemaps += 1
            yield from self.ask(asked.discovery, [url], depth=MAX_SITEMAP_DEPTH)

    def children(self, asked: Asked, found: list[Link]) -> Iterator[Request]:
        """Requests for the sitemaps of an index, newest first; they are remembered before they are asked for."""
        new = list(dict.fromkeys(child.url for child in self.changed(found) if child.url not in self.asked))
        own = [url for url in new if belongs_to(url, self.source.hosts)] if asked.depth < MAX_SITEMAP_DEPTH else []
        chosen = own[: max(0, self.max_sitemaps - self.sitemaps)]
        self.task.count("sitemaps/refused", len(new) - len(own))
        self.task.count("sitemaps/left", len(own) - len(chosen))
        if len(chosen) < len(new):
            logger.info("%s: %s: %d of its %d new sitemaps are read", self.source.id, asked.url, len(chosen), len(new))
        listed = {child.url: child.modified_at for child in found}
        for url in chosen:
            self.sitemaps += 1
            self.storage.record_discovery(self.source.id, "sitemap", url, 0, None, None, None)
            yield from self.ask(asked.discovery, [url], depth=asked.depth + 1, listed=listed[url])

    def changed(self, found: list[Link]) -> list[Link]:
        """The sitemaps of an index but those that were read since they changed, and those from before our time."""
        memory = self.storage if isinstance(self.storage, Memory) else None
        left, before, current = [], 0, 0
        for child in found:
            when = child.modified_at
            read = memory.read_as_listed(child.url, when) if memory and when else None
            if when and len(found) >= MANY_SITEMAPS and when < (self.task.since or self.first_day):
                before += 1
            elif when and read and (not is_day(when) or day_after(when) < read):
                current += 1
            else:
                left.append(child)
        self.task.count("sitemaps/before", before)
        self.task.count("sitemaps/current", current)
        return left

    def is_fresh(self, url: str) -> bool:
        """Whether a sitemap without validators of the site's own was read within a day."""
        etag, last_modified = self.storage.validators(url)
        if last_modified or (etag and not etag.startswith(OWN_ETAG)) or not isinstance(self.storage, Memory):
            return False
        read = self.storage.read_at(url)
        return read is not None and read > (datetime.now(UTC) - timedelta(days=1)).isoformat(timespec="seconds")

    def wanted(self, asked: Asked, links: Sequence[Link]) -> Iterator[Link]:
        """The links that can be this source's articles, each address once, in its one form."""
        seen: set[str] = set()
        large = asked.discovery.method == "sitemap" and len(links) >= MANY_LINKS and not self.task.since
        left: Counter[str] = Counter()
        for link in links:
            url, why = self.best_address(link)
            if why:
                left[why] += 1
            elif url in seen or url in self.own_addresses:
                continue
            elif self.task.since and (link.published_at or link.modified_at or self.task.since) < self.task.since:
                left["links/old"] += 1
            elif large and (link.modified_at or link.published_at or self.first_day) < self.first_day:
                left["links/before"] += 1
            else:
                seen.add(url)
                yield Link(url, link.title, link.published_at, link.modified_at, body=link.body)
        for name, times in left.items():
            self.task.count(name, times)
        if left["links/before"]:
            days = "PANTAU_FIRST_DAYS"
            logger.info(
                "%s: %s: %d older articles are left (%s)", self.source.id, asked.name, left["links/before"], days
            )
        told = ", ".join(f"{times} {name}" for name, times in left.items()) or "none left out"
        logger.debug("%s: %s: %d links to articles, %s", self.source.id, asked.name, len(seen), told)

    def best_address(self, link: Link) -> tuple[str, str]:
        """As `address`, of the first of a link's addresses that can be an article; else what is wrong with the first.

        A link into another host may carry the article's address in a parameter ("?url=https%3A%2F%2F...").
        """
        first = "", ""
        for raw in (link.url, *link.others):
            url, why = self.address(raw)
            if not why and (urlsplit(url).path != "/" or urlsplit(url).query or not link.others):
                return url, ""
            first = first if first[1] else (url, why or "links/other")
            if why == "links/foreign":
                for inner in carried(raw):
                    found = self.address(inner)
                    if not found[1]:
                        return found
        return first

    def address(self, raw: str) -> tuple[str, str]:
        """(the one form of a link's address, ""), or ("", which statistic counts it) where it is no article of ours."""
        return article_address(raw, self.source.hosts, self.article_url)

    @errback
    def failed(self, failure: Failure) -> None:
        """Errback of feeds, sitemaps and listings."""
        request: Request = failure.request  # type: ignore[attr-defined]
        asked: Asked = request.cb_kwargs["asked"]
        if not failure.check(HostClosed):
            self.error(asked, None, reason(failure))
        elif self.task.left_alone(asked.url, str(failure.value)):
            self.record(asked, 0, error=str(failure.value))

    def error(self, asked: Asked, status: int | None, why: str) -> None:
        """Count and record a discovery that failed; the source's error is its first."""
        message = f"{asked.name} {why}"
        self.task.count("discovery/failed")
        logger.info("%s: %s", self.source.id, message)
        self.task.counts.error = self.task.counts.error or message
        self.record(asked, status or 0, error=message)

    def broke(self, asked: Asked, status: int | None, error: Exception) -> None:
        """Our own code failed on a discovery, or before it was asked: an error like any other."""
        self.error(asked, status, self.task.broke(asked.name, error))

    def unanswered(self) -> None:
        """At the end of a run that nobody ended: what was asked for and of which nothing is known has failed, too."""
        for url, asked in self.asked.items():
            if url not in self.recorded and not self.task.gate.closed:
                self.error(asked, None, "was never answered")

    def record(
        self,
        asked: Asked,
        status: int,
        validators: tuple[str | None, str | None] = (None, None),
        counts: tuple[int | None, int | None] = (None, None),
        error: str | None = None,
    ) -> None:
        """Remember an answer (crawler.records.Storage.record_discovery); counts: links, and articles among them."""
        self.recorded.add(asked.url)
        url = asked.walk[0] if asked.discovery.method == "wordpress" else asked.url  # its pages are one stream
        self.storage.record_discovery(
            self.source.id,
            asked.discovery.method,
            url,
            status,
            *validators,
            error,
            links=counts[0],
            articles=counts[1],
        )
        # Only what was read whole was read as the index lists it: a death before the answer asks again.
        if asked.listed and not error and isinstance(self.storage, Memory):
            self.storage.record_listed(asked.url, asked.listed)


def _is_unchanged(response: Response, asked: Asked) -> bool:
    """Whether an answer is the one before: by its status, or by our own validator where the site gives none."""
    if response.status == 304:
        return True
    etag, _ = _validators(response, asked, ())
    return (
        response.status == 200
        and etag is not None
        and etag == asked.etag
        and etag.startswith(OWN_ETAG)
        and not etag.startswith(SEEN)
    )


def _pages(response: Response) -> int:
    """How many pages there are, where the answer says so (WordPress's X-WP-TotalPages); else as many as may be."""
    said = header(response, "X-WP-TotalPages") or ""
    return int(said) if said.isascii() and said.isdigit() and len(said) < 9 else MAX_PAGES


def _validators(response: Response, asked: Asked, wanted: Iterable[Link]) -> tuple[str | None, str | None]:
    """(ETag, Last-Modified) of an answer; a whole one that has neither gets an ETag of our own.

    Of WordPress, whose answers differ with what they are asked, it is up to when its changes were read.
    """
    if asked.discovery.method == "wordpress":
        seen = max((link.modified_at for link in wanted if link.modified_at), default=asked.seen)
        return (f"{SEEN}{seen}" if seen else None), None
    etag, last_modified = validators(response)
    if response.status == 200 and not etag and not last_modified:
        etag = own_etag(response.body)
    return etag, last_modified


def read_answer(response: Response, discovery: Discovery) -> tuple[list[Link], list[Link], str | None]:
    """(article links, further sitemaps, what could not be found) of an answer. Raises DiscoveryError."""
    if discovery.method == "feed":
        return read_feed(response.body, response.url), [], None
    if discovery.method == "sitemap":
        return *read_sitemap(response.body, response.url), None
    if discovery.method in ("api", "wordpress"):
        links, missed = read_api(response.body, response.url, discovery)
        return links, [], missed
    encoding = response.encoding if isinstance(response, TextResponse) else None
    return read_listing(response.body, response.url, discovery.links, encoding), [], None
