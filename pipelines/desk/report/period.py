"""The period of a report: a whole week (Monday to Sunday, WIB) or month, and the one before it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from pipelines.wording.dates import day, month_name
from pipelines.wording.wib import WIB, stamp

WEEK, MONTH, QUARTER = "minggu", "bulan", "triwulan"
KINDS = {WEEK: "Mingguan", MONTH: "Bulanan", QUARTER: "Triwulanan"}
MONTHS = {MONTH: 1, QUARTER: 3}


@dataclass(frozen=True, slots=True)
class Period:
    """`kind` of KINDS, its first and its last day."""

    kind: str
    first: date
    last: date

    @property
    def days(self) -> tuple[str, str]:
        """Its first and last day, ISO 8601."""
        return self.first.isoformat(), self.last.isoformat()

    @property
    def every_day(self) -> list[str]:
        """Each of its days, ISO 8601."""
        total = (self.last - self.first).days + 1
        return [(self.first + timedelta(days=n)).isoformat() for n in range(total)]

    @property
    def name(self) -> str:
        """What people call it: "Maret 2026", "Senin, 2 Maret 2026 - Minggu, 8 Maret 2026"."""
        if self.kind == MONTH:
            return f"{month_name(self.first.month)} {self.first.year}"
        if self.kind == QUARTER:
            return f"Triwulan {(self.first.month + 2) // 3} {self.first.year}"
        return f"{day(self.first.isoformat())} - {day(self.last.isoformat())}"

    @property
    def before(self) -> Period:
        """The one before it."""
        return period_of(self.kind, self.first - timedelta(days=1))

    @property
    def after(self) -> Period:
        """The one behind it."""
        return period_of(self.kind, self.last + timedelta(days=1))


def period_of(kind: str, when: date) -> Period:
    """The period of a kind in which a day lies."""
    if kind == WEEK:
        first = when - timedelta(days=when.weekday())
        return Period(kind, first, first + timedelta(days=6))
    months = MONTHS[kind]
    first = date(when.year, (when.month - 1) // months * months + 1, 1)
    following = (first + timedelta(days=31 * months)).replace(day=1)
    return Period(kind, first, following - timedelta(days=1))


def last_whole(kind: str, today: date) -> Period:
    """The last period of a kind that is over."""
    return period_of(kind, today).before


def midnight(first: date) -> str:
    """The beginning of a day in WIB as the database has times."""
    return stamp(datetime.combine(first, time(), WIB))
