"""Numbers of Indonesian texts as what they say: "Rp1,2 triliun" and "Rp 1.200 miliar" are one amount, as are "12
persen" and "dua belas persen", "setengah tahun" and "enam bulan".
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from pipelines.language.stems import stem_word

ONES = {
    word: number
    for number, word in enumerate("satu dua tiga empat lima enam tujuh delapan sembilan sepuluh sebelas".split(), 1)
}
SCALES = {
    "ratus": 1e2,
    "ribu": 1e3,
    "rb": 1e3,
    "juta": 1e6,
    "jt": 1e6,
    "miliar": 1e9,
    "milyar": 1e9,
    "triliun": 1e12,
}
ONE_OF = {"seratus": 1e2, "seribu": 1e3, "sejuta": 1e6, "semiliar": 1e9, "setriliun": 1e12}
PARTS = {"setengah": 0.5, "separuh": 0.5, "separo": 0.5, "sepertiga": 1 / 3, "seperempat": 0.25}
FRACTIONS = {"pertiga": 3, "perempat": 4, "perlima": 5}
# What is counted, in the unit in which amounts of its kind are compared, and how much of it one is.
MEASURES: dict[str, tuple[str, float]] = {
    **dict.fromkeys(("rupiah",), ("rp", 1.0)),
    **dict.fromkeys(("dolar", "usd"), ("usd", 1.0)),
    **dict.fromkeys(("persen", "%", "pct"), ("%", 1.0)),
    **dict.fromkeys(("ton",), ("kg", 1e3)),
    **dict.fromkeys(("kg", "kilogram", "kilo"), ("kg", 1.0)),
    **dict.fromkeys(("kuintal", "kwintal"), ("kg", 1e2)),
    **dict.fromkeys(("hektare", "hektar", "ha"), ("ha", 1.0)),
    **dict.fromkeys(("km", "kilometer"), ("km", 1.0)),
    **dict.fromkeys(("meter", "m"), ("km", 1e-3)),
    **dict.fromkeys(("mw", "megawatt"), ("mw", 1.0)),
    **dict.fromkeys(("gw", "gigawatt"), ("mw", 1e3)),
    **dict.fromkeys(("kw", "kilowatt"), ("mw", 1e-3)),
    **dict.fromkeys(("liter",), ("liter", 1.0)),
    **dict.fromkeys(("menit",), ("menit", 1.0)),
    **dict.fromkeys(("jam",), ("menit", 60.0)),
    **dict.fromkeys(("hari",), ("hari", 1.0)),
    **dict.fromkeys(("pekan", "minggu"), ("hari", 7.0)),
    **dict.fromkeys(("bulan",), ("hari", 365 / 12)),
    **dict.fromkeys(("tahun",), ("hari", 365.0)),
    **dict.fromkeys(("kali",), ("kali", 1.0)),
}
ONE_MEASURE = {f"se{unit}": unit for unit in ("jam", "hari", "pekan", "minggu", "bulan", "tahun")}
MONTHS = {
    month: number
    for number, month in enumerate(
        "januari februari maret april mei juni juli agustus september oktober november desember".split(), 1
    )
}
# Words behind a number that say how it is counted, not what: "12 orang nelayan", "3.200 unit rumah".
VESSELS = frozenset("orang unit buah ekor jiwa kepala lembar butir titik".split())
ABOUT = frozenset("sekitar kira-kira hampir nyaris lebih kisaran kisarannya setidaknya sedikitnya".split())
NEAR_BEFORE = 3  # words before a number in which "sekitar" or "hampir" is looked for
ROUNDED, EXACT = 0.06, 0.003  # how far two amounts may be apart, as a share, to be the same: rounded, and said exactly
TOKEN = re.compile(r"\d+(?:[.,]\d+)*|%|[^\W\d_]+(?:-[^\W\d_]+)*")
GROUPED = re.compile(r"\d{1,3}(?:\.\d{3})+(?:,\d+)?")
COUNT, YEAR, DATE = "count", "year", "date"


@dataclass(frozen=True, slots=True)
class Amount:
    """A number as a text says it.

    value  in `unit`; of a date its month * 100 + its day
    unit   one of the units of MEASURES, COUNT, YEAR or DATE
    noun   the stem of what is counted; "" where nothing follows
    about  whether it is said to be rounded
    start, end  where its number and unit stand in the text
    """

    value: float
    unit: str
    noun: str
    about: bool
    start: int
    end: int

    def is_same(self, other: Amount) -> bool:
        """Whether both say the same amount; what is rounded may be a little off."""
        off = 0.0 if self.unit in (YEAR, DATE) else ROUNDED if self.about or other.about else EXACT
        return self.unit == other.unit and abs(self.value - other.value) <= off * max(abs(self.value), abs(other.value))


class _Word(NamedTuple):
    text: str
    folded: str
    start: int
    end: int


def amounts(text: str) -> list[Amount]:
    """The amounts of a text, in order."""
    words = [_Word(match[0], match[0].casefold(), *match.span()) for match in TOKEN.finditer(text)]
    found: list[Amount] = []
    at = 0
    while at < len(words):
        read = _number(words, at)
        if read is None:
            at += 1
            continue
        value, behind = read
        amount, behind = _amount(words, at, value, behind)
        if amount is not None:
            found.append(amount)
        at = behind
    return found


def _number(words: Sequence[_Word], at: int) -> tuple[float, int] | None:
    """(value, the word behind it) of the number that begins at a word."""
    folded = words[at].folded
    if folded[0].isdigit():
        value, at = _digits(folded), at + 1
    elif folded in PARTS:
        unit = words[at + 1].folded if at + 1 < len(words) else ""
        if unit in SCALES or unit in MEASURES:
            value, at = PARTS[folded], at + 1
        else:
            return -PARTS[folded] * 100, at + 1
    elif folded in ONE_MEASURE:
        return 1.0, at
    else:
        spelt = _spelt(words, at)
        if spelt is None:
            return None
        value, at = spelt
        if at + 1 < len(words) and words[at].folded == "setengah" and words[at + 1].folded in SCALES:
            value, at = value + 0.5, at + 1  # "satu setengah juta"
    while at < len(words) and words[at].folded in SCALES:
        value *= SCALES[words[at].folded]
        at += 1
    if at < len(words) and words[at].folded in FRACTIONS:
        return -100 * value / FRACTIONS[words[at].folded], at + 1
    return value, at


def _digits(text: str) -> float:
    """The value of "14.500", "1,2" or "12"; with a dot and no group of three it is a decimal point."""
    if GROUPED.fullmatch(text):
        return float(text.replace(".", "").replace(",", "."))
    if text.count(",") == 1 and "." not in text:
        return float(text.replace(",", "."))
    if text.count(".") == 1 and "," not in text:
        return float(text)
    return float(re.sub(r"[.,]", "", text)[:300])


def _spelt(words: Sequence[_Word], at: int) -> tuple[float, int] | None:
    """The value of a number in words up to its hundreds: "dua belas", "seratus dua puluh"; scales are the caller's."""
    total, first = 0.0, at
    while at < len(words):
        folded = words[at].folded
        following = words[at + 1].folded if at + 1 < len(words) else ""
        if folded == "seratus" or (folded in ONE_OF and at == first):
            total, at = total + ONE_OF[folded], at + 1
        elif folded in ONES and following in ("belas", "puluh", "ratus"):
            tens = {"belas": 10 + ONES[folded], "puluh": 10 * ONES[folded], "ratus": 100 * ONES[folded]}
            total, at = total + tens[following], at + 2
        elif folded in ONES:
            total, at = total + ONES[folded], at + 1
            break
        else:
            break
    return (total, at) if at > first else None


