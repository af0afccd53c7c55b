"""The SQL of the profiles of people, institutions, places and laws."""

from __future__ import annotations

from collections.abc import Sequence

from datasette.database import Database

from pipelines.publish.queries.articles import appearances
from pipelines.search.posts import post_key
from pipelines.search.rows import CARDS, Row, one, rows

RECENT = 1_000  # newest articles of an entity that decide who appears with it; more would not change the first dozen
MOST_QUOTES = 12
# What stands beside an entity: the table of its names, and in which article it stands (+: looked up by article).
BESIDE = {
    "ORG": ("organisations", "SELECT article_id, entity_id FROM mentions WHERE +label = 'ORG'"),
    "GPE": ("places", "SELECT article_id, place_id AS entity_id FROM article_places"),
}


async def profile(db: Database, table: str, entity: int) -> Row | None:
    """The row of one entity in `people`, `organisations`, `places` or `laws`, or None."""
    return await one(db, f"SELECT * FROM {table} WHERE id = :id", {"id": entity})


async def posts_over_time(db: Database, person: int) -> list[Row]:
    """The posts of a person, the latest first; a post that some articles give without its institution is one post.

    `post`: the same as a search holds it.
    """
    found = await rows(
        db,
        "SELECT * FROM roles WHERE person_id = :id ORDER BY last_seen DESC, articles DESC LIMIT 50",
        {"id": person},
    )
    found = [row | {"post": post_key(row["title"], row["organisation"], row["status"])} for row in found]
    whole = [row for row in found if row["organisation"]]
    for row in found:
        if row["organisation"]:
            continue
        alike = [one for one in whole if (one["title"], one["status"]) == (row["title"], row["status"])]
        if len(alike) != 1:
            whole.append(row)
            continue
        alike[0]["articles"] += row["articles"]  # hardly an article tells of both
        alike[0]["post"] = post_key(row["title"], "", row["status"])
        alike[0]["first_seen"] = min(filter(None, (alike[0]["first_seen"], row["first_seen"])), default=None)
        alike[0]["last_seen"] = max(filter(None, (alike[0]["last_seen"], row["last_seen"])), default=None)
    return sorted(whole, key=lambda row: (row["last_seen"] or "", row["articles"]), reverse=True)


async def officials_of(db: Database, organisation: str) -> list[Row]:
    """The people with a post at an institution (its name), most told of first."""
    return await rows(
        db,
        """SELECT p.id, p.name, r.title, r.status, p.articles AS n, r.last_seen FROM roles r
           JOIN people p ON p.id = r.person_id WHERE r.organisation = :name
           ORDER BY r.articles DESC LIMIT 20""",
        {"name": organisation},
    )


async def officials_in(db: Database, label: str, entities: Sequence[int], limit: int = 12) -> list[Row]:
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


async def recent_since(db: Database, label: str, entities: Sequence[int]) -> str | None:
    """The day of the newest article but RECENT - 1 of the entities, "" where they have fewer.

    None where it has no day: no search holds those articles.
    """
    newest = " UNION ".join(appearances(entities)) or "SELECT '' AS day, 0 AS article_id WHERE 0"
    found = await one(
        db, f"SELECT day FROM ({newest} ORDER BY day DESC, article_id DESC LIMIT 1 OFFSET {RECENT})", {"label": label}
    )
    return (found["day"] or None) if found else ""


async def together(
    db: Database, label: str, entities: Sequence[int], other: str, found: Sequence[Row], since: str = ""
) -> list[Row]:
    """The same rows with `n` as a search counts it: the articles from the day `since` on that name both.

    The other side of the search is one or several entities (the places of a province).
    """
    own = " UNION ".join(f"SELECT * FROM ({one} AND day >= :since)" for one in appearances(entities))
    counted = await rows(
        db,
        f"""SELECT y.entity_id AS id, count(*) AS n FROM ({own}) x CROSS JOIN appearances y
              ON y.label = :other AND y.entity_id IN ({_list([row["id"] for row in found])})
                AND y.day = x.day AND y.article_id = x.article_id GROUP BY y.entity_id""",
        {"label": label, "other": other, "since": since},
    )
    numbers = {row["id"]: row["n"] for row in counted}
    return sorted((row | {"n": numbers.get(row["id"], 0)} for row in found), key=lambda row: (-row["n"], row["name"]))


async def beside(db: Database, label: str, entity: int, other: str, limit: int = 10) -> list[Row]:
    """Entities of the label `other` (ORG or GPE) in the newest RECENT articles of an entity, most often first."""
    table, told = BESIDE[other]
    return await rows(
        db,
        f"""SELECT t.id, t.name, count(DISTINCT r.article_id) AS n FROM ({_recent([entity])}) r
            CROSS JOIN ({told}) e ON e.article_id = r.article_id CROSS JOIN {table} t ON t.id = e.entity_id
            WHERE NOT (:label = '{other}' AND t.id = :own) GROUP BY t.id ORDER BY n DESC, t.name LIMIT :n""",
        {"label": label, "n": limit, "own": entity},
    )


def _recent(entities: Sequence[int]) -> str:
    """The newest RECENT articles of the entities together, each once."""
    newest = " UNION ".join(appearances(entities) or ["SELECT '' AS day, 0 AS article_id WHERE 0"])
    return f"SELECT article_id FROM ({newest} ORDER BY day DESC, article_id DESC LIMIT {RECENT})"


def _list(entities: Sequence[int]) -> str:
    return ", ".join(str(int(e)) for e in entities) or "0"


async def articles_by_month(db: Database, label: str, entities: Sequence[int]) -> dict[str, int]:
    """Articles by month that tell of any of several entities, each once; it reads all their appearances."""
    own = " UNION ".join(appearances(entities)) or "SELECT '' AS day, 0 AS article_id WHERE 0"
    found = await rows(
        db,
        f"SELECT substr(day, 1, 7) AS month, count(*) AS n FROM ({own}) GROUP BY 1",
        {"label": label},
    )
    return {row["month"]: row["n"] for row in found}


async def months(db: Database, label: str, entities: Sequence[int]) -> dict[str, int]:
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
        f"""SELECT q.text, q.kind, q.article_id, q.verb, a.title, a.published_date, s.name AS source
            FROM (SELECT id, row_number() OVER () AS place FROM (
                    SELECT r.id FROM (SELECT * FROM quotes WHERE person_id = :id ORDER BY article_id DESC LIMIT 200) r
                    CROSS JOIN {CARDS} r.article_id ORDER BY a.published_at DESC, r.start LIMIT :n)) n
            JOIN quotes q ON q.id = n.id JOIN articles a ON a.id = q.article_id
            LEFT JOIN sources s ON s.id = a.source_id ORDER BY n.place""",
        {"id": person, "n": MOST_QUOTES},
    )


async def places_in(db: Database, province: str) -> list[Row]:
    """The places of a province that articles tell of, the province itself included, most told of first."""
    return await rows(
        db,
        """SELECT id, code, name, kind, lat, lon, articles, last_seen FROM places
           WHERE (code = :code OR code BETWEEN :code || '.' AND :code || '/') AND articles > 0
           ORDER BY articles DESC, code LIMIT 200""",
        {"code": province},
    )
