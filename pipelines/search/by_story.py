"""How many articles of each story (isu) a search finds in all, for the stories that one page of its hits shows.

The members of these stories are few, however large the archive is. FTS5 cannot be asked about single articles cheaply
(pipelines/search/find.py), so that the hits between the oldest and the newest member are walked, up to MOST_WALKED.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pipelines.search.asked import Search
from pipelines.search.narrowing import narrowings
from pipelines.search.rows import CARDS, rows

if TYPE_CHECKING:
    from datasette.database import Database

MOST_MEMBERS = 200  # articles of a story that are looked at, the newest ones
MOST_WALKED = 20_000  # hits: 2 ms, and as much again for telling whether each is a member
MEMBERS = f"""json_each(:stories) s CROSS JOIN isu_articles m ON m.article_id IN (
    SELECT article_id FROM isu_articles WHERE isu_id = s.value ORDER BY published_at DESC LIMIT {MOST_MEMBERS + 1})"""


@dataclass(frozen=True, slots=True)
class InStories:
    """Hits by story. exact: whether all were counted, and not only the newest."""

    hits: dict[int, int] = field(default_factory=dict)
    exact: bool = True


async def hits_in(db: Database, wanted: Search, stories: Sequence[int]) -> InStories:
    """How many articles of each of these stories `wanted` asks for: as many as it finds with that story's filter.

    stories  ids, as many as a page has hits at most
    """
    expression = wanted.expression()
    if not stories or (wanted.query.strip() and not expression.match):
        return InStories()
    filters, values = await narrowings(db, wanted)
    condition = " AND ".join(f.condition for f in filters) or "1"
    members = await rows(
        db,
        f"""SELECT m.isu_id AS story, m.article_id AS id FROM {MEMBERS} CROSS JOIN {CARDS} m.article_id
            WHERE {condition}""",
        values | {"stories": json.dumps([*stories])},
    )
    told = {story: [row["id"] for row in members if row["story"] == story] for story in stories}
    exact = all(len(ids) <= MOST_MEMBERS for ids in told.values())
    if expression.match and members:
        ids = [row["id"] for row in members]
        walked = await rows(
            db,
            f"""SELECT id, n FROM (
                  SELECT rowid AS id, row_number() OVER () AS n FROM (
                    SELECT rowid FROM articles_fts WHERE articles_fts MATCH :match AND rowid BETWEEN :first AND :last
                    ORDER BY rowid DESC LIMIT {MOST_WALKED + 1}))
                WHERE id IN (SELECT value FROM json_each(:ids)) OR n > {MOST_WALKED}""",
            {"match": expression.match, "first": min(ids), "last": max(ids), "ids": json.dumps(ids)},
        )
        exact = exact and all(row["n"] <= MOST_WALKED for row in walked)
        hits = {row["id"] for row in walked}
        told = {story: [i for i in own if i in hits] for story, own in told.items()}
    return InStories({story: len(ids) for story, ids in told.items()}, exact)
