"""Working state of articles: labels of the team's own, a note, who does it until when, and a response to a publisher.

All of it is the team's; a star is each person's own. What people write is in the ledger, and can be taken back.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlsplit

from pipelines.database.open import transaction
from pipelines.errors import UserError
from pipelines.store import decisions
from pipelines.store.decisions import WORK, Decision
from pipelines.wording.wib import stamp_now

# How a response goes: a clarification is needed, the right of reply was sent, it was published or refused.
RESPONSES = ("perlu klarifikasi", "hak jawab dikirim", "dimuat", "ditolak")
OPEN = RESPONSES[:2]
FIELDS = ("labels", "note", "assignee", "deadline", "response", "response_day", "response_url")
LONGEST = {"labels": 200, "note": 2_000, "assignee": 100, "response_url": 500}
MOST_LABELS = 10
MOST_LISTED = 100


@dataclass(frozen=True, slots=True)
class Work:
    """The working state of an article; "" where nothing is said. Days are YYYY-MM-DD (WIB).

    labels  joined by commas
    """

    labels: str = ""
    note: str = ""
    assignee: str = ""
    deadline: str = ""
    response: str = ""
    response_day: str = ""
    response_url: str = ""
    changed_by: str = ""
    changed_at: str = ""


def work_of(connection: sqlite3.Connection, article_id: int) -> Work:
    """The working state of an article."""
    row = connection.execute(
        f"SELECT {', '.join(FIELDS)}, changed_by, changed_at FROM article_work WHERE article_id = ?", (article_id,)
    ).fetchone()
    return Work(*row) if row else Work()


def read(sent: Mapping[str, str]) -> dict[str, str]:
    """The fields that a form gives, in their normal form.

    Raises UserError for a day, a response or an address that is none.
    """
    given = {name: sent[name].strip()[: LONGEST.get(name, 40)] for name in FIELDS if name in sent}
    for name in ("deadline", "response_day"):
        if given.get(name):
            _require_day(given[name])
    if given.get("response") and given["response"] not in RESPONSES:
        raise UserError(f"{given['response']!r}: is no response; one of {', '.join(RESPONSES)}")
    if given.get("response_url") and urlsplit(given["response_url"]).scheme not in ("http", "https"):
        raise UserError(f"{given['response_url']!r}: is no address; it begins with http:// or https://")
    if "labels" in given:
        names = dict.fromkeys(" ".join(name.split()) for name in given["labels"].split(","))
        given["labels"] = ", ".join(sorted([name for name in names if name][:MOST_LABELS], key=str.casefold))
    return given


def _require_day(value: str) -> None:
    try:
        if date.fromisoformat(value).isoformat() == value:
            return
    except ValueError:
        pass
    raise UserError(f"{value!r}: is not a day; write it as 2025-12-31")


def change(connection: sqlite3.Connection, article_id: int, wanted: Mapping[str, str], author: str) -> int | None:
    """Write the fields that differ from what is stored; the number of the entry in the ledger, None where none does."""
    with transaction(connection):
        stored = work_of(connection, article_id)
        made = {name: value for name, value in wanted.items() if getattr(stored, name) != value}
        if not made:
            return None
        before = {name: getattr(stored, name) for name in made}
        _write(connection, article_id, made, author)
        return decisions.add(
            connection, WORK, author, article_id=article_id, key=str(article_id), before=before, after=made
        )


def undo(connection: sqlite3.Connection, undone: Decision) -> None:
    """Give the fields of a change back what they had. Raises UserError where somebody has changed them again since."""
    article_id = undone.article_id or 0
    stored = work_of(connection, article_id)
    if any(getattr(stored, name) != value for name, value in (undone.after or {}).items()):
        raise UserError("it was changed again since")
    _write(connection, article_id, undone.before, undone.author)


def _write(connection: sqlite3.Connection, article_id: int, values: Mapping[str, Any], author: str) -> None:
    connection.execute("INSERT OR IGNORE INTO article_work (article_id) VALUES (?)", (article_id,))
    names = ", ".join(f"{name} = :{name}" for name in values)
    connection.execute(
        f"UPDATE article_work SET {names}, changed_by = :changed_by, changed_at = :changed_at WHERE article_id = :id",
        dict(values) | {"changed_by": author, "changed_at": stamp_now(), "id": article_id},
    )


def star(connection: sqlite3.Connection, article_id: int, author: str, *, on: bool) -> None:
    """Give an article one's own star, or take it away."""
    if on:
        connection.execute(
            "INSERT OR IGNORE INTO stars (author, article_id, starred_at) VALUES (?, ?, ?)",
            (author, article_id, stamp_now()),
        )
    else:
        connection.execute("DELETE FROM stars WHERE author = ? AND article_id = ?", (author, article_id))


def is_starred(connection: sqlite3.Connection, article_id: int, author: str) -> bool:
    """Whether an article has this person's star."""
    sql = "SELECT 1 FROM stars WHERE author = ? AND article_id = ?"
    return bool(connection.execute(sql, (author, article_id)).fetchone())


def labels(connection: sqlite3.Connection) -> list[tuple[str, int]]:
    """The labels that are in use, with how many articles, by name."""
    counts: dict[str, int] = {}
    for (held,) in connection.execute("SELECT labels FROM article_work WHERE labels <> ''"):
        for name in held.split(", "):
            counts[name] = counts.get(name, 0) + 1
    return sorted(counts.items(), key=lambda item: item[0].casefold())


def read_to(connection: sqlite3.Connection, author: str) -> int | None:
    """The newest article (its id) that a person has marked as read, all before it with it; None at the first visit."""
    row = connection.execute("SELECT article_id FROM read_marks WHERE author = ?", (author,)).fetchone()
    return int(row[0]) if row else None


def mark_read(connection: sqlite3.Connection, author: str, article_id: int) -> None:
    """Mark everything up to an article as read by this person; an older mark never moves back."""
    connection.execute(
        """INSERT INTO read_marks (author, article_id, marked_at) VALUES (?, ?, ?)
           ON CONFLICT DO UPDATE
           SET article_id = max(article_id, excluded.article_id), marked_at = excluded.marked_at""",
        (author, article_id, stamp_now()),
    )
