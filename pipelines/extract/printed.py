"""Printed dates: what a line of a page says about the day and the hour, and how it says it.

"Jum'at, 5 Desember 2025 | 14.05 WITA", "22nd November 2026", "2 jam yang lalu". Indonesia has three time zones: WIB
(UTC+7), WITA (UTC+8), WIT (UTC+9). A time without a zone is taken for WIB.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from crawler.times import HALF, hour_of_day, zone_of
from nlp.components.dates import MONTHS as INDONESIAN_MONTHS
from pipelines.wording.wib import WIB

# Sites print English months and rarer short forms, too. The tagger does not look for them: in running text they are
# mostly something else (the names "May" and "June").
MONTHS = INDONESIAN_MONTHS | {
    name: number
    for number, names in {
        1: "january",
        2: "peb february",
        3: "mrt march",
        5: "may",
        6: "june",
        7: "july",
        8: "agst aug august",
        10: "oct october",
        11: "nop",
        12: "dec december",
    }.items()
    for name in names.split()
}
_MONTH = "|".join(sorted(MONTHS, key=len, reverse=True))
_NAMED = r"(?:wita|wib|wit|utc|gmt)(?![a-z])"
ZONE = rf"(?:(?:utc|gmt)?\s?\+\d{{1,2}}(?::?\d{{2}})?(?![\d:.])|{_NAMED})"
_HOUR = r"(?P<hour>[01]?\d|2[0-3])[.:](?P<minute>[0-5]\d)(?:[.:][0-5]\d)?"
_CLOCK = rf"{_HOUR}(?:\s*(?P<half>{HALF}))?(?:\s*\(?(?P<zone>{ZONE})\)?)?"
_PARTED = r"(?:[,|•·/–—-]|pukul|jam|at|@|\((?=\d))"  # what stands between a day and its hour
_TIME = rf"(?:\s*(?:{_PARTED}\s*)*(?:(?P<inner>{_NAMED})[\s,:|]*)?(?:pukul\s*:?\s*)?{_CLOCK})?"
PRINTED = re.compile(
    rf"(?<![\d.])(?:(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?:\s*[-/.\s]\s*)(?P<month>{_MONTH})\.?,?(?:\s*[-/.\s]\s*)"
    rf"(?P<year>\d{{4}}|'?\d{{2}})"
    rf"|(?P<month2>{_MONTH})\.?\s+(?P<day2>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<year2>\d{{4}})"
    r"|(?P<day3>\d{1,2})(?P<dash>[/.-])(?P<month3>\d{1,2})(?P=dash)(?P<year3>\d{4}|\d{2})"
    r"|(?P<year4>\d{4})[-/](?P<month4>\d{2})[-/](?P<day4>\d{2}))(?!\d(?!\d?[.:]\d\d))" + _TIME,
    re.IGNORECASE,
)
# An hour that stands before its day: "14.05 WIB, Senin, 23 November 2026".
HOUR_BEFORE = re.compile(rf"(?<![\d.:]){_CLOCK}[\s,|•·/–—-]*(?:[^\W\d]+['’]?[^\W\d]*,?\s*)?\Z", re.IGNORECASE)
HOUR = re.compile(rf"(?<![\d.:]){_CLOCK}", re.IGNORECASE)
LONE_HOUR = re.compile(rf"\W*(?:pukul|jam)?\W*{_CLOCK}\W*", re.IGNORECASE)  # a line that holds nothing else
SPANS = {
    "detik": timedelta(seconds=1),
    "menit": timedelta(minutes=1),
    "jam": timedelta(hours=1),
    "hari": timedelta(days=1),
    "minggu": timedelta(weeks=1),
    "pekan": timedelta(weeks=1),
}
RELATIVE = re.compile(
    rf"\b(?P<count>\d{{1,3}}|se)\s*(?P<span>{'|'.join(SPANS)})\s+(?:yang\s+)?lalu\b|\bkemarin\b"
    r"|\bhari ini\b(?=\W+(?:pukul\W+|jam\W+)?\d{1,2}[.:]\d\d)",
    re.IGNORECASE,
)
JUST_NOW = re.compile(r"(?:.{0,40}\W)?baru saja\W*", re.IGNORECASE)
FULL = re.compile(r"\d\D*\d\D*\d")  # what every line with a full date holds: "5 Mei 26"
AGO = re.compile(r"kemarin|lalu|baru saja|hari ini", re.IGNORECASE)  # and every line with a relative one
# Words that say: the text was changed then. "Terakhir diperbarui: ...", "Last updated", "Edit: ...".
UPDATED = re.compile(
    r"\b(?:di(?:perbar(?:u|ui|harui)|muta?khirkan|ubah|edit|sunting|revisi|koreksi)|update[ds]?|modified|revised|edited)\b",
    re.IGNORECASE,
)
# Words that say: it was published then.
ISSUED = re.compile(
    r"\b(?:(?:di)?terbit(?:kan)?|(?:di)?(?:publikasi|publish|rilis|unggah|posting|upload|tayang)(?:kan)?|posted|"
    r"published|released|uploaded|tanggal (?:berita|terbit|tayang|publikasi|posting|rilis|unggah))\b",
    re.IGNORECASE,
)
LONGEST_TAIL = 24  # characters before a day in which its hour may stand: "23:59:59 WITA, Minggu, "


@dataclass(frozen=True, slots=True)
class PrintedDate:
    """A date in a line.

    when        with its zone
    exact       whether the hour is printed as well
    start, end  where it stands in the line
    """

    when: datetime
    exact: bool
    start: int
    end: int


def printed_dates(text: str) -> Iterator[PrintedDate]:
    """The full dates in a line, in order; not the relative ones."""
    for match in PRINTED.finditer(text):
        parts = match.groupdict()
        start = match.start()
        if parts["hour"] is None and (before := HOUR_BEFORE.search(text, max(0, start - LONGEST_TAIL), start)):
            parts |= before.groupdict()
            start = before.start()
        if (when := _from_parts(parts)) is not None:
            yield PrintedDate(when, parts["hour"] is not None, start, match.end())


def parse_printed(text: str, fetched: datetime | None) -> datetime | None:
    """The first date that is printed in a text ("Jum'at, 5 Desember 2025 | 14.05 WITA", "2 jam yang lalu"), or None.

    `fetched`: what relative dates count from; without it they are passed over.
    """
    first = next(printed_dates(text), None)
    if first is not None:
        return first.when
    return relative_date(text, fetched) if fetched is not None else None


def relative_date(text: str, fetched: datetime) -> datetime | None:
    """The time that a text names by its distance from `fetched` ("kemarin, 10.15 WIB", "baru saja"), or None."""
    if JUST_NOW.fullmatch(text.strip()):
        return fetched
    relative = RELATIVE.search(text)
    if relative is None:
        return None
    base = fetched.astimezone(WIB)
    if span := relative["span"]:
        count = 1 if relative["count"].lower() == "se" else int(relative["count"])
        return base - count * SPANS[span.lower()]
    found = base - timedelta(days=relative.group().lower() == "kemarin")
    if clock := HOUR.search(text):
        hour = hour_of_day(int(clock["hour"]), clock["half"])
        return found.replace(hour=hour % 24, minute=int(clock["minute"]), tzinfo=zone_of(clock["zone"]))
    return found


def _from_parts(parts: dict[str, str | None]) -> datetime | None:
    """The date of a match of PRINTED; None for one that the calendar has not."""
    kind = next(suffix for suffix in ("", "2", "3", "4") if parts[f"day{suffix}"])
    day, month, year = (parts[f"{name}{kind}"] or "" for name in ("day", "month", "year"))
    number = int(month) if month.isdigit() else MONTHS[month.lower()]
    if kind == "3" and number > 12:
        number, day = int(day), month  # "11/23/2026", as American software writes it
    hour = hour_of_day(int(parts["hour"] or 0), parts["half"])
    zone = zone_of(parts["zone"] or parts["inner"])
    year = year.lstrip("'")
    try:
        whole = int(year) if len(year) == 4 else 2000 + int(year)
        return datetime(whole, number, int(day), hour, int(parts["minute"] or 0), tzinfo=zone)
    except ValueError:
        return None


def with_hour(when: datetime, clock: str) -> datetime | None:
    """A day with the hour that a line of its own gives ("14.05 WITA"); None where the line holds more, or none."""
    match = LONE_HOUR.fullmatch(clock)
    if match is None:
        return None
    hour = hour_of_day(int(match["hour"]), match["half"])
    return when.replace(hour=hour % 24, minute=int(match["minute"]), tzinfo=zone_of(match["zone"]))
