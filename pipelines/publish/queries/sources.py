"""The SQL of the sources: their names, how each is doing, how much it writes, its last crawls."""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path

from datasette.database import Database

from crawler.catalogue import Source
from pipelines.health.catalogue import load_sources
from pipelines.health.knowledge import Known, knowledge
from pipelines.health.missed import Missed, why_missed
from pipelines.health.status import SourceStatus, source_statuses
from pipelines.search.rows import Row, number, one, rows
from pipelines.settings.load import setting

STATUS_SECONDS = 60.0  # how long the sources' states are remembered: they change with crawls, not with readers
OLDEST_STATUS = 900.0  # seconds; what is older is not shown, what is younger while others look again

KNOWN_SECONDS = 300.0  # how long what is known is remembered: counting all pages of all sources is not cheap

_known: dict[tuple[str, str | None], tuple[float, Known]] = {}  # by database and source
_states: dict[str, tuple[float, list[SourceStatus]]] = {}  # by database: when they were looked at, and what was seen
_looking: dict[str, asyncio.Task[None]] = {}


async def wrote(db: Database, since: str, until: str) -> set[str]:
    """The ids of the sources with articles of these days (both included)."""
    found = await rows(
        db,
        "SELECT DISTINCT source_id AS id FROM articles_by_day WHERE day BETWEEN :since AND :until AND articles > 0",
        {"since": since, "until": until},
    )
    return {row["id"] for row in found}


async def source_names(db: Database) -> list[Row]:
    """Id and name of every source, to choose from."""
    return await rows(db, "SELECT id, name FROM sources ORDER BY kind, name")


async def sources(db: Database) -> list[Row]:
    """Every source with its number of articles and its last day."""
    return await rows(
        db,
        """SELECT s.*, (SELECT sum(articles) FROM articles_by_day d WHERE d.source_id = s.id) AS articles,
                  (SELECT max(day) FROM articles_by_day d WHERE d.source_id = s.id AND articles > 0) AS last_seen
           FROM sources s ORDER BY s.kind, s.name""",
    )


async def source(db: Database, source_id: str) -> Row | None:
    """One source, or None."""
    return await one(db, "SELECT * FROM sources WHERE id = :id", {"id": source_id})


async def source_months(db: Database, source_id: str) -> dict[str, int]:
    """Articles of a source by month ("2025-11")."""
    found = await rows(
        db,
        """SELECT substr(day, 1, 7) AS month, sum(articles) AS n FROM articles_by_day
           WHERE source_id = :id AND day <> '' GROUP BY 1""",
        {"id": source_id},
    )
    return {row["month"]: row["n"] for row in found}


async def known(db: Database, source_id: str | None = None) -> Known:
    """What is known of a source, or of all, and what is not; remembered for KNOWN_SECONDS."""
    key = (str(db.path), source_id)
    if key not in _known or time.monotonic() - _known[key][0] > KNOWN_SECONDS:
        _known[key] = (time.monotonic(), await db.execute_fn(lambda connection: knowledge(connection, source_id)))
    return _known[key][1]


async def missed(db: Database, urls: Sequence[str]) -> list[Missed]:
    """What became of each address (pipelines/health/missed.py)."""

    def look(connection: sqlite3.Connection) -> list[Missed]:
        return why_missed(
            connection, _catalogue(str(db.path), time.monotonic() // STATUS_SECONDS), urls, datetime.now(UTC)
        )

    return await db.execute_fn(look)


@lru_cache(maxsize=1)
def _catalogue(path: str, minute: float) -> tuple[Source, ...]:
    """The sources as commands would read them, read anew once in a minute: a team changes its own at any time."""
    named = setting("catalogue")
    return tuple(load_sources(Path(path), named if isinstance(named, Path) else None))


async def has_table(db: Database, name: str) -> bool:
    """Whether the database has that table (a snapshot leaves the internal ones out)."""
    return bool(await number(db, "SELECT count(*) FROM sqlite_master WHERE name = :name", {"name": name}))


async def statuses(db: Database) -> list[SourceStatus]:
    """How every source is doing; empty on a snapshot, which keeps nothing of the crawls.

    What was seen is remembered. After STATUS_SECONDS one task looks again, and until it has, readers are shown what was
    seen last; they only wait when that is older than OLDEST_STATUS.
    """
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
