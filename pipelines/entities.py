"""Entities across articles: one row each for a person, organisation, place and law."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

WORD = re.compile(r"\w+")
ACRONYM_IN_BRACKETS = re.compile(r"\s*\(\s*$")


def name_key(name: str) -> str:
    """The normal form under which two spellings of a name are the same: its words, case folded."""
    return " ".join(WORD.findall(name.casefold()))


@dataclass
class Resolved:
    """Entity ids that one article touches, by table; and the surface forms they were found under."""

    people: dict[str, int] = field(default_factory=dict)
    organisations: dict[str, int] = field(default_factory=dict)
    places: dict[str, int] = field(default_factory=dict)
    laws: dict[str, int] = field(default_factory=dict)
    place_ids: list[int] = field(default_factory=list)  # in the order of the document's `places`
    law_ids: list[int] = field(default_factory=list)  # in the order of the document's `laws`

    def entity_id(self, label: str, text: str) -> int | None:
        """The entity that a mention stands for, or None when it resolves to none."""
        table = {
            "PER": self.people,
            "ORG": self.organisations,
            "GPE": self.places,
            "LOC": self.places,
            "LAW": self.laws,
        }
        return table.get(label, {}).get(name_key(text))


def resolve(connection: sqlite3.Connection, tags: Mapping[str, Any], text_of: Mapping[str, str]) -> Resolved:
    """Find or create the entities of one tagged document.

    tags     a document as `nlp.tag` writes it
    text_of  {"title": ..., "text": ...}, to read what stands between two mentions
    """
    resolved = Resolved()
    _people(connection, tags, resolved)
    _organisations(connection, tags, text_of, resolved)
    for place in tags["places"]:
        place_id = _place(connection, place)
        resolved.place_ids.append(place_id)
        for form in (place["text"], place["name"]):
            resolved.places.setdefault(name_key(form), place_id)
    for law in tags["laws"]:
        law_id = _law(connection, law)
        resolved.law_ids.append(law_id)
        resolved.laws[name_key(law["text"])] = law_id
    return resolved


def _people(connection: sqlite3.Connection, tags: Mapping[str, Any], resolved: Resolved) -> None:
    for official in tags["officials"]:
        person_id = _person(connection, official["name"], official["aliases"], official["honorifics"])
        resolved.people[name_key(official["name"])] = person_id
        for alias in official["aliases"]:
            resolved.people.setdefault(name_key(alias), person_id)
    names = {m["text"] for m in tags["mentions"] if m["label"] == "PER"}
    for name in sorted(names, key=lambda n: (-len(n.split()), n)):
        key = name_key(name)
        if not key or key in resolved.people:
            continue
        words = key.split()
        if len(words) > 1:
            resolved.people[key] = _person(connection, name, (), ())
        else:
            # A lone name is only somebody when exactly one full name of this document contains it.
            owners = {pid for full, pid in resolved.people.items() if words[0] in full.split()}
            if len(owners) == 1:
                resolved.people[key] = owners.pop()


def _organisations(
    connection: sqlite3.Connection, tags: Mapping[str, Any], text_of: Mapping[str, str], resolved: Resolved
) -> None:
    mentions = [m for m in tags["mentions"] if m["label"] == "ORG"]
    mentions.sort(key=lambda m: (m["field"], m["start"]))
    acronyms: dict[str, str] = {}  # key of the acronym -> full name, learnt from "Nama Lengkap (NL)"
    for full, short in pairwise(mentions):
        if full["field"] == short["field"] and len(short["text"]) < len(full["text"]):
            between = text_of[full["field"]][full["end"] : short["start"]]
            if ACRONYM_IN_BRACKETS.fullmatch(between):
                acronyms[name_key(short["text"])] = full["text"]
    for mention in mentions:
        key = name_key(mention["text"])
        if not key or key in resolved.organisations:
            continue
        full_name = acronyms.get(key, mention["text"])
        aliases = (mention["text"],) if full_name != mention["text"] else ()
        resolved.organisations[key] = _organisation(connection, full_name, aliases)


def _person(connection: sqlite3.Connection, name: str, aliases: Iterable[str], honorifics: Iterable[str]) -> int:
    person_id = _named(connection, "people", name)
    _add_forms(connection, "people", "aliases", person_id, aliases)
    _add_forms(connection, "people", "honorifics", person_id, honorifics)
    return person_id


def _organisation(connection: sqlite3.Connection, name: str, aliases: Iterable[str]) -> int:
    organisation_id = _named(connection, "organisations", name)
    _add_forms(connection, "organisations", "aliases", organisation_id, aliases)
    return organisation_id


def _named(connection: sqlite3.Connection, table: str, name: str) -> int:
    key = name_key(name)
    row = connection.execute(f"SELECT id FROM {table} WHERE key = ?", (key,)).fetchone()
    if row:
        return int(row[0])
    cursor = connection.execute(f"INSERT INTO {table} (key, name) VALUES (?, ?)", (key, name))
    return int(cursor.lastrowid or 0)


def _add_forms(connection: sqlite3.Connection, table: str, column: str, row_id: int, forms: Iterable[str]) -> None:
    new = list(forms)
    if not new:
        return
    stored = json.loads(connection.execute(f"SELECT {column} FROM {table} WHERE id = ?", (row_id,)).fetchone()[0])
    merged = stored + [form for form in dict.fromkeys(new) if form not in stored]
    if merged != stored:
        value = json.dumps(merged, ensure_ascii=False)
        connection.execute(f"UPDATE {table} SET {column} = ? WHERE id = ?", (value, row_id))


def _place(connection: sqlite3.Connection, place: Mapping[str, Any]) -> int:
    key = place["code"] or f"{place['kind']}:{name_key(place['name'])}"
    row = connection.execute("SELECT id FROM places WHERE key = ?", (key,)).fetchone()
    if row:
        return int(row[0])
    from nlp.gazetteers import region  # facts of a Kemendagri code; loaded only when a new place turns up

    facts = region(place["code"]) if place["code"] else None
    cursor = connection.execute(
        "INSERT INTO places (key, code, name, kind, province, country, lat, lon) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (
            key,
            place["code"],
            place["name"],
            place["kind"],
            facts.province if facts else None,
            "ID" if place["code"] else place["country"],
            facts.lat if facts else None,
            facts.lon if facts else None,
        ),
    )
    return int(cursor.lastrowid or 0)


def _law(connection: sqlite3.Connection, law: Mapping[str, Any]) -> int:
    row = connection.execute("SELECT id, about FROM laws WHERE key = ?", (law["key"],)).fetchone()
    if row:
        if law["about"] and not row[1]:
            connection.execute("UPDATE laws SET about = ? WHERE id = ?", (law["about"], row[0]))
        return int(row[0])
    cursor = connection.execute(
        "INSERT INTO laws (key, type, number, year, name, about) VALUES (?, ?, ?, ?, ?, ?)",
        (law["key"], law["type"], law["number"], law["year"], law["text"], law["about"]),
    )
    return int(cursor.lastrowid or 0)
