"""Who speaks: the quotes of a person or an institution by outlet, story, month, kind, and where they come from."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from typing import Any

from datasette.app import Datasette
from datasette.database import Database
from datasette.utils.asgi import NotFound, Request, Response

from pipelines.publish.mounted import database
from pipelines.publish.queries import own_releases, profiles
from pipelines.publish.queries import quotes as queries
from pipelines.publish.queries.names import name_of
from pipelines.publish.show.charts import by_month, small_bar
from pipelines.publish.views.arguments import LONGEST_ID, digits, page_number, word
from pipelines.publish.views.frame import page
from pipelines.publish.views.links import export_links, other_page, pager
from pipelines.publish.views.profiles import entity
from pipelines.search.rows import PAGE_SIZE, Row
from pipelines.wording.dates import partial_date

OUTLETS, STORIES = 15, 10
# What an address may ask for, and the value of a quote that it is compared with.
FILTERS = {
    "media": "source_id",
    "jenis": "kind",
    "asal": "origin",
    "isu": "isu_id",
    "bulan": "month",
    "oleh": "person_id",
}
BESIDE = "bersama"  # ?bersama=: a person who is quoted in the same article
NAMED_BY = {"media": "sources", "oleh": "people", BESIDE: "people"}  # the tables of filters by id
WORDS = {BESIDE: "dikutip bersama"}  # what a filter is called where its name in the address does not say it


async def of_person(request: Request, datasette: Datasette) -> Response:
    """The quotes of a person."""
    return await _page(request, datasette, *await asked_person(request, datasette), "pejabat")


async def of_body(request: Request, datasette: Datasette) -> Response:
    """The quotes of the people with a post at an institution."""
    return await _page(request, datasette, *await asked_body(request, datasette), "lembaga")


async def asked_person(request: Request, datasette: Datasette) -> tuple[Row, list[Row]]:
    """The person that the address names, and their quotes. Raises NotFound."""
    row = await entity(datasette, request, "people", "Orang itu tidak ada")
    return row, await _of_person(database(datasette), row["id"])


async def asked_body(request: Request, datasette: Datasette) -> tuple[Row, list[Row]]:
    """The same of an institution. Raises NotFound."""
    row = await entity(datasette, request, "organisations", "Lembaga itu tidak ada")
    return row, await _of_body(database(datasette), row)


async def _of_person(db: Database, person: int) -> list[Row]:
    """The quotes of a person, with whose release they come from."""
    found = await queries.of_person(db, person)
    return await own_releases.told_apart(db, found, await own_releases.institutions_of(db, person))


async def _of_body(db: Database, row: Row) -> list[Row]:
    """The same of an institution."""
    found = await queries.of_body(db, row["name"])
    return await own_releases.told_apart(db, found, [row["name"], *json.loads(row["aliases"])])


async def _page(request: Request, datasette: Datasette, row: Row, found: list[Row], kind: str) -> Response:
    db, number = database(datasette), page_number(request)
    shown = await picked(request, db, found)
    months = Counter(quote["month"] for quote in shown if quote["month"])
    stories = Counter(quote["isu_id"] for quote in shown if quote["isu_id"])
    titles = await queries.story_titles(db, [*stories])
    return await page(
        datasette,
        request,
        "kutipan",
        whose=row,
        kind=kind,
        all=len(found),
        cut=len(found) >= queries.MOST,
        kinds=_tally(request, shown, "jenis", "kind"),
        origins=_tally(request, shown, "asal", "origin"),
        outlets=_tally(request, shown, "media", "source_id", name="outlet")[:OUTLETS],
        stories=[
            (titles[story], f"/isu/{story}", n, other_page(request, isu=story))
            for story, n in stories.most_common()
            if story in titles
        ][:STORIES],
        chart=by_month(months, "Kutipan per bulan", lambda month: other_page(request, bulan=month), "Kutipan"),
        beside=[
            other | {"href": other_page(request, bersama=other["id"])} for other in await queries.beside(db, shown)
        ],
        quotes=await listed(db, shown, number, PAGE_SIZE),
        filters=await _said(request, db),
        pager=pager(request, number, PAGE_SIZE, len(shown)),
        downloads=export_links(request, "daftar/kutipan", _query(request, kind, row["id"])),
    )


async def listed(db: Database, shown: Sequence[Row], number: int, size: int) -> list[Row]:
    """The quotes of page `number`, `size` a page: what was said, by whom, in which article, and `origin`."""
    origin = {quote["id"]: quote["origin"] for quote in shown[size * (number - 1) : size * number]}
    return [quote | {"origin": origin[quote["id"]]} for quote in await queries.texts(db, [*origin])]


def _query(request: Request, kind: str, entity_id: int) -> str:
    return other_page(request, **{"orang" if kind == "pejabat" else "lembaga": entity_id}).partition("?")[2]


async def _said(request: Request, db: Database) -> list[tuple[str, str, str]]:
    """What the address asks for: (filter, its value as people say it, the address of the list without it)."""
    told = []
    for name in (*FILTERS, BESIDE):
        if value := word(request, name):
            said = partial_date(value) if name == "bulan" else value
            if name == "isu" and digits(request, name, LONGEST_ID):
                said = (await queries.story_titles(db, [int(value)])).get(int(value), value)
            elif name in NAMED_BY:
                said = await name_of(db, NAMED_BY[name], value) or value
            told.append((WORDS.get(name, name), said, other_page(request, **{name: ""})))
    return told


async def picked(request: Request, db: Database, found: list[Row]) -> list[Row]:
    """Those of the quotes that the address asks for, each with its month."""
    if other := digits(request, BESIDE, LONGEST_ID):
        among = await queries.quoted_in(db, {quote["article_id"] for quote in found}, int(other))
        found = [quote for quote in found if quote["article_id"] in among]
    for quote in found:
        quote["month"] = (quote["day"] or "")[:7]
    asked = {column: word(request, name) for name, column in FILTERS.items() if word(request, name)}
    return [quote for quote in found if all(str(quote[column] or "") == value for column, value in asked.items())]


def _tally(
    request: Request, found: Sequence[Row], argument: str, column: str, name: str = ""
) -> list[tuple[str, int, str, Any]]:
    """(name, quotes, address of these alone, bar) by the value of a column, most first."""
    counts = Counter(quote[column] or "" for quote in found)
    names = {quote[column] or "": quote[name or column] for quote in found}
    most = max(counts.values(), default=0)
    return [
        (names[value], n, other_page(request, **{argument: value}), small_bar(n, most))
        for value, n in sorted(counts.items(), key=lambda pair: (-pair[1], str(names[pair[0]])))
    ]


async def quote_lines(request: Request, datasette: Datasette) -> list[tuple[str, ...]]:
    """The lines of a file of the quotes of `orang` or `lembaga` (their ids), as the page picks them."""
    db = database(datasette)
    if person := digits(request, "orang", LONGEST_ID):
        found = await _of_person(db, int(person))
    elif body := digits(request, "lembaga", LONGEST_ID):
        row = await profiles.profile(db, "organisations", int(body))
        found = await _of_body(db, row) if row else []
    else:
        raise NotFound("Kutipan itu tidak ditemukan")
    origins = {quote["id"]: quote["origin"] for quote in await picked(request, db, found)}
    names = ("published_date", "outlet", "name", "kind", "text", "title", "url")
    return [
        (*(str(said[name] or "") for name in names), origins[said["id"]])
        for said in await queries.texts(db, [*origins])
    ]
