"""The ledger: what people decided about articles. It is only added to, and it wins over every reading and tagging.

A decision names what it is about by what the machine read (`key`), so that it still holds when the page is read or
tagged anew. The last decision about the same thing counts. Taking one back is a decision of its own ("undo").
pipelines/store/hearing.py says what a decision makes of an article; pipelines/desk/deciding.py makes them.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from pipelines.wording.wib import stamp_now

OFFICIAL, PLACE, AGREEMENT, ORGANISATION = "official", "place", "agreement", "organisation"
PROMISE = "promise"
TITLE, DAY, KIND = "title", "day", "kind"
COVERAGE, TONE, KLIPING, WORK, ISU, UNDO = "coverage", "tone", "kliping", "work", "isu", "undo"
MESSAGES = "messages"
OF_TAGS = (OFFICIAL, PLACE, AGREEMENT, ORGANISATION, PROMISE)
OF_ARTICLE = (TITLE, DAY, KIND)
KINDS = (*OF_TAGS, *OF_ARTICLE, COVERAGE, TONE, KLIPING, WORK, ISU, MESSAGES, UNDO)

COLUMNS = "id, made_at, author, kind, article_id, key, everywhere, before, after, note, undoes"
STANDS = "NOT EXISTS (SELECT 1 FROM decisions u WHERE u.undoes = d.id)"

TOLD_APART = ("title", "organisation", "code")  # of `before`: what must be the same for the same mistake elsewhere

Values = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Decision:
    """One entry of the ledger; `after` is None where the thing does not exist. `made_at`: ISO 8601, UTC."""

    id: int
    made_at: str
    author: str
    kind: str
    article_id: int | None
    key: str
    everywhere: bool
    before: Values
    after: Values | None
    note: str = ""
    undoes: int | None = None

    def is_about(self, shown: Values) -> bool:
        """Whether this is the mistake that it was made about: post and institution, or place, are the same."""
        return all(shown.get(name) == self.before[name] for name in TOLD_APART if name in self.before)


def decision_of(row: Iterable[Any]) -> Decision:
    """The entry of a row with COLUMNS."""
    number, made_at, author, kind, article, key, everywhere, before, after, note, undoes = row
    told = json.loads(before), json.loads(after)
    return Decision(number, made_at, author, kind, article, key, bool(everywhere), *told, note, undoes)


def add(
    connection: sqlite3.Connection,
    kind: str,
    author: str,
    *,
    article_id: int | None,
    key: str = "",
    before: Values | None = None,
    after: Values | None = None,
    everywhere: bool = False,
    note: str = "",
    undoes: int | None = None,
) -> int:
    """Write an entry, inside the caller's transaction; its number."""
    cursor = connection.execute(
        """INSERT INTO decisions (made_at, author, kind, article_id, key, everywhere, before, after, note, undoes)
           VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""",
        (
            *(stamp_now(), author, kind, article_id, key, int(everywhere)),
            *(json.dumps(before or {}, ensure_ascii=False), json.dumps(after, ensure_ascii=False), note, undoes),
        ),
    )
    return int(cursor.lastrowid or 0)


def find(connection: sqlite3.Connection, number: int) -> Decision | None:
    """The entry with this number."""
    row = connection.execute(f"SELECT {COLUMNS} FROM decisions WHERE id = ?", (number,)).fetchone()
    return decision_of(row) if row else None


def is_undone(connection: sqlite3.Connection, number: int) -> bool:
    """Whether an entry was taken back."""
    return bool(connection.execute("SELECT 1 FROM decisions WHERE undoes = ?", (number,)).fetchone())


def about(connection: sqlite3.Connection, article_id: int, kinds: Iterable[str], keys: Iterable[str]) -> list[Decision]:
    """The decisions that stand about an article, and those about the same everywhere, in the order they were made.

    keys  of what the machine read in the article; only decisions of other articles are chosen by them
    """
    if not connection.execute("SELECT 1 FROM decisions LIMIT 1").fetchone():
        return []
    rows = connection.execute(
        f"""SELECT {COLUMNS} FROM decisions d WHERE article_id = :id AND {STANDS}
            UNION SELECT {COLUMNS} FROM decisions d
            WHERE everywhere = 1 AND key IN (SELECT value FROM json_each(:keys)) AND {STANDS} ORDER BY id""",
        {"id": article_id, "keys": json.dumps(sorted(set(keys)))},
    )
    wanted = set(kinds)
    return [found for found in map(decision_of, rows) if found.kind in wanted]
