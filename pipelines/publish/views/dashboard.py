"""The dashboard: how much is written in a period, who and what it tells of, which sources need a look."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from datasette.app import Datasette
from datasette.database import Database
from datasette.utils.asgi import Request, Response
from markupsafe import Markup

from pipelines.health.sentences import overview
from pipelines.publish.mounted import database
from pipelines.publish.queries.agreements import latest_agreements
from pipelines.publish.queries.dashboard import agreements_between, by_day, by_source
from pipelines.publish.queries.mentioned import CITY, most_mentioned, officials_mentioned
from pipelines.publish.queries.sources import statuses
from pipelines.publish.show import charts
from pipelines.publish.views.frame import page
from pipelines.publish.views.periods import PERIODS, Period, period
from pipelines.search.rows import Row

OPEN = "9999"  # after every day
MOST_DAYS = 92  # of a chart by day; longer periods are shown by month


async def dashboard(request: Request, datasette: Datasette) -> Response:
    """Articles by day and source, most mentioned officials, institutions and cities, agreements, sources in trouble."""
    db = database(datasette)
    chosen = await period(request, db)
    told = await of_period(db, chosen)
    days, sources = told["by_day"], told["by_source"]
    return await page(
        datasette,
        request,
        "dasbor",
        periods=PERIODS,
        chosen=chosen.chosen,
        by_days=chosen.within is not None,
        last=chosen.last.isoformat(),
        days=chosen.address,
        months=chosen.months_address,
        chart=_chart([row for row in days if row["day"]], chosen) if days else "",
        **told | {"by_source": [row | {"bar": charts.small_bar(row["n"], sources[0]["n"])} for row in sources]},
    )


async def of_period(db: Database, chosen: Period) -> dict[str, Any]:
    """What there is of a period: rows by day and source, the most mentioned, agreements, sources in trouble (now)."""
    since, until = chosen.days
    days, states = await by_day(db, since, until or OPEN), await statuses(db)
    return {
        "by_day": days,
        "articles": sum(row["releases"] + row["news"] for row in days),
        "releases": sum(row["releases"] for row in days),
        "by_source": await by_source(db, since, until or OPEN),
        "officials": await officials_mentioned(db, chosen.months, within=chosen.within),
        "organisations": await most_mentioned(db, "ORG", chosen.months, within=chosen.within),
        "cities": await most_mentioned(db, "GPE", chosen.months, 10, CITY, chosen.within),
        "agreements": [
            g for g in await latest_agreements(db, 6, since) if (g["published_date"] or "") <= (until or OPEN)
        ],
        "new_agreements": await agreements_between(db, since, until),
        "troubled": [state for state in states if state.needs_look],
        "overview": overview(states) if states else None,
    }


def _chart(days: Sequence[Row], chosen: Period) -> Markup:
    """Articles by day where the period is up to three months, else by month."""
    if chosen.months and len(chosen.months) <= 3:
        counts = {row["day"]: (row["releases"], row["news"]) for row in days}
        first = max(date.fromisoformat(chosen.days[0]), chosen.last - timedelta(days=MOST_DAYS))
        return charts.by_day(counts, first, chosen.last, "Artikel per hari")
    monthly: dict[str, int] = {}
    for row in days:
        month = row["day"][:7]
        monthly[month] = monthly.get(month, 0) + row["releases"] + row["news"]
    return charts.by_month(monthly, "Artikel per bulan", "/cari?")
