"""The index of features: which articles of the same weeks share a hash. What a look-up reads is bounded, so that it
never gets slower.

An article counts with those that were published up to DAYS_KEPT days from it, and is judged by those that came before
it: so whatever the runs that brought them, articles in order of time have the same pairs. A word, number or name that
more than `rare` of these have is common: its rows are deleted, and it stays left out for DAYS_KEPT days. A shingle is
common when several releases have it. That many articles have a shingle makes it common much later, since that is what
a release looks like that many outlets copy.
"""

from __future__ import annotations

import array
import json
import math
import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
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
       since INTEGER NOT NULL, until INTEGER NOT NULL, weight REAL NOT NULL, past INTEGER NOT NULL,
       PRIMARY KEY (hash, article_id)) WITHOUT ROWID""",
)
STORED = """SELECT article_id, day, hashes FROM coverage_articles
            WHERE article_id IN (SELECT value FROM json_each(?))"""
FORGOTTEN = 500  # articles that are forgotten at a time, so that their hashes fit into memory after a long pause


class Entry(NamedTuple):
    """One article as the index knows it. `is_release`: 1 or 0; `day`: the number of the day it was published (UTC)."""

    article_id: int
    is_release: int
    day: int


@dataclass(slots=True)
class Arrival:
    """An article that has come into the index, and whom it meets there.

    size    how many articles of the same weeks the index had then, with it
    values  its features by hash with what they tell: their weight times their rareness; common ones are left out
    """

    size: int
    values: dict[int, float]
    others: list[Meeting] = field(default_factory=list)


class Meeting(NamedTuple):
    """Another article that an arrival meets.

    shared  the hashes that both have, with their values
    old     those of them that some article had before the release: they cannot come from it
    """

    article_id: int
    shared: dict[int, float]
    old: set[int]


class Index:
    """The index on a connection; changes belong to the caller's transaction.

    today  the number of this day: articles are forgotten DAYS_KEPT days after they were indexed
    bulk   whether articles count as indexed on the day they were published, and older ones are forgotten on the way:
           the index would hold all of an import of years otherwise

    It works on all articles of a day at a time in the order of the hashes, so that each page of the table is touched
    once.
    """

    def __init__(self, connection: sqlite3.Connection, today: int, *, bulk: bool = False) -> None:
        self.connection = connection
        self.latest = self.today = today
        self.bulk = bulk
        self.sizes = Counter(dict(connection.execute("SELECT day, count(*) FROM coverage_articles GROUP BY day")))
        self.common: dict[int, list[int]] = {}
        for mark, since in connection.execute("SELECT hash, since FROM coverage_common"):
            self.common.setdefault(mark, []).append(since)
        for table in ARRIVING:
            connection.execute(f"CREATE TEMP TABLE IF NOT EXISTS {table}")

    def add(
        self, articles: Mapping[Entry, Mapping[int, Packed]], enough: float, past: float, shingles: int
    ) -> Iterator[tuple[Entry, Arrival]]:
        """Index articles by their features, or index them again, and tell whom each meets of those before it.

        A release meets the articles of the media within the window of days, and they meet releases. Two articles meet
        when the values of what they share add up to `enough`, where `past` is added for a feature that refers to
        something past; or when they share so many `shingles`.
        """
        for day, group in groupby(articles.items(), key=lambda item: item[0].day):
            if self.bulk and min(day, self.latest) != self.today:
                self.today = min(day, self.latest)
                self.forget_before(self.today - DAYS_KEPT)
            yield from self._add_day(day, dict(group), enough, past, shingles)

    def _add_day(
        self, day: int, articles: Mapping[Entry, Mapping[int, Packed]], enough: float, past: float, shingles: int
    ) -> Iterator[tuple[Entry, Arrival]]:
        self.remove([entry.article_id for entry in articles])
        arrivals, marks, common = self._arrive(day, articles)
        self.connection.execute("DELETE FROM coverage_arriving")
        self.connection.executemany(
            "INSERT INTO coverage_arriving (article_id, is_release, day, hashes) VALUES (?, ?, ?, ?)",
            [(*entry, json.dumps(own)) for entry, own in marks.items()],
        )
        self.connection.execute(
            """INSERT INTO coverage_index (hash, day, article_id, is_release)
               SELECT value, day, article_id, is_release FROM coverage_arriving, json_each(hashes) ORDER BY 1, 2, 3"""
        )
        self.connection.executemany(
            "INSERT INTO coverage_articles (article_id, is_release, day, indexed_on, hashes) VALUES (?, ?, ?, ?, ?)",
            [(*entry, self.today, array.array("Q", own).tobytes()) for entry, own in marks.items()],
        )
        self.sizes[day] += len(articles)
        self._meet(day, articles, arrivals, enough, past, shingles)
        self._drop(day, common)
        yield from arrivals.items()

    def _arrive(
        self, day: int, articles: Mapping[Entry, Mapping[int, Packed]]
    ) -> tuple[dict[Entry, Arrival], dict[Entry, list[int]], list[int]]:
        """Articles of a day, one after the other: each as it comes, its hashes for the index, and what became common.

        A feature counts in the articles of the index and in those of the day that came before.
        """
        left_out = {mark for own in articles.values() for mark in own if self._is_common(mark, day)}
        counts = self._count(day, {mark for own in articles.values() for mark in own} - left_out)
        size = self.size(day)
        arrivals, marks, common = {}, {}, []
        for entry, own in articles.items():
            size += 1
            rare = max(RARE_LEAST, min(RARE_MOST, size // 50))
            weights: dict[int, float] = {}
            arrival, kept = Arrival(size, {}), []
            for mark, packed in own.items():
                if mark in left_out:
                    continue
                found = counts.get(mark)
                if found is None:
                    counts[mark] = [1, entry.is_release]
                    kept.append(mark)
                    continue
                found[0] += 1
                found[1] += entry.is_release
                most = COPIES if mark >= SHINGLED else rare
                if found[0] > most or (mark >= SHINGLED and found[1] > RELEASES):
                    common.append(mark)
                    left_out.add(mark)
                    continue
                kept.append(mark)
                if found[0] - found[1] if entry.is_release else found[1]:  # the other kind has it, too
                    if found[0] not in weights:
                        weights[found[0]] = weight(found[0], size)
                    arrival.values[mark] = packed[1] * weights[found[0]]
            arrivals[entry], marks[entry] = arrival, kept
        return arrivals, marks, common

    def _meet(
        self,
        day: int,
        articles: Mapping[Entry, Mapping[int, Packed]],
        arrivals: Mapping[Entry, Arrival],
        enough: float,
        past: float,
        shingles: int,
    ) -> None:
        """Find whom the articles of a day meet, of all that were indexed before them."""
        self.connection.execute("DELETE FROM coverage_telling")
        self.connection.executemany(
            """INSERT INTO coverage_telling (hash, article_id, is_release, since, until, weight, past)
               VALUES (?, ?, ?, ?, ?, ?, ?)""",
            sorted(
                (mark, entry.article_id, entry.is_release, *_window(entry), value, articles[entry][mark][3])
                for entry, arrival in arrivals.items()
                for mark, value in arrival.values.items()
            ),
        )
        rows = self.connection.execute(
            """SELECT a.article_id, o.article_id
               FROM coverage_telling a CROSS JOIN coverage_index o
                 ON o.hash = a.hash AND o.day BETWEEN a.since AND a.until AND o.is_release <> a.is_release
               GROUP BY 1, 2 HAVING sum(a.weight + a.past * ?) >= ? OR sum(a.hash >= ?) >= ?""",
            (past, enough, SHINGLED, shingles),
        ).fetchall()
        places = {entry.article_id: place for place, entry in enumerate(arrivals)}
        rows = [(own, other) for own, other in rows if places.get(other, -1) < places[own]]
        theirs = self._stored({other for _, other in rows})
        by_id = {entry.article_id: (entry, arrival) for entry, arrival in arrivals.items()}
        found = []
        for own, other in rows:
            (entry, arrival), (other_day, marks) = by_id[own], theirs[other]
            shared = {mark: value for mark, value in arrival.values.items() if mark in marks}
            meeting = Meeting(other, shared, set())
            arrival.others.append(meeting)
            found.append((meeting, (day if entry.is_release else other_day) - DAYS_BEFORE))
        first = self._first_days(day, {mark for meeting, _ in found for mark in meeting.shared})
        for meeting, since in found:
            meeting.old.update(mark for mark in meeting.shared if first[mark] < since)

    def _first_days(self, day: int, marks: set[int]) -> dict[int, int]:
        """The first day in the weeks before this one on which an article had each of these hashes."""
        rows = self.connection.execute(
            """SELECT hash, min(day) FROM coverage_index
               WHERE hash IN (SELECT value FROM json_each(?)) AND day >= ? GROUP BY hash""",
            (json.dumps(sorted(marks)), day - DAYS_KEPT),
        )
        return dict(rows.fetchall())

    def _is_common(self, mark: int, day: int) -> bool:
        """Whether a feature was common in the weeks of this day."""
        return mark in self.common and any(abs(day - since) <= DAYS_KEPT for since in self.common[mark])

    def _count(self, day: int, marks: set[int]) -> dict[int, list[int]]:
        """How many articles of these weeks have each of these hashes, and how many of them are releases."""
        rows = self.connection.execute(
            """SELECT hash, count(*), sum(is_release) FROM coverage_index
               WHERE hash IN (SELECT value FROM json_each(?)) AND day BETWEEN ? AND ? GROUP BY hash""",
            (json.dumps(sorted(marks)), day - DAYS_KEPT, day + DAYS_KEPT),
        )
        return {mark: [articles, releases] for mark, articles, releases in rows}

    def _drop(self, day: int, marks: Sequence[int]) -> None:
        """Delete the rows of features that have become common in the weeks of this day."""
        self.connection.executemany(
            "DELETE FROM coverage_index WHERE hash = ? AND day BETWEEN ? AND ?",
            [(mark, day - DAYS_KEPT, day + DAYS_KEPT) for mark in sorted(marks)],
        )
        self.connection.executemany(
            "INSERT OR REPLACE INTO coverage_common (hash, since, noted_on) VALUES (?, ?, ?)",
            [(mark, day, self.today) for mark in marks],
        )
        for mark in marks:
            self.common.setdefault(mark, []).append(day)

    def size(self, day: int) -> int:
        """How many articles of the weeks around a day the index has."""
        return sum(self.sizes.get(near, 0) for near in range(day - DAYS_KEPT, day + DAYS_KEPT + 1))

    def _stored(self, ids: Iterable[int]) -> dict[int, tuple[int, set[int]]]:
        """Day and hashes of articles."""
        rows = self.connection.execute(STORED, (json.dumps(list(ids)),))
        return {article_id: (day, set(_unpacked(blob))) for article_id, day, blob in rows}

    def remove(self, ids: Sequence[int]) -> None:
        """Forget articles; those that are not in the index are passed over."""
        known = self.connection.execute(STORED, (json.dumps(list(ids)),)).fetchall()
        gone = sorted((mark, day, article_id) for article_id, day, blob in known for mark in _unpacked(blob))
        self.connection.executemany("DELETE FROM coverage_index WHERE hash = ? AND day = ? AND article_id = ?", gone)
        self.connection.executemany("DELETE FROM coverage_articles WHERE article_id = ?", [row[:1] for row in known])
        self.sizes.subtract(day for _, day, _ in known)

    def forget_before(self, day: int) -> None:
        """Forget articles that were indexed before a day, and what was common if that was noted before it, too."""
        old = self.connection.execute("SELECT article_id FROM coverage_articles WHERE indexed_on < ?", (day,))
        ids = [row[0] for row in old.fetchall()]
        for start in range(0, len(ids), FORGOTTEN):
            self.remove(ids[start : start + FORGOTTEN])
        gone = self.connection.execute(
            "DELETE FROM coverage_common WHERE noted_on < ? RETURNING hash, since", (day,)
        ).fetchall()
        for mark, since in gone:
            self.common[mark].remove(since)
            if not self.common[mark]:
                del self.common[mark]


def weight(articles: int, size: int) -> float:
    """How much a feature tells that so many articles of `size` have: inverse document frequency, 1 for a unique one."""
    size = max(size, 50)
    return math.log(size / articles) / math.log(size)


def _window(entry: Entry) -> tuple[int, int]:
    """The first and the last day on which the other side of a pair may be published."""
    if entry.is_release:
        return entry.day - DAYS_BEFORE, entry.day + DAYS_AFTER
    return entry.day - DAYS_AFTER, entry.day + DAYS_BEFORE


def _unpacked(blob: bytes) -> array.array[int]:
    marks = array.array("Q")
    marks.frombytes(blob)
    return marks
