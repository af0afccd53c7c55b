"""The page of an error: what went wrong and what to do, in Indonesian, with a search box and the way to the lists."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

from datasette.app import Datasette
from datasette.database import QueryInterrupted
from datasette.utils.asgi import Base400, Request, Response

from pipelines.desk.clip.letterheads import MOST_BYTES as MOST_LOGO
from pipelines.publish.guard import typed
from pipelines.publish.guard.bodies import most_bytes
from pipelines.publish.guard.mode import ACTOR, mode_of
from pipelines.publish.mounted import DATABASE
from pipelines.publish.views.frame import page

ERRORS = {
    400: ("Permintaan tidak dapat dibaca", "Periksa alamatnya, atau mulai lagi dari pencarian."),
    403: ("Halaman ini tertutup", "Halaman ini tidak dibuka. Bila Anda anggota tim, masuklah dulu."),
    404: ("Halaman tidak ditemukan", "Mungkin alamatnya salah ketik, atau halamannya sudah tidak ada."),
    405: ("Permintaan ini tidak dilayani", "Alamat ini hanya untuk dibaca. Buka lewat peramban."),
    408: ("Kiriman terlalu lama", "Formulirnya tidak sampai utuh. Kirim lagi."),
    413: ("Kiriman terlalu besar", "Formulir di sini paling besar {} KB. Persingkat isinya, lalu kirim lagi."),
    500: ("Ada yang tidak beres", "Coba lagi sebentar lagi. Bila terus terjadi, beri tahu pengelola."),
    503: ("Terlalu lama", "Terlalu banyak artikel yang harus dibaca. Persempit dengan tanggal atau kata lain."),
}

LETTERHEADS = "/kliping/kop"
TOO_LARGE_LOGO = f"Logo paling besar {MOST_LOGO // 1024} KB. Kecilkan gambarnya, lalu pilih lagi."


async def error_page(
    datasette: Datasette, request: Request, status: int, title: str | None = None, advice: str | None = None
) -> Response:
    """The page of an HTTP status, with another title or advice where there is a better one.

    Of a form that one of our pages sent, it holds what was typed, to be sent again.
    """
    usual, usual_advice = ERRORS.get(status, ERRORS[500])
    if status == 413:
        usual_advice = usual_advice.format(most_bytes(request.path) // 1024)
        usual_advice = TOO_LARGE_LOGO if request.path.startswith(LETTERHEADS) else usual_advice
    shown = {"status_code": status, "title": title or usual, "advice": advice or usual_advice}
    if fields := typed.offered(request.scope):
        token = request.scope["csrftoken"]() or typed.token_of(request.scope)
        ended = mode_of(datasette).login and request.scope.get(ACTOR) is None
        query = f"?{request.query_string}" if request.query_string else ""
        shown |= {"typed": fields, "token": token, "ended": ended, "action": f"{request.path}{query}"}
    return await page(datasette, request, "galat", status, **shown)


async def unsaved(datasette: Datasette, request: Request, status: int, why: str) -> Response:
    """The page that says why a form was not stored, and offers it again."""
    advice = why if why.endswith((".", "!", "?")) else f"{why}."
    return await error_page(datasette, request, status, "Belum tersimpan", f"{advice[:1].upper()}{advice[1:]}")


def status_of(request: Request, exception: Exception) -> int:
    """The HTTP status of what went wrong.

    Datasette's own pages of tables change with nothing but their address, and answer arguments that they cannot use
    (`_sort=tidak`, `id__in=[[1]]`) with whatever Python or SQLite raises. So with arguments such an error is the
    reader's (400), but for one that says that the database itself is locked or damaged.
    """
    chain = list(_causes(exception))
    if any(isinstance(one, QueryInterrupted) for one in chain):
        return 503
    if isinstance(exception, Base400):
        return exception.status
    status = int(getattr(exception, "status", 500))
    broken = any(isinstance(one, sqlite3.Error) and _code(one) != sqlite3.SQLITE_ERROR for one in chain)
    tables = request.path == f"/{DATABASE}" or request.path.startswith((f"/{DATABASE}/", f"/{DATABASE}."))
    return 400 if status == 500 and tables and request.query_string and not broken else status


def json_words(exception: Exception, status: int) -> str:
    """What the JSON of an error says: Datasette's words or ours, never those of SQLite or Python."""
    if isinstance(exception, Base400) and exception.args:
        return str(exception.args[0])
    said = getattr(exception, "message", None)
    if said and status < 500 and not any(isinstance(one, sqlite3.Error) for one in _causes(exception)):
        return str(said)
    return ". ".join(ERRORS.get(status, ERRORS[500]))


def _causes(exception: BaseException | None) -> Iterator[BaseException]:
    """An exception and those while which it was raised."""
    while exception is not None:
        yield exception
        exception = exception.__cause__ or exception.__context__


def _code(error: sqlite3.Error) -> int:
    """SQLite's code of an error; that of wrong SQL for what Python's module itself finds wrong."""
    return int(getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR)) & 0xFF
