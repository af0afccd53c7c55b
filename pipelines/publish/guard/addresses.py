"""The guard itself: every request passes it before Datasette sees it, whichever plugin owns the address.

Datasette asks no permission for the routes of a plugin, so closed addresses and the login are kept here, for its
routes and ours alike.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable

from datasette.app import Datasette
from datasette.utils.asgi import Request, Response

from pipelines.publish.guard.asgi import Application, Receive, Scope, Send
from pipelines.publish.guard.headers import with_headers
from pipelines.publish.guard.login import LoginBrake, log_in, may_enter
from pipelines.publish.guard.mode import Mode, mode_of

LOG = logging.getLogger(__name__)
TELL_TOO_MUCH = ("/-/password-tool", "/-/allow-debug", "/-/permissions")  # closed to everybody
OPEN_ON_PUBLIC = ("/-/static/", "/-/static-plugins/")
OPEN_TO_THE_TEAM = ("/-/static", "/-/login", "/-/logout")

ErrorPage = Callable[[Datasette, Request, int], Awaitable[Response]]  # of a status


def closed(path: str, mode: Mode) -> bool:
    """Whether nobody gets this address in this mode. Datasette's own /-/ pages tell versions, settings and plugins."""
    if path.startswith(TELL_TOO_MUCH):
        return True
    if not (mode.public or mode.login) or not path.startswith("/-/"):
        return False
    return not path.startswith(OPEN_ON_PUBLIC if mode.public else OPEN_TO_THE_TEAM)


def guarded(app: Application, datasette: Datasette, error_page: ErrorPage) -> Application:
    """`app` behind the headers, the closed addresses and, where the mode asks for one, the login."""
    brake = LoginBrake()

    async def handle(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await app(scope, receive, send)
            return
        mode, path, send = mode_of(datasette), scope["path"], with_headers(scope, send)

        async def refuse(status: int, why: str) -> None:
            LOG.info("%s: ditolak (%d), %s", path, status, why)
            await datasette.invoke_startup()
            scope.setdefault("csrftoken", str)  # asked for by every template, made by a middleware further in
            response = await error_page(datasette, Request(scope, receive), status)
            await response.asgi_send(send)

        if closed(path, mode):
            await refuse(404, "alamat ini tertutup")
        elif path.startswith("/pantau/") and path.endswith(".csv"):
            # Datasette's CSV stops without a word at its limits and lets formulas through; ours does neither.
            await Response.redirect("/unduh").asgi_send(send)
        elif mode.login and path.startswith("/-/login") and scope["method"] == "POST":
            await log_in(app, brake, scope, receive, send)
        elif mode.login and not await may_enter(datasette, scope, receive):
            if scope["method"] in ("GET", "HEAD") and not path.endswith((".json", ".xml")):
                await Response.redirect("/-/login").asgi_send(send)
            else:
                await refuse(403, "belum masuk")
        else:
            await app(scope, receive, send)

    return handle
