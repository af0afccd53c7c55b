"""The time from a press release to an article about it, in words."""

from __future__ import annotations

from datetime import date

# The words for days, hours and minutes, one and more; for what came first, the same day, and an hour nobody knows.
WORDS = {
    "id": ((("hari",) * 2, ("jam",) * 2, ("menit",) * 2), " sebelumnya", "hari yang sama", "tanpa jam"),
    "en": ((("day", "days"), ("hour", "hours"), ("minute", "minutes")), " before", "the same day", "no hour known"),
}


def lag(minutes: float | None, language: str = "id") -> str:
    """ "45 menit", "3 jam 5 menit", "2 hari 4 jam", "1 jam sebelumnya" for -60; "" when it is unknown."""
    if minutes is None:
        return ""
    left, (units, before, *_) = round(abs(minutes)), WORDS[language]
    parts = zip((left // 1440, left % 1440 // 60, left % 60), units, strict=True)
    told = [f"{value} {unit[value != 1]}" for value, unit in parts if value][:2]
    return (" ".join(told) or f"0 {units[-1][1]}") + (before if minutes < 0 else "")


def apart(minutes: int | None, first: str | None, second: str | None) -> str:
    """`away` for two days, YYYY-MM-DD; "" where one cannot be read."""
    try:
        days = (date.fromisoformat(second or "") - date.fromisoformat(first or "")).days
    except ValueError:
        days = None
    return away(minutes, days)


def away(minutes: int | None, days: int | None, language: str = "id") -> str:
    """As `lag`, or by the days when an hour is unknown, and it says so: "2 hari (tanpa jam)"."""
    if minutes is not None or days is None:
        return lag(minutes, language)
    _, _, same, hourless = WORDS[language]
    return f"{lag(days * 1440, language) if days else same} ({hourless})"
