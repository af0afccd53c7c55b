"""`pantau process --engine dask`: the archive read on the workers of a Dask scheduler, a slice of a WARC file a task.

Workers put each slice's results into the archive's folder; this process alone writes to the database, slice after
slice in the order of the archive, so what comes out does not depend on which worker was quick.
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
from pipelines.queue.waiting import ArchiveSlice
from pipelines.read.results import SourceRules, Write, batches
from pipelines.scale.read_slice import ReadingTask, read_slice
from pipelines.scale.result_files import FOLDER, file_of, page_key, read_results, reading_code

if TYPE_CHECKING:
    from distributed import Client, Future

RETRIES = 2  # times that a task which fails (its worker alive) is tried again; a lost worker is Dask's own count
AHEAD = 4  # slices for each thread of a worker that are read before their turn to be written; they wait as files
LOOK = 1.0  # seconds between two looks at the workers while a task is waited for
NO_WORKERS = 60.0  # seconds without any worker after which a run ends with what it has


class NoWorkers(Exception):
    """Nobody is left to read."""


@dataclass(frozen=True, slots=True)
class _Begun:
    """A slice on its way. `future`: None when an earlier run left its results."""

    part: ArchiveSlice
    keys: list[str]
    future: Future | None


class DaskReading:
    """pipelines.run.engines.ReadingEngine on the workers of `client`."""

    def __init__(self, client: Client, archive: Location) -> None:
        self.client, self.archive = client, archive
        self.folder = Folder(archive)
        self.workers_seen = time.monotonic()

    def __call__(
        self, slices: Iterable[ArchiveSlice], rules: Mapping[str, SourceRules], write: Write
    ) -> list[tuple[str, str]]:
        """Read slices and hand their results to `write`, in order; (archive file, why) of what could not be read."""
        lost: list[tuple[str, str]] = []
        begun = self._begin(slices, rules)
        ahead = AHEAD * max(1, sum(self.client.nthreads().values()))
        waiting: deque[_Begun] = deque()
        try:
            while True:
                waiting.extend(islice(begun, ahead - len(waiting)))
                if not waiting:
                    break
                reading = waiting.popleft()
                if why := self._finish(reading, write):
                    lost.append((reading.part.file, why))
        except NoWorkers as nobody:
            lost.append(("Dask", f"{nobody}; what is left waits in the queue"))
        if not lost:
            self.folder.remove(FOLDER)  # with it what runs that died have left
        return lost

    def _begin(self, slices: Iterable[ArchiveSlice], rules: Mapping[str, SourceRules]) -> Iterator[_Begun]:
        code = reading_code()
        for part in slices:
            keys = [page_key(page, rules, code) for page in part.pages]
            name = file_of(part)
            if self.folder.exists(name) and read_results(self.folder, name, part.pages, keys) is not None:
                yield _Begun(part, keys, None)
                continue
            sources = {page.source_id for page in part.pages}
            task = ReadingTask(self.archive, part, {id_: rules[id_] for id_ in sources if id_ in rules}, code)
            key = f"pantau-{part.file}-{part.number}-{os.urandom(4).hex()}"
            yield _Begun(part, keys, self.client.submit(read_slice, task, key=key, retries=RETRIES, pure=False))

    def _finish(self, reading: _Begun, write: Write) -> str:
        """Wait for a slice and store it; why it could not be read, or ""."""
        name = file_of(reading.part)
        if reading.future is not None and (why := self._outcome(reading.future, name)):
            return why
        results = read_results(self.folder, name, reading.part.pages, reading.keys)
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
