"""The text as the tagger reads it: one space for odd ones, nothing where nothing is seen, and words that stand apart.

Text that was pasted from mail or PDF has no-break and double spaces, soft hyphens and line breaks inside sentences.
Pages that lost a link's tags run words together ("Budi Santosomengatakan", "DPR RIBudi", "Komisaris3. Budi"). All of
this is put right before the tokenizer sees it, and what is found is led back to the text as it came.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from nlp.components.people import post_words
from nlp.gazetteers import common_words, name_words, regions

# Characters that are no text, and spaces of other widths: each becomes a space.
_SPACES = "\x00\t\x0b\x0c\x1c-\x1f\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ud800-\udfff"
# Characters that nobody sees: soft hyphens, joiners, marks of direction and of byte order.
_UNSEEN = "\xad\u200b-\u200f\u202a-\u202e\u2060\ufeff"
ODD = re.compile(
    rf"(?P<unseen>[{_UNSEEN}]+|\r(?=\n))"
    rf"|(?P<space>[ \r{_SPACES}](?:(?<! )|(?=[ \r{_SPACES}{_UNSEEN}]))(?:[ \r{_SPACES}{_UNSEEN}]*[ \r{_SPACES}])?)"
)
PLAIN = re.compile(rf"[\r{_SPACES}{_UNSEEN}]|  ")
# A line break that no mark and no empty line precedes, and what shows that it stands in mid-sentence: a small letter
# behind it (no "b." of a list), or a small word before it.
BREAK = re.compile(r"(?<=[^\s.!?:;”\"])[^\S\n]*(?P<break>\n)(?=[^\n])")
GOES_ON = re.compile(r"\n[^\S\n]*[a-z](?![.)])")
SMALL_WORD = re.compile(r"(?:\A|[\s(“\"])[a-z][\w'-]*,?\s*\Z")
SINGLE = re.compile(r"(?<!\n)\n(?!\n)")
# A verb that a name may run into, and how many letters it and the name must have: "Santosomengatakan".
VERB = re.compile(r"(?:me[lmnr]|ber|di|ter)(?!daya\Z)")  # "Sumberdaya" is one word
SHORTEST_VERB, SHORTEST_NAME = 7, 3
# A short name of capitals that a name has run into: "RI|Budi", "BMKG|Budi". "TVOne" has two capitals before the second.
RUN_IN = re.compile(r"(?P<capitals>[A-Z]{3,})(?P<small>[a-z]{3,})")
# The number of a list's next line that has run into the line before: "Komisaris|3. Budi".
LIST_NUMBER = re.compile(rf"[0-9]{{1,2}}\. ?[{_UNSEEN}]*[A-Z][a-z]")
# A word with a capital, of which another word of the text may be the beginning: "Santosojuga" where "Santoso" stands.
CAPITALISED = re.compile(r"[A-Z][a-z]{3,}")
SHORTEST_PAIR = 7  # letters of a word that is two
SHORTEST_REST = 5  # letters of a common word that a name has run into; of shorter ones only these
SHORT_RESTS = frozenset("pun dan yang juga akan usai saat agar guna".split())


@dataclass(frozen=True, slots=True)
class Reading:
    """A text as the tagger reads it.

    text     what it reads
    origins  for each character of `text` its offset in the text as it came; None if the two are of one length
    """

    text: str
    origins: NDArray[np.int64] | None = None

    def origin(self, start: int, end: int) -> tuple[int, int]:
        """The offsets in the text as it came of text[start:end]."""
        if self.origins is None or start >= end:
            return start, end
        return int(self.origins[start]), int(self.origins[end - 1]) + 1


def read(original: str) -> Reading:
    """The reading of a text."""
    changes = sorted(set(_changes(original))) if original else []
    if not changes:
        return Reading(original)
    pieces: list[str] = []
    origins: list[NDArray[np.int64]] = []
    position = 0
    for start, end, replacement in changes:
        if start < position:
            continue
        pieces += (original[position:start], replacement)
        origins += (np.arange(position, start), np.full(len(replacement), start))
        position = end
    pieces.append(original[position:])
    origins.append(np.arange(position, len(original)))
    return Reading("".join(pieces), np.concatenate(origins))


def _changes(text: str) -> Iterator[tuple[int, int, str]]:
    """What is read otherwise: (start, end, replacement)."""
    if PLAIN.search(text):
        for match in ODD.finditer(text):
            if match["unseen"]:
                yield match.start(), match.end(), ""
            elif match.group() != " ":
                yield match.start(), match.end(), " "
    yield from ((at, at + 1, " ") for at in _wrapped(text))
    for match in RUN_IN.finditer(text):
        cut = _capitals_end(match)
        if cut:
            yield cut, cut, " "
    yield from ((at, at, " ") for at in _run_on(text))
    for match in LIST_NUMBER.finditer(text):
        before = text[match.start() - 1 : match.start()]
        if before.islower() or before == ")":
            yield match.start(), match.start(), "\n"


def _capitals_end(match: re.Match[str]) -> int | None:
    """Where a word begins that capitals ran into: "BMKG|Budi", but "PRESIDEN|dari"; None if none did."""
    capitals, small = match["capitals"], match["small"]
    if len(capitals) < 4 and not capitals.startswith("RI"):
        return None
    word = f"{capitals[-1]}{small}".casefold()
    whole = small in common_words() and word not in common_words()
    return match.end("capitals") - (not whole)


def _wrapped(text: str) -> Iterator[int]:
    """The line breaks in mid-sentence of a text whose lines were broken at a width.

    A text is such a one if most of its line breaks stand in mid-sentence for sure: a small letter follows, or a small
    word precedes. One that a small letter follows must be there, since a headline over a paragraph has none.
    """
    breaks = [match.start("break") for match in BREAK.finditer(text)] if GOES_ON.search(text) else []
    sure = [at for at in breaks if GOES_ON.match(text, at) or SMALL_WORD.search(text, max(0, at - 40), at)]
    if sure and 2 * len(sure) >= len(SINGLE.findall(text)):
        yield from breaks


def _run_on(text: str) -> Iterator[int]:
    """Where a common word begins that a word with a capital has run into.

    It is a verb ("Santoso|mengatakan"), or the name stands elsewhere in the text, too ("Santoso|kembali").
    """
    places: dict[str, list[int]] = {}
    for match in CAPITALISED.finditer(text):
        places.setdefault(match.group(), []).append(match.start())
    for word, starts in places.items():
        if len(word) >= SHORTEST_PAIR and (cuts := _cuts(word)) and (cut := _cut(word, cuts, places)):
            yield from (start + cut for start in starts)


@lru_cache(maxsize=50_000)
def _cuts(word: str) -> tuple[tuple[int, bool], ...]:
    """Where a common word begins that ends a word, and whether it is a verb; only those by which a word can be two."""
    found = []
    for cut in range(SHORTEST_NAME, len(word) - 2):
        rest = word[cut:]
        if rest in common_words():
            verb = len(rest) >= SHORTEST_VERB and VERB.match(rest) is not None
            if verb or len(rest) >= SHORTEST_REST or rest in SHORT_RESTS:
                found.append((cut, verb))
    return tuple(found) if found and not _is_whole(word) else ()


def _cut(word: str, cuts: Sequence[tuple[int, bool]], known: Container[str]) -> int | None:
    """Where the second of two words begins that are run together; None if the word is one."""
    return next((cut for cut, verb in cuts if verb or word[:cut] in known), None)


def _is_whole(word: str) -> bool:
    """Whether a word stands in the lists of words, names and regions."""
    key = word.casefold()
    if word in name_words() or key in common_words() or key in post_words():
        return True
    return any(key in names for names in regions().by_name.values())
