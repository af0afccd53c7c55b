"""Key messages (pesan kunci): the sentences that a team wants told about a release or a story (isu).

They are decisions about the release's number or the story's, so they hold when pages are read or tagged anew. A story
that was joined to another brings its sentences along, and takes them back when the joining is taken back.
pipelines/coverage/key_messages.py says which article carries them.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from typing import Any, NamedTuple

from pipelines.coverage.key_messages import can_be_looked_for
from pipelines.database.open import transaction
from pipelines.errors import UserError
from pipelines.language.words import as_seen, word_key
from pipelines.store import decisions
from pipelines.store.decisions import MESSAGES, Decision

RELEASE, STORY = "siaran", "isu"
MOST = 5  # of a release or a story
LONGEST = 300  # characters of one


class Subject(NamedTuple):
    """What sentences are about: RELEASE and the number of its article, or STORY and its number."""

    about: str
    id: int

    @property
    def key(self) -> str:
        """How the ledger calls it."""
        return f"{self.about}:{self.id}"


def messages(connection: sqlite3.Connection, subject: Subject) -> list[str]:
    """The key sentences of a release or a story, those of stories that were joined to it behind its own."""
    found: dict[str, str] = {}
    for one in (subject, *_joined(connection, subject)):
        rows = connection.execute(
            "SELECT text FROM key_messages WHERE about = ? AND subject_id = ? ORDER BY position", one
        )
        for (text,) in rows:
            found.setdefault(word_key(text), text)
    return list(found.values())


def set_messages(connection: sqlite3.Connection, subject: Subject, texts: Sequence[str], author: str) -> int | None:
    """Write the key sentences of a release or a story into the ledger, in this order; the number of the entry.

    None where they were so before. Raises UserError for what is not there, and for too many or unfit sentences.
    """
    told = _read(texts)
    with transaction(connection):
        _require(connection, subject)
        before = messages(connection, subject)
        if told == before:
            return None
        joined = [one.id for one in _joined(connection, subject)]
        number = decisions.add(
            connection,
            MESSAGES,
            author,
            article_id=subject.id if subject.about == RELEASE else None,
            key=subject.key,
            before={"messages": before},
            after={"messages": told, "joined": joined},
        )
        for one in (subject.id, *joined):
            _count_last(connection, Subject(subject.about, one))
    return number


def undo(connection: sqlite3.Connection, undone: Decision) -> None:
    """Make the decisions before one count that was taken back, inside the caller's transaction."""
    about, _, number = undone.key.partition(":")
    for one in (int(number), *(undone.after or {}).get("joined", ())):
        _count_last(connection, Subject(about, one))


def _read(texts: Sequence[str]) -> list[str]:
    """The sentences of a form, each once. Raises UserError for what cannot be looked for."""
    told: dict[str, str] = {}
    for text in texts:
        line = " ".join(as_seen(text).split())
        if not line:
            continue
        if len(line) > LONGEST:
            raise UserError(f"a key sentence has at most {LONGEST} characters")
        if not can_be_looked_for(line):
            raise UserError("a key sentence needs at least two words that say something")
        told.setdefault(word_key(line), line)
    if len(told) > MOST:
        raise UserError(f"at most {MOST} key sentences are kept")
    return list(told.values())


def _joined(connection: sqlite3.Connection, subject: Subject) -> list[Subject]:
    """The stories that were joined to a story, the first of them first."""
    if subject.about != STORY:
        return []
    rows = connection.execute("SELECT id FROM isu WHERE merged_into = ? ORDER BY id", (subject.id,))
    return [Subject(STORY, row[0]) for row in rows]


def _require(connection: sqlite3.Connection, subject: Subject) -> None:
    """Raise UserError where there is no such release or open story."""
    sql = {
        RELEASE: "SELECT 1 FROM articles WHERE id = ? AND kind = 'press_release'",
        STORY: "SELECT 1 FROM isu WHERE id = ? AND state = 'open'",
    }[subject.about]
    if not connection.execute(sql, (subject.id,)).fetchone():
        raise UserError("there is no such release" if subject.about == RELEASE else "there is no such story")


def _count_last(connection: sqlite3.Connection, subject: Subject) -> None:
    """Write the rows of a release or a story for the last decision that stands about it.

    A decision about a story speaks also for those that had been joined to it: their own rows go.
    """
    row = connection.execute(
        f"""SELECT {decisions.COLUMNS} FROM decisions d WHERE d.kind = '{MESSAGES}' AND {decisions.STANDS}
            AND (d.key = :key OR (d.key LIKE :about AND :id IN (SELECT value FROM json_each(d.after, '$.joined'))))
            ORDER BY d.id DESC LIMIT 1""",
        {"key": subject.key, "about": f"{subject.about}:%", "id": subject.id},
    ).fetchone()
    connection.execute("DELETE FROM key_messages WHERE about = ? AND subject_id = ?", subject)
    entry = decisions.decision_of(row) if row else None
    if entry is None or entry.key != subject.key:
        return
    after: dict[str, Any] = dict(entry.after or {})
    connection.executemany(
        """INSERT INTO key_messages (about, subject_id, position, text, author, set_at)
           SELECT :about, :id, key + 1, value, :author, :at FROM json_each(:texts)""",
        [{"about": subject.about, "id": subject.id, "author": entry.author, "at": entry.made_at,
          "texts": json.dumps(after.get("messages", []))}],
    )  # fmt: skip
