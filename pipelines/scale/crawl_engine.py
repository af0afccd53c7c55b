"""`pantau crawl --engine dask`: the crawl of many sources, spread by host over the workers of a Dask scheduler."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from crawler.catalogue import Source
from crawler.records import CrawlReport, SourceCounts
from pipelines.errors import UserError
from pipelines.scale.lease import Lease
from pipelines.scale.merge import Merged, merge_shard, remove_run
from pipelines.scale.shards import (
    UNFINISHED,
    Work,
    is_shard,
    read_attempts,
    read_work,
    shards_folder,
    take_lock,
    total,
    write_shard,
)
from pipelines.scale.sites import deal, group_by_site
from pipelines.settings.load import remote

if TYPE_CHECKING:
    from distributed import Client, Future

SHARDS_A_WORKER = 2  # so that a lost worker's sources go to two others; each shard costs two processes, 110 MB together
RETRIES = 2  # times that a task which fails (its worker alive) is tried again; a lost worker is Dask's own count
TICK = 0.5  # seconds between two looks at the shards
STOPPING = 30.0  # seconds that crawls have for a clean stop; crawler.run needs at most 15, a network folder some more
NO_WORKERS = 60.0  # seconds without any worker after which a run ends with what it has

OnProgress = Callable[[dict[str, SourceCounts]], None]


class ShardLost(Exception):
    """A shard's crawl ended without a result; the message is its last word."""


class DaskCrawl:
    """Crawls on the workers of `client`; the calling process alone writes to the database."""

    def __init__(self, client: Client, archive: Path) -> None:
        self.client = client
        self.archive = archive
        self.notes: list[str] = []  # what a person should know beyond the counts, in Indonesian

    def __call__(
        self,
        connection: sqlite3.Connection,
        run_id: int,
        sources: Sequence[Source],
        *,
        limit: int | None,
        since: date | None,
        max_minutes: float | None,
        on_progress: OnProgress,
        meanwhile: Callable[[Callable[[], bool]], None],
    ) -> CrawlReport:
        """One crawl of `sources`; as crawler.run.crawl, Ctrl-C included. What was fetched is read at the end."""
        workers = sorted(self.client.nthreads())
        if not workers:
            raise UserError("the Dask scheduler has lost all its workers; start some and run again")
        run = shards_folder(self.archive) / str(run_id)
        run.mkdir(parents=True)
        waiting = dict(
            connection.execute("SELECT source_id, count(*) FROM pages WHERE state = 'found' GROUP BY source_id")
        )
        dealt = deal(group_by_site(sources), SHARDS_A_WORKER * len(workers), waiting)
        with Lease(run / "lease", max_minutes * 60 if max_minutes else None) as lease:
            folders = []
            for number, members in enumerate(dealt):
                folder = run / str(number)
                work = Work(run_id, tuple(members), self.archive, limit, since, remote(os.environ))
                write_shard(connection, folder, work)
                folders.append(folder)
            watched = _Watched(self.client, connection, folders, lease, on_progress)
            watched.submit(workers)
            watched.wait()
        self.notes.append(_note(watched.merged, len(workers)))
        if not watched.left:
            remove_run(run)
        report = watched.report(sources)
        if report.outcome != "interrupted":
            meanwhile(lambda: False)
        return report


