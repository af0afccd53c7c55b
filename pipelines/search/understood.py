"""Filters that mean nothing here: a place that nobody knows, days the wrong way round, a person whom no article names.

Such a filter finds nothing, or is passed over, and looks like an answer. So what was not understood is said, with what
may have been meant: on the search page with a link, on the command line as an error before anything is written.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches

from nlp.gazetteers import region
from pipelines.errors import UserError
from pipelines.language.words import as_seen
from pipelines.search.asked import NAMED, is_day, named_values
from pipelines.search.filters import Filters
from pipelines.search.named_places import NEAR_ENOUGH, nearest_place, region_codes
from pipelines.search.posts import is_post
from pipelines.search.reading import read
from pipelines.search.rows import plain
from pipelines.store.who_is_who import name_key
from pipelines.wording.labels import AGREEMENT_TYPES, ARTICLE_KINDS

LONGEST_SAID = 60  # characters of a filter that are repeated
# Filters by id, from the profiles: what the id is of, and the table.
BY_ID = {
    "orang": ("Orang", "people"),
    "dengan": ("Orang", "people"),
    "lembaga": ("Lembaga", "organisations"),
    "tempat": ("Tempat", "places"),
    "peraturan": ("Peraturan", "laws"),
    "dikutip": ("Orang", "people"),
}


@dataclass(frozen=True, slots=True)
class Misread:
    """A filter that was not understood: what is said of it, what may be meant, and that as arguments of an address."""

    says: str
    meant: str = ""
    instead: Mapping[str, str] = field(default_factory=dict)

    @property
    def told(self) -> str:
        """All of it as a line."""
        return f"{self.says} Maksudnya {self.meant}?" if self.meant else self.says


def misread(connection: sqlite3.Connection, get: Callable[[str], str | None]) -> list[Misread]:
    """The filters of an address, whose arguments `get` gives, that were not understood."""

    def given(name: str) -> str:
        return as_seen(get(name) or "").replace("\x00", "").strip()

    found = [_day("dari", given("dari")), _day("sampai", given("sampai")), _turned(given("dari"), given("sampai"))]
    found += [
        _choice("jenis", given("jenis"), ARTICLE_KINDS),
        _choice("perjanjian", given("perjanjian"), AGREEMENT_TYPES),
    ]
    found += [
        _source(connection, given("sumber")),
        _city(connection, given("kota")),
        _person(connection, given("pejabat")),
    ]
    for name, (what, table) in BY_ID.items():
        if value := given(name):
            known = value.isdecimal() and connection.execute(f"SELECT 1 FROM {table} WHERE id = ?", (value[:15],))
            if not known or not known.fetchone():
                found.append(Misread(f"{what} nomor {_said(value)} tidak ada.", instead={name: ""}))
    if (code := given("provinsi")) and not region(code):
        found.append(Misread(f"Provinsi {_said(code)} tidak dikenal.", instead={"provinsi": ""}))
    if (post := given("jabatan")) and not (is_post(post) and given("orang")):
        found.append(Misread(f"Jabatan {_said(post)} tidak dikenal.", instead={"jabatan": ""}))
    return [one for one in found if one]


def check(connection: sqlite3.Connection, filters: Filters) -> None:
    """Raise UserError for options of a command that mean nothing, with what may be meant."""
    if told := not_yet(connection, filters):
        raise UserError(" ".join(told))


def not_yet(connection: sqlite3.Connection, filters: Filters) -> list[str]:
    """What means nothing of a command's options so far: a watch may wait for a person whom no article names yet."""
    since, until = (day.isoformat() if day else "" for day in (filters.since, filters.until))
    wrong = [
        ("--since", _turned(since, until)),
        ("--source", _source(connection, filters.source or "")),
        ("--city", _city(connection, as_seen(filters.city or "").strip())),
        ("--person", _known_person(connection, as_seen(filters.person or "").strip())),
    ]
    return [f"{option}: {one.told}" for option, one in wrong if one]


