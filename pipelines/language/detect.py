"""Detect: the language of a text. langdetect is the gate, but it takes Malay, Javanese and Sundanese for Indonesian.

These neighbours are told apart by words (language_marks.toml) and by spellings that only one of them has. Indonesian
and Malay share most of their words, so they are weighed in two steps: first Malayic or another language, then which of
the two.
"""

from __future__ import annotations

import re
import tomllib
from functools import lru_cache
from pathlib import Path

from langdetect import DetectorFactory
from langdetect.detector_factory import PROFILES_DIRECTORY
from langdetect.lang_detect_exception import LangDetectException

from pipelines.language.words import SPOKEN_WORD

SAMPLE = 500  # characters that langdetect reads: enough for it, in a twentieth of its time on a whole article
READ = 3_000  # characters at each end whose words are counted: a screen or two, and what follows a long quotation
LIST_ONLY = "min bjn bug mak ace ban mad btk mui bew tl".split()  # languages that are told by their words alone
MALAYIC = frozenset(("id", "ms", "min", "bjn", "mui", "bew"))  # they share their commonest words
GROUPS = ("jv", "su", "en", *(name for name in LIST_ONLY if name not in MALAYIC))
NAMES = ("malayic", "id", "ms", "jv", "su", "en", *LIST_ONLY)
NEIGHBOURS = frozenset(NAMES)  # the languages that our words can tell
CLOSE = frozenset(("tl", "so", "sw"))  # what langdetect takes long texts of the neighbours for, if not Indonesian
LONG = 12  # words; of shorter texts langdetect guesses the language, mostly one of CLOSE
ENOUGH = 0.2  # langdetect's answer for a long text counts unless this share of the words are marks of a neighbour
CLEAR, TIMES = 0.1, 4  # or, of WHOLE words and more, this share where nothing else weighs a fourth of it
# Among ten words of running Indonesian two or three are marks, of English or Javanese three or four; whole articles of
# these have one for ten of their own. So what quotes or repeats another language at equal length stays Indonesian where
# so many of its own words stand against it, counted so many times.
KEPT, HANDICAP = 8, 3.0
COMMON = 0.03  # share of the words that Malayic languages alone share: half of a page has more, a Javanese page less
SURE_SHARE = 0.08  # share of its words from which on a text is of a Malayic language of LIST_ONLY,
SURER = 3  # and so many times what speaks for Indonesian
WHOLE = 60  # words; from here on Malay must show two different words of its own
# Of 9,288 Indonesian articles with so many words five have fewer marks than STRANGE, all of them songs in another
# language; most pages in a language of Indonesia without a list do. SURE is what a language with a list has at least.
STRANGE, SURE = 0.045, 0.1
OTHER = "lain"
MOSTLY = 0.4  # what a word counts that a language only mostly has to itself
MARKS: dict[str, list[tuple[str, float]]] = {}  # word -> the languages that it speaks for, and how much each time
for _name, _words in tomllib.loads(Path(__file__).with_name("language_marks.toml").read_text(encoding="utf-8")).items():
    for _word in set(_words.split()):
        MARKS.setdefault(_word, []).append((_name.removesuffix("_mostly"), MOSTLY if _name.endswith("_mostly") else 1))
# Whole words by how they are spelt: Javanese -ake, -aken, -ipun, dh; Sundanese -keun, eu and é; English th, sh, -ed;
# Malay -iti, -isyen.
SPELLINGS = {
    "jv": re.compile(r".{3,}(?:ake|aken|ipun|ane)|dipun.{3,}|.*dh[aeiou].*|(?:nj|ny|ng|mb|nd)[aeiou].{3,}(?:e|ake)"),
    "su": re.compile(r".{3,}keun|.{3,}eun|(?:[bcdjlmpt]|ng)eu.*|.*é.*"),
    "en": re.compile(r".*(?:th|sh|ck|gh|wh|ee|oo|qu).*|.{2,}(?:ed|tion|ies|ness|ly|ght)|.{3,}[^aeiou]ers?|.{3,}kes"),
    "ms": re.compile(r".{3,}(?:[rs]i|[ao]li|bili)ti|.{3,}isyen"),
}
SPELLING = 0.5  # a spelling counts half as much as a word, since names and loan words are spelt so, too
REMEMBERED = 20_000  # words whose spellings are kept


