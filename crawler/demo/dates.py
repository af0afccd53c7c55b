"""Dates as the sample newsroom's sites print them: the forms that real Indonesian sites use.

The names are written out here, not taken from pipelines/wording: sites spell them as they like ("Jum'at", "Agt").
"""

from __future__ import annotations

from datetime import datetime, timedelta

from crawler.zone import WIB

DAYS = ("Senin", "Selasa", "Rabu", "Kamis", "Jum'at", "Sabtu", "Minggu")
MONTHS = "Januari Februari Maret April Mei Juni Juli Agustus September Oktober November Desember".split()
SHORT = ("Jan", "Feb", "Mar", "Apr", "Mei", "Jun", "Jul", "Agt", "Sep", "Okt", "Nov", "Des")
ZONES = {7: "WIB", 8: "WITA", 9: "WIT"}


def printed(when: datetime, style: str, hours_ago: int | None = None) -> str:
    """`when` in one of the styles weekday, slashes, bar, wib, relative, dash; in its own Indonesian zone."""
    if (when.utcoffset() or timedelta()).total_seconds() / 3600 not in ZONES:
        when = when.astimezone(WIB)
    zone = ZONES[int((when.utcoffset() or timedelta()).total_seconds() / 3600)]
    day, month = DAYS[when.weekday()], MONTHS[when.month - 1]
    if style == "weekday":
        return f"{day} , {when.day} {month} {when.year}"
    if style == "slashes":
        return f"{when:%d/%m/%Y, %H:%M} {zone}"
    if style == "bar":
        return f"{day}, {when.day} {month} {when.year} | {when:%H.%M} {zone}"
    if style == "dash":
        return f"{day}, {when.day} {SHORT[when.month - 1]} {when:%Y} - {when:%H:%M} {zone}"
    if style == "relative" and hours_ago is not None:
        return f"{hours_ago} jam yang lalu"
    return f"{day.replace(chr(39), '')}, {when.day:02} {SHORT[when.month - 1]} {when.year} {when:%H:%M} {zone}"
