"""Files: the rows of a search or of a list, written whole before the first byte is sent."""

from __future__ import annotations

import asyncio
import logging
import os
import sqlite3
import tempfile
import threading
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any, BinaryIO
from urllib.parse import quote

from datasette.app import Datasette
from datasette.utils.asgi import NotFound, Request, Response

from pipelines.desk import export
from pipelines.errors import UserError
from pipelines.publish.guard.brake import network_of
from pipelines.publish.guard.mode import ACTOR
from pipelines.publish.guard.turns import NoTurn, Turns
from pipelines.publish.mounted import database
from pipelines.publish.queries.sources import source_names
from pipelines.publish.views.frame import page
from pipelines.publish.views.links import SEMICOLON
from pipelines.publish.views.team_files import ALL_FILES
from pipelines.search.asked import Search
from pipelines.search.filters import SearchFilters
from pipelines.wording.labels import EXPORTED_TABLES, FILE_FORMATS
from pipelines.wording.translate import translated

LOG = logging.getLogger(__name__)
TYPES = {
    "csv": "text/csv; charset=utf-8",
    "json": "application/x-ndjson",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "parquet": "application/vnd.apache.parquet",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pdf": "application/pdf",
    "html": "text/html; charset=utf-8",
}
EXPORT_SECONDS = 120.0  # a file that takes longer is one for `pantau export`
STEPS = 100_000  # SQLite steps between two looks at the clock
TOO_LARGE = "Berkas ini terlalu besar untuk diunduh dari halaman. Persempit pencarian, atau pakai `pantau export`."
NO_FILE = "Berkas itu tidak ada"

CROWDED = "Terlalu banyak unduhan sekaligus. Coba lagi sebentar lagi."
SHARED_SECONDS = 30.0  # in the place of EXPORT_SECONDS while somebody else waits
SEND_SECONDS, SLOWEST = 60.0, 50_000  # for reading a file: so many seconds, and one more for so many bytes
CHUNK = 65_536  # bytes

Write = Callable[[sqlite3.Connection, BinaryIO, Callable[[int], None]], Any]  # writes the file, tells of rows
# Files that are written at once, since the readers of pages share the machine; and files that have not been read.
_writing = Turns(at_once=2, of_one=1, waiting=20, own_waiting=4, seconds=60.0)
_sending = Turns(at_once=40, of_one=6)


class _TooLong(Exception):
    """Writing a file was ended before it was whole."""


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
    filters, how = SearchFilters(search=Search.read(request.args.get)), _how(request)

    def write(connection: sqlite3.Connection, file: BinaryIO, look: Callable[[int], None]) -> None:
        export.export(connection, table, form, filters, file, **how, on_progress=look)

    return await send_file(datasette, request, send, f"pantau-{table}.{form}", write)


async def download_list(request: Request, datasette: Datasette, send: Any) -> Response | None:
    """All rows of a list or league table, as its page filters and orders them, as a file."""
    name, form = request.url_vars["name"], request.url_vars["form"]
    if name not in ALL_FILES or form not in FILE_FORMATS:
        raise NotFound(NO_FILE)
    table, where, values = await ALL_FILES[name](request, datasette)
    how = _how(request)

    def write(connection: sqlite3.Connection, file: BinaryIO, look: Callable[[int], None]) -> None:
        export.write_rows(connection, name, table, where, values, form, file, **how, on_progress=look)

    return await send_file(datasette, request, send, f"pantau-{name}.{form}", write)


def _how(request: Request) -> dict[str, bool]:
    """Whether a CSV is to have semicolons, and whether a file is to be as a machine reads it (?mentah=1)."""
    return {"semicolon": request.args.get("pemisah") == SEMICOLON, "raw": request.args.get("mentah") == "1"}


async def send_file(datasette: Datasette, request: Request, send: Any, name: str, write: Write) -> Response | None:
    """Send the file `name` as `write` writes it; an answer that says why where it cannot be written.

    The file has no name on the disk (O_TMPFILE), so that nothing is left of it whatever ends first: the client, this
    answer or the server.
    """
    asks, stop = _asks(request), threading.Event()
    leaving = asyncio.create_task(_tell_when_gone(request, stop))
    try:
        with tempfile.TemporaryFile() as file:
            async with _sending.take(asks):
                async with _writing.take(asks):
                    await asyncio.to_thread(_write, Path(str(database(datasette).path)), file, write, stop)
                await _send_bytes(send, file, name)
    except NoTurn:
        return Response.text(CROWDED, status=503, headers={"retry-after": "30"})
    except _TooLong:
        return Response.text(TOO_LARGE, status=503)
    except UserError as error:
        return Response.text(translated(str(error), "id"), status=400)
    finally:
        leaving.cancel()
    return None


def _asks(request: Request) -> str:
    """Whose turn it is: of a person who has logged in, else of an address."""
    actor = request.scope.get(ACTOR) or {}
    client = request.scope["client"][0] if request.scope.get("client") else ""
    return str(actor.get("id") or network_of(client))


async def _tell_when_gone(request: Request, stop: threading.Event) -> None:
    """Set `stop` when the client goes away: nobody reads the file then."""
    while (await request.receive())["type"] != "http.disconnect":
        pass
    stop.set()


def _write(database_path: Path, file: BinaryIO, write: Write, stop: threading.Event) -> None:
    """Write the file on a connection of its own.

    Raises _TooLong after EXPORT_SECONDS, after SHARED_SECONDS where others wait, and when `stop` is set. SQLite asks
    between its steps, and the export between its rows.
    """
    begin = time.monotonic()

    def over(_: int = 0) -> bool:
        return stop.is_set() or time.monotonic() - begin > (SHARED_SECONDS if _writing.wanted else EXPORT_SECONDS)

    def look(rows: int) -> None:
        if over():
            raise _TooLong

    address = f"file:{quote(str(database_path))}?mode=ro"
    with closing(sqlite3.connect(address, uri=True, timeout=5)) as connection:
        connection.set_progress_handler(over, STEPS)
        try:
            write(connection, file, look)
        except sqlite3.OperationalError as error:
            if "interrupt" not in str(error):
                raise
            raise _TooLong from error


async def _send_bytes(send: Any, file: BinaryIO, name: str) -> None:
    """Send a file from its beginning; a client that reads too slowly is given up, and its connection closed."""
    size = file.seek(0, os.SEEK_END)
    file.seek(0)
    headers = {
        "content-type": TYPES[name.rpartition(".")[2]],
        "content-disposition": f'attachment; filename="{name}"',
        "content-length": str(size),
        "cache-control": "no-store",
    }
    encoded = [(key.encode(), value.encode()) for key, value in headers.items()]
    try:
        async with asyncio.timeout(SEND_SECONDS + size / SLOWEST):
            await send({"type": "http.response.start", "status": 200, "headers": encoded})
            while chunk := file.read(CHUNK):
                await send({"type": "http.response.body", "body": chunk, "more_body": True})
            await send({"type": "http.response.body", "body": b""})
    except TimeoutError:
        LOG.info("%s: tidak dibaca, pengiriman dihentikan", name)
