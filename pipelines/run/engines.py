"""Where a run is done: on this machine, or on the workers of a Dask scheduler (pipelines/scale)."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any, Protocol

from crawler.catalogue import Source
from crawler.records import CrawlReport, SourceCounts
from crawler.run import crawl
from pipelines.archive.location import Location
from pipelines.archive.warc import archive_folder
from pipelines.queue.crawl_storage import CrawlStorage
from pipelines.queue.waiting import ArchiveSlice
from pipelines.read.results import SourceRules, Write


class CrawlEngine(Protocol):
    """Crawls `sources` once and leaves what it found and fetched in the queue of `connection` (crawler.run.crawl)."""

    notes: list[str]

    def __call__(
        self,
        connection: sqlite3.Connection,
        run_id: int,
        sources: Sequence[Source],
        *,
        limit: int | None,
        since: date | None,
        max_minutes: float | None,
        on_progress: Callable[[dict[str, SourceCounts]], None],
        meanwhile: Callable[[Callable[[], bool]], None],
    ) -> CrawlReport:
        """One crawl.

        `meanwhile` is called once, unless the crawl is interrupted before. It reads what waits in the queue, and goes
        on for as long as its argument, a function, says that more may come.
        """


class ReadingEngine(Protocol):
    """Reads the archive somewhere else."""

    def __call__(
        self, slices: Iterable[ArchiveSlice], rules: Mapping[str, SourceRules], write: Write
    ) -> list[tuple[str, str]]:
        """Hand the results of all slices to `write`, in order and in batches; (archive file, why) of what failed.

        The pages of what failed stay in the queue.
        """


class LocalCrawl:
    """The crawl on this machine: its process fetches while this one reads; both write to the database in turn.

    poll   only look at what is new (crawler.run.crawl)
    """

    def __init__(self, database: Path, *, poll: bool = False) -> None:
        self.database, self.poll = database, poll
        self.notes: list[str] = []

    def __call__(
        self, connection: sqlite3.Connection, run_id: int, sources: Sequence[Source], **options: Any
    ) -> CrawlReport:
        storage = partial(CrawlStorage, self.database, archive_folder(self.database), run_id)
        return crawl(sources, storage, poll=self.poll, **options)


@contextmanager
def crawl_engine(database: Path, scheduler: str | None) -> Iterator[CrawlEngine]:
    """The crawl on this machine, or on the workers of the Dask scheduler at an address, whose state is checked here.

    Raises UserError for a scheduler that cannot be used; nothing is changed then.
    """
    if scheduler is None:
        yield LocalCrawl(database)
        return
    from pipelines.scale.cluster import connected
    from pipelines.scale.crawl_engine import DaskCrawl

    archive = archive_folder(database).resolve()
    with connected(scheduler, archive) as client:
        yield DaskCrawl(client, archive)


@contextmanager
def reading_engine(archive: Location, scheduler: str | None) -> Iterator[ReadingEngine | None]:
    """What reads the archive: the workers of the Dask scheduler at an address, or this machine (None).

    Raises UserError for a scheduler that cannot be used; nothing is changed then.
    """
    if scheduler is None:
        yield None
        return
    from pipelines.scale.cluster import connected
    from pipelines.scale.reading_engine import DaskReading

    with connected(scheduler, archive) as client:
        yield DaskReading(client, archive)
