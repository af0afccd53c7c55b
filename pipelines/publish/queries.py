"""The SQL behind the pages: parameterised, each with an index to walk."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from datasette.database import Database

from pipelines.search import match_expression

PAGE_SIZE = 20
CARD = "a.id, a.title, a.source_id, s.name AS source, a.kind, a.published_at, a.published_date, a.duplicate_of"
ARTICLES = f"SELECT {CARD}, substr(a.text, 1, 400) AS lead FROM articles a LEFT JOIN sources s ON s.id = a.source_id"

Row = dict[str, Any]


async def rows(db: Database, sql: str, values: dict[str, Any] | None = None) -> list[Row]:
    """All rows of a query as dictionaries."""
    result = await db.execute(sql, values or {})
    return [dict(row) for row in result.rows]


async def one(db: Database, sql: str, values: dict[str, Any] | None = None) -> Row | None:
    """The first row, or None."""
    found = await rows(db, sql, values)
    return found[0] if found else None


@dataclass(frozen=True, slots=True)
class Search:
    """What a search page asks for; empty strings ask for nothing. Days are YYYY-MM-DD in WIB."""

    query: str = ""
    source: str = ""
    kind: str = ""
    since: str = ""
    until: str = ""
    city: str = ""
    official: str = ""
    order: str = ""
    page: int = 1

    def where(self) -> tuple[str, dict[str, Any]]:
        """SQL condition on `articles a` without the text search, and its values."""
        conditions = ["1"]
        values: dict[str, Any] = {}
        for column, operator, value in (
            ("a.source_id", "=", self.source), ("a.kind", "=", self.kind),
            ("a.published_date", ">=", self.since), ("a.published_date", "<=", self.until),
        ):  # fmt: skip
            if value:
                name = f"v{len(values)}"
                conditions.append(f"{column} {operator} :{name}")
                values[name] = value
        if self.city:
            conditions.append(
                """a.id IN (SELECT l.article_id FROM article_places l JOIN places p ON p.id = l.place_id
                   WHERE p.code = :city OR p.name = :city OR p.name LIKE '% ' || :city)"""
            )
            values["city"] = self.city
        if self.official:
            conditions.append(
                """a.id IN (SELECT o.article_id FROM article_officials o JOIN people p ON p.id = o.person_id
                   WHERE p.name LIKE '%' || :official || '%')"""
            )
            values["official"] = self.official
        return " AND ".join(conditions), values


async def search(db: Database, wanted: Search) -> tuple[list[Row], int]:
    """(articles of the page, number of all hits); words are searched in titles, texts and stems."""
    where, values = wanted.where()
    match = match_expression(wanted.query)
    source, order = "articles a", "a.published_at DESC, a.id DESC"
    if wanted.query.strip() and not match:
        return [], 0
    if match:
        source = "articles_fts f JOIN articles a ON a.id = f.rowid"
        where += " AND articles_fts MATCH :match"
        values["match"] = match
        if wanted.order != "terbaru":
            order = "bm25(articles_fts, 8.0, 1.0, 0.5), a.published_at DESC"  # a hit in the title counts most
    total = await one(db, f"SELECT count(*) AS n FROM {source} WHERE {where}", values)
    values |= {"limit": PAGE_SIZE, "offset": PAGE_SIZE * (wanted.page - 1)}
    found = await rows(
        db,
        f"""SELECT {CARD}, a.text AS text FROM {source} LEFT JOIN sources s ON s.id = a.source_id
            WHERE {where} ORDER BY {order} LIMIT :limit OFFSET :offset""",
        values,
    )
    return found, int(total["n"]) if total else 0


async def counts(db: Database) -> Row:
    """How many articles, people with a post, cities, agreements and sources there are."""
    found = await one(
        db,
        """SELECT (SELECT count(*) FROM articles) AS articles,
                  (SELECT count(DISTINCT person_id) FROM roles) AS officials,
                  (SELECT count(*) FROM cities) AS cities,
                  (SELECT count(*) FROM agreements WHERE same_as IS NULL) AS agreements,
                  (SELECT count(*) FROM sources) AS sources""",
    )
    return found or {}


async def latest(db: Database, limit: int = 8) -> list[Row]:
    """The newest articles."""
    return await rows(db, f"{ARTICLES} ORDER BY a.published_at DESC, a.id DESC LIMIT :n", {"n": limit})


async def articles_of(db: Database, condition: str, values: dict[str, Any], limit: int = 30) -> list[Row]:
    """The newest articles that a condition on `a` picks."""
    sql = f"{ARTICLES} WHERE {condition} ORDER BY a.published_at DESC, a.id DESC LIMIT :n"
    return await rows(db, sql, values | {"n": limit})


async def sources(db: Database) -> list[Row]:
    """Every source with its number of articles and its last day."""
    return await rows(
        db,
        """SELECT s.*, (SELECT count(*) FROM articles a WHERE a.source_id = s.id) AS articles,
                  (SELECT max(published_date) FROM articles a WHERE a.source_id = s.id) AS last_seen
           FROM sources s ORDER BY s.kind, s.name""",
    )


async def listing(
    db: Database, table: str, columns: str, order: str, needle: str, fields: tuple[str, ...], page: int
) -> tuple[list[Row], int]:
    """(rows of the page, number of all) of a list with a filter box over `fields`."""
    where = " OR ".join(f"{field} LIKE '%' || :needle || '%'" for field in fields) if needle else "1"
    values: dict[str, Any] = {"needle": needle}
    total = await one(db, f"SELECT count(*) AS n FROM {table} WHERE {where}", values)
    values |= {"limit": 2 * PAGE_SIZE, "offset": 2 * PAGE_SIZE * (page - 1)}
    found = await rows(
        db, f"SELECT {columns} FROM {table} WHERE {where} ORDER BY {order} LIMIT :limit OFFSET :offset", values
    )
    return found, int(total["n"]) if total else 0
