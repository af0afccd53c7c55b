"""Status: how each source is doing against its own normal, and what of it broke since when."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

from pipelines.health.causes import LAYOUT, UNREAD, cause_of_errors, links_cause, unread_pages
from pipelines.health.recall import NOTHING, Recall, recall
from pipelines.health.rhythm import Rhythm, rhythm
from pipelines.wording.wib import parse_time, stamp

State = Literal[
    "ok", "stale", "quiet", "faulty", "new", "tried", "inactive"
]  # the words for them: pipelines/wording/states.py

TRIED = ("unproven", "needs-browser")  # statuses of sources that are crawled only when somebody asks for it
STALE_AFTER = timedelta(hours=36)  # crawls run every quarter of an hour; a day and a half without success is a fault
NORMAL_DAYS = 28  # four whole weeks, so that every weekday counts alike
WATCHED_DAYS = 14  # two of every weekday: before that nobody knows on which days a source is silent
# A silence is unusual when so many articles were to be expected in its time: where N are usual, none at all comes with
# probability exp(-N), so that 7 makes one false alarm in a thousand.
SILENCE = 7.0
MISSES = 5  # pages in a row on which a selector finds nothing before it counts as broken: one page may have no author

REMARKS = frozenset(("restless",))  # problems with which a source is well: we know how to live with them


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that broke.

    kind     discovery (it fails), links (a listing's selector finds nothing), pattern (article_url fits no link),
             empty (a feed or sitemap without entries), selector (of [source.extract]), pages (none could be read),
             restless (a feed or sitemap says that nearly everything has changed, on every run: a REMARK)
    subject  the discovery's method and address, the selector's key and text, or ""
    since    ISO 8601 UTC, None when nobody knows
    detail   the error as recorded, or the number of pages or links
    cause    of pipelines/health/causes.py: what is likely behind it; None where nothing tells
    """

    kind: str
    subject: str
    since: str | None
    detail: str
    cause: str | None = None


@dataclass(frozen=True, slots=True)
class SourceStatus:
    """One source; times are ISO 8601 UTC.

    state     "ok", "stale" (nothing of it answered for STALE_AFTER), "quiet" (silent far beyond its own normal),
              "faulty" (articles come, but see `problems`), "new" (never crawled), "tried" (unproven, or in need of a
              browser, and crawled because somebody asked for it), or "inactive" (paused, never tried, or gone from
              the catalogue)
    today     articles that arrived in the last 24 hours
    normal    articles that usually arrive in a day; weekdays: the same by day of the week, Monday first
    missing   articles that usually arrive in a time as long as the one since the last article
    recall    what became of the addresses that its feeds, sitemaps and listings named in the last days
    """

    id: str
    name: str
    kind: str
    state: State
    last_success: str | None
    last_article: str | None
    articles: int
    today: int
    normal: float
    weekdays: tuple[float, ...]
    missing: float
    failed_pages: int
    errors: int
    last_error: str | None
    problems: tuple[Problem, ...]
    recall: Recall = NOTHING

    @property
    def is_stale(self) -> bool:
        """Whether the source brings nothing any more: the command's exit code."""
        return self.state in ("stale", "quiet")

    @property
    def needs_look(self) -> bool:
        """Whether somebody should look."""
        return self.is_stale or self.state == "faulty"


def source_statuses(connection: sqlite3.Connection, now: datetime | None = None) -> list[SourceStatus]:
    """Every source of the database, those that need a look first."""
    at = now or datetime.now(UTC)
    rows = connection.execute(
        """SELECT s.id, s.name, s.kind, s.status,
             (SELECT max(finished) FROM (
               SELECT r.finished FROM run_sources rs CROSS JOIN runs r ON r.id = rs.run_id
               WHERE rs.source_id = s.id AND rs.error IS NULL AND r.finished IS NOT NULL
               ORDER BY rs.run_id DESC LIMIT 20)) AS last_success,  -- of 20, since runs need not end in their order
             (SELECT r.started FROM run_sources rs CROSS JOIN runs r ON r.id = rs.run_id
               WHERE rs.source_id = s.id ORDER BY rs.run_id LIMIT 1) AS first_run,
             (SELECT max(first_seen) FROM articles WHERE source_id = s.id) AS last_article,
             (SELECT coalesce(sum(articles), 0) FROM articles_by_day WHERE source_id = s.id) AS articles,
             (SELECT count(*) FROM articles WHERE source_id = s.id AND first_seen >= :day_ago) AS today,
             (SELECT count(*) FROM pages WHERE source_id = s.id AND state IN ('failed', 'quarantined')) AS failed_pages,
             (SELECT count(*) FROM errors WHERE source_id = s.id AND seen_at >= :day_ago) AS errors,
             (SELECT error FROM errors WHERE source_id = s.id ORDER BY seen_at DESC, id DESC LIMIT 1) AS last_error
           FROM sources s""",
        {"day_ago": stamp(at - timedelta(days=1))},
    ).fetchall()
    problems = _problems(connection)
    recalled = recall(connection, at)
    statuses = [replace(_status(connection, row, problems, at), recall=recalled.get(row[0], NOTHING)) for row in rows]
    return sorted(statuses, key=lambda s: (not s.is_stale, not s.needs_look, s.state, s.id))


