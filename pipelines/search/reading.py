"""Reading: what a search may mean besides what it says: other forms of names, laws that it cites, other spellings."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, field

from pipelines.language.names import is_name
from pipelines.language.stems import roots, stem_word
from pipelines.search.fill import OTHER_FORM, Wanted
from pipelines.search.forms import LONGEST_NAME, explained_forms, known_forms, laws
from pipelines.search.near_words import MOST_COUNTED, count, near_words
from pipelines.search.words import Term, phrase_expression, respelt, terms_of, with_neighbours, word_expression

SURE = 10  # times as many articles that another spelling must find to be offered beside what was typed
PHRASE = 0.5  # what it counts that the words of another spelling stand side by side, as a name does
SHORT = 3  # letters of a word that is near to too many others to be corrected by itself
LEAST_TOGETHER = 2  # articles with the neighbour of a word of the language and all other words
MOST_DOUBTED = 6  # words of a search whose spelling is doubted


@dataclass(slots=True)
class Reading:
    """What a search may mean.

    typed, unwanted  its terms, and the expressions of those that are not wanted
    terms            the same terms with all that find them
    spelling         the search with another spelling, or ""
    mistyped         whether what was typed is no word, and the other spelling is one
    forms            (first and last of the words that make a name, its other forms)
    laws             (id, name) of the laws that it cites
    marked           further words to mark in what is found
    """

    typed: list[Term]
    unwanted: list[str]
    terms: list[Wanted]
    spelling: str = ""
    mistyped: bool = False
    forms: list[tuple[int, int, list[str]]] = field(default_factory=list)
    laws: list[tuple[int, str]] = field(default_factory=list)
    marked: list[str] = field(default_factory=list)

    @property
    def with_forms(self) -> str:
        """The search as one with operators, which finds all forms of its names; "" where there are no other ones."""
        if not self.forms or self.unwanted:
            return ""
        parts = [f'"{" ".join(words)}"' if quoted else " ".join(words) for words, quoted in self.typed]
        for first, last, forms in sorted(self.forms, reverse=True):
            name = " ".join(part.strip('"') for part in parts[first : last + 1])
            either = " OR ".join(f'"{form}"' if " " in form else form for form in (name, *forms))
            parts[first : last + 1] = [f"({either})"]
        return " ".join(parts)


def read(connection: sqlite3.Connection, query: str, *, short: bool, spelt: bool = False) -> Reading:
    """What a search may mean. short: it finds less than a page, so that it is worth more time.

    spelt: its spelling is one of ours, and not doubted again.
    """
    typed, unwanted = terms_of(query)
    terms = [Wanted(expression, {expression: 1.0}) for _, _, expression in with_neighbours(typed)]
    reading = Reading(typed, unwanted, terms)
    for term, (words, quoted) in zip(terms, typed, strict=True):
        if quoted and len(words) > 1:
            term.forms[" AND ".join(map(word_expression, ([word] for word in words)))] = OTHER_FORM / 2
    _add_forms(connection, reading, explained=short)
    _add_laws(connection, reading, query)
    if not spelt:
        _add_spelling(connection, reading, query, doubted=short)
    if reading.spelling and len(typed) > 1:
        phrase = phrase_expression(reading.spelling.replace('"', "").split())
        reading.terms.append(Wanted(phrase, {phrase: PHRASE}))
    return reading


def _add_forms(connection: sqlite3.Connection, reading: Reading, *, explained: bool) -> None:
    """Other forms of the names in a search, the longest names first; `explained`: also those that articles explain."""
    plain = [" ".join(words).casefold() for words, _ in reading.typed]
    taken: set[int] = set()
    for length in range(min(LONGEST_NAME, len(plain)), 0, -1):
        for first in range(len(plain) - length + 1):
            span = range(first, first + length)
            name = " ".join(plain[first : first + length])
            if taken.intersection(span) or name.isdecimal():
                continue
            forms = known_forms(connection, name)
            if not forms and explained and (length == 1 or len(plain) <= MOST_DOUBTED):
                forms = explained_forms(connection, name.split())
            if forms:
                taken.update(span)
                reading.forms.append((first, first + length - 1, forms))
                for form in forms:
                    _also(reading, span, form)


def _also(reading: Reading, span: Sequence[int], form: str) -> None:
    """Another form of the terms of a span counts for each of them."""
    reading.marked += form.split()
    for number in span:
        reading.terms[number].forms.setdefault(phrase_expression(form.split()), OTHER_FORM)


def _add_laws(connection: sqlite3.Connection, reading: Reading, query: str) -> None:
    """The laws that a search cites: an article that was found to cite one has all terms of the citation."""
    for law, name in laws(connection, query):
        reading.laws.append((law, name))
        for term in reading.terms:
            term.laws[law] = 1.0


def _add_spelling(connection: sqlite3.Connection, reading: Reading, query: str, *, doubted: bool) -> None:
    """Another spelling of each word, where the articles have that one and not, or hardly, what was typed.

    doubted: also words that some articles have
    """
    counts = [count(connection, term.expression) for term in reading.terms]
    corrected: dict[int, str] = {}
    for number, (words, quoted) in enumerate(reading.typed[:MOST_DOUBTED]):
        if quoted or len(words) != 1 or (counts[number] and not (doubted and counts[number] < MOST_COUNTED)):
            continue
        near = _better_spelling(connection, words[0].casefold(), number, [t.expression for t in reading.terms], counts)
        if near:
            corrected[number] = near
            reading.spelling = respelt(query, corrected)
            reading.mistyped |= bool(counts[number]) and not is_known(words[0]) and is_known(near)
            reading.terms[number].forms[spelt(near)] = OTHER_FORM if counts[number] else 1.0
            reading.marked += [form for word in near.split() for form in (word, stem_word(word))]


def _better_spelling(
    connection: sqlite3.Connection, word: str, number: int, expressions: Sequence[str], counts: Sequence[int]
) -> str:
    """The near word that the articles rather have than the one typed, together with the others; "" for none.

    A word that some articles have is doubted where its neighbour stands with the others in far more of them; one of the
    language only where no article has it with all others, and some have its neighbour so.
    """
    others = [one for n, one in enumerate(expressions) if n != number and counts[n]]
    if len(word) <= SHORT and not others:
        return ""
    seen = counts[number]
    as_typed = count(connection, " AND ".join([expressions[number], *others])) if seen else 0
    if seen and is_known(word) and (is_name(word) or as_typed or len(others) < max(1, len(counts) - 1)):
        return ""
    near, found = _best_spelling(connection, word, others)
    if not near and not seen and len(word) > SHORT:  # no article has any of them with the others
        near, found = _best_spelling(connection, word, ())
    if not near or found < SURE * as_typed:
        return ""
    if seen and is_known(word) and found < LEAST_TOGETHER:
        return ""
    return near if count(connection, spelt(near)) >= seen else ""


def _best_spelling(connection: sqlite3.Connection, word: str, others: Sequence[str]) -> tuple[str, int]:
    """The near word that most articles have together with the other words of the search, and how many these are."""
    tried = ((near, [phrase_expression(near.split()), *others]) for near in near_words(connection, word))
    found = [(count(connection, " AND ".join(both)), near) for near, both in tried]
    most, near = max(found, default=(0, ""), key=lambda pair: pair[0])
    return (near, most) if most else ("", 0)


def spelt(near: str) -> str:
    """The expression of a near word, or of two where a blank was missing."""
    words = near.split()
    return word_expression(words) if len(words) == 1 else phrase_expression(words)


def is_known(word: str) -> bool:
    """Whether a word is one of the language, or a place's or body's name: it is not doubted for being rare."""
    return is_name(word.casefold()) or stem_word(word) in roots()
