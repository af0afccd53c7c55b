"""The index of features: which recent articles share a hash. Its size is bounded, so that a look-up never gets slower.

An article leaves the index after DAYS_KEPT days. A word, number or name that more than `rare` articles have is common:
its rows are deleted, and it stays left out for DAYS_KEPT days. A shingle is common when several releases have it. That
many articles have a shingle makes it common much later, since that is what a release looks like that many outlets copy.
"""

from __future__ import annotations

import array
import json
import math
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from pipelines.coverage.features import SHINGLED, Packed

# An article about a release appears from a day before it (embargoes, time zones) to two weeks after it.
DAYS_BEFORE, DAYS_AFTER = 1, 14
DAYS_KEPT = 45  # so that a page that is found a month late still meets its release
# A feature is common when a fiftieth of the indexed articles share it, but at least 6 and at most 60 of them.
RARE_LEAST, RARE_MOST = 6, 60
RELEASES, COPIES = 6, 500  # a shingle is common when more than 6 releases, or more than 500 articles, share it
# The articles at work, in temporary tables, so that SQLite can join them with the index. Their hashes are handed over
# as JSON, which SQLite unpacks in a quarter of the time that a row for each hash takes.
ARRIVING = (
    """coverage_arriving (article_id INTEGER PRIMARY KEY, is_release INTEGER NOT NULL, day INTEGER NOT NULL,
       hashes TEXT NOT NULL)""",
    """coverage_telling (hash INTEGER NOT NULL, article_id INTEGER NOT NULL, is_release INTEGER NOT NULL,
       day INTEGER NOT NULL, weight REAL NOT NULL, past INTEGER NOT NULL, PRIMARY KEY (hash, article_id))
       WITHOUT ROWID""",
    "coverage_counted (hash INTEGER PRIMARY KEY, articles INTEGER NOT NULL, releases INTEGER NOT NULL)",
    "coverage_weights (articles INTEGER PRIMARY KEY, weight REAL NOT NULL)",
)
FORGOTTEN = 500  # articles that are forgotten at a time, so that their hashes fit into memory after a long pause


class Entry(NamedTuple):
    """One article as the index knows it. `is_release`: 1 or 0; `day`: the number of the day it was published (UTC)."""

    article_id: int
    is_release: int
    day: int


