"""Report: what the table `coverage` says to people, and what people say to it (`confirm`)."""

from __future__ import annotations

import sqlite3
from typing import Any

from pipelines.coverage.labels import LABELS, NONE
from pipelines.errors import UserError

# What a person confirmed counts more than what was measured, and "none" takes a pair out of every count.
SAID = "coalesce(c.confirmed, c.label)"
COUNTS = ", ".join(f"sum({SAID} = '{label}') AS {label}" for label in LABELS)


def find_article(connection: sqlite3.Connection, url: str, *, release: bool) -> int:
    """Id of an article by its address; raises UserError when there is none or it is of the other kind."""
    row = connection.execute(
        "SELECT id, kind FROM articles WHERE url = :url OR canonical_url = :url ORDER BY url <> :url, id LIMIT 1",
        {"url": url},
    ).fetchone()
    if row is None:
        raise UserError(f"{url}: no such article in the database; give its address as `pantau export articles` has it")
    if (row[1] == "press_release") != release:
        raise UserError(
            f"{url}: is no press release" if release else f"{url}: is a press release, not an article of a medium"
        )
    return int(row[0])


def of_release(connection: sqlite3.Connection, release_id: int) -> list[dict[str, Any]]:
    """The articles that took a release up, in the order of publication, with all that was measured."""
    return _rows(
        connection,
        f"""SELECT s.name AS outlet, a.published_at, c.lag_minutes,
                   CAST(julianday(a.published_date) - julianday(r.published_date) AS INTEGER) AS lag_days,
                   {SAID} AS label, c.confirmed, c.kept, c.copied,
                   c.retold, c.longest, c.quotes_kept, c.quotes, c.numbers_kept, c.numbers, c.numbers_changed,
                   c.officials_kept, c.officials, c.other_voices, c.wire, v.url AS via, c.reasons, a.title, a.url
            FROM coverage c JOIN articles a ON a.id = c.article_id JOIN articles r ON r.id = c.release_id
            LEFT JOIN sources s ON s.id = a.source_id LEFT JOIN articles v ON v.id = c.via_id
            WHERE c.release_id = ? AND {SAID} <> '{NONE}' ORDER BY coalesce(a.published_at, a.first_seen), a.id""",
        (release_id,),
    )


def releases(connection: sqlite3.Connection, limit: int) -> list[dict[str, Any]]:
    """The releases that were taken up, most outlets first."""
    return _rows(
        connection,
        f"""SELECT r.published_date AS date, r.source_id AS source, count(DISTINCT a.source_id) AS outlets, {COUNTS},
                   min(c.lag_minutes) AS first_after_minutes, r.title, r.url
            FROM coverage c JOIN articles r ON r.id = c.release_id JOIN articles a ON a.id = c.article_id
            WHERE {SAID} <> '{NONE}' GROUP BY r.id ORDER BY outlets DESC, r.published_at DESC LIMIT ?""",
        (limit,),
    )


def outlets(connection: sqlite3.Connection, limit: int) -> list[dict[str, Any]]:
    """The outlets that took releases up, those with most releases first."""
    return _rows(
        connection,
        f"""SELECT s.name AS outlet, count(DISTINCT c.release_id) AS releases, {COUNTS},
                   round(avg(c.copied), 3) AS copied, round(avg(c.lag_minutes)) AS lag_minutes
            FROM coverage c JOIN articles a ON a.id = c.article_id LEFT JOIN sources s ON s.id = a.source_id
            WHERE {SAID} <> '{NONE}' GROUP BY a.source_id ORDER BY releases DESC, outlet LIMIT ?""",
        (limit,),
    )


def confirm(connection: sqlite3.Connection, release_id: int, article_id: int, said: str | None) -> None:
    """Write what a person said of a pair: a label, "none", or None to take it back.

    Raises UserError when the pair is not in the table.
    """
    changed = connection.execute(
        "UPDATE coverage SET confirmed = ? WHERE release_id = ? AND article_id = ?", (said, release_id, article_id)
    )
    if not changed.rowcount:
        raise UserError("--confirm: this pair is not in the coverage table")


def _rows(connection: sqlite3.Connection, sql: str, values: tuple[Any, ...]) -> list[dict[str, Any]]:
    cursor = connection.execute(sql, values)
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor]
