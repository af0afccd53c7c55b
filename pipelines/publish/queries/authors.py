"""The SQL of authors: what one wrote, whom the articles quote, which releases they took up, how it differs."""

from __future__ import annotations

import json
from collections.abc import Sequence

from datasette.database import Database

from pipelines.search.rows import Row, one, rows

RECENT = 500  # newest articles of an author that decide whom they quote, and from which releases they come


async def author(db: Database, author_id: int) -> Row | None:
    """One author with the outlet, and the first and last day, or None."""
    return await one(
        db,
        """SELECT w.id, w.name, w.source_id, w.articles, coalesce(s.name, w.source_id) AS outlet,
                  (SELECT min(day) FROM bylines WHERE author_id = w.id AND day > '') AS first_seen,
                  (SELECT max(day) FROM bylines WHERE author_id = w.id) AS last_seen
           FROM authors w LEFT JOIN sources s ON s.id = w.source_id WHERE w.id = :id""",
        {"id": author_id},
    )


async def namesakes(db: Database, row: Row) -> list[Row]:
    """Authors of the same name in other outlets: perhaps the same person, perhaps not."""
    return await rows(
        db,
        """SELECT w.id, coalesce(s.name, w.source_id) AS name, w.articles AS n FROM sources s
           CROSS JOIN authors w ON w.source_id = s.id AND w.name = :name WHERE w.id <> :id AND w.articles > 0
           ORDER BY w.articles DESC LIMIT 10""",
        {"name": row["name"], "id": row["id"]},
    )


async def since(db: Database, author_id: int) -> str:
    """The day of an author's newest article but RECENT - 1; "" where there are fewer, or those have no day."""
    found = await one(
        db,
        f"SELECT day FROM bylines WHERE author_id = :id ORDER BY day DESC, article_id DESC LIMIT 1 OFFSET {RECENT - 1}",
        {"id": author_id},
    )
    return str(found["day"]) if found else ""


async def newest(db: Database, author_id: int, since: str) -> list[int]:
    """The ids of an author's articles from a day on, the newest first."""
    found = await rows(
        db,
        """SELECT article_id AS id FROM bylines WHERE author_id = :id AND day >= :since
           ORDER BY day DESC, article_id DESC""",
        {"id": author_id, "since": since},
    )
    return [row["id"] for row in found]


async def months(db: Database, author_id: int) -> dict[str, int]:
    """An author's articles by month ("2025-11")."""
    found = await rows(
        db,
        """SELECT substr(day, 1, 7) AS month, count(*) AS n FROM bylines WHERE author_id = :id AND day > ''
           GROUP BY 1""",
        {"id": author_id},
    )
    return {row["month"]: row["n"] for row in found}


async def releases(db: Database, articles: Sequence[int], limit: int = 10) -> list[Row]:
    """The press releases that the articles took up, the newest first: {id, title, source, label, article_id}."""
    return await rows(
        db,
        """SELECT r.id, r.title, coalesce(s.name, r.source_id, '?') AS source, c.article_id,
                  coalesce(c.confirmed, c.label) AS label
           FROM json_each(:ids) j CROSS JOIN coverage c ON c.article_id = j.value
           CROSS JOIN articles r ON r.id = c.release_id LEFT JOIN sources s ON s.id = r.source_id
           WHERE coalesce(c.confirmed, c.label) <> 'none' ORDER BY j.key LIMIT :limit""",
        {"ids": json.dumps([*articles]), "limit": limit},
    )


async def stories(db: Database, articles: Sequence[int], limit: int = 10) -> list[Row]:
    """The stories of several articles in which the articles are, those of most of them first: {id, name, n}."""
    return await rows(
        db,
        """SELECT i.id, i.title AS name, count(*) AS n
           FROM json_each(:ids) j CROSS JOIN isu_articles m ON m.article_id = j.value
           CROSS JOIN isu i ON i.id = m.isu_id WHERE i.articles > 1
           GROUP BY i.id ORDER BY n DESC, min(j.key) LIMIT :limit""",
        {"ids": json.dumps([*articles]), "limit": limit},
    )


async def of_outlet(db: Database, source: str, without: int, limit: int) -> list[int]:
    """The ids of an outlet's newest articles that are not an author's."""
    found = await rows(
        db,
        """SELECT a.id FROM articles a INDEXED BY articles_source LEFT JOIN bylines b ON b.article_id = a.id
           WHERE a.source_id = :source AND b.author_id IS NOT :id ORDER BY a.published_at DESC LIMIT :n""",
        {"source": source, "id": without, "n": limit},
    )
    return [row["id"] for row in found]
