"""Where passwords are hashed: beside the event loop, two at a time, and behind everything else on the machine."""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import TypeVar

AT_ONCE = 2  # threads that hash, and so what hashes take of the memory: two times 19 MiB
MOST_WAITING = 32  # attempts that are hashed or wait, in all
MOST_IN_LINE = 5  # of one address or known browser; one of them is hashed at a time
NICENESS = 10  # of the threads: a page that is asked for meanwhile comes first

Result = TypeVar("Result")


class Crowded(Exception):
    """Too many wait already; nothing was hashed."""


@dataclass(slots=True)
class _Line:
    """Those who wait for one address."""

    turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    length: int = 0


class Hashing:
    """Runs functions that take a while, in turns that are fair to every address."""

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(AT_ONCE, "pantau-sandi", initializer=_give_way)
        self._lines: dict[str, _Line] = {}

    async def run(self, line: str, function: Callable[[], Result], pause: float = 0.0) -> Result:
        """What `function` returns, once it is the turn of this line; `pause` seconds after its turn has come.

        Raises Crowded when this line or all together are full.
        """
        async with self._in(line):
            await asyncio.sleep(pause)
            return await asyncio.get_running_loop().run_in_executor(self._threads, function)

    @asynccontextmanager
    async def _in(self, name: str) -> AsyncIterator[None]:
        line = self._lines.setdefault(name, _Line())
        if line.length >= MOST_IN_LINE or sum(one.length for one in self._lines.values()) >= MOST_WAITING:
            if not line.length:
                del self._lines[name]
            raise Crowded
        line.length += 1
        try:
            async with line.turn:
                yield
        finally:
            line.length -= 1
            if not line.length:
                del self._lines[name]


def _give_way() -> None:
    """Put this thread behind those that serve pages; Linux has a niceness for every thread."""
    with suppress(OSError):
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICENESS)
