"""The pool: forked workers that read batches of pages (pipelines/read/page.py says how one is read).

A page that breaks its worker is read once more by itself, then counts as failed with its error, and the run goes on.
"""

from __future__ import annotations

import gc
import os
from collections import deque
from collections.abc import Iterable, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context
from typing import TYPE_CHECKING

from pipelines.queue.queue import FetchedRow
from pipelines.read.forked import start_worker
from pipelines.read.results import Failure, PageResult, Write

if TYPE_CHECKING:
    from pipelines.read.page import Reader  # brings trafilatura; a run imports it while its crawl starts

AHEAD = 4  # batches a worker that are read before their turn to be written
PAUSE = 0.2  # seconds between two looks at what is to be read, while more may come

_reader: Reader | None = None  # the worker's reader, inherited through the fork


def _read_in_worker(rows: list[FetchedRow]) -> list[PageResult]:
    assert _reader is not None
    return _reader.read(rows)


class ReaderPool:
    """Forked workers with bounded work in flight, that survive a worker's death."""

    def __init__(self, reader: Reader, workers: int) -> None:
        global _reader
        _reader = reader
        self.workers = workers
        gc.collect()
        gc.freeze()  # keeps the workers' pages of the model shared with the parent

    def __enter__(self) -> ReaderPool:
        return self

    def __exit__(self, *_: object) -> None:
        global _reader
        _reader = None
        gc.unfreeze()

    def _executor(self, workers: int) -> ProcessPoolExecutor:
        return ProcessPoolExecutor(
            workers, mp_context=get_context("fork"), initializer=start_worker, initargs=(os.getpid(),)
        )

    def run(self, batches: Iterable[list[FetchedRow]], write: Write) -> None:
        """Read every batch and hand its results to `write`, in the order of the batches.

        So what is stored does not depend on which worker was quick. An empty batch: there is nothing to do at present.
        """
        executor = self._executor(self.workers)
        inflight: deque[tuple[list[FetchedRow], Future[list[PageResult]]]] = deque()
        source = iter(batches)
        try:
            more = True
            while more or inflight:
                while more and len(inflight) < AHEAD * self.workers:
                    given = next(source, None)
                    if not given:
                        more = given is not None
                        break
                    inflight.append((given, _submit(executor, given)))
                if not inflight or not wait([inflight[0][1]], timeout=PAUSE if more else None).done:
                    continue
                batch, future = inflight.popleft()
                try:
                    results = future.result()
                except BrokenProcessPool:
                    executor.shutdown(wait=False, cancel_futures=True)
                    results = self._one_by_one(batch)
                    executor = self._executor(self.workers)
                    inflight = deque(
                        (rows, begun if _is_read(begun) else _submit(executor, rows)) for rows, begun in inflight
                    )
                write(results)
        finally:
            executor.shutdown(wait=True, cancel_futures=True)

    def _one_by_one(self, rows: Sequence[FetchedRow]) -> list[PageResult]:
        """Read the pages of a broken batch each in a process of its own, to find the one that kills it."""
        results: list[PageResult] = []
        for row in rows:
            with self._executor(1) as executor:
                try:
                    results += executor.submit(_read_in_worker, [row]).result()
                except BrokenProcessPool:
                    results.append(PageResult(row, "", Failure("extract", "the page killed the process that read it")))
        return results


def _submit(executor: ProcessPoolExecutor, batch: list[FetchedRow]) -> Future[list[PageResult]]:
    try:
        return executor.submit(_read_in_worker, batch)
    except BrokenProcessPool as error:  # noticed when its turn comes
        broken: Future[list[PageResult]] = Future()
        broken.set_exception(error)
        return broken


def _is_read(future: Future[list[PageResult]]) -> bool:
    return future.done() and not future.cancelled() and future.exception() is None
