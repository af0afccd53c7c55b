"""One run: crawl what is new, work the queue, record what happened. The commands `crawl` and `process`."""

from __future__ import annotations

import logging
import os
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, closing, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from typing import Any, Protocol

from crawler.catalogue import Source, choose, load_catalogue
from crawler.hours import seconds_left
from crawler.records import CrawlReport, SourceCounts
from crawler.run import crawl
from crawler.settings import require_contact
from pipelines.archive.location import Folder, Location
from pipelines.archive.warc import archive_folder
from pipelines.coverage.update import update as update_coverage
from pipelines.database.lock import run_lock
from pipelines.database.open import naming_full_disk, open_connection
from pipelines.desk.corrections import Correction, apply_corrections, corrections_file, read_corrections
from pipelines.errors import UserError
from pipelines.operate.retention import gone_from_archive
from pipelines.queue.crawl_storage import CrawlStorage
from pipelines.queue.queue import Queue
from pipelines.read.results import SourceRules
from pipelines.run.process import Engine, ProcessReport, process_pages, tag_again
from pipelines.scale.merge import merge_leftovers

LOG = logging.getLogger(__name__)
Progress = Callable[[str, int | None], AbstractContextManager[Callable[[int], None]]]


class Crawl(Protocol):
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
        """`meanwhile` reads what waits in the queue for as long as its argument says that more may come; called once,
        unless the crawl is interrupted before."""


class LocalCrawl:
    """The crawl on this machine: its process fetches while this one reads; both write to the database in turn."""

    def __init__(self, database: Path) -> None:
        self.database = database
        self.notes: list[str] = []

    def __call__(
        self, connection: sqlite3.Connection, run_id: int, sources: Sequence[Source], **options: Any
    ) -> CrawlReport:
        return crawl(sources, partial(CrawlStorage, self.database, archive_folder(self.database), run_id), **options)


@contextmanager
def crawl_engine(database: Path, scheduler: str | None) -> Iterator[Crawl]:
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
def reading_engine(archive: Location, scheduler: str | None) -> Iterator[Engine | None]:
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


@dataclass
class RunReport:
    """What a run did, for the person who started it."""

    crawl: CrawlReport | None = None
    processed: ProcessReport = field(default_factory=ProcessReport)
    gone: int = 0  # pages that --again could not read because their part of the archive was removed
    corrected: int = 0  # articles whose people or organisations the corrections file changed
    notes: list[str] = field(default_factory=list)  # further lines for the summary

    @property
    def failures(self) -> list[tuple[str, str]]:
        """(source or page, reason) of everything that failed."""
        found = [(s, c.error) for s, c in self.crawl.sources.items() if c.error] if self.crawl else []
        if self.crawl:
            found += [(s, f"{c.failed} halaman gagal diambil") for s, c in self.crawl.sources.items() if c.failed]
        return found + self.processed.failed

    @property
    def interrupted(self) -> bool:
        """Whether somebody stopped the crawl."""
        return self.crawl is not None and self.crawl.outcome == "interrupted"

    def summary(self) -> list[str]:
        """A line on the crawl and one on the processing, in Indonesian."""
        lines = []
        if self.crawl and self.crawl.outcome == "outside hours":
            hours = os.environ.get("PANTAU_POLITE_HOURS")
            lines.append(f"di luar jam pengambilan (PANTAU_POLITE_HOURS={hours} WIB): tidak ada yang diminta")
        elif self.crawl:
            total = SourceCounts()
            for counts in self.crawl.sources.values():
                total.found += counts.found
                total.fetched += counts.fetched
                total.not_modified += counts.not_modified
                total.failed += counts.failed
            lines.append(
                f"{len(self.crawl.sources)} sumber: {total.found} tautan baru, {total.fetched} halaman diambil, "
                f"{total.not_modified} tidak berubah (304), {total.failed} gagal"
            )
        lines += self.notes
        p = self.processed
        lines.append(
            f"{p.read} halaman dibaca: {p.new} artikel baru, {p.changed} versi baru, {p.unchanged} tetap, "
            f"{len(p.failed)} gagal"
        )
        if self.gone:
            lines.append(f"{self.gone} halaman tidak dibaca ulang: arsipnya sudah dihapus (pantau prune)")
        if p.covered:
            lines.append(f"{p.covered} liputan siaran pers dicocokkan")
        if self.corrected:
            lines.append(f"{self.corrected} artikel diselaraskan dengan berkas koreksi")
        return lines


def crawl_and_process(
    database: Path,
    *,
    catalogue: Path | None,
    only: Sequence[str],
    limit: int | None,
    since: date | None,
    max_minutes: float | None,
    corrections: Path | None = None,
    scheduler: str | None = None,
    progress: Progress,
) -> RunReport:
    """Crawl the chosen sources, here or on a Dask scheduler's workers, then process what was fetched.

    Raises CatalogueError, UserError or LockHeld before anything is changed.
    """
    seconds_left(datetime.now(UTC))  # complains of polite hours that are none
    everything = load_catalogue(catalogue)
    chosen = choose(everything, only)
    if not chosen:
        raise UserError("the catalogue has no active source; name one with --source")
    check_database(database)
    require_contact(chosen)
    wanted = _corrections(database, corrections)
    with (
        crawl_engine(database, scheduler) as engine,
        naming_full_disk(database),
        run_lock(database),
        closing(open_connection(database)) as connection,
    ):
        queue = Queue(connection)
        queue.upsert_sources(everything)
        queue.retire_sources(everything)
        apply_corrections(connection, wanted)
        merge_leftovers(connection, archive_folder(database).resolve())
        return crawl_sources(
            database, connection, chosen, limit=limit, since=since, max_minutes=max_minutes, engine=engine,
            progress=progress,
        )  # fmt: skip


