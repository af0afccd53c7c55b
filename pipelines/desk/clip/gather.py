"""Gather: a day's articles for the clipping, copies folded under the earliest, with their officials' places."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from pipelines.search.filters import Filters
from pipelines.wording.dates import clock, day, moment

TOPICS = 10  # of the counts
MOST = 500  # articles of one clipping


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of a paragraph; `official`: the name of an official."""

    text: str
    official: bool = False


@dataclass(frozen=True, slots=True)
class Clipped:
    """One article. `time`: "14.05 WIB" or ""; `copies`: other outlets with the same text."""

    number: int
    outlet: str
    title: str
    author: str
    time: str
    published: str
    url: str
    topics: tuple[str, ...]
    copies: tuple[str, ...]
    paragraphs: tuple[tuple[Run, ...], ...]


@dataclass(frozen=True, slots=True)
class Clipping:
    """A whole clipping: `day` as people write it, counts as (name, number), most first."""

    date: date
    day: str
    topic: str
    articles: tuple[Clipped, ...]
    by_outlet: tuple[tuple[str, int], ...]
    by_topic: tuple[tuple[str, int], ...]
    left_out: int


def gather(connection: sqlite3.Connection, when: date, filters: Filters, topic: str, *, lead: bool = False) -> Clipping:
    """The news articles of a day (WIB); `lead`: of each the first two paragraphs only."""
    filters = replace(filters, since=when, until=when)
    where, values = filters.where()
    rows = connection.execute(
        f"""SELECT a.id, coalesce(a.duplicate_of, a.id), coalesce(s.name, a.source_id, '?'), a.title, a.author,
                   a.published_at, a.url, a.tags, a.text
            FROM articles a LEFT JOIN sources s ON s.id = a.source_id WHERE a.kind = 'news' AND {where}
            ORDER BY a.published_at, a.id""",
        values,
    ).fetchall()
    groups: dict[int, list[Sequence[Any]]] = {}
    for row in rows:
        groups.setdefault(row[1], []).append(row)
    stories = list(groups.values())
    articles = tuple(_clip(connection, number, members, lead) for number, members in enumerate(stories[:MOST], 1))
    return Clipping(
        date=when,
        day=day(when.isoformat()),
        topic=topic,
        articles=articles,
        by_outlet=tuple(Counter(row[2] for row in rows).most_common()),
        by_topic=tuple(Counter(topic for article in articles for topic in article.topics).most_common(TOPICS)),
        left_out=len(stories) - len(articles),
    )


def _clip(connection: sqlite3.Connection, number: int, members: Sequence[Sequence[Any]], lead: bool) -> Clipped:
    article_id, _, outlet, title, author, published_at, url, tags, text = next(
        (row for row in members if row[0] == row[1]), members[0]
    )
    return Clipped(
        number=number,
        outlet=outlet,
        title=title,
        author=author or "",
        time=clock(published_at),
        published=moment(published_at),
        url=url if url.startswith(("http://", "https://")) else "",
        topics=tuple(json.loads(tags or "[]")),
        copies=tuple(dict.fromkeys(row[2] for row in members if row[0] != article_id)),
        paragraphs=tuple(_paragraphs(text, _officials(connection, article_id)))[: 2 if lead else None],
    )


def _officials(connection: sqlite3.Connection, article_id: int) -> list[tuple[int, int]]:
    return connection.execute(
        """SELECT m.start, m."end" FROM mentions m WHERE m.article_id = ?1 AND m.field = 'text' AND m.label = 'PER'
           AND m.entity_id IN (SELECT person_id FROM article_officials WHERE article_id = ?1) ORDER BY m.start""",
        (article_id,),
    ).fetchall()


def _paragraphs(text: str, marks: Sequence[tuple[int, int]]) -> list[tuple[Run, ...]]:
    paragraphs, start = [], 0
    for part in text.split("\n"):
        end, at, runs = start + len(part), start, []
        for begin, stop in marks:
            if at <= begin < stop <= end:
                runs += [Run(text[at:begin]), Run(text[begin:stop], official=True)]
                at = stop
        runs.append(Run(text[at:end]))
        if part.strip():
            paragraphs.append(tuple(run for run in runs if run.text))
        start = end + 1
    return paragraphs
