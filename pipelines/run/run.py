"""One run: crawl what is new, work the queue, record what happened. The commands `crawl` and `process`."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager, closing, suppress
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path

from crawler.browser import draws, is_asked_for, require_browser
from crawler.catalogue import Source, choose
from crawler.hours import seconds_left
from crawler.records import CrawlReport, SourceCounts
from crawler.settings import require_contact
from pipelines.archive.location import Folder, Location
from pipelines.archive.warc import archive_folder
from pipelines.coverage.update import update as update_coverage
from pipelines.database.lock import run_lock
from pipelines.database.open import naming_faults, open_connection
from pipelines.desk.corrections import Correction, apply_corrections, corrections_file, read_corrections
from pipelines.desk.deciding import carry_out
from pipelines.errors import UserError
from pipelines.health.catalogue import load_sources
from pipelines.isu.update import update as update_stories
from pipelines.operate.retention import gone_from_archive
from pipelines.queue.host_titles import known_names
from pipelines.queue.runs import Runs
from pipelines.queue.waiting import ARCHIVED, WaitingPages
from pipelines.read.results import SourceRules
from pipelines.run.engines import CrawlEngine, LocalCrawl, ReadingEngine, crawl_engine, reading_engine
from pipelines.run.process import process_pages, tag_again
from pipelines.run.rehearsal import Rehearsal, rehearse
from pipelines.run.report import ProcessReport, RunReport
from pipelines.scale.merge import merge_leftovers

PATIENCE = 10.0  # seconds that the page of a hot source waits for others to be read with
LOG = logging.getLogger(__name__)
Progress = Callable[[str, int | None], AbstractContextManager[Callable[[int], None]]]


def crawl_and_process(
    database: Path,
    *,
    catalogue: Path | None,
    only: Sequence[str],
    limit: int | None,
    since: date | None,
    max_minutes: float | None,
    unproven: bool = False,
    hot: bool = False,
    corrections: Path | None = None,
    scheduler: str | None = None,
    progress: Progress,
) -> RunReport:
    """Crawl the chosen sources, here or on a Dask scheduler's workers, then process what was fetched.

    unproven   also those of which nobody has seen yet that they can be read
    hot        only look whether the hot ones have something new (crawler/spiders/polling.py)

    Raises CatalogueError, UserError or LockHeld before anything is changed.
    """
    seconds_left(datetime.now(UTC))  # complains of polite hours that are none
    everything = load_sources(database, catalogue)
    check_database(database)
    chosen = choose(everything, only, unproven=unproven, proven=_proven(database), browser=is_asked_for())
    if hot:
        chosen = [source for source in chosen if source.hot]
    if not chosen and hot:
        raise UserError("--hot: no active source is hot; say hot = true in its entry, or in your own sources")
    if not chosen:
        raise UserError("the catalogue has no active source; name one with --source")
    require_contact(chosen)
    require_browser(chosen)
    if scheduler and any(draws(source) for source in chosen):
        raise UserError("--browser: pages are drawn on this machine alone; leave out --engine dask, or the browser")
    wanted = _corrections(database, corrections)
    with (
        crawl_engine(database, scheduler) as engine,
        naming_faults(database),
        run_lock(database),
        closing(open_connection(database)) as connection,
    ):
        runs = Runs(connection)
        runs.upsert_sources(everything)
        runs.retire_sources(everything)
        apply_corrections(connection, wanted)
        carry_out(connection)
        merge_leftovers(connection, archive_folder(database).resolve())
        return crawl_sources(
            database,
            connection,
            chosen,
            limit=limit,
            since=since,
            max_minutes=max_minutes,
            hot=hot,
            engine=None if hot else engine,
            progress=progress,
        )


def crawl_sources(
    database: Path,
    connection: sqlite3.Connection,
    sources: Sequence[Source],
    *,
    limit: int | None = None,
    since: date | None = None,
    max_minutes: float | None = None,
    hot: bool = False,
    engine: CrawlEngine | None = None,
    progress: Progress,
) -> RunReport:
    """One recorded run over `sources`, on a connection whose lock the caller holds. Default engine: this machine.

    Outside the polite hours only the queue is worked, and no run is recorded. Of the looks at hot sources those that
    found nothing leave no record, and the others one with the outcome HOT.
    """
    engine, folder = engine or LocalCrawl(database, poll=hot), archive_folder(database)
    if seconds_left(datetime.now(UTC)) == 0:
        return RunReport(CrawlReport("outside hours", {}), _process(connection, folder, sources, progress))
    runs = Runs(connection)
    run_id = runs.begin()
    LOG.info("perayapan %d: %d sumber", run_id, len(sources))
    processed = ProcessReport()
    read = partial(
        process_pages,
        connection,
        WaitingPages(connection, run_id),
        folder,
        reading_rules(connection, sources),
        report=processed,
        patience=PATIENCE if any(source.hot for source in sources) else None,
    )
    with progress("mengambil", None) as fetching, progress("membaca", None) as reading:
        try:
            report = engine(
                connection,
                run_id,
                sources,
                limit=limit,
                since=since,
                max_minutes=max_minutes,
                on_progress=_shown(fetching),
                meanwhile=lambda more: read(more=more, on_progress=reading),
            )
        except BaseException:
            with suppress(sqlite3.Error):  # of a full disk; the first error is the one to tell
                runs.end(run_id, CrawlReport("failures", {}), processed.by_source)
            raise
    try:
        # Of an interrupted run what is fetched is safe in the queue; the next run reads it.
        if report.outcome != "interrupted" and (processed.read or not hot):
            cover_new(connection, processed, progress)
    finally:
        look = hot and report.outcome in ("done", "failures")
        (runs.end_look if look else runs.end)(run_id, report, processed.by_source)
        LOG.info("perayapan %d: selesai (%s)", run_id, report.outcome)
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # a reader under a fast writer lets the WAL grow
    return RunReport(report, processed, notes=engine.notes)


def _shown(advance: Callable[[int], None]) -> Callable[[dict[str, SourceCounts]], None]:
    """A crawl tells how many pages it has fetched so far; `advance` wants to hear of the new ones alone."""
    shown = 0

    def show(counts: dict[str, SourceCounts]) -> None:
        nonlocal shown
        fetched = sum(count.fetched for count in counts.values())
        advance(fetched - shown)
        shown = fetched

    return show


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
    sources = load_sources(database, catalogue)
    wanted = _corrections(database, corrections)
    place = _archive(database, archive)
    open_connection(database, create=False).close()  # a missing or foreign database is named before the lock is made
    with (
        reading_engine(place, scheduler) as engine,
        naming_faults(database),
        run_lock(database),
        closing(open_connection(database, create=False)) as connection,
    ):
        corrected = apply_corrections(connection, wanted) + carry_out(connection)
        if again == "tag":
            count = connection.execute("SELECT count(*) FROM articles WHERE language = 'id'").fetchone()[0]
            with progress("menandai", count) as advance:
                return RunReport(processed=tag_again(connection, on_progress=advance), corrected=corrected)
        gone = 0
        if again == "extract":
            WaitingPages(connection).requeue()
            gone = gone_from_archive(connection)
        processed = _process(connection, place, sources, progress, engine)
        return RunReport(processed=processed, gone=gone, corrected=corrected)


def rehearse_extract(
    database: Path, *, catalogue: Path | None, archive: Location | None = None, progress: Progress
) -> Rehearsal:
    """What `process_queue(again="extract")` would change; nothing is written."""
    sources, place = load_sources(database, catalogue), _archive(database, archive)
    with naming_faults(database), closing(open_connection(database, create=False)) as connection:
        count = connection.execute(f"SELECT count(*) FROM pages WHERE {ARCHIVED}").fetchone()[0]
        with progress("membaca", count) as advance:
            return rehearse(connection, place, reading_rules(connection, sources), on_progress=advance)


def _archive(database: Path, named: Location | None) -> Location:
    """Where the pages are. Raises UserError for a place that is none: every page would count as failed."""
    if named is None:
        return archive_folder(database).resolve()
    if isinstance(named, Path) and not named.is_dir():
        raise UserError(f"--archive {named}: no such folder")
    if isinstance(named, str):
        Folder(named)
    return named


def _proven(database: Path) -> set[str]:
    """The sources that `pantau sources check` has proven for this database; none while there is no database."""
    if not database.exists():
        return set()
    with naming_faults(database), closing(open_connection(database)) as connection:
        return Runs(connection).proven_sources()


def _corrections(database: Path, named: Path | None) -> set[Correction]:
    """The corrections to apply: of the named file, of the one beside the database, or none."""
    file = named or corrections_file(database)
    return read_corrections(file) if named or file.exists() else set()


def _process(
    connection: sqlite3.Connection,
    archive: Location,
    sources: Iterable[Source],
    progress: Progress,
    engine: ReadingEngine | None = None,
) -> ProcessReport:
    report, waiting = ProcessReport(), WaitingPages(connection)
    with progress("membaca", waiting.count()) as advance:
        rules = reading_rules(connection, sources)
        process_pages(connection, waiting, archive, rules, report=report, engine=engine, on_progress=advance)
    cover_new(connection, report, progress)
    return report


def cover_new(connection: sqlite3.Connection, report: ProcessReport, progress: Progress) -> None:
    """Compare what is new with the press releases of its time, then put it into stories, which need to know."""
    with progress("mencocokkan siaran pers", None) as advance:
        report.covered = update_coverage(connection, on_progress=advance).pairs
    with progress("mengelompokkan isu", None) as advance:
        update_stories(connection, on_progress=advance)


def reading_rules(connection: sqlite3.Connection, sources: Iterable[Source]) -> Mapping[str, SourceRules]:
    """How to read each source's pages: the catalogue's word, or what the database remembers of sources not in it."""
    remembered = connection.execute("SELECT id, press_releases FROM sources")
    known = known_names(connection)
    rules = {source_id: SourceRules(bool(releases), known=known) for source_id, releases in remembered}
    return rules | {source.id: SourceRules(source.press_releases, source.extract, known) for source in sources}


def check_database(database: Path) -> None:
    """Raise UserError, before anything is created, when the folder is missing or the file is not ours.

    An empty file is no database yet: another first crawl has just begun it, or died then.
    """
    if not database.absolute().parent.is_dir():
        raise UserError(f"{database}: its folder does not exist; create it or give --db another path")
    if database.is_dir() or (database.exists() and database.stat().st_size):
        open_connection(database, create=False).close()
