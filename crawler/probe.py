"""A look at sources without storing anything: the very crawl, into a storage that only takes notes."""

from __future__ import annotations

import pickle
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from crawler.catalogue import Source
from crawler.records import CrawlReport, FetchedPage, Link, Order
from crawler.run import crawl

MAX_SITEMAPS = 2  # of a sitemap index: enough to see that they lead to articles


@dataclass(frozen=True, slots=True)
class Probe:
    """What one feed, sitemap or listing answered. `status` 0: nothing; `newest` ISO 8601 UTC.

    links, articles: how many it leads to, and how many of them can be articles; None where that is not counted
    (an index of sitemaps, a failure).
    """

    method: str
    url: str
    status: int
    error: str | None
    links: int | None = None
    articles: int | None = None
    newest: str | None = None


@dataclass
class Notes:
    """What one source answered: its discoveries, and one article page or why it could not be had.

    more   further article pages, where more than one was wanted
    """

    probes: list[Probe] = field(default_factory=list)
    page: FetchedPage | None = None
    more: list[FetchedPage] = field(default_factory=list)
    page_url: str | None = None
    page_error: str | None = None


class NoteStorage:
    """crawler.records.Storage that keeps nothing but notes, and leaves them in `file` (a pickle) when it is closed."""

    max_sitemaps = MAX_SITEMAPS

    def __init__(self, file: Path, source_ids: Sequence[str], articles: int = 1) -> None:
        self.file = file
        self.articles = articles
        self.notes = {source_id: Notes() for source_id in source_ids}
        self.newest: dict[str, str | None] = {}

    def plan(self, source_id: str, links: Iterable[Link], discovery: str | None = None) -> tuple[list[Order], int]:
        """The first links, if no page was asked for yet; nothing counts as new, so that listings stop at page one."""
        found = list(links)
        dates = [date for link in found if (date := link.modified_at or link.published_at)]
        self.newest[source_id] = max(dates, default=None)
        if not found or self.notes[source_id].page_url:
            return [], 0
        self.notes[source_id].page_url = found[0].url
        return [Order(link.url, hints=link.hints()) for link in found[: self.articles]], 0

    def pending(self, source_id: str) -> list[Order]:
        """Nothing is left over."""
        return []

    def validators(self, url: str) -> tuple[str | None, str | None]:
        """None: the whole answer is wanted."""
        return None, None

    def known_sitemaps(self, source_id: str) -> list[str]:
        """None is known."""
        return []

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
        """Note an answer."""
        newest = None if error else self.newest.pop(source_id, None)
        self.notes[source_id].probes.append(Probe(method, url, status, error, links, articles, newest))

    def record_fetched(self, page: FetchedPage) -> None:
        """Note an article page."""
        notes = self.notes[page.source_id]
        if notes.page is None:
            notes.page = page
        else:
            notes.more.append(page)

    def record_not_modified(self, url: str, hints: dict[str, str]) -> None:
        """Cannot come: nothing is asked conditionally."""

    def record_failed(self, source_id: str, url: str, status: int | None, error: str) -> None:
        """Note why the article page could not be had."""
        self.notes[source_id].page_error = error

    def close(self) -> None:
        """Hand the notes over."""
        self.file.write_bytes(pickle.dumps(self.notes))


def probe(sources: Sequence[Source], seconds: float, articles: int = 1) -> tuple[dict[str, Notes], CrawlReport]:
    """Ask every discovery of every source, and so many articles each, for at most `seconds` (and what is in flight).

    Robots.txt, delays, user agent and guards are the crawl's own. Returns notes by source id, and the crawl's report.
    """
    with tempfile.TemporaryDirectory(prefix="pantau-check-") as folder:
        file = Path(folder) / "notes"
        open_storage = partial(NoteStorage, file, [source.id for source in sources], articles)
        report = crawl(sources, open_storage, limit=articles, max_minutes=seconds / 60)
        # Written by our own child process in a folder that only we can read.
        notes = pickle.loads(file.read_bytes()) if file.exists() else {}
    return {source.id: notes.get(source.id, Notes()) for source in sources}, report
