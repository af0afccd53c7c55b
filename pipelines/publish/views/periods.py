"""The period that a page looks at: the months up to that of the newest article."""

from __future__ import annotations

from datetime import date, timedelta
from typing import NamedTuple
from urllib.parse import urlencode

from datasette.database import Database
from datasette.utils.asgi import Request

from pipelines.publish.queries.dashboard import EVER, last_day
from pipelines.publish.views.arguments import one_of

ALL, USUAL = "semua", "12"
PERIODS = {"1": "Bulan ini", "3": "3 bulan", USUAL: "12 bulan", ALL: "Semua"}  # by ?rentang=: months, or all


class Period(NamedTuple):
    """`chosen` of PERIODS; its months, oldest first ("2025-10"), none for all; the day of the newest article."""

    chosen: str
    months: list[str]
    last: date

    @property
    def since(self) -> str:
        """Its first day."""
        return f"{self.months[0]}-01" if self.months else EVER

    @property
    def days(self) -> tuple[str, str]:
        """Its first day and that of the newest article; "" for both when it is all, which has what has no day, too."""
        return (self.since, self.last.isoformat()) if self.months else ("", "")

    @property
    def address(self) -> str:
        """Its days as arguments of a search or a list."""
        return urlencode({"dari": self.days[0], "sampai": self.days[1]}) if self.months else ""

    @property
    def months_address(self) -> str:
        """The same up to the last day of its last month, as what is counted by month."""
        if not self.months:
            return ""
        following = (self.last.replace(day=1) + timedelta(days=32)).replace(day=1)
        return urlencode({"dari": self.since, "sampai": (following - timedelta(days=1)).isoformat()})


async def period(request: Request, db: Database) -> Period:
    """The period that the address asks for."""
    last = await last_day(db) or date.today()
    chosen = one_of(request, "rentang", PERIODS, USUAL)
    return Period(chosen, [] if chosen == ALL else months_back(last, int(chosen)), last)


def months_back(last: date, count: int) -> list[str]:
    """The `count` months up to that of `last`, oldest first: ["2025-10", "2025-11"]."""
    index = last.year * 12 + last.month - 1
    return [f"{i // 12:04d}-{i % 12 + 1:02d}" for i in range(index - count + 1, index + 1)]
