"""Passwords as they are stored: `pbkdf2_sha256$ITERATIONS$SALT$BASE64`, the format of Django, too."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from dataclasses import dataclass

ALGORITHM = "pbkdf2_sha256"
ITERATIONS = 600_000  # of a new hash: OWASP's Password Storage Cheat Sheet for PBKDF2 with HMAC-SHA256
MOST_ITERATIONS = 10_000_000  # four seconds; a hash that asks for more is a slip of the pen


@dataclass(frozen=True, slots=True)
class Hash:
    """A stored hash, read."""

    iterations: int
    salt: bytes
    digest: bytes


def hash_password(password: str, iterations: int = ITERATIONS) -> str:
    """The text to store for a password."""
    salt = secrets.token_hex(16)
    digest = _pbkdf2(password, salt.encode(), iterations)
    return f"{ALGORITHM}${iterations}${salt}${base64.b64encode(digest).decode()}"


def read_hash(text: str) -> Hash:
    """A stored text as a Hash. Raises ValueError for any other text, without repeating it."""
    parts = text.strip().split("$")
    if len(parts) != 4 or parts[0] != ALGORITHM or not (parts[1].isascii() and parts[1].isdigit()):
        raise ValueError("is no hash of a password")
    iterations, digest = int(parts[1]), base64.b64decode(parts[3], validate=True)
    if not 0 < iterations <= MOST_ITERATIONS or not parts[2] or len(digest) != hashlib.sha256().digest_size:
        raise ValueError("is no hash of a password")
    return Hash(iterations, parts[2].encode(), digest)


def matches(password: str, stored: Hash | None, cost: int) -> bool:
    """Whether the password is the stored one, after `cost` iterations of work in any case.

    A name that nobody has (None) costs the same, so that the time of an answer does not tell which names there are; so
    does a hash of fewer iterations.
    """
    known = stored or Hash(cost, b"tidak-ada", b"")
    right = hmac.compare_digest(_pbkdf2(password, known.salt, known.iterations), known.digest)
    if known.iterations < cost:
        _pbkdf2(password, known.salt, cost - known.iterations)
    return right


def _pbkdf2(password: str, salt: bytes, iterations: int) -> bytes:
    """Hash; hashlib lets other threads run meanwhile."""
    return hashlib.pbkdf2_hmac("sha256", password.encode("utf-8", "replace"), salt, iterations)
