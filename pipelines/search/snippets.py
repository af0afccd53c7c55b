"""The words of a search in bold: in a whole title, or in the piece of a text that holds most of them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from markupsafe import Markup, escape

from pipelines.language.stems import stem_word
from pipelines.language.words import PARTED, joined

SNIPPET = 240  # characters of a piece
BEFORE = SNIPPET // 3  # of them before the first hit at most
SHORTEST = SNIPPET // 2  # of a piece that ends at a space rather than within a word
LONGEST = 30_000  # characters of a text that are looked through
MORE = "…"
SHOWN_WORD = re.compile(rf"{PARTED.pattern}|[^\W\d_]+(?:-[^\W\d_]+)*|\w+")


class Hit(NamedTuple):
    """A wanted word in a text: where it is, and its stem, which tells it from the other wanted ones."""

    start: int
    end: int
    means: str


class _Wanted:
    """The terms of a search, asked word by word.

    A stem is a piece of its word, save for the first letter ("tulis", "menulis"): only words that hold such a piece
    need be stemmed.
    """

    def __init__(self, terms: Iterable[str]) -> None:
        self.terms = {term: stem_word(term) for term in terms}
        self.pieces = [term[1:] for term in self.terms]

    def meaning(self, word: str) -> str:
        """The stem of a word that is one of the terms or has one of them as its stem; "" for any other word."""
        folded = word.casefold()
        if folded in self.terms:
            return self.terms[folded]
        if not word.isalpha() and joined(word) in self.terms:  # "Jum'at" for "jumat"
            return self.terms[joined(word)]
        if any(piece in folded for piece in self.pieces) and (stem := stem_word(word)) in self.terms:
            return stem
        return ""

    def hits(self, text: str) -> list[Hit]:
        """The wanted words of a text."""
        words = SHOWN_WORD.finditer(text) if self.terms else ()
        return [Hit(*match.span(), means) for match in words if (means := self.meaning(match.group()))]


def highlighted(text: str, terms: Iterable[str]) -> Markup:
    """All of `text`, the words that are one of `terms` or have one of them as their stem in bold."""
    return _in_bold(text, _Wanted(terms).hits(text))


def snippet(text: str, terms: Iterable[str]) -> Markup:
    """The piece of `text` with most of `terms`, the first such one, the words that mean one of them in bold."""
    flat = " ".join(text[:LONGEST].split())
    hits = _densest(_Wanted(terms).hits(flat))
    width = hits[-1].end - hits[0].start if hits else 0
    start = max(0, hits[0].start - min(BEFORE, SNIPPET - width)) if hits else 0
    start = flat.find(" ", start, hits[0].start) + 1 or hits[0].start if start else 0
    end = min(len(flat), start + SNIPPET)
    if end < len(flat):
        end = max(flat.rfind(" ", start + SHORTEST, end + 1), start + SHORTEST)
    inside = [Hit(hit.start - start, hit.end - start, "") for hit in hits if hit.end <= end]
    more = end < len(flat) or len(text) > LONGEST
    return Markup("{}{}{}").format(MORE if start else "", _in_bold(flat[start:end], inside), MORE if more else "")


def _densest(hits: Sequence[Hit]) -> list[Hit]:
    """The hits of one piece: those with most different meanings, then most hits, then the first ones."""
    best, most, first = (0, 0), (0, 0), 0
    meanings: Counter[str] = Counter()
    for last, hit in enumerate(hits):
        meanings[hit.means] += 1
        while hit.end - hits[first].start > SNIPPET:
            meanings[hits[first].means] -= 1
            first += 1
        found = (len(+meanings), last - first)
        if found > most:
            best, most = (first, last + 1), found
        elif not best[1]:
            best = (first, last + 1)
    return list(hits[best[0] : best[1]])


def _in_bold(text: str, hits: Iterable[Hit]) -> Markup:
    """`text` with the hits, which are in order and apart, in bold."""
    position = 0
    parts: list[Markup] = []
    for first, last, _ in hits:
        parts += [escape(text[position:first]), Markup("<b>{}</b>").format(text[first:last])]
        position = last
    return Markup("").join([*parts, escape(text[position:])])
