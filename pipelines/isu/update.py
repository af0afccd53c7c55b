"""Update: put the articles that are new since the last time into their stories. Part of every run.

A trigger of the database keeps the list of these articles (`isu_todo`), so that the cost is in proportion to them. They
come in order of time, a chunk a transaction: a run that is killed goes on where it was, to the same stories. When the
articles of a new day begin, the stories of the days before are looked at with hindsight (hindsight.py), so a year that
is read at once gives the stories that its days gave.
"""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from pipelines.database.open import transaction
from pipelines.isu import compare, frequencies
from pipelines.isu.hindsight import regrouped
from pipelines.isu.links import CERTAIN, FAR, merge, rank
from pipelines.isu.neighbours import LATE, Neighbours, When
from pipelines.isu.stories import Stories
from pipelines.isu.vectors import Vectors, Words, mark, telling, vectors, words
from pipelines.settings.load import setting
from pipelines.wording.wib import parse_time, stamp

CHUNK = 200  # articles a transaction
WIB_HOURS = 7
HINDSIGHT_DAYS = 3  # stories with an article of the last so many days are looked at again
COPY, COVERAGE = "salinan artikel yang terdekat", "memuat atau dimuat siaran pers yang terdekat"
REGROUPED = "dikelompokkan ulang bersama artikel hari-hari terakhir"
SHARED_WORDS = 5  # that a reason names


@dataclass
class IsuReport:
    """What one update did: articles put into stories, stories begun, stories that were joined to others."""

    articles: int = 0
    begun: int = 0
    joined: int = 0


