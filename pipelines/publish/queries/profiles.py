"""The SQL of the article page and the profiles of people, institutions, places, laws and agreements."""

from __future__ import annotations

from typing import Any

from datasette.database import Database

from pipelines.publish.queries.articles import CARDS
from pipelines.search.rows import Row, Values, number, rows

RECENT = 1_000  # newest articles of an entity that decide who appears with it; more would not change the first dozen
MOST_QUOTES = 12


async def has_table(db: Database, name: str) -> bool:
    """Whether the database has that table (a snapshot leaves the internal ones out)."""
    return bool(await number(db, "SELECT count(*) FROM sqlite_master WHERE name = :name", {"name": name}))


async def officials_in(db: Database, label: str, entities: list[int], limit: int = 12) -> list[Row]:
    """The officials of the newest RECENT articles of the entities, most often first."""
    return await rows(
        db,
        f"""SELECT p.id, p.name, o.title, o.organisation, count(DISTINCT o.article_id) AS n
            FROM ({_recent(entities)}) m CROSS JOIN article_officials o ON o.article_id = m.article_id
            CROSS JOIN people p ON p.id = o.person_id
            WHERE NOT (:label = 'PER' AND p.id IN ({_list(entities)}))
            GROUP BY p.id ORDER BY n DESC, p.name LIMIT :n""",
        {"label": label, "n": limit},
    )


async def beside(db: Database, label: str, entity: int, other: str, limit: int = 10) -> list[Row]:
    """Entities of the label `other` (ORG or GPE) in the newest RECENT articles of an entity, most often first."""
    table, told = {
        "ORG": ("organisations", "SELECT article_id, entity_id FROM mentions WHERE +label = 'ORG'"),  # +: by article
        "GPE": ("places", "SELECT article_id, place_id AS entity_id FROM article_places"),
    }[other]
    return await rows(
        db,
        f"""SELECT t.id, t.name, count(DISTINCT r.article_id) AS n FROM ({_recent([entity])}) r
            CROSS JOIN ({told}) e ON e.article_id = r.article_id CROSS JOIN {table} t ON t.id = e.entity_id
            WHERE NOT (:label = '{other}' AND t.id = :own) GROUP BY t.id ORDER BY n DESC, t.name LIMIT :n""",
        {"label": label, "n": limit, "own": entity},
    )


def _recent(entities: list[int]) -> str:
    """The newest RECENT articles of the entities together, each once."""
    parts = [  # in one order, so that SQLite merges them as it reads
        f"SELECT day, article_id FROM appearances WHERE label = :label AND entity_id = {int(e)}" for e in entities[:200]
    ]
    newest = " UNION ".join(parts or ["SELECT '' AS day, 0 AS article_id WHERE 0"])
    return f"SELECT article_id FROM ({newest} ORDER BY day DESC, article_id DESC LIMIT {RECENT})"


def _list(entities: list[int]) -> str:
    return ", ".join(str(int(e)) for e in entities) or "0"


async def months(db: Database, label: str, entities: list[int]) -> dict[str, int]:
    """Articles by month ("2025-11"); of several entities their sum."""
    found = await rows(
        db,
        f"""SELECT month, sum(articles) AS n FROM entity_months
            WHERE label = :label AND entity_id IN ({_list(entities)}) GROUP BY month""",
        {"label": label},
    )
    return {row["month"]: row["n"] for row in found}


async def quotes_of(db: Database, person: int) -> list[Row]:
    """The newest quotes of a person."""
    return await rows(
        db,
        f"""SELECT q.text, q.article_id, q.verb, a.title, a.published_date, s.name AS source
            FROM (SELECT id, row_number() OVER () AS place FROM (
                    SELECT r.id FROM (SELECT * FROM quotes WHERE person_id = :id ORDER BY article_id DESC LIMIT 200) r
                    CROSS JOIN {CARDS} r.article_id ORDER BY a.published_at DESC, r.start LIMIT :n)) n
            JOIN quotes q ON q.id = n.id JOIN articles a ON a.id = q.article_id
            LEFT JOIN sources s ON s.id = a.source_id ORDER BY n.place""",
        {"id": person, "n": MOST_QUOTES},
    )


async def article_parts(db: Database, values: Values) -> dict[str, Any]:
    """What an article holds: mentions, versions, officials, places, laws, quotes. values: {"id": article}."""
    queries = {
        "mentions": """SELECT label, field, start, "end", text, entity_id FROM mentions WHERE article_id = :id
                       ORDER BY start""",
        "versions": """SELECT version, title, text, seen_at FROM article_versions WHERE article_id = :id
                       ORDER BY version""",
        "officials": """SELECT person_id, name, title, organisation, status FROM article_officials
                        WHERE article_id = :id ORDER BY position""",
        "places": """SELECT p.id, p.name, p.kind, p.code, p.lat, p.lon FROM article_places l
                     JOIN places p ON p.id = l.place_id WHERE l.article_id = :id
                     ORDER BY p.code IS NULL, l.mentions DESC""",
        "laws": """SELECT w.id, w.key, w.about, l.text FROM article_laws l JOIN laws w ON w.id = l.law_id
                   WHERE l.article_id = :id""",
        "quotes": """SELECT q.text, q.speaker, q.person_id, p.name FROM quotes q
                     LEFT JOIN people p ON p.id = q.person_id WHERE q.article_id = :id ORDER BY q.start""",
    }
    return {name: await rows(db, sql, values) for name, sql in queries.items()}


async def places_in(db: Database, province: str) -> list[Row]:
    """The places of a province that articles tell of, the province itself included, most told of first."""
    return await rows(
        db,
        """SELECT id, code, name, kind, lat, lon, articles, last_seen FROM places
           WHERE (code = :code OR code BETWEEN :code || '.' AND :code || '/') AND articles > 0
           ORDER BY articles DESC, code LIMIT 200""",
        {"code": province},
    )
