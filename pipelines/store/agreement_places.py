"""The places of an agreement: where it was signed, and which places' governments and bodies are its parties.

An article that tells of an agreement names other places as well. What says where an agreement belongs are its own
words: the place that it gives, and the end of a party's name ("Dinas Sosial Kota Ambon"). They are read by the places
that the tagger found in the same article, and by Kemendagri's names where a word says the kind ("Pemkab Bogor").
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from functools import lru_cache
from itertools import chain

from pipelines.database.open import transaction
from pipelines.store.who_is_who import name_key

PARTY, SIGNED = "party", "signed"
LONGEST = 5  # words of a region's name, its kind included: "Kabupaten Penukal Abab Lematang Ilir"
KINDS = {
    "kabupaten": "kabupaten",
    "kab": "kabupaten",
    "pemkab": "kabupaten",
    "kota": "kota",
    "pemkot": "kota",
    "provinsi": "provinsi",
    "pemprov": "provinsi",
    "kecamatan": "kecamatan",
}

Named = Mapping[str, str]  # places of one article: key by each form in which it writes them, as `name_key` has it


def link_places(connection: sqlite3.Connection, agreement_id: int) -> None:
    """Write the places of a stored agreement, whose parties and whose article's places are stored already."""
    article_id, signed = connection.execute(
        "SELECT article_id, place FROM agreements WHERE id = ?", (agreement_id,)
    ).fetchone()
    parties = [
        party
        for (party,) in connection.execute(
            "SELECT party FROM agreement_parties WHERE agreement_id = ? ORDER BY position", (agreement_id,)
        )
    ]
    named = _named_in(connection, article_id)
    found = [(place, SIGNED) for place in _places_in(signed or "", named)]
    for party in parties:
        words = name_key(party.split(" (")[0]).split()
        found += [(place, PARTY) for place in _places_at_the_end(words, named)]
    connection.executemany(
        "INSERT OR IGNORE INTO agreement_places (key, agreement_id, role) VALUES (?, ?, ?)",
        [(place, agreement_id, role) for place, role in found],
    )
    connection.execute("UPDATE agreements SET placed = 1 WHERE id = ?", (agreement_id,))


def link_those_without(connection: sqlite3.Connection) -> None:
    """Write the places of agreements that an older Pantau stored; begins no transaction where there are none."""
    older = connection.execute("SELECT id FROM agreements WHERE placed = 0 ORDER BY id").fetchall()
    if older:
        with transaction(connection):
            for (agreement_id,) in older:
                link_places(connection, agreement_id)


def _named_in(connection: sqlite3.Connection, article_id: int) -> Named:
    """The keys of the places that an article names, by their forms in it and by their names."""
    rows = connection.execute(
        """SELECT p.key, l.text, p.name FROM article_places l JOIN places p ON p.id = l.place_id
           WHERE l.article_id = ? ORDER BY l.rowid""",
        (article_id,),
    ).fetchall()
    named: dict[str, str] = {}
    for column in (1, 2):  # what the article itself calls by that name comes first
        for row in rows:
            named.setdefault(name_key(row[column]), row[0])
    return named


def _places_in(text: str, named: Named) -> Iterator[str]:
    """The places that a phrase names ("Balai Kota Surakarta", "Sentani, Papua"), each run of words once."""
    for part in text.split(","):
        words, at = name_key(part).split(), 0
        while at < len(words):
            lengths = range(min(LONGEST, len(words) - at), 0, -1)
            found = ((length, _place_of(words[at : at + length], named, bare=True)) for length in lengths)
            length, place = next(((length, place) for length, place in found if place is not None), (1, None))
            if place is not None:
                yield place
            at += length


def _places_at_the_end(words: list[str], named: Named) -> Iterator[str]:
    """The place with which a party's name ends, the longest that there is."""
    for start in range(max(0, len(words) - LONGEST), len(words)):
        place = _place_of(words[start:], named, bare=False)
        if place is not None:
            yield place
            return


def _place_of(words: list[str], named: Named, *, bare: bool) -> str | None:
    """The key of the place that these words are, by the article or by Kemendagri's names.

    bare: whether a name without its kind counts, where only one province, kabupaten or kota has it.
    """
    kind = KINDS.get(words[0])
    if kind and len(words) > 1:
        code = _code(kind, " ".join(words[1:]))
        if code is not None:
            return code
    known = named.get(" ".join(words))
    if known is not None:
        return known
    return _only_code(" ".join(words)) if bare else None


@lru_cache(maxsize=10_000)  # the same bodies sign again and again
def _code(kind: str, name: str) -> str | None:
    """The code of the only region of that kind and name."""
    from nlp.gazetteers import regions

    found = regions().find(kind, name)
    return found[0].code if len(found) == 1 else None


@lru_cache(maxsize=10_000)
def _only_code(name: str) -> str | None:
    """The code of the only province, kabupaten or kota of that name."""
    from nlp.gazetteers import regions

    found = list(chain.from_iterable(regions().find(kind, name) for kind in ("provinsi", "kabupaten", "kota")))
    return found[0].code if len(found) == 1 else None
