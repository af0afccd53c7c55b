"""The Datasette plugin: our pages, Indonesian error pages, and the guard before every address."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from typing import Any

import datasette.handle_exception
from datasette import hookimpl
from datasette.app import Datasette
from datasette.database import QueryInterrupted
from datasette.utils.asgi import NotFound, Request, Response

from pipelines.publish import (
    coverage_views,
    dashboard_queries,
    list_views,
    maps,
    output_views,
    pages,
    profile_views,
    safety,
    views,
    watch_views,
)
from pipelines.publish.writing import STALE, STALE_ADVICE

# With rich installed Datasette prints every exception, a plain 404 included, with all local variables, to its log.
datasette.handle_exception.rich = None

ERRORS = {
    400: ("Permintaan tidak dapat dibaca", "Periksa alamatnya, atau mulai lagi dari pencarian."),
    403: ("Halaman ini tertutup", "Halaman ini tidak dibuka. Bila Anda anggota tim, masuklah dulu."),
    404: ("Halaman tidak ditemukan", "Mungkin alamatnya salah ketik, atau halamannya sudah tidak ada."),
    500: ("Ada yang tidak beres", "Coba lagi sebentar lagi. Bila terus terjadi, beri tahu pengelola."),
    503: (
        "Terlalu lama",
        "Terlalu banyak artikel yang harus dibaca. Persempit dengan tanggal atau kata lain.",
    ),
}


@hookimpl
def register_routes() -> list[tuple[str, Any]]:
    """Our pages."""
    return [
        (r"^/$", views.home),
        (r"^/cari$", views.search),
        (r"^/saran\.json$", views.suggest),
        (r"^/artikel/(?P<id>\d+)$", views.article),
        (r"^/dasbor$", list_views.dashboard),
        (r"^/peta$", list_views.country),
        (r"^/pejabat$", list_views.officials),
        (r"^/lembaga$", list_views.organisations),
        (r"^/kota$", list_views.cities),
        (r"^/perjanjian$", list_views.agreements),
        (r"^/sumber$", list_views.sources),
        (r"^/pejabat/(?P<id>\d+)$", profile_views.person),
        (r"^/lembaga/(?P<id>\d+)$", profile_views.organisation),
        (r"^/kota/(?P<id>\d+)$", profile_views.place),
        (r"^/provinsi/(?P<code>\d\d)$", profile_views.province),
        (r"^/peraturan/(?P<id>\d+)$", profile_views.law),
        (r"^/perjanjian/(?P<id>\d+)$", profile_views.agreement),
        (r"^/sumber/(?P<name>[\w-]+)$", profile_views.source),
        (r"^/liputan$", coverage_views.releases),
        (r"^/liputan/media$", coverage_views.outlets),
        (r"^/liputan/(?P<release>\d+)$", coverage_views.release),
        (r"^/liputan/(?P<release>\d+)/(?P<article>\d+)$", coverage_views.pair),
        (r"^/pantauan$", watch_views.watches),
        (r"^/pantauan/hapus$", watch_views.remove),
        (r"^/umpan\.xml$", output_views.feed),
        (r"^/unduh$", output_views.downloads),
        (r"^/unduh/(?P<table>\w+)\.(?P<form>\w+)$", output_views.download),
        (r"^/unduh/daftar/(?P<name>[\w-]+)\.(?P<form>\w+)$", output_views.download_list),
    ]


@hookimpl
def startup(datasette: Datasette) -> Callable[[], Awaitable[None]]:
    """Draw the land and look at the sources once, so that no reader waits for it."""

    async def prepare() -> None:
        maps.land()
        await dashboard_queries.statuses(pages.database(datasette))

    return prepare


@hookimpl
def skip_csrf(scope: dict[str, Any]) -> bool:
    """The forms of these pages ask for Datasette's token themselves, and answer with a page (writing.posted)."""
    return scope["path"].startswith(("/liputan/", "/pantauan"))


@hookimpl
def handle_exception(
    datasette: Datasette, request: Request, exception: Exception
) -> Callable[[], Awaitable[Response | None]]:
    """An error page that helps, in Indonesian; JSON requests keep Datasette's answer."""

    async def answer() -> Response | None:
        status = 503 if isinstance(exception, QueryInterrupted) else getattr(exception, "status", 500)
        if request.path.endswith(".json"):
            return None
        title = None
        if isinstance(exception, NotFound) and exception.args:
            said = str(exception.args[0])
            title = said if said.endswith(("tidak ada", "ditemukan")) else None  # ours; Datasette's are in English
        if status == 500:
            logging.getLogger("pantau").error("%s: %s", request.path, exception, exc_info=exception)
        return await error_page(datasette, request, status, title)

    return answer


@hookimpl
def forbidden(datasette: Datasette, request: Request, message: str) -> Callable[[], Awaitable[Response]]:
    """The same for what is closed; JSON for JSON requests."""

    async def answer() -> Response:
        if request.path.endswith(".json"):
            return Response.json({"ok": False, "error": message, "status": 403}, status=403)
        told = (STALE, STALE_ADVICE) if message == STALE else ()
        return await error_page(datasette, request, 403, *told)

    return answer


async def error_page(
    datasette: Datasette, request: Request, status: int, title: str | None = None, advice: str | None = None
) -> Response:
    """The page of an error, with a search box and the way to the lists."""
    usual, usual_advice = ERRORS.get(status, ERRORS[500])
    return await pages.page(
        datasette, request, "galat", status=status, status_code=status, title=title or usual,
        advice=advice or usual_advice,
    )  # fmt: skip


@hookimpl(trylast=True)  # outermost: pluggy's last wrapper wraps the others
def asgi_wrapper(datasette: Datasette) -> Callable[[Any], Any]:
    """Headers, closed addresses and the login before everything else."""
    return lambda app: safety.guarded(app, datasette)
