"""Entities across articles: a person, organisation, place or law has one row, whatever the articles call it."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from nlp.records import Law, Mention, Official, Place, Tags
from pipelines.store.body_names import body_names
from pipelines.store.who_is_who import (
    PERSON,
    Post,
    add_aliases,
    add_form,
    find_organisation,
    find_person,
    name_key,
)


@dataclass
class Resolved:
    """The entities that one article names: ids by the key (`name_key`) of each form in which it writes them."""

    people: dict[str, int] = field(default_factory=dict)
    organisations: dict[str, int] = field(default_factory=dict)
    places: dict[str, int] = field(default_factory=dict)
    laws: dict[str, int] = field(default_factory=dict)
    no_bodies: set[str] = field(default_factory=set)  # names that the tagger takes for bodies, and that are none
    place_ids: list[int] = field(default_factory=list)  # in the order of the document's `places`
    law_ids: list[int] = field(default_factory=list)  # in the order of the document's `laws`

    def entity_id(self, label: str, text: str) -> int | None:
        """The entity that a mention stands for; None when nobody knows."""
        table = {
            "PER": self.people,
            "ORG": self.organisations,
            "GPE": self.places,
            "LOC": self.places,
            "LAW": self.laws,
        }
        return table.get(label, {}).get(name_key(text))

    def party_id(self, party: str) -> int | None:
        """The organisation that is a party of an agreement, written with or without its acronym in brackets."""
        return self.entity_id("ORG", party) or self.entity_id("ORG", party.split(" (")[0])


def resolve(connection: sqlite3.Connection, tags: Tags, text_of: Mapping[str, str], day: str | None = None) -> Resolved:
    """Find or create the entities of one tagged document.

    text_of  {"title": ..., "text": ...}, to read what stands between two mentions
    day      the article's day (WIB), which tells posts held at once from posts held one after the other
    """
    resolved = resolve_names(connection, tags.officials, tags.mentions, text_of, day)
    for place in tags.places:
        place_id = _place(connection, place)
        resolved.place_ids.append(place_id)
        for form in (place.text, place.name):
            resolved.places.setdefault(name_key(form), place_id)
    for law in tags.laws:
        law_id = _law(connection, law)
        resolved.law_ids.append(law_id)
        resolved.laws[name_key(law.text)] = law_id
    return resolved


def resolve_names(
    connection: sqlite3.Connection,
    officials: Sequence[Official],
    mentions: Sequence[Mention],
    text_of: Mapping[str, str],
    day: str | None,
) -> Resolved:
    """Find or create only the people and organisations of a document; arguments as for `resolve`."""
    resolved = Resolved()
    _people(connection, officials, mentions, day, resolved)
    _organisations(connection, mentions, text_of, resolved)
    return resolved


def _people(
    connection: sqlite3.Connection,
    officials: Sequence[Official],
    mentions: Sequence[Mention],
    day: str | None,
    resolved: Resolved,
) -> None:
    for official in officials:
        post = Post(official.title, official.organisation, day, official.status == "mantan")
        person = find_person(connection, official.name, post)
        add_aliases(connection, PERSON, person, official.aliases)
        add_aliases(connection, PERSON, person, official.honorifics, column="honorifics")
        resolved.people.setdefault(name_key(official.name), person)
        for alias in official.aliases:
            key = name_key(alias)
            resolved.people.setdefault(key, person)
            if len(key.split()) > 1:  # a form of several words means the same person in other articles, too
                add_form(connection, PERSON, key, person)
    names = {m.text for m in mentions if m.label == "PER"}
    shown = _headline_names(mentions)
    for name in sorted(names, key=lambda n: (n in shown, -len(n.split()), n)):
        key = name_key(name)
        if not key or key in resolved.people:
            continue
        words = key.split()
        if name in shown:
            resolved.people[key] = resolved.people[shown[name]]
        elif len(words) > 1:
            resolved.people[key] = find_person(connection, name, None)
        else:
            # A lone name is only somebody when exactly one full name of this document contains it.
            owners = {pid for full, pid in resolved.people.items() if words[0] in full.split()}
            if len(owners) == 1:
                resolved.people[key] = owners.pop()


def _headline_names(mentions: Sequence[Mention]) -> dict[str, str]:
    """Names of the title alone that begin with words of the headline: the key of the person's name in the text.

    "Heroik Bagas Alam" is Bagas Alam where the text names him so, and nobody else.
    """
    in_text = {name_key(m.text) for m in mentions if m.label == "PER" and m.field == "text"}
    found = {}
    for mention in mentions:
        words = name_key(mention.text).split()
        if mention.label != "PER" or mention.field != "title" or " ".join(words) in in_text:
            continue
        tails = (" ".join(words[n:]) for n in range(1, len(words) - 1))
        if tail := next((tail for tail in tails if tail in in_text), None):
            found[mention.text] = tail
    return found


def _organisations(
    connection: sqlite3.Connection, mentions: Sequence[Mention], text_of: Mapping[str, str], resolved: Resolved
) -> None:
    names = body_names(mentions, text_of)
    for mention in sorted((m for m in mentions if m.label == "ORG"), key=lambda m: (m.field, m.start)):
        key, meant = name_key(mention.text), names.meant(mention.text)
        if not key or key in resolved.organisations:
            continue
        if meant is None:
            resolved.no_bodies.add(key)
        else:
            resolved.organisations[key] = find_organisation(connection, meant, acronyms=names.acronyms)
    for acronym in names.bracketed:  # learnt for this article's posts and for other articles
        resolved.organisations.setdefault(
            name_key(acronym), find_organisation(connection, acronym, acronyms=names.acronyms)
        )


def _place(connection: sqlite3.Connection, place: Place) -> int:
    key = place.code or f"{place.kind}:{name_key(place.name)}"
    row = connection.execute("SELECT id FROM places WHERE key = ?", (key,)).fetchone()
    if row:
        return int(row[0])
    from nlp.gazetteers import region  # facts of a Kemendagri code; loaded only when a new place turns up

    facts = region(place.code) if place.code else None
    cursor = connection.execute(
        "INSERT INTO places (key, code, name, kind, province, country, lat, lon) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (
            key,
            place.code,
            place.name,
            place.kind,
            facts.province if facts else None,
            "ID" if place.code else place.country,
            facts.lat if facts else None,
            facts.lon if facts else None,
        ),
    )
    return int(cursor.lastrowid or 0)


def _law(connection: sqlite3.Connection, law: Law) -> int:
    row = connection.execute("SELECT id, about FROM laws WHERE key = ?", (law.key,)).fetchone()
    if row:
        if law.about and not row[1]:
            connection.execute("UPDATE laws SET about = ? WHERE id = ?", (law.about, row[0]))
        return int(row[0])
    cursor = connection.execute(
        "INSERT INTO laws (key, type, number, year, name, about) VALUES (?, ?, ?, ?, ?, ?)",
        (law.key, law.type, law.number, law.year, law.text, law.about),
    )
    return int(cursor.lastrowid or 0)
