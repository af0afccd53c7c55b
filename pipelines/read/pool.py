"""The pool: forked workers that do batches of work, whose death or hanging costs nobody but the item that caused it.

A batch that kills its worker is done once more, item by item, beside the others; for the item that kills its worker
again the next way of doing it is tried, and when there is none, `killed` answers for it. Workers end themselves when an
item takes too long (pipelines/read/time_limit.py), so the pool needs no clock. It can end all of them at any moment,
whatever they do.
"""

from __future__ import annotations

import gc
import logging
import os
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from typing import Generic, TypeVar, cast

from pipelines.read.forked import start_worker

LOG = logging.getLogger(__name__)
AHEAD = 4  # batches for each worker that are done before it is their turn to be given out
PAUSE = 0.2  # seconds between two looks at what is to be done, while more may come
ENDING = 5.0  # seconds in which an idle worker ends; one that does not is killed

Item = TypeVar("Item")
Result = TypeVar("Result")
Way = Callable[[list[Item]], list[Result]]


class WorkFailed(RuntimeError):
    """The function that a worker runs raised; the message is what it raised."""


@dataclass
class _Batch(Generic[Item, Result]):
    """A batch on its way: its items, and by position the results that have come."""

    items: Sequence[Item]
    results: dict[int, Result] = field(default_factory=dict)

    def is_done(self) -> bool:
        return len(self.results) == len(self.items)


@dataclass
class _Job(Generic[Item, Result]):
    """What one worker is given: a batch, or one item of a batch that has killed a worker.

    positions  of the items in the batch
    way        which of the pool's ways of doing it is tried
    """

    batch: _Batch[Item, Result]
    positions: range
    way: int = 0


class _Worker(Generic[Item, Result]):
    """One forked process, which inherits the ways of doing a job and does one at a time."""

    def __init__(self, ways: Sequence[Way[Item, Result]]) -> None:
        context = get_context("fork")
        self.connection, theirs = context.Pipe()
        self.process = context.Process(target=_work, args=(ways, theirs, self.connection, os.getpid()), daemon=True)
        self.process.start()
        theirs.close()
        self.job: _Job[Item, Result] | None = None

    def begin(self, job: _Job[Item, Result]) -> None:
        """Give it a job. One that has died meanwhile is noticed when its answer is taken."""
        self.job = job
        with suppress(BrokenPipeError, ConnectionResetError):
            self.connection.send((job.way, [job.batch.items[position] for position in job.positions]))

    def take(self) -> list[Result] | None:
        """The results of its job; None when it has died. Raises WorkFailed."""
        try:
            answer = self.connection.recv()
        except (EOFError, ConnectionResetError):
            return None
        if isinstance(answer, WorkFailed):
            raise answer
        return cast(list[Result], answer)

    def end(self) -> None:
        """End it: at once when it is at work, else when it has noticed that nothing more comes."""
        if self.job is not None:
            self.process.kill()
        self.connection.close()
        self.process.join(ENDING)
        if self.process.is_alive():
            self.process.kill()
            self.process.join()
        self.process.close()


class WorkerPool(Generic[Item, Result]):
    """Does batches of items in forked processes with bounded work in flight.

    ways      what a worker does with a list of items: one result for each, in order. The first is for batches, the
              others for an item alone, each where the one before has killed its worker. They are inherited through the
              fork, with all that they hold (a loaded model), and should answer errors with results; what they raise
              stops the run as WorkFailed
    killed    the result of an item that has killed its worker in every way
    workers   how many processes there are at most
    """

    def __init__(self, *ways: Way[Item, Result], killed: Callable[[Item], Result], workers: int) -> None:
        self.ways = ways
        self.killed = killed
        self.workers = workers

    def results(self, batches: Iterable[list[Item]]) -> Generator[list[Result], None, None]:
        """The results of every batch, in the order of the batches, so that they do not depend on which worker is quick.

        An empty batch says that there is nothing to do at present. However the iteration ends, the workers end with it.
        """
        gc.collect()
        gc.freeze()  # keeps the workers' pages of the model shared with the parent
        workers: list[_Worker[Item, Result]] = []
        try:
            yield from self._run(iter(batches), workers)
        finally:
            for worker in workers:
                worker.end()
            gc.unfreeze()

    def _run(self, source: Iterator[list[Item]], workers: list[_Worker[Item, Result]]) -> Iterator[list[Result]]:
        begun: deque[_Batch[Item, Result]] = deque()
        jobs: deque[_Job[Item, Result]] = deque()  # to be given out: a new batch, or items of one that killed a worker
        more = True
        while more or begun:
            while self._has_room(workers):
                if not jobs and more and len(begun) < AHEAD * self.workers:
                    items = next(source, None)
                    more = items is not None
                    if items:
                        begun.append(_Batch(items))
                        jobs.append(_Job(begun[-1], range(len(items))))
                if not jobs:
                    break
                self._idle(workers).begin(jobs.popleft())
            busy = [worker.connection for worker in workers if worker.job is not None]
            for connection in wait(busy, timeout=PAUSE if more else None) if busy else ():
                self._take(cast(Connection, connection), workers, jobs)
            while begun and begun[0].is_done():
                batch = begun.popleft()
                yield [batch.results[position] for position in range(len(batch.items))]

    def _has_room(self, workers: list[_Worker[Item, Result]]) -> bool:
        return len(workers) < self.workers or any(worker.job is None for worker in workers)

    def _idle(self, workers: list[_Worker[Item, Result]]) -> _Worker[Item, Result]:
        """A worker without a job, a new one when all are at work."""
        for worker in workers:
            if worker.job is None:
                return worker
        workers.append(_Worker(self.ways))
        return workers[-1]

    def _take(
        self, connection: Connection, workers: list[_Worker[Item, Result]], jobs: deque[_Job[Item, Result]]
    ) -> None:
        """Note what a worker has answered, or share out the job of one that has died."""
        worker = next(worker for worker in workers if worker.connection is connection)
        job = worker.job
        assert job is not None
        results = worker.take()
        if results is not None:
            worker.job = None
            job.batch.results.update(zip(job.positions, results, strict=True))
            return
        LOG.info("proses pembaca mati; %d halamannya dibaca lagi satu per satu", len(job.positions))
        workers.remove(worker)
        worker.end()
        if job.way + 1 < len(self.ways):
            jobs.extend(_Job(job.batch, range(position, position + 1), job.way + 1) for position in job.positions)
        else:
            job.batch.results |= {position: self.killed(job.batch.items[position]) for position in job.positions}


def _work(ways: Sequence[Way[Item, Result]], connection: Connection, parents: Connection, parent: int) -> None:
    """The life of a worker: jobs as they come, until the parent closes the connection."""
    parents.close()
    start_worker(parent)
    while True:
        try:
            way, items = connection.recv()
        except (EOFError, ConnectionResetError):
            os._exit(0)  # nothing of the parent's is to be flushed or ended a second time
        try:
            answer: list[Result] | WorkFailed = ways[way](items)
        except Exception as error:
            answer = WorkFailed(f"{type(error).__name__}: {error}")
        connection.send(answer)
