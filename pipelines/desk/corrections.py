"""The corrections file: what people say about who is who and what is whose copy. It always wins, also when articles
are tagged anew.

`corrections.toml` beside the database (or --corrections FILE) holds entries of four kinds:

    [[merge]]                                   # several spellings are one person or organisation
    kind = "person"                             # person | organisation
    name = "Rangga Wiratama"
    forms = ["Ranga Wiratama", "Rangga W."]

    [[split]]                                   # one spelling is two people: told apart by post or institution
    kind = "person"
    name = "Budi Hartono"
    where = "Dinas Kesehatan"                   # all these words stand in the post or the institution
    into = "Budi Hartono (Dinas Kesehatan)"

    [[rename]]                                  # shown under another name
    kind = "organisation"
    name = "Badan Uji Nasional RI"
    to = "Badan Uji Nasional"

    [[original]]                                # nobody's copy; others with its text are copies of it
    url = "https://contoh.go.id/siaran-pers/12" # the article's address, as the database has it
"""

from __future__ import annotations

import json
import sqlite3
import tomllib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from nlp.records import Mention, Official
from pipelines.coverage.people import refresh_people
from pipelines.database.open import transaction
from pipelines.errors import UserError
from pipelines.store import counts
from pipelines.store.duplicates import ORIGINAL, judge_again
from pipelines.store.entities import resolve_names
from pipelines.store.who_is_who import ORGANISATION, PERSON, TABLE_OF, name_key, organisation_key

FIELDS: dict[str, dict[str, type]] = {
    "merge": {"kind": str, "name": str, "forms": list},
    "split": {"kind": str, "name": str, "where": str, "into": str},
    "rename": {"kind": str, "name": str, "to": str},
    "original": {"url": str},
}
KEYS: Mapping[str, Callable[[str], str]] = {PERSON: name_key, ORGANISATION: organisation_key, ORIGINAL: str}

Correction = tuple[str, str, str, str]  # a row of the table `corrections`: kind, key, words, name


def corrections_file(database: Path) -> Path:
    """Where the corrections of a database are when no file is named: beside it."""
    return database.with_name("corrections.toml")


def read_corrections(path: Path) -> set[Correction]:
    """The file as rows of the table `corrections`.

    Raises UserError that names file, entry and key for anything that is not as the module says.
    """
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise UserError(f"{path}: no such file; write it or leave --corrections out") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise UserError(f"{path}: cannot be read: {error}") from error
    rows: dict[tuple[str, str, str], Correction] = {}
    for row, where in _rows(path, content):
        known = rows.setdefault(row[:3], row)
        if known != row:
            raise UserError(f"{where}: {row[1]!r} is already called {known[3]!r} by another entry; keep one of them")
    _refuse_chains(path, rows)
    return set(rows.values())


def _rows(path: Path, content: dict[str, Any]) -> Iterator[tuple[Correction, str]]:
    """The entries of the file as rows, each with the words that name the entry in a message. Raises UserError."""
    for action, entries in content.items():
        if action not in FIELDS or not isinstance(entries, list):
            raise UserError(f"{path}: {action!r} is none of [[{']], [['.join(FIELDS)}]]")
        for number, entry in enumerate(entries, start=1):
            where = f"{path}: {action} {number}"
            _check(entry, FIELDS[action], where)
            if action == "original":
                yield (ORIGINAL, entry["url"], "", entry["url"]), where
                continue
            make = KEYS[entry["kind"]]
            if action == "merge":
                for form in [*entry["forms"], entry["name"]]:
                    if not isinstance(form, str) or not make(form):
                        raise UserError(f"{where}: forms: {form!r} is not a name")
                    yield (entry["kind"], make(form), "", entry["name"]), where
            elif action == "split":
                yield (entry["kind"], make(entry["name"]), name_key(entry["where"]), entry["into"]), where
            else:
                yield (entry["kind"], make(entry["name"]), "", entry["to"]), where


def _check(entry: Any, fields: dict[str, type], where: str) -> None:
    """Raise UserError for an entry with unknown, missing or wrong keys."""
    if not isinstance(entry, dict):
        raise UserError(f"{where}: is not a table")
    for name in entry.keys() - fields.keys():
        raise UserError(f"{where}: unknown key {name!r}; it takes {', '.join(fields)}")
    for name, kind in fields.items():
        if not isinstance(entry.get(name), kind) or not entry[name]:
            raise UserError(f"{where}: {name}: missing, empty or not a {'list' if kind is list else 'string'}")
    if "kind" in fields and entry["kind"] not in TABLE_OF:
        raise UserError(f"{where}: kind: {entry['kind']!r} is neither person nor organisation")


def _refuse_chains(path: Path, rows: dict[tuple[str, str, str], Correction]) -> None:
    """Raise UserError where one entry calls somebody by a name that another entry changes: who would be meant?"""
    for kind, key, words, name in rows.values():
        further = rows.get((kind, KEYS[kind](name), ""))
        if not words and further is not None and KEYS[kind](further[3]) != KEYS[kind](name):
            raise UserError(f"{path}: {key!r} becomes {name!r}, which itself becomes {further[3]!r}; name the last one")


