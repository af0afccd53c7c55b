"""The sample newsroom on another day: the dates that its texts tell move with the days on which they were published.

The articles are written for the autumn of 2025. A demo would look empty in the lists of today and of this week, so the
newsroom moves by whole weeks: the names of weekdays in the texts stay right.
"""

from __future__ import annotations

import re
from datetime import date, timedelta

from crawler.demo.dates import MONTHS

LAST_DAY = date(2025, 12, 18)  # of the articles as they are written
ENGLISH = "January February March April May June July August September October November December".split()
MALAY = "Januari Februari Mac April Mei Jun Julai Ogos September Oktober November Disember".split()
NUMBERS = {name: number for names in (ENGLISH, MALAY, MONTHS) for number, name in enumerate(names, 1)}
NAMES = {name: names for names in (ENGLISH, MALAY, MONTHS) for name in names}  # the language of a name, ours last
MONTH = rf"(?P<month>{'|'.join(NUMBERS)})"
# A month alone may be a person's name (Mei, Juni): it is a time only after one of these.
BEFORE_A_MONTH = "pada|bulan|hingga|sampai|sejak|mulai|awal|akhir|pertengahan|menjelang|antara|dari"
FORMS = re.compile(
    rf"""\b(?P<d>\d{{1,2}})/(?P<m>\d{{1,2}})/(?P<y>20\d\d)\b      # 6/11/2025
    |\((?P<short>\d{{1,2}})/(?P<short_m>\d{{1,2}})\)              # (6/11)
    |\b(?P<day>\d{{1,2}})\ {MONTH}(?:\ (?P<year>20\d\d))?\b       # 6 November 2025, 6 November
    |\b{MONTH.replace("month", "of_month")}\ (?P<of_year>202[4-9])\b  # November 2025
    |(?<=\ )(?P<word>{BEFORE_A_MONTH})\ {MONTH.replace("month", "alone")}\b
    |(?<!Tahun\ )(?<![/:.\d])\b(?P<only>202[5-9])\b(?![/\d])      # 2026, but for a law's "Nomor 5 Tahun 2025"
    """,
    re.VERBOSE,
)
ISO = re.compile(r"(20\d\d)(?:-(\d\d))?(?:-(\d\d))?")


def weeks_to(day: date) -> timedelta:
    """By how much the newsroom moves so that its last article is of the week before `day`."""
    return timedelta(weeks=(day - LAST_DAY).days // 7)


def moved_text(text: str, by: timedelta, published: date) -> str:
    """A text with its dates moved; one without a year is taken for the nearest to `published`, as it was written."""
    return FORMS.sub(lambda match: _moved(match, by, published), text) if by else text


def moved_iso(value: str, by: timedelta) -> str:
    """A date of any precision (2025-11-12, 2025-11, 2025), moved; what is none stays."""
    match = ISO.fullmatch(value)
    if not match or not by:
        return value
    year, month, day = match.groups()
    then = _date(int(year), int(month or 7), int(day or 15)) + by
    return f"{then:%Y-%m-%d}" if day else f"{then:%Y-%m}" if month else f"{then:%Y}"


def _moved(match: re.Match[str], by: timedelta, published: date) -> str:
    """A date of a text, moved, in the form in which it stood. Months and years move from their middle."""
    found = match.groupdict()
    if found["d"]:
        then = _date(int(found["y"]), int(found["m"]), int(found["d"])) + by
        return f"{then.day}/{then.month}/{then.year}"
    if found["short"]:
        then = _nearest(published, int(found["short_m"]), int(found["short"])) + by
        return f"({then.day}/{then.month})"
    if found["day"]:
        number, day = NUMBERS[found["month"]], int(found["day"])
        year = found["year"]
        then = (_date(int(year), number, day) if year else _nearest(published, number, day)) + by
        return f"{then.day} {NAMES[found['month']][then.month - 1]}" + (f" {then.year}" if year else "")
    if found["of_month"]:
        then = _date(int(found["of_year"]), NUMBERS[found["of_month"]], 15) + by
        return f"{NAMES[found['of_month']][then.month - 1]} {then.year}"
    if found["alone"]:
        then = _nearest(published, NUMBERS[found["alone"]], 15) + by
        return f"{found['word']} {NAMES[found['alone']][then.month - 1]}"
    return str((date(int(found["only"]), 7, 1) + by).year)


def _nearest(published: date, month: int, day: int) -> date:
    """The day of a month that lies nearest to the day on which it was written."""
    years = (published.year - 1, published.year, published.year + 1)
    return min((_date(year, month, day) for year in years), key=lambda then: abs(then - published))


def _date(year: int, month: int, day: int) -> date:
    """The date; of a day that the month does not have (29 February) its last."""
    try:
        return date(year, month, day)
    except ValueError:
        return date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)
