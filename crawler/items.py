"""The records that the crawler hands to storage, and the protocol that storage implements."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Link:
    """A discovered article. Times ISO 8601 UTC, as the feed, sitemap or listing states them."""

    url: str
    title: str | None = None
    published_at: str | None = None
    modified_at: str | None = None

    def hints(self) -> dict[str, str]:
        """What discovery knew beyond the address."""
        known = {"title": self.title, "published_at": self.published_at, "modified_at": self.modified_at}
        return {key: value for key, value in known.items() if value}


@dataclass(frozen=True, slots=True)
class Order:
    """An article page to ask for; the validators make the request conditional."""

    url: str
    etag: str | None = None
    last_modified: str | None = None
    hints: dict[str, str] = field(default_factory=dict)


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
    """What one run did for one source."""

    found: int = 0
    fetched: int = 0
    not_modified: int = 0
    failed: int = 0
    error: str | None = None


@dataclass(frozen=True, slots=True)
class CrawlReport:
    """What one run did. outcome: done, failures, interrupted or out of time."""

    outcome: str
    sources: dict[str, SourceCounts]


class Storage(Protocol):
    """Where the crawler keeps what must outlive it. Every call is durable when it returns."""

    def plan(self, source_id: str, links: Iterable[Link]) -> tuple[list[Order], int]:
        """Queue the links; (those to ask for now, how many were never seen before)."""

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

        `links`: how many it leads to; `articles`: how many of them can be this source's articles. None: not counted.
        """

    def record_fetched(self, page: FetchedPage) -> None:
        """Archive the page, then queue it for processing."""

    def record_not_modified(self, url: str, hints: dict[str, str]) -> None:
        """A known page answered 304."""

    def record_failed(self, source_id: str, url: str, status: int | None, error: str) -> None:
        """A page could not be had; it is tried again on later runs until its attempts are used up."""

    def close(self) -> None:
        """Release files and connections."""
