"""The SQL of the counts on the home page and the dashboard: in all, by day, by source."""

from __future__ import annotations

import time
from datetime import date, timedelta

from datasette.database import Database

from pipelines.publish.queries import lists
from pipelines.publish.queries.lists import AgreementsAsked
from pipelines.search.rows import Row, number, one, rows

EVER = "0001-01-01"  # the first day of all
CITIES = lists.places("", "", "", "").where  # those of the list of cities
COUNT_SECONDS = 60.0  # how long the count of agreements is remembered

_counted: dict[tuple[str, str], tuple[float, int]] = {}  # by database and first day: when, and how many agreements


async def counts(db: Database) -> Row:
    """How many articles, people with a post, cities, agreements and sources there are."""
    found = await one(
        db,
        f"""SELECT (SELECT sum(articles) FROM articles_by_day) AS articles,
                  (SELECT count(DISTINCT person_id) FROM roles) AS officials,
                  (SELECT count(*) FROM places WHERE {CITIES}) AS cities,
                  (SELECT count(*) FROM agreements WHERE same_as IS NULL) AS agreements,
                  (SELECT count(*) FROM sources) AS sources""",
    )
    return found or {}


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
    """The sources with most articles in the days.

    Their ids are found by stepping through the index, then each is asked for its range of days: no row outside the
    days is read or sorted.
    """
    return await rows(
        db,
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


async def agreements_between(db: Database, since: str, until: str) -> int:
    """How many agreements there are in the days, as their list counts them; remembered for COUNT_SECONDS."""
    key = (str(db.path), since + until)
    if key not in _counted or time.monotonic() - _counted[key][0] > COUNT_SECONDS:
        chosen = lists.agreements(AgreementsAsked(since=since, until=until))
        told = await number(db, f"SELECT count(*) FROM agreements g WHERE {chosen.where}", chosen.values)
        _counted[key] = (time.monotonic(), told)
    return _counted[key][1]
