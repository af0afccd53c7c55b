"""The lists with filters: officials, institutions, places, agreements."""

from __future__ import annotations

from typing import Any

from datasette.app import Datasette
from datasette.utils.asgi import Request, Response

from nlp.gazetteers import regions
from pipelines.publish.mounted import database
from pipelines.publish.queries.agreements import agreement_list, agreement_years
from pipelines.publish.queries.lists import LIST_SIZE, Chosen, listing
from pipelines.publish.queries.names import name_of
from pipelines.publish.views import calendar, list_choices
from pipelines.publish.views.arguments import page_number, word
from pipelines.publish.views.frame import page
from pipelines.publish.views.hints import misunderstood
from pipelines.publish.views.links import export_links, other_page, pager
from pipelines.search.rows import PAGE_SIZE
from pipelines.store.agreement_lives import STAGES


async def officials(request: Request, datasette: Datasette) -> Response:
    """The list of officials, with filters."""
    columns = "person_id, name, title, organisation, status, articles, first_seen, last_seen"
    chosen = list_choices.officials(request)
    return await _list(request, datasette, "pejabat", chosen, columns, status_chosen=word(request, "status"))


async def organisations(request: Request, datasette: Datasette) -> Response:
    """The list of institutions, with a filter."""
    return await _list(
        request, datasette, "lembaga", list_choices.organisations(request), "id, name, articles, last_seen"
    )


async def laws(request: Request, datasette: Datasette) -> Response:
    """The list of laws and regulations, with a filter."""
    return await _list(
        request, datasette, "peraturan", list_choices.laws(request), "id, key, name, about, articles, last_seen"
    )


async def authors(request: Request, datasette: Datasette) -> Response:
    """The list of authors, with filters."""
    return await _list(
        request,
        datasette,
        "penulis",
        list_choices.authors(request),
        "id, name, source_id, outlet, articles, last_seen",
        source=word(request, "sumber"),
    )


async def cities(request: Request, datasette: Datasette) -> Response:
    """The list of places, cities first, with filters."""
    provinces = [(region.code, region.name) for region in regions().by_code.values() if region.kind == "provinsi"]
    return await _list(
        request,
        datasette,
        "kota",
        list_choices.places(request),
        "id, code, name, kind, province, articles, last_seen",
        kind=word(request, "jenis"),
        province=word(request, "provinsi", 2),
        provinces=sorted(provinces, key=lambda province: province[1]),
    )


async def _list(
    request: Request, datasette: Datasette, name: str, chosen: Chosen, columns: str, **context: Any
) -> Response:
    """The page of the rows of `chosen`; `name` is that of its address, its template and its files."""
    number = page_number(request)
    found, total = await listing(database(datasette), chosen, columns, number)
    return await page(
        datasette,
        request,
        f"daftar_{name}",
        found=found,
        needle=list_choices.needle(request),
        order=list_choices.order(request),
        downloads=export_links(request, f"daftar/{name}"),
        pager=pager(request, number, LIST_SIZE, total),
        **context,
    )


async def agreements(request: Request, datasette: Datasette) -> Response:
    """The list of agreements, with filters, newest first."""
    db, number, asked = database(datasette), page_number(request), list_choices.agreements_asked(request)
    chosen = list_choices.agreements(request)
    found, total = await agreement_list(db, chosen.where, chosen.values, number)
    return await page(
        datasette,
        request,
        "daftar_perjanjian",
        found=found,
        asked=asked,
        STAGES=STAGES,
        silent=word(request, "sunyi"),
        ending=word(request, "berakhir"),
        place_name=await name_of(db, "places", asked.place) if asked.place else None,
        without_place=other_page(request, tempat=""),
        years=await agreement_years(db),
        misread=await misunderstood(request, db, ("kota", "dari", "sampai")),
        calendar=await calendar.address(request, datasette),
        downloads=export_links(request, "daftar/perjanjian"),
        pager=pager(request, number, PAGE_SIZE, total),
    )
