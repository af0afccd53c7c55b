"""Vectors: an article as the weights of its words, which two articles are compared by.

Title, lead and body are apart, since two articles about one event share the words of their titles, and two about one
topic those of their bodies. Numbers are words ("1,3", "19"), and two words side by side ("pulau aceh") are a feature of
their own. Names, places and dates are words, too: as features apart, from the tagger, they made the stories worse
(docs/choices.md).
"""

from __future__ import annotations

import array
import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache
from itertools import pairwise
from operator import mul

from pipelines.isu.frequencies import REMEMBERED, Frequencies, mark
from pipelines.language.stems import stem_word
from pipelines.language.stop_words import stop_stems

EPOCH = date(1970, 1, 1)
MONTHS = {name: n for n, name in enumerate("jan feb mar apr mei jun jul agu sep okt nov des".split(), 1)}
DATE = re.compile(
    r"(?<![\d/.,])(?P<day>\d{1,2})(?:/(?P<month>\d{1,2})|\s+(?P<name>"
    r"januari|februari|maret|april|mei|juni|juli|agustus|september|oktober|november|desember))\b"
    r"(?:[/\s](?P<year>(?:19|20)\d\d)\b)?",
    re.IGNORECASE,
)
TODAY = re.compile(r"\bhari ini\b", re.IGNORECASE)
# What of a kind an article is about, where articles of one wording tell of several: a listed company ("Blue Bird
# (BIRD) gelar RUPS hari ini") and a volcano. The numbers tell the kinds apart; days are of kind 1.
DAY, COMPANY, VOLCANO = 1.0, 2.0, 3.0
SERIES = (
    (COMPANY, re.compile(r"\((?P<name>[A-Z]{4})\)")),
    (VOLCANO, re.compile(r"\bgunung (?:api )?(?P<name>[^\W\d_]+)", re.IGNORECASE)),
)
WORD = re.compile(r"\d+(?:[.,]\d+)*|[^\W\d_]+(?:-[^\W\d_]+)*")
LEAD = 70  # words after the title: the first two or three paragraphs
READ = 400  # words of a text; what comes later is background
READ_LETTERS = 20 * READ
TITLE_COUNTS = 3  # times that a word of the title counts in lead and body
PARTS = 6  # of what is stored of an article
TELLING = 24  # words of an article by which others find it

Weights = dict[int, float]  # by the mark of a word, or of two words with a blank between


@dataclass(frozen=True, slots=True)
class Words:
    """The words of an article's title and text that say something by themselves, in order.

    series  what its title names of those kinds of which one article has one thing and the next another: marks and kinds
    """

    title: Sequence[str]
    text: Sequence[str]
    series: Mapping[int, float] = field(default_factory=dict)

    @property
    def marks(self) -> set[int]:
        """What the different words are known by."""
        return set(map(mark, {*self.title, *self.text}))


@dataclass(frozen=True, slots=True)
class Vectors:
    """An article for comparing. Lead, body and pairs are of length 1; `title` and `rare` hold plain weights.

    series  what its title names of some kinds (days, by their numbers since 1970-01-01; companies; volcanoes): the kind
    rare    how rare each word of the lead is; empty of an article that was stored before it was kept
    """

    title: Weights
    lead: Weights
    body: Weights
    pairs: Weights
    series: Weights
    rare: Weights
    rare_length: float = field(init=False, compare=False)  # of the lead whose words count once more by their rarity

    def __post_init__(self) -> None:
        """Work out what every comparison needs."""
        length = math.hypot(*map(mul, map(self.lead.__getitem__, self.rare), self.rare.values()))
        object.__setattr__(self, "rare_length", length or 1.0)

    def packed(self) -> bytes:
        """For the database: for each part the number of its words, their marks and their weights."""
        parts = (self.title, self.lead, self.body, self.pairs, self.series, self.rare)
        return b"".join(
            array.array("I", [len(part), *part]).tobytes() + array.array("f", part.values()).tobytes() for part in parts
        )


