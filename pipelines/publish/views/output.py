"""What leaves the pages: feeds of any search, and its rows as files."""

from __future__ import annotations

import asyncio
import sqlite3
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote

from datasette.app import Datasette
from datasette.utils.asgi import NotFound, Request, Response, asgi_send_file

from pipelines.desk import export
from pipelines.errors import UserError
from pipelines.publish.queries import articles as queries
from pipelines.publish.show import atom
from pipelines.publish.views import list_exports
from pipelines.publish.views.page import SEMICOLON, database, feed_address, page
from pipelines.search import asked
from pipelines.search.asked import LATEST, Search
from pipelines.search.filters import SearchFilters
from pipelines.wording.labels import ARTICLE_KINDS, EXPORTED_TABLES, FILE_FORMATS

FEED_ENTRIES = 50
TYPES = {"csv": "text/csv; charset=utf-8", "json": "application/x-ndjson",
         "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
         "parquet": "application/vnd.apache.parquet"}  # fmt: skip
EXPORT_SECONDS = 120.0  # a file that takes longer is one for `pantau export`
TOO_LARGE = "Berkas ini terlalu besar untuk diunduh dari halaman. Persempit pencarian, atau pakai `pantau export`."
STEPS = 100_000  # SQLite steps between two looks at the clock
_turn = asyncio.Semaphore(2)  # files written at once; the readers of pages share the machine


async def title_of(db: Any, wanted: Search) -> str:
    """A search in words: "Pantau: pasar, Siaran pers, Kota Bandung"."""
    parts = [wanted.query, ARTICLE_KINDS.get(wanted.kind, ""), wanted.city, wanted.official, wanted.agreement]
    named = (("sources", wanted.source), ("people", wanted.person), ("organisations", wanted.organisation),
             ("places", wanted.place))  # fmt: skip
    for table, value in named:
        if value:
            row = await queries.one(db, f"SELECT name FROM {table} WHERE id = :id", {"id": value})
            parts.append(row["name"] if row else value)
    told = ", ".join(part for part in parts if part)
    return f"Pantau: {told}" if told else "Pantau: artikel terbaru"


async def feed(request: Request, datasette: Datasette) -> Response:
    """The newest articles of a search as Atom."""
    db = database(datasette)
    wanted = Search.read(request.args.get)
    newest = Search(**{name: getattr(wanted, name) for name in Search.__slots__ if name != "order"}, order=LATEST)
    found = await asked.search(db, newest, 1, FEED_ENTRIES)
    text = atom.feed(
        found.rows, title=await title_of(db, wanted), address=feed_address(datasette, wanted),
        page=f"/cari?{newest.address()}", absolute=lambda path: datasette.absolute_url(request, path),
    )  # fmt: skip
    return Response(text, content_type="application/atom+xml; charset=utf-8")


async def downloads(request: Request, datasette: Datasette) -> Response:
    """What can be taken away, and as what."""
    wanted = Search.read(request.args.get)
    return await page(
        datasette, request, "unduh", tables=EXPORTED_TABLES, formats=FILE_FORMATS, wanted=wanted,
        address=wanted.address(), sources=await queries.source_names(database(datasette)),
    )  # fmt: skip


async def download(request: Request, datasette: Datasette, send: Any) -> Response | None:
    """The rows of a search as a file, written whole before the first byte is sent."""
    table, form = request.url_vars["table"], request.url_vars["form"]
    if table not in EXPORTED_TABLES or form not in FILE_FORMATS:
        raise NotFound("Berkas itu tidak ada")
    filters, semicolon = SearchFilters(search=Search.read(request.args.get)), _semicolon(request)
    return await _send_file(
        datasette, send, f"pantau-{table}", form,
        lambda connection, file: export.export(connection, table, form, filters, file, semicolon=semicolon),
    )  # fmt: skip


async def download_list(request: Request, datasette: Datasette, send: Any) -> Response | None:
    """All rows of a list or league table, as its page filters and orders them, as a file."""
    name, form = request.url_vars["name"], request.url_vars["form"]
    if name not in list_exports.LISTS or form not in FILE_FORMATS:
        raise NotFound("Berkas itu tidak ada")
    table, where, values = await list_exports.LISTS[name](request, datasette)
    semicolon = _semicolon(request)
    return await _send_file(
        datasette, send, f"pantau-{name}", form,
        lambda connection, file: export.write_rows(
            connection, name, table, where, values, form, file, semicolon=semicolon),
    )  # fmt: skip


def _semicolon(request: Request) -> bool:
    return request.args.get("pemisah") == SEMICOLON


async def _send_file(
    datasette: Datasette, send: Any, name: str, form: str, write: Callable[[sqlite3.Connection, Path], Any]
) -> Response | None:
    path = Path(str(database(datasette).path))
    with tempfile.TemporaryDirectory(prefix="pantau-unduh-") as folder:
        file = Path(folder) / f"{name}.{form}"
        async with _turn:
            try:
                await asyncio.to_thread(_write, path, file, write)
            except sqlite3.OperationalError as error:
                if "interrupt" not in str(error):
                    raise
                return Response.text(TOO_LARGE, status=503)
            except UserError as error:
                return Response.text(str(error), status=400)
        await asgi_send_file(
            send, str(file), content_type=TYPES[form],
            headers={"content-disposition": f'attachment; filename="{file.name}"', "cache-control": "no-store"},
        )  # fmt: skip
    return None


def _write(database_path: Path, file: Path, write: Callable[[sqlite3.Connection, Path], Any]) -> None:
    connection = sqlite3.connect(f"file:{quote(str(database_path))}?mode=ro", uri=True, timeout=5)
    end = time.monotonic() + EXPORT_SECONDS
    connection.set_progress_handler(lambda: int(time.monotonic() > end), STEPS)
    try:
        write(connection, file)
    finally:
        connection.close()