@lru_cache(maxsize=1)
def _factory() -> DetectorFactory:
    factory = DetectorFactory()
    factory.load_profile(PROFILES_DIRECTORY)
    factory.set_seed(0)  # langdetect samples; unseeded, it answers differently from run to run
    return factory


def detect(text: str, title: str = "") -> str | None:
    """The ISO 639 code of a text's language; None when it cannot be told: digits only, or too few words.

    OTHER for what is near Indonesian and none of the languages that have a list.
    """
    whole = f"{title}. {text}" if title else text
    words = [word.casefold() for word in SPOKEN_WORD.findall(_ends(whole))]
    if len(words) < 3:
        return None
    marks, spellings = weigh(words)
    weights = {name: marks[name] + spellings.get(name, 0) for name in NAMES}
    groups = {name: weights[name] for name in GROUPS}
    groups["malayic"] = sum(weights[name] for name in ("malayic", *MALAYIC))
    best = max(groups, key=lambda name: (groups[name], name == "malayic"))
    if best != "malayic" and _stands_against(marks, groups[best], len(words)):
        best = "malayic"
    best_marks = sum(marks[name] for name in ("malayic", *MALAYIC)) if best == "malayic" else marks[best]
    # langdetect takes longer than all else here. It is not asked where a text is full of one language's words.
    alone = len(words) >= WHOLE and groups[best] >= TIMES * max(n for name, n in groups.items() if name != best)
    if not groups[best] or (len(words) >= LONG and best_marks < (CLEAR if alone else ENOUGH) * len(words)):
        code = _gate(whole[:SAMPLE])
        if not groups[best] or code not in NEIGHBOURS | CLOSE | {None}:
            return code
    if len(words) >= WHOLE and marks["malayic"] + marks["id"] < STRANGE * len(words) and best_marks < SURE * len(words):
        return OTHER
    return _malayic(words, marks, weights) if best == "malayic" else best


def _stands_against(marks: dict[str, float], other: float, words: int) -> bool:
    """Whether enough speaks for Indonesian to keep a text that another language speaks louder for."""
    own = marks["malayic"] + marks["id"]
    return own >= KEPT and own * HANDICAP >= other and marks["malayic"] >= COMMON * words


def _malayic(words: list[str], marks: dict[str, float], weights: dict[str, float]) -> str:
    """Which of the Malayic languages a text is in: Indonesian unless another shows more of its own words."""
    local = max((name for name in LIST_ONLY if name in MALAYIC), key=marks.__getitem__)
    if marks[local] >= SURE_SHARE * len(words) and marks[local] > max(SURER * marks["id"], marks["ms"]):
        return local
    if weights["ms"] <= weights["id"]:
        return "id"
    shown = {word for word in words if any(name == "ms" for name, _ in MARKS.get(word, ()))}
    return "ms" if len(words) < WHOLE or len(shown) > 1 else "id"


def _ends(text: str) -> str:
    """Beginning and end of a text, so that a quotation or a translation before the article does not hide it."""
    return text if len(text) <= 2 * READ else f"{text[:READ]} {text[-READ:]}"


def weigh(words: list[str]) -> tuple[dict[str, float], dict[str, float]]:
    """How much lower-case words speak for each of NAMES: by themselves, and by their spelling."""
    marks, spellings = dict.fromkeys(NAMES, 0.0), dict.fromkeys(SPELLINGS, 0.0)
    for word in words:
        if word in MARKS:
            for name, weight in MARKS[word]:
                marks[name] += weight
        else:
            for name in _spelt(word):
                spellings[name] += SPELLING
    return marks, spellings


@lru_cache(maxsize=REMEMBERED)
def _spelt(word: str) -> tuple[str, ...]:
    return tuple(name for name, spelling in SPELLINGS.items() if spelling.fullmatch(word))


def _gate(sample: str) -> str | None:
    """langdetect's answer, without the script of Chinese ("zh-cn" as "zh"); None when it has none."""
    try:
        detector = _factory().create()
        detector.append(sample.lower() if sample.isupper() else sample)
        code = str(detector.detect())
    except LangDetectException:
        return None
    return None if code == "unknown" else code.split("-")[0]
