"""Status: how each source is doing against its own normal, in plain words."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

STALE_AFTER = timedelta(hours=36)  # crawls come every quarter of an hour; a day and a half without success is a fault
NORMAL_DAYS = 28  # four whole weeks, so that every weekday counts alike
# A source with a steady rate r is silent for t days with probability exp(-r t): 7 makes one false alarm in a thousand.
SILENCE = 7.0


@dataclass(frozen=True, slots=True)
class SourceStatus:
    """One source. `normal` and `today` are articles a day, by first sight; times ISO 8601 UTC or None.

    state: "ok", "stale" (no successful crawl for STALE_AFTER), "quiet" (silent far beyond its own normal),
    "new" (never crawled), "inactive" (paused, needs a browser or gone from the catalogue).
    """

    id: str
    name: str
    kind: str
    state: str
    last_success: str | None
    last_article: str | None
    articles: int
    today: int
    normal: float
    failed_pages: int
    errors: int
    last_error: str | None

    @property
    def is_stale(self) -> bool:
        """Whether somebody should look: the source fails or has gone quiet."""
        return self.state in ("stale", "quiet")


def source_statuses(connection: sqlite3.Connection, now: datetime | None = None) -> list[SourceStatus]:
    """Every source of the database, those that need a look first."""
    at = now or datetime.now(UTC)
    day_ago, start = at - timedelta(days=1), at - timedelta(days=NORMAL_DAYS)
    rows = connection.execute(
        """SELECT s.id, s.name, s.kind, s.status,
             (SELECT max(r.finished) FROM run_sources rs JOIN runs r ON r.id = rs.run_id
               WHERE rs.source_id = s.id AND rs.error IS NULL) AS last_success,
             (SELECT min(r.started) FROM run_sources rs JOIN runs r ON r.id = rs.run_id
               WHERE rs.source_id = s.id) AS first_run,
             (SELECT max(first_seen) FROM articles WHERE source_id = s.id) AS last_article,
             (SELECT count(*) FROM articles WHERE source_id = s.id) AS articles,
             (SELECT count(*) FROM articles WHERE source_id = s.id AND first_seen >= :day_ago) AS today,
             (SELECT count(*) FROM articles WHERE source_id = s.id AND first_seen >= :start) AS recent,
             (SELECT count(*) FROM pages WHERE source_id = s.id AND state IN ('failed', 'quarantined')) AS failed_pages,
             (SELECT count(*) FROM errors WHERE source_id = s.id AND seen_at >= :day_ago) AS errors,
             (SELECT error FROM errors WHERE source_id = s.id ORDER BY id DESC LIMIT 1) AS last_error
           FROM sources s""",
        {"day_ago": day_ago.isoformat(timespec="seconds"), "start": start.isoformat(timespec="seconds")},
    )
    statuses = [_status(row, at) for row in rows]
    return sorted(statuses, key=lambda s: (not s.is_stale, s.state, s.id))


def _status(row: tuple[Any, ...], at: datetime) -> SourceStatus:
    (source_id, name, kind, status, last_success, first_run, last_article, articles, today, recent, failed_pages,
     errors, last_error) = row  # fmt: skip
    watched = min(float(NORMAL_DAYS), _days_between(first_run, at)) if first_run else 0.0
    normal = recent / watched if watched >= 1 else float(recent)
    if status != "active":
        state = "inactive"
    elif first_run is None:
        state = "new"
    elif last_success is None or _days_between(last_success, at) > STALE_AFTER.total_seconds() / 86400:
        state = "stale"
    elif watched >= 7 and last_article and _days_between(last_article, at) * normal > SILENCE:
        state = "quiet"
    else:
        state = "ok"
    return SourceStatus(
        source_id, name, kind, state, last_success, last_article, articles, today, round(normal, 2), failed_pages,
        errors, last_error,
    )  # fmt: skip


def _days_between(earlier: str, later: datetime) -> float:
    return (later - datetime.fromisoformat(earlier)).total_seconds() / 86400
