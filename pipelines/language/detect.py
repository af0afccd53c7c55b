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
WORDS_READ = 3_000  # characters whose words are counted: an article's first screen or two
NEIGHBOURS = frozenset(("id", "ms", "jv", "su", "en"))  # the languages that our words can tell
CLOSE = frozenset(("tl", "so", "sw"))  # what langdetect takes long texts of the neighbours for, if not Indonesian
LONG = 12  # words; of shorter texts langdetect guesses the language, mostly one of CLOSE
ENOUGH = 0.2  # langdetect's answer for a long text counts unless this share of the words are marks of a neighbour
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
    """The ISO 639-1 code of a text's language, or None when it cannot be told: digits only, or too few words."""
    whole = f"{title}. {text}" if title else text
    words = [word.casefold() for word in SPOKEN_WORD.findall(whole[:WORDS_READ])]
    if len(words) < 3:
        return None
    marks, spellings = weigh(words)
    groups = {name: marks[name] + spellings[name] for name in ("jv", "su", "en")}
    groups["malayic"] = sum(marks[name] + spellings[name] for name in ("malayic", "id", "ms"))
    best = max(groups, key=lambda name: (groups[name], name == "malayic"))
    best_marks = sum(marks[name] for name in ("malayic", "id", "ms")) if best == "malayic" else marks[best]
    # langdetect takes longer than all else here. It is not asked where a text is full of one language's words.
    if not groups[best] or (len(words) >= LONG and best_marks < ENOUGH * len(words)):
        code = _gate(whole[:SAMPLE])
        if not groups[best] or code not in NEIGHBOURS | CLOSE | {None}:
            return code
    if best != "malayic":
        return best
    return "ms" if marks["ms"] + spellings["ms"] > marks["id"] else "id"


def weigh(words: list[str]) -> tuple[dict[str, float], dict[str, float]]:
    """How much lower-case words speak for malayic, id, ms, jv, su and en: by themselves, and by their spelling."""
    names = ("malayic", "id", "ms", "jv", "su", "en")
    marks, spellings = dict.fromkeys(names, 0.0), dict.fromkeys(names, 0.0)
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
        detector.append(sample)
        code = str(detector.detect())
    except LangDetectException:
        return None
    return None if code == "unknown" else code.split("-")[0]
