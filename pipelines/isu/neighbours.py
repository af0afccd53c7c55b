"""Neighbours: the articles of the last days on disk, as they are compared, and those that one is compared with.

An index of the words that tell most bounds how many these are, so that an article costs the same however many are
stored. Articles leave it a few days after the window. All changes belong to the caller's transaction.
"""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from pipelines.isu.frequencies import Frequencies, Table
from pipelines.isu.vectors import Vectors, telling, unpacked

LEAST_SHARED = 2  # telling words that two articles share, of TELLING each
MOST_COMPARED = 30  # articles, those with most words in common
LATE = 3  # days that an article may be found after the window and still meet those of its time
LOOKED_UP = 100  # articles of a word, the latest ones: what more have tells little, and would cost more on busy days
LATEST_OF_WORD = f"""SELECT * FROM (
    SELECT article_id FROM isu_index WHERE word = :{{word}} AND day BETWEEN :first AND :last
    ORDER BY day DESC, article_id DESC LIMIT {LOOKED_UP})"""
REMEMBERED = 5_000  # vectors in memory


class When(NamedTuple):
    """When an article was published: the number of its day (WIB), and the hours since 1970-01-01 (UTC)."""

    day: int
    hours: float


class Neighbours:
    """The articles of `days` days on a connection, and how common their words are."""

    def __init__(self, connection: sqlite3.Connection, days: int, table: Table) -> None:
        self.connection = connection
        self.days = days
        self.known = Frequencies(table)
        self.grown: Counter[int] = Counter()  # words counted since `save`
        self.vectors: dict[int, tuple[Vectors, float]] = {}

    def load(self, marks: Iterable[int], articles: int) -> None:
        """Read how common these words are in the window, which holds so many articles."""
        rows = self.connection.execute(
            "SELECT word, articles FROM isu_words WHERE word IN (SELECT value FROM json_each(?))",
            (json.dumps(list(marks)),),
        )
        self.known.articles, self.known.live = articles, Counter(dict(rows.fetchall()))

    def count(self, marks: Iterable[int]) -> None:
        """Count the words of an article that comes into the window."""
        seen = list(marks)
        self.known.add(seen)
        self.grown.update(seen)

    def save(self) -> None:
        """Write down what was counted."""
        self.connection.executemany(
            """INSERT INTO isu_words (word, articles) VALUES (?, ?)
               ON CONFLICT (word) DO UPDATE SET articles = articles + excluded.articles""",
            sorted(self.grown.items()),
        )
        self.grown.clear()

    def add(self, article_id: int, when: When, vectors: Vectors, told: Sequence[int]) -> None:
        """Let later articles find this one by its telling words."""
        self.connection.execute(
            "INSERT INTO isu_vectors (article_id, day, moment, counted, vectors) VALUES (?, ?, ?, 1, ?)",
            (article_id, when.day, when.hours, vectors.packed()),
        )
        self.connection.executemany(
            "INSERT INTO isu_index (word, day, article_id) VALUES (?, ?, ?)",
            [(word, when.day, article_id) for word in told],
        )
        self._remember(article_id, vectors, when.hours)

    def near(self, when: When, told: Sequence[int]) -> list[int]:
        """The articles within the window around `when` that share most of these telling words."""
        words = {f"word_{number}": word for number, word in enumerate(told)}
        found = "\nUNION ALL ".join(LATEST_OF_WORD.format(word=name) for name in words)
        rows = self.connection.execute(
            f"""SELECT article_id, count(*) AS shared FROM ({found or "SELECT NULL AS article_id WHERE 0"})
                GROUP BY article_id HAVING shared >= :least ORDER BY shared DESC, article_id DESC LIMIT :most""",
            words
            | {
                "first": when.day - self.days,
                "last": when.day + self.days,
                "least": LEAST_SHARED,
                "most": MOST_COMPARED,
            },
        )
        return [article_id for article_id, _ in rows]

    def read(self, article_id: int) -> tuple[Vectors, float]:
        """The vectors of an article of the window, and its hours."""
        if article_id not in self.vectors:
            stored, hours = self.connection.execute(
                "SELECT vectors, moment FROM isu_vectors WHERE article_id = ?", (article_id,)
            ).fetchone()
            self._remember(article_id, unpacked(stored), hours)
        return self.vectors[article_id]

    def _remember(self, article_id: int, vectors: Vectors, hours: float) -> None:
        if len(self.vectors) >= REMEMBERED:
            self.vectors.clear()
        self.vectors[article_id] = vectors, hours

    def forget(self, day: int) -> int:
        """Let the window end on a day: count the words of older articles no more, and drop those far older.

        Returns how many left the window.
        """
        left = self.connection.execute(
            "SELECT article_id, vectors FROM isu_vectors WHERE day < ? AND counted", (day - self.days,)
        ).fetchall()
        gone = Counter(word for _, stored in left for word in unpacked(stored).body)
        self.connection.executemany(
            "UPDATE isu_words SET articles = articles - ? WHERE word = ?", [(n, word) for word, n in gone.items()]
        )
        self.connection.execute("DELETE FROM isu_words WHERE articles <= 0")
        self.connection.execute("UPDATE isu_vectors SET counted = 0 WHERE day < ? AND counted", (day - self.days,))
        old = self.connection.execute(
            "SELECT article_id, day, vectors FROM isu_vectors WHERE day < ?", (day - self.days - LATE,)
        ).fetchall()
        self.connection.executemany(
            "DELETE FROM isu_index WHERE word = ? AND day = ? AND article_id = ?",
            [(word, on, article) for article, on, stored in old for word in telling(unpacked(stored))],
        )
        for article, _, _ in old:
            _drop_pairs(self.connection, article)
        self.connection.executemany(
            "DELETE FROM isu_vectors WHERE article_id = ?", [(article,) for article, _, _ in old]
        )
        return len(left)


def drop(connection: sqlite3.Connection, article_id: int) -> None:
    """Forget one article, which is no longer stored, and count its words no more."""
    row = connection.execute(
        "SELECT day, vectors, counted FROM isu_vectors WHERE article_id = ?", (article_id,)
    ).fetchone()
    if row is None:
        return
    day, stored, counted = row
    held = unpacked(stored)
    if counted:
        connection.executemany(
            "UPDATE isu_words SET articles = articles - 1 WHERE word = ?", [(word,) for word in held.body]
        )
        connection.execute("DELETE FROM isu_words WHERE articles <= 0")
        connection.execute("UPDATE isu_window SET articles = articles - 1")
    connection.executemany(
        "DELETE FROM isu_index WHERE word = ? AND day = ? AND article_id = ?",
        [(word, day, article_id) for word in telling(held)],
    )
    _drop_pairs(connection, article_id)
    connection.execute("DELETE FROM isu_vectors WHERE article_id = ?", (article_id,))


def _drop_pairs(connection: sqlite3.Connection, article: int) -> None:
    pairs = connection.execute("SELECT other_id FROM isu_pairs WHERE article_id = ?", (article,)).fetchall()
    both = [(article, other) for (other,) in pairs] + [(other, article) for (other,) in pairs]
    connection.executemany("DELETE FROM isu_pairs WHERE article_id = ? AND other_id = ?", both)
