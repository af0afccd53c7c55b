"""One run: crawl what is new, work the queue, record what happened. The commands `crawl` and `process`."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager, closing
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from pathlib import Path

from crawler.catalogue import Source, choose, load_catalogue
from crawler.items import CrawlReport, SourceCounts
from crawler.run import crawl
from pipelines.archive import archive_folder
from pipelines.corrections import Row, apply_corrections, corrections_file, read_corrections
from pipelines.coverage.update import update as update_coverage
from pipelines.database import connect, naming_full_disk
from pipelines.errors import UserError
from pipelines.lock import run_lock
from pipelines.process import ProcessReport, SourceRules, process_pages, tag_again
from pipelines.queue import CrawlStorage, Queue

Progress = Callable[[str, int | None], AbstractContextManager[Callable[[int], None]]]


@dataclass
class RunReport:
    """What a run did, for the person who started it."""

    crawl: CrawlReport | None = None
    processed: ProcessReport = field(default_factory=ProcessReport)
    corrected: int = 0  # articles whose people or organisations the corrections file changed

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
        if self.crawl:
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
        p = self.processed
        lines.append(
            f"{p.read} halaman dibaca: {p.new} artikel baru, {p.changed} versi baru, {p.unchanged} tetap, "
            f"{len(p.failed)} gagal"
        )
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
    progress: Progress,
) -> RunReport:
    """Crawl the chosen sources, then process what was fetched.

    Raises CatalogueError, UserError or LockHeld before anything is changed.
    """
    everything = load_catalogue(catalogue)
    chosen = choose(everything, only)
    if not chosen:
        raise UserError("the catalogue has no active source; name one with --source")
    check_database(database)
    wanted = _corrections(database, corrections)
    with naming_full_disk(database), run_lock(database), closing(connect(database).conn) as connection:
        queue = Queue(connection)
        queue.upsert_sources(everything)
        apply_corrections(connection, wanted)
        return crawl_sources(
            database, connection, chosen, limit=limit, since=since, max_minutes=max_minutes, progress=progress
        )


def crawl_sources(
    database: Path,
    connection: sqlite3.Connection,
    sources: Sequence[Source],
    *,
    limit: int | None = None,
    since: date | None = None,
    max_minutes: float | None = None,
    progress: Progress,
) -> RunReport:
    """One recorded run over `sources`, on a connection whose lock the caller holds."""
    queue = Queue(connection)
    run_id = queue.begin_run()
    folder = archive_folder(database)
    fetched = 0
    with progress("mengambil", None) as advance:

        def show(counts: dict[str, SourceCounts]) -> None:
            nonlocal fetched
            total = sum(c.fetched for c in counts.values())
            advance(total - fetched)
            fetched = total

        report = crawl(
            sources, partial(CrawlStorage, database, folder, run_id), limit=limit, since=since,
            max_minutes=max_minutes, on_progress=show,
        )  # fmt: skip
    processed = ProcessReport()
    try:
        if report.outcome != "interrupted":  # what is fetched is safe in the queue; the next run reads it
            processed = _process(connection, queue, folder, sources, progress)
    finally:
        queue.end_run(report, processed.by_source)
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # a reader under a fast writer lets the WAL grow
    return RunReport(report, processed)


def process_queue(
    database: Path,
    *,
    again: str | None,
    catalogue: Path | None,
    corrections: Path | None = None,
    progress: Progress,
) -> RunReport:
    """Work the queue; `again` is "extract" (re-read every archived page), "tag" (tag every stored article) or None."""
    sources = load_catalogue(catalogue)
    wanted = _corrections(database, corrections)
    connect(database, create=False).close()  # a missing or foreign database is named before the lock is made
    with naming_full_disk(database), run_lock(database), closing(connect(database, create=False).conn) as connection:
        corrected = apply_corrections(connection, wanted)
        if again == "tag":
            count = connection.execute("SELECT count(*) FROM articles WHERE language = 'id'").fetchone()[0]
            with progress("menandai", count) as advance:
                return RunReport(processed=tag_again(connection, on_progress=advance), corrected=corrected)
        queue = Queue(connection)
        if again == "extract":
            queue.requeue()
        processed = _process(connection, queue, archive_folder(database), sources, progress)
        return RunReport(processed=processed, corrected=corrected)


def _corrections(database: Path, named: Path | None) -> set[Row]:
    """The corrections to apply: of the named file, of the one beside the database, or none."""
    file = named or corrections_file(database)
    return read_corrections(file) if named or file.exists() else set()


def _process(
    connection: sqlite3.Connection, queue: Queue, folder: Path, sources: Iterable[Source], progress: Progress
) -> ProcessReport:
    with progress("membaca", queue.count_fetched()) as advance:
        report = process_pages(connection, queue, folder, _rules(connection, sources), on_progress=advance)
    with progress("mencocokkan siaran pers", None) as advance:
        report.covered = update_coverage(connection, on_progress=advance).pairs
    return report


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
        connect(database, create=False).close()
