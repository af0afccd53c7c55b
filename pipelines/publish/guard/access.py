"""What keeps the pages safe: headers, closed addresses, the login and its brake, signed feeds."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import ipaddress
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from datasette.app import Datasette
from datasette.plugins import pm
from datasette.utils import await_me_maybe
from datasette.utils.asgi import Request, Response

POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; script-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = (
    (b"content-security-policy", POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"x-frame-options", b"DENY"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"geolocation=(), camera=(), microphone=()"),
)
OPEN_WITHOUT_LOGIN = ("/-/login", "/pantau-static/", "/-/static/", "/-/static-plugins/")
FREE_ATTEMPTS = 5  # wrong passwords from one address before it has to wait
WAIT_SECONDS = 900.0  # then for this long; at 5 a quarter of an hour a word list of 10,000 takes three weeks
SLOW_SECONDS = 1.0  # every wrong password answers this much later
MOST_REMEMBERED = 10_000  # addresses

Application = Callable[[Any, Any, Any], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Mode:
    """How an instance is published: `public` a read-only snapshot, `login` asks for one, neither for one's own use."""

    public: bool = False
    login: bool = False


@dataclass(slots=True)
class LoginBrake:
    """Counts wrong passwords by client address and says how long one has to wait."""

    failures: dict[str, list[float]] = field(default_factory=dict)

    def wait(self, client: str, now: float | None = None) -> float:
        """Seconds until this address may try again, 0 when it may now."""
        at = time.monotonic() if now is None else now
        recent = [t for t in self.failures.get(client, []) if at - t < WAIT_SECONDS]
        return recent[-FREE_ATTEMPTS] + WAIT_SECONDS - at if len(recent) >= FREE_ATTEMPTS else 0.0

    def failed(self, client: str, now: float | None = None) -> None:
        """Remember a wrong password."""
        at = time.monotonic() if now is None else now
        if client not in self.failures and len(self.failures) >= MOST_REMEMBERED:
            self.failures.pop(next(iter(self.failures)))
        recent = [t for t in self.failures.get(client, []) if at - t < WAIT_SECONDS]
        self.failures[client] = [*recent, at][-FREE_ATTEMPTS:]

    def succeeded(self, client: str) -> None:
        """Forget the wrong ones."""
        self.failures.pop(client, None)


OWN = Mode()


def mode_of(datasette: Datasette) -> Mode:
    """The mode that serve.datasette_app gave this instance."""
    return getattr(datasette, "pantau_mode", OWN)


def sign_feed(datasette: Datasette, address: str) -> str:
    """The signature that lets a feed reader follow one search (its query string) without a login.

    HMAC-SHA256 with the instance's secret: whoever changes the secret takes every address back.
    """
    secret = hashlib.sha256(f"pantau-umpan:{datasette._secret}".encode()).digest()
    return hmac.new(secret, address.encode(), hashlib.sha256).hexdigest()[:40]


def feed_signature_holds(datasette: Datasette, address: str, signature: str) -> bool:
    """Whether `signature` belongs to this search on this instance."""
    return hmac.compare_digest(sign_feed(datasette, address).encode(), signature.encode())


async def actor_of(datasette: Datasette, request: Request) -> dict[str, Any] | None:
    """Who asks: by cookie, password plugin or API token, as Datasette's plugins tell."""
    for result in pm.hook.actor_from_request(datasette=datasette, request=request):
        actor = await await_me_maybe(result)
        if actor:
            return dict(actor)
    return None


def may_write(datasette: Datasette, scope: Any) -> bool:
    """Whether this request may change something: a team member, or whoever sits at this machine; never on public.

    Without a login both the client and the name under which it asks must be this machine's, so that neither a
    neighbour of `serve --host` nor a foreign name that resolves to 127.0.0.1 writes.
    """
    mode = mode_of(datasette)
    if mode.public:
        return False
    if mode.login:
        return scope.get("pantau_actor") is not None
    client = scope["client"][0] if scope.get("client") else ""
    host = dict(scope["headers"]).get(b"host", b"").decode("latin-1")
    try:
        name = urlsplit(f"//{host}").hostname or ""
        own = [one == "localhost" or ipaddress.ip_address(one).is_loopback for one in (client, name)]
    except ValueError:
        return False
    return all(own)


