"""What can tell that two texts are about the same event: names, numbers, rarer words, shingles.

Pure functions of a text. How rare a feature is, is the index's business (pipelines/coverage/index.py).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import accumulate, pairwise
from typing import NamedTuple
from zlib import crc32

WORD = re.compile(r"\d+(?:[.,]\d+)*|\w+")
SPLIT = re.compile(f"({WORD.pattern})")
# White space after an end mark, or line breaks; with the look-behind first it takes almost three times as long.
SENTENCE = re.compile(r"\s(?:(?<=[.!?”\"]\s)\s*|(?<=\n)\n*)")
YEAR = re.compile(r"(?:19|20)\d\d")
# Past events are referred to like this ("kerja sama yang diteken pekan lalu").
PAST = re.compile(r"\b(?:lalu|kemarin|sebelumnya|silam|tempo hari|baru saja)\b", re.IGNORECASE)
SHINGLE = 4  # words
SHINGLED = 1 << 32  # added to the hash of a shingle
SAMPLED = 4  # one shingle in four is kept, the same ones in every text (Broder 1997: mod-p sampling)
MIN_LETTERS = 5  # of a word in lower case
NAME, NUMBER, PAIR, OTHER = 1.5, 1.5, 2.0, 1.0  # what a feature weighs by its kind
# Words that begin the names of many bodies and posts; what follows is what tells them apart.
HEADS = frozenset(
    "kementerian menteri pemerintah provinsi kabupaten kota gubernur bupati wali wakil kepala badan dinas direktur "
    "jenderal ketua pemprov pemkab pemkot sekretaris plt pj pt".split()
)


class Feature(NamedTuple):
    """One feature of a text. `group`: those of one name share a number, count as one; shingles have 0 and no text.

    They are made and travel as plain tuples, Packed: made in a tenth, pickled in a quarter of the time.
    """

    text: str
    weight: float
    group: int
    past: bool = False  # a pair of names in a sentence that refers to something past


Packed = tuple[str, float, int, bool]
SHINGLE_FOUND: Packed = ("", OTHER, 0, False)


def features(title: str, text: str) -> dict[int, Packed]:
    """The features of an article by their hash (CRC-32: fast, the same everywhere; shingles are SHINGLED higher)."""
    found: dict[int, Packed] = {}
    group = 0
    stop_words = _stop_words()
    for number, sentence in enumerate((title, *SENTENCE.split(text))):
        between = SPLIT.split(sentence)  # what is between words, word, between, word, ..., between
        words = between[1::2]
        folded = [word.casefold() for word in words]
        coded = [word.encode("utf-8", "surrogatepass") for word in folded]
        # In a headline every word has a capital; its names stand in the text, too.
        names = list(_names(words, between[2::2])) if number else []
        past = len(names) > 1 and bool(PAST.search(sentence))
        for name in names:
            group += 1
            for i in name:
                _add(found, coded[i], (words[i], NAME, group, False))
        for one, other in pairwise(names):
            pair = sorted((_core(folded, one), _core(folded, other)))
            if all(pair) and pair[0] != pair[1]:
                group += 1
                key = "\x1f".join(pair).encode("utf-8", "surrogatepass")
                _add(found, key, (" + ".join(pair), PAIR, group, past))
        inside = {i for name in names for i in name}
        for i, word in enumerate(folded):
            group += 1
            if word[0].isdigit():
                if len(word) > 1 and not YEAR.fullmatch(word):
                    _add(found, coded[i], (word, NUMBER, group, False))
            elif len(word) >= MIN_LETTERS and word not in stop_words and i not in inside:
                mark = crc32(coded[i])
                if mark not in found:  # no other kind weighs less
                    found[mark] = (word, OTHER, group, False)
        joined = b" ".join(coded)
        ends = list(accumulate([len(word) + 1 for word in coded], initial=0))  # of the words, and the blank behind
        for begin, end in zip(ends, ends[SHINGLE:], strict=False):
            mark = crc32(joined[begin : end - 1])
            if not mark % SAMPLED:
                found[mark + SHINGLED] = SHINGLE_FOUND
    return found


def _add(found: dict[int, Packed], key: bytes, feature: Packed) -> None:
    mark = crc32(key)
    known = found.get(mark)
    if known is None or (feature[1], feature[3]) > (known[1], known[3]):
        found[mark] = feature


def _names(words: Sequence[str], gaps: Sequence[str]) -> Iterator[list[int]]:
    """Runs of capitalised words (positions in `words`); not a sentence's first word alone, nor short acronyms.

    `gaps`: what stands after each word.
    """
    run: list[int] = []
    for i, word in enumerate(words):
        if not word[0].isupper():
            continue
        if run and (run[-1] != i - 1 or gaps[i - 1].strip(" .-")):
            yield from _name(words, run)
            run = []
        run.append(i)
    yield from _name(words, run)


def _name(words: Sequence[str], run: list[int]) -> Iterator[list[int]]:
    kept = [i for i in run if len(words[i]) > 2 and not (len(words[i]) < 5 and words[i].isupper())]
    if kept and run != [0]:  # any sentence begins with a capital
        yield kept


def _core(folded: Sequence[str], name: list[int]) -> str:
    """The last two words of a name without what it begins with: "Pemerintah Provinsi Jawa Tengah" -> jawa tengah."""
    return " ".join([folded[i] for i in name if folded[i] not in HEADS][-2:])


def is_content(word: str) -> bool:
    """Whether a word, case folded, says something by itself."""
    return len(word) > 2 and word not in _stop_words()


@cache
def _stop_words() -> frozenset[str]:
    from spacy.lang.id.stop_words import STOP_WORDS

    return frozenset(STOP_WORDS)
