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
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache, lru_cache
from itertools import islice, pairwise

from pipelines.isu.frequencies import REMEMBERED, Frequencies, mark
from pipelines.language.stems import stem_word

EPOCH = date(1970, 1, 1)
MONTHS = {name: n for n, name in enumerate("jan feb mar apr mei jun jul agu sep okt nov des".split(), 1)}
DATE = re.compile(
    r"(?<![\d/.,])(?P<day>\d{1,2})(?:/(?P<month>\d{1,2})|\s+(?P<name>"
    r"januari|februari|maret|april|mei|juni|juli|agustus|september|oktober|november|desember))\b"
    r"(?:[/\s](?P<year>(?:19|20)\d\d)\b)?",
    re.IGNORECASE,
)
TODAY = re.compile(r"\bhari ini\b", re.IGNORECASE)
WORD = re.compile(r"\d+(?:[.,]\d+)*|[^\W\d_]+(?:-[^\W\d_]+)*")
LEAD = 70  # words after the title: the first two or three paragraphs
READ = 400  # words of a text; what comes later is background
TITLE_COUNTS = 3  # times that a word of the title counts in lead and body
TELLING = 24  # words of an article by which others find it

Weights = dict[int, float]  # by the mark of a word, or of two words with a blank between


@dataclass(frozen=True, slots=True)
class Words:
    """The words of an article's title and text that say something by themselves, in order; the days of its title."""

    title: Sequence[str]
    text: Sequence[str]
    days: Sequence[int] = ()

    @property
    def marks(self) -> set[int]:
        """What the different words are known by."""
        return {mark(word) for word in {*self.title, *self.text}}


@dataclass(frozen=True, slots=True)
class Vectors:
    """An article for comparing. Lead, body and pairs are of length 1; `title` holds plain weights.

    days  those that its title names, by their numbers since 1970-01-01; the weights tell nothing
    """

    title: Weights
    lead: Weights
    body: Weights
    pairs: Weights
    days: Weights

    def packed(self) -> bytes:
        """For the database: for each part the number of its words, their marks and their weights."""
        parts = (self.title, self.lead, self.body, self.pairs, self.days)
        return b"".join(
            array.array("I", [len(part), *part]).tobytes() + array.array("f", part.values()).tobytes() for part in parts
        )


def unpacked(stored: bytes) -> Vectors:
    """The vectors that `packed` made."""
    parts: list[Weights] = []
    at = 0
    for _ in range(5):
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
    return Words(_words(title), _words(text), [] if day is None else days_named(title, day))


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
    found = map(_word, islice(WORD.finditer(text), READ))
    return [word for word in found if word]


def _word(match: re.Match[str]) -> str:
    return _told(match.group())


@lru_cache(maxsize=REMEMBERED)
def _told(word: str) -> str:
    """The stem of a word, a number as it is; "" for what says nothing by itself."""
    stem = word if word[0].isdigit() else stem_word(word)
    return stem if len(stem) > 1 and stem not in _stop_words() else ""


def vectors(read: Words, known: Frequencies) -> Vectors:
    """The vectors of an article, by how common its words are now; as exact as the database stores them."""
    title, text = [*read.title], [*read.text]
    weight = {word: known.weight(word) for word in {*title, *text}}
    head = title * TITLE_COUNTS
    pairs = Counter(pair for part in (title, text) for pair in pairwise(part))
    made = Vectors(
        {mark(word): weight[word] for word in set(title)},
        _unit({mark(word): _times(n) * weight[word] for word, n in Counter(head + text[:LEAD]).items()}),
        _unit({mark(word): _times(n) * weight[word] for word, n in Counter(head + text).items()}),
        _unit({mark(f"{a} {b}"): _times(n) * weight[a] * weight[b] for (a, b), n in pairs.items()}),
        dict.fromkeys(read.days, 1.0),
    )
    return unpacked(made.packed())


def telling(of: Vectors) -> list[int]:
    """The marks of the words that tell most of what an article is about, the weightiest first."""
    return sorted(of.lead, key=lambda word: (-of.lead[word], word))[:TELLING]


def _times(count: int) -> float:
    return 1 + math.log(count)


def _unit(weights: Mapping[int, float]) -> Weights:
    length = math.sqrt(sum(weight * weight for weight in weights.values())) or 1.0
    return {word: weight / length for word, weight in weights.items()}


@cache
def _stop_words() -> frozenset[str]:
    from spacy.lang.id.stop_words import STOP_WORDS

    return frozenset(STOP_WORDS) | {stem_word(word) for word in STOP_WORDS}
