"""The league tables of coverage: the releases that were taken up, and the outlets that took them up."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, NamedTuple

from datasette.app import Datasette
from datasette.database import Database
from datasette.utils.asgi import Request, Response

from pipelines.publish.mounted import database
from pipelines.publish.queries import coverage as queries
from pipelines.publish.views.arguments import one_of, page_number, word
from pipelines.publish.views.frame import page
from pipelines.publish.views.links import export_links, pager
from pipelines.publish.views.periods import PERIODS, period
from pipelines.search.rows import PAGE_SIZE, Row, Values

SIZE = 2 * PAGE_SIZE
MOST = 1_000_000  # rows; all are counted

Query = Callable[[Database, str, Values, str, int, int], Awaitable[list[Row]]]


class League(NamedTuple):
    """One league table.

    template, file  the end of its template's name, and its name among the files of lists
    rows, counted   the query of a page of it, and which of queries.totals says how many rows there are
    orders, words   how it can be put in order, by ?urut=: as SQL, and as people read it
    """

    template: str
    file: str
    rows: Query
    counted: str
    orders: Mapping[str, str]
    words: Mapping[str, str]


RELEASES = League(
    template="rilis",
    file="liputan",
    rows=queries.releases,
    counted="releases",
    orders=queries.RELEASE_ORDERS,
    words={
        "": "paling banyak media",
        "terbaru": "terbaru",
        "tercepat": "paling cepat diliput",
        "utuh": "paling sering dimuat utuh",
    },
)
OUTLETS = League(
    template="media",
    file="liputan-media",
    rows=queries.outlets,
    counted="outlets",
    orders=queries.OUTLET_ORDERS,
    words={
        "": "paling banyak siaran pers",
        "tercepat": "paling cepat",
        "disalin": "paling banyak disalin",
        "nama": "nama",
    },
)


async def releases(request: Request, datasette: Datasette) -> Response:
    """The releases that were taken up, as a league table."""
    outlets = await queries.sources_in_league(database(datasette), "outlet")
    return await _league(request, datasette, RELEASES, outlets=outlets)


async def outlets(request: Request, datasette: Datasette) -> Response:
    """The outlets that took releases up, as a league table."""
    return await _league(request, datasette, OUTLETS)


async def _league(request: Request, datasette: Datasette, league: League, **context: Any) -> Response:
    """The page of a league table, with its filters."""
    db, number = database(datasette), page_number(request)
    chosen, where, values = await chosen_pairs(request, datasette)
    order = one_of(request, "urut", league.orders)
    totals = await queries.totals(db, where, values)
    return await page(
        datasette,
        request,
        f"liga_{league.template}",
        found=await league.rows(db, where, values, league.orders[order], SIZE, SIZE * (number - 1)),
        totals=totals,
        pager=pager(request, number, SIZE, totals[league.counted], MOST),
        periods=PERIODS,
        chosen=chosen,
        order=order,
        sorted_by=league.words,
        source=word(request, "sumber"),
        outlet=word(request, "media"),
        sources=await queries.sources_in_league(db, "source_id"),
        downloads=export_links(request, f"daftar/{league.file}"),
        **context,
    )


async def chosen_pairs(request: Request, datasette: Datasette) -> tuple[str, str, Values]:
    """The period of a league table, and the condition on `coverage_league l` with its values."""
    chosen = await period(request, database(datasette))
    since = chosen.since if chosen.months else ""
    where, values = queries.league_where(since, word(request, "sumber"), word(request, "media"))
    if chosen.within:
        where, values = f"{where} AND l.day <= :until", values | {"until": chosen.within[1]}
    return chosen.chosen, where, values
