"""The login: a brake on guessing passwords, who asks, and what opens without a login."""

from __future__ import annotations

import asyncio
import logging
import time
from dataclasses import dataclass, field
from typing import Any

from datasette.app import Datasette
from datasette.plugins import pm
from datasette.utils import await_me_maybe
from datasette.utils.asgi import Request, Response

from pipelines.publish.guard.asgi import Application, Message, Receive, Scope, Send
from pipelines.publish.guard.mode import ACTOR
from pipelines.publish.guard.signing import feed_signature_holds
from pipelines.search.asked import Search

LOG = logging.getLogger(__name__)
OPEN_WITHOUT_LOGIN = ("/-/login", "/pantau-static/", "/-/static/", "/-/static-plugins/")
FEED = "/umpan.xml"
FREE_ATTEMPTS = 5  # wrong passwords from one address before it has to wait
WAIT_SECONDS = 900.0  # then for this long; at 5 a quarter of an hour a word list of 10,000 takes three weeks
SLOW_SECONDS = 1.0  # every wrong password is answered this much later
MOST_REMEMBERED = 10_000  # client addresses


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


async def log_in(app: Application, brake: LoginBrake, scope: Scope, receive: Receive, send: Send) -> None:
    """Let the login's plugin (`app`) judge a posted password, behind the brake.

    An attempt counts as wrong before it is judged, so that many at once count, too.
    """
    client = scope["client"][0] if scope.get("client") else ""
    wait = brake.wait(client)
    if wait > 0:
        LOG.info("masuk dari %s: ditolak, terlalu banyak sandi salah; boleh lagi %.0f detik lagi", client, wait)
        text = f"Terlalu banyak percobaan masuk. Coba lagi {int(wait // 60) + 1} menit lagi."
        await Response.text(text, status=429, headers={"retry-after": str(int(wait) + 1)}).asgi_send(send)
        return
    brake.failed(client)

    async def send_judged(message: Message) -> None:
        if message["type"] == "http.response.start":
            if message["status"] == 302:  # the plugin leads on whoever gave the right password
                brake.succeeded(client)
                LOG.info("masuk dari %s: diterima", client)
            else:
                LOG.info("masuk dari %s: sandi salah", client)
                await asyncio.sleep(SLOW_SECONDS)
        await send(message)

    await app(scope, receive, send_judged)


async def may_enter(datasette: Datasette, scope: Scope, receive: Receive) -> bool:
    """Whether an instance with a login answers this request; leaves who asks in the scope, under ACTOR."""
    if scope["path"].startswith(OPEN_WITHOUT_LOGIN):
        return True
    request = Request(scope, receive)
    if scope["path"] == FEED:
        signature = request.args.get("tanda") or ""
        if signature and feed_signature_holds(datasette, Search.read(request.args.get).address(), signature):
            return True
    scope[ACTOR] = await actor_of(datasette, request)
    return scope[ACTOR] is not None


async def actor_of(datasette: Datasette, request: Request) -> dict[str, Any] | None:
    """Who asks, as one of Datasette's plugins tells by cookie, password or API token; None for a stranger."""
    for result in pm.hook.actor_from_request(datasette=datasette, request=request):
        actor = await await_me_maybe(result)
        if actor:
            return dict(actor)
    return None
