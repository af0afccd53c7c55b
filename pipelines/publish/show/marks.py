"""Dates, times and numbers as people write them."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta, timezone

WIB = timezone(timedelta(hours=7), "WIB")
DAYS = ("Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu")
MONTHS = ("Januari", "Februari", "Maret", "April", "Mei", "Juni", "Juli", "Agustus", "September", "Oktober",
          "November", "Desember")  # fmt: skip
LABELS = {"PER": "Orang", "TITLE": "Jabatan", "ORG": "Lembaga", "GPE": "Wilayah", "LOC": "Lokasi", "AGR": "Perjanjian",
          "LAW": "Peraturan", "EVT": "Acara"}  # fmt: skip


def day(value: str | None) -> str:
    """ "Rabu, 17 Mei 2017" for "2017-05-17"; "" for none; what cannot be read is shown as it is."""
    if not value:
        return ""
    try:
        when = date.fromisoformat(value[:10])
    except ValueError:
        return value
    return f"{DAYS[when.weekday()]}, {when.day} {MONTHS[when.month - 1]} {when.year}"


def partial_date(value: str | None) -> str:
    """A date of any precision: "2016-10-08", "2016-10" ("Oktober 2016") or "2016"."""
    if not value:
        return ""
    match = re.fullmatch(r"(\d{4})(?:-(\d{2}))?(?:-(\d{2}))?", value)
    if not match or not match[2] or not 1 <= int(match[2]) <= 12:
        return value
    return day(value) if match[3] else f"{MONTHS[int(match[2]) - 1]} {match[1]}"


def moment(value: str | None) -> str:
    """ "Rabu, 17 Mei 2017, 14.05 WIB" for an ISO 8601 UTC time; only the day when the time is midnight WIB."""
    if not value:
        return ""
    try:
        when = datetime.fromisoformat(value)
    except ValueError:
        return value
    local = (when if when.tzinfo else when.replace(tzinfo=UTC)).astimezone(WIB)
    shown = day(local.date().isoformat())
    return shown if (local.hour, local.minute) == (0, 0) else f"{shown}, {local:%H.%M} WIB"


def number(value: int | None) -> str:
    """12345 as "12.345"."""
    return f"{value or 0:,}".replace(",", ".")


def share(value: float | None) -> str:
    """0.25 as "25%"."""
    return f"{value or 0:.0%}"


def lag(minutes: float | None) -> str:
    """The time from a release to an article: "45 menit", "3 jam 5 menit", "2 hari 4 jam"; "" when it is unknown."""
    if minutes is None:
        return ""
    left = round(abs(minutes))
    parts = [(left // 1440, "hari"), (left % 1440 // 60, "jam"), (left % 60, "menit")]
    told = [f"{value} {unit}" for value, unit in parts if value][:2]
    return (" ".join(told) or "0 menit") + (" sebelumnya" if minutes < 0 else "")


def apart(minutes: int | None, first: str | None, second: str | None) -> str:
    """As lag(), or by the days (published_date) of both when an hour is unknown: "hari yang sama", "2 hari"."""
    if minutes is not None or not first or not second:
        return lag(minutes)
    try:
        days = (date.fromisoformat(second) - date.fromisoformat(first)).days
    except ValueError:
        return ""
    return lag(days * 1440) if days else "hari yang sama"
