"""`pantau process --engine dask`: the archive read on the workers of a Dask scheduler, a piece of a WARC file a task.

Workers put each piece's results into the archive's folder; this process alone writes to the database, piece after
piece in the order of the archive, so what comes out does not depend on which worker was quick.
"""

from __future__ import annotations

import os
import time
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any

from pipelines.archive.location import Folder, Location
from pipelines.queue.queue import Piece
from pipelines.read.results import SourceRules, Write, batches
from pipelines.scale.piece import Task, read_piece
from pipelines.scale.result_files import FOLDER, file_of, read_results, reading_code, row_key

if TYPE_CHECKING:
    from distributed import Client, Future

RETRIES = 2  # times that a task which fails (its worker alive) is tried again; a lost worker is Dask's own count
AHEAD = 4  # pieces a worker's thread that are read before their turn to be written: files, not memory
LOOK = 1.0  # seconds between two looks at the workers while a task is waited for
NO_WORKERS = 60.0  # seconds without any worker after which a run ends with what it has


class NoWorkers(Exception):
    """Nobody is left to read."""


@dataclass(frozen=True, slots=True)
class _Reading:
    """A piece on its way. `future`: None when an earlier run left its results."""

    piece: Piece
    keys: list[str]
    future: Future | None


class DaskReading:
    """pipelines.run.process.Engine on the workers of `client`."""

    def __init__(self, client: Client, archive: Location) -> None:
        self.client, self.archive = client, archive
        self.folder = Folder(archive)
        self.workers_seen = time.monotonic()

    def __call__(
        self, pieces: Iterable[Piece], rules: Mapping[str, SourceRules], write: Write
    ) -> list[tuple[str, str]]:
        """Read pieces and hand their results to `write`, in order; (archive file, why) of what could not be read."""
        lost: list[tuple[str, str]] = []
        begun = self._begin(pieces, rules)
        ahead = AHEAD * max(1, sum(self.client.nthreads().values()))
        waiting: deque[_Reading] = deque()
        try:
            while True:
                waiting.extend(islice(begun, ahead - len(waiting)))
                if not waiting:
                    break
                reading = waiting.popleft()
                if why := self._finish(reading, write):
                    lost.append((reading.piece.file, why))
        except NoWorkers as nobody:
            lost.append(("Dask", f"{nobody}; what is left waits in the queue"))
        if not lost:
            self.folder.remove(FOLDER)  # with it what runs that died have left
        return lost

    def _begin(self, pieces: Iterable[Piece], rules: Mapping[str, SourceRules]) -> Iterator[_Reading]:
        code = reading_code()
        for piece in pieces:
            keys = [row_key(row, rules, code) for row in piece.rows]
            name = file_of(piece)
            if self.folder.exists(name) and read_results(self.folder, name, piece.rows, keys) is not None:
                yield _Reading(piece, keys, None)
                continue
            sources = {row.source_id for row in piece.rows}
            task = Task(self.archive, piece, {id_: rules[id_] for id_ in sources if id_ in rules}, code)
            key = f"pantau-{piece.file}-{piece.number}-{os.urandom(4).hex()}"
            yield _Reading(piece, keys, self.client.submit(read_piece, task, key=key, retries=RETRIES, pure=False))

    def _finish(self, reading: _Reading, write: Write) -> str:
        """Wait for a piece and store it; why it could not be read, or ""."""
        name = file_of(reading.piece)
        if reading.future is not None and (why := self._outcome(reading.future, name)):
            return why
        results = read_results(self.folder, name, reading.piece.rows, reading.keys)
        if results is None:
            return f"its results did not arrive in {self.archive}/{FOLDER}"
        for batch in batches(results):
            write(batch)
        self.folder.remove(name)
        return ""

    def _outcome(self, future: Future, name: str) -> str:
        """Why a task failed, or "" when it is done."""
        while future.status in ("pending", "lost"):
            if future.status == "lost" and self.folder.exists(name):
                return ""  # it was done; Dask repeats it since the worker that said so has died
            if self._has_workers():
                self.workers_seen = time.monotonic()
            elif time.monotonic() - self.workers_seen > NO_WORKERS:
                raise NoWorkers(f"no Dask worker was left for {NO_WORKERS:.0f} s")
            with suppress(TimeoutError):
                future.exception(timeout=LOOK)  # waits
        if future.status == "finished":
            return ""
        if future.status == "error":
            error: Any = future.exception()
            return f"{type(error).__name__}: {' '.join(str(error).split())[:300]}"
        raise NoWorkers(f"the scheduler has lost the tasks ({future.status})")

    def _has_workers(self) -> bool:
        try:
            return self.client.status == "running" and bool(self.client.nthreads())
        except (OSError, TimeoutError):
            return False
