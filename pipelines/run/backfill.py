"""`pantau backfill`: a source's past, in stretches between which the ordinary crawl has its turn.

A stretch holds the run's lock for SLICE minutes at most, and gives it back at once when somebody waits for it
(pipelines/database/lock.py). What a stretch found and did is in the database, so that any of them may be the last one.
"""

from __future__ import annotations

import logging
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path

from protego import Protego

from crawler.catalogue import Source, choose
from crawler.history import Days, first_steps
from crawler.hours import seconds_left
from crawler.records import SourceCounts
from crawler.run import crawl
from crawler.settings import PRODUCT, require_contact
from crawler.urls import origin
from pipelines.archive.warc import archive_folder
from pipelines.database.lock import LockHeld, is_wanted, run_lock
from pipelines.database.open import naming_faults, open_connection
from pipelines.errors import UserError
from pipelines.health.catalogue import load_sources
from pipelines.queue.backfill import Backfill, Stretch, begin_backfill
from pipelines.queue.backfill_estimate import Estimate, estimate
from pipelines.queue.history_storage import HistoryStorage
from pipelines.queue.hosts import Hosts
from pipelines.queue.runs import Runs
from pipelines.queue.waiting import WaitingPages
from pipelines.run.local_reading import LocalReading
from pipelines.run.process import process_pages
from pipelines.run.report import ProcessReport
from pipelines.run.run import Progress, check_database, cover_new, reading_rules
from pipelines.wording.wib import WIB

LOG = logging.getLogger(__name__)
SLICE = 10.0  # minutes
PAUSE = 0.5  # seconds between two looks at whether somebody waits for the lock
TURN = 1.0  # seconds between two looks at whether the lock is free again
STALLED = 2  # stretches in a row that come to nothing; then the site is left for another day
ANSWER = 0.3  # seconds that an answer takes on an ordinary day


class GiveWay(Exception):
    """Somebody waits for the lock."""


@dataclass
class BackfillReport:
    """What a backfill did, and how it ended.

    outcome   done, stopped (nobody agreed), interrupted, out of time, outside hours, stalled
    fetched, failed  pages of this time; left: pages that still wait
    broken    (address, why) of sitemaps and listings that were given up
    error     why the site gave nothing more
    """

    outcome: str = "done"
    fetched: int = 0
    failed: int = 0
    left: int = 0
    error: str | None = None
    broken: list[tuple[str, str]] = field(default_factory=list)
    processed: ProcessReport = field(default_factory=ProcessReport)


def backfill(
    database: Path,
    source_id: str,
    since: date,
    until: date | None,
    *,
    catalogue: Path | None,
    agree: Callable[[Days, Estimate], bool],
    max_minutes: float | None = None,
    progress: Progress,
) -> BackfillReport:
    """Fetch and read what a source published from `since` to `until` (default today), both days in WIB included.

    agree  is asked before anything but a few sitemaps and listings is fetched

    Raises CatalogueError, UserError or LockHeld before anything is changed.
    """
    everything = load_sources(database, catalogue)
    (source,) = choose(everything, [source_id])
    _check(source, Days(since, until or datetime.now(WIB).date()))
    seconds_left(datetime.now(UTC))  # complains of polite hours that are none
    require_contact([source])
    check_database(database)
    run = _Run(database, source, max_minutes)
    with naming_faults(database):
        with run.turn(wait=False) as connection:
            Runs(connection).upsert_sources(everything)
            book = begin_backfill(connection, source, since, until)
            run.begin(book)
            if not book.moves():
                run.stretch(book, Stretch(pages=0, survey=True))
            ahead = estimate(book, _pace(connection, source))
        if run.report.outcome == "done" and not agree(run.days, ahead):
            run.report.outcome = "stopped"
        with progress(f"mengambil dari {source.id}", (ahead.pages + ahead.texts) or None) as advance:
            while run.report.outcome == "done" and run.go_on(everything, advance, progress):
                pass
    return run.report


def _check(source: Source, days: Days) -> None:
    if days.first > days.last:
        raise UserError(f"--since {days.first}: is after --until {days.last}; give the earlier day as --since")
    if source.status == "refuses":
        raise UserError(f"{source.id}: refuses crawlers that say who they are; it is left alone")
    if next(first_steps(source, days), None) is None:
        raise UserError(
            f"{source.id}: has no way into its past: no sitemap, no listing by page or day, no API of WordPress; "
            "docs/commands/sources.md has the keys that make one"
        )


