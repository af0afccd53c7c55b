"""The Datasette plugin: our pages, Indonesian error pages and security headers."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import datasette.handle_exception
from datasette import hookimpl
from datasette.app import Datasette
from datasette.utils.asgi import NotFound, Request, Response

from pipelines.publish import views

# With rich installed Datasette prints every exception, a plain 404 included, with all local variables, to its log.
datasette.handle_exception.rich = None

# Ours have no inline script or style; Datasette's own table pages do.
STRICT = "default-src 'none'; style-src 'self'; img-src 'self'; script-src 'self'; form-action 'self'; base-uri 'none'"
OWN_PAGES = (
    "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; img-src 'self' data:"
)
FRAMES = "; frame-ancestors 'none'"
OURS = ("/cari", "/artikel", "/pejabat", "/kota", "/perjanjian", "/sumber", "/pantau-static")
ERRORS = {
    400: ("Permintaan tidak dapat dibaca", "Periksa alamatnya, atau mulai lagi dari pencarian."),
    403: ("Halaman ini tertutup", "Halaman ini tidak dibuka untuk umum."),
    404: ("Halaman tidak ditemukan", "Mungkin alamatnya salah ketik, atau halamannya sudah tidak ada."),
    500: ("Ada yang tidak beres", "Coba lagi sebentar lagi. Bila terus terjadi, beri tahu pengelola."),
}


@hookimpl
def register_routes() -> list[tuple[str, Any]]:
    """Our pages."""
    return [
        (r"^/$", views.home),
        (r"^/cari$", views.search),
        (r"^/artikel/(?P<id>\d+)$", views.article),
        (r"^/pejabat$", views.officials),
        (r"^/pejabat/(?P<id>\d+)$", views.person),
        (r"^/kota$", views.cities),
        (r"^/kota/(?P<id>\d+)$", views.place),
        (r"^/perjanjian$", views.agreements),
        (r"^/perjanjian/(?P<id>\d+)$", views.agreement),
        (r"^/sumber$", views.sources),
        (r"^/sumber/(?P<name>[\w-]+)$", views.source),
    ]


@hookimpl
def handle_exception(
    datasette: Datasette, request: Request, exception: Exception
) -> Callable[[], Awaitable[Response | None]]:
    """An error page that helps, in Indonesian; JSON requests keep Datasette's answer."""

    async def answer() -> Response | None:
        status = getattr(exception, "status", 500)
        if request.path.endswith(".json"):
            return None
        title, advice = ERRORS.get(status, ERRORS[500])
        if (
            isinstance(exception, NotFound)
            and exception.args
            and not str(exception.args[0]).startswith("Path not found")
        ):
            title = str(exception.args[0]) or title
        if status >= 500:
            import logging

            logging.getLogger("pantau").error("%s: %s", request.path, exception, exc_info=exception)
        return await views.page(
            datasette, request, "galat", status=status, status_code=status, title=title, advice=advice
        )

    return answer


@hookimpl
def asgi_wrapper() -> Callable[[Any], Any]:
    """Security headers on every answer."""

    def wrap(app: Any) -> Any:
        async def with_headers(scope: Any, receive: Any, send: Any) -> None:
            if scope["type"] != "http":
                await app(scope, receive, send)
                return
            path = scope["path"]
            policy = (STRICT if path == "/" or path.startswith(OURS) else OWN_PAGES) + FRAMES
            added = [
                (b"content-security-policy", policy.encode()),
                (b"x-content-type-options", b"nosniff"),
                (b"referrer-policy", b"no-referrer"),
                (b"x-frame-options", b"DENY"),
            ]

            async def send_with(message: Any) -> None:
                if message["type"] == "http.response.start":
                    message = message | {"headers": [*message.get("headers", ()), *added]}
                await send(message)

            await app(scope, receive, send_with)

        return with_headers

    return wrap
