"""The index of features: which recent articles share a hash. Bounded, so that a look-up costs the same at any age.

Articles stay DAYS_KEPT days of runs in it. A word, number or name of more than `rare` articles is common: its rows go,
and it is left out until it has been common for as long as an article stays. A shingle is common when several releases
have it; that many articles do is what a release copied by many outlets looks like.
"""

from __future__ import annotations

import array
import json
import math
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from pipelines.coverage.features import SHINGLED

DAYS_BEFORE, DAYS_AFTER = 1, 14  # an article appears from a day before a release (embargo, zone) to two weeks after it
DAYS_KEPT = 45  # between runs: a page found a month late still meets its release
RARE_LEAST, RARE_MOST = 6, 60  # articles that share a feature before it is common: a fiftieth of the indexed ones
RELEASES, COPIES = 6, 500  # releases, and articles, that share a shingle before it is common
Place = tuple[int, int]  # an article's id and day
FORGOTTEN = 500  # articles at a time, so that their hashes fit into memory after a long pause


class Entry(NamedTuple):
    """One article as the index knows it; `day`: number of the day it was published (UTC)."""

    article_id: int
    is_release: int
    day: int


class Index:
    """The index on a connection; changes belong to the caller's transaction. `today` is a day number.

    Works on many articles at a time, in the order of the hashes: each page of the table is then touched once a batch.
    """

    def __init__(self, connection: sqlite3.Connection, today: int) -> None:
        self.connection = connection
        self.today = today
        self.size: int = connection.execute("SELECT count(*) FROM coverage_articles").fetchone()[0]

    @property
    def rare(self) -> int:
        """How many articles may share a feature that still tells something."""
        return max(RARE_LEAST, min(RARE_MOST, self.size // 50))

    def add(self, articles: Mapping[Entry, Iterable[int]]) -> None:
        """Index articles by their hashes, or index them again."""
        self.remove([entry.article_id for entry in articles])
        common = self._common(set().union(*articles.values()))
        kept = {entry: sorted(set(hashes) - common) for entry, hashes in articles.items()}
        self.connection.executemany(
            "INSERT INTO coverage_articles (article_id, is_release, day, indexed_on, hashes) VALUES (?, ?, ?, ?, ?)",
            [
                (entry.article_id, entry.is_release, entry.day, self.today, array.array("Q", marks).tobytes())
                for entry, marks in kept.items()
            ],
        )
        self.connection.executemany(
            "INSERT INTO coverage_index (hash, article_id, is_release, day) VALUES (?, ?, ?, ?)",
            sorted((mark, *entry) for entry, marks in kept.items() for mark in marks),
        )
        self.size += len(kept)

    def remove(self, ids: Sequence[int]) -> None:
        """Forget articles; those that are not there do not matter."""
        rows = self.connection.execute(
            "SELECT article_id, hashes FROM coverage_articles WHERE article_id IN (SELECT value FROM json_each(?))",
            (json.dumps(ids),),
        ).fetchall()
        gone = []
        for article_id, blob in rows:
            marks = array.array("Q")
            marks.frombytes(blob)
            gone += [(mark, article_id) for mark in marks]
        self.connection.executemany("DELETE FROM coverage_index WHERE hash = ? AND article_id = ?", sorted(gone))
        self.connection.executemany("DELETE FROM coverage_articles WHERE article_id = ?", [row[:1] for row in rows])
        self.size -= len(rows)

    def forget_before(self, day: int) -> None:
        """Forget what was indexed before a day, and that features were common before it."""
        old = self.connection.execute("SELECT article_id FROM coverage_articles WHERE indexed_on < ?", (day,))
        ids = [row[0] for row in old.fetchall()]
        for start in range(0, len(ids), FORGOTTEN):
            self.remove(ids[start : start + FORGOTTEN])
        self.connection.execute("DELETE FROM coverage_common WHERE since < ?", (day,))

    def look_up(self, articles: Mapping[Entry, Iterable[int]]) -> tuple[dict[int, int], dict[int, list[Place]]]:
        """Of every hash that is not common: how many articles have it, and the (id, day) of those on the other side.

        A release pairs with articles of the media and they with releases. The days found are those of the windows
        of the earliest and the latest of `articles`; `in_window` says whether a pair is inside its own.
        """
        sides: list[set[int]] = [set(), set()]  # hashes of the media's articles, of releases
        for entry, hashes in articles.items():
            sides[entry.is_release].update(hashes)
        counts: dict[int, int] = {}
        common: list[int] = []
        in_releases, in_media = set(), set()
        for mark, count, releases in self.connection.execute(
            """SELECT hash, count(*), sum(is_release) FROM coverage_index
               WHERE hash IN (SELECT value FROM json_each(?)) GROUP BY hash""",
            (json.dumps(sorted(sides[0] | sides[1])),),
        ):
            most = COPIES if mark >= SHINGLED else self.rare
            if count > most or (mark >= SHINGLED and releases > RELEASES):
                common.append(mark)
                continue
            counts[mark] = count
            if releases:
                in_releases.add(mark)
            if releases < count:
                in_media.add(mark)
        self._drop(common)
        found: dict[int, list[Place]] = {}
        for is_release, marks in ((True, sides[0] & in_releases), (False, sides[1] & in_media)):
            days = [entry.day for entry in articles if entry.is_release != is_release]
            before, after = (DAYS_AFTER, DAYS_BEFORE) if is_release else (DAYS_BEFORE, DAYS_AFTER)
            for mark, article_id, day in self.connection.execute(
                """SELECT hash, article_id, day FROM coverage_index WHERE hash IN (SELECT value FROM json_each(?))
                   AND is_release = ? AND day BETWEEN ? AND ?""",
                (json.dumps(sorted(marks)), is_release, min(days, default=0) - before, max(days, default=0) + after),
            ):
                found.setdefault(mark, []).append((article_id, day))
        return counts, found

    def _common(self, hashes: Iterable[int]) -> set[int]:
        rows = self.connection.execute(
            "SELECT hash FROM coverage_common WHERE hash IN (SELECT value FROM json_each(?))",
            (json.dumps(sorted(hashes)),),
        )
        return {row[0] for row in rows}

    def _drop(self, common: Sequence[int]) -> None:
        self.connection.executemany("DELETE FROM coverage_index WHERE hash = ?", [(mark,) for mark in common])
        self.connection.executemany(
            "INSERT OR REPLACE INTO coverage_common (hash, since) VALUES (?, ?)",
            [(mark, self.today) for mark in common],
        )

    def weight(self, articles: int) -> float:
        """How much a feature of so many indexed articles tells: inverse document frequency, 1 for a unique one."""
        size = max(self.size, 50)
        return math.log(size / articles) / math.log(size)


def in_window(release_day: int, article_day: int) -> bool:
    """Whether an article of one day may cover a release of another."""
    return release_day - DAYS_BEFORE <= article_day <= release_day + DAYS_AFTER
