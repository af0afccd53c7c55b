"""The lease of a sharded run: crawls on other machines go on only while the run that wants them lives.

A file in the shared folder, renewed by the run and read by every shard's crawl. It works also when a worker has lost
its scheduler, and it compares no clocks: what counts is that its content changes.
"""

from __future__ import annotations

import json
import os
import threading
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType

RENEWED = 2.0  # seconds between two renewals
LOST = 60.0  # seconds without a renewal after which a crawl stops; a network folder may hide changes for some seconds


class Lease:
    """The run's side: a context manager that renews the lease until it ends. `seconds`: the run's time, if limited."""

    def __init__(self, path: Path, seconds: float | None) -> None:
        self.path = path
        self.deadline = time.monotonic() + seconds if seconds is not None else None
        self.stopped = False
        self.beat = 0
        self._ended = threading.Event()
        self._writing = threading.Lock()
        self._thread = threading.Thread(target=self._renew, name="lease", daemon=True)

    def __enter__(self) -> Lease:
        self._write()
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        self._ended.set()
        self._thread.join()

    def stop(self) -> None:
        """Ask every crawl of the run to stop."""
        self.stopped = True
        self._write()

    def remaining(self) -> float | None:
        """Seconds that the run still has, None without a limit."""
        return None if self.deadline is None else max(0.0, self.deadline - time.monotonic())

    def _renew(self) -> None:
        while not self._ended.wait(RENEWED):
            try:
                self._write()
            except OSError:  # a full or unreachable shared folder: tried again, and without it nobody can crawl
                continue

    def _write(self) -> None:
        with self._writing:
            self.beat += 1
            content = {"beat": self.beat, "stop": self.stopped, "seconds": self.remaining()}
            draft = self.path.with_name(f".lease.{os.getpid()}")
            draft.write_text(json.dumps(content), encoding="utf-8")
            draft.replace(self.path)


def revoke(path: Path) -> None:
    """Stop the crawls of a run that has died itself."""
    path.write_text(json.dumps({"beat": -1, "stop": True, "seconds": 0}), encoding="utf-8")


def read_lease(path: Path) -> dict[str, object] | None:
    """The lease's content, None when it cannot be read just now."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return content if isinstance(content, dict) else None


def when_it_ends(path: Path, call: Callable[[str], None]) -> None:
    """Call `call(reason)` once, from a thread, when the lease says stop or has not been renewed for LOST seconds."""

    def look() -> None:
        last, since = None, time.monotonic()
        while True:
            content = read_lease(path)
            if content and content["stop"]:
                return call("the run asked it to stop")
            if content and content["beat"] != last:
                last, since = content["beat"], time.monotonic()
            elif time.monotonic() - since > LOST:
                return call(f"the run has not been heard of for {LOST:.0f} s")
            time.sleep(RENEWED / 2)

    threading.Thread(target=look, name="lease", daemon=True).start()
