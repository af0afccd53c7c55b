"""`pantau import`: others' WARC files through our archive, queue and reading, as if we had fetched their pages."""

from __future__ import annotations

import hashlib
import json
import sqlite3
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import IO

from crawler.addresses import Owners
from crawler.catalogue import Source, choose
from crawler.limits import cut, fits
from crawler.records import FetchedPage
from crawler.refusals import refusal
from crawler.urls import same_page
from pipelines.archive.foreign import Answer, Records, archive_key, is_warc
from pipelines.archive.members import Position
from pipelines.archive.warc import Archive, archive_folder, mend
from pipelines.database.lock import run_lock
from pipelines.database.open import naming_faults, open_connection
from pipelines.errors import UserError
from pipelines.health.catalogue import load_sources
from pipelines.queue.imports import TAKE, UNREAD, Imports, Taken, record_mark
from pipelines.queue.runs import Runs
from pipelines.queue.waiting import WaitingPages
from pipelines.run.local_reading import LocalReading
from pipelines.run.process import process_pages
from pipelines.run.report import ProcessReport
from pipelines.run.run import Progress, check_database, cover_new, reading_rules

READ_TOGETHER = 1_000  # pages that are taken before they are read
TOGETHER = 64  # records of pages in one transaction
RECORDS = 5_000  # records after which it is remembered how far the file is read, whatever is in them
MB = 1_000_000


@dataclass(frozen=True, slots=True)
class ArchiveFile:
    """A WARC file to read, perhaps one that lies in a WACZ (a zip); `inner` is its name there.

    key, size  as pipelines.archive.foreign.archive_key has them
    """

    path: Path
    inner: str | None
    key: str
    size: int

    @property
    def name(self) -> str:
        """What it is called."""
        return f"{self.path.name}/{self.inner.rpartition('/')[2]}" if self.inner else self.path.name

    @contextmanager
    def open(self) -> Iterator[IO[bytes]]:
        """The file, open for reading."""
        with ExitStack() as stack:
            if self.inner is None:
                yield stack.enter_context(self.path.open("rb"))
                return
            yield stack.enter_context(stack.enter_context(zipfile.ZipFile(self.path)).open(self.inner))


@dataclass
class FileReport:
    """What one file brought.

    counts  records; by name what became of them (pipelines.archive.foreign.Records, pipelines.queue.imports)
    before  when it was read to its end by an earlier import; nothing was done then
    is_cut  whether the file ends within a record
    garbage bytes between the records that belong to none
    """

    name: str
    counts: Counter[str] = field(default_factory=Counter)
    before: str | None = None
    is_cut: bool = False
    garbage: int = 0

    @property
    def is_damaged(self) -> bool:
        """Whether something of it could not be read, or nothing was there."""
        return self.is_cut or bool(self.counts["damaged"]) or not (self.counts["records"] or self.before)


@dataclass
class ImportReport:
    """What an import did."""

    files: list[FileReport] = field(default_factory=list)
    processed: ProcessReport = field(default_factory=ProcessReport)


def import_archives(
    database: Path,
    paths: Sequence[Path],
    *,
    catalogue: Path | None,
    only: Sequence[str] = (),
    progress: Progress,
) -> ImportReport:
    """Take the catalogue's articles out of others' archives, and read them.

    only  ids of sources; default all of the catalogue, whatever their status: nobody is asked for anything

    A run that was killed goes on where it was. Raises UserError, CatalogueError or LockHeld before anything is changed.
    """
    everything = load_sources(database, catalogue)
    sources = choose(everything, only) if only else everything
    files = [file for path in paths for file in archive_files(path)]
    check_database(database)
    report = ImportReport()
    with (
        naming_faults(database),
        run_lock(database),
        closing(open_connection(database)) as connection,
        closing(_Importer(connection, archive_folder(database), sources)) as importer,
    ):
        Runs(connection).upsert_sources(everything)
        reading = LocalReading(archive_folder(database).resolve())
        rules = reading_rules(connection, everything)

        def read() -> None:
            waiting = WaitingPages(connection)
            with progress("membaca", waiting.count()) as advance:
                process_pages(
                    connection,
                    waiting,
                    reading.archive,
                    rules,
                    report=report.processed,
                    engine=reading,
                    on_progress=advance,
                )

        for file in files:
            for done in importer.take(file, progress):
                if done:
                    report.files.append(done)
                read()
        cover_new(connection, report.processed, progress)
    return report


def archive_files(path: Path) -> list[ArchiveFile]:
    """The WARC files of a path: itself, or those in a WACZ. Raises UserError for what holds none."""
    try:
        if not path.is_file():
            raise UserError(f"{path}: no such file; give the path of a WARC file (.warc, .warc.gz) or of a .wacz")
        inner = _inner(path)
        files = []
        for name in inner or [None]:
            with ArchiveFile(path, name, "", 0).open() as file:
                files.append(ArchiveFile(path, name, *archive_key(file)))
                if not is_warc(file):
                    raise UserError(f"{files[-1].name}: is no WARC file: no record is at its beginning")
    except (OSError, zipfile.BadZipFile, NotImplementedError, RuntimeError) as error:
        raise UserError(f"{path}: cannot be read ({error})") from error
    return files