class _Watched:
    """The shards of one run while they are crawled: what is done is merged at once."""

    def __init__(
        self,
        client: Client,
        connection: sqlite3.Connection,
        folders: list[Path],
        lease: Lease,
        on_progress: OnProgress,
    ) -> None:
        self.client, self.connection, self.lease, self.on_progress = client, connection, lease, on_progress
        self.running: dict[Path, Future | None] = dict.fromkeys(folders)
        self.merged: dict[Path, Merged] = {}
        self.errors: dict[Path, str] = {}
        self.left: list[Path] = []  # shards whose crawl did not stop in time; the next run takes them in
        self.interrupted = False
        self.workers_seen = time.monotonic()

    def submit(self, workers: Sequence[str]) -> None:
        """Hand the shards out, evenly; a worker is a wish, so that another can take its shards over."""
        for number, folder in enumerate(self.running):
            self.running[folder] = self.client.submit(
                crawl_shard,
                str(folder),
                key=f"pantau-{folder.parent.name}-{folder.name}-{os.urandom(4).hex()}",
                workers=[workers[number % len(workers)]],
                allow_other_workers=True,
                retries=RETRIES,
            )

    def wait(self) -> None:
        """Until every shard is merged or given up."""
        try:
            while self.running and not self._hopeless():
                self._look()
                time.sleep(TICK)
        except KeyboardInterrupt:
            self.interrupted = True
        self._stop()

    def _look(self) -> None:
        for folder, future in list(self.running.items()):
            assert future is not None
            if future.status in ("pending", "lost"):  # lost: its worker died after it was done; Dask begins it again
                continue
            if future.status == "error":
                self.errors[folder] = _reason(future.exception())
            elif future.status != "finished":
                self.errors[folder] = f"the scheduler has lost the task ({future.status})"
                self.lease.stop()  # Dask can no longer say what runs: all crawls end, none is left alone
            if not self._merge(folder, 0 if future.status == "finished" else STOPPING):
                self.left.append(folder)
            del self.running[folder]
        self.on_progress(self._counts())

    def _hopeless(self) -> bool:
        """Whether nobody is left to crawl, or the time is up and the crawls have had theirs to stop in."""
        if self._has_workers():
            self.workers_seen = time.monotonic()
        elif time.monotonic() - self.workers_seen > NO_WORKERS:
            for folder in self.running:
                self.errors[folder] = f"no Dask worker was left for {NO_WORKERS:.0f} s"
            return True
        return self.lease.deadline is not None and time.monotonic() > self.lease.deadline + STOPPING

    def _has_workers(self) -> bool:
        try:
            return self.client.status == "running" and bool(self.client.nthreads())
        except (OSError, TimeoutError):
            return False

    def _stop(self) -> None:
        """Ask what still runs to stop, then merge it; a second Ctrl-C leaves it to the next run."""
        if not self.running:
            return
        try:
            self.lease.stop()
            if self.client.status == "running":
                self.client.cancel([future for future in self.running.values() if future is not None])
            deadline = time.monotonic() + STOPPING
            while self.running and time.monotonic() < deadline:
                for folder in list(self.running):
                    if self._merge(folder, 0):
                        del self.running[folder]
                time.sleep(TICK)
        except KeyboardInterrupt:
            self.interrupted = True
        self.left.extend(self.running)
        self.running.clear()

    def _merge(self, folder: Path, seconds: float) -> bool:
        """Take a shard's results in, unless somebody still crawls it."""
        lock = take_lock(folder, seconds)
        if lock is None:
            return False
        try:
            if is_shard(folder):  # else Ctrl-C came between its merging and our noting it
                self.merged[folder] = merge_shard(self.connection, folder)
        finally:
            os.close(lock)
        return True

    def _counts(self) -> dict[str, SourceCounts]:
        counts: dict[str, SourceCounts] = {}
        for merged in self.merged.values():
            counts |= merged.sources
        for folder in [*self.running, *self.left]:
            attempts = read_attempts(folder)
            for source in attempts[0].sources if attempts else ():
                counts[source] = total([attempt.sources[source] for attempt in attempts])
        return counts

    def report(self, sources: Sequence[Source]) -> CrawlReport:
        """What all shards did together."""
        counts = {source.id: SourceCounts() for source in sources} | self._counts()
        self.on_progress(counts)
        if self.interrupted:
            return CrawlReport("interrupted", counts)
        late = self.lease.remaining() == 0
        for folder, merged in self.merged.items():
            if merged.outcome in UNFINISHED and not late:
                _blame(counts, merged.sources, self.errors.get(folder, "its crawl was lost"))
        for folder in self.left:
            members = [source.id for source in read_work(folder).sources]
            _blame(counts, members, self.errors.get(folder, "its crawl does not stop; the next run takes it in"))
        if late or any(merged.outcome == "out of time" for merged in self.merged.values()):
            return CrawlReport("out of time", counts)
        failed = any(count.error or count.failed for count in counts.values())
        return CrawlReport("failures" if failed else "done", counts)


def crawl_shard(folder: str) -> None:
    """The task, in a thread of a Dask worker: one attempt at a shard, in a process of its own.

    Safe to run again, or twice at once: the shard's lock and its files say what is left to do.
    Raises FileNotFoundError without access to the shared folder, ShardLost when the attempt failed.
    """
    from distributed import get_worker, secede

    worker = get_worker().address
    if not is_shard(Path(folder)):
        raise FileNotFoundError(f"worker {worker} has no access to {folder}")
    secede()  # a crawl waits most of the time: it must not keep a lost worker's shards from starting here
    command = [sys.executable, "-m", "pipelines.scale.attempt", folder, worker]
    # The pipe stays open as long as the worker lives: its end tells the attempt to stop.
    log = Path(folder, "log")
    with (
        log.open("ab") as output,
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=output, stderr=output, start_new_session=True) as run,
    ):
        code = run.wait()
    if code:
        said = log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
        raise ShardLost(f"worker {worker}: {said[-1] if said else f'exit code {code}'}")


def _blame(counts: dict[str, SourceCounts], members: Iterable[str], why: str) -> None:
    for source_id in members:
        counts[source_id].error = counts[source_id].error or why


def _reason(error: Any) -> str:
    return f"{type(error).__name__}: {' '.join(str(error).split())[:300]}"


def _note(merged: dict[Path, Merged], workers: int) -> str:
    moved = [m for m in merged.values() if len(m.workers) > 1]
    names = Counter(worker for m in moved for worker in m.workers[:-1])
    note, gone = _line(f"{len(merged)} bagian di {workers} pekerja Dask"), ", ".join(sorted(names))
    if moved:
        note = _line(f"{note}; {len(moved)} diambil alih setelah pekerja hilang ({gone})")
    torn = sum(m.torn for m in merged.values())
    return _line(f"{note}; {torn} halaman tidak sampai ke folder bersama dan akan diambil lagi") if torn else note


def _line(text: str) -> str:
    """A line that the run says at its end: benchmarks/messages.py finds it by this name."""
    return text
