"""The period that a page looks at: some days up to today, or the months up to that of the newest article."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import NamedTuple
from urllib.parse import urlencode

from datasette.database import Database
from datasette.utils.asgi import Request

from pipelines.publish.queries.dashboard import EVER, last_day
from pipelines.publish.views.arguments import one_of
from pipelines.publish.views.links import other_page
from pipelines.wording.wib import WIB

ALL, USUAL = "semua", "12"
DAYS = {"hari-ini": "Hari ini", "kemarin": "Kemarin", "7-hari": "7 hari"}
# By ?rentang=: days, months, or all.
PERIODS = DAYS | {"1": "Bulan ini", "3": "3 bulan", USUAL: "12 bulan", ALL: "Semua"}


class Period(NamedTuple):
    """`chosen` of PERIODS; its months, oldest first ("2025-10"), none for all; the day of the newest article.

    Of a period of DAYS the months are those in which it lies, `first` is its first day and `last` its last.
    """

    chosen: str
    months: list[str]
    last: date
    first: date | None = None

    @property
    def since(self) -> str:
        """Its first day."""
        if self.first:
            return self.first.isoformat()
        return f"{self.months[0]}-01" if self.months else EVER

    @property
    def days(self) -> tuple[str, str]:
        """Its first day and that of the newest article; "" for both when it is all, which has what has no day, too."""
        return (self.since, self.last.isoformat()) if self.months else ("", "")

    @property
    def within(self) -> tuple[str, str] | None:
        """Its first and last day where it is one of DAYS, which is counted by day; None for one of months."""
        return self.days if self.first else None

    @property
    def address(self) -> str:
        """Its days as arguments of a search or a list."""
        return urlencode({"dari": self.days[0], "sampai": self.days[1]}) if self.months else ""

    @property
    def months_address(self) -> str:
        """The same up to the last day of its last month, as what is counted by month."""
        return urlencode({"dari": self.months_days[0], "sampai": self.months_days[1]}) if self.months else ""

    @property
    def months_days(self) -> tuple[str, str]:
        """Its first day and the last of its last month; "" for both when it is all."""
        if not self.months or self.first:
            return self.days
        following = (self.last.replace(day=1) + timedelta(days=32)).replace(day=1)
        return self.since, (following - timedelta(days=1)).isoformat()


async def period(request: Request, db: Database) -> Period:
    """The period that the address asks for."""
    chosen = one_of(request, "rentang", PERIODS, USUAL)
    if chosen in DAYS:
        first, end = days_of(chosen, today())
        return Period(chosen, sorted({f"{first:%Y-%m}", f"{end:%Y-%m}"}), end, first)
    last = await last_day(db) or today()
    return Period(chosen, [] if chosen == ALL else months_back(last, int(chosen)), last)


def today() -> date:
    """The day of today in WIB."""
    return datetime.now(WIB).date()


def days_of(chosen: str, now: date) -> tuple[date, date]:
    """The first and the last day of a period of DAYS on the day `now`; of any other the month up to then."""
    if chosen == "kemarin":
        return now - timedelta(days=1), now - timedelta(days=1)
    if chosen == "7-hari":
        return now - timedelta(days=6), now
    return (now if chosen == "hari-ini" else now.replace(day=1)), now


def day_links(request: Request, since: str, until: str) -> list[tuple[str, str, bool]]:
    """Of each short period its label, the address of this list within it, and whether the list is within it now."""
    links = []
    for chosen, label in (DAYS | {"1": PERIODS["1"]}).items():
        first, last = (day.isoformat() for day in days_of(chosen, today()))
        links.append((label, other_page(request, dari=first, sampai=last), (since, until) == (first, last)))
    return links


def months_back(last: date, count: int) -> list[str]:
    """The `count` months up to that of `last`, oldest first: ["2025-10", "2025-11"]."""
    index = last.year * 12 + last.month - 1
    return [f"{i // 12:04d}-{i % 12 + 1:02d}" for i in range(index - count + 1, index + 1)]
