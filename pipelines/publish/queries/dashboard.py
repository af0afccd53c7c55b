"""The SQL of the dashboard and the map: counts by day, source, month and province."""

from __future__ import annotations

import asyncio
import time
from datetime import date, timedelta

from datasette.database import Database

from pipelines.health.status import SourceStatus, source_statuses
from pipelines.publish.queries.articles import CARDS
from pipelines.publish.queries.profiles import has_table
from pipelines.search.rows import Row, number, one, rows

CANDIDATES = 200  # of each month; see most_mentioned
TABLES = {"PER": "people", "ORG": "organisations", "GPE": "places", "LAW": "laws"}
STATUS_SECONDS = 60.0  # how long the sources' states are remembered: they change with crawls, not with readers
EVER = "0001-01-01"  # the first day of all
OLDEST_STATUS = 900.0  # seconds; what is older is not shown, what is younger while others look again

_states: dict[str, tuple[float, list[SourceStatus]]] = {}
_looking: dict[str, asyncio.Task[None]] = {}
_told: dict[tuple[str, str], tuple[float, int]] = {}  # agreements by database and first day


def months_back(last: date, count: int) -> list[str]:
    """The `count` months up to that of `last`, oldest first: ["2025-10", "2025-11"]."""
    index = last.year * 12 + last.month - 1
    return [f"{i // 12:04d}-{i % 12 + 1:02d}" for i in range(index - count + 1, index + 1)]


async def last_day(db: Database) -> date | None:
    """The newest day with an article that is not in the future (a wrong clock is a source's, not ours)."""
    tomorrow = (date.today() + timedelta(days=1)).isoformat()
    found = await one(
        db, "SELECT max(day) AS day FROM articles_by_day WHERE articles > 0 AND day <= :t", {"t": tomorrow}
    )
    try:
        return date.fromisoformat(found["day"]) if found and found["day"] else None
    except ValueError:
        return None


async def by_day(db: Database, since: str, until: str) -> list[Row]:
    """Articles by day and kind; days without any are left out."""
    return await rows(
        db,
        """SELECT day, sum(CASE kind WHEN 'press_release' THEN articles ELSE 0 END) AS releases,
                  sum(CASE kind WHEN 'press_release' THEN 0 ELSE articles END) AS news
           FROM articles_by_day WHERE day BETWEEN :since AND :until GROUP BY day""",
        {"since": since, "until": until},
    )


async def by_source(db: Database, since: str, until: str, limit: int = 15) -> list[Row]:
    """The sources with most articles in the days."""
    return await rows(
        db,
        # The ids by stepping through the index, then a range of it for each: no row outside the days is read or sorted.
        """WITH RECURSIVE ids (id) AS (
             SELECT min(source_id) FROM articles_by_day WHERE source_id > ''
             UNION ALL SELECT (SELECT min(source_id) FROM articles_by_day WHERE source_id > ids.id)
             FROM ids WHERE ids.id IS NOT NULL)
           SELECT t.id, coalesce(s.name, t.id) AS name, t.n FROM (
             SELECT id, (SELECT sum(articles) FROM articles_by_day
                         WHERE source_id = ids.id AND day BETWEEN :since AND :until) AS n
             FROM ids WHERE id IS NOT NULL) t
           LEFT JOIN sources s ON s.id = t.id WHERE t.n > 0 ORDER BY t.n DESC, name LIMIT :n""",
        {"since": since, "until": until, "n": limit},
    )


async def most_mentioned(
    db: Database, label: str, months: list[str], limit: int = 10, condition: str = "1"
) -> list[Row]:
    """The entities with most articles in the months; none given means ever. `condition` is on the entity's row `t`.

    The sum is taken over the CANDIDATES first of each month: who is among the first ten of a year is among the first
    two hundred of some month of it, save in made-up data.
    """
    table = TABLES[label]
    if not months:
        return await rows(
            db, f"SELECT t.*, t.articles AS n FROM {table} t WHERE {condition} AND t.articles > 0 "
            "ORDER BY t.articles DESC LIMIT :n", {"n": limit})  # fmt: skip
    first = " UNION ".join(
        f"""SELECT * FROM (SELECT entity_id FROM entity_months WHERE label = :label AND month = '{month}'
            ORDER BY articles DESC LIMIT {CANDIDATES})"""
        for month in months
    )
    return await rows(
        db,
        f"""SELECT t.*, sum(m.articles) AS n FROM ({first}) c
            JOIN entity_months m ON m.label = :label AND m.entity_id = c.entity_id AND m.month BETWEEN :first AND :last
            JOIN {table} t ON t.id = c.entity_id WHERE {condition}
            GROUP BY t.id ORDER BY n DESC, t.name LIMIT :n""",
        {"label": label, "first": months[0], "last": months[-1], "n": limit},
    )


async def posts_of(db: Database, people: list[int]) -> dict[int, Row]:
    """The most told post of each person."""
    found = await rows(
        db,
        f"""SELECT person_id, title, organisation, max(articles) FROM roles
            WHERE person_id IN ({", ".join(str(int(p)) for p in people) or "0"}) GROUP BY person_id""",
    )
    return {row["person_id"]: row for row in found}


async def officials_mentioned(db: Database, months: list[str], limit: int = 10) -> list[Row]:
    """The most mentioned people that have a post, with their most told post."""
    found = await most_mentioned(db, "PER", months, limit, "EXISTS (SELECT 1 FROM roles r WHERE r.person_id = t.id)")
    posts = await posts_of(db, [row["id"] for row in found])
    return [row | {k: posts[row["id"]][k] for k in ("title", "organisation")} for row in found]


CITY = "(t.kind IN ('kota', 'kabupaten') OR t.code = '31')"


async def province_totals(db: Database) -> dict[str, int]:
    """Tellings of places by province code: an article counts once for each place of the province that it tells of."""
    found = await rows(
        db, "SELECT substr(code, 1, 2) AS code, sum(articles) AS n FROM places WHERE code IS NOT NULL GROUP BY 1"
    )
    return {row["code"]: row["n"] for row in found if row["n"]}


async def statuses(db: Database) -> list[SourceStatus]:
    """How every source is doing; empty on a snapshot, which keeps nothing of the crawls."""
    if not await has_table(db, "pages"):
        return []
    key = str(db.path)
    age = time.monotonic() - _states[key][0] if key in _states else OLDEST_STATUS
    if age > STATUS_SECONDS and (key not in _looking or _looking[key].done()):
        _looking[key] = asyncio.create_task(_look(db, key))
    if age >= OLDEST_STATUS:
        await asyncio.shield(_looking[key])
    return _states[key][1]


async def _look(db: Database, key: str) -> None:
    states = await db.execute_fn(source_statuses)
    _states[key] = (time.monotonic(), states)


async def agreements_since(db: Database, since: str) -> int:
    """How many agreements articles have told of since that day; remembered as the states of the sources are."""
    key = (str(db.path), since)
    if key not in _told or time.monotonic() - _told[key][0] > STATUS_SECONDS:
        table = "agreements g"
        if since > EVER:
            table += f" NOT INDEXED CROSS JOIN {CARDS} g.article_id AND a.published_date >= :since"
        told = await number(db, f"SELECT count(*) FROM {table} WHERE g.same_as IS NULL", {"since": since})
        _told[key] = (time.monotonic(), told)
    return _told[key][1]
