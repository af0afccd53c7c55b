"""Reading slices of the archive on a Dask worker: `python -m pipelines.scale.read_slice`, a process beside the worker.

A process of its own because a worker's tasks run in threads, where no time limit of a page works (SIGALRM), because a
page that kills its reader must not take the worker with it, and because a Dask worker is often a daemonic process,
which multiprocessing allows no children. It loads the model once and then reads slice after slice, as they come through
a connection; it ends with its worker, whose end closes that.

Nothing here loads what reading needs before the process reads: the run and the scheduler import this, too.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from typing import TYPE_CHECKING

from pipelines import logs
from pipelines.archive.location import Folder, Location
from pipelines.queue.waiting import ArchiveSlice
from pipelines.read.forked import NICENESS
from pipelines.read.results import PageResult, SourceRules, batches
from pipelines.scale.result_files import file_of, page_key, reading_code, write_results

if TYPE_CHECKING:
    from spacy.language import Language

COMMAND = (sys.executable, "-m", "pipelines.scale.read_slice")  # and the number of its end of the connection


class ReadingFailed(Exception):
    """A slice could not be read; the message says why."""


@dataclass(frozen=True, slots=True)
class ReadingTask:
    """A slice of the archive to read.

    code      what the run reads with, which the worker must have, too
    guarded   read it where a page that kills its reader kills nothing else, and is named
    """

    archive: Location
    part: ArchiveSlice
    rules: Mapping[str, SourceRules]
    code: str
    guarded: bool = False


class ReadingProcess:
    """The reading process of one thread of this worker."""

    def __init__(self) -> None:
        self.connection, theirs = Pipe()
        with theirs:
            self.process = subprocess.Popen(
                [*COMMAND, str(theirs.fileno())],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                start_new_session=True,
            )

    def read(self, task: ReadingTask) -> str:
        """Let it read a slice; what went wrong, or "". Raises ReadingFailed when it dies."""
        try:
            self.connection.send(task)
            return str(self.connection.recv())
        except (EOFError, OSError) as error:
            code = self.close()
            name = signal.Signals(-code).name if code < 0 else code
            raise ReadingFailed(f"the reading process ended ({name})") from error

    def close(self) -> int:
        """Let it end, and wait for that; its exit code."""
        self.connection.close()
        return self.process.wait()


_processes = threading.local()  # .reading: the ReadingProcess of this thread


def read_slice(task: ReadingTask) -> None:
    """The task, in a thread of a Dask worker. Safe to run again, or twice at once: the result's file is the same.

    Raises ReadingFailed.
    """
    from distributed import get_worker

    try:
        error = _read_beside(task)
    except ReadingFailed as failed:
        error = str(failed)
    if error:
        raise ReadingFailed(f"worker {get_worker().address}: {error}")


def _read_beside(task: ReadingTask) -> str:
    """As `ReadingProcess.read`; when a page has killed the process, the slice is read again with a guard."""
    reading = getattr(_processes, "reading", None)
    if reading is None or reading.process.poll() is not None:
        reading = _processes.reading = ReadingProcess()
    try:
        return reading.read(task)
    except ReadingFailed:
        if task.guarded:
            raise
        return _read_beside(replace(task, guarded=True))


class _Model:
    """The model, loaded once, and the reading of slices with it."""

    def __init__(self) -> None:
        import nlp

        self.language: Language = nlp.load()
        self.parent = os.getppid()

    def read(self, task: ReadingTask) -> None:
        """Read a slice and put its results down. Raises ReadingFailed or OSError."""
        from pipelines.read.page import Reader, reader_pool

        if task.code != reading_code():
            raise ReadingFailed(
                "reads with other code or libraries than this run; install the same Pantau there, with its "
                "constraints.txt, and start its workers anew"
            )
        folder = Folder(task.archive)
        with folder.open(task.part.file):
            pass  # a folder that this machine does not see is no fault of the pages
        reader = Reader(task.archive, task.rules, self.language)
        found: list[PageResult] = []
        if task.guarded:
            for results in reader_pool(reader, 1).results(batches(task.part.pages)):
                self._keep(found, results)
        else:
            for batch in batches(task.part.pages):
                self._keep(found, reader.read(batch))
        keys = [page_key(page, task.rules, task.code) for page in task.part.pages]
        write_results(folder, file_of(task.part), keys, found)

    def _keep(self, found: list[PageResult], results: Sequence[PageResult]) -> None:
        if os.getppid() != self.parent:
            raise SystemExit("its worker is gone")
        found += results


def main() -> None:
    """The process: reads tasks until there are no more; answers each with its error, or ""."""
    logs.configure()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C on the worker ends it through the closed connection
    os.nice(NICENESS)
    model: _Model | None = None
    with Connection(int(sys.argv[1])) as worker, suppress(EOFError, OSError):
        while True:
            task = worker.recv()
            try:
                model = model or _Model()
                model.read(task)
                error = ""
            except Exception as failure:  # the next slice may well be read
                error = f"{type(failure).__name__}: {' '.join(str(failure).split())[:300]}"
            worker.send(error)


if __name__ == "__main__":
    main()
