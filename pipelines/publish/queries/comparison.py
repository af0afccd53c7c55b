"""The SQL of what a comparison shows of each search besides its trend: officials quoted, texts, tones."""

from __future__ import annotations

import json
from collections.abc import Sequence

from datasette.database import Database

from pipelines.publish.queries.tones import COUNTS
from pipelines.search.narrowing import LAST
from pipelines.search.rows import CARDS, Row, one, rows


async def quoted(db: Database, articles: Sequence[int], limit: int = 8) -> list[Row]:
    """People who are quoted in the articles, in most of them first: {id, name, n (articles)}.

    `n` is what a search for their quotes finds among the articles (`pipelines.search.asked.QUOTED`).
    """
    return await rows(
        db,
        f"""SELECT p.id, p.name, count(DISTINCT q.article_id) AS n
            FROM json_each(:ids) j CROSS JOIN {CARDS} j.value CROSS JOIN quotes q ON q.article_id = j.value
            CROSS JOIN people p ON p.id = q.person_id
            WHERE EXISTS (SELECT 1 FROM appearances y WHERE y.label = 'PER' AND y.entity_id = q.person_id
                          AND y.day = coalesce(a.published_date, '') AND y.article_id = j.value)
            GROUP BY p.id ORDER BY n DESC, p.name LIMIT :limit""",
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


async def quoting(db: Database, people: Sequence[int], since: str, until: str) -> dict[int, list[int]]:
    """By person the articles that quote them, from one day to another ("" for an open end)."""
    found = await rows(
        db,
        """SELECT p.entity_id AS person, p.article_id AS id
           FROM json_each(:people) j CROSS JOIN appearances p ON p.label = 'PER' AND p.entity_id = j.value
             AND p.day BETWEEN :since AND :until
           WHERE EXISTS (SELECT 1 FROM quotes q WHERE q.person_id = p.entity_id AND q.article_id = p.article_id)""",
        {"people": json.dumps([*people]), "since": since, "until": until or LAST},
    )
    articles: dict[int, list[int]] = {}
    for row in found:
        articles.setdefault(row["person"], []).append(row["id"])
    return articles


async def tones(db: Database, articles: Sequence[int]) -> Row:
    """How often each tone was set for the articles, `said` in all, and of how many of them (`told`)."""
    found = await one(
        db,
        f"""SELECT {COUNTS}, count(DISTINCT n.article_id) AS told
            FROM json_each(:ids) j CROSS JOIN tones n ON n.article_id = j.value""",
        {"ids": json.dumps([*articles])},
    )
    return found or {}
