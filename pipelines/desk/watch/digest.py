"""Digests: what is new of a watch as the text of a message, and word of an unusual number of articles."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import sqrt
from typing import Any

from pipelines.desk.watch.saved import Watch
from pipelines.search.filters import Filters
from pipelines.wording.dates import short_moment
from pipelines.wording.numbers import mean
from pipelines.wording.wib import stamp

READ = 5_000  # new articles that one digest looks at
SPIKE_DAYS = 28  # four whole weeks make the normal
# A spike has at least so many articles in a day, and lies so many standard deviations of a Poisson count above normal.
SPIKE_LEAST, SPIKE_DEVIATIONS = 5, 4.0


@dataclass(frozen=True, slots=True)
class Story:
    """One new article, and the outlets of its copies. `published_at` is ISO 8601 UTC, None when it is unknown."""

    title: str
    outlet: str
    published_at: str | None
    url: str
    copies: tuple[str, ...]


def new_stories(connection: sqlite3.Connection, filters: Filters, after: int) -> tuple[list[Story], int, str | None]:
    """The stories among the articles with an id above `after`, the highest id looked at, when the oldest was seen.

    Copies are folded under the earliest; a story of which any copy has an id up to `after` is known already.
    """
    where, values = filters.where()
    newest = connection.execute("SELECT coalesce(max(id), 0) FROM articles").fetchone()[0]
    rows = connection.execute(
        f"""SELECT a.id, coalesce(a.duplicate_of, a.id), a.title, coalesce(s.name, a.source_id, '?'), a.published_at,
                   a.url, a.first_seen
            FROM articles a LEFT JOIN sources s ON s.id = a.source_id
            WHERE a.id > :after AND a.id <= :newest AND {where} ORDER BY a.id LIMIT {READ}""",
        values | {"after": after, "newest": newest},
    ).fetchall()
    if len(rows) == READ:
        newest = rows[-1][0]
    groups: dict[int, list[Sequence[Any]]] = {}
    for row in rows:
        groups.setdefault(row[1], []).append(row)
    stories, oldest = [], None
    for root, members in groups.items():
        known = connection.execute(
            "SELECT 1 FROM articles WHERE (id = ?1 OR duplicate_of = ?1) AND id <= ?2 LIMIT 1", (root, after)
        ).fetchone()
        if known:
            continue
        first = min(members, key=lambda row: (row[0] != root, row[4] or "9"))
        copies = tuple(dict.fromkeys(row[3] for row in members if row is not first))
        stories.append(Story(first[2], first[3], first[4], first[5], copies))
        oldest = min(oldest or members[0][6], members[0][6])
    stories.sort(key=lambda story: story.published_at or "", reverse=True)
    return stories, newest, oldest


def digest(watch: Watch, stories: Sequence[Story]) -> tuple[str, str]:
    """Title and plain text of a message on new stories."""
    lines = []
    for number, story in enumerate(stories[: watch.ceiling], 1):
        when = short_moment(story.published_at) if story.published_at else ""
        lines.append(f"{number}. {story.title}")
        lines.append(f"   {', '.join(part for part in (story.outlet, when) if part)}")
        if story.copies:
            lines.append(f"   juga di {', '.join(story.copies)}")
        lines.append(f"   {story.url}")
    if len(stories) > watch.ceiling:
        lines.append(f"... dan {len(stories) - watch.ceiling} berita lain")
    return f"Pantau: {watch.name} ({len(stories)} berita baru)", "\n".join(lines)


def spike_message(connection: sqlite3.Connection, watch: Watch, now: datetime) -> str | None:
    """What to say when the last day has far more matching articles than a day of the four weeks before it, or None."""
    where, values = watch.filters.where()
    moments = {
        "day": stamp(now - timedelta(days=1)),
        "begin": stamp(now - timedelta(days=1 + SPIKE_DAYS)),
        "now": stamp(now),
    }
    today, before = connection.execute(
        f"""SELECT coalesce(sum(a.published_at > :day), 0), coalesce(sum(a.published_at <= :day), 0) FROM articles a
            WHERE a.published_at > :begin AND a.published_at <= :now AND {where}""",
        values | moments,
    ).fetchone()
    normal = before / SPIKE_DAYS
    if today < SPIKE_LEAST or today < normal + SPIKE_DEVIATIONS * sqrt(normal + 1):
        return None
    return f"{today} berita dalam 24 jam terakhir; biasanya {mean(normal)} sehari ({SPIKE_DAYS} hari sebelumnya)."
