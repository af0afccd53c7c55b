"""The steps of a trend: hours, days, weeks, months or years, whichever a period has a readable number of."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from pipelines.search.trend import NO_HOUR
from pipelines.wording.dates import day, month_name, short_day, short_month_name

MOST_DAYS, MOST_WEEK_DAYS, MOST_MONTH_DAYS = 92, 400, 3_650  # a longer period goes by week, by month, by year
LABELS = 6  # on the axis
HOURS = 24


@dataclass(frozen=True, slots=True)
class Span:
    """One step of a period: its first and last day or hour, as the keys of a trend; its name; its label on the axis."""

    since: str
    until: str
    name: str
    label: str = ""


def spans(since: str, until: str, *, hourly: bool = False, now: str = "") -> list[Span]:
    """The steps from the day `since` to `until`, the first and last cut to the period; the one of `now` says so."""
    first, last = date.fromisoformat(since), date.fromisoformat(until)
    length = (last - first).days + 1
    if hourly:
        found = _hours(first, length)
    elif length <= MOST_DAYS:
        found = [_of(at, at, day(at.isoformat())) for at in (first + timedelta(n) for n in range(length))]
    else:
        found = _longer(first, last, length)
    step = max(1, -(-len(found) // LABELS))
    return [
        Span(
            one.since,
            one.until,
            f"{one.name} (masih berjalan)" if one.since <= now <= f"{one.until}T99" and not hourly else one.name,
            one.label if n % step == 0 else "",
        )
        for n, one in enumerate(found)
    ]


def _of(first: date, last: date, name: str, label: str = "") -> Span:
    short = f"{first.day} {short_month_name(first.month)}"
    return Span(first.isoformat(), last.isoformat(), name, label or short)


def _hours(first: date, length: int) -> list[Span]:
    found = []
    for n in range(length):
        at = (first + timedelta(n)).isoformat()
        found += [
            Span(
                f"{at}T{hour:02d}",
                f"{at}T{hour:02d}",
                f"{day(at)}, {hour:02d}.00 sampai {hour:02d}.59 WIB",
                f"{hour}.00",
            )
            for hour in range(HOURS)
        ]
    return found


def _longer(first: date, last: date, length: int) -> list[Span]:
    """Weeks from Monday on, months or years."""
    found, at = [], first
    while at <= last:
        if length <= MOST_WEEK_DAYS:
            end = date.fromordinal(min(at.toordinal() + 6 - at.weekday(), last.toordinal()))
            found.append(_of(at, end, f"{short_day(at.isoformat())} sampai {short_day(end.isoformat())}"))
        elif length <= MOST_MONTH_DAYS:
            end = min(at.replace(day=monthrange(at.year, at.month)[1]), last)
            label = f"{short_month_name(at.month)} {at.year % 100:02d}"
            found.append(_of(at, end, f"{month_name(at.month)} {at.year}", label))
        else:
            end = min(date(at.year, 12, 31), last)
            found.append(_of(at, end, str(at.year), str(at.year)))
        if end == date.max:
            break
        at = end + timedelta(1)
    return found


def gathered(counts: Mapping[str, int], steps: list[Span]) -> list[int]:
    """How many of the counts, by day or hour, lie in each step."""
    keys = sorted(key for key in counts if key != NO_HOUR)
    added = [0]
    for key in keys:
        added.append(added[-1] + counts[key])
    return [added[bisect_right(keys, step.until)] - added[bisect_left(keys, step.since)] for step in steps]