def unpacked(stored: bytes) -> Vectors:
    """The vectors that `packed` made."""
    parts: list[Weights] = []
    at = 0
    for _ in range(PARTS):
        size = int.from_bytes(stored[at : at + 4], "little")
        marks, weights = array.array("I"), array.array("f")
        marks.frombytes(stored[at + 4 : at + 4 + 4 * size])
        weights.frombytes(stored[at + 4 + 4 * size : at + 4 + 8 * size])
        parts.append(dict(zip(marks, weights, strict=True)))
        at += 4 + 8 * size
    return Vectors(*parts)


def words(title: str, text: str, day: int | None = None) -> Words:
    """The words of an article: stems, and numbers as they are written, of the first READ words of title and of text.

    day  the number of the day it was published, for what its title says of today; without it no days are read
    """
    return Words(_words(title), _words(text), {} if day is None else _series(title, day))


def _series(title: str, day: int) -> dict[int, float]:
    named = dict.fromkeys(days_named(title, day), DAY)
    for kind, pattern in SERIES:
        named |= {mark(f"{kind:.0f} {match['name'].casefold()}"): kind for match in pattern.finditer(title)}
    return named


def days_named(title: str, day: int) -> list[int]:
    """The days that a title names: "19 Juni 2025", "19 Juni", "19/6", "hari ini", by their numbers.

    One without a year is that nearest to the day of publication.
    """
    published = EPOCH + timedelta(days=day)
    found = {day} if TODAY.search(title) else set()
    for match in DATE.finditer(title):
        month = MONTHS.get((match["name"] or "")[:3].casefold()) or int(match["month"] or 0)
        years = [int(match["year"])] if match["year"] else [published.year + by for by in (-1, 0, 1)]
        dates = [when for year in years if (when := _date(year, month, int(match["day"])))]
        if dates:
            found.add((min(dates, key=lambda when: abs(when - published)) - EPOCH).days)
    return sorted(number for number in found if number >= 0)


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _words(text: str) -> list[str]:
    return [word for word in map(_told, WORD.findall(text[:READ_LETTERS])[:READ]) if word]


@lru_cache(maxsize=REMEMBERED)
def _told(word: str) -> str:
    """The stem of a word, a number as it is; "" for what says nothing by itself."""
    stem = word if word[0].isdigit() else stem_word(word)
    return stem if len(stem) > 1 and stem not in stop_stems() else ""


def vectors(read: Words, known: Frequencies) -> Vectors:
    """The vectors of an article, by how common its words are now; as exact as the database stores them."""
    weight = known.weights({*read.title, *read.text})
    title, text = list(map(mark, read.title)), list(map(mark, read.text))
    head = title * TITLE_COUNTS
    both = Counter(pairwise(title))
    both.update(pairwise(text))
    lead = Counter(head + text[:LEAD])
    made = Vectors(
        {word: weight[word] for word in set(title)},
        _unit({word: TIMES[n] * weight[word] for word, n in lead.items()}),
        _unit({word: TIMES[n] * weight[word] for word, n in Counter(head + text).items()}),
        _unit({_pair(*pair): TIMES[n] * weight[pair[0]] * weight[pair[1]] for pair, n in both.items()}),
        dict(read.series),
        {word: weight[word] for word in lead},
    )
    return _as_stored(made)


def telling(of: Vectors) -> list[int]:
    """The marks of the words that tell most of what an article is about, the weightiest first."""
    return sorted(of.lead, key=lambda word: (-of.lead[word], word))[:TELLING]


TIMES = [0.0, *(1 + math.log(n) for n in range(1, READ * (TITLE_COUNTS + 1) + 1))]  # what n times count


def _pair(one: int, other: int) -> int:
    """What two words side by side are known by."""
    return (one * 0x9E3779B1 ^ other) & 0xFFFFFFFF


def _as_stored(made: Vectors) -> Vectors:
    parts = (made.title, made.lead, made.body, made.pairs, made.series, made.rare)
    return Vectors(*(dict(zip(part, array.array("f", part.values()), strict=True)) for part in parts))


def _unit(weights: Mapping[int, float]) -> Weights:
    length = math.hypot(*weights.values()) or 1.0
    return {word: weight / length for word, weight in weights.items()}
