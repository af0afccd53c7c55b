"""Facts: Kemendagri's regions, countries, cities abroad, ministries and their short names. Each is read on first use.

Regions: Kemendagri codes and coordinates by way of cahyadsn/wilayah (MIT) and yusufsyaifudin/wilayah-indonesia.
Countries: Unicode CLDR through babel, locale `id`, and the usual newspaper forms in countries.toml.
"""

from __future__ import annotations

import csv
import re
import tomllib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from babel import Locale

HERE = Path(__file__).resolve().parent
WORD = re.compile(r"\w+")
NOT_JOINED = frozenset(
    ("batubara", "kota baru")
)  # coal, and towns that are planned; Batu Bara and Kotabaru are regencies
SHORTEST_TOWN = 5  # letters of a town that gives its kecamatan the name
SHORTEST_PART = 3  # letters of a word of a region's name that is written otherwise: "Pare Pare", no "Ma Lang"
# Words that begin the names of many regions, and that newspapers join to the next word or part from it.
TOPONYMS = (
    "gunung", "tanjung", "lubuk", "bandar", "pangkal", "padang", "tebing", "palangka", "bukit", "pare", "sawah",
    "tulang", "kulon", "tanah", "banjar", "tulung", "karang", "pekan", "banyu",
)  # fmt: skip
COMMON_WORDS = HERE / "common_words.txt"
NAME_WORDS = HERE / "name_words.txt"


@lru_cache(maxsize=20_000)
def place_key(name: str) -> str:
    """The form by which place names are compared: words, case folded; "Kep." is "kepulauan"."""
    words = WORD.findall(name.casefold())
    return " ".join({"kep": "kepulauan", "sumatra": "sumatera"}.get(word, word) for word in words)


@dataclass(frozen=True, slots=True)
class Region:
    """A province, kabupaten, kota or kecamatan. `province` is the name of its province; a province's is its own."""

    code: str
    kind: str
    name: str
    province: str
    lat: float | None
    lon: float | None

    @property
    def display(self) -> str:
        """The name as people read it: "Kota Bandung", "Kabupaten Bogor", but "Jawa Barat"."""
        return self.name if self.kind == "provinsi" else f"{self.kind.capitalize()} {self.name}"


class Regions:
    """All regions by code and by name."""

    def __init__(self, rows: list[Region]) -> None:
        aliases = tomllib.loads((HERE / "aliases.toml").read_text(encoding="utf-8"))
        self.by_code = {row.code: row for row in rows}
        self.by_name: dict[str, dict[str, list[Region]]] = {}
        for row in rows:
            self.by_name.setdefault(row.kind, {}).setdefault(place_key(row.name), []).append(row)
        self.common = frozenset(aliases["common"]["names"].split())
        for alias, code in (aliases["provinces"] | aliases["regencies"]).items():
            row = self.by_code[code]
            found = self.by_name[row.kind].setdefault(place_key(alias), [])
            if row not in found:
                found.append(row)
        self._add_towns()
        self._joined = {
            kind: {key.replace(" ", ""): rows for key, rows in names.items()} for kind, names in self.by_name.items()
        }

    def _add_towns(self) -> None:
        """Give a kecamatan "Kota P" the name P, too, where no other region has it: "KEFAMENANU" of a dateline."""
        taken = {name for names in self.by_name.values() for name in names} | common_words()
        own = self.by_name.get("kecamatan", {})
        for name, rows in list(own.items()):
            town = name.removeprefix("kota ")
            if town != name and len(rows) == 1 and len(town) >= SHORTEST_TOWN and town not in taken:
                own[town] = rows

    def find(self, kind: str, name: str) -> list[Region]:
        """Regions of this kind with this name, by any of its forms.

        A name may be joined, parted or hyphened otherwise than Kemendagri writes it ("Palangkaraya", "Pare-pare",
        "Gunung Kidul"), unless that means something else (NOT_JOINED).
        """
        key = place_key(name)
        rows = self.by_name.get(kind, {}).get(key, [])
        if rows:
            return rows
        if key in NOT_JOINED or min(map(len, key.split()), default=0) < SHORTEST_PART:
            return rows
        return self._joined.get(kind, {}).get(key.replace(" ", ""), [])

    def not_joined(self, kind: str, name: str) -> list[Region]:
        """Regions whose joined name is a common word, too, which only words around it tell apart: "asal Batubara"."""
        key = place_key(name)
        joined = self._joined.get(kind, {}).get(key, []) if key in NOT_JOINED and name[:1].isupper() else []
        return [row for row in joined if place_key(row.name) != key]

    def spellings(self, key: str) -> set[str]:
        """The ways in which a kabupaten's or kota's name (a place_key) is written: joined, hyphened and parted."""
        joined = key.replace(" ", "")
        parts = key.split()
        first = next((word for word in TOPONYMS if joined.startswith(word) and len(joined) - len(word) > 2), None)
        if len(parts) == 1 and first:
            parts = [first, joined[len(first) :]]
        forms = {key, joined, " ".join(parts)} | ({"-".join(parts)} if len(parts) == 2 else set())
        return {form for form in forms if form == key or not self._is_something_else(form, key)}

    def _is_something_else(self, form: str, key: str) -> bool:
        """Whether a spelling of a region's name is a common word, or the name of another region of any kind."""
        own = tuple(row.code for kind in ("kabupaten", "kota") for row in self.by_name[kind].get(key, ()))
        others = (row.code for rows in self.by_name.values() for row in rows.get(form, ()))
        return form in common_words() or not all(code.startswith(own) for code in others)


