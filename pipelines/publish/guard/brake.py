"""The brake on guessing passwords: how long whoever gave wrong ones waits. It knows neither pages nor accounts.

Three counts, each with free attempts and then a wait that doubles up to a ceiling:

    address and account   somebody guesses at one account
    account               many addresses guess at one account
    address               one address guesses at many accounts; asked only for accounts that failed from it before,
                          so that whoever sits in the same office as a guesser logs in with the right password

A browser that has logged in to an account before is known by a signed cookie. It has a count of its own in the place of
the three, so that nobody else's guessing shuts its owner out (OWASP calls this a device cookie). A success takes
back only what its own attempts added.
"""

from __future__ import annotations

import ipaddress
import time
from dataclasses import dataclass, field

FORGET_SECONDS = 3_600.0  # without a failure, and a count is forgotten
MOST_REMEMBERED = 50_000  # keys; two threads hash fewer in FORGET_SECONDS, so flooding forgets nothing sooner
LONGEST_KEY = 100  # characters of a name or address that are kept
PAUSE_SECONDS = 2.0  # before each attempt at another account from an address that is beyond its limit


@dataclass(frozen=True, slots=True)
class Limit:
    """`free` failures cost nothing; the wait is then `first` seconds, doubles with each more, and ends at `ceiling`."""

    free: int
    first: float
    ceiling: float

    def wait_after(self, failures: int) -> float:
        """Seconds to wait after the last of so many failures."""
        if failures < self.free:
            return 0.0
        return min(self.first * 2.0 ** min(failures - self.free, 30), self.ceiling)


BY_PAIR = Limit(5, 30.0, 900.0)  # about nine guesses in the first quarter of an hour, then four an hour
BY_ACCOUNT = Limit(50, 1.0, 60.0)  # however many addresses: 60 guesses an hour
BY_ADDRESS = Limit(30, 1.0, 60.0)  # an office of thirty, each with a slip


@dataclass(frozen=True, slots=True)
class Attempt:
    """Who asks to be let in as whom. device: the id in the cookie of a browser that this account knows, or None."""

    account: str
    address: str
    device: str | None = None


def attempt_of(name: str, address: str, device: str | None = None) -> Attempt:
    """An attempt with its names made alike."""
    return Attempt(account_of(name), network_of(address), device)


def network_of(address: str) -> str:
    """The name under which an address is counted: whoever has one IPv6 address of a /64 has them all."""
    try:
        ip = ipaddress.ip_address(address)
        return str(ipaddress.ip_network((ip, 64), strict=False)) if ip.version == 6 else address
    except ValueError:
        return address[:LONGEST_KEY]


def account_of(name: str) -> str:
    """The account that a name means: phones capitalise the first letter and leave a space behind."""
    return name.strip().lower()[:LONGEST_KEY]


@dataclass(slots=True)
class Counts:
    """Failures by key, the key that failed last at the end."""

    limit: Limit
    kept: dict[tuple[str, ...], tuple[int, float]] = field(default_factory=dict)  # failures, time of the last

    def failures(self, key: tuple[str, ...], now: float) -> int:
        """How many failures are remembered."""
        failures, last = self.kept.get(key, (0, now))
        return failures if now - last < FORGET_SECONDS else 0

    def wait(self, key: tuple[str, ...], now: float) -> float:
        """Seconds until this key may try again, 0 when it may now."""
        failures = self.failures(key, now)
        return max(self.kept[key][1] + self.limit.wait_after(failures) - now, 0.0) if failures else 0.0

    def failed(self, key: tuple[str, ...], now: float) -> None:
        """Remember a failure."""
        failures = self.failures(key, now) + 1
        self.kept.pop(key, None)
        if len(self.kept) >= MOST_REMEMBERED:
            self.kept.pop(next(iter(self.kept)))
        self.kept[key] = failures, now

    def take_back(self, key: tuple[str, ...]) -> None:
        """Forget one failure."""
        failures, last = self.kept.pop(key, (1, 0.0))
        if failures > 1:
            self.kept[key] = failures - 1, last


@dataclass(slots=True)
class LoginBrake:
    """The counts of one instance."""

    by_pair: Counts = field(default_factory=lambda: Counts(BY_PAIR))
    by_account: Counts = field(default_factory=lambda: Counts(BY_ACCOUNT))
    by_address: Counts = field(default_factory=lambda: Counts(BY_ADDRESS))

    def wait(self, attempt: Attempt, now: float | None = None) -> float:
        """Seconds until this attempt may be made, 0 when it may now."""
        at = time.monotonic() if now is None else now
        pair = _pair(attempt)
        waits = [self.by_pair.wait(pair, at)]
        if not attempt.device:
            waits.append(self.by_account.wait((attempt.account,), at))
            if self.by_pair.failures(pair, at):
                waits.append(self.by_address.wait((attempt.address,), at))
        return max(waits)

    def pause(self, attempt: Attempt, now: float | None = None) -> float:
        """Seconds before an attempt is judged that may be made: an address that failed often tries others slowly."""
        at = time.monotonic() if now is None else now
        beyond = self.by_address.failures((attempt.address,), at) >= BY_ADDRESS.free
        return PAUSE_SECONDS if beyond and not attempt.device else 0.0

    def failed(self, attempt: Attempt, now: float | None = None) -> None:
        """Count an attempt as a failure; it is before it is judged, so that many at once count, too."""
        at = time.monotonic() if now is None else now
        self.by_pair.failed(_pair(attempt), at)
        if not attempt.device:
            self.by_account.failed((attempt.account,), at)
            self.by_address.failed((attempt.address,), at)

    def succeeded(self, attempt: Attempt) -> None:
        """Forget what this browser or address got wrong at this account, and no more: it says nothing of others."""
        self.by_pair.kept.pop(_pair(attempt), None)
        self.not_judged(attempt, pair=False)

    def not_judged(self, attempt: Attempt, pair: bool = True) -> None:
        """Take back one failure that was counted before judging."""
        if pair:
            self.by_pair.take_back(_pair(attempt))
        if not attempt.device:
            self.by_account.take_back((attempt.account,))
            self.by_address.take_back((attempt.address,))


def _pair(attempt: Attempt) -> tuple[str, ...]:
    """The key of an account from one address, or from one browser that it knows."""
    return (attempt.account, attempt.device, "") if attempt.device else (attempt.account, attempt.address)