def _inner(path: Path) -> list[str | None]:
    """The names of the WARC files in a WACZ (specs.webrecorder.net/wacz); none for another file."""
    if not zipfile.is_zipfile(path):
        return []
    with zipfile.ZipFile(path) as packed:
        names: list[str | None] = [name for name in packed.namelist() if name.endswith((".warc.gz", ".warc"))]
    if not names:
        raise UserError(f"{path}: is a zip file that holds no WARC file")
    return names


class _Importer:
    """Takes pages out of others' archives into ours, and queues them."""

    def __init__(self, connection: sqlite3.Connection, folder: Path, sources: Sequence[Source]) -> None:
        self.imports = Imports(connection)
        for torn, size in mend(folder):
            self.imports.orders.forget_lost(torn, size)
        self.archive = Archive(folder)
        self.owners = Owners(sources)
        looked_for = sorted([s.id, sorted(s.hosts), s.article_url] for s in sources)
        self.wanted = hashlib.sha256(json.dumps(looked_for).encode()).hexdigest()[:32]
        self._last: tuple[str, tuple[Source, str] | None] = ("", None)

    def close(self) -> None:
        self.archive.close()

    def owner(self, url: str) -> tuple[Source, str] | None:
        """Whose article an address is; asked twice of each page that is taken."""
        if self._last[0] != url:
            self._last = url, self.owners.owner(url)
        return self._last[1]

    def take(self, file: ArchiveFile, progress: Progress) -> Iterator[FileReport | None]:
        """Pages of a file into the queue; None whenever they are to be read, at the end what became of the file."""
        reached = self.imports.begin(file.key, file.name, file.size, self.wanted)
        if reached.finished:
            yield FileReport(file.name, before=reached.finished)
            return
        start = Position(reached.member, reached.inside)
        with file.open() as opened, progress(f"mengambil dari {file.name} (MB)", file.size // MB) as advance:
            records = Records(opened, start, lambda url: self.owner(url) is not None)
            records.counts = reached.counts
            batch = _Batch(self.imports, file, records)
            bar = _Megabytes(advance)
            for answer in records:
                if answer is not None and self._add(batch, answer) == UNREAD:
                    batch.record(before=True)
                    yield None
                    self._add(batch, answer)
                batch.seen()
                if batch.taken_since >= READ_TOGETHER:
                    batch.record()
                    batch.taken_since = 0
                    yield None
                bar.reach(records.stream.compressed)
            batch.record(finished=not records.is_cut)
        yield FileReport(file.name, records.counts, None, records.is_cut, records.stream.garbage)

    def _add(self, batch: _Batch, answer: Answer) -> str:
        """Take an answer, or count why not; UNREAD when what waits is to be read first."""
        found = self.owner(answer.url)
        assert found is not None
        source, url = found
        if refusal(url, answer.url, answer.status, answer.content_type, answer.body):
            batch.records.counts["refused"] += 1
            return "refused"
        verdict, known_as = self.imports.verdict(url, answer.captured_at, answer.body)
        if verdict == TAKE and not batch.urls.isdisjoint([known_as, *same_page(known_as)]):
            verdict = UNREAD
        if verdict == UNREAD:
            return verdict
        batch.records.counts[verdict] += 1
        if verdict == TAKE:
            page = _as_fetched(answer, known_as, source.id)
            place = self.archive.write(page)
            batch.add(Taken(replace(page, body=b""), *place, record_mark(url, answer.captured_at, answer.body)))
        return verdict


class _Batch:
    """The pages that are in our archive and not yet in the queue, and how far the file is read with them."""

    def __init__(self, imports: Imports, file: ArchiveFile, records: Records) -> None:
        self.imports, self.file, self.records = imports, file, records
        self.taken: list[Taken] = []
        self.urls: set[str] = set()
        self.taken_since = 0
        self.unseen = 0
        self.before: tuple[Position, Counter[str]] = (records.position, records.counts.copy())

    def add(self, one: Taken) -> None:
        self.taken.append(one)
        self.urls.add(one.page.url)
        self.taken_since += 1

    def seen(self) -> None:
        """A record has been dealt with."""
        self.unseen += 1
        self.before = self.records.position, self.records.counts.copy()
        if len(self.taken) >= TOGETHER or self.unseen >= RECORDS:
            self.record()

    def record(self, *, before: bool = False, finished: bool = False) -> None:
        """Queue them. `before`: the last record that was read is not dealt with yet."""
        position, counts = self.before if before else (self.records.position, self.records.counts)
        self.imports.record(self.file.key, self.file.name, self.taken, position, counts, finished=finished)
        self.taken, self.urls, self.unseen = [], set(), 0


class _Megabytes:
    """Tells a progress bar how many megabytes of a file have been read."""

    def __init__(self, advance: Callable[[int], None]) -> None:
        self.advance = advance
        self.told = 0

    def reach(self, position: int) -> None:
        if (step := position // MB - self.told) > 0:
            self.told += step
            self.advance(step)


def _as_fetched(answer: Answer, url: str, source_id: str) -> FetchedPage:
    return FetchedPage(
        url=url,
        final_url=answer.url,
        source_id=source_id,
        status=answer.status,
        request_headers=(),
        response_headers=answer.headers,
        body=answer.body,
        fetched_at=answer.captured_at,
        hints={},
        etag=fits(answer.header("etag"), "etag"),
        last_modified=fits(answer.header("last-modified"), "time"),
        content_type=cut(answer.content_type, "content type"),
    )
