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

from pipelines.publish.guard import access
from pipelines.publish.guard.forms import STALE, STALE_ADVICE
from pipelines.publish.queries import dashboard as dashboard_queries
from pipelines.publish.show import maps
from pipelines.publish.views import coverage, home, lists, output, page, profiles, watches

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
        (r"^/$", home.home),
        (r"^/cari$", home.search),
        (r"^/saran\.json$", home.suggest),
        (r"^/artikel/(?P<id>\d+)$", home.article),
        (r"^/dasbor$", lists.dashboard),
        (r"^/peta$", lists.country),
        (r"^/pejabat$", lists.officials),
        (r"^/lembaga$", lists.organisations),
        (r"^/kota$", lists.cities),
        (r"^/perjanjian$", lists.agreements),
        (r"^/sumber$", lists.sources),
        (r"^/pejabat/(?P<id>\d+)$", profiles.person),
        (r"^/lembaga/(?P<id>\d+)$", profiles.organisation),
        (r"^/kota/(?P<id>\d+)$", profiles.place),
        (r"^/provinsi/(?P<code>\d\d)$", profiles.province),
        (r"^/peraturan/(?P<id>\d+)$", profiles.law),
        (r"^/perjanjian/(?P<id>\d+)$", profiles.agreement),
        (r"^/sumber/(?P<name>[\w-]+)$", profiles.source),
        (r"^/liputan$", coverage.releases),
        (r"^/liputan/media$", coverage.outlets),
        (r"^/liputan/(?P<release>\d+)$", coverage.release),
        (r"^/liputan/(?P<release>\d+)/(?P<article>\d+)$", coverage.pair),
        (r"^/pantauan$", watches.watches),
        (r"^/pantauan/hapus$", watches.remove),
        (r"^/umpan\.xml$", output.feed),
        (r"^/unduh$", output.downloads),
        (r"^/unduh/(?P<table>\w+)\.(?P<form>\w+)$", output.download),
        (r"^/unduh/daftar/(?P<name>[\w-]+)\.(?P<form>\w+)$", output.download_list),
    ]


@hookimpl
def startup(datasette: Datasette) -> Callable[[], Awaitable[None]]:
    """Draw the land and look at the sources once, so that no reader waits for it."""

    async def prepare() -> None:
        maps.land()
        await dashboard_queries.statuses(page.database(datasette))

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
    return await page.page(
        datasette, request, "galat", status=status, status_code=status, title=title or usual,
        advice=advice or usual_advice,
    )  # fmt: skip


@hookimpl(trylast=True)  # outermost: pluggy's last wrapper wraps the others
def asgi_wrapper(datasette: Datasette) -> Callable[[Any], Any]:
    """Headers, closed addresses and the login before everything else."""
    return lambda app: access.guarded(app, datasette)
