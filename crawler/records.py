"""The records that the crawler hands to storage, and the protocol that storage implements."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Protocol, runtime_checkable

from crawler.limits import cut


@dataclass(frozen=True, slots=True)
class Link:
    """A discovered article. Times ISO 8601 UTC, as the feed, sitemap or listing states them.

    others   further addresses of it that its entry has, for where the first one leads elsewhere
    body     its text, HTML or plain, where a feed or an API gives it whole
    """

    url: str
    title: str | None = None
    published_at: str | None = None
    modified_at: str | None = None
    others: tuple[str, ...] = ()
    body: str | None = None

    def hints(self) -> dict[str, str]:
        """What discovery knew beyond the address."""
        title = cut(self.title, "title") if self.title else None
        known = {"title": title, "published_at": self.published_at, "modified_at": self.modified_at}
        return {key: value for key, value in known.items() if value}


@dataclass(frozen=True, slots=True)
class Order:
    """An article page to ask for; the validators make the request conditional.

    known    whether it was asked for before, and may have changed: what is new goes before it
    """

    url: str
    etag: str | None = None
    last_modified: str | None = None
    hints: dict[str, str] = field(default_factory=dict)
    known: bool = False


@dataclass(frozen=True, slots=True)
class FetchedPage:
    """An article page as it came, its content encoding (gzip, brotli) already undone by the downloader."""

    url: str
    final_url: str
    source_id: str
    status: int
    request_headers: Sequence[tuple[str, str]]
    response_headers: Sequence[tuple[str, str]]
    body: bytes
    fetched_at: str
    hints: dict[str, str]
    etag: str | None
    last_modified: str | None
    content_type: str


@dataclass
class SourceCounts:
    """What one run did for one source. stats: what it refused, skipped or tried again (crawler/statistics.py)."""

    found: int = 0
    fetched: int = 0
    not_modified: int = 0
    failed: int = 0
    error: str | None = None
    stats: dict[str, int] = field(default_factory=dict)

    def plus(self, later: SourceCounts) -> SourceCounts:
        """What two runs did together; the error is the later one's."""
        return SourceCounts(
            self.found + later.found,
            self.fetched + later.fetched,
            self.not_modified + later.not_modified,
            self.failed + later.failed,
            later.error,
            dict(Counter(self.stats) + Counter(later.stats)),
        )


@dataclass(frozen=True, slots=True)
class CrawlReport:
    """What one run did. outcome: done, failures, interrupted, out of time or outside hours."""

    outcome: str
    sources: dict[str, SourceCounts]


TRANSIENT = frozenset({403, 408, 425, 429, *range(500, 600)})  # statuses that say little about the page itself


class Storage(Protocol):
    """Where the crawler keeps what must outlive it. Every call is durable when it returns."""

    def plan(self, source_id: str, links: Iterable[Link], discovery: str | None = None) -> tuple[list[Order], int]:
        """Queue the links of a feed, sitemap or listing; (those to ask for now, how many were never seen before)."""

    def pending(self, source_id: str) -> list[Order]:
        """Pages that earlier runs found and did not get."""

    def validators(self, url: str) -> tuple[str | None, str | None]:
        """(ETag, Last-Modified) of a feed, sitemap or listing at its last full answer."""

    def known_sitemaps(self, source_id: str) -> list[str]:
        """Sitemaps of this source that were read before, those that an index led to included."""

    def record_discovery(
        self,
        source_id: str,
        method: str,
        url: str,
        status: int,
        etag: str | None,
        last_modified: str | None,
        error: str | None,
        *,
        links: int | None = None,
        articles: int | None = None,
    ) -> None:
        """Remember a feed's, sitemap's or listing's answer.

        Status 0 without an error: it was found (a child of a sitemap index, a listing's further page) and is yet to
        be asked for. `etag` may be one of our own (crawler.discovery.own_etag).
        `links`: how many it leads to; `articles`: how many of them can be this source's articles. None: not counted.
        """

    def record_fetched(self, page: FetchedPage) -> None:
        """Archive the page, then queue it for processing."""

    def record_not_modified(self, url: str, hints: dict[str, str]) -> None:
        """A known page answered 304."""

    def record_failed(self, source_id: str, url: str, status: int | None, error: str) -> None:
        """A page could not be had; it is tried again on later runs until its attempts are used up.

        `status`: of the answer; None when none came; 0 when we declined to ask for the page or to take it. TRANSIENT
        ones and None are the host's trouble rather than the page's.
        """

    def close(self) -> None:
        """Release files and connections."""


@dataclass(frozen=True, slots=True)
class Robots:
    """A robots.txt as last read; `text` is empty where a site has none. fetched_at: ISO 8601 UTC."""

    text: str
    fetched_at: str
    etag: str | None = None
    last_modified: str | None = None


@runtime_checkable
class Memory(Protocol):
    """What a storage may remember of hosts and half-read discoveries beyond a run; one without it may still crawl."""

    def pause(self, host: str) -> tuple[str | None, str]:
        """(until when a host wants to be left alone, ISO 8601 UTC, if it does; why)."""

    def record_pause(self, host: str, until: str, why: str) -> None:
        """A host wants to be left alone until then."""

    def robots(self, origin: str) -> Robots | None:
        """The robots.txt of a scheme, host and port, as last read."""

    def record_robots(self, origin: str, robots: Robots) -> None:
        """Remember a robots.txt."""

    def unfinished(self, source_id: str) -> list[str]:
        """Pages of listings and APIs that earlier runs came across and did not read."""

    def read_at(self, url: str) -> str | None:
        """When a sitemap was last known to be read in its newest state (ISO 8601 UTC); None where it never was."""

    def read_as_listed(self, url: str, lastmod: str) -> str | None:
        """As `read_at`, if its index said then what it says now."""

    def record_listed(self, url: str, lastmod: str) -> None:
        """Remember what the index said of a sitemap that has been read because of it."""

    def first_crawl(self, source_id: str) -> str | None:
        """When the first run that asked this source began (ISO 8601 UTC); None where this is the first."""
