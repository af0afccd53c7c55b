"""The lists, searches and articles as JSON, for programs; docs/json.md holds what is promised of it.

The rows are those of the JSON Lines files: the same filters, order, columns and values, a page at a time.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import parse_qsl, urlencode

from datasette.app import Datasette
from datasette.database import Database
from datasette.utils.asgi import NotFound, Request, Response

from pipelines.desk.export_tables import TABLES, Table
from pipelines.publish.mounted import database
from pipelines.publish.views.arguments import LAST_PAGE, entity_id, page_number
from pipelines.publish.views.links import absolute
from pipelines.publish.views.list_files import LIST_FILES
from pipelines.search.asked import Search
from pipelines.search.find import search
from pipelines.search.rows import MOST_COUNTED, PAGE_SIZE, Values

VERSION = 1  # raised when a field that docs/json.md promises goes or changes its meaning; new ones may come without
ROWS = 200  # of a page of a list
LISTS = {
    "/pejabat": "pejabat",
    "/lembaga": "lembaga",
    "/kota": "kota",
    "/peraturan": "peraturan",
    "/penulis": "penulis",
    "/perjanjian": "perjanjian",
    "/janji": "janji",
    "/sumber": "sumber",
    "/tren": "tren",
    "/banding": "banding",
    "/liputan": "liputan",
    "/liputan/media": "liputan-media",
    "/liputan/sumber": "liputan-sumber",
    "/liputan/berita": "liputan-berita",
}
OF_ARTICLE = ("officials", "cities", "agreements", "mentions", "quotes", "coverage")


async def rows_of_list(request: Request, datasette: Datasette) -> Response:
    """A page of a list's rows: {version, columns, rows, page, next}."""
    number = page_number(request)
    spec, where, values = await LIST_FILES[LISTS[request.path.removesuffix(".json")]](request, datasette)
    cut = Table(spec.columns, f"{spec.sql} LIMIT :json_rows OFFSET :json_after")
    page = {"json_rows": ROWS + 1, "json_after": ROWS * (number - 1)}
    found = await _rows(database(datasette), cut, where, dict(values) | page)
    return page_of_rows(request, datasette, spec.columns, found[:ROWS], number, more=len(found) > ROWS)


async def hits(request: Request, datasette: Datasette) -> Response:
    """A page of a search's articles in its order, with `total` (exact up to MOST_COUNTED, `more` beyond it)."""
    db, number, table = database(datasette), page_number(request), TABLES["articles"]
    found = await search(db, Search.read(request.args.get), number)
    if found.expression.error:
        return Response.json({"ok": False, "error": found.expression.error, "status": 400}, status=400)
    ids = {f"id{n}": row["id"] for n, row in enumerate(found.rows)}
    rows = await _rows(db, table, f"a.id IN ({', '.join(':' + name for name in ids)})", ids)
    by_id = {row["id"]: row for row in rows}
    return page_of_rows(
        request,
        datasette,
        table.columns,
        [by_id[row["id"]] for row in found.rows if row["id"] in by_id],
        number,
        more=min(found.total, MOST_COUNTED) > PAGE_SIZE * number,
        total=min(found.total, MOST_COUNTED),
        more_than_total=found.total > MOST_COUNTED,
    )


async def article(request: Request, datasette: Datasette) -> Response:
    """One article, with its rows of the other exported tables: {version, article, officials, ..., coverage}."""
    db, asked = database(datasette), {"id": entity_id(request)}
    found = await _rows(db, TABLES["articles"], "a.id = :id", asked)
    if not found:
        raise NotFound("Artikel itu tidak ada")
    parts = {name: await _rows(db, TABLES[name], "a.id = :id", asked) for name in OF_ARTICLE}
    return Response.json({"version": VERSION, "article": found[0]} | parts)


async def _rows(db: Database, table: Table, where: str, values: Values) -> list[dict[str, Any]]:
    """The rows that `where` picks, by the table's columns."""
    found = await db.execute(table.sql.replace("{where}", where), dict(values))
    return [dict(zip(table.columns, row, strict=True)) for row in found.rows]


def page_of_rows(
    request: Request,
    datasette: Datasette,
    columns: Sequence[str],
    rows: list[dict[str, Any]],
    number: int,
    *,
    more: bool,
    **counts: Any,
) -> Response:
    """The JSON of a page; `more`: whether there is a page after it."""
    asked = [pair for pair in parse_qsl(request.query_string, keep_blank_values=True) if pair[0] != "hal"]
    following = f"{request.path}?{urlencode([*asked, ('hal', number + 1)])}"
    told = {
        "version": VERSION,
        "columns": list(columns),
        "rows": rows,
        "page": number,
        "next": absolute(datasette, request, following) if more and number < LAST_PAGE else None,
    }
    return Response.json(told | counts)
