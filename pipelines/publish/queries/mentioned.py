"""The SQL of who and what is mentioned most: people, institutions, places, provinces."""

from __future__ import annotations

from collections.abc import Sequence

from datasette.database import Database

from pipelines.search.rows import Row, rows

CANDIDATES = 200  # of each month; see most_mentioned
TABLES = {"PER": "people", "ORG": "organisations", "GPE": "places", "LAW": "laws"}
# Conditions on `t` in most_mentioned. Jakarta (code 31) is a province and yet a city to those who read of it.
CITY = "(t.kind IN ('kota', 'kabupaten') OR t.code = '31')"
WITH_A_POST = "EXISTS (SELECT 1 FROM roles r WHERE r.person_id = t.id)"


async def most_mentioned(
    db: Database,
    label: str,
    months: Sequence[str],
    limit: int = 10,
    condition: str = "1",
    within: tuple[str, str] | None = None,
) -> list[Row]:
    """The entities with most articles in the months; none given means ever. `condition` is on the entity's row `t`.

    within: count only articles from that day to that one, which lie in the months.

    The sum is taken over the CANDIDATES first of each month: who is among the first ten of a year is among the first
    two hundred of some month of it, save in made-up data.
    """
    table = TABLES[label]
    if not months:
        return await rows(
            db,
            f"""SELECT t.*, t.articles AS n FROM {table} t WHERE {condition} AND t.articles > 0
                ORDER BY t.articles DESC LIMIT :n""",
            {"n": limit},
        )
    first = " UNION ".join(
        f"""SELECT * FROM (SELECT entity_id FROM entity_months WHERE label = :label AND month = '{month}'
            ORDER BY articles DESC LIMIT {CANDIDATES})"""
        for month in months
    )
    if within:
        return await rows(
            db,
            f"""SELECT t.*, c.n FROM (
                  SELECT entity_id, (SELECT count(*) FROM appearances p WHERE p.label = :label
                    AND p.entity_id = e.entity_id AND p.day BETWEEN :first AND :last) AS n
                  FROM (SELECT DISTINCT entity_id FROM ({first})) e) c
                CROSS JOIN {table} t ON t.id = c.entity_id WHERE c.n > 0 AND {condition}
                ORDER BY c.n DESC, t.name LIMIT :n""",
            {"label": label, "first": within[0], "last": within[1], "n": limit},
        )
    return await rows(
        db,
        f"""SELECT t.*, sum(m.articles) AS n FROM ({first}) c
            JOIN entity_months m ON m.label = :label AND m.entity_id = c.entity_id AND m.month BETWEEN :first AND :last
            JOIN {table} t ON t.id = c.entity_id WHERE {condition}
            GROUP BY t.id ORDER BY n DESC, t.name LIMIT :n""",
        {"label": label, "first": months[0], "last": months[-1], "n": limit},
    )


async def officials_mentioned(
    db: Database, months: Sequence[str], limit: int = 10, within: tuple[str, str] | None = None
) -> list[Row]:
    """The most mentioned people that have a post, with their most told post."""
    found = await most_mentioned(db, "PER", months, limit, WITH_A_POST, within)
    posts = await _most_told_posts(db, [row["id"] for row in found])
    return [row | {k: posts[row["id"]][k] for k in ("title", "organisation")} for row in found]


async def _most_told_posts(db: Database, people: Sequence[int]) -> dict[int, Row]:
    """The most told post of each person."""
    found = await rows(
        db,
        f"""SELECT person_id, title, organisation, max(articles) FROM roles
            WHERE person_id IN ({", ".join(str(int(p)) for p in people) or "0"}) GROUP BY person_id""",
    )
    return {row["person_id"]: row for row in found}


async def articles_by_province(db: Database, days: tuple[str, str]) -> dict[str, int]:
    """Articles by province code that tell of any place in it, each once, from the first of the days to the last.

    ("", "") means ever. It reads every appearance of a place in these days.
    """
    found = await rows(
        db,
        """SELECT substr(t.code, 1, 2) AS code, count(DISTINCT p.article_id) AS n FROM places t
           CROSS JOIN appearances p ON p.label = 'GPE' AND p.entity_id = t.id AND p.day BETWEEN :first AND :last
           WHERE t.code IS NOT NULL AND t.articles > 0 GROUP BY 1""",
        {"first": days[0], "last": days[1] or "9999"},
    )
    return {row["code"]: row["n"] for row in found}


async def province_totals(db: Database) -> dict[str, int]:
    """Tellings of places by province code: an article counts once for each place of the province that it tells of."""
    found = await rows(
        db, "SELECT substr(code, 1, 2) AS code, sum(articles) AS n FROM places WHERE code IS NOT NULL GROUP BY 1"
    )
    return {row["code"]: row["n"] for row in found if row["n"]}
