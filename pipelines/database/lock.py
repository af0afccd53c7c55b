"""One run at a time for a database: an advisory lock on a file beside it, that ends with its holder."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PATIENCE = 120.0  # seconds; whoever gives way does so within three, or when it has read what it fetched
PAUSE = 0.1
GIVES_WAY = "gives-way"


class LockHeld(Exception):
    """Another run holds the lock; the command line exits with 75 (EX_TEMPFAIL)."""


@contextmanager
def run_lock(database: Path, *, gives_way: bool = False) -> Iterator[None]:
    """Hold the lock of `database` (`<database>.lock`). Raises LockHeld when another process has it.

    gives_way   this run goes on for hours, asks `is_wanted` every second, and gives the lock back when it is: others
                wait for it up to PATIENCE seconds instead of failing at once
    """
    path = database.with_name(f"{database.name}.lock")
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        if not _take(handle) and (gives_way or not _wait(path, handle)):
            holder = _holder(handle)[0]
            raise LockHeld(f"{path}: another run (process {holder}) is at work; try again when it is done")
        os.ftruncate(handle, 0)
        os.pwrite(handle, f"{os.getpid()} {GIVES_WAY if gives_way else ''}\n".encode(), 0)
        yield
    finally:
        os.close(handle)


def is_wanted(database: Path) -> bool:
    """Whether another process waits for the lock that this one holds and is to give way with."""
    path = _mark(database.with_name(f"{database.name}.lock"))
    if not path.exists():
        return False
    handle = os.open(path, os.O_RDWR)
    try:
        return not _take(handle)
    finally:
        os.close(handle)


def _wait(path: Path, handle: int) -> bool:
    """Ask the holder of a lock to give way, and wait for it; False when it does not, or is of those who don't."""
    if GIVES_WAY not in _holder(handle):
        return False
    mark = os.open(_mark(path), os.O_RDWR | os.O_CREAT, 0o644)
    try:
        fcntl.flock(mark, fcntl.LOCK_SH)
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            if _take(handle):
                return True
            if GIVES_WAY not in _holder(handle):
                return False  # somebody else has been quicker
            time.sleep(PAUSE)
        return False
    finally:
        os.close(mark)


def _mark(path: Path) -> Path:
    """The file that is locked while somebody waits."""
    return path.with_name(f"{path.name}.wanted")


def _take(handle: int) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _holder(handle: int) -> list[str]:
    """The holder's process, and GIVES_WAY where it does."""
    return os.pread(handle, 40, 0).decode("ascii", "replace").split() or ["?"]
