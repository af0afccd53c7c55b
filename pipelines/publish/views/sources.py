"""The sources: the list with how each is doing, and one with its last crawls."""

from __future__ import annotations

from urllib.parse import urlencode

from datasette.app import Datasette
from datasette.database import Database
from datasette.utils.asgi import NotFound, Request, Response

from crawler.errors import CatalogueError
from pipelines.health.knowledge import say_known, say_reasons, say_unknown
from pipelines.health.missed import Missed
from pipelines.health.recall import say_recall
from pipelines.health.sentences import overview
from pipelines.health.status import SourceStatus
from pipelines.publish.mounted import database
from pipelines.publish.queries import crawls
from pipelines.publish.queries import sources as queries
from pipelines.publish.queries.articles import articles_from
from pipelines.publish.show import charts
from pipelines.publish.views.arguments import a_day, one_of, word
from pipelines.publish.views.frame import page
from pipelines.publish.views.links import export_links, feed_address, other_page
from pipelines.search.asked import Search
from pipelines.search.rows import Row
from pipelines.wording.labels import SOURCE_KINDS
from pipelines.wording.states import STATES

MOST_ASKED, MOST_ADDRESSES = 4_000, 20  # characters and addresses of one question about what is missing
LOOK = "perlu"  # ?keadaan= of the list: sources that need a look, whatever their state
ASKED_STATES = {LOOK: "perlu dilihat"} | {state: wording.word for state, wording in STATES.items()}


async def about(request: Request, datasette: Datasette) -> Response:
    """What is known and what is not, of all sources or of the one that the address names."""
    db, row = database(datasette), None
    if name := request.url_vars.get("name"):
        row = await asked_source(datasette, name)
    states = await queries.statuses(db)
    known = await queries.known(db, name)
    return await page(
        datasette,
        request,
        "tahu",
        source=row,
        state=next((state for state in states if state.id == name), None),
        overview=overview(states) if states and not name else None,
        known=say_known(known),
        unknown=say_unknown(known),
        reasons=say_reasons(known.reasons),
        sources=[] if name else await queries.sources(db),
    )


async def sources(request: Request, datasette: Datasette) -> Response:
    """The list of sources with how each is doing."""
    db = database(datasette)
    rows, statuses = await queries.sources(db), await queries.statuses(db)
    states = {status.id: status for status in statuses}
    chosen = set(await source_ids(request, db, rows, statuses))
    asked = word(request, "alamat", MOST_ASKED) if statuses else ""
    return await page(
        datasette,
        request,
        "daftar_sumber",
        found=[row | {"state": states.get(row["id"])} for row in rows if row["id"] in chosen],
        states=states,
        asked_states=ASKED_STATES,
        overview=overview(statuses) if statuses else None,
        needle=word(request, "cari"),
        days=[a_day(request, "dari"), a_day(request, "sampai")],
        without_days=other_page(request, dari="", sampai=""),
        asked=asked,
        missed=await _missed(datasette, asked),
        downloads=export_links(request, "daftar/sumber"),
        kind=one_of(request, "jenis", SOURCE_KINDS),
        state=one_of(request, "keadaan", ASKED_STATES),
    )


async def _missed(datasette: Datasette, asked: str) -> tuple[list[Missed], str | None]:
    """What became of the addresses that somebody asked about; or why that cannot be said."""
    urls = asked.split()[:MOST_ADDRESSES]
    try:
        return (await queries.missed(database(datasette), urls) if urls else []), None
    except CatalogueError as error:
        return [], str(error)


async def source_ids(request: Request, db: Database, rows: list[Row], statuses: list[SourceStatus]) -> list[str]:
    """The ids of the sources of `rows` that a list asks for by name, kind, state and days in which they wrote."""
    days = a_day(request, "dari"), a_day(request, "sampai")
    wrote = await queries.wrote(db, *days) if all(days) else None
    needle, kind = word(request, "cari").casefold(), one_of(request, "jenis", SOURCE_KINDS)
    state = one_of(request, "keadaan", ASKED_STATES)
    fitting = {status.id for status in statuses if state in ("", status.state) or (state == LOOK and status.needs_look)}
    return [
        row["id"]
        for row in rows
        if kind in ("", row["kind"])
        and needle in f"{row['name']} {row['id']}".casefold()
        and (not state or row["id"] in fitting)
        and (wrote is None or row["id"] in wrote)
    ]


async def source(request: Request, datasette: Datasette) -> Response:
    """One source: how it is doing, how much it writes, its last crawls and its articles."""
    db = database(datasette)
    row = await asked_source(datasette, request.url_vars["name"])
    wanted = Search(source=row["id"])
    all_articles = f"/cari?{wanted.address()}"
    state = next((state for state in await queries.statuses(db) if state.id == row["id"]), None)
    return await page(
        datasette,
        request,
        "sumber",
        source=row,
        state=state,
        recalled=say_recall(state.recall) if state else "",
        runs=await crawls.last(db, row["id"]),
        chart=charts.by_month(await queries.source_months(db, row["id"]), "Artikel per bulan", all_articles),
        articles=await articles_from(db, row["id"]),
        all_articles=all_articles,
        crawl_files=export_links(request, "daftar/penjelajahan", urlencode({"sumber": row["id"]})),
        feed=feed_address(datasette, wanted),
    )


async def asked_source(datasette: Datasette, name: str) -> Row:
    """The row of a source. Raises NotFound."""
    row = await queries.source(database(datasette), name)
    if row is None:
        raise NotFound("Sumber itu tidak ada")
    return row
