"""Searches with operators: AND, OR, NOT, NEAR(), prefix*, judul: and isi:, brackets become an FTS5 expression.

The expression is built from what is understood, word by word. FTS5 never sees what people typed, so it never fails on
it: a mistake is found here, and told in words.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from pipelines.language.stems import stem_word
from pipelines.language.words import WORD, as_seen
from pipelines.search.words import LONGEST_QUERY, MOST_TERMS, halves, word_expression

TOKEN = re.compile(
    r"""\s*(?:["“”](?P<phrase>[^"“”]*)["“”]|NEAR\((?P<near>[^()]*)\)|(?P<bracket>[()])|(?P<operator>AND|OR|NOT)(?=[\s()]|$)
        |(?P<column>judul|isi)\s*:|(?P<word>[^\s"“”()]+))""",
    re.VERBOSE,
)
IN_NEAR = re.compile(r"""["“”][^"“”]*["“”]|[^\s,"“”]+""")
DISTANCE = re.compile(r",\s*(\d{1,3})\s*$")
COLUMNS = {"judul": "title", "isi": "text"}
USUAL_DISTANCE = 10  # words between the terms of NEAR, as in FTS5
SHORTEST_PREFIX = 3  # letters; a shorter one stands for thousands of words
DEEPEST = 20  # brackets


@dataclass(frozen=True, slots=True)
class Expression:
    """What a search comes to.

    match  the FTS5 expression, "" for nothing
    terms  the words that a reader wants to see marked, case folded
    error  what could not be read, in Indonesian, or None
    """

    match: str
    terms: tuple[str, ...] = ()
    error: str | None = None


class _Mistake(Exception):
    """What is wrong with a search, in Indonesian."""


def read_operators(query: str) -> Expression:
    """A search with operators as an expression over articles_fts; a mistake in it is in `error`, none is raised."""
    reader = _Reader()
    try:
        reader.read(as_seen(query[:LONGEST_QUERY]).strip())
    except _Mistake as mistake:
        return Expression("", error=str(mistake))
    return Expression(" ".join(reader.parts), tuple(dict.fromkeys(reader.terms)))


@dataclass(slots=True)
class _Reader:
    """Reads one search from left to right.

    parts      the expression so far
    terms      the words to mark so far
    complete   whether the expression could end here
    column     the column that the next operand is limited to
    said       the last operator or column, for the message of a mistake
    negated    for each open bracket, and outside of all, whether it is excluded by NOT: its words are not marked
    after_not  whether the next operand is excluded
    words      how many words there are
    """

    parts: list[str] = field(default_factory=list)
    terms: list[str] = field(default_factory=list)
    complete: bool = False
    column: str | None = None
    said: str = ""
    negated: list[bool] = field(default_factory=lambda: [False])
    after_not: bool = False
    words: int = 0

    def read(self, query: str) -> None:
        """Read a whole search. Raises _Mistake."""
        position = 0
        while position < len(query):
            match = TOKEN.match(query, position)
            if match is None:
                raise _Mistake("tanda kutip belum ditutup")
            position = match.end()
            if match["phrase"] is not None:
                self._words(WORD.findall(match["phrase"]), phrase=True)
            elif match["near"] is not None:
                self._near(match["near"])
            elif match["bracket"]:
                self._bracket(match["bracket"] == "(")
            elif match["operator"]:
                self._operator(match["operator"])
            elif match["column"]:
                self._start()
                self.column, self.said = COLUMNS[match["column"]], f"{match['column']}:"
            else:
                self._word(match["word"])
        if len(self.negated) > 1:
            raise _Mistake("ada kurung yang belum ditutup")
        if self.column or (self.parts and not self.complete):
            raise _Mistake(f"{self.said} harus diikuti kata")

    def _operator(self, operator: str) -> None:
        self._no_column()
        if operator == "NOT" and self.parts and self.parts[-1] == "AND":  # "a AND NOT b", as other engines write it
            self.parts.pop()
        elif not self.complete:
            raise _Mistake(f"{operator} harus berada di antara dua kata")
        self.parts.append(operator)
        self.complete, self.said, self.after_not = False, operator, operator == "NOT"

    def _bracket(self, opens: bool) -> None:
        if opens:
            self._start()
            self.parts.append(f"{self.column}: (" if self.column else "(")
            self.negated.append(self.negated[-1] or self.after_not)
            if len(self.negated) > DEEPEST:
                raise _Mistake("terlalu banyak kurung")
            self.column, self.complete, self.said, self.after_not = None, False, "(", False
            return
        self._no_column()
        if len(self.negated) == 1:
            raise _Mistake("ada kurung tutup tanpa kurung buka")
        if not self.complete:
            raise _Mistake(f"{self.said} harus diikuti kata")
        self.negated.pop()
        self.parts.append(")")

    def _word(self, word: str) -> None:
        if word.startswith("-") and self.complete:
            self._operator("NOT")
        words = WORD.findall(word)
        if not words:
            return
        if word.endswith("*"):
            if len(words[-1]) < SHORTEST_PREFIX:
                raise _Mistake(f"{word}: sebelum * perlu paling sedikit {SHORTEST_PREFIX} huruf")
            self._add(f'{self.column or "{title text}"}: "{" ".join(words)}" *', [])
            return
        self._words(words, phrase=False)

    def _words(self, words: list[str], *, phrase: bool) -> None:
        if not words:
            return
        exact = f'{self.column or "{title text}"}: "{" ".join(words)}"'
        if phrase or self.column:
            self._add(exact, [word.casefold() for word in words])
        else:
            forms = [form for word in words for form in (word.casefold(), stem_word(word))]
            self._add(word_expression(words), forms + halves(words))

    def _near(self, inside: str) -> None:
        distance = DISTANCE.search(inside)
        terms = [WORD.findall(term) for term in IN_NEAR.findall(inside[: distance.start()] if distance else inside)]
        terms = [words for words in terms if words]
        if len(terms) < 2:
            raise _Mistake("NEAR(...) perlu paling sedikit dua kata, misalnya NEAR(gubernur banjir, 10)")
        phrases = " ".join('"' + " ".join(words) + '"' for words in terms)
        self.words += len(terms) - 1
        self._add(
            f"{self.column or '{title text}'}: NEAR({phrases}, {distance[1] if distance else USUAL_DISTANCE})",
            [word.casefold() for words in terms for word in words],
        )

    def _add(self, operand: str, terms: list[str]) -> None:
        self._start()
        self.words += 1
        if self.words > MOST_TERMS:
            raise _Mistake(f"paling banyak {MOST_TERMS} kata")
        self.parts.append(operand)
        if not (self.negated[-1] or self.after_not):
            self.terms += terms
        self.column, self.complete, self.after_not = None, True, False

    def _start(self) -> None:
        """Put AND before an operand that follows another one; FTS5 would not do so beside brackets."""
        if self.complete:
            self.parts.append("AND")
            self.complete, self.said = False, "AND"

    def _no_column(self) -> None:
        """Raise _Mistake where "judul:" or "isi:" has no word."""
        if self.column:
            raise _Mistake(f"{self.said} harus diikuti kata")