def _said(value: str) -> str:
    return f"“{value[:LONGEST_SAID]}”"


def _day(name: str, value: str) -> Misread | None:
    """A day that is none, and what is meant where another way to write it is read."""
    if not value or is_day(value):
        return None
    from pipelines.extract.dates import parse_machine  # with lxml and htmldate: only where somebody mistyped a day

    when = parse_machine(value)
    meant = when.date().isoformat() if when else ""
    says = f"Tanggal {name} {_said(value)} tidak terbaca; tulis seperti 2025-12-31."
    return Misread(says, meant, {name: meant})


def _turned(since: str, until: str) -> Misread | None:
    """Days the wrong way round."""
    if not (is_day(since) and is_day(until) and since > until):
        return None
    says = f"Tanggal awal ({since}) sesudah tanggal akhir ({until}), jadi tidak ada artikel yang cocok."
    return Misread(says, f"{until} sampai {since}", {"dari": until, "sampai": since})


def _choice(name: str, value: str, known: Mapping[str, str]) -> Misread | None:
    """A value that is none of those to choose from."""
    if not value or value in known:
        return None
    by_word = {key.casefold(): key for key in known} | {label.casefold(): key for key, label in known.items()}
    near = get_close_matches(value.casefold(), by_word, n=1, cutoff=NEAR_ENOUGH)
    key = by_word[near[0]] if near else ""
    return Misread(f"{name.capitalize()} {_said(value)} tidak dikenal.", known.get(key, ""), {name: key})


def _source(connection: sqlite3.Connection, value: str) -> Misread | None:
    """A source that is none."""
    if not value or connection.execute("SELECT 1 FROM sources WHERE id = ?", (value,)).fetchone():
        return None
    rows = connection.execute("SELECT id, name FROM sources").fetchall()
    by_word = {str(key).casefold(): key for key, _ in rows} | {str(name).casefold(): key for key, name in rows}
    near = get_close_matches(value.casefold(), by_word, n=1, cutoff=NEAR_ENOUGH)
    key = by_word[near[0]] if near else ""
    return Misread(f"Sumber {_said(value)} tidak dikenal.", key, {"sumber": key})


def _city(connection: sqlite3.Connection, value: str) -> Misread | None:
    """A place that neither the gazetteer nor an article knows."""
    if not value or region_codes(value) or connection.execute(NAMED["city"][1], named_values("city", value)).fetchone():
        return None
    near = nearest_place(value)
    return Misread(f"Tempat {_said(value)} tidak dikenal.", near, {"kota": near})


def _person(connection: sqlite3.Connection, value: str) -> Misread | None:
    """A person whom no article names: words of a name, as the pages' filter takes them."""
    if not value or _named(connection, value):
        return None
    near = read(connection, value, short=False).spelling
    near = near if near and _named(connection, near) else ""
    return Misread(f"Tidak ada orang bernama {_said(value)} dalam artikel.", near.title(), {"pejabat": near.title()})


def _known_person(connection: sqlite3.Connection, value: str) -> Misread | None:
    """The same for a whole name, as commands take it."""
    form = "SELECT 1 FROM name_forms WHERE kind = 'person' AND key = ?"
    if not value or connection.execute(form, (name_key(value),)).fetchone():
        return None
    wrong = _person(connection, value)
    if wrong is not None:
        return wrong
    row = connection.execute(f"{_PEOPLE} ORDER BY +articles DESC LIMIT 1", (f"%{plain(value)}%",)).fetchone()
    return Misread(f"{_said(value)} bukan nama lengkap seseorang dalam artikel.", row[0] if row else "")


_PEOPLE = "SELECT name FROM people WHERE name LIKE ? ESCAPE '\\'"


def _named(connection: sqlite3.Connection, words: str) -> bool:
    """Whether somebody has these words in the name."""
    return connection.execute(f"{_PEOPLE} LIMIT 1", (f"%{plain(words)}%",)).fetchone() is not None