def crawl_sources(
    database: Path,
    connection: sqlite3.Connection,
    sources: Sequence[Source],
    *,
    limit: int | None = None,
    since: date | None = None,
    max_minutes: float | None = None,
    engine: Crawl | None = None,
    progress: Progress,
) -> RunReport:
    """One recorded run over `sources`, on a connection whose lock the caller holds. Default engine: this machine.

    Outside the polite hours only the queue is worked, and no run is recorded.
    """
    engine = engine or LocalCrawl(database)
    queue = Queue(connection)
    folder = archive_folder(database)
    if seconds_left(datetime.now(UTC)) == 0:
        return RunReport(CrawlReport("outside hours", {}), _process(connection, queue, folder, sources, progress))
    run_id = queue.begin_run()
    LOG.info("perayapan %d: %d sumber", run_id, len(sources))
    fetched = 0
    rules = _rules(connection, sources)
    processed = ProcessReport()
    with progress("mengambil", None) as fetching, progress("membaca", None) as reading:

        def show(counts: dict[str, SourceCounts]) -> None:
            nonlocal fetched
            total = sum(c.fetched for c in counts.values())
            fetching(total - fetched)
            fetched = total

        def read(more: Callable[[], bool]) -> None:
            process_pages(connection, queue, folder, rules, report=processed, more=more, on_progress=reading)

        try:
            report = engine(
                connection, run_id, sources, limit=limit, since=since, max_minutes=max_minutes, on_progress=show,
                meanwhile=read,
            )  # fmt: skip
        except BaseException:
            with suppress(sqlite3.Error):  # of a full disk; the first error is the one to tell
                queue.end_run(CrawlReport("failures", {}), processed.by_source)
            raise
    try:
        if report.outcome != "interrupted":  # what is fetched is safe in the queue; the next run reads it
            _cover(connection, processed, progress)
    finally:
        queue.end_run(report, processed.by_source)
        LOG.info("perayapan %d: selesai (%s)", run_id, report.outcome)
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # a reader under a fast writer lets the WAL grow
    return RunReport(report, processed, notes=engine.notes)


def process_queue(
    database: Path,
    *,
    again: str | None,
    catalogue: Path | None,
    corrections: Path | None = None,
    archive: Location | None = None,
    scheduler: str | None = None,
    progress: Progress,
) -> RunReport:
    """Work the queue; `again` is "extract" (re-read every archived page), "tag" (tag every stored article) or None.

    archive    where the pages are; default the folder beside the database
    scheduler  of the Dask workers that read them; default this machine
    """
    if again == "tag" and (archive or scheduler):
        raise UserError("--again tag: reads the database, here; --archive and --engine dask are for reading pages")
    sources = load_catalogue(catalogue)
    wanted = _corrections(database, corrections)
    place = _archive(database, archive)
    open_connection(database, create=False).close()  # a missing or foreign database is named before the lock is made
    with (
        reading_engine(place, scheduler) as engine,
        naming_full_disk(database),
        run_lock(database),
        closing(open_connection(database, create=False)) as connection,
    ):
        corrected = apply_corrections(connection, wanted)
        if again == "tag":
            count = connection.execute("SELECT count(*) FROM articles WHERE language = 'id'").fetchone()[0]
            with progress("menandai", count) as advance:
                return RunReport(processed=tag_again(connection, on_progress=advance), corrected=corrected)
        queue = Queue(connection)
        gone = 0
        if again == "extract":
            queue.requeue()
            gone = gone_from_archive(connection)
        processed = _process(connection, queue, place, sources, progress, engine)
        return RunReport(processed=processed, gone=gone, corrected=corrected)


def _archive(database: Path, named: Location | None) -> Location:
    """Where the pages are. Raises UserError for a place that is none: every page would count as failed."""
    if named is None:
        return archive_folder(database).resolve()
    if isinstance(named, Path) and not named.is_dir():
        raise UserError(f"--archive {named}: no such folder")
    if isinstance(named, str):
        Folder(named)
    return named


def _corrections(database: Path, named: Path | None) -> set[Correction]:
    """The corrections to apply: of the named file, of the one beside the database, or none."""
    file = named or corrections_file(database)
    return read_corrections(file) if named or file.exists() else set()


def _process(
    connection: sqlite3.Connection,
    queue: Queue,
    archive: Location,
    sources: Iterable[Source],
    progress: Progress,
    engine: Engine | None = None,
) -> ProcessReport:
    report = ProcessReport()
    with progress("membaca", queue.count_fetched()) as advance:
        rules = _rules(connection, sources)
        process_pages(connection, queue, archive, rules, report=report, engine=engine, on_progress=advance)
    _cover(connection, report, progress)
    return report


def _cover(connection: sqlite3.Connection, report: ProcessReport, progress: Progress) -> None:
    with progress("mencocokkan siaran pers", None) as advance:
        report.covered = update_coverage(connection, on_progress=advance).pairs


def _rules(connection: sqlite3.Connection, sources: Iterable[Source]) -> Mapping[str, SourceRules]:
    """How to read each source's pages: the catalogue's word, or what the database remembers of sources not in it."""
    remembered = connection.execute("SELECT id, press_releases FROM sources")
    rules = {source_id: SourceRules(bool(releases)) for source_id, releases in remembered}
    return rules | {source.id: SourceRules(source.press_releases, source.extract) for source in sources}


def check_database(database: Path) -> None:
    """Raise UserError, before anything is created, when the folder is missing or the file is not ours."""
    if not database.absolute().parent.is_dir():
        raise UserError(f"{database}: its folder does not exist; create it or give --db another path")
    if database.exists():
        open_connection(database, create=False).close()
