"""Passwords as they are stored: Argon2id, `$argon2id$v=19$m=KIB,t=PASSES,p=LANES$SALT$DIGEST` (the PHC string format).

Older hashes and those of others, `pbkdf2_sha256$ITERATIONS$SALT$BASE64` (the format of Django, too), are read as well.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import secrets
from collections.abc import Collection
from dataclasses import dataclass, field

from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

PBKDF2 = "pbkdf2_sha256"
MOST_ITERATIONS = 10_000_000  # of PBKDF2: four seconds; a hash that asks for more is a slip of the pen
MOST_MEMORY = 262_144  # KiB of Argon2id, which two logins at once may take each (hashing.AT_ONCE)
MOST_PASSES, MOST_LANES = 64, 16
PHC = re.compile(
    r"\$argon2id\$v=19\$m=(?P<memory>\d{1,7}),t=(?P<passes>\d{1,3}),p=(?P<lanes>\d{1,2})"
    r"\$(?P<salt>[A-Za-z0-9+/]{11,86})\$(?P<digest>[A-Za-z0-9+/]{22,86})",
    re.ASCII,
)


@dataclass(frozen=True, slots=True)
class Cost:
    """What a hash costs: `passes` of Argon2id over `memory` KiB in `lanes`; without memory, iterations of PBKDF2."""

    passes: int
    memory: int = 0
    lanes: int = 1


COST = Cost(2, 19_456)  # of a new hash: OWASP's Password Storage Cheat Sheet for Argon2id; 19 MiB and 0.1 s of a core


@dataclass(frozen=True, slots=True)
class Hash:
    """A stored hash, read. `text`: as it is stored."""

    cost: Cost
    salt: bytes
    digest: bytes
    text: str = field(default="", repr=False)


def hash_password(password: str, cost: Cost = COST) -> str:
    """The text to store for a password, by Argon2id."""
    salt = secrets.token_bytes(16)
    digest = _digest(password, salt, cost, 32)
    return f"$argon2id$v=19$m={cost.memory},t={cost.passes},p={cost.lanes}${_written(salt)}${_written(digest)}"


def read_hash(text: str) -> Hash:
    """A stored text as a Hash. Raises ValueError for any other text, without repeating it."""
    plain = text.strip()
    return _read_argon2(plain) if plain.startswith("$") else _read_pbkdf2(plain)


def matches(password: str, stored: Hash | None, costs: Collection[Cost]) -> bool:
    """Whether the password is the stored one, after the work of all `costs` in any case.

    costs  what the hashes of all accounts cost, and what a new one does. A name that nobody has (None) costs as much
           as any other, so that the time of an answer does not tell which names there are, nor whose hash is an old one
    """
    right = False
    if stored is not None:
        digest = _digest(password, stored.salt, stored.cost, len(stored.digest))
        right = hmac.compare_digest(digest, stored.digest)
    for cost in _left(costs, stored):
        _digest(password, b"tidak-ada-orang", cost, 32)
    return right


def _left(costs: Collection[Cost], stored: Hash | None) -> list[Cost]:
    """The work that is left after that of the stored hash; of PBKDF2 the rest of the longest."""
    done = stored.cost if stored else Cost(0)
    iterations = max((cost.passes for cost in costs if not cost.memory), default=0) - (
        0 if done.memory else done.passes
    )
    return [cost for cost in costs if cost.memory and cost != done] + ([Cost(iterations)] if iterations > 0 else [])


def _digest(password: str, salt: bytes, cost: Cost, length: int) -> bytes:
    """Hash; both libraries let other threads run meanwhile."""
    secret = password.encode("utf-8", "replace")
    if not cost.memory:
        return hashlib.pbkdf2_hmac("sha256", secret, salt, cost.passes, length)
    return Argon2id(salt=salt, length=length, iterations=cost.passes, lanes=cost.lanes, memory_cost=cost.memory).derive(
        secret
    )


def _read_argon2(text: str) -> Hash:
    found = PHC.fullmatch(text)
    if not found:
        raise ValueError("is no hash of a password")
    cost = Cost(int(found["passes"]), int(found["memory"]), int(found["lanes"]))
    if not (
        0 < cost.passes <= MOST_PASSES
        and 0 < cost.lanes <= MOST_LANES
        and 8 * cost.lanes <= cost.memory <= MOST_MEMORY  # eight KiB a lane: RFC 9106
    ):
        raise ValueError("is no hash of a password")
    return Hash(cost, _unwritten(found["salt"]), _unwritten(found["digest"]), text)


def _read_pbkdf2(text: str) -> Hash:
    parts = text.split("$")
    if len(parts) != 4 or parts[0] != PBKDF2 or not (parts[1].isascii() and parts[1].isdigit()):
        raise ValueError("is no hash of a password")
    iterations, digest = int(parts[1]), base64.b64decode(parts[3], validate=True)
    if not 0 < iterations <= MOST_ITERATIONS or not parts[2] or len(digest) != hashlib.sha256().digest_size:
        raise ValueError("is no hash of a password")
    return Hash(Cost(iterations), parts[2].encode(), digest, text)


def _written(raw: bytes) -> str:
    """Base64 without padding, as PHC strings have it."""
    return base64.b64encode(raw).decode().rstrip("=")


def _unwritten(text: str) -> bytes:
    return base64.b64decode(text + "=" * (-len(text) % 4), validate=True)
