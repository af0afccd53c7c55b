"""The rows that hold what one article says: made from its tags, and written only where they differ from the stored."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from typing import Any

from nlp.records import Agreement, Promise, Tags
from pipelines.records import Article
from pipelines.store import agreement_lives, agreement_places, counts, same_agreement, same_promise
from pipelines.store.entities import Resolved, resolve
from pipelines.store.hearing import hear
from pipelines.store.posts import with_full_names
from pipelines.store.who_is_who import name_key, organisation_key

# The columns of each table that tags fill, without the article's id.
COLUMNS = {
    "mentions": ("label", "field", "start", "end", "text", "entity_id"),
    "article_officials": ("position", "name", "title", "organisation", "status", "aliases", "person_id"),
    "article_places": ("place_id", "text", "mentions"),
    "article_laws": ("law_id", "text"),
    "quotes": ("speaker", "person_id", "text", "verb", "start", "end", "kind"),
    "promises": (
        *("text", "who", "kind", "entity_id", "who_key", "cue", "due", "due_text", "last", "amount", "start", "end"),
        "state",
    ),
}
# Of agreements and their parties, without `same_as`, which points to another article's agreement.
AGREEMENT = (
    *("type", "title", "subject", "date", "place", "status", "parties_known", "confidence"),
    *("months", "until", "ends"),
)
PARTY = ("position", "party", "organisation_id", "key")

Row = tuple[Any, ...]  # as SQLite takes and gives it
# The rows of one article by table of COLUMNS, in the order of the tags. Under "agreements" stand pairs: a row with the
# columns of AGREEMENT, and the rows of its parties with those of PARTY.
Rows = dict[str, list[Row]]


def write_tags(connection: sqlite3.Connection, article_id: int, article: Article, tags: Tags) -> None:
    """Write the tags of an article that has none yet; the entities that they name are found or created."""
    tags = _as_people_have_them(connection, article_id, article, tags)
    _insert(connection, article_id, _made_rows(connection, article, tags, _officials(tags)))


def retag(connection: sqlite3.Connection, article_id: int, article: Article, tags: Tags | None) -> None:
    """Replace an article's tags, as `replace_tags` does, where the rest of it stays as it is stored."""
    replace_tags(connection, article_id, article, tags, counts.day_of(connection, article_id))


def replace_tags(
    connection: sqlite3.Connection,
    article_id: int,
    article: Article,
    tags: Tags | None,
    day_before: str | None,
) -> None:
    """Replace an article's tags, and count the entities that it gained and lost; inside the caller's transaction.

    Who is who is decided anew in any case. Where that and the tags come to what is stored, as for most pages of an
    archive that is read again, nothing is written. The caller has coverage read the article's people anew
    (pipelines/coverage/people.py).

    `day_before`: the day that the article is counted under until now.
    """
    if tags is not None:
        tags = _as_people_have_them(connection, article_id, article, tags)
    stored = _stored_rows(connection, article_id)
    # Posts tell people of one name apart. One that only this article told of, and no longer does, must not.
    officials = _officials(tags) if tags is not None else []
    same_posts = [row[:-1] for row in stored["article_officials"]] == officials
    if not same_posts:
        counts.take_roles(connection, article_id, day_before)
    rows = {table: [] for table in stored} if tags is None else _made_rows(connection, article, tags, officials)
    if rows != stored or day_before != counts.day_of(connection, article_id):
        if same_posts:
            counts.take_roles(connection, article_id, day_before)
        touched = counts.entities_of(connection, article_id)
        _clear(connection, article_id)
        _insert(connection, article_id, rows)
        counts.change_article(connection, article_id, touched, day_before)


def _as_people_have_them(connection: sqlite3.Connection, article_id: int, article: Article, tags: Tags) -> Tags:
    """The tagger's tags, institutions under their full names, put right by what people decided."""
    text_of = {"title": article.title, "text": article.text}
    return hear(connection, article_id, text_of, with_full_names(connection, tags, text_of))


def _made_rows(connection: sqlite3.Connection, article: Article, tags: Tags, officials: list[Row]) -> Rows:
    """The rows that an article's tags come to; `officials`: theirs, as `_officials` makes them."""
    resolved = resolve(connection, tags, {"title": article.title, "text": article.text}, article.published_date)
    return {
        "mentions": [
            (m.label, m.field, m.start, m.end, m.text, resolved.entity_id(m.label, m.text)) for m in tags.mentions
        ],
        "article_officials": [(*row, resolved.entity_id("PER", row[1])) for row in officials],
        "article_places": _places(tags, resolved),
        "article_laws": _once((law_id, law.text) for law_id, law in zip(resolved.law_ids, tags.laws, strict=True)),
        "quotes": [
            (q.speaker, resolved.entity_id("PER", q.name or q.speaker or ""), q.text, q.verb, q.start, q.end, q.kind)
            for q in tags.quotes
        ],
        "promises": [_promise(promise, resolved) for promise in tags.promises],
        # What the article itself names as a body is no agreement: "PKS" beside "Partai Keadilan Sejahtera (PKS)".
        "agreements": [
            _agreement(agreement, resolved)
            for agreement in tags.agreements
            if resolved.entity_id("ORG", agreement.text) is None
        ],
    }


