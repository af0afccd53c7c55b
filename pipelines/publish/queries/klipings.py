"""The SQL of what a new kliping can be made of: the outlets, and the stories of the last days."""

from __future__ import annotations

from datasette.database import Database

from pipelines.publish.queries.isu import SEVERAL
from pipelines.search.rows import Row, one, rows

MOST_STORIES = 40  # that are offered, the latest ones


async def outlets(db: Database) -> list[Row]:
    """The sources that have articles, by name: `id` and `name`."""
    return await rows(
        db,
        """SELECT s.id, coalesce(s.name, s.id) AS name FROM sources s
           WHERE EXISTS (SELECT 1 FROM articles a WHERE a.source_id = s.id) ORDER BY name COLLATE NOCASE""",
    )


async def stories(db: Database, chosen: str) -> list[Row]:
    """The stories of several articles of which was told last, and the one that was chosen (its id, or ""), first."""
    return await rows(
        db,
        f"""SELECT * FROM (SELECT i.id, i.title, i.articles FROM isu i WHERE i.id = CAST(:chosen AS INTEGER))
            UNION ALL
            SELECT * FROM (SELECT i.id, i.title, i.articles FROM isu i INDEXED BY isu_several WHERE {SEVERAL}
                           AND i.id <> CAST(:chosen AS INTEGER) ORDER BY i.last_seen DESC LIMIT {MOST_STORIES})""",
        {"chosen": chosen or "0"},
    )


async def days_of(db: Database, story: str) -> Row | None:
    """The first and the last day (`since`, `until`) of a story's articles; None where it has none."""
    return await one(
        db,
        """SELECT min(a.published_date) AS since, max(a.published_date) AS until
           FROM isu_articles m JOIN articles a ON a.id = m.article_id
           WHERE m.isu_id = CAST(:story AS INTEGER) HAVING since IS NOT NULL""",
        {"story": story},
    )