class Index:
    """The index on a connection; changes belong to the caller's transaction. `today`: the number of this day.

    It works on many articles at a time in the order of the hashes, so that each page of the table is touched once.
    """

    def __init__(self, connection: sqlite3.Connection, today: int) -> None:
        self.connection = connection
        self.today = today
        self.size: int = connection.execute("SELECT count(*) FROM coverage_articles").fetchone()[0]
        self.common: set[int] = {row[0] for row in connection.execute("SELECT hash FROM coverage_common")}
        for table in ARRIVING:
            connection.execute(f"CREATE TEMP TABLE IF NOT EXISTS {table}")

    @property
    def rare(self) -> int:
        """How many articles may share a feature that still tells something."""
        return max(RARE_LEAST, min(RARE_MOST, self.size // 50))

    def add(self, articles: Mapping[Entry, Mapping[int, Packed]]) -> None:
        """Index articles by their features, or index them again."""
        self.remove([entry.article_id for entry in articles])
        marks = {entry: [mark for mark in own if mark not in self.common] for entry, own in articles.items()}
        self.connection.execute("DELETE FROM coverage_arriving")
        self.connection.executemany(
            "INSERT INTO coverage_arriving (article_id, is_release, day, hashes) VALUES (?, ?, ?, ?)",
            [(*entry, json.dumps(own)) for entry, own in marks.items()],
        )
        self.connection.execute(
            """INSERT INTO coverage_index (hash, article_id, is_release, day)
               SELECT value, article_id, is_release, day FROM coverage_arriving, json_each(hashes) ORDER BY 1, 2"""
        )
        self.connection.executemany(
            "INSERT INTO coverage_articles (article_id, is_release, day, indexed_on, hashes) VALUES (?, ?, ?, ?, ?)",
            [(*entry, self.today, array.array("Q", own).tobytes()) for entry, own in marks.items()],
        )
        self.size += len(articles)

    def meetings(
        self, articles: Mapping[Entry, Mapping[int, Packed]], enough: float, past: float, shingles: int
    ) -> dict[int, list[tuple[int, dict[int, float]]]]:
        """For each article added last, by id: whom it meets, and the shared hashes with their values.

        A release meets the articles of the media within the window of days, and they meet releases. The value of a
        feature is its weight times its rareness. Two articles meet when the values of what they share add up to
        `enough`, where `past` is added for a feature that refers to something past; or when they share so many
        `shingles`.
        """
        counts = self._count(set().union(*articles.values()))
        values = {articles: self.weight(articles) for articles in set(counts.values())}
        self.connection.execute("DELETE FROM coverage_weights")
        self.connection.executemany("INSERT INTO coverage_weights (articles, weight) VALUES (?, ?)", values.items())
        self.connection.execute("DELETE FROM coverage_telling")
        self.connection.executemany(
            "INSERT INTO coverage_telling (hash, article_id, is_release, day, weight, past) VALUES (?, ?, ?, ?, ?, ?)",
            sorted(
                (mark, *entry, weight, past)
                for entry, own in articles.items()
                for mark, (_, weight, _, past) in own.items()
                if mark in counts
            ),
        )
        rows = self.connection.execute(
            """SELECT a.article_id, o.article_id
               FROM coverage_counted c CROSS JOIN coverage_weights w ON w.articles = c.articles
               CROSS JOIN coverage_telling a ON a.hash = c.hash
               CROSS JOIN coverage_index o ON o.hash = c.hash AND o.is_release <> a.is_release
               WHERE CASE a.is_release WHEN 1 THEN o.day - a.day ELSE a.day - o.day END BETWEEN ? AND ?
               GROUP BY 1, 2 HAVING sum(a.weight * w.weight + a.past * ?) >= ? OR sum(a.hash >= ?) >= ?""",
            (-DAYS_BEFORE, DAYS_AFTER, past, enough, SHINGLED, shingles),
        ).fetchall()
        marks = self._hashes({other for _, other in rows})
        features = {entry.article_id: own for entry, own in articles.items()}
        found: dict[int, list[tuple[int, dict[int, float]]]] = {}
        for article_id, other in rows:
            own, theirs = features[article_id], marks[other]
            shared = {m: own[m][1] * values[counts[m]] for m in own if m in theirs and m in counts}
            found.setdefault(article_id, []).append((other, shared))
        return found

    def _count(self, marks: set[int]) -> dict[int, int]:
        """How many articles have each of these hashes, for those that releases and media share.

        Hashes that have become common are dropped from the index.
        """
        self.connection.execute("DELETE FROM coverage_counted")
        self.connection.execute(
            """INSERT INTO coverage_counted (hash, articles, releases)
               SELECT hash, count(*), sum(is_release) FROM coverage_index
               WHERE hash IN (SELECT value FROM json_each(?)) GROUP BY hash""",
            (json.dumps(sorted(marks)),),
        )
        common = self.connection.execute(
            """SELECT hash FROM coverage_counted
               WHERE articles > iif(hash >= :shingled, :copies, :rare)
                  OR (hash >= :shingled AND releases > :releases)""",
            {"shingled": SHINGLED, "copies": COPIES, "rare": self.rare, "releases": RELEASES},
        ).fetchall()
        self.common.update([row[0] for row in common])
        for table in ("coverage_index", "coverage_counted"):
            self.connection.executemany(f"DELETE FROM {table} WHERE hash = ?", common)
        self.connection.executemany(
            "INSERT OR REPLACE INTO coverage_common (hash, since) VALUES (?, ?)",
            [(mark, self.today) for (mark,) in common],
        )
        self.connection.execute("DELETE FROM coverage_counted WHERE releases IN (0, articles)")
        return dict(self.connection.execute("SELECT hash, articles FROM coverage_counted").fetchall())

    def _hashes(self, ids: Iterable[int]) -> dict[int, set[int]]:
        rows = self.connection.execute(
            "SELECT article_id, hashes FROM coverage_articles WHERE article_id IN (SELECT value FROM json_each(?))",
            (json.dumps(list(ids)),),
        )
        return {article_id: set(_unpacked(blob)) for article_id, blob in rows}

    def remove(self, ids: Sequence[int]) -> None:
        """Forget articles; those that are not in the index are passed over."""
        known = self._hashes(ids)
        gone = sorted((mark, article_id) for article_id, marks in known.items() for mark in marks)
        self.connection.executemany("DELETE FROM coverage_index WHERE hash = ? AND article_id = ?", gone)
        self.connection.executemany(
            "DELETE FROM coverage_articles WHERE article_id = ?", [(article_id,) for article_id in known]
        )
        self.size -= len(known)

    def forget_before(self, day: int) -> None:
        """Forget articles that were indexed before a day, and that a feature was common if that was before it, too."""
        old = self.connection.execute("SELECT article_id FROM coverage_articles WHERE indexed_on < ?", (day,))
        ids = [row[0] for row in old.fetchall()]
        for start in range(0, len(ids), FORGOTTEN):
            self.remove(ids[start : start + FORGOTTEN])
        gone = self.connection.execute("DELETE FROM coverage_common WHERE since < ? RETURNING hash", (day,))
        self.common -= {row[0] for row in gone.fetchall()}

    def weight(self, articles: int) -> float:
        """How much a feature tells that so many articles have: inverse document frequency, 1 for a unique one."""
        size = max(self.size, 50)
        return math.log(size / articles) / math.log(size)


def _unpacked(blob: bytes) -> array.array[int]:
    marks = array.array("Q")
    marks.frombytes(blob)
    return marks
