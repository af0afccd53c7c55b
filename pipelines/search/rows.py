"""Rows: questions of the pages to the database, answered as dictionaries; what a card shows; how much is counted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from datasette.database import Database  # slow to import, and watches read searches, too

PAGE_SIZE = 20
MOST_COUNTED = 10_000  # hits are counted up to here: nobody pages further, and counting costs as much as reading
CARD = "a.id, a.title, a.source_id, s.name AS source, a.kind, a.published_at, a.published_date, a.duplicate_of"
CARDS = "articles a INDEXED BY articles_card ON a.id ="  # an index with dates, source and kind, but no texts
# Of agreements `g`: those that lists, files and summaries lead with. From .8 on the tagger's confidence was right in
# nine of ten (nlp/training/evals/agreements.json); what was tagged before there was one counts by its parties alone.
SURE = "(g.parties_known AND coalesce(g.confidence, 1) >= 0.8)"

Row = dict[str, Any]
Values = dict[str, Any]


def plain(value: str) -> str:
    """A value whose own % and _ are plain characters to LIKE (ESCAPE '\\')."""
    return value.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


async def rows(db: Database, sql: str, values: Values | None = None) -> list[Row]:
    """All rows of a query as dictionaries."""
    result = await db.execute(sql, values or {})
    return [dict(row) for row in result.rows]


async def one(db: Database, sql: str, values: Values | None = None) -> Row | None:
    """The first row, or None."""
    found = await rows(db, sql, values)
    return found[0] if found else None


async def number(db: Database, sql: str, values: Values | None = None) -> int:
    """The first column of the first row as a number, 0 when there is none."""
    result = await db.execute(sql, values or {})
    return int(result.rows[0][0] or 0) if result.rows else 0
