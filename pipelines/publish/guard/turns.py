"""Turns for what takes long: so many at once, so many of one address, and no endless queue."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field


class NoTurn(Exception):
    """There was no turn in time; nothing was begun."""


@dataclass(slots=True, eq=False)
class Turns:
    """`at_once` run at once, `of_one` of one address; others wait up to `seconds`, in the order in which they came.

    waiting, own_waiting: how many may wait in all, and of one address
    """

    at_once: int
    of_one: int
    waiting: int = 0
    own_waiting: int = 0
    seconds: float = 0.0
    _running: Counter[str] = field(default_factory=Counter)
    _queue: list[tuple[str, asyncio.Future[None]]] = field(default_factory=list)

    @property
    def wanted(self) -> bool:
        """Whether somebody waits."""
        return bool(self._queue)

    @asynccontextmanager
    async def take(self, name: str) -> AsyncIterator[None]:
        """Wait for a turn and hold it for the block. Raises NoTurn when too many wait already, or it does not come."""
        if self._free(name):
            self._running[name] += 1
        else:
            await self._wait(name)
        try:
            yield
        finally:
            self._give_back(name)

    def _free(self, name: str) -> bool:
        return self._running.total() < self.at_once and self._running[name] < self.of_one

    async def _wait(self, name: str) -> None:
        if len(self._queue) >= self.waiting or sum(one == name for one, _ in self._queue) >= self.own_waiting:
            raise NoTurn
        came: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._queue.append((name, came))
        try:
            await asyncio.wait([came], timeout=self.seconds)
        except asyncio.CancelledError:
            if came.done():
                self._give_back(name)
            else:
                self._queue.remove((name, came))
            raise
        if not came.done():
            self._queue.remove((name, came))
            raise NoTurn

    def _give_back(self, name: str) -> None:
        """End a turn; the next goes to whoever has waited longest and may run."""
        self._running[name] -= 1
        if not self._running[name]:
            del self._running[name]
        for waiting in list(self._queue):
            if self._free(waiting[0]):
                self._queue.remove(waiting)
                self._running[waiting[0]] += 1
                waiting[1].set_result(None)
