"""The text as the tagger reads it: one space for odd ones, nothing where nothing is seen, and words that stand apart.

Text that was pasted from mail or PDF has no-break and double spaces, soft hyphens and line breaks inside sentences.
Pages that lost a link's tags run words together ("Budi Santosomengatakan", "DPR RIBudi", "Komisaris3. Budi"). All of
this is put right before the tokenizer sees it, and what is found is led back to the text as it came.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
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
    rf"(?P<unseen>[{_UNSEEN}]+|\r(?=\n))|(?P<space>[ \r{_SPACES}](?:[ \r{_SPACES}{_UNSEEN}]*[ \r{_SPACES}])?)"
)
PLAIN = re.compile(rf"[\r{_SPACES}{_UNSEEN}]|  ")
# A line break that no mark and no empty line precedes, and what shows that it stands in mid-sentence: a small letter
# behind it (no "b." of a list), or a small word before it.
BREAK = re.compile(r"(?<=[^\s.!?:;”\"])[^\S\n]*(?P<break>\n)(?=[^\n])")
GOES_ON = re.compile(r"\n[^\S\n]*[a-z](?![.)])")
SMALL_WORD = re.compile(r"(?:\A|[\s(“\"])[a-z][\w'-]*,?\s*\Z")
SINGLE = re.compile(r"(?<!\n)\n(?!\n)")
# A word with a capital that is long enough for a verb to have run into it: "Santosomengatakan".
SHORTEST_VERB, SHORTEST_NAME = 7, 3  # letters
LONG_WORD = re.compile(rf"(?<![a-z])[A-Z][a-z]{{{SHORTEST_NAME + SHORTEST_VERB - 1},}}\b")
VERB = re.compile(r"(?:me[lmnr]|ber|di|ter)(?!daya\Z)")  # "Sumberdaya" is one word
# A short name of capitals that a name has run into: "RI|Budi", "BMKG|Budi". "TVOne" has two capitals before the second.
RUN_IN = re.compile(r"(?:\bRI|[A-Z]{3,})(?=(?P<word>[A-Z](?P<small>[a-z]{3,})))")
# The number of a list's next line that has run into the line before: "Komisaris|3. Budi".
LIST_NUMBER = re.compile(rf"(?<=[a-z)])(?=\d{{1,2}}\. ?[{_UNSEEN}]*[A-Z][a-z])")
# A word with a capital, of which another word of the text may be the beginning: "Santosojuga" where "Santoso" stands.
CAPITALISED = re.compile(r"(?<![\w-])[A-Z][a-z]{3,}")
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
        # "PRESIDEN|dari" rather than "PRESIDE|Ndari"
        small = match["small"] in common_words() and match["word"].casefold() not in common_words()
        yield match.end() + small, match.end() + small, " "
    for match in LONG_WORD.finditer(text):
        cut = _verb_in(match.group())
        if cut:
            yield match.start() + cut, match.start() + cut, " "
    yield from ((at, at, " ") for at in _run_on(text))
    for match in LIST_NUMBER.finditer(text):
        yield match.start(), match.start(), "\n"


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
    """Where a common word begins that one of the text's own words with a capital has run into: "Santoso|kembali"."""
    words = [(match.start(), match.group()) for match in CAPITALISED.finditer(text)]
    known = {word for _, word in words}
    for start, word in words:
        for cut in range(4, len(word) - 2):
            rest = word[cut:]
            if word[:cut] in known and rest in common_words() and (len(rest) >= SHORTEST_REST or rest in SHORT_RESTS):
                if not _is_whole(word):
                    yield start + cut
                break


def _is_whole(word: str) -> bool:
    """Whether a word stands in the lists of words, names and regions."""
    key = word.casefold()
    if word in name_words() or key in common_words() or key in post_words():
        return True
    return any(key in names for names in regions().by_name.values())


def _verb_in(word: str) -> int | None:
    """Where a common verb begins that a name has run into; None if the word is whole."""
    verbs = _verbs()
    if word.casefold() in common_words():
        return None
    cuts = range(SHORTEST_NAME, len(word) - SHORTEST_VERB + 1)
    return next((cut for cut in cuts if word[cut:] in verbs), None)


@lru_cache(maxsize=1)
def _verbs() -> frozenset[str]:
    return frozenset(word for word in common_words() if len(word) >= SHORTEST_VERB and VERB.match(word))
