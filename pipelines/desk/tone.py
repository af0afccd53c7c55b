"""Tone (nada): how a person hears an article speak of a target, title and text apart.

Nothing is suggested. Measured on articles that nobody had tuned on, the best of seven automatic ones was right in 55 to
66 % (macro F1), where a second reader agrees at .92, and it failed on just the negative ones; so people say it, and
pages always tell how much nobody has said yet. docs/panduan/nada.md says how to hear it.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

from pipelines.database.open import transaction
from pipelines.errors import UserError
from pipelines.store import decisions
from pipelines.store.decisions import TONE, Decision
from pipelines.store.who_is_who import name_key

TONES = ("positif", "netral", "negatif", "tak tentu")
MOST_TARGETS = 6  # that an article proposes
IN_TITLE = 4  # mentions in the text that one in the title weighs


@dataclass(frozen=True, slots=True)
class Tone:
    """What a person said of an article and a target; "" where they said nothing. `set_at`: ISO 8601, UTC."""

    name: str
    title: str
    body: str
    author: str = ""
    set_at: str = ""


def targets(connection: sqlite3.Connection, article_id: int) -> list[str]:
    """The institutions and officials of an article, the most central first: those whose press office would file it."""
    rows = connection.execute(
        f"""SELECT name FROM (
              SELECT o.name AS name, m.field, m.start FROM mentions m JOIN organisations o ON o.id = m.entity_id
              WHERE m.article_id = :id AND +m.label = 'ORG'
              UNION ALL
              SELECT p.name, m.field, m.start FROM mentions m JOIN people p ON p.id = m.entity_id
              WHERE m.article_id = :id AND +m.label = 'PER'
                AND m.entity_id IN (SELECT person_id FROM article_officials WHERE article_id = :id))
            GROUP BY name
            ORDER BY sum(CASE field WHEN 'title' THEN {IN_TITLE} ELSE 1 END) DESC, min(start) LIMIT :most""",
        {"id": article_id, "most": MOST_TARGETS},
    )
    return [name for (name,) in rows]


def tones_of(connection: sqlite3.Connection, article_id: int) -> list[Tone]:
    """What people said of an article, by the targets' names."""
    rows = connection.execute(
        """SELECT name, coalesce(title, ''), coalesce(body, ''), author, set_at FROM tones WHERE article_id = ?
           ORDER BY name""",
        (article_id,),
    )
    return [Tone(*row) for row in rows]


def copies_of(connection: sqlite3.Connection, article_id: int) -> list[int]:
    """The other articles with the same text, or nearly the same."""
    rows = connection.execute(
        """SELECT id FROM articles WHERE id <> :id AND (id = (SELECT duplicate_of FROM articles WHERE id = :id)
             OR duplicate_of = coalesce((SELECT duplicate_of FROM articles WHERE id = :id), :id))""",
        {"id": article_id},
    )
    return [row[0] for row in rows]


def set_tone(connection: sqlite3.Connection, articles: Sequence[int], said: Tone) -> int | None:
    """Write what a person says of articles into the ledger, and make it count; the number of the entry.

    None where that is what was said before. Raises UserError for words that are no tone.
    """
    key = name_key(said.name)
    if not key or {said.title, said.body} - {*TONES, ""}:
        raise UserError(f"{said.name!r}, {said.title!r}, {said.body!r}: a target and tones out of {', '.join(TONES)}")
    with transaction(connection):
        before = _tone(connection, articles[0], key)
        if all(_same(_tone(connection, article, key), said) for article in articles):
            return None
        number = decisions.add(
            connection,
            TONE,
            said.author,
            article_id=articles[0],
            key=key,
            before=_values(before) if before else {"target": said.name},
            after=_values(said),
        )
        connection.executemany(
            "INSERT INTO decision_articles (decision_id, article_id) VALUES (?, ?)", [(number, a) for a in articles]
        )
        for article in articles:
            count_last(connection, article, key)
    return number


def undo(connection: sqlite3.Connection, undone: Decision) -> None:
    """Make the decisions before a tone count that was taken back, inside the caller's transaction."""
    rows = connection.execute("SELECT article_id FROM decision_articles WHERE decision_id = ?", (undone.id,)).fetchall()
    for (article,) in rows:
        count_last(connection, article, undone.key)


def count_last(connection: sqlite3.Connection, article_id: int, key: str) -> None:
    """Write the row of `tones` for the last decision that stands about an article and a target, or none."""
    row = connection.execute(
        f"""SELECT {decisions.COLUMNS} FROM decisions d WHERE d.kind = '{TONE}' AND d.key = :key AND {decisions.STANDS}
            AND d.id IN (SELECT decision_id FROM decision_articles WHERE article_id = :article)
            ORDER BY d.id DESC LIMIT 1""",
        {"key": key, "article": article_id},
    ).fetchone()
    connection.execute("DELETE FROM tones WHERE article_id = ? AND target = ?", (article_id, key))
    if row is None:
        return
    entry = decisions.decision_of(row)
    after = entry.after or {}
    if after.get("title") or after.get("body"):
        connection.execute(
            "INSERT INTO tones (article_id, target, name, title, body, author, set_at) VALUES (?, ?, ?, ?, ?, ?, ?)",
            (
                *(article_id, key, after["target"], after.get("title") or None, after.get("body") or None),
                *(entry.author, entry.made_at),
            ),
        )


def _tone(connection: sqlite3.Connection, article_id: int, key: str) -> Tone | None:
    row = connection.execute(
        """SELECT name, coalesce(title, ''), coalesce(body, ''), author, set_at FROM tones
           WHERE article_id = ? AND target = ?""",
        (article_id, key),
    ).fetchone()
    return Tone(*row) if row else None


def _same(stored: Tone | None, said: Tone) -> bool:
    return (stored.title, stored.body) == (said.title, said.body) if stored else not (said.title or said.body)


def _values(said: Tone) -> dict[str, str]:
    return {"target": said.name, "title": said.title, "body": said.body}
