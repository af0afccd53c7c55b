"""Deciding: what a person corrects on a page is written into the ledger and carried out at once.

An article is then written anew from what the machine read of it and all decisions that stand, by the same code that
stores an article. A decision about "the same mistake everywhere" is carried out in as many articles as a page can wait
for; the next run does the others (`carry_out`).
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Mapping
from typing import Any

from nlp.as_json import tags_to_json
from pipelines.coverage.people import refresh_people
from pipelines.coverage.report import confirm
from pipelines.database.open import transaction
from pipelines.desk import kliping, messages, not_article, stories, tone, work
from pipelines.errors import UserError
from pipelines.read.text_facts import text_facts
from pipelines.records import Article
from pipelines.store import decisions, duplicates, hearing
from pipelines.store.article_rows import replace_tags
from pipelines.store.decisions import (
    AGREEMENT,
    COVERAGE,
    ISU,
    KIND,
    KLIPING,
    MESSAGES,
    OFFICIAL,
    ORGANISATION,
    PLACE,
    PROMISE,
    TONE,
    UNDO,
    WORK,
    Decision,
)
from pipelines.store.hearing import FIELDS, Thing
from pipelines.store.stored_tags import stored_tags
from pipelines.store.who_is_who import name_key, organisation_key

AT_ONCE = 200  # articles that one click changes while the page waits: about a second
DECIDE_COPIES = {"title", "kind", "published_at"}  # the fields of an article that tell whose copy it is
MOST_ELSEWHERE = 20_000  # articles with the same mistake that are looked for

VALUES: Mapping[str, Callable[[Any], dict[str, Any]]] = {
    OFFICIAL: hearing.official_values,
    PLACE: hearing.place_values,
    AGREEMENT: hearing.agreement_values,
    ORGANISATION: lambda text: {"text": text},
    PROMISE: hearing.promise_values,
}
# The articles with the same mistake, by what the page showed and `key`, the normal form of its name.
SAME_MISTAKE = {
    OFFICIAL: """SELECT o.article_id FROM name_forms f JOIN article_officials o ON o.person_id = f.entity_id
                 WHERE f.kind = 'person' AND f.key = :key AND o.name = :name AND o.title IS :title
                 AND o.organisation IS :organisation""",
    PLACE: """SELECT l.article_id FROM places p JOIN article_places l ON l.place_id = p.id
              WHERE p.code = :code AND l.text = :text""",
    AGREEMENT: "SELECT article_id FROM agreements WHERE title = :text COLLATE NOCASE",
    ORGANISATION: """SELECT m.article_id FROM name_forms f
                     JOIN mentions m ON m.label = 'ORG' AND m.entity_id = f.entity_id
                     WHERE f.kind = 'organisation' AND f.key = :key AND m.text = :text""",
}


def things(connection: sqlite3.Connection, article_id: int) -> list[Thing]:
    """What the tags of an article hold, as the machine read it and as people have it; what people took away, too."""
    _, tags = hearing.reading(connection, article_id)
    tags = tags or stored_tags(connection, article_id)
    words = decisions.about(connection, article_id, decisions.OF_TAGS, hearing.keys_of(tags))
    return hearing.things(tags, words, article_id)


def elsewhere(connection: sqlite3.Connection, article_id: int, kind: str, shown: Mapping[str, Any]) -> list[int]:
    """The other articles with the same mistake, at most MOST_ELSEWHERE; of what is about one article alone none."""
    sql = SAME_MISTAKE.get(kind)
    if sql is None:
        return []
    key = organisation_key(shown["text"]) if kind == ORGANISATION else name_key(shown.get("name") or "")
    values = {"title": None, "organisation": None, "code": None} | dict(shown) | {"parties": None, "key": key}
    found = connection.execute(
        f"SELECT DISTINCT article_id FROM ({sql}) WHERE article_id <> :here LIMIT {MOST_ELSEWHERE}",
        values | {"here": article_id},
    )
    return [row[0] for row in found]


def decide(connection: sqlite3.Connection, decision: Decision) -> int:
    """Write a decision (its `id` and `made_at` are not looked at) and carry it out; its number in the ledger.

    Raises UserError for an article that is not there.
    """
    article_id = decision.article_id
    if article_id is None or not connection.execute("SELECT 1 FROM articles WHERE id = ?", (article_id,)).fetchone():
        raise UserError("there is no such article")
    with transaction(connection):
        others = elsewhere(connection, article_id, decision.kind, decision.before) if decision.everywhere else []
        number = decisions.add(
            connection,
            decision.kind,
            decision.author,
            article_id=article_id,
            key=decision.key,
            before=decision.before,
            after=decision.after,
            everywhere=decision.everywhere,
            note=decision.note,
        )
        connection.executemany(
            "INSERT INTO decision_articles (decision_id, article_id, waiting) VALUES (?, ?, 1)",
            [(number, each) for each in (article_id, *others)],
        )
        if _is_no_article(decision):
            connection.execute("UPDATE decision_articles SET waiting = 0 WHERE article_id = ?", (article_id,))
            not_article.set_aside(connection, article_id)
        else:
            rebuild(connection, article_id)
    carry_out(connection, AT_ONCE)
    return number


def _is_no_article(decision: Decision) -> bool:
    return decision.kind == KIND and decision.after is None


def undo(connection: sqlite3.Connection, number: int, author: str) -> Decision:
    """Take a decision back; the decision. Raises UserError where there is none, or it was taken back before."""
    with transaction(connection):
        found = decisions.find(connection, number)
        if found is None or found.kind == UNDO:
            raise UserError("there is no such decision")
        if decisions.is_undone(connection, number):
            raise UserError("this decision was taken back before")
        decisions.add(
            connection,
            UNDO,
            author,
            article_id=found.article_id,
            key=found.key,
            before=found.after,
            after=found.before,
            undoes=number,
        )
        if found.kind in UNDONE_BY:
            UNDONE_BY[found.kind](connection, found)
        else:
            if _is_no_article(found) and found.article_id is not None:
                not_article.bring_back(connection, found.article_id)
            connection.execute("UPDATE decision_articles SET waiting = 1 WHERE decision_id = ?", (number,))
            if found.article_id is not None:
                rebuild(connection, found.article_id)
    carry_out(connection, AT_ONCE)
    return found


def decide_coverage(
    connection: sqlite3.Connection, release_id: int, article_id: int, said: str | None, author: str
) -> None:
    """Write what a person says of a pair (a label, "none", or None) into the ledger and into the pair, at once."""
    with transaction(connection):
        row = connection.execute(
            "SELECT confirmed FROM coverage WHERE release_id = ? AND article_id = ?", (release_id, article_id)
        ).fetchone()
        confirm(connection, release_id, article_id, said)
        if row and row[0] != said:
            decisions.add(
                connection,
                COVERAGE,
                author,
                article_id=article_id,
                key=str(release_id),
                before={"label": row[0]},
                after={"label": said},
            )


def _coverage_said(connection: sqlite3.Connection, undone: Decision) -> str | None:
    """What people say of a pair by the last of their decisions that stands; None where none does."""
    row = connection.execute(
        f"""SELECT d.after FROM decisions d WHERE d.kind = '{COVERAGE}' AND d.article_id = ? AND d.key = ?
            AND {decisions.STANDS} ORDER BY d.id DESC LIMIT 1""",
        (undone.article_id, undone.key),
    ).fetchone()
    return json.loads(row[0])["label"] if row else None


def _undo_coverage(connection: sqlite3.Connection, undone: Decision) -> None:
    confirm(connection, int(undone.key), undone.article_id or 0, _coverage_said(connection, undone))


# What taking back means where no article is written anew.
UNDONE_BY: Mapping[str, Callable[[sqlite3.Connection, Decision], None]] = {
    COVERAGE: _undo_coverage,
    TONE: tone.undo,
    KLIPING: kliping.undo,
    WORK: work.undo,
    ISU: stories.undo,
    MESSAGES: messages.undo,
}


def carry_out(connection: sqlite3.Connection, most: int | None = None) -> int:
    """Carry out what waits, in at most so many articles, each in a transaction of its own; how many they were."""
    done = 0
    while most is None or done < most:
        row = connection.execute("SELECT article_id FROM decision_articles WHERE waiting = 1 LIMIT 1").fetchone()
        if row is None:
            break
        with transaction(connection):
            rebuild(connection, row[0])
        done += 1
    return done


def waiting(connection: sqlite3.Connection) -> int:
    """In how many articles decisions have yet to be carried out."""
    sql = "SELECT count(DISTINCT article_id) FROM decision_articles WHERE waiting = 1"
    return int(connection.execute(sql).fetchone()[0])


def rebuild(connection: sqlite3.Connection, article_id: int) -> None:
    """Write an article anew from what the machine read and what people decided, inside the caller's transaction."""
    connection.execute("UPDATE decision_articles SET waiting = 0 WHERE article_id = ? AND waiting = 1", (article_id,))
    fields, tags = hearing.reading(connection, article_id)
    stored = _stored_article(connection, article_id)
    if stored is None:
        return
    read = Article(**(stored | (fields or {})))
    words = decisions.about(connection, article_id, decisions.OF_ARTICLE, ())
    tags = tags or stored_tags(connection, article_id)
    told = hearing.hear_article(connection, article_id, read) if words else read
    changed = {name: getattr(told, name) for name in FIELDS if getattr(told, name) != stored[name]}
    if "title" in changed:
        facts = text_facts(told)
        changed |= {"stems": facts.stems}
    if changed:
        names = ", ".join(f"{name} = :{name}" for name in changed)
        connection.execute(f"UPDATE articles SET {names} WHERE id = :id", changed | {"id": article_id})
    if changed.keys() & DECIDE_COPIES:
        duplicates.judge_again(connection, told.url)
    hearing.keep(connection, article_id, tags=tags_to_json(tags))
    replace_tags(connection, article_id, told, tags, stored["published_date"])
    refresh_people(connection, article_id)
    if not words:
        hearing.forget_fields(connection, article_id)
    if not words and not decisions.about(connection, article_id, decisions.OF_TAGS, hearing.keys_of(tags)):
        hearing.forget_reading(connection, article_id)


def _stored_article(connection: sqlite3.Connection, article_id: int) -> dict[str, Any] | None:
    """The columns of a stored article by the names of the fields of `Article`."""
    names = (
        *("url", "canonical_url", "source_id", "kind", "title", "text", "published_at", "published_date"),
        *("date_source", "author", "dateline", "language"),
    )
    row = connection.execute(f"SELECT {', '.join(names)} FROM articles WHERE id = ?", (article_id,)).fetchone()
    return dict(zip(names, row, strict=True)) if row else None


def find_thing(connection: sqlite3.Connection, article_id: int, kind: str, key: str) -> Thing | None:
    """What a form is about; None where the article no longer has it."""
    return next((t for t in things(connection, article_id) if (t.kind, t.key) == (kind, key)), None)
