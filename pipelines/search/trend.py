"""Trend: how many articles a search finds by day or hour and by outlet, and of how many that were read.

Counting is bounded, whatever is asked for. Hits are only walked between the ids of the days that are asked for, since
ids run with time. Up to MOST of them are counted one by one. A search of more hits is counted in the last days, as many
as have WINDOW articles; within days of its own it is counted where the ids of these days lie close together, and
otherwise estimated from one article in k, by the share that it has of each day's articles (a ratio estimator, Cochran,
"Sampling Techniques", 1977, chapter 6), if the caller wants to wait for that.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

from pipelines.search.asked import Search
from pipelines.search.narrowing import FIRST, LAST, Narrowing, narrowings
from pipelines.search.rows import CARDS, Row, Values, number, one, rows
from pipelines.wording.wib import WIB

if TYPE_CHECKING:
    from datasette.database import Database

MOST = 50_000  # hits, or articles of a filter, that are counted one by one
WINDOW = 50_000  # articles of the days in which a search of more hits is counted
WALKED = 250_000  # ids from the first to the last article of days: hits between them are walked at 0.1 µs each
FEW_ASKED = 50  # articles that FTS5 is asked about one by one
HOURLY = 3  # days; a shorter period is counted by hour
ALL = 1_000_000_000  # as in pipelines/search/find.py
NO_HOUR = "tanpa jam"  # the hour of articles of which only the day is known: they are stored with midnight (WIB)
# By hour in UTC; midnight in WIB is 17.00 there.
BY_HOUR = f"iif(substr(a.published_at, 12, 8) = '17:00:00', '{NO_HOUR}', substr(a.published_at, 1, 13))"
WITHIN = "AND articles_fts.rowid BETWEEN :low AND :high"
DAYS = "SELECT id FROM articles INDEXED BY articles_date WHERE published_date BETWEEN :since AND :until"


@dataclass(frozen=True, slots=True)
class Trend:
    """How much there is of a search.

    counts     articles by day ("2025-11-12"), or by hour in WIB ("2025-11-12T09") and NO_HOUR
    read       the same of all articles of the search's source and kind: what shares are of
    outlets    (source id, articles), most first
    since, until  the days that were counted, both included; "" for both where there is nothing
    undated    articles without a day
    shortened  whether only the last days were counted, because too much is found
    one_in     1 where all was counted; k where the numbers are estimated from every k-th article
    """

    counts: Mapping[str, int] = field(default_factory=dict)
    read: Mapping[str, int] = field(default_factory=dict)
    outlets: Sequence[tuple[str, int]] = ()
    since: str = ""
    until: str = ""
    undated: int = 0
    shortened: bool = False
    one_in: int = 1

    @property
    def hourly(self) -> bool:
        """Whether `counts` and `read` are by hour."""
        return any("T" in key for key in self.read)

    def total(self, since: str = "", until: str = "") -> tuple[int, int]:
        """(articles, articles read) of some of its days, both included; of all without."""
        low, high = since or self.since, f"{until or self.until}T99"
        return tuple(  # type: ignore[return-value]
            sum(n for key, n in told.items() if key == NO_HOUR or low <= key <= high)
            for told in (self.counts, self.read)
        )


@dataclass(frozen=True, slots=True)
class _Plan:
    """What is counted: the search's filters and values, the FTS5 expression, how the hits are bounded."""

    filters: Sequence[Narrowing]
    values: Values
    match: str
    wanted: Search
    bounds: str = ""
    one_in: int = 1
    shortened: bool = False

    @property
    def condition(self) -> str:
        """All filters as one condition on articles `a`."""
        return " AND ".join(f.condition for f in self.filters) or "1"


async def trend(db: Database, wanted: Search, *, estimated: bool = False) -> Trend | None:
    """The trend of a search; None where it would have to be estimated and `estimated` does not allow it."""
    match = wanted.expression().match
    if wanted.query.strip() and not match:
        return Trend()
    plan = await _planned(db, wanted, match, estimated=estimated)
    if plan is None:
        return None
    hourly = _span(plan.wanted.since, plan.wanted.until) <= HOURLY
    found = await _counted(db, plan, hourly=hourly)
    if not hourly and not plan.wanted.since and 0 < _span(found.since, found.until) <= HOURLY:
        days = replace(wanted, since=found.since, until=found.until)
        return replace(await trend(db, days, estimated=estimated) or found, undated=found.undated)
    return found


