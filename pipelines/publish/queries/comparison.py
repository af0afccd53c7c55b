"""The SQL of what a comparison shows of each search besides its trend: officials quoted, texts, tones."""

from __future__ import annotations

import json
from collections.abc import Sequence

from datasette.database import Database

from pipelines.publish.queries.tones import COUNTS
from pipelines.search.rows import Row, one, rows

MOST_TONED = 5_000  # articles with a tone that are looked at, the newest ones


async def quoted(db: Database, articles: Sequence[int], limit: int = 8) -> list[Row]:
    """People who are quoted in the articles, in most of them first: {id, name, n (articles)}."""
    return await rows(
        db,
        """SELECT p.id, p.name, count(DISTINCT q.article_id) AS n
           FROM json_each(:ids) j CROSS JOIN quotes q ON q.article_id = j.value
           CROSS JOIN people p ON p.id = q.person_id GROUP BY p.id ORDER BY n DESC, p.name LIMIT :limit""",
        {"ids": json.dumps([*articles]), "limit": limit},
    )


async def texts(db: Database, articles: Sequence[int], length: int) -> list[Row]:
    """Title and text (their beginning) and stems of the articles."""
    return await rows(
        db,
        """SELECT a.title || '. ' || substr(a.text, 1, :length) AS text, a.stems
           FROM json_each(:ids) j CROSS JOIN articles a ON a.id = j.value""",
        {"ids": json.dumps([*articles]), "length": length},
    )


async def with_tone(db: Database, since: str, until: str) -> list[int]:
    """The articles of the days of which people have set a tone."""
    found = await rows(
        db,
        f"""SELECT DISTINCT n.article_id AS id FROM tones n
            CROSS JOIN articles a INDEXED BY articles_card ON a.id = n.article_id
            WHERE a.published_date BETWEEN :since AND :until ORDER BY 1 DESC LIMIT {MOST_TONED}""",
        {"since": since, "until": until},
    )
    return [row["id"] for row in found]


async def tones(db: Database, articles: Sequence[int]) -> Row:
    """How often each tone was set for the articles, `said` in all, and of how many of them (`told`)."""
    found = await one(
        db,
        f"""SELECT {COUNTS}, count(DISTINCT n.article_id) AS told
            FROM json_each(:ids) j CROSS JOIN tones n ON n.article_id = j.value""",
        {"ids": json.dumps([*articles])},
    )
    return found or {}
