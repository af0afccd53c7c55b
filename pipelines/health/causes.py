"""Why a source brings nothing, as far as what its first run recorded tells: one judgement for status, pages and check.

A cause is a guess for whoever looks, by the kind of failure that is most frequent: a site that turns every page away
blocks us, one whose old addresses are gone has changed them, one whose pages come without a text has another layout.
"""

from __future__ import annotations

import json
import re
import sqlite3
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import NamedTuple

BLOCKED, LOGIN, MOVED, ELSEWHERE, LAYOUT, FILES, DOWN = "blocked login moved elsewhere layout files down".split()
UNREAD = 3  # pages of a source that had articles
MOST_ERRORS = 200  # pages whose reasons are read; more would not change which is most frequent
# The first pattern that fits a recorded error says its cause.
PATTERNS = {
    BLOCKED: r"answered (?:401|403|407|429|451)\b|challenge|a refusal|[Ff]orbidden by robots",
    LOGIN: r"login page|leads to a page before it",
    MOVED: r"answered (?:404|410)\b|leads to the home page|says that it does not exist|redirections",
    ELSEWHERE: r"is not on a host of source",
    FILES: r"is an? (?:PDF|image|ZIP|office|gzip|archive|video)|is \S+/\S+, not a page",
    LAYOUT: r"has no article text|has only \d+ words|is empty|is a list of other pages|is a notice of|about itself",
    DOWN: r"answered 5\d\d|DNS|Timeout|TimedOut|took longer|Connect|Connection|certificate|SSL|TLS|left alone"
    r"|cannot be read \(",
}


class Unread(NamedTuple):
    """Pages that could not be read: how many, since when (ISO 8601 UTC), and the likely cause."""

    pages: int
    since: str
    cause: str | None


def cause_of_errors(errors: Iterable[str]) -> str | None:
    """The cause of most of these recorded errors; None where most of them tell none."""
    counted = Counter(_cause(error) for error in errors)
    return counted.most_common(1)[0][0] if counted else None


def _cause(error: str) -> str | None:
    return next((cause for cause, pattern in PATTERNS.items() if re.search(pattern, error)), None)


def cause_of_links(stats: Mapping[str, int]) -> str:
    """Why no link of a feed, sitemap or listing can be an article, by what the crawl counted of its links."""
    foreign, other = stats.get("links/foreign", 0), stats.get("links/other", 0)
    return ELSEWHERE if foreign > other else MOVED


def unread_pages(connection: sqlite3.Connection, source_id: str, last_article: str | None) -> Unread | None:
    """The pages that failed in the runs since a source's last article; None where that says nothing of the source.

    A source that never had an article is named after its first failed page, another one after UNREAD different ones,
    since one page of a living site may be broken. Pages that were read before, and are gone now, do not count.
    `last_article`: ISO 8601 UTC, None where there is none.
    """
    rows = connection.execute(
        """SELECT min(e.seen_at), max(e.error)
           FROM errors e JOIN runs r ON r.id = e.run_id JOIN pages p ON p.url = e.url
           WHERE e.source_id = :source AND e.seen_at >= :last AND r.started > :last
             AND e.stage <> 'discover' AND p.state IN ('failed', 'quarantined')
           GROUP BY e.url ORDER BY max(e.seen_at) DESC LIMIT :most""",
        {"source": source_id, "last": last_article or "", "most": MOST_ERRORS},
    ).fetchall()
    if len(rows) < (UNREAD if last_article else 1):
        return None
    return Unread(len(rows), min(seen for seen, _ in rows), cause_of_errors(error for _, error in rows))


def links_cause(connection: sqlite3.Connection, source_id: str) -> str:
    """`cause_of_links` by what the last run of a source counted."""
    row = connection.execute(
        "SELECT stats FROM run_sources WHERE source_id = ? ORDER BY run_id DESC LIMIT 1", (source_id,)
    ).fetchone()
    return cause_of_links(json.loads(row[0]) if row else {})