async def _planned(db: Database, wanted: Search, match: str, *, estimated: bool) -> _Plan | None:
    """How a search is counted within bounds; None where that cannot be done."""
    plan = await _within_days(db, wanted, match)
    if (not match and _by_rollup(wanted)) or await _size(db, plan) <= MOST:
        return plan
    if not wanted.since and not wanted.until:
        plan = replace(await _within_days(db, replace(wanted, since=await _recent(db)), match), shortened=True)
        if await _size(db, plan) <= MOST:
            return plan
    return await _bounded(db, plan, estimated=estimated)


async def _within_days(db: Database, wanted: Search, match: str) -> _Plan:
    """The plan that walks all hits between the lowest and the highest id of the days."""
    filters, values = await narrowings(db, wanted)
    values |= {"match": match} if match else {}
    if not match or not (wanted.since or wanted.until):
        return _Plan(filters, values, match, wanted)
    return _Plan(filters, values | await _ids(db, values), match, wanted, WITHIN)


async def _ids(db: Database, days: Values) -> Values:
    """{low, high}: the ids between which the articles of the days lie."""
    ends = "coalesce(min(low), 0) AS low, coalesce(max(high), 0) AS high"
    return await one(db, f"SELECT {ends} FROM day_totals WHERE day BETWEEN :since AND :until", days) or {}


async def _bounded(db: Database, plan: _Plan, *, estimated: bool) -> _Plan | None:
    """A plan within days whose hits are too many to be counted without further ado."""
    read = await _read(db, replace(plan.wanted, source="", kind=""))
    articles, ends = sum(read.values()), await _ids(db, plan.values)
    apart, one_in = ends["high"] - ends["low"], max(1, round(articles / WINDOW))
    if (articles > 2 * WINDOW or apart > WALKED or not plan.match) and not estimated:
        return None
    if plan.match:
        bounds = WITHIN
        if apart > 2 * WINDOW:  # without the + SQLite would ask FTS5 about each id by itself
            bounds += " AND articles_fts.rowid % :one_in = 0" if one_in > 1 else ""  # before the set, which costs more
            if one_in == 1 or await number(db, "SELECT max(id) FROM articles") > 2 * WINDOW * one_in:
                bounds += f" AND +articles_fts.rowid IN ({DAYS} AND id % :one_in = 0)"
        else:
            one_in = 1
    else:
        bounds = "AND n.id % :one_in = 0"
    return replace(plan, bounds=bounds, one_in=one_in, values=plan.values | ends | {"one_in": one_in})


async def newest(db: Database, wanted: Search, limit: int) -> list[int]:
    """Ids of articles that a search finds, those that were stored last first; its days bound what is walked."""
    match = wanted.expression().match
    plan = None if wanted.query.strip() and not match else await _planned(db, wanted, match, estimated=True)
    if plan is None:
        return []
    if not match and not plan.filters:
        hits = f"(SELECT id FROM articles ORDER BY id DESC LIMIT {limit}) n CROSS JOIN {CARDS} n.id WHERE 1"
    else:
        hits = await _hits(db, plan, newest=True)
    found = await rows(db, f"SELECT a.id FROM {hits} AND {plan.condition} LIMIT :limit", plan.values | {"limit": limit})
    return [row["id"] for row in found]


async def among(db: Database, wanted: Search, ids: Sequence[int]) -> list[int]:
    """Those of the articles that a search finds."""
    match = wanted.expression().match
    if not ids or (wanted.query.strip() and not match):
        return []
    filters, values = await narrowings(db, wanted)
    condition = " AND ".join(f.condition for f in filters) or "1"
    told = "articles_fts.rowid IN (SELECT value FROM json_each(:ids))"
    hits = f"json_each(:ids) n CROSS JOIN {CARDS} n.value WHERE 1"
    if match:  # the + keeps SQLite from asking FTS5 about each id by itself, which is quicker for a few only
        plus = "+" if len(ids) > FEW_ASKED else ""
        hits = f"articles_fts CROSS JOIN {CARDS} articles_fts.rowid WHERE articles_fts MATCH :match AND {plus}{told}"
    found = await rows(
        db,
        f"SELECT a.id FROM {hits} AND {condition}",
        values | {"match": match, "ids": json.dumps([*ids])},
    )
    return [row["id"] for row in found]


def _by_rollup(wanted: Search) -> bool:
    """Whether only source, kind and days are asked for, which are counted in advance."""
    plain = Search(source=wanted.source, kind=wanted.kind, since=wanted.since, until=wanted.until)
    return replace(wanted, order="", operators="", query="") == plain


