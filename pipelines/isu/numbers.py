"""Numbers that differ between the outlets of a story: "korban tewas: 12 / 15"."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple

COUNTED = re.compile(
    r"(?<![\w.,/-])(?P<number>\d{1,3}(?:\.\d{3})+(?:,\d+)?|\d+(?:,\d+)?)"
    r"(?:\s+(?P<scale>ribu|juta|miliar|triliun|persen))?\s+(?P<noun>[^\W\d_]{3,})(?:\s+(?P<more>[^\W\d_]{3,}))?",
    re.IGNORECASE,
)
# What stands behind a number that counts nothing which outlets could differ in: dates, hours, ages, sections.
NO_NOUNS = frozenset(
    """januari februari maret april mei juni juli agustus september oktober november desember tahun hari bulan minggu
    pekan jam menit detik wib wita wit pasal ayat dan atau yang dari hingga sampai per pada untuk dengan lalu
    kali""".split()
)
# Behind these the next word says what is counted: "12 orang tewas", "5 unit rumah".
VESSELS = frozenset(
    "orang warga korban unit jiwa buah ekor kepala anggota meter kilometer hektare ton kilogram".split()
)
MOST_SHOWN = 6


class Differing(NamedTuple):
    """What is counted, and each number with the outlets that give it, the most given first."""

    what: str
    numbers: list[tuple[str, list[str]]]


def differing(articles: Iterable[tuple[str, str]]) -> list[Differing]:
    """What the outlets of (outlet, text) count differently, what most of them count first.

    An outlet that gives several numbers for one thing, as for parts of it, does not count for that thing.
    """
    given: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for outlet, text in articles:
        for match in COUNTED.finditer(text):
            if what := _what(match["noun"], match["more"]):
                said = f"{match['number']} {match['scale'].lower()}" if match["scale"] else match["number"]
                given[what][outlet].add(said)
    found = []
    for what, outlets in given.items():
        by_number: dict[str, list[str]] = defaultdict(list)
        for outlet, numbers in outlets.items():
            if len(numbers) == 1:
                by_number[next(iter(numbers))].append(outlet)
        if len(by_number) > 1:
            found.append(Differing(what, sorted(by_number.items(), key=lambda item: (-len(item[1]), item[0]))))
    found.sort(key=lambda one: (-_told(one.numbers), one.what))
    return found[:MOST_SHOWN]


def _what(noun: str, more: str | None) -> str:
    noun, more = noun.lower(), (more or "").lower()
    if noun in NO_NOUNS:
        return ""
    if noun in VESSELS:
        return f"{noun} {more}" if more and more not in NO_NOUNS else ""
    return noun


def _told(numbers: Sequence[tuple[str, list[str]]]) -> int:
    return sum(len(outlets) for _, outlets in numbers)
