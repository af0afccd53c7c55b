"""The time from a press release to an article about it, in words."""

from __future__ import annotations

from datetime import date


def lag(minutes: float | None) -> str:
    """ "45 menit", "3 jam 5 menit", "2 hari 4 jam", "1 jam sebelumnya" for -60; "" when it is unknown."""
    if minutes is None:
        return ""
    left = round(abs(minutes))
    parts = [(left // 1440, "hari"), (left % 1440 // 60, "jam"), (left % 60, "menit")]
    told = [f"{value} {unit}" for value, unit in parts if value][:2]
    return (" ".join(told) or "0 menit") + (" sebelumnya" if minutes < 0 else "")


def apart(minutes: int | None, first: str | None, second: str | None) -> str:
    """As `lag`, or by the days (YYYY-MM-DD) of both when an hour is unknown: "hari yang sama", "2 hari"."""
    if minutes is not None or not first or not second:
        return lag(minutes)
    try:
        days = (date.fromisoformat(second) - date.fromisoformat(first)).days
    except ValueError:
        return ""
    return lag(days * 1440) if days else "hari yang sama"
