"""Reading pieces of the archive on a Dask worker: `python -m pipelines.scale.piece`, a process beside the worker.

A process of its own because a worker's tasks run in threads, where no time limit of a page works (SIGALRM), because a
page that kills its reader must not take the worker with it, and because a Dask worker is often a daemonic process,
which may have no children by multiprocessing. It loads the model once and then reads piece after piece, as a pipe from
the worker brings them; it ends with its worker, whose end closes the pipe.

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
from multiprocessing.connection import Connection, Pipe

from pipelines.archive.location import Folder, Location
from pipelines.queue.queue import Piece
from pipelines.read.forked import NICENESS
from pipelines.read.results import PageResult, SourceRules, batches
from pipelines.scale.result_files import file_of, reading_code, row_key, write_results

COMMAND = (sys.executable, "-m", "pipelines.scale.piece")


class ReadingFailed(Exception):
    """A piece could not be read; the message says why."""


@dataclass(frozen=True, slots=True)
class Task:
    """A piece of the archive to read.

    code      what the run reads with, which the worker must have, too
    guarded   read it where a page that kills its reader kills nothing else, and is named
    """

    archive: Location
    piece: Piece
    rules: Mapping[str, SourceRules]
    code: str
    guarded: bool = False


class _Child:
    """The reading process of one thread of this worker."""

    def __init__(self) -> None:
        self.pipe, end = Pipe()
        with end:
            command = [*COMMAND, str(end.fileno())]
            self.process = subprocess.Popen(command, pass_fds=[end.fileno()], start_new_session=True)

    def read(self, task: Task) -> str:
        """Let it read a piece; what went wrong, or "". Raises ReadingFailed when it dies."""
        try:
            self.pipe.send(task)
            return str(self.pipe.recv())
        except (EOFError, OSError):
            code = self.close()
            raise ReadingFailed(
                f"the reading process ended ({signal.Signals(-code).name if code < 0 else code})"
            ) from None

    def close(self) -> int:
        """Let it end, and wait for that; its exit code."""
        self.pipe.close()
        return self.process.wait()


_children = threading.local()


def read_piece(task: Task) -> None:
    """The task, in a thread of a Dask worker. Safe to run again, or twice at once: the result's file is the same.

    Raises ReadingFailed.
    """
    from distributed import get_worker

    try:
        error = _read_in_child(task)
    except ReadingFailed as failed:
        error = str(failed)
    if error:
        raise ReadingFailed(f"worker {get_worker().address}: {error}")


def _read_in_child(task: Task) -> str:
    """As `_Child.read`; when a page has killed the reading process, the piece is read again with a guard."""
    child = getattr(_children, "child", None)
    if child is None or child.process.poll() is not None:
        child = _children.child = _Child()
    try:
        return child.read(task)
    except ReadingFailed:
        if task.guarded:
            raise
        return _read_in_child(replace(task, guarded=True))


class _Model:
    """The model, loaded once, and the reading of pieces with it."""

    def __init__(self) -> None:
        import nlp

        self.nlp = nlp.load()
        self.parent = os.getppid()

    def read(self, task: Task) -> None:
        """Read a piece and put its results down. Raises ReadingFailed or OSError."""
        from pipelines.read.page import Reader, reader_pool

        if task.code != reading_code():
            raise ReadingFailed(
                "reads with other code or libraries than this run; install the same Pantau there, with its "
                "constraints.txt, and start its workers anew"
            )
        folder = Folder(task.archive)
        with folder.open(task.piece.file):
            pass  # a folder that this machine does not see is no fault of the pages
        reader = Reader(task.archive, task.rules, self.nlp)
        found: list[PageResult] = []
        if task.guarded:
            for results in reader_pool(reader, 1).results(batches(task.piece.rows)):
                self._keep(found, results)
        else:
            for batch in batches(task.piece.rows):
                self._keep(found, reader.read(batch))
        keys = [row_key(row, task.rules, task.code) for row in task.piece.rows]
        write_results(folder, file_of(task.piece), keys, found)

    def _keep(self, found: list[PageResult], results: Sequence[PageResult]) -> None:
        if os.getppid() != self.parent:
            raise SystemExit("its worker is gone")
        found += results


def main() -> None:
    """The process: takes tasks from the pipe that its argument names, and answers each with its error, or ""."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C on the worker ends it through the closed pipe
    os.nice(NICENESS)
    pipe = Connection(int(sys.argv[1]))
    model: _Model | None = None
    with suppress(EOFError, ConnectionError):
        while True:
            task: Task = pipe.recv()
            try:
                model = model or _Model()
                model.read(task)
                error = ""
            except Exception as failure:  # the next piece may well be read
                error = f"{type(failure).__name__}: {' '.join(str(failure).split())[:300]}"
            pipe.send(error)


if __name__ == "__main__":
    main()