def _amount(words: Sequence[_Word], first: int, value: float, behind: int) -> tuple[Amount | None, int]:
    """The amount of a number between `first` and `behind`, and the word behind what it counts; None for none."""
    start, end = words[first].start, words[max(first, behind - 1)].end
    before = words[first - 1].folded if first else ""
    about = bool(ABOUT & {word.folded for word in words[max(0, first - NEAR_BEFORE) : first]})
    if value < 0:
        return Amount(-value, "%", "", about, start, end), behind
    if before in ("rp", "idr") or words[first].folded in ONE_MEASURE:
        unit = ONE_MEASURE.get(words[first].folded)
        if unit:
            name, one = MEASURES[unit]
            return Amount(one, name, "", about, start, words[first].end), first + 1
        return Amount(value, "rp", "", about, words[first - 1].start, end), behind
    following = words[behind].folded if behind < len(words) else ""
    if following in MONTHS and value <= 31 and words[first].text.isdigit():
        return Amount(MONTHS[following] * 100 + value, DATE, "", about, start, words[behind].end), behind + 1
    if words[first].text.isdigit() and behind == first + 1 and 1900 <= value <= 2100 and following not in MEASURES:
        return Amount(value, YEAR, "", False, start, end), behind
    if following in MEASURES:
        unit, one = MEASURES[following]
        noun = _noun(words, behind + 1)
        return Amount(value * one, unit, noun, about, start, words[behind].end), behind + 1
    if words[first].folded == "satu" and behind == first + 1:  # "salah satu", "satu pun": no amount
        return None, behind
    return Amount(value, COUNT, _noun(words, behind), about, start, end), behind


def _noun(words: Sequence[_Word], at: int) -> str:
    """The stem of what is counted, behind a word for how it is counted."""
    if at < len(words) and words[at].folded in VESSELS:
        at += 1
    return stem_word(words[at].folded) if at < len(words) and words[at].folded.isalpha() else ""
