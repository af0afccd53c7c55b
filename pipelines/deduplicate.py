"""Deduplicate: which articles are the same text under several addresses."""

from __future__ import annotations

import hashlib
import re
import sqlite3

WORD = re.compile(r"\w+")


def fingerprint(text: str) -> str:
    """Hex digest of the text's words in order; case, punctuation and spacing don't count."""
    words = " ".join(WORD.findall(text.casefold()))
    return hashlib.blake2b(words.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def find_original(connection: sqlite3.Connection, mark: str, published_at: str | None) -> int | None:
    """Id of the earliest original stored with this fingerprint and not after `published_at`, or None.

    An article with an unknown date counts as earlier: it was stored first.
    """
    row = connection.execute(
        """SELECT id FROM articles WHERE fingerprint = ? AND duplicate_of IS NULL
           AND (published_at IS NULL OR ? IS NULL OR published_at <= ?)
           ORDER BY published_at IS NULL, published_at, id LIMIT 1""",
        (mark, published_at, published_at),
    ).fetchone()
    return row[0] if row else None


def adopt_later_copies(connection: sqlite3.Connection, article_id: int, mark: str) -> None:
    """Point every other article with this fingerprint at `article_id`, the earliest of them."""
    connection.execute(
        "UPDATE articles SET duplicate_of = ? WHERE fingerprint = ? AND id <> ?",
        (article_id, mark, article_id),
    )
