"""The ledger of another database, or of a text editor, read in: what `pantau corrections export` writes.

Only what is about an article as anybody may have it comes in: its tags, title, day and kind. Decisions about klipings,
coverage, isu and the team's work name rows of the database that they were made in. An entry becomes a decision like one
of a page, by the same author, told to be brought in by its note; one that says what already holds is passed over.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from nlp.records import AGREEMENT_STATUSES, AGREEMENT_TYPES, PLACE_KINDS, PROMISE_STATES
from pipelines.desk import deciding
from pipelines.errors import UserError
from pipelines.store import decisions
from pipelines.store.additions import ADDABLE, ADDED
from pipelines.store.decisions import (
    AGREEMENT,
    DAY,
    KIND,
    OF_ARTICLE,
    OF_TAGS,
    OFFICIAL,
    ORGANISATION,
    PLACE,
    PROMISE,
    TITLE,
    Decision,
)

KINDS = (*OF_TAGS, *OF_ARTICLE)
LONGEST = 2_000  # characters of a value
STATUSES = ("menjabat", "penjabat", "mantan")
Check = Callable[[Any], bool]


@dataclass(slots=True)
class Outcome:
    """How many entries were made decisions, held already, were taken back or of another kind, or named no article."""

    made: int = 0
    held: int = 0
    passed: int = 0
    unknown: int = 0


def _text(value: Any) -> bool:
    return isinstance(value, str) and 0 < len(value) <= LONGEST and value.isprintable()


def _text_or_none(value: Any) -> bool:
    return value is None or _text(value)


def _one_of(names: Iterable[str]) -> Check:
    allowed = frozenset(names)
    return lambda value: isinstance(value, str) and value in allowed


def _partial_day(value: Any) -> bool:
    return value is None or (_text(value) and len(value) in (4, 7, 10) and _day((value + "-01-01")[:10]))


def _day(value: Any) -> bool:
    try:
        return _text(value) and len(value) == len("2025-12-31") and bool(date.fromisoformat(value))
    except ValueError:
        return False


def _texts(value: Any) -> bool:
    return isinstance(value, list) and len(value) <= 100 and all(map(_text, value))


# What `after` holds of each kind; every one of these must be there, and nothing else may.
AFTER: Mapping[str, Mapping[str, Check]] = {
    OFFICIAL: {
        "name": _text,
        "title": _text_or_none,
        "organisation": _text_or_none,
        "status": _one_of(STATUSES),
    },
    PLACE: {"name": _text, "kind": _one_of(PLACE_KINDS), "code": _text_or_none},
    AGREEMENT: {
        "type": _one_of(AGREEMENT_TYPES),
        "subject": _text_or_none,
        "date": _partial_day,
        "place": _text_or_none,
        "status": _one_of(AGREEMENT_STATUSES),
        "parties": _texts,
    },
    ORGANISATION: {"text": _text},
    PROMISE: {"state": _one_of(("", *PROMISE_STATES))},
    TITLE: {"title": _text},
    DAY: {"day": _day},
    KIND: {"kind": _one_of(("news", "press_release"))},
}
# What `before` must say for the same mistake to be found elsewhere.
SAME_BY = {OFFICIAL: ("name",), PLACE: ("text",), AGREEMENT: ("text",), ORGANISATION: ("text",)}
MAY_BE_NONE = (OFFICIAL, PLACE, AGREEMENT, ORGANISATION, PROMISE, KIND)


def entries_of(lines: Iterable[str], name: str) -> Iterator[tuple[int, dict[str, Any]]]:
    """(number of the line, entry) of what `export` wrote; empty lines are passed over.

    Raises UserError that names file and line for what is no entry.
    """
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            entry = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise UserError(f"{name}:{number}: not JSON; one entry of `pantau corrections export` a line") from error
        if not isinstance(entry, dict) or not isinstance(entry.get("kind"), str):
            raise UserError(f"{name}:{number}: no entry; one of `pantau corrections export` a line")
        if entry["kind"] in KINDS and not entry.get("undone"):
            _require_sound(entry, f"{name}:{number}")
        yield number, entry


def _require_sound(entry: Mapping[str, Any], where: str) -> None:
    """Raise UserError for an entry that no page could have made."""
    kind, key, after = entry["kind"], entry.get("key"), entry.get("after")
    if not isinstance(key, str) or len(key) > LONGEST or (not key and kind in OF_TAGS):
        raise UserError(f"{where}: 'key' is no text of what the machine read")
    if not _text(entry.get("url")) or not _text(entry.get("author")):
        raise UserError(f"{where}: 'url' of the article and 'author' are needed")
    before = entry.get("before")
    if not isinstance(before, dict) or not isinstance(entry.get("note", ""), str):
        raise UserError(f"{where}: 'before' is no object, or 'note' is no text")
    plain = all(value is None or isinstance(value, str) for name, value in before.items() if name != "parties")
    if not plain or (entry.get("everywhere") and not before.keys() >= set(SAME_BY.get(kind, ()))):
        raise UserError(f"{where}: 'before' does not say which {kind!r} is meant")
    if after is None and kind in MAY_BE_NONE and "after" in entry:
        return
    wanted = dict(AFTER.get(kind, {}))
    if key.startswith(ADDED) and kind in ADDABLE and isinstance(after, dict) and "text" in after:
        wanted["text"] = _text
    is_no_post = kind == OFFICIAL and after == {"official": False}
    if not is_no_post and not (
        wanted
        and isinstance(after, dict)
        and after.keys() == wanted.keys()
        and all(check(after[field]) for field, check in wanted.items())
    ):
        raise UserError(f"{where}: 'after' is nothing that {kind!r} can be")


def bring_in(connection: sqlite3.Connection, entries: Iterable[tuple[int, Mapping[str, Any]]]) -> Outcome:
    """Make decisions of entries (see `entries_of`), each in a transaction of its own; what became of them."""
    outcome = Outcome()
    for _, entry in entries:
        if entry["kind"] not in KINDS or entry.get("undone"):
            outcome.passed += 1
            continue
        row = connection.execute("SELECT id FROM articles WHERE url = ?", (entry["url"],)).fetchone()
        if row is None:
            gone = connection.execute("SELECT 1 FROM set_aside WHERE url = ?", (entry["url"],)).fetchone()
            if gone and entry["kind"] == KIND and entry["after"] is None:
                outcome.held += 1
            else:
                outcome.unknown += 1
            continue
        decision = _decision(entry, row[0])
        if _holds(connection, decision):
            outcome.held += 1
            continue
        deciding.decide(connection, decision)
        outcome.made += 1
    return outcome


def _decision(entry: Mapping[str, Any], article_id: int) -> Decision:
    note = f"{entry.get('note', '')} (diimpor)".strip()
    everywhere = bool(entry.get("everywhere")) and entry["kind"] in OF_TAGS
    told = entry["before"], entry["after"]
    return Decision(0, "", entry["author"], entry["kind"], article_id, entry["key"], everywhere, *told, note)


def _holds(connection: sqlite3.Connection, wanted: Decision) -> bool:
    """Whether the last decision that stands about the same thing says the same."""
    row = connection.execute(
        f"""SELECT {decisions.COLUMNS} FROM decisions d WHERE d.article_id = :article AND d.kind = :kind
            AND d.key = :key AND {decisions.STANDS} ORDER BY d.id DESC LIMIT 1""",
        {"article": wanted.article_id, "kind": wanted.kind, "key": wanted.key},
    ).fetchone()
    if row is None:
        return False
    last = decisions.decision_of(row)
    return last.after == wanted.after and last.everywhere == wanted.everywhere