class _Run:
    """One call of the command: its stretches, and what they came to."""

    def __init__(self, database: Path, source: Source, max_minutes: float | None) -> None:
        self.database, self.source = database, source
        self.folder = archive_folder(database)
        self.reading = LocalReading(self.folder.resolve())
        self.report = BackfillReport()
        self.until = time.monotonic() + max_minutes * 60 if max_minutes else None
        self.stalled = 0

    def begin(self, book: Backfill) -> None:
        """Which backfill this is."""
        self.id, self.days = book.id, book.days
        book.settle()

    @contextmanager
    def turn(self, *, wait: bool = True) -> Iterator[sqlite3.Connection]:
        """The lock and a connection; `wait`: when nobody else wants the lock. Raises LockHeld where it is not to."""
        with ExitStack() as stack:
            if not self._locked(stack, wait=wait):
                LOG.info("%s: pengambilan susulan menunggu sampai proses lain selesai", self.source.id)
                while not self._locked(stack, wait=wait):
                    time.sleep(TURN)
            yield stack.enter_context(closing(open_connection(self.database)))

    def _locked(self, stack: ExitStack, *, wait: bool) -> bool:
        if wait and is_wanted(self.database):
            return False
        try:
            stack.enter_context(run_lock(self.database, gives_way=True))
        except LockHeld:
            if not wait:
                raise
            return False
        return True

    def go_on(self, everything: list[Source], advance: Callable[[int], None], progress: Progress) -> bool:
        """One stretch, and the reading of what it fetched; whether another one is to follow."""
        with self.turn() as connection:
            book = Backfill(connection, self.source, self.id, self.days)
            before = book.moves()
            if not any(book.left()):
                book.finish()
                self.report.broken = book.broken()
                return False
            gave_way = not self.stretch(book, Stretch(), advance)
            if not gave_way:
                self.read(connection, everything, progress)
            self.report.left = book.left().pages
            self.stalled = self.stalled + 1 if book.moves() == before and not gave_way else 0
        if self.report.outcome == "done" and self.stalled >= STALLED:
            self.report.outcome = "stalled"
        if self.report.outcome == "done" and self.until is not None and time.monotonic() >= self.until:
            self.report.outcome = "out of time"
        return self.report.outcome == "done"

    def stretch(self, book: Backfill, stretch: Stretch, advance: Callable[[int], None] | None = None) -> bool:
        """One crawl; False when it ended because somebody waits for the lock."""
        minutes = SLICE
        if self.until is not None:
            minutes = max(0.01, min(SLICE, (self.until - time.monotonic()) / 60))
        storage = partial(HistoryStorage, self.database, self.folder, self.source, self.id, self.days, stretch)
        counts = SourceCounts()

        def show(told: dict[str, SourceCounts]) -> None:
            nonlocal counts
            if advance:
                advance(told[self.source.id].fetched - counts.fetched)
            counts = told[self.source.id]

        gave_way = False
        try:
            report = crawl([self.source], storage, max_minutes=minutes, on_progress=show, meanwhile=self.give_way)
        except GiveWay:
            gave_way = True
        else:
            counts = report.sources[self.source.id]
            if report.outcome in ("interrupted", "outside hours"):
                self.report.outcome = report.outcome
        self.report.fetched += counts.fetched
        self.report.failed += counts.failed
        self.report.error = counts.error
        return not gave_way

    def give_way(self, running: Callable[[], bool]) -> None:
        """Watch out for others while the crawl fetches. Raises GiveWay, which ends it."""
        while running():
            if is_wanted(self.database):
                raise GiveWay
            time.sleep(PAUSE)

    def read(self, connection: sqlite3.Connection, everything: list[Source], progress: Progress) -> None:
        """Read what was fetched. What an interrupted stretch fetched, the next run reads."""
        if self.report.outcome == "interrupted":
            return
        waiting = WaitingPages(connection)
        with progress("membaca", waiting.count()) as advance:
            process_pages(
                connection,
                waiting,
                self.reading.archive,
                reading_rules(connection, everything),
                report=self.report.processed,
                engine=self.reading,
                on_progress=advance,
            )
        cover_new(connection, self.report.processed, progress)


def _pace(connection: sqlite3.Connection, source: Source) -> float:
    """Seconds from one request to the next: the source's delay or its robots.txt's, and an answer."""
    wanted = source.delay
    robots = Hosts(connection).robots(origin(source.homepage))
    if robots and robots.text:
        rules = Protego.parse(robots.text)
        wanted = max(wanted, float(rules.crawl_delay(PRODUCT) or 0))
    return wanted + ANSWER
