"""Counts and first/last days of entities, and posts over time (`roles`).

A new article adds to its entities' counts, so an ordinary run costs in proportion to what is new. When an article is
tagged again its old and new entities are counted afresh.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable

# How to list the articles of one entity: every row a day. Parameters: the entity's id.
ARTICLES_OF = {
    "people": """SELECT a.published_date AS day FROM articles a WHERE a.id IN (
                   SELECT article_id FROM mentions WHERE label = 'PER' AND entity_id = :id
                   UNION SELECT article_id FROM article_officials WHERE person_id = :id)""",
    "organisations": """SELECT a.published_date AS day FROM articles a WHERE a.id IN (
                   SELECT article_id FROM mentions WHERE label = 'ORG' AND entity_id = :id)""",
    "places": """SELECT a.published_date AS day FROM article_places p JOIN articles a ON a.id = p.article_id
                 WHERE p.place_id = :id""",
    "laws": """SELECT a.published_date AS day FROM article_laws l JOIN articles a ON a.id = l.article_id
               WHERE l.law_id = :id""",
}

Touched = dict[str, set[int]]


def entities_of(connection: sqlite3.Connection, article_id: int) -> Touched:
    """Ids of the entities that the stored tags of an article touch, by table."""
    queries = {
        "people": """SELECT entity_id FROM mentions WHERE article_id = :id AND label = 'PER' AND entity_id IS NOT NULL
                     UNION SELECT person_id FROM article_officials WHERE article_id = :id""",
        "organisations": """SELECT entity_id FROM mentions
                     WHERE article_id = :id AND label = 'ORG' AND entity_id IS NOT NULL""",
        "places": "SELECT place_id FROM article_places WHERE article_id = :id",
        "laws": "SELECT law_id FROM article_laws WHERE article_id = :id",
    }
    return {table: {row[0] for row in connection.execute(sql, {"id": article_id})} for table, sql in queries.items()}


def add_article(connection: sqlite3.Connection, article_id: int, day: str | None) -> None:
    """Count a newly tagged article in its entities and posts."""
    for table, ids in entities_of(connection, article_id).items():
        connection.executemany(
            f"""UPDATE {table} SET articles = articles + 1,
                first_seen = min(coalesce(first_seen, :day), coalesce(:day, first_seen)),
                last_seen = max(coalesce(last_seen, :day), coalesce(:day, last_seen)) WHERE id = :id""",
            [{"id": entity, "day": day} for entity in ids],
        )
    connection.execute(
        """INSERT INTO roles (person_id, title, organisation, status, first_seen, last_seen, articles)
           SELECT DISTINCT person_id, title, organisation, status, :day, :day, 1
           FROM article_officials WHERE article_id = :id
           ON CONFLICT (person_id, coalesce(title, ''), coalesce(organisation, ''), status) DO UPDATE SET
             articles = articles + 1,
             first_seen = min(coalesce(first_seen, excluded.first_seen), coalesce(excluded.first_seen, first_seen)),
             last_seen = max(coalesce(last_seen, excluded.last_seen), coalesce(excluded.last_seen, last_seen))""",
        {"id": article_id, "day": day},
    )


def recount(connection: sqlite3.Connection, touched: Touched) -> None:
    """Count the given entities and their posts afresh from the stored tags."""
    for table, ids in touched.items():
        connection.executemany(
            f"""UPDATE {table} SET (articles, first_seen, last_seen) =
                (SELECT count(*), min(day), max(day) FROM ({ARTICLES_OF[table]})) WHERE id = :id""",
            [{"id": entity} for entity in ids],
        )
    _recount_roles(connection, touched.get("people", ()))


def _recount_roles(connection: sqlite3.Connection, people: Iterable[int]) -> None:
    for person_id in people:
        connection.execute("DELETE FROM roles WHERE person_id = ?", (person_id,))
        connection.execute(
            """INSERT INTO roles (person_id, title, organisation, status, first_seen, last_seen, articles)
               SELECT o.person_id, o.title, o.organisation, o.status,
                      min(a.published_date), max(a.published_date), count(DISTINCT a.id)
               FROM article_officials o JOIN articles a ON a.id = o.article_id
               WHERE o.person_id = ? GROUP BY o.title, o.organisation, o.status""",
            (person_id,),
        )
