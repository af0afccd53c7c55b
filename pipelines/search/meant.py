"""What people mean: the search page's own search, which also looks for what is near where little or nothing is found.

What the words say comes first and is counted, exported and watched as `pipelines.search.find` finds it. A page that
stays short is filled with articles that have most of the words, another spelling, another form of a name, or the law
that is cited; these stand apart, and the page says what was taken for what. Feeds, watches and exports stay exact.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING

from pipelines.search import find
from pipelines.search.asked import Search
from pipelines.search.fill import nearest
from pipelines.search.narrowing import narrowings
from pipelines.search.reading import Reading, read
from pipelines.search.rows import CARD, CARDS, PAGE_SIZE, Row, Values, rows

if TYPE_CHECKING:
    from datasette.database import Database


@dataclass(frozen=True, slots=True)
class Meant:
    """A page of hits, and what is near to them.

    found       what the words say
    near        articles that have most of it, on a page that would be short
    near_first  whether those come first: what was typed is a slip that some articles have, too
    terms       words to mark
    reading     what the search may mean, on the first page; None on others and with operators
    """

    found: find.Found
    near: list[Row] = field(default_factory=list)
    near_first: bool = False
    terms: tuple[str, ...] = ()
    reading: Reading | None = None

    @property
    def rows(self) -> list[Row]:
        """All articles of the page in their order."""
        return [*self.near, *self.found.rows] if self.near_first else [*self.found.rows, *self.near]


async def search(db: Database, wanted: Search, page: int = 1, size: int = PAGE_SIZE, *, spelt: bool = False) -> Meant:
    """One page of what `wanted` asks for; where it is short, filled with what is near.

    Where no article has what was typed, or it is a slip, that is the page of the other spelling. spelt: this is it.
    """
    found = await find.search(db, wanted, page, size)
    terms = found.expression.terms
    if wanted.operators or not found.expression.match or page > 1:
        return Meant(found, terms=terms)
    filters, values = await narrowings(db, wanted)
    conditions = [narrowing.condition for narrowing in filters]
    skip, short = [row["id"] for row in found.rows], found.total < size and not found.newest_only

    def look(connection: sqlite3.Connection) -> tuple[Reading, list[int]]:
        reading = read(connection, wanted.query, short=short, spelt=spelt)
        if not short or _is_slip(reading, found.total):
            return reading, []
        through = partial(_let_through, connection, conditions, values)
        return reading, nearest(connection, reading.terms, reading.unwanted, skip, through)[: size - found.total]

    reading, ids = await db.execute_fn(look)
    near = await _cards(db, ids)
    if short and _is_slip(reading, found.total):
        room = max(size - found.total, size // 2)
        other = await search(db, replace(wanted, query=reading.spelling), 1, size, spelt=True)
        near = [row for row in other.rows if row["id"] not in skip][:room]
    return Meant(found, near, reading.mistyped, tuple(dict.fromkeys((*terms, *reading.marked))), reading)


def _is_slip(reading: Reading, total: int) -> bool:
    """Whether the other spelling is rather meant than what was typed, which so many articles have."""
    return bool(reading.spelling) and (reading.mistyped or not total)


def _let_through(
    connection: sqlite3.Connection, conditions: Sequence[str], values: Values, ids: Sequence[int]
) -> list[int]:
    """Those of the articles that meet the search's filters, in the same order."""
    if not conditions or not ids:
        return list(ids)
    through = connection.execute(
        f"SELECT a.id FROM json_each(:ids) j CROSS JOIN {CARDS} j.value WHERE {' AND '.join(conditions)}",
        values | {"ids": json.dumps(list(ids))},
    ).fetchall()
    among = {article for (article,) in map(tuple, through)}
    return [article for article in ids if article in among]


async def _cards(db: Database, ids: Sequence[int]) -> list[Row]:
    """What a card shows of the articles, in that order."""
    if not ids:
        return []
    return await rows(
        db,
        f"""SELECT {CARD}, a.text AS text, a.url FROM json_each(:ids) j CROSS JOIN articles a ON a.id = j.value
            LEFT JOIN sources s ON s.id = a.source_id ORDER BY j.key""",
        {"ids": json.dumps(list(ids))},
    )