def apply_corrections(connection: sqlite3.Connection, wanted: set[Correction]) -> int:
    """Make the table say what the file says, and resolve anew the articles that a change touches; how many they are."""
    stored = {tuple(row) for row in connection.execute("SELECT kind, key, words, name FROM corrections")}
    changed = stored ^ wanted
    if not changed:
        return 0
    with transaction(connection):
        originals = {key for kind, key, *_ in changed if kind == ORIGINAL}
        names = {(kind, made) for kind, key, _, name in changed if kind != ORIGINAL for made in (key, KEYS[kind](name))}
        articles: set[int] = set()
        touched: counts.Touched = {}
        for kind, key in names:
            entities = {
                row[0]
                for row in connection.execute(
                    "SELECT entity_id FROM name_forms WHERE kind = ? AND key = ?", (kind, key)
                )
            }
            touched.setdefault(TABLE_OF[kind], set()).update(entities)
            for entity in entities:
                articles |= _articles_of(connection, kind, entity)
                connection.execute("DELETE FROM name_forms WHERE kind = ? AND entity_id = ?", (kind, entity))
        connection.execute("DELETE FROM corrections")
        connection.executemany("INSERT INTO corrections (kind, key, words, name) VALUES (?, ?, ?, ?)", sorted(wanted))
        for table, entities in touched.items():  # their forms were forgotten: they go by their own names again
            kind = PERSON if table == TABLE_OF[PERSON] else ORGANISATION
            for entity in entities:
                connection.execute(
                    f"INSERT OR IGNORE INTO name_forms (kind, key, entity_id) "
                    f"SELECT ?, key, id FROM {table} WHERE id = ?",
                    (kind, entity),
                )
                connection.execute(f"UPDATE {table} SET aliases = '[]' WHERE id = ?", (entity,))
        for article in sorted(articles):
            before = counts.entities_of(connection, article)
            resolve_again(connection, article)
            after = counts.entities_of(connection, article)
            for table in (TABLE_OF[PERSON], TABLE_OF[ORGANISATION]):
                touched.setdefault(table, set()).update(before[table] | after[table])
        counts.recount(connection, touched)
        _forget_empty(connection, touched)
        for article in articles:
            refresh_people(connection, article)
        copies = {found for url in originals for found in judge_again(connection, url)}
    return len(articles | copies)


def resolve_again(connection: sqlite3.Connection, article_id: int) -> None:
    """Find anew who the people and organisations of a stored article are, from its stored tags."""
    title, text, day = connection.execute(
        "SELECT title, text, published_date FROM articles WHERE id = ?", (article_id,)
    ).fetchone()
    officials = [
        (position, person, Official(name, post, body, tuple(json.loads(aliases)), status=status))
        for position, person, name, post, body, aliases, status in connection.execute(
            """SELECT position, person_id, name, title, organisation, aliases, status FROM article_officials
               WHERE article_id = ? ORDER BY position""",
            (article_id,),
        )
    ]
    mentions = [
        (mention_id, entity, Mention(*told))
        for mention_id, entity, *told in connection.execute(
            """SELECT id, entity_id, label, field, start, "end", text FROM mentions
               WHERE article_id = ? AND label IN ('PER', 'ORG') ORDER BY id""",
            (article_id,),
        )
    ]
    counts.take_roles(connection, article_id, day)
    connection.execute("UPDATE article_officials SET person_id = 0 WHERE article_id = ?", (article_id,))
    fields = {"title": title, "text": text}
    resolved = resolve_names(connection, [o for *_, o in officials], [m for *_, m in mentions], fields, day)
    connection.executemany(
        "UPDATE article_officials SET person_id = ? WHERE article_id = ? AND position = ?",
        [(resolved.entity_id("PER", official.name), article_id, position) for position, _, official in officials],
    )
    counts.add_roles(connection, article_id, day)
    connection.executemany(
        "UPDATE mentions SET entity_id = ? WHERE id = ?",
        [(resolved.entity_id(mention.label, mention.text), mention_id) for mention_id, _, mention in mentions],
    )
    now = {person: resolved.entity_id("PER", official.name) for _, person, official in officials}
    now |= {person: resolved.entity_id("PER", found.text) for _, person, found in mentions if found.label == "PER"}
    speakers = connection.execute("SELECT person_id, id FROM quotes WHERE article_id = ?", (article_id,)).fetchall()
    connection.executemany(
        "UPDATE quotes SET person_id = ? WHERE id = ?", [(now.get(person), quote) for person, quote in speakers]
    )
    promised = connection.execute("SELECT id, kind, who FROM promises WHERE article_id = ?", (article_id,)).fetchall()
    connection.executemany(
        "UPDATE promises SET entity_id = ? WHERE id = ?",
        [(resolved.entity_id("PER" if kind == PERSON else "ORG", who), number) for number, kind, who in promised],
    )
    parties = connection.execute(
        """SELECT p.agreement_id, p.position, p.party
           FROM agreement_parties p JOIN agreements g ON g.id = p.agreement_id WHERE g.article_id = ?""",
        (article_id,),
    ).fetchall()
    connection.executemany(
        "UPDATE agreement_parties SET organisation_id = ? WHERE agreement_id = ? AND position = ?",
        [(resolved.party_id(party), agreement, position) for agreement, position, party in parties],
    )


def _articles_of(connection: sqlite3.Connection, kind: str, entity: int) -> set[int]:
    """The articles that name a person or organisation."""
    label = "PER" if kind == PERSON else "ORG"
    found = {
        row[0]
        for row in connection.execute(
            "SELECT DISTINCT article_id FROM mentions WHERE label = ? AND entity_id = ?", (label, entity)
        )
    }
    if kind == PERSON:
        rows = connection.execute("SELECT DISTINCT article_id FROM article_officials WHERE person_id = ?", (entity,))
        found |= {row[0] for row in rows}
    return found


def _forget_empty(connection: sqlite3.Connection, touched: counts.Touched) -> None:
    """Forget the people and organisations that no article names any more."""
    for table, entities in touched.items():
        kind = PERSON if table == TABLE_OF[PERSON] else ORGANISATION
        for entity in entities:
            gone = connection.execute(f"DELETE FROM {table} WHERE id = ? AND articles = 0", (entity,)).rowcount
            if gone:
                connection.execute("DELETE FROM name_forms WHERE kind = ? AND entity_id = ?", (kind, entity))
