"""Words: what people type into the search box becomes an FTS5 expression that is always valid."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise

from pipelines.language.names import is_name
from pipelines.language.stems import COMPOUNDS, roots, stem_word
from pipelines.language.words import WORD, as_seen

TERM = re.compile(r"""(?P<minus>(?<!\S)-)?(?:["“”](?P<phrase>[^"“”]*)["“”]?|(?P<word>[^\s"“”]+))""")
LETTERS_AND_DIGITS = re.compile(r"([^\W\d_]+)(\d+)|(\d+)([^\W\d_]+)")
BETWEEN_DIGITS = re.compile(r"\d \d")  # "Rp2,5" is not Rp25
LONGEST_QUERY = 1_000  # characters; nobody types more, and every word costs a look-up
LONGEST_JOINED = 40  # letters of two words in one
MOST_TERMS = 32
SHORTEST_HALF = 3  # letters of each of two words that are written as one


def match_expression(query: str) -> str:
    """An FTS5 MATCH expression over articles_fts for `query`, or "" when it holds nothing to search for.

    Words are found with their stems ("penandatanganan" finds "ditandatangani") and whether written apart or as one
    ("kerja sama", "kerjasama"), "quoted phrases" exactly, and articles with a -word are left out. What else FTS5 would
    read as syntax is plain text here: `covid-19`, `Jum'at`, `C++`, a stray quote.
    """
    typed, unwanted = terms_of(query)
    wanted = [
        phrase_expression(words) if quoted else expression for words, quoted, expression in with_neighbours(typed)
    ]
    if not wanted:
        return ""
    return without(" AND ".join(wanted), unwanted)


def without(expression: str, unwanted: Sequence[str]) -> str:
    """An expression that leaves out the articles that have any of the unwanted terms."""
    return f"({expression}) NOT ({' OR '.join(unwanted)})" if unwanted else expression


Term = tuple[list[str], bool]  # the words of a typed term ("covid-19": two), and whether it is a quoted phrase


def terms_of(query: str) -> tuple[list[Term], list[str]]:
    """The terms that are wanted, in order, and the expressions of those that are not; terms without a word are none."""
    wanted: list[Term] = []
    unwanted: list[str] = []
    for match, words in _typed(query):
        quoted = match["phrase"] is not None
        if match["minus"]:
            unwanted.append(phrase_expression(words) if quoted else word_expression(words))
        else:
            wanted.append((words, quoted))
    return wanted, unwanted


def _typed(query: str) -> Iterator[tuple[re.Match[str], list[str]]]:
    """The terms of a query that have a word, and their words."""
    for match in list(TERM.finditer(as_seen(query[:LONGEST_QUERY])))[:MOST_TERMS]:
        if words := WORD.findall(match["word"] if match["phrase"] is None else match["phrase"]):
            yield match, words


def respelt(query: str, spellings: Mapping[int, str]) -> str:
    """A query with other words in the place of wanted terms, by their number; everything else stays as it was typed."""
    spans = [match.span() for match, _ in _typed(query) if not match["minus"]]
    text = as_seen(query[:LONGEST_QUERY])
    for number in sorted(spellings, reverse=True):
        start, end = spans[number]
        text = text[:start] + spellings[number] + text[end:]
    return " ".join(text.split())


def with_neighbours(terms: Sequence[Term]) -> list[tuple[list[str], bool, str]]:
    """Each term with its expression, which an article also meets that writes it and a neighbour as one word."""
    ones: list[list[str]] = [[] for _ in terms]
    for number, (one, other) in enumerate(pairwise(terms)):
        if not one[1] and not other[1] and len(one[0]) == len(other[0]) == 1:
            word = one[0][0] + other[0][0]
            if len(word) <= LONGEST_JOINED and not BETWEEN_DIGITS.search(f"{one[0][0]} {other[0][0]}"):
                ones[number].append(word)
                ones[number + 1].append(word)
    return [(words, quoted, word_expression(words, ones[n])) for n, (words, quoted) in enumerate(terms)]


def highlight_terms(query: str) -> list[str]:
    """The words of `query` that a reader wants to see marked, and their stems, case folded."""
    typed, _ = terms_of(query)
    terms: dict[str, None] = {}
    for words, _quoted in typed:
        for word in words:
            terms |= {word.casefold(): None, stem_word(word): None}
        terms |= dict.fromkeys(halves(words))
    return list(terms | dict.fromkeys(stem_word(one[0][-1] + other[0][0]) for one, other in pairwise(typed)))


def phrase_expression(words: Sequence[str]) -> str:
    """The expression of words in that order, exactly."""
    return f'{{title text}}: "{" ".join(words)}"'


def word_expression(words: Sequence[str], ones: Iterable[str] = ()) -> str:
    """The expression of a typed word by its parts: exact, as one word or two, or for a plain one also by its stem.

    ones  words that mean this one and a neighbour ("kerjasama")
    """
    parts = [phrase_expression(words)]
    if len(words) > 1:  # "covid-19", "Jum'at"
        if not BETWEEN_DIGITS.search(" ".join(words)):
            parts.append(f'"{"".join(words)}"')
    elif words[0].isalpha():
        parts.append(f'stems: "{stem_word(words[0])}"')
    if two := halves(words):
        parts.append(phrase_expression(two))
    for one in ones:
        parts += [f'"{form}"' for form in dict.fromkeys((one.casefold(), stem_word(one)))]
    return f"({' OR '.join(parts)})"


def halves(words: Sequence[str]) -> list[str]:
    """The two words that are written as one: "kerja sama" of "kerjasama", "covid 19" of "COVID19"; else nothing."""
    if len(words) != 1:
        return []
    word = words[0].casefold()
    if mixed := LETTERS_AND_DIGITS.fullmatch(word):
        return [part for part in mixed.groups() if part]
    if not word.isascii() or not word.isalpha() or len(word) > LONGEST_JOINED or is_name(word):
        return []
    stem = stem_word(word)
    if stem in roots() and stem not in COMPOUNDS:
        return []
    for cut in range(SHORTEST_HALF, len(word) - SHORTEST_HALF + 1):
        if stem_word(word[:cut]) in roots() and word[cut:] in roots():
            return [word[:cut], word[cut:]]
    return []
