"""One run at a time for a database: an advisory lock on a file beside it, that ends with its holder."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class LockHeld(Exception):
    """Another run holds the lock; the command line exits with 75 (EX_TEMPFAIL)."""


@contextmanager
def run_lock(database: Path) -> Iterator[None]:
    """Hold the lock of `database` (`<database>.lock`). Raises LockHeld at once when another process has it."""
    path = database.with_name(f"{database.name}.lock")
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            holder = os.read(handle, 20).decode("ascii", "replace").strip() or "?"
            raise LockHeld(f"{path}: another run (process {holder}) is at work; try again when it is done") from error
        os.ftruncate(handle, 0)
        os.write(handle, f"{os.getpid()}\n".encode())
        yield
    finally:
        os.close(handle)
