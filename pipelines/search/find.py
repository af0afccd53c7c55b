"""How a page of articles is found: by a text search, by filters, or by both, in time that a reader does not notice.

The plans rest on what was measured on 100,000 articles (docs/publishing.md has the pages). FTS5 walks the hits of a
word at 0.1 µs each, by descending id as quickly as by ascending. A row of the index `articles_card` costs 0.5 µs, and
one of `articles` five times that, since its dates lie behind the texts. Asking FTS5 whether one given article is a hit
costs up to 0.6 ms. So hits are walked, and checked against the index or a set of ids, never the other way round.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipelines.search.rows import CARD, MOST_COUNTED, Row, Values, number, one, rows

if TYPE_CHECKING:
    from datasette.database import Database

DENSE = 50_000  # under filters, more hits than these are not put in order by relevance
FEW = 100_000  # a filter's articles are held as a set, while hits are walked, when they are no more than these
CARDS = "CROSS JOIN articles a INDEXED BY articles_card ON a.id ="  # an index with dates, source and kind, but no texts
FIT = "bm25(articles_fts, 8.0, 1.0, 0.5)"  # a hit in the title counts most
ALL = 1_000_000_000  # a limit that limits nothing: a subquery without any may lose its order in SQLite


@dataclass(frozen=True, slots=True)
class HitFilter:
    """One filter of a search, in SQL with the values of the search.

    condition  on articles `a`
    ids        lists the `id` of its articles, newest days first, and perhaps some that `condition` does not let through
    rows       lists as many rows as `ids` at least, without order, to tell how many there are at most; "": take `ids`
    """

    condition: str
    ids: str
    rows: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """A page of hits. `total` is exact up to MOST_COUNTED; `newest_only`: older hits were left out of the order."""

    rows: list[Row]
    total: int
    newest_only: bool = False


async def find(
    db: Database, match: str, filters: Sequence[HitFilter], values: Values, *, newest: bool, page: int, size: int
) -> Found:
    """One page of the articles that an FTS5 expression ("" for none) and all filters let through.

    `newest`: in order of days rather than of relevance. What more than MOST_COUNTED articles hold is not ranked by
    bm25, which would walk all hits of every word for its frequency. Without filters only the newest MOST_COUNTED hits
    are put in order then: those with a hit in the title first, then by day. Under filters hits come newest first when
    they are more than DENSE.
    """
    paged = values | {"limit": size, "offset": size * (page - 1)}
    condition = " AND ".join(f.condition for f in filters) or "1"
    by_day = "m.published_at DESC, m.id DESC"
    if not match:
        narrow = filters[0] if len(filters) == 1 else (await _narrowest(db, filters, values) or (None,))[0]
        ids = narrow.ids if narrow else "SELECT id FROM articles ORDER BY published_at DESC, id DESC"
        matching = f"""SELECT a.id, a.published_at FROM ({ids} LIMIT {ALL}) n {CARDS} n.id
                       WHERE {condition} LIMIT {MOST_COUNTED + 1}"""
        return await _page(db, matching, by_day, paged)
    paged["match"] = match
    hits = "SELECT rowid AS id FROM articles_fts WHERE articles_fts MATCH :match ORDER BY rowid DESC"
    most = DENSE if filters else MOST_COUNTED
    counted = f"SELECT count(*) AS n, min(id) AS low FROM ({hits} LIMIT {most + 1})"
    seen = await one(db, counted, {"match": match})
    if not seen or not seen["n"]:
        return Found([], 0)
    if filters and seen["n"] > DENSE:
        return await _common_and_filtered(db, filters, condition, paged)
    window, fit = "", "0" if newest else FIT
    if seen["n"] > MOST_COUNTED and not filters:
        window = " AND articles_fts.rowid >= :low"
        paged["low"] = seen["low"]
        if not newest:
            paged["title"] = f"{{title}} : ({match})"
            fit = "a.id NOT IN (SELECT rowid FROM articles_fts WHERE articles_fts MATCH :title AND rowid >= :low)"
    matching = f"""SELECT a.id, a.published_at, {fit} AS fit FROM articles_fts {CARDS} articles_fts.rowid
                   WHERE articles_fts MATCH :match{window} AND {condition}"""
    return await _page(db, matching, f"m.fit, {by_day}", paged, newest_only=bool(window))


async def _common_and_filtered(db: Database, filters: Sequence[HitFilter], condition: str, paged: Values) -> Found:
    """Hits of a word that is nearly everywhere, under filters, newest first."""
    values = {name: value for name, value in paged.items() if name not in ("limit", "offset", "match")}
    narrow = await _narrowest(db, filters, values)
    among = ""
    if narrow and narrow[1] <= FEW:
        # Without the + SQLite would ask FTS5 about each id by itself.
        among = f" AND +rowid IN (SELECT id FROM ({narrow[0].ids}))"
    matching = f"""SELECT a.id, a.published_at FROM (
                     SELECT rowid AS id FROM articles_fts WHERE articles_fts MATCH :match{among}
                     ORDER BY rowid DESC LIMIT {ALL}) n {CARDS} n.id
                   WHERE {condition} LIMIT {MOST_COUNTED + 1}"""
    return await _page(db, matching, "m.published_at DESC, m.id DESC", paged, newest_only=True)


async def _narrowest(db: Database, filters: Sequence[HitFilter], values: Values) -> tuple[HitFilter, int] | None:
    """The filter with the fewest articles, and how many they are (counted up to FEW + 1); None without filters."""
    counted = [
        (f, await number(db, f"SELECT count(*) FROM (SELECT 1 FROM ({f.rows or f.ids} LIMIT {FEW + 1}))", values))
        for f in filters
    ]
    return min(counted, key=lambda pair: pair[1], default=None)


async def _page(db: Database, matching: str, order: str, values: Values, *, newest_only: bool = False) -> Found:
    """One page of `matching`, a query for id and published_at at least, in that order; and how many rows it has."""
    found = await rows(
        db,
        f"""WITH m AS MATERIALIZED ({matching}),
                 page AS MATERIALIZED (SELECT id, row_number() OVER () AS place FROM (
                                         SELECT m.id FROM m ORDER BY {order} LIMIT :limit OFFSET :offset))
            SELECT {CARD}, a.text AS text, a.url, (SELECT count(*) FROM m) AS total
            FROM page CROSS JOIN articles a ON a.id = page.id LEFT JOIN sources s ON s.id = a.source_id
            ORDER BY page.place""",
        values,
    )
    if found:
        return Found(found, min(found[0]["total"], MOST_COUNTED + 1), newest_only)
    unpaged = {name: value for name, value in values.items() if name not in ("limit", "offset")}
    total = await number(db, f"SELECT count(*) FROM ({matching})", unpaged) if values["offset"] else 0
    return Found([], min(total, MOST_COUNTED + 1), newest_only)
