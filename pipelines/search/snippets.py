"""The words of a search in bold: in a whole title, or in a piece of a text around the first of them."""

from __future__ import annotations

from collections.abc import Iterable

from markupsafe import Markup, escape

from pipelines.language.stems import stem_word
from pipelines.language.words import SPOKEN_WORD

SNIPPET = 240  # characters of a piece
BEFORE = SNIPPET // 3  # of them before the first hit
SHORTEST = SNIPPET // 2  # of a piece that ends at a space rather than within a word
MORE = "…"


class _Wanted:
    """The terms of a search, asked word by word.

    A stem is a piece of its word, save for the first letter ("tulis", "menulis"): only words that hold such a piece
    need be stemmed, and stems cost a millisecond.
    """

    def __init__(self, terms: Iterable[str]) -> None:
        self.terms = set(terms)
        self.pieces = [term[1:] for term in self.terms]

    def means(self, word: str) -> bool:
        """Whether a word is one of the terms or has one of them as its stem."""
        folded = word.casefold()
        if folded in self.terms:
            return True
        return any(piece in folded for piece in self.pieces) and stem_word(word) in self.terms


def highlighted(text: str, terms: Iterable[str]) -> Markup:
    """All of `text`, the words that are one of `terms` or have one of them as their stem in bold."""
    wanted = _Wanted(terms)
    words = SPOKEN_WORD.finditer(text) if wanted.terms else ()
    return _in_bold(text, [match.span() for match in words if wanted.means(match.group())])


def snippet(text: str, terms: Iterable[str]) -> Markup:
    """A piece of `text` around the first word that is one of `terms` or has one of them as its stem, those in bold."""
    flat = " ".join(text.split())
    hits = _first_hits(flat, _Wanted(terms))
    start = max(0, (hits[0][0] if hits else 0) - BEFORE)
    start = flat.rfind(" ", 0, start) + 1 if start else 0
    end = min(len(flat), start + SNIPPET)
    if end < len(flat):
        end = max(flat.rfind(" ", start + SHORTEST, end), start + SHORTEST)
    inside = [(first - start, last - start) for first, last in hits if first >= start and last <= end]
    piece = _in_bold(flat[start:end], inside)
    return Markup("{}{}{}").format(MORE if start else "", piece, MORE if end < len(flat) else "")


def _first_hits(text: str, wanted: _Wanted) -> list[tuple[int, int]]:
    """Where the wanted words are that a snippet may show; what lies beyond is not looked at, since stems cost."""
    hits: list[tuple[int, int]] = []
    for match in SPOKEN_WORD.finditer(text) if wanted.terms else ():
        if hits and match.start() > hits[0][0] + SNIPPET:
            break
        if wanted.means(match.group()):
            hits.append(match.span())
    return hits


def _in_bold(text: str, spans: Iterable[tuple[int, int]]) -> Markup:
    """`text` with the spans, which are in order and apart, in bold."""
    position = 0
    parts: list[Markup] = []
    for first, last in spans:
        parts += [escape(text[position:first]), Markup("<b>{}</b>").format(text[first:last])]
        position = last
    return Markup("").join([*parts, escape(text[position:])])
