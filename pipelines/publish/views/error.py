"""The page of an error: what went wrong and what to do, in Indonesian, with a search box and the way to the lists."""

from __future__ import annotations

from datasette.app import Datasette
from datasette.utils.asgi import Request, Response

from pipelines.publish.views.frame import page

ERRORS = {
    400: ("Permintaan tidak dapat dibaca", "Periksa alamatnya, atau mulai lagi dari pencarian."),
    403: ("Halaman ini tertutup", "Halaman ini tidak dibuka. Bila Anda anggota tim, masuklah dulu."),
    404: ("Halaman tidak ditemukan", "Mungkin alamatnya salah ketik, atau halamannya sudah tidak ada."),
    405: ("Permintaan ini tidak dilayani", "Alamat ini hanya untuk dibaca. Buka lewat peramban."),
    408: ("Kiriman terlalu lama", "Formulirnya tidak sampai utuh. Kirim lagi."),
    413: ("Kiriman terlalu besar", "Formulir di sini paling besar 64 KB. Persingkat isinya, lalu kirim lagi."),
    500: ("Ada yang tidak beres", "Coba lagi sebentar lagi. Bila terus terjadi, beri tahu pengelola."),
    503: ("Terlalu lama", "Terlalu banyak artikel yang harus dibaca. Persempit dengan tanggal atau kata lain."),
}


async def error_page(
    datasette: Datasette, request: Request, status: int, title: str | None = None, advice: str | None = None
) -> Response:
    """The page of an HTTP status, with another title or advice where there is a better one."""
    usual, usual_advice = ERRORS.get(status, ERRORS[500])
    shown = {"status_code": status, "title": title or usual, "advice": advice or usual_advice}
    return await page(datasette, request, "galat", status, **shown)
