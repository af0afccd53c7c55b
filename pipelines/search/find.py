"""How a page of articles is found: by a text search, by filters, or by both, in time that a reader does not notice.

The plans rest on what was measured on 100,000 articles (docs/publishing.md has the pages). FTS5 walks the hits of a
word at 0.1 µs each, by descending id as quickly as by ascending. A row of the index `articles_card` costs 0.5 µs, and
one of `articles` five times that, since its dates lie behind the texts. Asking FTS5 whether one given article is a hit
costs up to 0.6 ms. So hits are walked, and checked against the index or a set of ids, never the other way round.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pipelines.search.asked import LATEST, Search
from pipelines.search.narrowing import Narrowing, narrowings
from pipelines.search.operators import Expression
from pipelines.search.rows import CARD, CARDS, MOST_COUNTED, PAGE_SIZE, Row, Values, number, one, rows

if TYPE_CHECKING:
    from datasette.database import Database

DENSE = 50_000  # under filters, more hits than these are not put in order by relevance
FEW = 100_000  # a filter's articles are held as a set, while hits are walked, when they are no more than these
FIT = "bm25(articles_fts, 8.0, 1.0, 0.5)"  # a hit in the title counts most
ALL = 1_000_000_000  # a limit that limits nothing: a subquery without any may lose its order in SQLite
BY_DAY = "m.published_at DESC, m.id DESC"
NOTHING = Expression("")
HITS = "SELECT rowid AS id FROM articles_fts WHERE articles_fts MATCH :match ORDER BY rowid DESC"


@dataclass(frozen=True, slots=True)
class Found:
    """A page of hits.

    total        how many there are in all, exact up to MOST_COUNTED
    newest_only  whether only the newest hits were put in order
    expression   what the words of the search were read as: the words to mark, and what could not be read
    """

    rows: list[Row]
    total: int
    newest_only: bool = False
    expression: Expression = NOTHING


@dataclass(frozen=True, slots=True)
class _Plan:
    """The filters of a search, the values of its queries, and which rows of what they find make the page."""

    filters: Sequence[Narrowing]
    values: Values
    limit: int
    offset: int

    @property
    def condition(self) -> str:
        """All filters as one condition on articles `a`."""
        return " AND ".join(f.condition for f in self.filters) or "1"


async def search(db: Database, wanted: Search, page: int = 1, size: int = PAGE_SIZE) -> Found:
    """One page of the articles that `wanted` asks for; words are searched in titles, texts and stems.

    What more than MOST_COUNTED articles hold is not ranked by bm25, which would walk all hits of every word for its
    frequency. Without filters only the newest MOST_COUNTED hits are put in order then: those with a hit in the title
    first, then by day. Under filters hits come newest first when they are more than DENSE.
    """
    expression = wanted.expression()
    if wanted.query.strip() and not expression.match:
        return Found([], 0, expression=expression)
    found = await _found(db, wanted, expression.match, page, size)
    return replace(found, expression=expression)


async def _found(db: Database, wanted: Search, match: str, page: int, size: int) -> Found:
    """The page by the cheapest way; match: the expression for FTS5, "" where only filters are asked for."""
    filters, values = await narrowings(db, wanted)
    plan = _Plan(filters, values | {"match": match} if match else values, size, size * (page - 1))
    if not match:
        return await _by_filters(db, plan)
    most = DENSE if filters else MOST_COUNTED
    seen = await one(db, f"SELECT count(*) AS n, min(id) AS low FROM ({HITS} LIMIT {most + 1})", {"match": match})
    if seen is None or not seen["n"]:
        return Found([], 0)
    newest = wanted.order == LATEST
    if seen["n"] <= most:
        return await _all_hits(db, plan, "0" if newest else FIT)
    return await (_hits_under_filters(db, plan) if filters else _newest_hits(db, plan, match, seen["low"], newest))


async def _by_filters(db: Database, plan: _Plan) -> Found:
    """The articles that all filters let through, newest first: those of the narrowest, checked against the others."""
    narrow = plan.filters[0] if len(plan.filters) == 1 else (await _narrowest(db, plan) or (None,))[0]
    ids = narrow.ids if narrow else "SELECT id FROM articles ORDER BY published_at DESC, id DESC"
    matching = f"""SELECT a.id, a.published_at FROM ({ids} LIMIT {ALL}) n CROSS JOIN {CARDS} n.id
                   WHERE {plan.condition} LIMIT {MOST_COUNTED + 1}"""
    return await _page(db, plan, matching, BY_DAY)


async def _all_hits(db: Database, plan: _Plan, fit: str) -> Found:
    """All hits that the filters let through, in the order of `fit` (SQL; less is better), then newest first."""
    matching = f"""SELECT a.id, a.published_at, {fit} AS fit FROM articles_fts CROSS JOIN {CARDS} articles_fts.rowid
                   WHERE articles_fts MATCH :match AND {plan.condition}"""
    return await _page(db, plan, matching, f"m.fit, {BY_DAY}")


async def _newest_hits(db: Database, plan: _Plan, match: str, low: int, newest: bool) -> Found:
    """The hits from the id `low` on, without filters: those in the title first unless `newest`, then newest first."""
    values, fit = plan.values | {"low": low}, "0"
    if not newest:
        values["title"] = f"{{title}} : ({match})"
        fit = "a.id NOT IN (SELECT rowid FROM articles_fts WHERE articles_fts MATCH :title AND rowid >= :low)"
    matching = f"""SELECT a.id, a.published_at, {fit} AS fit FROM articles_fts CROSS JOIN {CARDS} articles_fts.rowid
                   WHERE articles_fts MATCH :match AND articles_fts.rowid >= :low"""
    return await _page(db, replace(plan, values=values), matching, f"m.fit, {BY_DAY}", newest_only=True)


async def _hits_under_filters(db: Database, plan: _Plan) -> Found:
    """Hits of a word that is nearly everywhere, under filters, newest first."""
    narrow = await _narrowest(db, plan)
    among = ""
    if narrow and narrow[1] <= FEW:
        # Without the + SQLite would ask FTS5 about each id by itself.
        among = f" AND +rowid IN (SELECT id FROM ({narrow[0].ids}))"
    matching = f"""SELECT a.id, a.published_at FROM (
                     SELECT rowid AS id FROM articles_fts WHERE articles_fts MATCH :match{among}
                     ORDER BY rowid DESC LIMIT {ALL}) n CROSS JOIN {CARDS} n.id
                   WHERE {plan.condition} LIMIT {MOST_COUNTED + 1}"""
    return await _page(db, plan, matching, BY_DAY, newest_only=True)


async def _narrowest(db: Database, plan: _Plan) -> tuple[Narrowing, int] | None:
    """The filter with the fewest articles, and how many they are (counted up to FEW + 1); None without filters."""
    counted = []
    for narrowing in plan.filters:
        some = f"SELECT 1 FROM ({narrowing.rows or narrowing.ids} LIMIT {FEW + 1})"
        counted.append((narrowing, await number(db, f"SELECT count(*) FROM ({some})", plan.values)))
    return min(counted, key=lambda pair: pair[1], default=None)


async def _page(db: Database, plan: _Plan, matching: str, order: str, *, newest_only: bool = False) -> Found:
    """One page of `matching`, a query for id and published_at at least, in that order; and how many rows it has."""
    found = await rows(
        db,
        f"""WITH m AS MATERIALIZED ({matching}),
                 page AS MATERIALIZED (SELECT id, row_number() OVER () AS place FROM (
                                         SELECT m.id FROM m ORDER BY {order} LIMIT :limit OFFSET :offset))
            SELECT {CARD}, a.text AS text, a.url, (SELECT count(*) FROM m) AS total
            FROM page CROSS JOIN articles a ON a.id = page.id LEFT JOIN sources s ON s.id = a.source_id
            ORDER BY page.place""",
        plan.values | {"limit": plan.limit, "offset": plan.offset},
    )
    if found:
        return Found(found, min(found[0]["total"], MOST_COUNTED + 1), newest_only)
    # A page beyond the last has no row that could hold the total.
    total = await number(db, f"SELECT count(*) FROM ({matching})", plan.values) if plan.offset else 0
    return Found([], min(total, MOST_COUNTED + 1), newest_only)
