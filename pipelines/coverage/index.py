"""The index of features: which recent articles share a hash. Bounded, so that a look-up costs the same at any age.

Articles stay DAYS_KEPT days of runs in it. A word, number or name of more than `rare` articles is common: its rows go,
and it is left out until it has been common for as long as an article stays. A shingle is common when several releases
have it; that many articles do is what a release copied by many outlets looks like.
"""

from __future__ import annotations

import array
import math
import sqlite3
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from pipelines.coverage.features import SHINGLED

DAYS_BEFORE, DAYS_AFTER = 1, 14  # an article appears from a day before a release (embargo, zone) to two weeks after it
DAYS_KEPT = 45  # between runs: a page found a month late still meets its release
RARE_LEAST, RARE_MOST = 6, 60  # articles that share a feature before it is common: a fiftieth of the indexed ones
RELEASES, COPIES = 6, 500  # releases, and articles, that share a shingle before it is common
VARIABLES = 500  # of one SQL statement


@dataclass(frozen=True, slots=True)
class Entry:
    """One article as the index knows it; `day`: number of the day it was published (UTC)."""

    article_id: int
    is_release: bool
    day: int


class Index:
    """The index on a connection; changes belong to the caller's transaction. `today` is a day number."""

    def __init__(self, connection: sqlite3.Connection, today: int) -> None:
        self.connection = connection
        self.today = today
        self.size: int = connection.execute("SELECT count(*) FROM coverage_articles").fetchone()[0]
        self.common: set[int] = {row[0] for row in connection.execute("SELECT hash FROM coverage_common")}

    @property
    def rare(self) -> int:
        """How many articles may share a feature that still tells something."""
        return max(RARE_LEAST, min(RARE_MOST, self.size // 50))

    def add(self, entry: Entry, hashes: Collection[int]) -> None:
        """Index an article, or index it again."""
        self.remove(entry.article_id)
        kept = sorted(set(hashes) - self.common)
        self.connection.execute(
            "INSERT INTO coverage_articles (article_id, is_release, day, indexed_on, hashes) VALUES (?, ?, ?, ?, ?)",
            (entry.article_id, entry.is_release, entry.day, self.today, array.array("Q", kept).tobytes()),
        )
        self.connection.executemany(
            "INSERT INTO coverage_index (hash, article_id, is_release, day) VALUES (?, ?, ?, ?)",
            [(mark, entry.article_id, entry.is_release, entry.day) for mark in kept],
        )
        self.size += 1

    def remove(self, article_id: int) -> None:
        """Forget an article; nothing happens when it is not there."""
        row = self.connection.execute(
            "SELECT hashes FROM coverage_articles WHERE article_id = ?", (article_id,)
        ).fetchone()
        if row is None:
            return
        marks = array.array("Q")
        marks.frombytes(row[0])
        self.connection.executemany(
            "DELETE FROM coverage_index WHERE hash = ? AND article_id = ?", [(mark, article_id) for mark in marks]
        )
        self.connection.execute("DELETE FROM coverage_articles WHERE article_id = ?", (article_id,))
        self.size -= 1

    def forget_before(self, day: int) -> None:
        """Forget what was indexed before a day, and that features were common before it."""
        old = self.connection.execute("SELECT article_id FROM coverage_articles WHERE indexed_on < ?", (day,))
        for (article_id,) in old.fetchall():
            self.remove(article_id)
        gone = self.connection.execute("DELETE FROM coverage_common WHERE since < ? RETURNING hash", (day,))
        self.common -= {row[0] for row in gone.fetchall()}

    def look_up(self, entry: Entry, hashes: Iterable[int]) -> dict[int, tuple[int, list[Entry]]]:
        """Of every feature of an article that is not common: how many articles have it, and which it may pair with.

        A release pairs with articles of the media and they with releases, within the window.
        """
        wanted = [mark for mark in set(hashes) if mark not in self.common]
        counts: Counter[int] = Counter()
        releases: Counter[int] = Counter()
        found: dict[int, list[Entry]] = {}
        for start in range(0, len(wanted), VARIABLES):
            part = wanted[start : start + VARIABLES]
            cursor = self.connection.execute(
                f"""SELECT hash, article_id, is_release, day FROM coverage_index
                    WHERE hash IN ({", ".join("?" * len(part))})""",
                part,
            ).fetchall()
            counts.update([row[0] for row in cursor])
            releases.update([row[0] for row in cursor if row[2]])
            for mark, article_id, is_release, day in cursor:
                if is_release != entry.is_release and in_window(
                    *((entry.day, day) if entry.is_release else (day, entry.day))
                ):
                    found.setdefault(mark, []).append(Entry(article_id, bool(is_release), day))
        common = [mark for mark, count in counts.items() if count > (COPIES if mark >= SHINGLED else self.rare)]
        common += [mark for mark, count in releases.items() if count > RELEASES and mark >= SHINGLED]
        self._drop(common)
        return {mark: (counts[mark], entries) for mark, entries in found.items() if mark not in self.common}

    def _drop(self, common: Sequence[int]) -> None:
        self.common.update(common)
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
