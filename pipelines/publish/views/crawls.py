"""One crawl of a source: the pages that it found, fetched or stored, as a list and as a file."""

from __future__ import annotations

from datasette.app import Datasette
from datasette.utils.asgi import NotFound, Request, Response

from pipelines.health.sentences import say_recorded
from pipelines.publish.mounted import database
from pipelines.publish.queries import crawls as queries
from pipelines.publish.queries import sources
from pipelines.publish.views.arguments import LONGEST_ID, digits, entity_id, one_of, page_number, word
from pipelines.publish.views.frame import page
from pipelines.publish.views.links import export_links, other_page, pager
from pipelines.search.rows import PAGE_SIZE, Row

SIZE = 2 * PAGE_SIZE
NONE = "Penjelajahan itu tidak ada"
USUAL = "baru"
HEADINGS = {"baru": "Halaman baru", "diambil": "Halaman yang diambil", "tersimpan": "Halaman yang tersimpan"}
STATES = {
    "found": "menunggu diambil",
    "fetched": "menunggu dibaca",
    "done": "tersimpan",
    "failed": "gagal, akan dicoba lagi",
    "quarantined": "gagal, tidak dicoba lagi",
}


async def crawl(request: Request, datasette: Datasette) -> Response:
    """The pages of a crawl of which ?apa= says what it did with them."""
    db, number = database(datasette), page_number(request)
    row = await queries.crawl(db, request.url_vars["name"], entity_id(request, missing=NONE))
    source = await sources.source(db, request.url_vars["name"])
    if row is None or source is None:
        raise NotFound(NONE)
    what = one_of(request, "apa", queries.DONE, USUAL)
    found = await queries.pages(db, row, what, SIZE, SIZE * (number - 1))
    query = f"sumber={row['source_id']}&jelajah={row['run_id']}&apa={what}"
    return await page(
        datasette,
        request,
        "penjelajahan",
        source=source,
        crawl=row,
        what=what,
        heading=HEADINGS[what],
        kinds=[(HEADINGS[each], other_page(request, apa=each), each == what) for each in queries.DONE],
        found=[one | {"said": _said(one)} for one in found],
        pager=pager(request, number, SIZE, await queries.count(db, row, what)),
        downloads=export_links(request, "daftar/halaman", query),
    )


def _said(one: Row) -> str:
    """What became of a page, and why where it failed."""
    state = STATES.get(one["state"], str(one["state"]))
    return f"{state}: {say_recorded(one['error'])}" if one["error"] else state


async def page_lines(request: Request, datasette: Datasette) -> list[tuple[str, ...]]:
    """The lines of a file of the pages of the crawl `jelajah` of `sumber`. Raises NotFound."""
    db, run = database(datasette), digits(request, "jelajah", LONGEST_ID)
    row = await queries.crawl(db, word(request, "sumber"), int(run or 0))
    if row is None:
        raise NotFound(NONE)
    found = await queries.pages(db, row, one_of(request, "apa", queries.DONE, USUAL))
    return [(one["url"], one["title"] or "", _said(one), one["found_at"], one["fetched_at"] or "") for one in found]
