"""Isu for a made-up archive: the last days as the engine builds them, the years before by SQL.

The engine takes milliseconds an article, an archive of a million articles an hour. Nothing that a run or a page does
depends on how the stories of years ago came about, only on how many there are: half of those articles are alone, the
others stand four and four, of one day, in a story.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from datetime import date, timedelta

from pipelines.database.open import transaction
from pipelines.isu.update import update

BUILT_DAYS = 12  # at the archive's end, by the engine: its window, and the days after which it forgets
SEVERAL = 4  # articles of a story of years ago
BEFORE = """
CREATE TEMP TABLE told AS
  SELECT id, min(id) OVER (PARTITION BY published_date, CASE WHEN id / :several % 2 THEN id / :several ELSE -id END)
    AS story FROM articles WHERE published_date < :first OR published_date IS NULL
"""
ARTICLES = """
INSERT INTO isu_articles (article_id, isu_id, published_at, source_id, score, reason, near_id)
  SELECT a.id, t.story, coalesce(a.published_at, a.first_seen), a.source_id, iif(a.id = t.story, NULL, 2.5),
    'kata dasar yang sama', iif(a.id = t.story, NULL, t.story)
  FROM told t JOIN articles a ON a.id = t.id
"""
STORIES = """
INSERT INTO isu (
    id, title, title_id, first_seen, last_seen, first_outlet, articles, outlets, grew_hour, grew_day, state)
  SELECT m.isu_id, a.title, a.id, min(m.published_at), max(m.published_at), a.source_id, count(*),
    count(DISTINCT m.source_id), 1, count(*), 'open'
  FROM isu_articles m JOIN articles a ON a.id = m.isu_id GROUP BY m.isu_id
"""


def fill(connection: sqlite3.Connection, last: date, on_progress: Callable[[int], None] | None = None) -> None:
    """Put all articles of an archive that ends on the day `last` (WIB) into stories, unless some are."""
    if connection.execute("SELECT 1 FROM isu_articles LIMIT 1").fetchone():
        return
    first = (last - timedelta(days=BUILT_DAYS)).isoformat()
    with transaction(connection):
        connection.execute(BEFORE, {"several": SEVERAL, "first": first})
        connection.execute(ARTICLES)
        connection.execute(STORIES)
        connection.execute("DELETE FROM isu_todo")
        connection.execute(
            "INSERT INTO isu_todo SELECT id FROM articles WHERE published_date >= :first", {"first": first}
        )
    connection.execute("DROP TABLE told")
    update(connection, on_progress=on_progress)