def _officials(tags: Tags) -> list[Row]:
    """The rows of the officials, but for the last column: which person each is."""
    return [
        (position, o.name, o.title, o.organisation, o.status, json.dumps(o.aliases, ensure_ascii=False))
        for position, o in enumerate(tags.officials)
    ]


def _places(tags: Tags, resolved: Resolved) -> list[Row]:
    """One row a place: its id, how the text first writes it, how often the text names it."""
    counts: dict[int, int] = {}
    for mention in tags.mentions:
        if mention.label in ("GPE", "LOC"):
            place_id = resolved.entity_id("GPE", mention.text)
            if place_id is not None:
                counts[place_id] = counts.get(place_id, 0) + 1
    return _once(
        (place_id, place.text, max(1, counts.get(place_id, 0)))
        for place_id, place in zip(resolved.place_ids, tags.places, strict=True)
    )


def _once(rows: Iterable[Row]) -> list[Row]:
    """Of rows that begin with an entity's id the first one for each entity."""
    found: dict[int, Row] = {}
    for row in rows:
        found.setdefault(row[0], row)
    return list(found.values())


def _promise(told: Promise, resolved: Resolved) -> Row:
    """A promise's row, without `same_as`, which points to another article's promise."""
    person = told.kind == "person"
    return (
        *(told.text, told.who, told.kind, resolved.entity_id("PER" if person else "ORG", told.who)),
        *(name_key(told.who) if person else organisation_key(told.who), told.cue, told.due, told.due_text, told.last),
        *(told.amount, told.start, told.end, told.state),
    )


def _agreement(told: Agreement, resolved: Resolved) -> Row:
    """An agreement's row and the rows of its parties."""
    row = (
        *(told.type, told.text, told.subject, told.date, told.place, told.status),
        *(int(told.parties_known), told.confidence, told.months, told.until, agreement_lives.end_of(told)),
    )
    parties = [
        (position, party, resolved.party_id(party), same_agreement.party_key(party))
        for position, party in enumerate(p for p in told.parties if name_key(p) not in resolved.no_bodies)
    ]
    return row, parties


def _stored_rows(connection: sqlite3.Connection, article_id: int) -> Rows:
    """The rows of an article as the database has them, in the order in which they were written."""
    found = {table: _select(connection, table, names, "article_id", article_id) for table, names in COLUMNS.items()}
    found["agreements"] = [
        (tuple(row), _select(connection, "agreement_parties", PARTY, "agreement_id", agreement_id))
        for agreement_id, *row in _select(connection, "agreements", ("id", *AGREEMENT), "article_id", article_id)
    ]
    return found


def _select(connection: sqlite3.Connection, table: str, columns: Iterable[str], owner: str, owner_id: int) -> list[Row]:
    return connection.execute(
        f"SELECT {_names(columns)} FROM {table} WHERE {owner} = ? ORDER BY rowid", (owner_id,)
    ).fetchall()


def _clear(connection: sqlite3.Connection, article_id: int) -> None:
    told = connection.execute("SELECT id FROM agreements WHERE article_id = ?", (article_id,)).fetchall()
    same_agreement.unlink(connection, [row[0] for row in told])
    lives = agreement_lives.unlink(connection, [row[0] for row in told])
    same_promise.unlink(connection, article_id)
    for table in ("agreement_parties", "agreement_places"):
        connection.executemany(f"DELETE FROM {table} WHERE agreement_id = ?", told)
    for table in (*COLUMNS, "agreements"):
        connection.execute(f"DELETE FROM {table} WHERE article_id = ?", (article_id,))
    for life in lives:
        agreement_lives.write(connection, life)


def _insert(connection: sqlite3.Connection, article_id: int, rows: Rows) -> None:
    for table, columns in COLUMNS.items():
        connection.executemany(_insertion(table, ("article_id", *columns)), [(article_id, *row) for row in rows[table]])
    same_promise.link(connection, article_id)
    for row, parties in rows["agreements"]:
        cursor = connection.execute(_insertion("agreements", ("article_id", *AGREEMENT)), (article_id, *row))
        agreement_id = int(cursor.lastrowid or 0)
        connection.executemany(
            _insertion("agreement_parties", ("agreement_id", *PARTY)), [(agreement_id, *party) for party in parties]
        )
        same_agreement.link(connection, agreement_id)
        agreement_places.link_places(connection, agreement_id)
        agreement_lives.link(connection, agreement_id)


def _insertion(table: str, columns: tuple[str, ...]) -> str:
    return f"INSERT INTO {table} ({_names(columns)}) VALUES ({', '.join('?' * len(columns))})"


def _names(columns: Iterable[str]) -> str:
    return ", ".join(f'"{name}"' for name in columns)
