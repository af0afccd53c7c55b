"""Deadlines in running Indonesian text: "paling lambat 31 Desember", "kuartal III 2026", "akhir tahun ini", "2027".

A deadline is a period of which the last day counts: "Desember 2026" is kept until the 31st of that month.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from nlp.components.dates import MONTHS
from nlp.components.matching import matches_at

_MONTH = "|".join(sorted(MONTHS, key=len, reverse=True))
_ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4, "pertama": 1, "kedua": 2, "ketiga": 3, "keempat": 4}
_NUMBERS = {
    name: number
    for number, name in enumerate("satu dua tiga empat lima enam tujuh delapan sembilan sepuluh".split(), start=1)
}
_YEAR = r"(?:(?P<{0}>20\d\d)|(?P<{0}_word>(?:tahun\s+)?(?:ini|depan|mendatang)))"
_THIS, _NEXT = "ini", ("depan", "mendatang")

# Each alternative is one way of naming a period; what stands before it ("pada", "hingga") is LEAD's matter.
DEADLINE = re.compile(
    r"\b(?:"
    r"(?:tri|kuar)[tw]\w+\s+(?:ke-?\s?)?(?P<quarter>IV|I{1,3}|[1-4]|pertama|kedua|ketiga|keempat)[\s/-]+(?:tahun\s+)?"
    + _YEAR.format("quarter_year")
    + r"|semester\s+(?:ke-?\s?)?(?P<half>II|I|[12]|pertama|kedua)[\s/-]+(?:tahun\s+)?"
    + _YEAR.format("half_year")
    + rf"|(?:(?P<day>\d{{1,2}})\s+)?(?P<month>{_MONTH})\b\.?(?:\s+(?:tahun\s+)?(?:(?P<year>20\d\d)|(?P<year_word>(?:tahun\s+)?(?:ini|depan|mendatang|nanti)\b)))?"
    r"|(?P<part>awal|pertengahan|akhir)\s+(?:tahun\s+)?(?:(?P<part_year>20\d\d)|(?:(?<=tahun\s)|(?=tahun))(?:tahun\s+)?(?P<part_word>ini|depan|mendatang)\b)"
    r"|akhir\s+(?P<end>tahun|bulan|pekan|minggu)(?P<end_word>\s+(?:ini|depan|mendatang))?\b"
    r"|(?P<span>tahun|bulan|pekan|minggu)\s+(?P<span_word>ini|depan|mendatang)\b"
    r"|(?:dalam\s+(?:waktu\s+|kurun\s+waktu\s+|jangka\s+waktu\s+)?)?(?P<count>\d{1,3}|"
    + "|".join(_NUMBERS)
    + r")\s+(?P<unit>hari|pekan|minggu|bulan|tahun)\s+(?:ke\s+depan|mendatang|lagi)\b"
    r"|(?:tahun\s+(?:anggaran\s+)?)?(?P<bare>20\d\d)(?!\s*[-–/]\s*\d)"
    r")(?![\w%])",
    re.IGNORECASE,
)
# How such a deadline begins: quicker to look for than DEADLINE.
BEGINS = re.compile(r"(?<!\w)(?:\d|[A-Za-z](?<=[adefjmnopstkblAEDFJMNOPSTKBL]))")
# What ends a bare year's claim to be a time: "Perpres 12 Tahun 2027", "Piala Dunia 2026", "APBN 2026".
NAMED_BY_YEAR = re.compile(r"(?:[A-Z]\w*|\d+)\s+(?:[Tt]ahun\s+)?\Z")
LEAD = re.compile(
    r"\b(?:paling\s+lambat|selambat-?lambatnya|pada|di|hingga|sampai(?:\s+dengan)?|sebelum|mulai|per|dalam|untuk|tahun|tanggal|bulan"
    r"|sejak|antara|target\w*|akhir|awal|pertengahan|sekitar|dan|-|–|atau)\s+(?:akhir\s+|awal\s+|bulan\s+|tahun\s+|tanggal\s+|pada\s+|di\s+)*\Z",
    re.IGNORECASE,
)
# Behind a day without a year that begins a period: "1 Februari| hingga 15 Maret 2026|".
RANGE = re.compile(
    rf"\s*(?:hingga|sampai(?:\s+dengan)?|[-–]|dan)\s*(?:tanggal\s+)?(?:\d{{1,2}}\s+)?(?:{_MONTH})\s+(?:tahun\s+)?(?P<year>20\d\d)",
    re.IGNORECASE,
)
UNTIL_THEN = re.compile(r"\bsebelum\s+(?:tahun\s+|bulan\s+|memasuki\s+)?\Z", re.IGNORECASE)
SINCE = re.compile(r"\b(?:sejak|dari|semenjak|setelah|usai|pasca)\s+(?:\w+\s+){0,2}\Z", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Deadline:
    """text[start:end]; `due` is ISO 8601 with the precision of the text, `last` the last day of that period."""

    start: int
    end: int
    due: str
    last: date


def deadlines_in(text: str, start: int, end: int, today: date) -> Iterator[Deadline]:
    """The deadlines of text[start:end] that end after `today`, in order."""
    places = (begin.start() for begin in BEGINS.finditer(text, start, end))
    for match in matches_at(DEADLINE, text, places):
        if match.end() > end:
            return
        before = text[max(start, match.start() - 40) : match.start()]
        if SINCE.search(before) or (match["span"] and before.rstrip()[-1:].isdigit()):
            continue  # "sejak tahun ini", "berusia 65 tahun ini"
        if match["bare"] and (not LEAD.search(before) and not match[0].lower().startswith("tahun")):
            continue
        if match["bare"] and match[0].lower().startswith("tahun") and re.search(r"\d\s*\Z|[Nn]omor\s+\S+\s*\Z", before):
            continue
        due = _due(match, today, RANGE.match(text, match.end()))
        if due is not None and len(due.due) < 10 and UNTIL_THEN.search(before):
            due = _before(due)
        if due is not None and due.last > today:
            yield Deadline(match.start(), match.end(), due.due, due.last)


def _before(due: Deadline) -> Deadline | None:
    """The period before one: who is done before 2027 is done in 2026."""
    if len(due.due) == 4:
        return _year(int(due.due) - 1)
    year, month = int(due.due[:4]), int(due.due[5:])
    return _month(year - (month == 1), (month - 2) % 12 + 1)


def _due(match: re.Match[str], today: date, through: re.Match[str] | None) -> Deadline | None:
    """The period that a match names, its place left out; `through`: the end of a range that it begins."""
    found = match.groupdict()
    if found["quarter"]:
        return _month(_year_of(found, "quarter_year", today), 3 * _ordinal(found["quarter"]))
    if found["half"]:
        return _month(_year_of(found, "half_year", today), 6 * _ordinal(found["half"]))
    if found["month"]:
        return _of_month(found, match[0], today, through)
    if found["part"]:
        year = int(found["part_year"]) if found["part_year"] else _later(today.year, found["part_word"])
        return _month(year, {"awal": 3, "pertengahan": 8, "akhir": 12}[found["part"].lower()])
    if found["end"] or found["span"]:
        return _of_span(
            (found["end"] or found["span"]).lower(), found["end_word"] or found["span_word"] or "ini", today
        )
    if found["count"]:
        return _ahead(_count(found["count"]), found["unit"].lower(), today)
    return _year(int(found["bare"]))


def _of_month(found: dict[str, str | None], words: str, today: date, through: re.Match[str] | None) -> Deadline | None:
    month, day, word = MONTHS[str(found["month"]).lower()], found["day"], found["year_word"]
    if not (day or found["year"] or word):
        return None  # "Mei" alone is a name, or too vague
    if not words[words.lower().index(str(found["month"]).lower())].isupper():
        return None
    if found["year"]:
        year = int(found["year"])
    elif through is not None:
        year = int(through["year"])
    elif word and word.split()[0].lower() == "tahun":
        year = _later(today.year, word)
    else:
        year = today.year + (month < today.month - 1)  # "5 Januari", told in December
    if not day:
        return _month(year, month)
    try:
        last = date(year, month, int(day))
    except ValueError:
        return None
    return Deadline(0, 0, last.isoformat(), last)


def _of_span(unit: str, word: str, today: date) -> Deadline:
    further = word.split()[-1].lower() in _NEXT
    if unit == "tahun":
        return _year(today.year + further)
    if unit == "bulan":
        month = today.month + further
        return _month(today.year + (month > 12), (month - 1) % 12 + 1)
    last = today + timedelta(days=6 - today.weekday() + 7 * further)
    return Deadline(0, 0, last.isoformat(), last)


def _ahead(count: int, unit: str, today: date) -> Deadline | None:
    if unit in ("hari", "pekan", "minggu"):
        last = today + timedelta(days=count * (1 if unit == "hari" else 7))
        return Deadline(0, 0, last.isoformat(), last)
    if unit == "bulan":
        months = today.year * 12 + today.month - 1 + count
        return _month(months // 12, months % 12 + 1)
    return _year(today.year + count) if count <= 50 else None


def _year(year: int) -> Deadline:
    return Deadline(0, 0, str(year), date(year, 12, 31))


def _month(year: int, month: int) -> Deadline:
    return Deadline(0, 0, f"{year}-{month:02}", date(year, month, monthrange(year, month)[1]))


def _year_of(found: dict[str, str | None], name: str, today: date) -> int:
    year = found[name]
    return int(year) if year else _later(today.year, found[f"{name}_word"])


def _later(year: int, word: str | None) -> int:
    return year + bool(word and word.split()[-1].lower() in _NEXT)


def _ordinal(word: str) -> int:
    return _ROMAN.get(word.lower()) or int(word)


def _count(word: str) -> int:
    return _NUMBERS.get(word.lower()) or int(word)
