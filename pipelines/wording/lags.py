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
    """`away` for two days, YYYY-MM-DD; "" where one cannot be read."""
    try:
        days = (date.fromisoformat(second or "") - date.fromisoformat(first or "")).days
    except ValueError:
        days = None
    return away(minutes, days)


def away(minutes: int | None, days: int | None) -> str:
    """As `lag`, or by the days when an hour is unknown, and it says so: "2 hari (tanpa jam)"."""
    if minutes is not None or days is None:
        return lag(minutes)
    return f"{lag(days * 1440) if days else 'hari yang sama'} (tanpa jam)"
