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
        self.by_code = {row.code: row for row in rows}
        self.by_name: dict[str, dict[str, list[Region]]] = {}
        for row in rows:
            self.by_name.setdefault(row.kind, {}).setdefault(place_key(row.name), []).append(row)
        aliases = tomllib.loads((HERE / "aliases.toml").read_text(encoding="utf-8"))
        for alias, code in (aliases["provinces"] | aliases["regencies"]).items():
            row = self.by_code[code]
            found = self.by_name[row.kind].setdefault(place_key(alias), [])
            if row not in found:
                found.append(row)

    def find(self, kind: str, name: str) -> list[Region]:
        """Regions of this kind with this name, by any of its forms."""
        return self.by_name.get(kind, {}).get(place_key(name), [])


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
