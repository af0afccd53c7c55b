"""One attempt at a shard: `python -m pipelines.scale.attempt FOLDER WORKER`, a process on a worker's machine.

A process of its own because a Dask worker is often a daemonic process, which may have no children, and because it
must outlive the worker by the seconds that a clean stop takes. It ends when its standard input does: with its worker,
however that died. The shard's lock is held by this process and by the crawl's child together, so it is free only when
nobody asks the shard's hosts any more.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import sys
import threading
import time
from collections.abc import Iterable
from multiprocessing import reduction
from pathlib import Path
from typing import Any

from crawler.records import Link, Order, SourceCounts
from crawler.run import crawl
from pipelines import logs
from pipelines.queue.crawl_storage import CrawlStorage
from pipelines.scale import lease
from pipelines.scale.shards import (
    UNFINISHED,
    Attempt,
    Work,
    drop_torn,
    open_shard,
    read_attempts,
    read_work,
    take_lock,
    write_attempt,
)

GRACE = 5.0  # seconds that a crawl has to stop in after a signal, as in crawler.run


class ShardStorage(CrawlStorage):
    """The ordinary storage on a shard's database, with what earlier attempts did taken off this one's work."""

    def __init__(self, folder: Path, work: Work) -> None:
        super().__init__(folder / "shard.db", work.archive, work.run_id, exclusive=True)
        self._earlier_plan, self._earlier_pending = self.plan, self.pending
        self.plan = self._plan
        self.pending = self._pending
        rows = self.connection.execute(
            "SELECT url, source_id, error FROM shard_changes JOIN pages USING (url, source_id) WHERE asked"
        ).fetchall()
        self.failed = {url for url, _, error in rows if error}
        self.limit = work.limit
        self.left = {
            source.id: (work.limit or 0) - sum(source_id == source.id for _, source_id, _ in rows)
            for source in work.sources
        }
        self.handed: dict[str, set[str]] = {source.id: set() for source in work.sources}

    def _plan(self, source_id: str, links: Iterable[Link], discovery: str | None = None) -> tuple[list[Order], int]:
        orders, fresh = self._earlier_plan(source_id, links, discovery)
        return self._allowed(source_id, orders), fresh

    def _pending(self, source_id: str) -> list[Order]:
        return self._allowed(source_id, self._earlier_pending(source_id))

    def _allowed(self, source_id: str, orders: list[Order]) -> list[Order]:
        """The orders that this run may still ask for: none that has failed in it, and within --limit."""
        handed, allowed = self.handed[source_id], []
        for order in orders:
            if order.url in self.failed:
                continue
            if self.limit is not None and order.url not in handed and len(handed) >= self.left[source_id]:
                continue
            handed.add(order.url)
            allowed.append(order)
        return allowed


class OpenShard:
    """Opens the storage in the crawl's child process, which gets the lock's open file with it."""

    def __init__(self, folder: Path, work: Work, lock: int) -> None:
        self.folder, self.work, self.lock = folder, work, lock

    def __getstate__(self) -> tuple[Path, Work, Any]:
        return self.folder, self.work, reduction.DupFd(self.lock)

    def __setstate__(self, state: tuple[Path, Work, Any]) -> None:
        self.folder, self.work, lock = state
        self.lock = lock.detach()

    def __call__(self) -> ShardStorage:
        """Called in the child; from here on it ends with its parent."""
        threading.Thread(target=_end_with_parent, name="parent", daemon=True).start()
        return ShardStorage(self.folder, self.work)


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os.kill(os.getpid(), signal.SIGINT)  # a clean stop, as for Ctrl-C
        time.sleep(GRACE)
        os.kill(os.getpid(), signal.SIGKILL)


def attempt(folder: Path, worker: str) -> None:
    """Crawl a shard, from where the attempt before this one got to. Waits while somebody else crawls it."""
    lock = take_lock(folder, None)
    assert lock is not None
    try:
        _crawl(folder, worker, lock)
    finally:
        os.close(lock)  # a crawl's child that still runs holds it on


def _crawl(folder: Path, worker: str, lock: int) -> None:
    work = read_work(folder)
    for name, text in work.variables.items():
        os.environ.setdefault(name, text)
    earlier = read_attempts(folder)
    if any(before.outcome not in UNFINISHED for before in earlier):
        return  # who held the lock was not lost, only out of the scheduler's sight
    number = len(earlier) + 1
    counts = {source.id: SourceCounts() for source in work.sources}
    write_attempt(folder, number, Attempt(worker, None, counts))
    if earlier:
        # The last request of the attempt before came before the lock was free.
        time.sleep(max(source.delay for source in work.sources))
        with open_shard(folder) as shard:
            drop_torn(shard, work.archive)
    granted = lease.read_lease(folder.parent / "lease") or {}
    seconds = granted.get("seconds")
    if isinstance(seconds, int | float) and seconds <= 0:
        write_attempt(folder, number, Attempt(worker, "out of time", counts))
        return
    report = crawl(
        work.sources,
        OpenShard(folder, work, lock),
        limit=work.limit,
        since=work.since,
        max_minutes=seconds / 60 if isinstance(seconds, int | float) else None,
        on_progress=lambda now: write_attempt(folder, number, Attempt(worker, None, now)),
    )
    write_attempt(folder, number, Attempt(worker, report.outcome, report.sources))


def _stop_with_worker() -> None:
    with contextlib.suppress(OSError):
        while os.read(0, 1024):
            pass
    _interrupt("its worker is gone")


def _interrupt(reason: str) -> None:
    with contextlib.suppress(OSError):
        print(f"stopped: {reason}", file=sys.stderr, flush=True)
    os.kill(os.getpid(), signal.SIGINT)


def _stop_children() -> None:
    """An interrupt that came just as the crawl's child was started is passed on to it."""
    for child in multiprocessing.active_children():
        os.kill(child.pid or 0, signal.SIGINT)
        child.join(GRACE)
        child.kill()


def main() -> None:
    """The process: exit code 0 when the shard is done or was stopped on request."""
    folder, worker = Path(sys.argv[1]), sys.argv[2]
    logs.configure()
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a background process may have inherited "ignore"
    threading.Thread(target=_stop_with_worker, name="worker", daemon=True).start()
    lease.when_it_ends(folder.parent / "lease", _interrupt)
    try:
        attempt(folder, worker)
    except KeyboardInterrupt:
        _stop_children()


if __name__ == "__main__":
    main()
