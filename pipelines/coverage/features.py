"""Features: what can tell that two texts are about the same event: names, numbers, rarer words, shingles.

A shingle is a run of SHINGLE words. These are functions of one text alone; pipelines/coverage/index.py knows how rare a
feature is.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from itertools import accumulate, pairwise
from typing import NamedTuple
from zlib import crc32

from pipelines.language.stems import is_everyday
from pipelines.language.stop_words import stop_words

WORD = re.compile(r"\d+(?:[.,]\d+)*|\w+")  # a number with its separators is one word: "14.500" is no "14" and "500"
SPLIT = re.compile(f"({WORD.pattern})")
# Between two sentences: white space after an end mark, or line breaks. The look-behinds stand after the first character
# because the pattern takes almost three times as long otherwise.
SENTENCE = re.compile(r"\s(?:(?<=[.!?”\"]\s)\s*|(?<=\n)\n*)")
YEAR = re.compile(r"(?:19|20)\d\d")
# Words with which a sentence refers to something past ("kerja sama yang diteken pekan lalu").
PAST = re.compile(r"\b(?:lalu|kemarin|sebelumnya|silam|tempo hari|baru saja)\b", re.IGNORECASE)
SHINGLE = 4  # words
SHINGLED = 1 << 32  # added to the hash of a shingle, so that it is never the hash of a word
# One shingle in four is kept, the same ones in every text (Broder 1997: mod-p sampling); of quotations all are, since
# one of eight words has only five.
SAMPLED = 4
QUOTE = re.compile(r"[\"“]([^\"“”]{20,600})[\"”]")
EVERYDAY = 500  # words of the commonest roots are rare only in a small archive, and tell nothing there either
MIN_LETTERS = 5  # shorter words in lower case are left out
NAME, NUMBER, PAIR, OTHER = 1.5, 1.5, 2.0, 1.0  # what features weigh by their kind; a pair is of two names
# Words that begin the names of many bodies and posts; only what follows them tells these apart.
HEADS = frozenset(
    "kementerian menteri pemerintah provinsi kabupaten kota gubernur bupati wali wakil kepala badan dinas direktur "
    "jenderal ketua pemprov pemkab pemkot sekretaris plt pj pt".split()
)
# Capitalised words of the law, of offices and of dates: they stand in any text, and tell nothing by themselves.
NO_NAMES = HEADS | frozenset(
    "undang peraturan keputusan nomor pasal ayat huruf tahun nota kesepahaman kesepakatan perjanjian kerja sama "
    "pelaksana anggota majelis hakim terdakwa negeri negara republik pusat daerah kota kecamatan kelurahan desa jalan "
    "utara selatan timur barat tengah senin selasa rabu kamis jumat sabtu minggu januari februari maret april mei juni "
    "juli agustus september oktober november desember".split()
)


class Feature(NamedTuple):
    """One feature of a text.

    text    what people are shown; "" for a shingle
    weight  NAME, NUMBER, PAIR or OTHER
    group   the words of one name share a number and count as one; all shingles have 0
    past    whether it is a pair of names in a sentence that refers to something past

    Features are made and sent as plain tuples in this order (`Packed`), since these are made in a tenth of the time and
    pickled in a quarter of it.
    """

    text: str
    weight: float
    group: int
    past: bool = False


Packed = tuple[str, float, int, bool]
SHINGLE_FOUND: Packed = ("", OTHER, 0, False)


def features(title: str, text: str) -> dict[int, Packed]:
    """The features of an article by their hash: CRC-32, which is fast and the same everywhere; shingles: + SHINGLED."""
    found: dict[int, Packed] = {}
    group = 0
    without = stop_words()
    for number, sentence in enumerate((title, *SENTENCE.split(text))):
        between = SPLIT.split(sentence)  # in turn what stands between words, and a word
        words = between[1::2]
        folded = [word.casefold() for word in words]
        coded = [word.encode("utf-8", "surrogatepass") for word in folded]
        # In a headline any word may have a capital, so no names are looked for; they stand in the text, too.
        names = list(_names(words, between[2::2])) if number else []
        past = len(names) > 1 and bool(PAST.search(sentence))
        for name in names:
            group += 1
            for i in name:
                if folded[i] not in NO_NAMES:
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
                    _add(found, coded[i], (word, NUMBER if len(word) > 2 else OTHER, group, False))
            elif (
                len(word) >= MIN_LETTERS and word not in without and i not in inside and not is_everyday(word, EVERYDAY)
            ):
                mark = crc32(coded[i])
                if mark not in found:  # whatever is there already weighs at least as much
                    found[mark] = (word, OTHER, group, False)
        found.update((mark, SHINGLE_FOUND) for mark in _shingles(coded) if not mark % SAMPLED)
    for quote in QUOTE.finditer(text):
        coded = [word.casefold().encode("utf-8", "surrogatepass") for word in WORD.findall(quote[1])]
        found.update((mark, SHINGLE_FOUND) for mark in _shingles(coded))
    return found


def telling_shingles(words: Sequence[str], known: Collection[int]) -> list[int]:
    """The hashes of those shingles of a run of words, case folded, that are sampled or known."""
    marks = _shingles([word.encode("utf-8", "surrogatepass") for word in words])
    return [mark for mark in marks if not mark % SAMPLED or mark in known]


def _shingles(coded: Sequence[bytes]) -> Iterator[int]:
    """The hash of each shingle of words in UTF-8. SHINGLED is a multiple of SAMPLED, so it changes no sample."""
    joined = b" ".join(coded)
    ends = list(accumulate([len(word) + 1 for word in coded], initial=0))  # where each word with its blank ends
    for begin, end in zip(ends, ends[SHINGLE:], strict=False):
        yield crc32(joined[begin : end - 1]) + SHINGLED


def facts(text: str) -> tuple[set[str], set[str]]:
    """The words of the names in a text, case folded, and its numbers but for years."""
    names: set[str] = set()
    numbers: set[str] = set()
    for sentence in SENTENCE.split(text):
        between = SPLIT.split(sentence)
        words = between[1::2]
        for name in _names(words, between[2::2]):
            names.update(words[i].casefold() for i in name)
        numbers.update(word for word in words if word[0].isdigit() and not YEAR.fullmatch(word))
    return names - NO_NAMES, numbers


def _add(found: dict[int, Packed], key: bytes, feature: Packed) -> None:
    """Add a feature, unless the same word is there already with a greater weight."""
    mark = crc32(key)
    known = found.get(mark)
    if known is None or (feature[1], feature[3]) > (known[1], known[3]):
        found[mark] = feature


def _names(words: Sequence[str], gaps: Sequence[str]) -> Iterator[list[int]]:
    """Runs of capitalised words, as their positions in `words`; `gaps`: what stands after each word.

    The first word of a sentence is no name when it stands alone, and short acronyms are left out.
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
    """The words of a run that make a name, if it is one."""
    kept = [i for i in run if len(words[i]) > 2 and not (len(words[i]) < 5 and words[i].isupper())]
    if [i for i in kept if words[i].casefold() not in NO_NAMES] not in ([], [0]):  # any sentence begins with a capital
        yield kept


def _core(folded: Sequence[str], name: list[int]) -> str:
    """The last two words of a name that tell it apart: "jawa tengah" of "Pemerintah Provinsi Jawa Tengah"."""
    return " ".join([folded[i] for i in name if folded[i] not in HEADS][-2:])


def is_content(word: str) -> bool:
    """Whether a word, case folded, says something by itself."""
    return len(word) > 2 and word not in stop_words()