async def _size(db: Database, plan: _Plan) -> int:
    """How many rows have to be walked, up to MOST + 1."""
    if plan.match:
        walked = [f"SELECT rowid FROM articles_fts WHERE articles_fts MATCH :match {plan.bounds}"]
    else:
        walked = [f"SELECT 1 FROM ({f.rows or f.ids})" for f in plan.filters]
    return min(
        [await number(db, f"SELECT count(*) FROM ({some} LIMIT {MOST + 1})", plan.values) for some in walked],
        default=MOST + 1,
    )


async def _recent(db: Database) -> str:
    """The first of the last days that have WINDOW articles together; the last day at least."""
    found = await rows(
        db,
        """SELECT day, sum(articles) AS n FROM day_totals WHERE day <> '' AND day <= :today
           GROUP BY day HAVING n > 0 ORDER BY day DESC LIMIT 3700""",
        {"today": today().isoformat()},
    )
    since, together = LAST, 0
    for row in found:
        together += row["n"]
        if together > WINDOW and since != LAST:
            break
        since = row["day"]
    return since if since != LAST else today().isoformat()


async def _counted(db: Database, plan: _Plan, *, hourly: bool) -> Trend:
    """What a plan finds by day or hour and by outlet, beside what was read."""
    wanted = plan.wanted
    read = await (_read_by_hour if hourly else _read)(db, wanted)
    if not plan.match and _by_rollup(wanted):
        counts: dict[str, int] = dict(read)
        outlets: list[tuple[str, int]] = []
    else:
        counts, outlets = await _walked(db, plan, hourly=hourly)
        if plan.one_in > 1:
            counts = _scaled(counts, await _sampled(db, plan), await _read(db, replace(wanted, source="", kind="")))
            outlets = [(source, n * plan.one_in) for source, n in outlets]
    if hourly:
        counts, read = (_within(told, wanted.since, wanted.until) for told in (counts, read))
    undated = counts.pop("", 0)
    days = sorted(key[:10] for key, n in counts.items() if n and key != NO_HOUR and key[:10] <= _tomorrow())
    since = wanted.since or (days[0] if days else "")
    until = wanted.until or (max(days[-1], await _last(db)) if days else wanted.since)
    inside = {key: n for key, n in counts.items() if n and (key == NO_HOUR or since <= key[:10] <= until)}
    return Trend(
        inside,
        {key: n for key, n in read.items() if n > 0 and (key == NO_HOUR or since <= key[:10] <= until)},
        outlets,
        since,
        until,
        undated,
        plan.shortened,
        plan.one_in,
    )


async def _walked(db: Database, plan: _Plan, *, hourly: bool) -> tuple[dict[str, int], list[tuple[str, int]]]:
    """(articles by day or hour, by source) of all hits that the filters let through."""
    hits = await _hits(db, plan)
    moment = BY_HOUR if hourly else "coalesce(a.published_date, '')"
    found = await rows(
        db,
        f"""WITH m AS MATERIALIZED (SELECT {moment} AS at, coalesce(a.source_id, '') AS source FROM {hits}
                                    AND {plan.condition})
            SELECT 0 AS what, at AS name, count(*) AS n FROM m GROUP BY at
            UNION ALL SELECT 1, source, count(*) FROM m GROUP BY source""",
        plan.values,
    )
    counts = {row["name"] or "": row["n"] for row in found if not row["what"]}
    outlets = [(row["name"], row["n"]) for row in found if row["what"] and row["name"]]
    return _in_wib(counts) if hourly else counts, sorted(outlets, key=lambda pair: (-pair[1], pair[0]))


async def _hits(db: Database, plan: _Plan, *, newest: bool = False) -> str:
    """What follows FROM: the hits of a plan as articles `a`, before their condition; `newest`: by descending id."""
    if not plan.match:
        narrow = await _narrowest(db, plan)
        return f"({narrow.ids} LIMIT {ALL}) n CROSS JOIN {CARDS} n.id WHERE 1 {plan.bounds}"
    hits = f"articles_fts WHERE articles_fts MATCH :match {plan.bounds}"
    if newest:
        return f"(SELECT rowid AS id FROM {hits} ORDER BY rowid DESC LIMIT {ALL}) n CROSS JOIN {CARDS} n.id WHERE 1"
    return f"{hits.replace(' WHERE', f' CROSS JOIN {CARDS} articles_fts.rowid WHERE', 1)}"


async def _narrowest(db: Database, plan: _Plan) -> Narrowing:
    """The filter with the fewest articles."""
    sizes = [
        (await number(db, f"SELECT count(*) FROM (SELECT 1 FROM ({f.rows or f.ids}) LIMIT {MOST})", plan.values), n)
        for n, f in enumerate(plan.filters)
    ]
    return plan.filters[min(sizes)[1]]


