"""Near words: what somebody may have meant who typed a word that the articles do not have, as the index knows it.

One slip of the finger is looked for (a letter too many, too few, another one, two exchanged, a blank forgotten), and
older spellings of names (Soeharto, Djakarta). Each such word is asked of the index itself, which takes some 10 µs:
nothing is kept in memory, and what articles brought a minute ago is known.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from string import ascii_lowercase

SHORTEST, LONGEST = 3, 24  # letters of a word whose spelling is doubted
MOST_COUNTED = 300  # articles that are counted: a word that so many have is no slip
OLD_SPELLINGS = (
    ("oe", "u"), ("dj", "j"), ("tj", "c"), ("nj", "ny"), ("sj", "sy"), ("ch", "kh"), ("j", "y"), ("y", "i"), ("f", "v"),
    ("f", "p"), ("v", "p"), ("dh", "d"), ("th", "t"), ("kh", "h"), ("z", "s"), ("q", "k"), ("x", "ks"), ("ie", "i"),
)  # fmt: skip


def near_words(connection: sqlite3.Connection, word: str) -> list[str]:
    """What is near to a word in lower case and stands in the articles, as phrases of FTS5 without quotation marks."""
    if not (SHORTEST <= len(word) <= LONGEST and word.isascii() and word.isalpha()):
        return []
    tried = sorted({*_one_slip(word), *_respelt(word)} - {word})
    found = connection.execute(
        """SELECT value FROM json_each(:tried) WHERE EXISTS (
             SELECT 1 FROM articles_fts WHERE articles_fts MATCH '{title text}: "' || value || '"')""",
        {"tried": json.dumps(tried)},
    )
    return [row[0] for row in found]


def count(connection: sqlite3.Connection, expression: str) -> int:
    """How many articles an expression finds, counted up to MOST_COUNTED."""
    found = connection.execute(
        f"SELECT count(*) FROM (SELECT 1 FROM articles_fts WHERE articles_fts MATCH ? LIMIT {MOST_COUNTED})",
        (expression,),
    )
    return int(found.fetchone()[0])


def _one_slip(word: str) -> set[str]:
    """The words that are one slip away from this one, 53 n + 25 of them, and two where a blank may be missing."""
    cuts: Sequence[tuple[str, str]] = [(word[:n], word[n:]) for n in range(len(word) + 1)]
    found = {a + b[1:] for a, b in cuts if b}
    found |= {a + b[1] + b[0] + b[2:] for a, b in cuts if len(b) > 1}
    found |= {a + letter + b[1:] for a, b in cuts if b for letter in ascii_lowercase}
    found |= {a + letter + b for a, b in cuts for letter in ascii_lowercase}
    found |= {f"{a} {b}" for a, b in cuts if len(a) > 2 and len(b) > 2}
    return found


def _respelt(word: str) -> set[str]:
    """The word by older or newer spellings, one or two of them, and without or with double letters."""
    once = {word.replace(old, new) for pair in OLD_SPELLINGS for old, new in (pair, pair[::-1]) if old in word}
    twice = {w.replace(old, new) for w in once for pair in OLD_SPELLINGS for old, new in (pair, pair[::-1]) if old in w}
    return once | twice
