"""The SQL of articles: as cards in lists, and one with all that it holds."""

from __future__ import annotations

from collections.abc import Sequence

from datasette.database import Database

from pipelines.search.rows import CARD, Row, Values, number, one, rows

LEAD = "substr(a.text, 1, 400) AS lead"
FROM_ARTICLES = "FROM articles a LEFT JOIN sources s ON s.id = a.source_id"
ARTICLES = f"SELECT {CARD}, {LEAD} {FROM_ARTICLES}"
MOST_ENTITIES = 200  # that one list of articles is about; a province has more places than that only in made-up data


async def latest(db: Database, limit: int = 8) -> list[Row]:
    """The newest articles."""
    return await rows(db, f"{ARTICLES} ORDER BY a.published_at DESC, a.id DESC LIMIT :n", {"n": limit})


async def any_article(db: Database) -> bool:
    """Whether any article is stored: a list that is empty for want of articles says so."""
    return await number(db, "SELECT max(id) FROM articles") > 0


async def articles_of(db: Database, condition: str, values: Values, limit: int = 20) -> list[Row]:
    """The newest articles that a condition on `a` picks."""
    sql = f"{ARTICLES} WHERE {condition} ORDER BY a.published_at DESC, a.id DESC LIMIT :n"
    return await rows(db, sql, values | {"n": limit})


async def articles_from(db: Database, source_id: str) -> list[Row]:
    """The newest articles of a source."""
    return await articles_of(db, "a.source_id = :id", {"id": source_id})


async def articles_telling(db: Database, agreement_id: int) -> list[Row]:
    """The newest articles that tell of an agreement; its id is that of its first telling."""
    told = "SELECT article_id FROM agreements WHERE id = :id OR same_as = :id"
    return await articles_of(db, f"a.id IN ({told})", {"id": agreement_id})


def appearances(entities: Sequence[int]) -> list[str]:
    """A query of (day, article_id) for each of the first MOST_ENTITIES entities; their label is the value :label.

    One query each, so that SQLite merges their rows in the order of the index, and a limit ends the reading.
    """
    return [
        f"SELECT day, article_id FROM appearances WHERE label = :label AND entity_id = {int(entity)}"
        for entity in entities[:MOST_ENTITIES]
    ]


async def articles_with(db: Database, label: str, entities: Sequence[int], limit: int = 20) -> list[Row]:
    """The newest articles in which any of the entities appears (label as in `appearances`)."""
    newest = " UNION ".join(
        f"SELECT * FROM ({appearing} ORDER BY day DESC, article_id DESC LIMIT :n)"
        for appearing in appearances(entities)
    )
    if not newest:
        return []
    return await rows(
        db,
        f"""SELECT {CARD}, {LEAD}
            FROM (SELECT article_id, day FROM ({newest}) ORDER BY day DESC, article_id DESC LIMIT :n) n
            JOIN articles a ON a.id = n.article_id LEFT JOIN sources s ON s.id = a.source_id
            ORDER BY a.published_at DESC, a.id DESC""",
        {"label": label, "n": limit},
    )


async def article(db: Database, article_id: int) -> Row | None:
    """One article with the name of its source, and the id of its author where the byline is sure; or None."""
    byline = "(SELECT author_id FROM bylines WHERE article_id = a.id) AS author_id"
    return await one(db, f"SELECT a.*, s.name AS source, {byline} {FROM_ARTICLES} WHERE a.id = :id", {"id": article_id})


async def copies(db: Database, article_id: int, original: int) -> list[Row]:
    """The articles with the same text or nearly so: the original and its other copies."""
    return await articles_of(
        db,
        "(a.duplicate_of = :original OR a.id = :original) AND a.id <> :id",
        {"id": article_id, "original": original},
    )


PARTS = {
    "mentions": """SELECT start, "end", label, entity_id FROM mentions
                   WHERE article_id = :id AND field = 'text' ORDER BY start""",
    "versions": """SELECT version, title, text, seen_at FROM article_versions WHERE article_id = :id
                   ORDER BY version""",
    "officials": """SELECT person_id, name, title, organisation, status FROM article_officials
                    WHERE article_id = :id ORDER BY position""",
    "places": """SELECT p.id, p.name, p.kind, p.code, p.lat, p.lon FROM article_places l
                 JOIN places p ON p.id = l.place_id WHERE l.article_id = :id
                 ORDER BY p.code IS NULL, l.mentions DESC""",
    "laws": """SELECT w.id, w.key, w.about, l.text FROM article_laws l JOIN laws w ON w.id = l.law_id
               WHERE l.article_id = :id""",
    "quotes": """SELECT q.text, q.kind, q.speaker, q.person_id, p.name FROM quotes q
                 LEFT JOIN people p ON p.id = q.person_id WHERE q.article_id = :id ORDER BY q.start""",
}


async def article_parts(db: Database, article_id: int) -> dict[str, list[Row]]:
    """What an article holds, by the names of PARTS."""
    return {name: await rows(db, sql, {"id": article_id}) for name, sql in PARTS.items()}
