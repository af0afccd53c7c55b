"""The search page, and the suggestions while one types."""

from __future__ import annotations

from datasette.app import Datasette
from datasette.database import Database
from datasette.utils.asgi import Request, Response

from pipelines.publish.mounted import database
from pipelines.publish.queries import names
from pipelines.publish.queries.sources import source_names
from pipelines.publish.views import watch_form
from pipelines.publish.views.arguments import page_number, word
from pipelines.publish.views.frame import page
from pipelines.publish.views.links import export_links, feed_address, other_page, pager
from pipelines.search import find
from pipelines.search.asked import LATEST, Search
from pipelines.search.rows import PAGE_SIZE
from pipelines.search.snippets import highlighted, snippet

PROFILES = {"orang": "/pejabat/", "tempat": "/kota/", "lembaga": "/lembaga/"}  # by kind of suggestion
# The filters that come from a profile: field of Search, its name in addresses, the table of the names.
FROM_PROFILES = (
    ("person", "orang", "people"),
    ("organisation", "lembaga", "organisations"),
    ("place", "tempat", "places"),
)


async def search(request: Request, datasette: Datasette) -> Response:
    """One box, filters, highlighted snippets, ways to share, follow and export."""
    db = database(datasette)
    wanted, number = Search.read(request.args.get), page_number(request)
    found = await find.search(db, wanted, number)
    terms, error = found.expression.terms, found.expression.error
    for row in found.rows:
        row["snippet"] = snippet(row.pop("text"), terms)
        row["headline"] = highlighted(row["title"], terms)
    return await page(
        datasette,
        request,
        "cari",
        400 if error else 200,
        error=error,
        wanted=wanted,
        found=found.rows,
        newest_only=found.newest_only,
        pager=pager(request, number, PAGE_SIZE, found.total),
        sources=await source_names(db),
        chosen=await _from_profiles(db, request, wanted),
        by_fit=other_page(request, urut=""),
        by_day=other_page(request, urut=LATEST),
        feed=feed_address(datasette, wanted),
        downloads=export_links(request, "articles", wanted.address()),
        watch=watch_form.offered(datasette, request, wanted),
    )


async def _from_profiles(db: Database, request: Request, wanted: Search) -> list[tuple[str, str]]:
    """The name of each filter that came from a profile, with the address of the search without it."""
    chosen = []
    for field, argument, table in FROM_PROFILES:
        entity = getattr(wanted, field)
        if entity:
            name = await names.name_of(db, table, entity)
            chosen.append((name or f"{argument} {entity}", other_page(request, **{argument: ""})))
    return chosen


async def suggest(request: Request, datasette: Datasette) -> Response:
    """People, places and institutions for what is being typed: [{kind, name, href}]."""
    found = await names.suggestions(database(datasette), word(request, "q", names.LONGEST_TYPED))
    return Response.json(
        [{"kind": row["kind"], "name": row["name"], "href": f"{PROFILES[row['kind']]}{row['id']}"} for row in found]
    )
