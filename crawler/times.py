"""Times as machines write them in feeds, sitemaps and markup, their common broken forms included.

Each form below was seen on Indonesian sites: PHP's date("Y-m-dTH:i") puts the zone's name between day and hour
("2026-11-23WIB14:05"), Java and JavaScript print a month by its name, feeds carry the hour in twelve.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone

from crawler.zone import WIB

EARLIEST = datetime(1995, 1, 1, tzinfo=UTC)  # older times are none: zero dates ("-0001-11-30") and counters at nought
# Hours east of Greenwich: the Indonesian zones, their neighbours of the same clock, and those that RFC 822 names.
ZONES = {
    **{"z": 0, "ut": 0, "utc": 0, "gmt": 0, "wib": 7, "wita": 8, "wit": 9, "sgt": 8, "myt": 8},
    **{"est": -5, "edt": -4, "cst": -6, "cdt": -5, "mst": -7, "mdt": -6, "pst": -8, "pdt": -7},
}
_OFFSET = r"[+-]\d{1,2}(?::?\d{2})?"
# A zone as it stands behind a time: "Z", "WITA", "+08", "+0800", "GMT+7".
ZONE = rf"(?:(?:utc|gmt)\s?{_OFFSET}|{_OFFSET}(?![\d:])|(?:{'|'.join(sorted(ZONES, key=len, reverse=True))})(?![a-z]))"
HALF = r"(?:[ap]\.?\s?m\b\.?)"  # of the day, on twelve-hour clocks: "PM", "a.m."
# English and Indonesian months by their first three letters, which tell them all.
MONTHS = {
    name: number
    for number, names in enumerate(
        "jan,feb peb,mar mrt,apr,mei may,jun,jul,agu agt ags aug,sep,okt oct,nov nop,des dec".split(","), start=1
    )
    for name in names.split()
}
_CLOCK = (
    r"(?P<hour>\d{1,2})(?P<colon>[:.-])(?P<minute>\d{2})(?:(?P=colon)(?P<second>\d{2}))?(?:[.,]\d+)?"
    rf"\s*(?P<half>{HALF})?\s*\(?(?P<zone>{ZONE})?"
)
_INNER_ZONE = r"(?P<inner>[a-z]{3,4}|\+\d{2}(?::?\d{2})?)"  # what PHP's T writes
_MONTH = r"(?P<month>[a-z]{3,9})"
_FORMS = tuple(
    re.compile(form, re.IGNORECASE)
    for form in (
        # 2026-11-23T14:05:00+07:00, 2026/11/23 02:05 PM, 2026-11-23WIB14:05, 2026-11-23
        r"(?P<year>\d{4})[-/.](?P<month>\d{1,2})[-/.](?P<day>\d{1,2})"
        rf"(?:[T\s,_-]*(?:{_INNER_ZONE}\s?)?{_CLOCK}|[T\s]*(?P<lone>{ZONE})?)",
        # 20261123T140500Z
        rf"(?P<year>\d{{4}})(?P<month>\d{{2}})(?P<day>\d{{2}})(?:T?(?P<hour>\d{{2}})(?P<minute>\d{{2}})(?P<second>\d{{2}})?"
        rf"(?P<zone>{ZONE})?)?\Z",
        # Mon, 23 Nov 2026 14:05:00 +0700, 23-Nop-26
        rf"(?:[^\W\d]+\.?,?\s*)?(?P<day>\d{{1,2}})[\s-]+{_MONTH}\.?,?[\s-]+(?P<year>\d{{4}}|\d{{2}}\b)(?:[\s,|-]+{_CLOCK})?",
        # Mon Nov 23 2026 14:05:00 GMT+0700, Mon Nov 23 14:05:00 WIB 2026
        rf"(?:[a-z]+,?\s+)?{_MONTH}\.?\s+(?P<day>\d{{1,2}}),?\s+(?:(?P<year>\d{{4}}),?\s+)?{_CLOCK}(?:\s+(?P<last>\d{{4}}))?",
        # 23/11/2026 14:05
        rf"(?P<day>\d{{1,2}})[-/.](?P<month>\d{{1,2}})[-/.](?P<year>\d{{4}})(?:[T\s,|-]+{_CLOCK})?",
    )
)
_SECONDS = re.compile(r"(\d{10})(?:\d{3})?(?:\.\d+)?")  # since 1970, or milliseconds


def read_time(text: str) -> datetime | None:
    """A time with its zone, WIB where it names none; None for what is no time, and for one before EARLIEST."""
    text = text.strip()
    if counted := _SECONDS.fullmatch(text):
        when: datetime | None = datetime.fromtimestamp(int(counted[1]), UTC)
    else:
        match = next((match for form in _FORMS if (match := form.match(text))), None)
        when = _when(match.groupdict()) if match else None
    return when if when and when > EARLIEST else None


def _when(parts: dict[str, str | None]) -> datetime | None:
    """The time of a match; None for one that calendar or clock has not."""
    month = parts["month"] or ""
    number = int(month) if month.isdigit() else MONTHS.get(month[:3].lower(), 0)
    day = int(parts["day"] or 0)
    if number > 12:
        number, day = day, number  # "11/23/2026", as American software writes it
    year = parts["year"] or parts.get("last") or ""
    zone = zone_of(parts.get("zone") or parts.get("inner") or parts.get("lone"))
    hour = hour_of_day(int(parts.get("hour") or 0), parts.get("half"))
    minute, second = int(parts.get("minute") or 0), int(parts.get("second") or 0)
    try:
        return datetime(int(year if len(year) == 4 else f"20{year}"), number, day, hour, minute, second, tzinfo=zone)
    except ValueError:
        return None


def hour_of_day(hour: int, half: str | None) -> int:
    """The hour on the clock of 24: 12 AM is midnight, 12 PM noon. Without a half, and past twelve, it stays."""
    if not half or hour > 12:
        return hour
    return hour % 12 + (12 if half[0] in "pP" else 0)


def zone_of(name: str | None) -> timezone:
    """The zone that a text like ZONE names; WIB for none, and for one that does not exist."""
    name = (name or "").lower().strip()
    offset = re.search(r"([+-])(\d{1,2}):?(\d{2})?\Z", name)
    if offset is None:
        return timezone(timedelta(hours=ZONES[name])) if name in ZONES else WIB
    minutes = 60 * int(offset[2]) + int(offset[3] or 0)
    return timezone(timedelta(minutes=minutes if offset[1] == "+" else -minutes)) if minutes <= 14 * 60 else WIB


def is_day(time: str) -> bool:
    """Whether a lastmod is only a day, at midnight in UTC or WIB: a change on the same day does not move it."""
    return time.endswith(("T00:00:00+00:00", "T17:00:00+00:00"))


def day_after(time: str) -> str:
    """A day later (ISO 8601)."""
    return (datetime.fromisoformat(time) + timedelta(days=1)).isoformat(timespec="seconds")
