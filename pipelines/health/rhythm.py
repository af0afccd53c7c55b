"""A source's own normal: how many articles it brings on each day of the week, and at which hours."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from pipelines.wording.wib import WIB

WEEK = 7
HOUR = timedelta(hours=1)
LONGEST = timedelta(days=60)  # a longer silence counts as one of this length: the sum would say nothing more


@dataclass(frozen=True, slots=True)
class Rhythm:
    """Articles a day by weekday (Monday first, days in WIB), and the share of a day's that comes in each hour."""

    days: tuple[float, ...]
    hours: tuple[float, ...]

    @property
    def mean(self) -> float:
        """Articles a day, over a week."""
        return sum(self.days) / WEEK

    def expected(self, start: datetime, end: datetime) -> float:
        """How many articles this source would usually bring between two moments."""
        at = max(start, end - LONGEST).astimezone(WIB)
        weeks = max(0, (end - at) // timedelta(days=WEEK))
        at, total = at + weeks * timedelta(days=WEEK), weeks * sum(self.days)  # the rest is added up hour by hour
        while at < end:
            step = min(HOUR, end - at)
            total += self.days[at.weekday()] * self.hours[at.hour] * (step / HOUR)
            at += step
        return total


def rhythm(arrivals: Iterable[datetime], start: datetime, end: datetime) -> Rhythm:
    """The rhythm of what came between two moments.

    Every hour has one article more than it had, so that a source with few articles counts as even over the day. A day
    of the week that was watched for less than half a day counts as an average one.
    """
    local = [at.astimezone(WIB) for at in arrivals if start <= at <= end]
    by_day = Counter(at.weekday() for at in local)
    by_hour = Counter(at.hour for at in local)
    length = _weekdays(start, end)
    average = len(local) / _days(start, end)
    days = tuple(by_day[day] / length[day] if length[day] >= 0.5 else average for day in range(WEEK))
    hours = tuple((by_hour[hour] + 1) / (len(local) + 24) for hour in range(24))
    return Rhythm(days, hours)


def _days(start: datetime, end: datetime) -> float:
    """Days between two moments, one at least."""
    return max((end - start) / timedelta(days=1), 1.0)


def _weekdays(start: datetime, end: datetime) -> list[float]:
    """How many days of each weekday, Monday first, lie between two moments; half a Monday counts as 0.5."""
    length = [0.0] * WEEK
    at = start.astimezone(WIB)
    while at < end:
        midnight = (at + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
        until = min(midnight, end.astimezone(WIB))
        length[at.weekday()] += (until - at) / timedelta(days=1)
        at = midnight
    return length
