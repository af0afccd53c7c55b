"""What can tell that two texts are about the same event: names, numbers, rarer words, shingles.

Pure functions of a text. How rare a feature is, is the index's business (pipelines/coverage/index.py).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from zlib import crc32

WORD = re.compile(r"\d+(?:[.,]\d+)*|\w+")
SENTENCE = re.compile(r"(?<=[.!?”\"])\s+|\n+")
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


@dataclass(frozen=True, slots=True)
class Feature:
    """One feature of a text. `group`: features of one name share a number, and count as one."""

    text: str
    weight: float
    group: int
    past: bool = False  # a pair of names in a sentence that refers to something past


def features(title: str, text: str) -> dict[int, Feature]:
    """The features of an article by their hash (CRC-32: fast, the same everywhere; shingles are SHINGLED higher)."""
    found: dict[int, Feature] = {}
    group = 0
    stop_words = _stop_words()
    for number, sentence in enumerate((title, *SENTENCE.split(text))):
        words = list(WORD.finditer(sentence))
        # In a headline every word has a capital; its names stand in the text, too.
        names = list(_names(sentence, words)) if number else []
        past = bool(PAST.search(sentence))
        folded = [match[0].casefold() for match in words]
        inside = {i for name in names for i in name}
        for name in names:
            group += 1
            for i in name:
                _add(found, folded[i], Feature(words[i][0], NAME, group))
        for one, other in pairwise(names):
            pair = sorted((_core(words, one), _core(words, other)))
            if all(pair) and pair[0] != pair[1]:
                group += 1
                _add(found, "\x1f".join(pair), Feature(" + ".join(pair), PAIR, group, past))
        for i, word in enumerate(folded):
            group += 1
            if word[0].isdigit():
                if len(word) > 1 and not YEAR.fullmatch(word):
                    _add(found, word, Feature(word, NUMBER, group))
            elif len(word) >= MIN_LETTERS and i not in inside and word not in stop_words:
                _add(found, word, Feature(word, OTHER, group))
        for i in range(len(folded) - SHINGLE + 1):
            key = " ".join(folded[i : i + SHINGLE])
            mark = crc32(key.encode("utf-8", "surrogatepass"))
            if mark % SAMPLED == 0:
                found[mark + SHINGLED] = Feature(key, OTHER, 0)
    return found


def _add(found: dict[int, Feature], key: str, feature: Feature) -> None:
    mark = crc32(key.encode("utf-8", "surrogatepass"))
    known = found.get(mark)
    if known is None or (feature.weight, feature.past) > (known.weight, known.past):
        found[mark] = feature


def _names(sentence: str, words: list[re.Match[str]]) -> Iterator[list[int]]:
    """Runs of capitalised words (positions in `words`); not a sentence's first word alone, nor short acronyms."""
    run: list[int] = []
    for i, match in enumerate(words):
        word = match[0]
        joined = bool(run) and not sentence[words[i - 1].end() : match.start()].strip(" .-")
        if word[0].isupper() and (joined or not run):
            run.append(i)
            continue
        yield from _name(words, run)
        run = [i] if word[0].isupper() else []
    yield from _name(words, run)


def _name(words: list[re.Match[str]], run: list[int]) -> Iterator[list[int]]:
    kept = [i for i in run if len(words[i][0]) > 2 and not (words[i][0].isupper() and len(words[i][0]) < 5)]
    if run == [0]:  # any sentence begins with a capital
        kept = []
    if kept:
        yield kept


def _core(words: list[re.Match[str]], name: list[int]) -> str:
    """The last two words of a name without what it begins with: "Pemerintah Provinsi Jawa Tengah" -> jawa tengah."""
    own = [words[i][0].casefold() for i in name]
    return " ".join([word for word in own if word not in HEADS][-2:])


def is_content(word: str) -> bool:
    """Whether a word, case folded, says something by itself."""
    return len(word) > 2 and word not in _stop_words()


@cache
def _stop_words() -> frozenset[str]:
    from spacy.lang.id.stop_words import STOP_WORDS

    return frozenset(STOP_WORDS)
