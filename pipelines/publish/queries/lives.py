"""The SQL of agreements' lives: the steps of one over articles, and what ends when, for the list and the calendar."""

from __future__ import annotations

import json
from typing import Any

from datasette.database import Database

from pipelines.search.rows import SURE, Row, one, rows
from pipelines.store.agreement_lives import stages_of
from pipelines.wording.agreements import heading

MOST_STEPS = 200  # articles of one life that its page shows
MOST_ENTRIES = 500  # of the calendar


async def life_of(db: Database, agreement_id: int) -> Row | None:
    """The life to which an agreement belongs; None where it was stored before lives were, or belongs to none."""
    return await one(
        db,
        """SELECT l.* FROM agreements g JOIN agreement_lives l ON l.life = g.life WHERE g.id = :id""",
        {"id": agreement_id},
    )


async def steps(db: Database, life: int) -> list[Row]:
    """What each article tells of a life, in the order of time, with its `stage`; MOST_STEPS at most."""
    found = await rows(
        db,
        f"""SELECT g.id, g.type, g.title, g.status, g.date, g.months, g.until, g.confidence, {SURE} AS sure,
                   g.article_id, a.title AS article, a.published_at, s.name AS source,
                   coalesce(a.published_date, substr(a.first_seen, 1, 10)) AS day
            FROM agreements g JOIN articles a ON a.id = g.article_id LEFT JOIN sources s ON s.id = a.source_id
            WHERE g.life = :life ORDER BY day, g.id LIMIT {MOST_STEPS}""",
        {"life": life},
    )
    for row, stage in zip(found, stages_of([(row["type"], row["status"]) for row in found]), strict=True):
        row["stage"] = stage
    return found


async def ending(db: Database, since: str) -> list[Row]:
    """The lives that end on a day or later, the next first, each with its `heading` and its sure agreement's type."""
    found = await rows(
        db,
        f"""SELECT l.life, l.ends, l.stage, l.last_day, g.type, g.title, g.subject, a.title AS article,
                   (SELECT json_group_array(party) FROM (SELECT party FROM agreement_parties
                    WHERE agreement_id = g.id ORDER BY position)) AS parties
            FROM agreement_lives l CROSS JOIN agreements g ON g.id = l.life JOIN articles a ON a.id = g.article_id
            WHERE l.ends >= :since AND l.ends IS NOT NULL ORDER BY l.ends, l.life LIMIT {MOST_ENTRIES}""",
        {"since": since},
    )
    return [row | {"heading": _called(row)} for row in found]


def _called(row: dict[str, Any]) -> str:
    return heading(row["title"], json.loads(row["parties"]), row["subject"], row["article"])


async def due(db: Database, since: str) -> list[Row]:
    """The promises that are due on a day or later, and of which nobody has said what became, the next first."""
    return await rows(
        db,
        f"""SELECT id, who, text, last, due FROM promises
            WHERE same_as IS NULL AND last >= :since AND state = '' ORDER BY last, id LIMIT {MOST_ENTRIES}""",
        {"since": since},
    )
