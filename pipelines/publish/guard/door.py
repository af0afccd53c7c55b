"""The door: one place that judges a name and a password, for whatever page asks and wherever accounts are kept."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from datasette.app import Datasette

from pipelines.publish.guard.brake import Attempt, LoginBrake
from pipelines.publish.guard.hashing import Crowded, Hashing
from pipelines.publish.guard.passwords import Hash, matches

LOG = logging.getLogger(__name__)
CROWDED_SECONDS = 5  # after which a full line is worth another try

Find = Callable[[str], Awaitable[Hash | None]]  # the hash of an account by its name in small letters, None for nobody


@dataclass(frozen=True, slots=True)
class Verdict:
    """right: let in. wait: not judged, and worth another try after so many seconds; `crowded`: for others' sake."""

    right: bool = False
    wait: float = 0.0
    crowded: bool = False


@dataclass(slots=True)
class Door:
    """`find` tells the accounts, `cost` how many iterations every attempt is worth, that of an unknown name, too."""

    find: Find
    cost: int
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
        stored = await self.find(attempt.account)
        try:
            line = attempt.device or attempt.address
            right = await self.hashing.run(line, lambda: matches(password, stored, self.cost), pause)
        except Crowded:
            self.brake.not_judged(attempt)
            LOG.info("%s: ditolak, terlalu banyak yang sedang diperiksa", said)
            return Verdict(wait=CROWDED_SECONDS, crowded=True)
        if right:
            self.brake.succeeded(attempt)
        LOG.info("%s: %s", said, "diterima" if right else "sandi salah")
        return Verdict(right)


def keep_door(datasette: Datasette, door: Door) -> None:
    """Give an instance its door; `serve.datasette_app` does it before the first request."""
    datasette.pantau_door = door


def door_of(datasette: Datasette) -> Door | None:
    """The door of this instance; None where nobody logs in."""
    return getattr(datasette, "pantau_door", None)