def _status(
    connection: sqlite3.Connection, row: tuple[Any, ...], broken: dict[str, list[Problem]], at: datetime
) -> SourceStatus:
    """The verdict on one source. `row`: of the query above; `broken`: the problems of every source."""
    source_id, name, kind, status, run_success, first_run, last_article, articles, today, *counts = row
    failed_pages, errors, last_error = counts
    # One discovery of several may fail for ever: the source is alive as long as another answers.
    answered = connection.execute(
        "SELECT max(fetched_at) FROM discoveries WHERE source_id = ? AND error IS NULL", (source_id,)
    ).fetchone()[0]
    last_success = max(filter(None, (run_success, answered)), default=None)
    own, watched = _normal(connection, source_id, first_run, last_article, at)
    missing = own.expected(parse_time(last_article), at) if last_article else 0.0
    problems = tuple(broken.get(source_id, ()))
    if unread := unread_pages(connection, source_id, last_article):
        problems += (Problem("pages", "", unread.since, str(unread.pages), unread.cause),)
    elif not articles and failed_pages >= UNREAD:
        problems += (Problem("pages", "", first_run, str(failed_pages)),)
    tried = status in TRIED and first_run is not None
    if status != "active" and not tried:
        problems = ()
    silent = watched >= WATCHED_DAYS and missing > SILENCE
    return SourceStatus(
        id=source_id,
        name=name,
        kind=kind,
        state="tried"
        if tried
        else _state(status == "active", first_run is None, last_success, silent, _is_broken(problems), at),
        last_success=last_success,
        last_article=last_article,
        articles=articles,
        today=today,
        normal=round(own.mean, 2),
        weekdays=tuple(round(day, 2) for day in own.days),
        missing=round(missing, 2),
        failed_pages=failed_pages,
        errors=errors,
        last_error=last_error,
        problems=problems,
    )


def _state(active: bool, new: bool, last_success: str | None, silent: bool, broken: bool, at: datetime) -> State:
    """The state of a source: of what is wrong with it the worst."""
    if not active:
        return "inactive"
    if new:
        return "new"
    if last_success is None or at - parse_time(last_success) > STALE_AFTER:
        return "stale"
    if silent:
        return "quiet"
    return "faulty" if broken else "ok"


def _is_broken(problems: tuple[Problem, ...]) -> bool:
    return any(problem.kind not in REMARKS for problem in problems)


def _normal(
    connection: sqlite3.Connection, source_id: str, first_run: str | None, last_article: str | None, at: datetime
) -> tuple[Rhythm, float]:
    """(rhythm, days it was learnt from) of the weeks before the last article.

    The time after the last article is left out, so that a silence does not become the normal. What was published before
    the first crawl arrived all at once and says nothing of the rhythm.
    """
    if not first_run or not last_article:
        return rhythm((), at, at), 0.0
    end = min(parse_time(last_article), at)
    start = max(parse_time(first_run), end - timedelta(days=NORMAL_DAYS))
    rows = connection.execute(
        """SELECT first_seen FROM articles
           WHERE source_id = ? AND first_seen BETWEEN ? AND ? AND coalesce(published_at, first_seen) >= ?""",
        (source_id, stamp(start), last_article, first_run),
    )
    return rhythm((parse_time(seen) for (seen,) in rows), start, end), (end - start) / timedelta(days=1)


def _problems(connection: sqlite3.Connection) -> dict[str, list[Problem]]:
    """What broke, by source. A discovery that the last run did not ask for is no longer in the catalogue: left out."""
    found: dict[str, list[Problem]] = defaultdict(list)
    rows = connection.execute(
        """SELECT d.source_id, d.method, d.url, d.error, d.links, d.failing_since, d.empty_since FROM discoveries d
           WHERE (d.failing_since IS NOT NULL OR d.empty_since IS NOT NULL) AND d.fetched_at >=
             (SELECT max(r.started) FROM run_sources rs JOIN runs r ON r.id = rs.run_id
              WHERE rs.source_id = d.source_id AND coalesce(r.outcome, '') <> 'hot')
           ORDER BY d.source_id, coalesce(d.failing_since, d.empty_since), d.url"""
    )
    for source_id, method, url, error, links, failing_since, empty_since in rows:
        subject = f"{method} {url}"
        if failing_since:
            text = (error or "").removeprefix(subject).strip()
            found[source_id].append(Problem("discovery", subject, failing_since, text, cause_of_errors([text])))
        elif links:
            cause = links_cause(connection, source_id)
            found[source_id].append(Problem("pattern", subject, empty_since, str(links), cause))
        elif method == "listing":
            found[source_id].append(Problem("links", subject, empty_since, "0", LAYOUT))
        else:
            found[source_id].append(Problem("empty", subject, empty_since, "0"))
    rows = connection.execute(
        """SELECT source_id, method, url, restless_since FROM discoveries
           WHERE restless_since IS NOT NULL AND failing_since IS NULL ORDER BY source_id, url"""
    )
    for source_id, method, url, since in rows:
        found[source_id].append(Problem("restless", f"{method} {url}", since, ""))
    rows = connection.execute(
        "SELECT source_id, key, selector, misses, missed_since FROM selector_health WHERE misses >= ?", (MISSES,)
    )
    for source_id, key, selector, misses, since in rows:
        found[source_id].append(Problem("selector", f"{key} {selector}", since, str(misses)))
    return found