def closed(path: str, mode: Mode) -> bool:
    """Whether nobody gets this address in this mode. Datasette's own /-/ pages tell versions, settings and plugins."""
    if path.startswith(("/-/password-tool", "/-/allow-debug", "/-/permissions")):
        return True
    if not (mode.public or mode.login) or not path.startswith("/-/"):
        return False
    allowed = ("/-/static/", "/-/static-plugins/") if mode.public else ("/-/static", "/-/login", "/-/logout")
    return not path.startswith(allowed)


def guarded(app: Application, datasette: Datasette) -> Application:
    """`app` behind the headers, the closed addresses and, where asked for, the login."""
    brake = LoginBrake()

    async def handle(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            await app(scope, receive, send)
            return
        mode, path = mode_of(datasette), scope["path"]

        async def send_with(message: Any) -> None:
            if message["type"] == "http.response.start":
                ours = {name for name, _ in HEADERS}
                kept = [
                    (name, _safer_cookie(value, scope) if name.lower() == b"set-cookie" else value)
                    for name, value in message.get("headers", ())
                    if name.lower() not in ours
                ]
                message = message | {"headers": [*kept, *HEADERS]}
            await send(message)

        if closed(path, mode):
            await _refused(datasette, scope, receive, 404, send_with)
        elif path.startswith("/pantau/") and path.endswith(".csv"):
            # Datasette's CSV stops without a word at its limits and lets formulas through; ours does neither.
            await Response.redirect("/unduh").asgi_send(send_with)
        elif mode.login and path.startswith("/-/login") and scope["method"] == "POST":
            await _login(app, brake, scope, receive, send_with)
        elif mode.login and not await _may_enter(datasette, scope, receive):
            if scope["method"] in ("GET", "HEAD") and not path.endswith((".json", ".xml")):
                await Response.redirect("/-/login").asgi_send(send_with)
            else:
                await _refused(datasette, scope, receive, 403, send_with)
        else:
            await app(scope, receive, send_with)

    return handle


def _safer_cookie(cookie: bytes, scope: Any) -> bytes:
    """The plugin sets the login's cookie so that scripts can read it and plain HTTP carries it; neither is needed."""
    if not cookie.startswith(b"ds_actor="):
        return cookie
    lower = cookie.lower()
    cookie += b"" if b"httponly" in lower else b"; HttpOnly"
    return cookie + (b"; Secure" if scope.get("scheme") == "https" and b"; secure" not in lower else b"")


async def _may_enter(datasette: Datasette, scope: Any, receive: Any) -> bool:
    if scope["path"].startswith(OPEN_WITHOUT_LOGIN):
        return True
    request = Request(scope, receive)
    if scope["path"] == "/umpan.xml":
        from pipelines.search.asked import Search

        signature = request.args.get("tanda") or ""
        if signature and feed_signature_holds(datasette, Search.read(request.args.get).address(), signature):
            return True
    actor = await actor_of(datasette, request)
    scope["pantau_actor"] = actor
    return actor is not None


async def _login(app: Application, brake: LoginBrake, scope: Any, receive: Any, send: Any) -> None:
    client = scope["client"][0] if scope.get("client") else ""
    wait = brake.wait(client)
    if wait > 0:
        text = f"Terlalu banyak percobaan masuk. Coba lagi {int(wait // 60) + 1} menit lagi."
        await Response.text(text, status=429, headers={"retry-after": str(int(wait) + 1)}).asgi_send(send)
        return
    brake.failed(client)  # before the answer, so that many attempts at once count too

    async def send_judged(message: Any) -> None:
        if message["type"] == "http.response.start":
            if message["status"] == 302:
                brake.succeeded(client)
            else:
                await asyncio.sleep(SLOW_SECONDS)
        await send(message)

    await app(scope, receive, send_judged)


async def _refused(datasette: Datasette, scope: Any, receive: Any, status: int, send: Any) -> None:
    from pipelines.publish import plugin

    await datasette.invoke_startup()
    scope.setdefault("csrftoken", str)  # asked for by every template, made by a middleware further in
    response = await plugin.error_page(datasette, Request(scope, receive), status)
    await response.asgi_send(send)
