"""Compare: the log odds that two articles tell of one event, from ten features that are all listed here.

`python -m benchmarks.stories train` learns the weights (weights.json, with the scores that they reach).
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from operator import mul
from pathlib import Path

from pipelines.isu.vectors import DAY, Vectors, Weights

FILE = Path(__file__).with_name("weights.json")
# Shares are 0 to 1. Cosines of title, lead and body; how much of one title stands in the other's body, the smaller and
# the greater of the two; the hours between them; roots of the cosines of body and of pairs of words. Of the leads also
# the cosine in which each word counts once more by its rarity, and how rare the RAREST rarest words are that both have:
# names that a whole war shares are common in its days, a street or a ship is not.
FEATURES = (
    "title",
    "lead",
    "body",
    "title_told_least",
    "title_told_most",
    "log_hours",
    "root_body",
    "root_pairs",
    "lead_rare",
    "rarest",
)
RAREST = 5


INSTALMENTS = 0.4  # likeness of two titles (their cosine) from which other days in them make them instalments


@dataclass(frozen=True, slots=True)
class Model:
    """A logistic regression over FEATURES."""

    weights: Sequence[float]
    bias: float

    def odds(self, features: Sequence[float]) -> float:
        """The log odds."""
        return self.bias + sum(weight * value for weight, value in zip(self.weights, features, strict=True))


def features(one: Vectors, other: Vectors, hours: float) -> tuple[float, ...]:
    """The features of two articles that were published so many hours apart."""
    body, pairs = _cosine(one.body, other.body), _cosine(one.pairs, other.pairs)
    shared = _cosine(one.title, other.title)
    told = _told(one, other), _told(other, one)
    words = [*(one.lead.keys() & other.lead.keys())]
    products = [*map(mul, map(one.lead.__getitem__, words), map(other.lead.__getitem__, words))]
    rare = [(one.rare.get(word, 0.0), other.rare.get(word, 0.0)) for word in words]
    lead_rare = sum(value * mine * theirs for value, (mine, theirs) in zip(products, rare, strict=True))
    rarest = sorted([mine + theirs for mine, theirs in rare], reverse=True)[:RAREST]
    return (
        shared / (_length(one.title) * _length(other.title)),
        sum(products),
        body,
        min(told),
        max(told),
        math.log1p(abs(hours)),
        math.sqrt(body),
        math.sqrt(pairs),
        lead_rare / (one.rare_length * other.rare_length),
        sum(rarest) / (2 * RAREST),
    )


def instalments(one: Vectors, other: Vectors) -> bool:
    """Whether two articles are of one series: a day's price, forecast or agenda and another day's; or two companies'
    meetings, two volcanoes' eruptions.
    """
    if not one.series or not other.series or one.series.keys() & other.series.keys():
        return False
    both = set(one.series.values()) & set(other.series.values())
    if not both:
        return False
    return both != {DAY} or _cosine(one.title, other.title) >= INSTALMENTS * _length(one.title) * _length(other.title)


@cache
def shipped() -> Model:
    """The model beside this file."""
    read = json.loads(FILE.read_text(encoding="utf-8"))
    return Model([read["weights"][name] for name in FEATURES], read["bias"])


def _cosine(one: Weights, other: Weights) -> float:
    """The products of the weights that both have, added up: the cosine, where both are of length 1."""
    both = one.keys() & other.keys()
    return sum(map(mul, map(one.__getitem__, both), map(other.__getitem__, both)))


def _told(one: Vectors, other: Vectors) -> float:
    """How much of one title stands in the other's body, by weight."""
    all_of_it = sum(one.title.values())
    return sum(map(one.title.__getitem__, one.title.keys() & other.body.keys())) / all_of_it if all_of_it else 0.0


def _length(weights: Weights) -> float:
    return math.hypot(*weights.values()) or 1.0