class Arrived(NamedTuple):
    """An article that waits for its story. `moment`: ISO 8601 UTC, published or else first seen."""

    id: int
    title: str
    text: str
    moment: str
    source_id: str | None
    original: int | None

    @property
    def when(self) -> When:
        """When it was published."""
        hours = parse_time(self.moment).timestamp() / 3600
        return When(int((hours + WIB_HOURS) // 24), hours)


def update(
    connection: sqlite3.Connection, *, settle: bool = False, on_progress: Callable[[int], None] | None = None
) -> IsuReport:
    """Put what is new into stories.

    settle       look at the last days with hindsight afterwards, as the first article of the next day would
    on_progress  is told how many articles have been worked since it was last told
    """
    todo = connection.execute(
        """SELECT t.article_id FROM isu_todo t LEFT JOIN articles a ON a.id = t.article_id
           ORDER BY coalesce(a.published_at, a.first_seen), t.article_id"""
    ).fetchall()
    run = _Run(connection, int(str(setting("isu.days"))))
    for start in range(0, len(todo), CHUNK):
        ids = [row[0] for row in todo[start : start + CHUNK]]
        with transaction(connection):
            run.work(ids)
        if on_progress:
            on_progress(len(ids))
    if settle and run.day is not None:
        with transaction(connection):
            run.look_back()
    return run.report


class _Run:
    """One update. The caller holds the lock of the run, so no article changes in between."""

    def __init__(self, connection: sqlite3.Connection, days: int) -> None:
        self.connection = connection
        self.near = Neighbours(connection, days, frequencies.shipped())
        self.stories = Stories(connection)
        self.model = compare.shipped()
        self.report = IsuReport()
        self.days = days
        stored = connection.execute("SELECT day, articles FROM isu_window").fetchone()
        self.day: int | None = stored[0] if stored else None
        self.counted: int = stored[1] if stored else 0
        self.begun = False

    def work(self, ids: Sequence[int]) -> None:
        """Put a chunk of articles into stories."""
        arrived = self._arrived(ids)
        known = {row[0] for row in self._of("SELECT article_id FROM isu_articles WHERE article_id IN", ids)}
        read = {one.id: words(one.title, one.text, one.when.day) for one in arrived if one.id not in known}
        marks_of = {article: some.marks for article, some in read.items()}
        marks = set().union(*marks_of.values())
        self.near.load(marks, self.counted)
        for one in arrived:
            if one.id in known:
                self.stories.change(one.id, one.moment, one.source_id)
                continue
            if self._next_day(one.when.day):
                self.near.load(marks, self.counted)
            self._place(one, read[one.id], marks_of[one.id])
            self.counted += 1
        self._save()
        self.connection.executemany("DELETE FROM isu_todo WHERE article_id = ?", [(i,) for i in ids])
        self.report.articles += len(read)

    def _save(self) -> None:
        self.near.save()
        self.stories.refresh()
        if self.day is not None:
            self.connection.execute(
                "INSERT OR REPLACE INTO isu_window (id, day, articles) VALUES (1, ?, ?)", (self.day, self.counted)
            )

    def _next_day(self, day: int) -> bool:
        """Move on to the day of the next article; whether that ended a day. What comes late ends none."""
        first, self.begun = not self.begun, True
        if self.day is None or (first and day < self.day - self.days - LATE):
            self.day = day  # the first of all, or the beginning of an older part of the archive
            return False
        if day <= self.day:
            return False
        self.look_back()
        self.near.save()
        self.counted -= self.near.forget(day)
        self.day = day
        return True

    def _place(self, one: Arrived, read: Words, marks: Collection[int]) -> None:
        """Put one article into the nearest story, or let it begin one; then join what it shows to be one story."""
        when = one.when
        self.near.count(marks)
        mine = vectors(read, self.near.known)
        told = telling(mine)
        odds = self._odds(when, mine, told)
        bound = self._bound(one, when)
        odds |= dict.fromkeys(bound, CERTAIN)
        self.near.add(one.id, when, mine, told)
        self.connection.executemany(
            "INSERT OR REPLACE INTO isu_pairs (article_id, other_id, odds) VALUES (?, ?, ?)",
            [pair for other, value in odds.items() for pair in ((one.id, other, value), (other, one.id, value))],
        )
        story_of: dict[int, int] = dict(
            self._of("SELECT article_id, isu_id FROM isu_articles WHERE article_id IN", list(odds))
        )
        found = self._nearest([(story_of[o], value) for o, value in odds.items() if o in story_of], 1)
        if found is None:
            self.stories.begin(one.id, one.title, one.moment, one.source_id)
            self.report.begun += 1
            return
        nearness, story = found
        nearest = max((o for o in odds if story_of.get(o) == story), key=lambda o: (odds[o], -o))
        why = bound.get(nearest) or self._shared(read, mine, nearest)
        self.stories.join(story, one.id, one.moment, one.source_id, score=nearness, reason=why, near_id=nearest)
        while found := self._nearest(self.stories.links(story), self.stories.size(story)):
            story = self.stories.merge(story, found[1])
            self.report.joined += 1

    def _odds(self, when: When, mine: Vectors, told: Sequence[int]) -> dict[int, float]:
        """The log odds of the articles that this one is compared with, where there is something to them."""
        odds = {}
        for other in self.near.near(when, told):
            theirs, hours = self.near.read(other)
            if compare.instalments(mine, theirs):
                continue
            value = self.model.odds(compare.features(mine, theirs, when.hours - hours))
            if value > FAR:
                odds[other] = value
        return odds

    def _bound(self, one: Arrived, when: When) -> dict[int, str]:
        """The articles of the window whose story this one shares in any case, and why: copies, and coverage."""
        rows = self.connection.execute(
            """SELECT v.article_id, b.why FROM (
                 SELECT :original AS id, :copy AS why
                 UNION ALL SELECT id, :copy FROM articles WHERE duplicate_of = :id
                 UNION ALL SELECT release_id, :coverage FROM coverage
                   WHERE article_id = :id AND coalesce(confirmed, label) IN ('verbatim', 'edited')
                 UNION ALL SELECT article_id, :coverage FROM coverage
                   WHERE release_id = :id AND coalesce(confirmed, label) IN ('verbatim', 'edited')) b
               JOIN isu_vectors v ON v.article_id = b.id
               WHERE v.day BETWEEN :first AND :last AND v.article_id <> :id""",
            {
                "original": one.original,
                "id": one.id,
                "copy": COPY,
                "coverage": COVERAGE,
                "first": when.day - self.days,
                "last": when.day + self.days,
            },
        )
        return dict(rows.fetchall())

    def _nearest(self, odds: Iterable[tuple[int, float]], size: int) -> tuple[float, int] | None:
        """(nearness, story) of the nearest story, if it is near enough to a group of `size` articles."""
        given = list(odds)
        sizes = self.stories.sizes({story for story, _ in given}) if given else {}
        found = rank(given, sizes, size)
        return found[0] if found and merge(found[0][0], size, sizes[found[0][1]]) else None

    def _shared(self, read: Words, mine: Vectors, other: int) -> str:
        """The words that an article shares with the one that it is most like."""
        theirs, _ = self.near.read(other)
        stems = {mark(word): word for word in (*read.title, *read.text)}
        both = sorted(mine.lead.keys() & theirs.lead.keys(), key=lambda word: (-mine.lead[word], word))
        told = ", ".join(stems[word] for word in both[:SHARED_WORDS] if word in stems)
        return f"kata dasar yang sama dengan artikel terdekat: {told}"

    def look_back(self) -> None:
        """Group the articles of the last days' stories anew; stories that stay together keep their ids."""
        assert self.day is not None
        self.stories.refresh()
        before = self.stories.since(self.day - HINDSIGHT_DAYS)
        pairs: dict[int, dict[int, float]] = {}
        for article, other, odds in self._of(
            "SELECT article_id, other_id, odds FROM isu_pairs WHERE article_id IN", list(before)
        ):
            pairs.setdefault(article, {})[other] = odds
        compared = {row[0] for row in self._of("SELECT article_id FROM isu_vectors WHERE article_id IN", list(before))}
        _keep_together(before, compared, pairs)
        after = _named(before, regrouped(before, pairs))
        self.report.joined += self.stories.regroup(before, after, REGROUPED)
        self.stories.refresh()

    def _arrived(self, ids: Sequence[int]) -> list[Arrived]:
        found = {row[0]: Arrived(*row)._replace(moment=_moment(row[3])) for row in self._of(ARRIVED, ids)}
        return [found[i] for i in ids if i in found]

    def _of(self, sql: str, ids: Collection[int]) -> list[Any]:
        """The rows of a query that ends with "IN", for these ids."""
        return self.connection.execute(f"{sql} (SELECT value FROM json_each(?))", (json.dumps(list(ids)),)).fetchall()


ARRIVED = """SELECT id, title, text, coalesce(published_at, first_seen), source_id, duplicate_of
    FROM articles WHERE id IN"""


def _moment(stored: str) -> str:
    """A stored moment in UTC; the first of all for one that cannot be read, so that no article stops a run."""
    try:
        return stamp(parse_time(stored))
    except (ValueError, OverflowError):
        return stamp(parse_time("1970-01-01"))


def _keep_together(before: dict[int, int], compared: set[int], pairs: dict[int, dict[int, float]]) -> None:
    """Tie articles that are no longer compared to one of their story: hindsight moves them with it."""
    anchors: dict[int, int] = {}
    for article in sorted(before, key=lambda article: (article not in compared, article)):
        anchor = anchors.setdefault(before[article], article)
        if article not in compared and anchor != article:
            pairs.setdefault(article, {})[anchor] = pairs.setdefault(anchor, {})[article] = CERTAIN


def _named(before: dict[int, int], groups: Sequence[Sequence[int]]) -> list[tuple[int | None, Sequence[int]]]:
    """The groups, each with the story that it goes on: that of most of its articles which no other has more of."""
    held = [Counter(before[article] for article in group) for group in groups]
    claims = sorted((-n, story, number) for number, counts in enumerate(held) for story, n in counts.items())
    named: dict[int, int] = {}
    taken: set[int] = set()
    for _, story, number in claims:
        if story not in taken and number not in named:
            named[number] = story
            taken.add(story)
    return [(named.get(number), group) for number, group in enumerate(groups)]
