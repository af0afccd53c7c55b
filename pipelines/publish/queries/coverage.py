"""The SQL of the coverage pages: who took a release up, one pair, the league tables."""

from __future__ import annotations

from datasette.database import Database

from pipelines.coverage.labels import LABELS
from pipelines.coverage.report import SAID
from pipelines.search.rows import Row, Values, one, rows

MOST_SHOWN = 500  # articles on one release; the files have them all
COUNTS = ", ".join(f"sum(l.label = '{label}') AS {label}" for label in LABELS)
PAIR = f"""c.release_id, c.article_id, c.lag_minutes, c.kept, c.copied, c.retold, c.longest, c.quotes, c.quotes_kept,
    c.numbers, c.numbers_kept, c.numbers_changed, c.officials, c.officials_kept, c.other_voices, c.wire, c.via_id,
    c.reasons, c.label AS measured, c.confirmed, {SAID} AS label"""
RELEASE_ORDERS = {
    "": "outlets DESC, day DESC, l.release_id DESC",
    "terbaru": "day DESC, outlets DESC, l.release_id DESC",
    "tercepat": "first_lag IS NULL, first_lag, l.release_id DESC",
    "utuh": "verbatim DESC, edited DESC, outlets DESC, l.release_id DESC",
}
OUTLET_ORDERS = {
    "": "releases DESC, outlet",
    "nama": "outlet",
    "tercepat": "lag IS NULL, lag, outlet",
    "disalin": "copied DESC, releases DESC, outlet",
}


async def of_release(db: Database, release_id: int) -> list[Row]:
    """Who took a release up, pairs that a person said are none included, in the order of publication."""
    return await rows(
        db,
        f"""SELECT {PAIR}, a.title, a.source_id, coalesce(s.name, a.source_id, '?') AS outlet, a.published_at,
                   a.published_date, t.name AS via_outlet
            FROM coverage c JOIN articles a ON a.id = c.article_id LEFT JOIN sources s ON s.id = a.source_id
            LEFT JOIN articles v ON v.id = c.via_id LEFT JOIN sources t ON t.id = v.source_id
            WHERE c.release_id = :id ORDER BY coalesce(a.published_at, a.first_seen), a.id LIMIT {MOST_SHOWN}""",
        {"id": release_id},
    )


async def of_article(db: Database, article_id: int) -> list[Row]:
    """The releases that an article took up, the most of them first."""
    return await rows(
        db,
        f"""SELECT {PAIR}, r.title, r.source_id, s.name AS source, r.published_at
            FROM coverage c JOIN articles r ON r.id = c.release_id LEFT JOIN sources s ON s.id = r.source_id
            WHERE c.article_id = :id AND {SAID} <> 'none' ORDER BY c.copied DESC, r.id LIMIT 20""",
        {"id": article_id},
    )


async def of_pair(db: Database, release_id: int, article_id: int) -> Row | None:
    """One pair with where its passages are, or None."""
    return await one(
        db,
        f"""SELECT {PAIR}, c.spans, t.name AS via_outlet FROM coverage c LEFT JOIN articles v ON v.id = c.via_id
            LEFT JOIN sources t ON t.id = v.source_id
            WHERE c.release_id = :release AND c.article_id = :article""",
        {"release": release_id, "article": article_id},
    )


async def article(db: Database, article_id: int) -> Row | None:
    """One article with the name of its source."""
    return await one(
        db,
        """SELECT a.id, a.kind, a.title, a.text, a.url, a.source_id, coalesce(s.name, a.source_id, '?') AS source,
                  a.published_at, a.published_date, a.language
           FROM articles a LEFT JOIN sources s ON s.id = a.source_id WHERE a.id = :id""",
        {"id": article_id},
    )


