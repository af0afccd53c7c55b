"""Counts: in how many articles an entity appears, in which and when; and who held which post when (`roles`).

A new article adds to the counts of its entities. An article that is tagged again is taken out of the counts it was in
and added to those it is in now. So a run costs in proportion to what is new, however often an entity is told of. Only
when entities themselves change, because people merge, split or rename them, are they counted afresh from the stored
tags (`recount`). `articles_by_day` is kept by triggers of the database.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable

# The articles of one entity with their days; the parameter :id is the entity's.
ARTICLES_OF = {
    "people": """SELECT a.id AS article_id, a.published_date AS day FROM articles a WHERE a.id IN (
                   SELECT article_id FROM mentions WHERE label = 'PER' AND entity_id = :id
                   UNION SELECT article_id FROM article_officials WHERE person_id = :id)""",
    "organisations": """SELECT a.id AS article_id, a.published_date AS day FROM articles a WHERE a.id IN (
                   SELECT article_id FROM mentions WHERE label = 'ORG' AND entity_id = :id)""",
    "places": """SELECT a.id AS article_id, a.published_date AS day
                 FROM article_places p JOIN articles a ON a.id = p.article_id WHERE p.place_id = :id""",
    "laws": """SELECT a.id AS article_id, a.published_date AS day
               FROM article_laws l JOIN articles a ON a.id = l.article_id WHERE l.law_id = :id""",
}

LABEL_OF = {"people": "PER", "organisations": "ORG", "places": "GPE", "laws": "LAW"}  # of the entities of a table
APPEARED = "SELECT count(*), min(nullif(day, '')), max(nullif(day, '')) FROM appearances"
# An entity's first and last day. Each is one look at the index, however many days there are.
FIRST, LAST = (
    f"SELECT day FROM appearances WHERE label = :label AND entity_id = :id AND day > '' ORDER BY day {way} LIMIT 1"
    for way in ("ASC", "DESC")
)

Touched = dict[str, set[int]]  # ids of entities by table


def entities_of(connection: sqlite3.Connection, article_id: int) -> Touched:
    """The entities that the stored tags of an article name, by table.

    The + before `label` keeps SQLite from its index of labels, in which it would read every row of that label: as many
    as the archive has.
    """
    queries = {
        "people": """SELECT entity_id FROM mentions WHERE article_id = :id AND +label = 'PER' AND entity_id IS NOT NULL
                     UNION SELECT person_id FROM article_officials WHERE article_id = :id""",
        "organisations": """SELECT entity_id FROM mentions
                     WHERE article_id = :id AND +label = 'ORG' AND entity_id IS NOT NULL""",
        "places": "SELECT place_id FROM article_places WHERE article_id = :id",
        "laws": "SELECT law_id FROM article_laws WHERE article_id = :id",
    }
    return {table: {row[0] for row in connection.execute(sql, {"id": article_id})} for table, sql in queries.items()}


def day_of(connection: sqlite3.Connection, article_id: int) -> str | None:
    """The stored day (WIB, YYYY-MM-DD) of an article; None when it is unknown."""
    row = connection.execute("SELECT published_date FROM articles WHERE id = ?", (article_id,)).fetchone()
    return row[0] if row else None


def add_article(connection: sqlite3.Connection, article_id: int, day: str | None) -> None:
    """Count a newly tagged article in its entities and posts."""
    for table, ids in entities_of(connection, article_id).items():
        values = [{"id": entity, "day": day, "label": LABEL_OF[table], "article": article_id} for entity in ids]
        connection.executemany(
            f"""UPDATE {table} SET articles = articles + 1,
                first_seen = min(coalesce(first_seen, :day), coalesce(:day, first_seen)),
                last_seen = max(coalesce(last_seen, :day), coalesce(:day, last_seen)) WHERE id = :id""",
            values,
        )
        connection.executemany(
            "INSERT OR IGNORE INTO appearances VALUES (:label, :id, coalesce(:day, ''), :article)", values
        )
        if day:
            connection.executemany(
                """INSERT INTO entity_months (label, entity_id, month, articles)
                   VALUES (:label, :id, substr(:day, 1, 7), 1) ON CONFLICT DO UPDATE SET articles = articles + 1""",
                values,
            )
    add_roles(connection, article_id, day)


def add_roles(connection: sqlite3.Connection, article_id: int, day: str | None) -> None:
    """Count an article in the posts that it tells of."""
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


def take_roles(connection: sqlite3.Connection, article_id: int, day: str | None) -> None:
    """Take an article out of the posts it tells of, before its officials are replaced.

    `day`: the day under which the article is counted.
    """
    posts = connection.execute(
        "SELECT DISTINCT person_id, title, organisation, status FROM article_officials WHERE article_id = ?",
        (article_id,),
    ).fetchall()
    for person, title, organisation, status in posts:
        values = {"person": person, "title": title, "body": organisation, "status": status, "article": article_id}
        row = connection.execute(
            """UPDATE roles SET articles = articles - 1 WHERE person_id = :person AND status = :status
               AND coalesce(title, '') = coalesce(:title, '') AND coalesce(organisation, '') = coalesce(:body, '')
               RETURNING id, articles, first_seen, last_seen""",
            values,
        ).fetchone()
        if row is None:
            continue
        role, articles, first, last = row
        if articles < 1:
            connection.execute("DELETE FROM roles WHERE id = ?", (role,))
        elif day in (first, last):
            # The post may begin later or end earlier now: from either end the person's days are walked to the next
            # article that tells of this post, which is soon found.
            ends = [
                f"""(SELECT p.day FROM appearances p CROSS JOIN article_officials o ON o.article_id = p.article_id
                     WHERE p.label = 'PER' AND p.entity_id = :person AND p.day > '' AND p.article_id <> :article
                       AND o.person_id = :person AND o.status = :status AND o.title IS :title
                       AND o.organisation IS :body
                     ORDER BY p.day {direction} LIMIT 1)"""
                for direction in ("ASC", "DESC")
            ]
            connection.execute(
                f"UPDATE roles SET (first_seen, last_seen) = (SELECT {', '.join(ends)}) WHERE id = :role",
                values | {"role": role},
            )


def change_article(connection: sqlite3.Connection, article_id: int, before: Touched, day_before: str | None) -> None:
    """Count an article anew whose tags or day have changed; `before` and `day_before`: what it was counted by."""
    after, day = entities_of(connection, article_id), day_of(connection, article_id)
    for table, label in LABEL_OF.items():
        for entity in before[table] ^ after[table] if day == day_before else before[table] | after[table]:
            lost = gained = 0
            if entity in before[table]:
                lost = _appears(connection, "DELETE", label, entity, day_before, article_id)
            if entity in after[table]:
                gained = _appears(connection, "INSERT", label, entity, day, article_id)
            connection.execute(
                f"""UPDATE {table} SET articles = articles + :more, first_seen = ({FIRST}), last_seen = ({LAST})
                    WHERE id = :id""",
                {"id": entity, "label": label, "more": gained - lost},
            )
    add_roles(connection, article_id, day)


def _appears(
    connection: sqlite3.Connection, change: str, label: str, entity: int, day: str | None, article_id: int
) -> int:
    """Put an article into an entity's appearances and months (INSERT), or take it out (DELETE).

    Returns 1, or 0 where it was there already, or was not.
    """
    values = {"label": label, "id": entity, "day": day or "", "article": article_id}
    if change == "INSERT":
        statement = "INSERT OR IGNORE INTO appearances VALUES (:label, :id, :day, :article)"
        month = """INSERT INTO entity_months (label, entity_id, month, articles)
                   VALUES (:label, :id, substr(:day, 1, 7), 1) ON CONFLICT DO UPDATE SET articles = articles + 1"""
    else:
        statement = """DELETE FROM appearances
                       WHERE label = :label AND entity_id = :id AND day = :day AND article_id = :article"""
        month = """UPDATE entity_months SET articles = articles - 1
                   WHERE label = :label AND entity_id = :id AND month = substr(:day, 1, 7)"""
    rows = connection.execute(statement, values).rowcount
    if rows and day:
        connection.execute(month, values)
        connection.execute(
            """DELETE FROM entity_months
               WHERE label = :label AND entity_id = :id AND month = substr(:day, 1, 7) AND articles < 1""",
            values,
        )
    return rows


def recount(connection: sqlite3.Connection, touched: Touched) -> None:
    """Count the given entities and their posts afresh from the stored tags; of those that are gone no rows stay."""
    for table, ids in touched.items():
        label = LABEL_OF[table]
        for entity in ids:
            values = {"id": entity, "label": label}
            connection.execute("DELETE FROM appearances WHERE label = :label AND entity_id = :id", values)
            connection.execute("DELETE FROM entity_months WHERE label = :label AND entity_id = :id", values)
            connection.execute(
                f"""INSERT OR IGNORE INTO appearances
                    SELECT :label, :id, coalesce(day, ''), article_id FROM ({ARTICLES_OF[table]})""",
                values,
            )
            connection.execute(
                """INSERT INTO entity_months (label, entity_id, month, articles)
                   SELECT label, entity_id, substr(day, 1, 7), count(*) FROM appearances
                   WHERE label = :label AND entity_id = :id AND day <> '' GROUP BY 3""",
                values,
            )
            _count(connection, table, entity)
    _recount_roles(connection, touched.get("people", ()))


def _count(connection: sqlite3.Connection, table: str, entity: int) -> None:
    connection.execute(
        f"""UPDATE {table} SET (articles, first_seen, last_seen) = ({APPEARED} WHERE label = :label AND entity_id = :id)
            WHERE id = :id""",
        {"label": LABEL_OF[table], "id": entity},
    )


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
