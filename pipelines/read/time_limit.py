"""The time that one page may take."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

SECONDS_A_PAGE = 20  # extraction of one page; real pages take 10-50 ms


class PageTimeout(Exception):
    """Reading a page took longer than SECONDS_A_PAGE."""


@contextmanager
def time_limit(seconds: int) -> Iterator[None]:
    """Raise PageTimeout in the main thread of this process after `seconds` (Unix: SIGALRM)."""

    def ring(_signal: int, _frame: FrameType | None) -> None:
        raise PageTimeout

    previous = signal.signal(signal.SIGALRM, ring)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, previous)
