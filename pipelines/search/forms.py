"""Other forms of what was typed: full name and acronym of a body, a person's other names, a city's everyday name, laws.

They come from the database (`name_forms`, `laws`), from the gazetteers, and from the articles themselves, where one
writes "judi online (judol)".
"""

from __future__ import annotations

import re
import sqlite3
import tomllib
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

import nlp.gazetteers
from nlp.gazetteers import institutions, regions
from pipelines.search.near_words import count
from pipelines.search.words import phrase_expression

LONGEST_NAME = 8  # words
MOST_FORMS = 4  # of one name
READ = 60  # articles in which an explanation in brackets is looked for
EXPLAINED = 10  # of so many that are read one must explain it: "SRI" stands for a firm in few of those with "Sri"
RARER = 20  # times rarer than the name a stored form may be
LEAST_SEEN = 2  # articles with a stored form, or with an explanation, at the least
BEFORE = 100  # characters before an acronym in brackets in which its full name is looked for
NUMBER = re.compile(r"(\d{1,4}[A-Z]?)\s*(?:/|\btahun\b|\bth\.?)\s*((?:19|20)\d\d)(?!\d)", re.IGNORECASE)
BEFORE_NUMBER = re.compile(r"\b(?:nomor|no)\b\.?\s*$", re.IGNORECASE)


def known_forms(connection: sqlite3.Connection, name: str) -> list[str]:
    """The other forms of a name (lower case, a blank between words) that database and gazetteers know.

    Only those that articles have, and more than a few where only the database knows them: it keeps slips of the tagger,
    too, and short names mean more than one thing ("sri"). What holds all words of the name is no other form: the name
    itself finds it.
    """
    stored = _stored_forms(connection, name)
    seen = count(connection, phrase_expression(name.split())) if stored else 0
    least = dict.fromkeys(stored, max(LEAST_SEEN, seen // RARER))
    least |= dict.fromkeys(_gazetteer_forms().get(name, ()), 1)
    words = set(name.split())
    others = [form for form in least if not words <= set(form.split())]
    return [form for form in others if count(connection, phrase_expression(form.split())) >= least[form]][:MOST_FORMS]


def _stored_forms(connection: sqlite3.Connection, name: str) -> list[str]:
    """The forms that the database has of the same person or body; the public snapshot has none."""
    if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'name_forms'").fetchone():
        return []
    found = connection.execute(
        """SELECT DISTINCT o.key FROM name_forms f CROSS JOIN name_forms o INDEXED BY name_forms_entity
           ON o.kind = f.kind AND o.entity_id = f.entity_id
           WHERE f.kind IN ('person', 'organisation') AND f.key = ? LIMIT 20""",
        (name,),
    )
    return [str(row[0]) for row in found]


@lru_cache(maxsize=1)
def _gazetteer_forms() -> dict[str, tuple[str, ...]]:
    """Other forms of ministries' and agencies' names and of places' names."""
    groups: list[list[str]] = []
    shorts: dict[str, list[str]] = {}
    for short, full in institutions().items():
        shorts.setdefault(full, [full]).append(short)
    groups += shorts.values()
    places: dict[str, list[str]] = {}
    for kind in ("kota", "kabupaten", "provinsi"):
        for name, rows in regions().by_name[kind].items():
            for row in rows:
                places.setdefault(row.code, []).append(name)
    groups += [names for names in places.values() if len(names) > 1]
    found: dict[str, tuple[str, ...]] = {}
    for group in groups:
        for name in group:
            found[name] = found.get(name, ()) + tuple(other for other in group if other != name)
    return found


def explained_forms(connection: sqlite3.Connection, words: Sequence[str]) -> list[str]:
    """What the newest articles with these words write before them or behind them in brackets, as their other form."""
    name = " ".join(words)
    texts = connection.execute(
        f"""SELECT text FROM articles WHERE id IN (
              SELECT rowid FROM articles_fts WHERE articles_fts MATCH ? ORDER BY rowid DESC LIMIT {READ})""",
        (f'text: "{name}"',),
    ).fetchall()
    short, pattern = len(words) == 1, r"\s+".join(map(re.escape, words))
    search = re.compile(
        rf"\(\s*{pattern}\s*\)" if short else rf"\b{pattern}\s*\(\s*([\w/-]{{2,15}})\s*\)", re.IGNORECASE
    )
    seen: Counter[str] = Counter()
    for (text,) in texts:
        for match in search.finditer(text):
            if short:
                seen[_spelt_out(name, text[max(0, match.start() - BEFORE) : match.start()])] += 1
            elif _stands_for(match[1].casefold(), name):
                seen[match[1].casefold()] += 1
    return [form for form, times in seen.most_common(2) if form and times >= max(LEAST_SEEN, len(texts) / EXPLAINED)][
        :1
    ]


def _spelt_out(acronym: str, before: str) -> str:
    """The last words before an acronym that it stands for, "" when none do."""
    words = re.findall(r"\w+", before.casefold())
    for number in range(1, len(words) + 1):
        name = " ".join(words[-number:])
        if name != acronym and _stands_for(acronym, name):
            return name
    return ""


def _stands_for(acronym: str, name: str) -> bool:
    """Whether an acronym begins as the name, and its letters come in their order, the last in its last word."""
    letters = re.sub(r"\W", "", acronym)
    before, _, last = name.rpartition(" ")
    if len(letters) < 2 or not before or not name.startswith(letters[0]) or len(name) < len(letters) + 2:
        return False
    following = iter(name)
    return letters[-1] in last and all(letter in following for letter in letters)


@lru_cache(maxsize=1)
def _kinds_of_law() -> list[tuple[str, str]]:
    """(form in lower case, usual abbreviation) of the kinds of laws, longer forms first."""
    path = Path(nlp.gazetteers.__file__).with_name("regulations.toml")
    kinds = [
        (form, short) for short, forms in tomllib.loads(path.read_text(encoding="utf-8")).items() for form in forms
    ]
    return sorted(kinds, key=lambda kind: -len(kind[0]))


def laws(connection: sqlite3.Connection, query: str) -> list[tuple[int, str]]:
    """(id, name) of the laws that a query cites: "UU 1/2024", "Perpres No. 79 Tahun 2025", "Perda Bogor 3/2024"."""
    found = []
    for number in NUMBER.finditer(query):
        before = BEFORE_NUMBER.sub("", query[: number.start()].rstrip()).rstrip()
        for form, short in _kinds_of_law():
            kind = re.search(rf"(?<!\w){re.escape(form)}(?!\w)(?P<issuer>(?:\s+\w+){{0,4}})$", before, re.IGNORECASE)
            if kind is None:
                continue
            keys = [f"{short}{kind['issuer'].title()} {number[1]}/{number[2]}", f"{short} {number[1]}/{number[2]}"]
            found += connection.execute("SELECT id, key FROM laws WHERE key IN (?, ?) LIMIT 1", keys).fetchall()
            break
    return [(int(law), str(key)) for law, key in found]