async def _sampled(db: Database, plan: _Plan) -> dict[str, int]:
    """How many articles of each day are among those that estimates are made from."""
    found = await rows(
        db,
        """SELECT published_date AS day, count(*) AS n FROM articles INDEXED BY articles_date
           WHERE published_date BETWEEN :since AND :until AND id % :one_in = 0 GROUP BY 1""",
        plan.values,
    )
    return {row["day"]: row["n"] for row in found}


def _scaled(counts: Mapping[str, int], sampled: Mapping[str, int], read: Mapping[str, int]) -> dict[str, int]:
    """By the share that the hits have of each day's sampled articles, how many they are of all of the day."""
    return {day: round(n * read.get(day, n) / max(1, sampled.get(day, n))) for day, n in counts.items()}


async def _read(db: Database, wanted: Search) -> dict[str, int]:
    """All articles by day, of the source and kind that are asked for, within the days that are asked for."""
    table = "articles_by_day INDEXED BY articles_by_day_source" if wanted.source else "day_totals"
    conditions = ["day BETWEEN :since AND :until"] if wanted.since or wanted.until else ["1"]
    conditions += ["source_id = :source"] if wanted.source else []
    conditions += ["kind = :kind"] if wanted.kind else []
    found = await rows(
        db,
        f"SELECT day, sum(articles) AS n FROM {table} WHERE {' AND '.join(conditions)} GROUP BY day",
        {
            "since": wanted.since or FIRST,
            "until": wanted.until or LAST,
            "source": wanted.source,
            "kind": wanted.kind,
        },
    )
    return {row["day"]: row["n"] for row in found}


async def _read_by_hour(db: Database, wanted: Search) -> dict[str, int]:
    """The same by hour in WIB, for a few days."""
    conditions = ["a.source_id = :source"] if wanted.source else []
    conditions += ["a.kind = :kind"] if wanted.kind else []
    found = await rows(
        db,
        f"""SELECT {BY_HOUR} AS at, count(*) AS n FROM ({DAYS}) n CROSS JOIN {CARDS} n.id
            WHERE {" AND ".join(conditions) or "1"} GROUP BY 1""",
        {"since": wanted.since, "until": wanted.until, "source": wanted.source, "kind": wanted.kind},
    )
    return _in_wib({row["at"] or "": row["n"] for row in found})


def _within(counts: Mapping[str, int], since: str, until: str) -> dict[str, int]:
    """Counts by hour; where an article's day was put right by hand its hour may lie on another, and tells nothing."""
    found = {key: n for key, n in counts.items() if since <= key[:10] <= until}
    return found | {NO_HOUR: sum(counts.values()) - sum(found.values())}


def _in_wib(counts: Mapping[str, int]) -> dict[str, int]:
    """Counts by hour in UTC ("2025-11-12T02") by their hour in WIB."""
    moved = {}
    for key, n in counts.items():
        try:
            at = datetime.fromisoformat(f"{key}:00:00").replace(tzinfo=UTC)
        except ValueError:
            moved[key] = n
            continue
        moved[f"{at.astimezone(WIB):%Y-%m-%dT%H}"] = n
    return moved


async def _last(db: Database) -> str:
    """The last day with an article that is not in the future."""
    found = await one(
        db,
        "SELECT max(day) AS day FROM day_totals WHERE articles > 0 AND day <= :today",
        {"today": today().isoformat()},
    )
    return (found["day"] if found else None) or today().isoformat()


def today() -> date:
    """The day of today in WIB."""
    return datetime.now(WIB).date()


def _tomorrow() -> str:
    return (today() + timedelta(days=1)).isoformat()


def _span(since: str, until: str) -> int:
    """How many days a period has, both ends included; very many when an end is open, or it ends before it begins."""
    if not since or not until:
        return 10**6
    days = (date.fromisoformat(until) - date.fromisoformat(since)).days + 1
    return days if days > 0 else 10**6


async def outlet_totals(db: Database, sources: Sequence[str], since: str, until: str) -> dict[str, Row]:
    """By source id its name, and all its articles in the days."""
    named = {f"s{n}": source for n, source in enumerate(sources)}
    found = await rows(
        db,
        f"""SELECT ids.value AS id, coalesce(s.name, ids.value) AS name,
                   (SELECT sum(articles) FROM articles_by_day INDEXED BY articles_by_day_source
                    WHERE source_id = ids.value AND day BETWEEN :since AND :until) AS n
            FROM json_each(json_array({", ".join(":" + name for name in named)})) ids
            LEFT JOIN sources s ON s.id = ids.value""",
        named | {"since": since or FIRST, "until": until or LAST},
    )
    return {row["id"]: row for row in found}
