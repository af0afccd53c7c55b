"""Days as an iCalendar (RFC 5545): one whole-day event each, which every calendar program reads."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

LONGEST_LINE = 75  # octets, RFC 5545, 3.1; a longer one goes on behind a blank


@dataclass(frozen=True, slots=True)
class Event:
    """A day: what happens, where it is told, and a name that stays the same (`uid`)."""

    uid: str
    day: date
    title: str
    text: str
    address: str


def calendar(events: Iterable[Event], *, name: str, now: datetime, host: str) -> str:
    """The calendar; `now`: when it was written, `host`: what makes the events' names unique."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Pantau//Perjanjian dan janji//ID", "CALSCALE:GREGORIAN"]
    lines += [f"X-WR-CALNAME:{escaped(name)}", f"NAME:{escaped(name)}"]
    stamp = f"{now.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    for event in events:
        lines += [
            "BEGIN:VEVENT",
            f"UID:{event.uid}@{host}",
            f"DTSTAMP:{stamp}",
            f"DTSTART;VALUE=DATE:{event.day:%Y%m%d}",
            f"DTEND;VALUE=DATE:{event.day + timedelta(days=1):%Y%m%d}",
            f"SUMMARY:{escaped(event.title)}",
            f"DESCRIPTION:{escaped(event.text)}",
            f"URL:{event.address}",
            "TRANSP:TRANSPARENT",
            "END:VEVENT",
        ]
    return "".join(f"{part}\r\n" for line in [*lines, "END:VCALENDAR"] for part in folded(line))


def escaped(text: str) -> str:
    """A text as a value: backslash, semicolon, comma and ends of lines are written with a backslash, no control."""
    for mark in "\\;,":
        text = text.replace(mark, f"\\{mark}")
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(c if c.isprintable() or c == "\n" else " " for c in text).replace("\n", "\\n")


def folded(line: str) -> Iterator[str]:
    """A line in pieces of LONGEST_LINE octets, no character cut in two; all but the first begin with a blank."""
    piece, size = "", 0
    for character in line:
        width = len(character.encode("utf-8", "replace"))
        if size + width > LONGEST_LINE:
            yield piece
            piece, size = " ", 1
        piece += character
        size += width
    yield piece