@lru_cache(maxsize=1)
def regions() -> Regions:
    """The regions of Indonesia."""
    with (HERE / "regions.csv").open(encoding="utf-8", newline="") as file:
        raw = list(csv.DictReader(file))
    provinces = {row["code"]: row["name"].strip() for row in raw if row["kind"] == "provinsi"}
    rows = []
    for row in raw:
        lat, lon = (float(row[key]) if row[key] else None for key in ("lat", "lon"))
        rows.append(Region(row["code"], row["kind"], row["name"].strip(), provinces[row["code"][:2]], lat, lon))
    return Regions(rows)


def region(code: str) -> Region | None:
    """The region with this Kemendagri code, or None."""
    return regions().by_code.get(code)


@lru_cache(maxsize=1)
def countries() -> dict[str, str]:
    """Country name (place_key) -> ISO 3166-1 alpha-2."""
    names = {place_key(name): code for code, name in Locale("id").territories.items() if re.fullmatch("[A-Z]{2}", code)}
    own = tomllib.loads((HERE / "countries.toml").read_text(encoding="utf-8"))
    return names | {place_key(name): code for name, code in own.items()}


@lru_cache(maxsize=512)
def country_name(code: str) -> str:
    """A country's Indonesian name by its ISO code; the code when the CLDR has none."""
    return str(Locale("id").territories.get(code, code))


@lru_cache(maxsize=1)
def foreign_cities() -> dict[str, tuple[str, str]]:
    """City name (place_key) -> (name, ISO code of its country)."""
    by_country = tomllib.loads((HERE / "foreign_cities.toml").read_text(encoding="utf-8"))
    return {place_key(city): (city, code) for code, cities in by_country.items() for city in cities}


@lru_cache(maxsize=1)
def institutions() -> dict[str, str]:
    """Short name of a ministry or agency -> its full name, both as words in lower case ("kemenhub")."""
    by_name = tomllib.loads((HERE / "institutions.toml").read_text(encoding="utf-8"))
    return {_words(short): _words(name) for name, shorts in by_name.items() for short in shorts}


def _words(name: str) -> str:
    return " ".join(WORD.findall(name.casefold()))


@lru_cache(maxsize=1)
def common_words() -> frozenset[str]:
    """Words of common speech, case folded, that are parts of no name (nlp/training/words.py counts them)."""
    return _listed(COMMON_WORDS)


@lru_cache(maxsize=1)
def name_words() -> frozenset[str]:
    """Words of people's names, capitalised (nlp/training/words.py counts them)."""
    return _listed(NAME_WORDS)


def _listed(file: Path) -> frozenset[str]:
    """The words of a file, lines that begin with "#" left out."""
    lines = file.read_text(encoding="utf-8").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())
