"""How much a backfill will ask for, as far as a few answers of each way tell."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date

from crawler.discovery_entry import DATE, Discovery
from pipelines.queue.backfill import Backfill

WORDPRESS_PAGE = 100  # articles of one answer, with their texts (crawler/spiders/api.py)
NORMAL_DAYS = 60  # of which the source's own articles tell how many it has a day


@dataclass(frozen=True, slots=True)
class Estimate:
    """What is still to be asked for.

    steps, pages  requests for sitemaps, listings and answers of an API; for articles' pages
    texts         articles that come with such an answer
    seconds       at the source's delay
    is_open       whether some listing goes back further than anybody can tell, so that it may be more
    """

    steps: int
    pages: int
    texts: int
    seconds: float
    is_open: bool


def estimate(backfill: Backfill, pace: float) -> Estimate:
    """What is left of a backfill. `pace`: seconds from one request to the next."""
    left = backfill.left()
    steps, pages, texts, is_open = float(left.steps), float(left.pages), 0, False
    for discovery in backfill.discoveries.values():
        if discovery.method == "wordpress":
            total = _total(backfill, discovery)
            texts += total
            steps += max(0, math.ceil(total / WORDPRESS_PAGE) - 1)
        elif discovery.method == "sitemap" or DATE.search(discovery.url):
            pages += _waiting(backfill, discovery) * _each(backfill, discovery)
        elif _waiting(backfill, discovery):
            more, further = _beyond(backfill, discovery)
            pages, steps, is_open = pages + more, steps + further, is_open or not more
    return Estimate(round(steps), round(pages), texts, (steps + pages) * pace, is_open)


def _one(backfill: Backfill, sql: str, discovery: Discovery) -> tuple[float | str | None, ...]:
    row: tuple[float | str | None, ...] = backfill.connection.execute(
        sql, {"id": backfill.id, "way": discovery.url}
    ).fetchone()
    return row


def _total(backfill: Backfill, discovery: Discovery) -> int:
    """Articles that WordPress says it has, but those that were taken already."""
    total, taken = _one(
        backfill,
        """SELECT max(total), sum(links) FROM backfill_steps WHERE backfill_id = :id AND way = :way""",
        discovery,
    )
    return max(0, int(total or 0) - int(taken or 0))


def _waiting(backfill: Backfill, discovery: Discovery) -> int:
    sql = "SELECT count(*) FROM backfill_steps WHERE backfill_id = :id AND way = :way AND state = 'waiting'"
    return int(_one(backfill, sql, discovery)[0] or 0)


def _each(backfill: Backfill, discovery: Discovery) -> float:
    """Pages that an answer of this way leads to, of those that lead to any; 0 while there is none."""
    sql = """SELECT avg(fresh) FROM backfill_steps WHERE backfill_id = :id AND way = :way AND state = 'done'
             AND links > 0"""
    return float(_one(backfill, sql, discovery)[0] or 0)


def _beyond(backfill: Backfill, discovery: Discovery) -> tuple[float, float]:
    """(pages, steps) behind what a listing has shown so far, by how many it has a day; 0 where nothing tells."""
    seen, newest, oldest, steps = _one(
        backfill,
        """SELECT count(*), max(coalesce(a.published_date, b.day)), min(coalesce(a.published_date, b.day)),
             count(DISTINCT b.step_id)
           FROM backfill_pages b JOIN backfill_steps s ON s.id = b.step_id LEFT JOIN articles a ON a.url = b.url
           WHERE s.backfill_id = :id AND s.way = :way""",
        discovery,
    )
    if not seen or not steps:
        return 0.0, 0.0
    until = date.fromisoformat(str(oldest)) if oldest else backfill.days.last
    days = max(0, (until - backfill.days.first).days)
    shown = (date.fromisoformat(str(newest)) - until).days if newest and oldest else 0
    a_day = float(seen) / (shown + 1) if shown else _normal(backfill)
    return days * a_day, days * a_day / (float(seen) / float(steps))


def _normal(backfill: Backfill) -> float:
    """Articles that the source has a day, by those of its last NORMAL_DAYS that are stored."""
    (count,) = backfill.connection.execute(
        """SELECT count(*) FROM articles WHERE source_id = :source AND published_date >
             date((SELECT max(published_date) FROM articles WHERE source_id = :source), :days)""",
        {"source": backfill.source.id, "days": f"-{NORMAL_DAYS} days"},
    ).fetchone()
    return float(count) / NORMAL_DAYS
