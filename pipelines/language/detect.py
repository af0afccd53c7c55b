"""Language: langdetect as the gate, and Indonesian told from its neighbours, which langdetect calls "id".

The neighbours are told by words (pipelines/language/language_marks.toml) and by spellings that only one of them has.
Indonesian and Malay share most of their words, so they are weighed in two steps: Malayic or another, then which of the
two.
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

SAMPLE = 500  # characters: enough for langdetect, a twentieth of its time on a whole article
WORDS_READ = 3_000  # characters that the words are counted in: an article's first screen or two
NEIGHBOURS = frozenset(("id", "ms", "jv", "su", "en"))  # what our words can tell
CLOSE = frozenset(("tl", "so", "sw"))  # what langdetect calls long texts of the neighbours, if not "id"
LONG = 12  # words; below this langdetect guesses, mostly a language of CLOSE
ENOUGH = 0.2  # of a long text's words must be marks before another answer of langdetect is overruled
MOSTLY = 0.4
MARKS: dict[str, list[tuple[str, float]]] = {}  # word -> the languages that it speaks for, and how much
for _name, _words in tomllib.loads(Path(__file__).with_name("language_marks.toml").read_text(encoding="utf-8")).items():
    for _word in set(_words.split()):
        MARKS.setdefault(_word, []).append((_name.removesuffix("_mostly"), MOSTLY if _name.endswith("_mostly") else 1))
# Spellings: Javanese -ake, -aken, -ipun, dh; Sundanese -keun, eu and é; English th, sh, -ed; Malay -iti, -isyen.
SPELLINGS = {
    "jv": re.compile(r".{3,}(?:ake|aken|ipun|ane)|dipun.{3,}|.*dh[aeiou].*|(?:nj|ny|ng|mb|nd)[aeiou].{3,}(?:e|ake)"),
    "su": re.compile(r".{3,}keun|.{3,}eun|(?:[bcdjlmpt]|ng)eu.*|.*é.*"),
    "en": re.compile(r".*(?:th|sh|ck|gh|wh|ee|oo|qu).*|.{2,}(?:ed|tion|ies|ness|ly|ght)|.{3,}[^aeiou]ers?|.{3,}kes"),
    "ms": re.compile(r".{3,}(?:[rs]i|[ao]li|bili)ti|.{3,}isyen"),
}  # fmt: skip
SPELLING = 0.5  # of a word's weight: names and loans are spelt so, too
REMEMBERED = 20_000  # words


@lru_cache(maxsize=1)
def _factory() -> DetectorFactory:
    factory = DetectorFactory()
    factory.load_profile(PROFILES_DIRECTORY)
    factory.set_seed(0)  # langdetect samples; unseeded, it answers differently from run to run
    return factory


def detect(text: str, title: str = "") -> str | None:
    """ISO 639-1 code of the text's language, or None when it cannot be told (digits, too few letters)."""
    whole = f"{title}. {text}" if title else text
    words = [word.casefold() for word in SPOKEN_WORD.findall(whole[:WORDS_READ])]
    if len(words) < 3:
        return None
    marks, spellings = weigh(words)
    groups = {name: marks[name] + spellings[name] for name in ("jv", "su", "en")}
    groups["malayic"] = sum(marks[name] + spellings[name] for name in ("malayic", "id", "ms"))
    best = max(groups, key=lambda name: (groups[name], name == "malayic"))
    best_marks = sum(marks[name] for name in ("malayic", "id", "ms")) if best == "malayic" else marks[best]
    # langdetect costs more than all else here, and has no say where a long text is full of one language's words.
    if not groups[best] or (len(words) >= LONG and best_marks < ENOUGH * len(words)):
        code = _gate(whole[:SAMPLE])
        if not groups[best] or code not in NEIGHBOURS | CLOSE | {None}:
            return code
    if best != "malayic":
        return best
    return "ms" if marks["ms"] + spellings["ms"] > marks["id"] else "id"


def weigh(words: list[str]) -> tuple[dict[str, float], dict[str, float]]:
    """How much the words and how much the spellings of lower-case words speak for malayic, id, ms, jv, su and en."""
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
    try:
        detector = _factory().create()
        detector.append(sample)
        code = str(detector.detect())
    except LangDetectException:
        return None
    return None if code == "unknown" else code.split("-")[0]
