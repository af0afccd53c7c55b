"""The guard itself: every request passes it before Datasette sees it, whichever plugin owns the address.

Datasette asks no permission for the routes of a plugin, so closed addresses and the login are kept here, for its
routes and ours alike.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress

from datasette.app import Datasette
from datasette.utils.asgi import Request, Response

from pipelines.publish.guard import typed
from pipelines.publish.guard.arrival import arrived, from_elsewhere
from pipelines.publish.guard.asgi import Application, Receive, Scope, Send
from pipelines.publish.guard.bodies import BadBody, whole_body
from pipelines.publish.guard.headers import with_headers
from pipelines.publish.guard.login import CONFIRMATION, INVITATION, LOGIN, login_address, may_enter
from pipelines.publish.guard.mode import Mode, mode_of
from pipelines.publish.guard.proxy import Spoofed
from pipelines.publish.guard.signed_files import asks_signed

LOG = logging.getLogger(__name__)
# Closed to everybody. Datasette-mcp's SQL knows no closed tables; docs/mcp.md has it over a snapshot.
TELL_TOO_MUCH = ("/-/password-tool", "/-/allow-debug", "/-/permissions", "/-/mcp")
OPEN_TO_ALL = ("/-/static/", "/-/static-plugins/")
OPEN_TO_THE_TEAM = (LOGIN, INVITATION, CONFIRMATION, "/-/logout")
METHODS = ("GET", "HEAD", "POST")
SPOOFED = "pantau_spoofed"  # the key of a scope that brought a false name of the proxy's
MORE_HEADERS = {405: {"allow": "GET, HEAD"}, 408: {"connection": "close"}, 413: {"connection": "close"}}  # by status

ErrorPage = Callable[[Datasette, Request, int], Awaitable[Response]]  # of a status


def closed(path: str, mode: Mode) -> bool:
    """Whether nobody gets this address in this mode. Datasette's own /-/ pages tell versions, settings and plugins."""
    if path.startswith(TELL_TOO_MUCH):
        return True
    if not (mode.public or mode.login) or not path.startswith("/-/"):
        return False
    return not path.startswith(OPEN_TO_ALL) and (mode.public or path not in OPEN_TO_THE_TEAM)


def guarded(
    app: Application, datasette: Datasette, error_page: ErrorPage, takes_forms: Callable[[str], bool]
) -> Application:
    """`app` behind the headers, the closed addresses, the bounds on forms and, where the mode asks for one, the login.

    takes_forms: of a path, whether a form may be sent there.
    """

    async def refuse(scope: Scope, receive: Receive, send: Send, status: int, why: str) -> None:
        LOG.info("%s: ditolak (%d), %s", scope["path"], status, why)
        await datasette.invoke_startup()
        scope.setdefault("csrftoken", str)  # asked for by every template, made by a middleware further in
        response = await error_page(datasette, Request(scope, receive), status)
        response.headers |= MORE_HEADERS.get(status, {})
        await response.asgi_send(send)

    async def handle(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await app(scope, receive, send)
            return
        came, scope = scope, arrived(scope)
        mode, path, send = mode_of(datasette), scope["path"], with_headers(scope, send)
        if wrong := _wrong(came, mode, takes_forms):
            await refuse(scope, receive, send, *wrong)
        elif path.startswith("/pantau/") and path.endswith(".csv"):
            # Datasette's CSV stops without a word at its limits and lets formulas through; ours does neither.
            await Response.redirect("/unduh").asgi_send(send)
        elif mode.login and not await _enters(datasette, scope, receive):
            if SPOOFED in scope:
                await refuse(scope, receive, send, 403, "nama dari perantara yang tidak dipercaya")
            elif scope["method"] != "POST" and not (path.endswith((".json", ".xml")) or asks_signed(scope)):
                await Response.redirect(login_address(scope)).asgi_send(send)
            else:
                if scope["method"] == "POST":
                    await _keep_typed(scope, receive)
                await refuse(scope, receive, send, 403, "belum masuk")
        elif scope["method"] == "POST":
            try:
                receive = await whole_body(scope, receive)
            except BadBody as bad:
                if bad.status:
                    await refuse(scope, receive, send, bad.status, "isi kiriman terlalu besar atau terlalu lambat")
                return
            await app(scope, receive, send)
        else:
            await app(scope, receive, send)

    return handle


async def _keep_typed(scope: Scope, receive: Receive) -> None:
    """Read the form of somebody whose login has ended, so that the answer can offer it again; no large one."""
    with suppress(BadBody):
        message = await (await whole_body(scope, receive))()
        typed.keep_body(scope, message.get("body", b""))


async def _enters(datasette: Datasette, scope: Scope, receive: Receive) -> bool:
    """`may_enter`; a request that brings a false name of the proxy's is marked SPOOFED, and does not enter."""
    try:
        return await may_enter(datasette, scope, receive)
    except Spoofed:
        scope[SPOOFED] = True
        return False


def _wrong(scope: Scope, mode: Mode, takes_forms: Callable[[str], bool]) -> tuple[int, str] | None:
    """Why a request is refused, whoever asks: the status and the reason for the log."""
    method, path = scope["method"], scope["path"]
    if closed(path, mode):
        return 404, "alamat ini tertutup"
    if method not in METHODS or (method == "POST" and not takes_forms(path)):
        return 405, "cara meminta ini tidak dipakai"
    if method == "POST" and from_elsewhere(scope):
        return 403, "formulirnya dari situs lain"
    return None
