"""The time that one page may take: in Python a limit that raises, and behind it one that C code cannot outlast."""

from __future__ import annotations

import faulthandler
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

SECONDS_A_PAGE = 20  # for extracting one page, and for tagging one article; real ones take 10 to 50 ms
AGAIN = 0.5  # seconds after which the limit rings again, where a library has swallowed the exception
GRACE = 10  # seconds after the limit in which Python code has ended; what has not is in C code that hangs
TOO_LONG = f"took longer than {SECONDS_A_PAGE} s to read"


class PageTimeout(Exception):
    """Reading a page took longer than it may."""


@contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Raise PageTimeout in the main thread of this process after `seconds` (Unix: SIGALRM)."""

    def ring(_signal: int, _frame: FrameType | None) -> None:
        raise PageTimeout

    previous = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, seconds, AGAIN)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, previous)


@contextmanager
def deadly_time_limit(seconds: float) -> Iterator[None]:
    """As `time_limit`, and after GRACE more this process ends, whatever it does: for workers only.

    The end comes from faulthandler's thread, which needs no lock of Python's: a pattern or a parser in C that never
    returns gives no signal handler and no other thread a turn.
    """
    with Path(os.devnull).open("w") as nowhere:
        faulthandler.dump_traceback_later(seconds + GRACE, exit=True, file=nowhere)
        try:
            with time_limit(seconds):
                yield
        finally:
            faulthandler.cancel_dump_traceback_later()
