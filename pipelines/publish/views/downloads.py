"""Files: the rows of a search or of a list, written whole before the first byte is sent."""

from __future__ import annotations

import asyncio
import sqlite3
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import quote

from datasette.app import Datasette
from datasette.utils.asgi import NotFound, Request, Response, asgi_send_file

from pipelines.desk import export
from pipelines.errors import UserError
from pipelines.publish.mounted import database
from pipelines.publish.queries.sources import source_names
from pipelines.publish.views.frame import page
from pipelines.publish.views.links import SEMICOLON
from pipelines.publish.views.list_files import LIST_FILES
from pipelines.search.asked import Search
from pipelines.search.filters import SearchFilters
from pipelines.wording.labels import EXPORTED_TABLES, FILE_FORMATS

TYPES = {
    "csv": "text/csv; charset=utf-8",
    "json": "application/x-ndjson",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "parquet": "application/vnd.apache.parquet",
}
EXPORT_SECONDS = 120.0  # a file that takes longer is one for `pantau export`
STEPS = 100_000  # SQLite steps between two looks at the clock
TOO_LARGE = "Berkas ini terlalu besar untuk diunduh dari halaman. Persempit pencarian, atau pakai `pantau export`."
NO_FILE = "Berkas itu tidak ada"

Write = Callable[[sqlite3.Connection, Path], Any]  # writes the file from the database
_turn = asyncio.Semaphore(2)  # files written at once; the readers of pages share the machine


async def downloads(request: Request, datasette: Datasette) -> Response:
    """What can be taken away, and as what."""
    wanted = Search.read(request.args.get)
    return await page(
        datasette,
        request,
        "unduh",
        tables=EXPORTED_TABLES,
        formats=FILE_FORMATS,
        wanted=wanted,
        address=wanted.address(),
        sources=await source_names(database(datasette)),
    )


async def download(request: Request, datasette: Datasette, send: Any) -> Response | None:
    """The rows of a search as a file."""
    table, form = request.url_vars["table"], request.url_vars["form"]
    if table not in EXPORTED_TABLES or form not in FILE_FORMATS:
        raise NotFound(NO_FILE)
    filters, semicolon = SearchFilters(search=Search.read(request.args.get)), _semicolon(request)

    def write(connection: sqlite3.Connection, file: Path) -> None:
        export.export(connection, table, form, filters, file, semicolon=semicolon)

    return await _send_file(datasette, send, f"pantau-{table}", form, write)


async def download_list(request: Request, datasette: Datasette, send: Any) -> Response | None:
    """All rows of a list or league table, as its page filters and orders them, as a file."""
    name, form = request.url_vars["name"], request.url_vars["form"]
    if name not in LIST_FILES or form not in FILE_FORMATS:
        raise NotFound(NO_FILE)
    table, where, values = await LIST_FILES[name](request, datasette)
    semicolon = _semicolon(request)

    def write(connection: sqlite3.Connection, file: Path) -> None:
        export.write_rows(connection, name, table, where, values, form, file, semicolon=semicolon)

    return await _send_file(datasette, send, f"pantau-{name}", form, write)


def _semicolon(request: Request) -> bool:
    """Whether a CSV is to have semicolons."""
    return bool(request.args.get("pemisah") == SEMICOLON)


async def _send_file(datasette: Datasette, send: Any, name: str, form: str, write: Write) -> Response | None:
    """Send NAME.FORM as `write` writes it; an answer that says why where it cannot be written."""
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
        headers = {"content-disposition": f'attachment; filename="{file.name}"', "cache-control": "no-store"}
        await asgi_send_file(send, str(file), content_type=TYPES[form], headers=headers)
    return None


def _write(database_path: Path, file: Path, write: Write) -> None:
    """Write the file on a connection of its own; SQLite interrupts it after EXPORT_SECONDS."""
    address = f"file:{quote(str(database_path))}?mode=ro"
    with closing(sqlite3.connect(address, uri=True, timeout=5)) as connection:
        end = time.monotonic() + EXPORT_SECONDS
        connection.set_progress_handler(lambda: int(time.monotonic() > end), STEPS)
        write(connection, file)
