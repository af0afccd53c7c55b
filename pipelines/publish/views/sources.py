"""The sources: the list with how each is doing, and one with its last crawls."""

from __future__ import annotations

from datasette.app import Datasette
from datasette.utils.asgi import NotFound, Request, Response

from pipelines.publish.mounted import database
from pipelines.publish.queries import sources as queries
from pipelines.publish.queries.articles import articles_from
from pipelines.publish.show import charts
from pipelines.publish.views.arguments import one_of, word
from pipelines.publish.views.frame import page
from pipelines.publish.views.links import feed_address
from pipelines.search.asked import Search
from pipelines.wording.labels import SOURCE_KINDS


async def sources(request: Request, datasette: Datasette) -> Response:
    """The list of sources with how each is doing."""
    db = database(datasette)
    kind, needle = one_of(request, "jenis", SOURCE_KINDS), word(request, "cari")
    states = {status.id: status for status in await queries.statuses(db)}
    found = [
        row | {"state": states.get(row["id"])}
        for row in await queries.sources(db)
        if kind in ("", row["kind"]) and needle.casefold() in f"{row['name']} {row['id']}".casefold()
    ]
    return await page(datasette, request, "daftar_sumber", found=found, states=states, kind=kind, needle=needle)


async def source(request: Request, datasette: Datasette) -> Response:
    """One source: how it is doing, how much it writes, its last crawls and its articles."""
    db = database(datasette)
    row = await queries.source(db, request.url_vars["name"])
    if row is None:
        raise NotFound("Sumber itu tidak ada")
    wanted = Search(source=row["id"])
    all_articles = f"/cari?{wanted.address()}"
    return await page(
        datasette,
        request,
        "sumber",
        source=row,
        state=next((state for state in await queries.statuses(db) if state.id == row["id"]), None),
        runs=await queries.source_crawls(db, row["id"]),
        chart=charts.by_month(await queries.source_months(db, row["id"]), "Artikel per bulan", all_articles),
        articles=await articles_from(db, row["id"]),
        all_articles=all_articles,
        feed=feed_address(datasette, wanted),
    )
