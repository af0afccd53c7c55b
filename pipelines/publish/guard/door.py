"""The door: one place that judges a name and a password, for whatever page asks and wherever accounts are kept."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field

from datasette.app import Datasette

from pipelines.publish.guard.brake import Attempt, LoginBrake
from pipelines.publish.guard.hashing import Crowded, Hashing
from pipelines.publish.guard.passwords import Cost, Hash, hash_password, matches

LOG = logging.getLogger(__name__)
CROWDED_SECONDS = 5  # after which a full line is worth another try


@dataclass(frozen=True, slots=True)
class Found:
    """The hash of an account, None for nobody; what those of all accounts cost; whether this one can be renewed."""

    stored: Hash | None
    costs: frozenset[Cost] = frozenset()
    renewable: bool = False


Find = Callable[[str], Awaitable[Found]]  # by the account's name in small letters
Renew = Callable[[str, str, str], Awaitable[None]]  # (name, old text, new text)


@dataclass(frozen=True, slots=True)
class Verdict:
    """right: let in. wait: not judged, and worth another try after so many seconds; `crowded`: for others' sake."""

    right: bool = False
    wait: float = 0.0
    crowded: bool = False


@dataclass(slots=True)
class Door:
    """`find` tells the accounts, `cost` what a new hash costs; every attempt does all the work that any account asks.

    renew  stores an account's new hash where the one that let it in costs anything else than a new one
    """

    find: Find
    cost: Cost
    renew: Renew | None = None
    brake: LoginBrake = field(default_factory=LoginBrake)
    hashing: Hashing = field(default_factory=Hashing)

    async def judge(self, attempt: Attempt, password: str) -> Verdict:
        """Whether the password is that of the account; counted, and in its turn."""
        said = f"masuk dari {attempt.address}"  # without the name: people type their password there by mistake
        wait = self.brake.wait(attempt)
        if wait > 0:
            LOG.info("%s: ditolak, terlalu banyak sandi salah; boleh lagi %.0f detik lagi", said, wait)
            return Verdict(wait=wait)
        pause = self.brake.pause(attempt)
        self.brake.failed(attempt)
        found = await self.find(attempt.account)
        costs = found.costs | {self.cost}
        line = attempt.device or attempt.address
        try:
            right = await self.hashing.run(line, lambda: matches(password, found.stored, costs), pause)
        except Crowded:
            self.brake.not_judged(attempt)
            LOG.info("%s: ditolak, terlalu banyak yang sedang diperiksa", said)
            return Verdict(wait=CROWDED_SECONDS, crowded=True)
        if right:
            self.brake.succeeded(attempt)
            await self._renewed(attempt.account, found, password, line)
        LOG.info("%s: %s", said, "diterima" if right else "sandi salah")
        return Verdict(right)

    async def hashed(self, password: str, line: str) -> str:
        """The text to store for a new password, in the turn of whoever chose it. Raises Crowded."""
        return await self.hashing.run(line, lambda: hash_password(password, self.cost))

    async def _renewed(self, account: str, found: Found, password: str, line: str) -> None:
        """Store an old hash anew, now that its password is at hand; where others wait, at another login."""
        if self.renew is None or found.stored is None or not found.renewable or found.stored.cost == self.cost:
            return
        with suppress(Crowded):
            await self.renew(account, found.stored.text, await self.hashed(password, line))


def keep_door(datasette: Datasette, door: Door) -> None:
    """Give an instance its door; `serve.datasette_app` does it before the first request."""
    datasette.pantau_door = door


def door_of(datasette: Datasette) -> Door | None:
    """The door of this instance; None where nobody logs in."""
    return getattr(datasette, "pantau_door", None)
