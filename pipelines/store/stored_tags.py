"""The tags of an article out of its rows: what the machine said, as far as rows hold it.

Degrees and signatories have no rows of their own and are not in them.
"""

from __future__ import annotations

import json
import sqlite3
from typing import Any

from nlp.records import Agreement, Law, Mention, Official, Place, Promise, Quote, Tags


def stored_tags(connection: sqlite3.Connection, article_id: int) -> Tags:
    """The tags that an article's rows were made of."""

    def rows(sql: str) -> list[tuple[Any, ...]]:
        return connection.execute(sql, {"id": article_id}).fetchall()

    mentions = rows(
        """SELECT label, field, start, "end", text, entity_id FROM mentions WHERE article_id = :id ORDER BY rowid"""
    )
    officials = rows(
        """SELECT person_id, name, title, organisation, aliases, status FROM article_officials
           WHERE article_id = :id ORDER BY position"""
    )
    called = {entity: text for label, _, _, _, text, entity in reversed(mentions) if label == "PER" and entity}
    called |= {person: name for person, name, *_ in officials}
    return Tags(
        mentions=tuple(Mention(*row[:5]) for row in mentions),
        officials=tuple(
            Official(name, title, body, tuple(json.loads(aliases)), status=status)
            for _, name, title, body, aliases, status in officials
        ),
        places=tuple(
            Place(*row)
            for row in rows(
                """SELECT l.text, p.name, p.kind, p.code, CASE WHEN p.code IS NULL THEN p.country END
                   FROM article_places l JOIN places p ON p.id = l.place_id WHERE l.article_id = :id ORDER BY l.rowid"""
            )
        ),
        agreements=tuple(
            Agreement(kind, text, _parties(connection, number), subject, day, place, status, (), bool(known), *rest)
            for number, kind, text, subject, day, place, status, known, *rest in rows(
                """SELECT id, type, title, subject, date, place, status, parties_known, confidence, months, until
                   FROM agreements
                   WHERE article_id = :id ORDER BY rowid"""
            )
        ),
        laws=tuple(
            Law(*row)
            for row in rows(
                """SELECT l.text, w.key, w.type, w.number, w.year, w.about FROM article_laws l
                   JOIN laws w ON w.id = l.law_id WHERE l.article_id = :id ORDER BY l.rowid"""
            )
        ),
        quotes=tuple(
            Quote(text, speaker, called.get(person), verb, start, end, kind)
            for text, speaker, person, verb, start, end, kind in rows(
                """SELECT text, speaker, person_id, verb, start, "end", kind FROM quotes
                   WHERE article_id = :id ORDER BY rowid"""
            )
        ),
        promises=tuple(
            Promise(*row)
            for row in rows(
                """SELECT text, who, kind, cue, due, due_text, last, amount, start, "end", state FROM promises
                   WHERE article_id = :id ORDER BY rowid"""
            )
        ),
    )


def _parties(connection: sqlite3.Connection, agreement_id: int) -> tuple[str, ...]:
    rows = connection.execute(
        "SELECT party FROM agreement_parties WHERE agreement_id = ? ORDER BY position", (agreement_id,)
    )
    return tuple(party for (party,) in rows)
