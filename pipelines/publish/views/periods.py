"""The period that a page looks at: the months up to that of the newest article."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

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


async def period(request: Request, db: Database) -> Period:
    """The period that the address asks for."""
    last = await last_day(db) or date.today()
    chosen = one_of(request, "rentang", PERIODS, USUAL)
    return Period(chosen, [] if chosen == ALL else months_back(last, int(chosen)), last)


def months_back(last: date, count: int) -> list[str]:
    """The `count` months up to that of `last`, oldest first: ["2025-10", "2025-11"]."""
    index = last.year * 12 + last.month - 1
    return [f"{i // 12:04d}-{i % 12 + 1:02d}" for i in range(index - count + 1, index + 1)]
