"""The league tables of coverage: the releases that were taken up, and the outlets that took them up."""

from __future__ import annotations

from typing import Any

from datasette.app import Datasette
from datasette.utils.asgi import Request, Response

from pipelines.publish.mounted import database
from pipelines.publish.queries import coverage as queries
from pipelines.publish.queries.coverage import OUTLET_ORDERS, RELEASE_ORDERS
from pipelines.publish.views.arguments import one_of, page_number, word
from pipelines.publish.views.frame import page
from pipelines.publish.views.links import export_links, pager
from pipelines.publish.views.periods import PERIODS, period
from pipelines.search.rows import PAGE_SIZE, Values

SIZE = 2 * PAGE_SIZE
MOST = 1_000_000  # rows; all are counted
# The orders of RELEASE_ORDERS and OUTLET_ORDERS in words.
RELEASES_SORTED = {
    "": "paling banyak media",
    "terbaru": "terbaru",
    "tercepat": "paling cepat diliput",
    "utuh": "paling sering dimuat utuh",
}
OUTLETS_SORTED = {
    "": "paling banyak siaran pers",
    "tercepat": "paling cepat",
    "disalin": "paling banyak disalin",
    "nama": "nama",
}


async def releases(request: Request, datasette: Datasette) -> Response:
    """The releases that were taken up, as a league table."""
    db, number = database(datasette), page_number(request)
    chosen, where, values = await chosen_pairs(request, datasette)
    order = one_of(request, "urut", RELEASE_ORDERS)
    totals = await queries.totals(db, where, values)
    return await _league(
        request,
        datasette,
        "rilis",
        found=await queries.releases(db, where, values, RELEASE_ORDERS[order], SIZE, SIZE * (number - 1)),
        totals=totals,
        pager=pager(request, number, SIZE, totals["releases"], MOST),
        chosen=chosen,
        order=order,
        sorted_by=RELEASES_SORTED,
        outlets=await queries.sources_in_league(db, "outlet"),
        downloads=export_links(request, "daftar/liputan"),
    )


async def outlets(request: Request, datasette: Datasette) -> Response:
    """The outlets that took releases up, as a league table."""
    db, number = database(datasette), page_number(request)
    chosen, where, values = await chosen_pairs(request, datasette)
    order = one_of(request, "urut", OUTLET_ORDERS)
    totals = await queries.totals(db, where, values)
    return await _league(
        request,
        datasette,
        "media",
        found=await queries.outlets(db, where, values, OUTLET_ORDERS[order], SIZE, SIZE * (number - 1)),
        totals=totals,
        pager=pager(request, number, SIZE, totals["outlets"], MOST),
        chosen=chosen,
        order=order,
        sorted_by=OUTLETS_SORTED,
        downloads=export_links(request, "daftar/liputan-media"),
    )


async def _league(request: Request, datasette: Datasette, which: str, **context: Any) -> Response:
    """The page of one league table, with what both have in common."""
    return await page(
        datasette,
        request,
        f"liga_{which}",
        periods=PERIODS,
        source=word(request, "sumber"),
        outlet=word(request, "media"),
        sources=await queries.sources_in_league(database(datasette), "source_id"),
        **context,
    )


async def chosen_pairs(request: Request, datasette: Datasette) -> tuple[str, str, Values]:
    """The period of a league table, and the condition on `coverage_league l` with its values."""
    chosen = await period(request, database(datasette))
    since = chosen.since if chosen.months else ""
    return chosen.chosen, *queries.league_where(since, word(request, "sumber"), word(request, "media"))