def league_where(since: str, source: str, outlet: str) -> tuple[str, Values]:
    """Condition on `coverage_league l`, and its values: releases from that day on, of a source, in an outlet.

    What is "" asks for nothing.
    """
    conditions, values = ["1"], Values()
    if since:
        conditions.append("l.day >= :since")
        values["since"] = since
    for column, value in (("source_id", source), ("outlet", outlet)):
        if value:
            conditions.append(f"l.{column} = :{column}")
            values[column] = value
    return " AND ".join(conditions), values


RELEASES = f"""SELECT l.release_id, max(l.day) AS day, max(l.source_id) AS source_id, count(*) AS articles,
    count(DISTINCT l.outlet) AS outlets, {COUNTS}, min(l.lag_minutes) AS first_lag
    FROM coverage_league l WHERE {{where}} GROUP BY l.release_id"""
OUTLETS = f"""SELECT n.*, coalesce(s.name, n.source_id) AS outlet FROM (
      SELECT l.outlet AS source_id, count(DISTINCT l.release_id) AS releases, count(*) AS articles, {COUNTS},
             avg(l.copied) AS copied, avg(l.lag_minutes) AS lag
      FROM coverage_league l WHERE {{where}} GROUP BY l.outlet) n
    LEFT JOIN sources s ON s.id = n.source_id"""


async def releases(db: Database, where: str, values: Values, order: str, limit: int, offset: int) -> list[Row]:
    """A page of the releases that were taken up; titles are read for that page alone."""
    return await rows(
        db,
        f"""SELECT n.*, r.title, s.name AS source FROM (
              SELECT *, row_number() OVER () AS place FROM (
                {RELEASES.format(where=where)} ORDER BY {order} LIMIT :limit OFFSET :offset)) n
            JOIN articles r ON r.id = n.release_id LEFT JOIN sources s ON s.id = n.source_id ORDER BY n.place""",
        values | {"limit": limit, "offset": offset},
    )


def release_rows(order: str) -> str:
    """The query of all releases for a file, in an order of RELEASE_ORDERS; `{where}` stands for the condition."""
    return f"""SELECT n.day, coalesce(s.name, n.source_id), r.title, n.outlets, n.articles,
                      {", ".join(f"n.{label}" for label in LABELS)}, n.first_lag, r.url
               FROM (SELECT *, row_number() OVER () AS place FROM ({RELEASES} ORDER BY {order})) n
               JOIN articles r ON r.id = n.release_id LEFT JOIN sources s ON s.id = n.source_id ORDER BY n.place"""


async def outlets(db: Database, where: str, values: Values, order: str, limit: int, offset: int) -> list[Row]:
    """A page of the outlets that took releases up; `copied` 0 to 1 and `lag` (minutes) are averages."""
    sql = f"{OUTLETS.format(where=where)} ORDER BY {order} LIMIT :limit OFFSET :offset"
    return await rows(db, sql, values | {"limit": limit, "offset": offset})


def outlet_rows(order: str) -> str:
    """The query of all outlets for a file, in an order of OUTLET_ORDERS; `{where}` stands for the condition."""
    return f"""SELECT outlet, releases, articles, {", ".join(LABELS)}, round(copied, 4), round(lag)
               FROM ({OUTLETS}) ORDER BY {order}"""


async def totals(db: Database, where: str, values: Values) -> Row:
    """How many pairs, releases and outlets a condition on the league finds, and the pairs by label."""
    found = await one(
        db,
        f"""SELECT count(*) AS pairs, count(DISTINCT l.release_id) AS releases, count(DISTINCT l.outlet) AS outlets,
                   {COUNTS} FROM coverage_league l WHERE {where}""",
        values,
    )
    return found or {}


async def sources_in_league(db: Database, column: str) -> list[Row]:
    """The sources (id, name) that occur in `source_id` or `outlet` of the league, by name.

    The index is asked once for each source, so that the league is not read through.
    """
    return await rows(
        db,
        f"""SELECT s.id, s.name FROM sources s
            WHERE EXISTS (SELECT 1 FROM coverage_league l WHERE l.{column} = s.id) ORDER BY s.name""",
    )
