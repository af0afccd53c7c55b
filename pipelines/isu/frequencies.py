"""How common a word is: in Indonesian news at large, by a table that ships, and in the news of these days.

A word that is everywhere this week tells little of which event an article is about, however rare it is in other weeks:
so the counts of the days in the window are kept beside the table. Numbers are only counted in these days.
`python -m benchmarks.stories frequencies` writes the table.
"""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache, lru_cache
from pathlib import Path
from zlib import crc32

FILE = Path(__file__).with_name("frequencies.json")
REMEMBERED = 200_000  # words whose marks are kept
LIVE = 2.0  # an article of these days counts as so many of the table's,
LIVE_MOST = 0.5  # and all of them together for at most so much of a word's frequency


@dataclass(frozen=True, slots=True)
class Table:
    """In how many of `articles` a stem stands; one that is not in `stems` stands in fewer than `least`."""

    articles: int
    least: int
    stems: Mapping[str, int]


@dataclass(slots=True)
class Frequencies:
    """The table, and of the `articles` in the window in how many each word stands, by `mark`."""

    table: Table
    articles: int = 0
    live: Counter[int] = field(default_factory=Counter)

    def add(self, marks: Iterable[int]) -> None:
        """Count the words of an article that comes into the window."""
        self.articles += 1
        self.live.update(marks)

    def weights(self, words: Iterable[str]) -> dict[int, float]:
        """Inverse document frequency of stems and numbers, by mark: minus the logarithm of their share of articles."""
        table, live = self.table, self.live
        floor = table.least / 2
        part = min(LIVE_MOST, LIVE * self.articles / (table.articles + LIVE * self.articles))
        of_table = (1 - part) / table.articles
        of_live = part / self.articles if self.articles else 0.0
        found = {}
        for word in words:
            known = mark(word)
            common = floor if word[0].isdigit() else table.stems.get(word, floor)
            share = of_table * common + of_live * live[known]
            found[known] = -math.log(share) if share < 1 else 0.0
        return found


@lru_cache(maxsize=REMEMBERED)
def mark(word: str) -> int:
    """What a word is known by in vectors and in the database: its CRC-32."""
    return crc32(word.encode("utf-8", "surrogatepass"))


@cache
def shipped() -> Table:
    """The table beside this file."""
    read = json.loads(FILE.read_text(encoding="utf-8"))
    return Table(read["articles"], read["least"], read["stems"])
