"""Dates as Indonesians write them; the names of days and months are Unicode's (CLDR), by way of babel.

Babel takes 40 ms to import, so it is imported with the first date that is written: `pantau status --problems` writes
none when all is well.
"""

from __future__ import annotations

import re
from datetime import date, datetime

from pipelines.wording.labels import DATE_SOURCES
from pipelines.wording.wib import WIB, parse_time

DAY = "EEEE, d MMMM y"  # CLDR's letters: "Rabu, 17 Mei 2017"
PARTIAL = re.compile(r"(?P<year>\d{4})(?:-(?P<month>0[1-9]|1[0-2]))?(?:-(?P<day>\d{2}))?")


def day(value: str | None) -> str:
    """ "Rabu, 17 Mei 2017" for "2017-05-17"; "" for none; what cannot be read is shown as it is.

    Of a moment its day in WIB: "2017-05-16T17:00:00+00:00" is the 17th.
    """
    if not value:
        return ""
    try:
        return _written(_date(value), DAY)
    except (ValueError, OverflowError):
        return value


def partial_date(value: str | None) -> str:
    """A date of any precision: "2016-10-08" as `day`, "2016-10" as "Oktober 2016", "2016" as it is."""
    if not value:
        return ""
    match = PARTIAL.fullmatch(value)
    if not match or not match["month"]:
        return value
    return day(value) if match["day"] else f"{month_name(int(match['month']))} {match['year']}"


def months_since(day: str, now: date) -> int:
    """The whole months from a day (ISO 8601) to another."""
    then = date.fromisoformat(day[:10])
    return (now.year - then.year) * 12 + now.month - then.month - (now.day < then.day)


def doubt(warning: str | None) -> str:
    """Who names another day of publication: "Umpan menyebut Jumat, 20 November 2026"; "" for no warning.

    warning  as articles.date_warning has it: "feed 2026-11-20, url 2019-01-03"
    """
    parts = (part.split(" ") for part in (warning or "").split(", ") if " " in part)
    said = "; ".join(f"{DATE_SOURCES.get(source, source)} menyebut {day(stated)}" for source, stated in parts)
    return said[:1].upper() + said[1:]


def moment(value: str | None) -> str:
    """ "Rabu, 17 Mei 2017, 14.05 WIB" for an ISO 8601 time; only the day when the time is midnight WIB.

    A page that prints only the day is stored with midnight, so that hour says nothing.
    """
    if not value:
        return ""
    try:
        local = parse_time(value).astimezone(WIB)
    except (ValueError, OverflowError):
        return value
    shown, hour = _written(local.date(), DAY), _hour(local)
    return f"{shown}, {hour}" if hour else shown


def clock(value: str | None) -> str:
    """Only the hour of a moment, "14.05 WIB"; "" where `moment` gives none."""
    try:
        return _hour(parse_time(value).astimezone(WIB)) if value else ""
    except (ValueError, OverflowError):
        return ""


def short_moment(value: str) -> str:
    """ "17-05-2017 14.05 WIB", for tables and mails. Raises ValueError for what is not ISO 8601."""
    return f"{parse_time(value).astimezone(WIB):%d-%m-%Y %H.%M} WIB"


def short_day(value: str | None) -> str:
    """ "17 Mei 2017" for "2017-05-17", for columns of tables; otherwise as `day`."""
    try:
        return _written(_date(value or ""), "d MMM y")
    except (ValueError, OverflowError):
        return day(value)


def _date(value: str) -> date:
    """The day of a date, or of a moment in WIB. Raises ValueError for what is neither."""
    return parse_time(value).astimezone(WIB).date() if "T" in value else date.fromisoformat(value[:10])


def spoken_day(value: str, now: datetime) -> str:
    """The day of a moment in WIB as people say it: "Selasa, 18 November", with the year when it is not this one."""
    local = parse_time(value).astimezone(WIB)
    return _written(local.date(), "EEEE, d MMMM" if local.year == now.astimezone(WIB).year else DAY)


def weekday(moment: datetime) -> str:
    """The day of the week of a moment in WIB: "Selasa"."""
    return _written(moment.astimezone(WIB).date(), "EEEE")


def month_name(number: int) -> str:
    """The name of a month, 1 to 12: "Oktober"."""
    return _written(date(2000, number, 1), "MMMM")


def short_month_name(number: int) -> str:
    """The name of a month, 1 to 12, in three letters: "Okt"."""
    return _written(date(2000, number, 1), "MMM")


def _hour(local: datetime) -> str:
    return "" if (local.hour, local.minute) == (0, 0) else f"{local:%H.%M} WIB"


def _written(when: date, pattern: str) -> str:
    from babel.dates import format_date

    return format_date(when, pattern, locale="id")
