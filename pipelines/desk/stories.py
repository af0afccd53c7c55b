"""What people decide about stories (isu): joined, parted, named, followed, closed. It holds against every later run.

A decision moves the articles at once, and says of pairs of them that they are of one story or of none; the engine never
joins what has a pair of the second kind, and always what has one of the first (pipelines/isu/links.py). Taking it back
gives the pairs their own odds again and moves the articles back.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from typing import Any

from pipelines.database.open import transaction
from pipelines.errors import UserError
from pipelines.isu.links import CERTAIN, NEVER
from pipelines.isu.stories import Stories
from pipelines.store import decisions
from pipelines.store.decisions import ISU, Decision

MOST_PARTED = 50  # articles that one decision takes out of a story
MOST_KEPT = 500  # articles of a story from which some are taken out
LONGEST_NAME = 200
BY_PEOPLE = "keputusan tim"
FOLLOWED, CLOSED = "followed", "closed"  # columns of isu_marks

Tie = tuple[int, int, float | None]  # two articles, and the odds that the engine gave them (None: not compared)


def rename(connection: sqlite3.Connection, story: int, name: str, author: str) -> int | None:
    """Give a story a title of the team's own; "" gives it back the one of its most central article.

    The number of the entry in the ledger; None where it was called so before. Raises UserError for a story that is not
    there.
    """
    name = " ".join(name.split())[:LONGEST_NAME]
    with transaction(connection):
        _require_open(connection, story)
        stored = connection.execute("SELECT named FROM isu WHERE id = ?", (story,)).fetchone()[0] or ""
        if stored == name:
            return None
        _name(connection, story, name)
        return _record(connection, story, author, {"name": stored}, {"name": name})


def part(connection: sqlite3.Connection, story: int, articles: Sequence[int], author: str) -> tuple[int, int]:
    """Take articles out of a story into one of their own; (number of the entry in the ledger, the new story's id).

    Raises UserError where none would stay or go, or too many.
    """
    with transaction(connection):
        _require_open(connection, story)
        held = _articles(connection, story)
        gone = [article for article in held if article in set(articles)]
        kept = [article for article in held if article not in set(articles)]
        if not gone or not kept:
            raise UserError("tick some of its articles, and leave some")
        if len(gone) > MOST_PARTED or len(kept) > MOST_KEPT:
            raise UserError(f"at most {MOST_PARTED} articles are taken out, of a story of at most {MOST_KEPT}")
        ties = _tie(connection, [(one, other) for one in gone for other in kept], NEVER)
        ties += _tie(connection, [(gone[0], other) for other in gone[1:]], CERTAIN)
        new = _move(connection, gone, None)
        number = _record(connection, story, author, {"ties": ties, "articles": gone}, {"parted": gone, "into": new})
    return number, new


def join(connection: sqlite3.Connection, story: int, other: int, author: str) -> int:
    """Make one story of two, under the id of the first; the number of the entry in the ledger.

    Raises UserError where they are the same, or one of them is not there.
    """
    with transaction(connection):
        _require_open(connection, story)
        _require_open(connection, other)
        if story == other:
            raise UserError("a story cannot be joined with itself")
        mine, theirs = _articles(connection, story), _articles(connection, other)
        ties = _tie(connection, [(mine[0], theirs[0])], CERTAIN)
        ties += _tie(connection, _barred(connection, mine, theirs), CERTAIN)
        _move(connection, theirs, story)
        return _record(connection, story, author, {"ties": ties, "articles": theirs, "story": other}, {"joined": other})


def mark(connection: sqlite3.Connection, story: int, what: str, *, on: bool, author: str) -> int | None:
    """Follow a story, or close it as done with, or leave off: `what` is FOLLOWED or CLOSED.

    A closed story goes on growing; it is no longer on the home page, and no watch tells of it. The number of the entry
    in the ledger; None where it was so before. Raises UserError for a story that is not there.
    """
    with transaction(connection):
        _require_open(connection, story)
        row = connection.execute(f"SELECT {what} FROM isu_marks WHERE isu_id = ?", (story,)).fetchone()
        if bool(row and row[0]) is on:
            return None
        _mark(connection, story, what, on)
        return _record(connection, story, author, {what: not on}, {what: on})


def undo(connection: sqlite3.Connection, undone: Decision) -> None:
    """Take a decision about a story back, inside the caller's transaction.

    Raises UserError where its story has gone into another since.
    """
    story, before, after = int(undone.key), undone.before, undone.after or {}
    if "name" in before:
        _require_open(connection, story)
        _name(connection, story, before["name"])
        return
    for what in (FOLLOWED, CLOSED):
        if what in before:
            _require_open(connection, story)
            _mark(connection, story, what, before[what])
            return
    for one, other, odds in before["ties"]:
        _set_odds(connection, one, other, odds)
    articles = [article for article in before["articles"] if _story_of(connection, article) is not None]
    if "joined" in after:
        connection.execute("UPDATE isu SET state = 'open', merged_into = NULL WHERE id = ?", (before["story"],))
        _move(connection, articles, before["story"])
    else:
        _require_open(connection, story)
        _move(connection, [a for a in articles if _story_of(connection, a) == after["into"]], story)


def _move(connection: sqlite3.Connection, articles: Sequence[int], story: int | None) -> int:
    """Move articles into a story (None: a new one); stories that are left empty lead to it. Its id."""
    stories = Stories(connection)
    left = {found for article in articles if (found := _story_of(connection, article)) is not None}
    if story is None:
        title, moment = connection.execute(
            "SELECT title, coalesce(published_at, first_seen) FROM articles WHERE id = ?", (articles[0],)
        ).fetchone()
        story = stories.open(title, articles[0], moment)
    stories.move(articles, story, BY_PEOPLE)
    for other in left - {story}:
        stories.settle(other, story)
    stories.refresh()
    return story


def _tie(connection: sqlite3.Connection, pairs: Sequence[tuple[int, int]], odds: float) -> list[Tie]:
    """Say of pairs of articles that they are of one story or not; the odds that they had."""
    held: list[Tie] = []
    for one, other in pairs:
        row = connection.execute(
            "SELECT odds FROM isu_pairs WHERE article_id = ? AND other_id = ?", (one, other)
        ).fetchone()
        held.append((one, other, row[0] if row else None))
        _set_odds(connection, one, other, odds)
    return held


def _barred(connection: sqlite3.Connection, mine: Sequence[int], theirs: Sequence[int]) -> list[tuple[int, int]]:
    """The pairs of two stories of which people said before that they are not of one: joining takes that back."""
    rows = connection.execute(
        """SELECT article_id, other_id FROM isu_pairs WHERE odds <= ?
           AND article_id IN (SELECT value FROM json_each(?)) AND other_id IN (SELECT value FROM json_each(?))""",
        (NEVER, json.dumps(list(mine)), json.dumps(list(theirs))),
    )
    return rows.fetchall()


def _set_odds(connection: sqlite3.Connection, one: int, other: int, odds: float | None) -> None:
    """Write the odds of a pair both ways; None: it was not compared."""
    for pair in ((one, other), (other, one)):
        if odds is None:
            connection.execute("DELETE FROM isu_pairs WHERE article_id = ? AND other_id = ?", pair)
        else:
            connection.execute(
                "INSERT OR REPLACE INTO isu_pairs (article_id, other_id, odds) VALUES (?, ?, ?)", (*pair, odds)
            )


def _mark(connection: sqlite3.Connection, story: int, what: str, on: bool) -> None:
    connection.execute("INSERT OR IGNORE INTO isu_marks (isu_id, followed, closed) VALUES (?, 0, 0)", (story,))
    connection.execute(f"UPDATE isu_marks SET {what} = ? WHERE isu_id = ?", (int(on), story))


def _name(connection: sqlite3.Connection, story: int, name: str) -> None:
    stories = Stories(connection)
    connection.execute("UPDATE isu SET named = ? WHERE id = ?", (name or None, story))
    stories.touched.add(story)
    stories.refresh()


def _require_open(connection: sqlite3.Connection, story: int) -> None:
    row = connection.execute("SELECT state FROM isu WHERE id = ?", (story,)).fetchone()
    if row is None or row[0] != "open":
        raise UserError("there is no such story")


def _articles(connection: sqlite3.Connection, story: int) -> list[int]:
    rows = connection.execute(
        "SELECT article_id FROM isu_articles WHERE isu_id = ? ORDER BY published_at, article_id", (story,)
    )
    return [row[0] for row in rows]


def _story_of(connection: sqlite3.Connection, article: int) -> int | None:
    row = connection.execute("SELECT isu_id FROM isu_articles WHERE article_id = ?", (article,)).fetchone()
    return int(row[0]) if row else None


def _record(
    connection: sqlite3.Connection, story: int, author: str, before: dict[str, Any], after: dict[str, Any]
) -> int:
    return decisions.add(connection, ISU, author, article_id=None, key=str(story), before=before, after=after)
