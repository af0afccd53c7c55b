"""Words: what people type into the search box becomes an FTS5 expression that is always valid."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipelines.language.stems import stem_word
from pipelines.language.words import WORD

TERM = re.compile(r"""(?P<minus>(?<!\S)-)?(?:["“”](?P<phrase>[^"“”]*)["“”]?|(?P<word>[^\s"“”]+))""")
LONGEST_QUERY = 1_000  # characters; nobody types more, and every word costs a look-up
MOST_TERMS = 32


def match_expression(query: str) -> str:
    """An FTS5 MATCH expression over articles_fts for `query`, or "" when it holds nothing to search for.

    Words are found with their stems ("penandatanganan" finds "ditandatangani"), "quoted phrases" exactly, and articles
    with a -word are left out. What else FTS5 would read as syntax is plain text here: `covid-19`, `Jum'at`, `C++`, a
    stray quote.
    """
    wanted: list[str] = []
    unwanted: list[str] = []
    for match in list(TERM.finditer(query[:LONGEST_QUERY]))[:MOST_TERMS]:
        phrase = match["phrase"]
        term = _phrase(phrase) if phrase is not None else _word(match["word"])
        if term:
            (unwanted if match["minus"] else wanted).append(term)
    if not wanted:
        return ""
    expression = " AND ".join(wanted)
    return f"({expression}) NOT ({' OR '.join(unwanted)})" if unwanted else expression


def highlight_terms(query: str) -> list[str]:
    """The words of `query` that a reader wants to see marked, and their stems, case folded."""
    terms: dict[str, None] = {}
    for match in list(TERM.finditer(query[:LONGEST_QUERY]))[:MOST_TERMS]:
        if not match["minus"]:
            for word in WORD.findall(match["phrase"] if match["phrase"] is not None else match["word"]):
                terms[word.casefold()] = None
                terms[stem_word(word)] = None
    return list(terms)


def _phrase(text: str) -> str:
    words = WORD.findall(text)
    return f'{{title text}}: "{" ".join(words)}"' if words else ""


def _word(text: str) -> str:
    """A typed word; one with punctuation inside ("covid-19", "Jum'at") is the phrase of its parts."""
    words = WORD.findall(text)
    return word_expression(words) if words else ""


def word_expression(words: Sequence[str]) -> str:
    """The expression of a typed word by its parts: exact, or for a plain one also by its stem."""
    exact = f'{{title text}}: "{" ".join(words)}"'
    if len(words) > 1 or not words[0].isalpha():
        return f"({exact})"
    stem = stem_word(words[0])
    return f'({exact} OR stems: "{stem}")'
