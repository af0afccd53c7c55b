"""Instalments: texts of one source that are nearly one, and yet two of a series: tables, prices, scores, fixtures.

They share their frame, and differ in what the frame is for: the day, the score, the price, the count. That stands in
the title or at the head of the text.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from itertools import pairwise

from babel.dates import get_month_names

LEAD = 60  # words of the text that tell the news
CHANGED = 2  # so many numbers in the same place of two leads make them two; one alone may be a correction
_MONTHS = {
    spelt: number
    for number, name in get_month_names(locale="id").items()
    for spelt in (name.casefold(), name[:3].casefold(), *(("agt", "ags") if number == 8 else ()))
}
_NAMED = "|".join(sorted(_MONTHS, key=len, reverse=True))
# "10 Juni 2025", "9-10 Juni", "10/6/2025", "(10/6)"; a range counts by its last day.
DATE = re.compile(
    rf"\b(?P<day>\d{{1,2}})\s+(?P<name>{_NAMED})\b|\b(?P<first>\d{{1,2}})/(?P<month>\d{{1,2}})(?:/\d{{2,4}})?\b", re.I
)
RANGE = re.compile(rf"\b\d{{1,2}}\s?[-–]\s?(?=\d{{1,2}}\s+(?:{_NAMED})\b)", re.I)
YEAR = re.compile(r"\b(?:19|20)\d\d\b")
SCORE = re.compile(r"(?<![\d.,/–-])(\d{1,2})\s?[-–]\s?(\d{1,2})(?![\d/–-]|[.,]\d)")
TOKEN = re.compile(r"\d+(?:[.,:]\d+)*|[^\W\d_]+")
_COUNTED = "nol satu dua tiga empat lima enam tujuh delapan sembilan sepuluh sebelas".split()
NUMERALS = {word: str(number) for number, word in enumerate(_COUNTED)}


def are_instalments(one: tuple[str, str], other: tuple[str, str]) -> bool:
    """Whether two texts of a source, (title, text) each, that are nearly one tell of two days, scores or prices."""
    titles, leads = (one[0], other[0]), (_lead(one[1]), _lead(other[1]))
    if any(_disjoint(found, *titles) for found in (_dates, _years, _scores)):
        return True
    if _disjoint(_numbers, *titles) and not (_tells(other[1], one[0]) and _tells(one[1], other[0])):
        return True
    if _disjoint(_dates, *(" ".join(words) for words in zip(titles, leads, strict=True))):
        return True
    return _disjoint(_scores, *leads) or _changed(*leads) >= CHANGED


def _tells(text: str, title: str) -> bool:
    """Whether a text has the numbers of the other one's title, too: then two headlines chose from one story."""
    return _numbers(title) <= _numbers(text)


@lru_cache(maxsize=64)  # one text, as it comes, is held against many
def _lead(text: str) -> str:
    """The first LEAD words."""
    for number, word in enumerate(re.finditer(r"\S+", text), 1):
        if number == LEAD:
            return text[: word.end()]
    return text


def _disjoint(found: Callable[[str], set[str]], one: str, other: str) -> bool:
    """Whether both texts have something of a kind, and nothing of it in common."""
    mine, theirs = found(one), found(other)
    return bool(mine and theirs) and mine.isdisjoint(theirs)


def _dates(text: str) -> set[str]:
    found = set()
    for date in DATE.finditer(text):
        month = _MONTHS[date["name"].casefold()] if date["name"] else int(date["month"])
        day = int(date["day"] or date["first"])
        if 1 <= month <= 12 and 1 <= day <= 31:
            found.add(f"{month}-{day}")
    return found


def _years(text: str) -> set[str]:
    return set(YEAR.findall(text))


def _scores(text: str) -> set[str]:
    """Scores, whoever is named first: "2-0" and "0-2" are one."""
    return {"-".join(sorted(pair)) for pair in SCORE.findall(RANGE.sub(" ", text))}


def _numbers(text: str) -> set[str]:
    """What a text counts, in figures or words; no dates, years or scores."""
    for other in (RANGE, DATE, YEAR, SCORE):
        text = other.sub(" ", text)
    words = [NUMERALS.get(word, word) for word in (token.casefold() for token in TOKEN.findall(text))]
    return {word for word in words if word[0].isdigit()}


def _changed(one: str, other: str) -> int:
    """How many numbers of a lead are others in the other one, with the same words before and after them."""
    mine, theirs = _places(one), _places(other)
    both = mine.keys() & theirs.keys()
    return sum(min(len(mine[at]), len(theirs[at])) for at in both if mine[at].isdisjoint(theirs[at]))


def _places(lead: str) -> dict[tuple[str, str], set[str]]:
    """The numbers of a lead by the words around them."""
    words = ["", *(token.casefold() for token in TOKEN.findall(lead)), ""]
    found: dict[tuple[str, str], set[str]] = {}
    for (before, number), after in zip(pairwise(words), words[2:], strict=False):
        if number[:1].isdigit():
            found.setdefault((before, after), set()).add(number)
    return found
