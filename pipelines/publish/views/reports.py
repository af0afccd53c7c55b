"""Reports (Laporan): a week, a month or a quarter on one page, and as a file."""

from __future__ import annotations

import sqlite3
from datetime import UTC, date, datetime
from typing import Any

from datasette.app import Datasette
from datasette.utils.asgi import Forbidden, NotFound, Request, Response
from markupsafe import Markup

from pipelines.desk.report.files import FORMS, curve, to_file
from pipelines.desk.report.gather import gather
from pipelines.desk.report.period import KINDS, WEEK, Period, last_whole, period_of
from pipelines.desk.report.records import Report
from pipelines.health.ailing import ailing
from pipelines.publish.guard.mode import may_write
from pipelines.publish.mounted import database
from pipelines.publish.queries.dashboard import last_day
from pipelines.publish.show import charts
from pipelines.publish.views.arguments import a_day, one_of
from pipelines.publish.views.downloads import send_file
from pipelines.publish.views.frame import page
from pipelines.publish.views.links import absolute
from pipelines.publish.views.periods import today
from pipelines.wording.dates import day

FORM_NAMES = {"pdf": "PDF", "docx": "Word", "xlsx": "Excel", "html": "HTML", "json": "JSON"}


def _require_team(request: Request, datasette: Datasette) -> None:
    if not may_write(datasette, request.scope):
        raise Forbidden("Laporan adalah milik tim")


async def _asked(request: Request, datasette: Datasette) -> Period:
    """The period of the address; else the last whole week, or that of the newest article where it is older."""
    kind = one_of(request, "kurun", KINDS, WEEK)
    if when := a_day(request, "hari"):
        return period_of(kind, date.fromisoformat(when))
    whole, newest = last_whole(kind, today()), await last_day(database(datasette))
    return period_of(kind, newest) if newest and newest < whole.first else whole


async def asked_report(request: Request, datasette: Datasette) -> Report:
    """The report that the address asks for. Raises Forbidden for whom it is not."""
    _require_team(request, datasette)
    asked, now = await _asked(request, datasette), datetime.now(UTC)
    return await database(datasette).execute_fn(lambda c: gather(c, asked, ailing(c, now)))


async def report(request: Request, datasette: Datasette) -> Response:
    """The report of a period."""
    made = await asked_report(request, datasette)
    asked = made.period
    return await page(
        datasette,
        request,
        "laporan",
        report=made,
        period=asked,
        KIND_NAMES=KINDS,
        FORM_NAMES=FORM_NAMES,
        curve=curve,
        chart=_chart(made),
        has_after=asked.after.first <= today(),
    )


def _chart(made: Report) -> Markup:
    """The articles of each day as bars, each of which leads to its day."""
    step = max(1, len(made.daily) // charts.DAY_LABELS)
    bars = [
        charts.Bar(
            (count,), day(each), f"{each[8:]}/{each[5:7]}" if n % step == 0 else "", f"/cari?dari={each}&sampai={each}"
        )
        for n, (each, count) in enumerate(zip(made.period.every_day, made.daily, strict=True))
    ]
    return charts.bars(bars, "Artikel per hari")


async def download(request: Request, datasette: Datasette, send: Any) -> Response | None:
    """The report as a file."""
    _require_team(request, datasette)
    form, asked, now = request.url_vars["form"], await _asked(request, datasette), datetime.now(UTC)
    if form not in FORMS:
        raise NotFound("Laporan itu tidak ada")
    address = absolute(datasette, request, "/").rstrip("/")

    def make(connection: sqlite3.Connection, file: Any, look: Any) -> None:
        file.write(to_file(gather(connection, asked, ailing(connection, now)), form, address))

    return await send_file(datasette, request, send, f"laporan-{asked.kind}-{asked.first}.{form}", make)
