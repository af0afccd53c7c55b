"""The login: the cookies that it gives, who asks, and what opens without one. `door` judges the passwords."""

from __future__ import annotations

import secrets
from typing import Any
from urllib.parse import quote, urlencode

from datasette.app import Datasette
from datasette.plugins import pm
from datasette.utils import await_me_maybe
from datasette.utils.asgi import Request, Response
from itsdangerous import BadSignature

from pipelines.publish.guard import accounts, proxy
from pipelines.publish.guard.asgi import Receive, Scope
from pipelines.publish.guard.brake import account_of
from pipelines.publish.guard.mode import ACTOR, people_of_settings
from pipelines.publish.guard.signed_files import reader_of
from pipelines.publish.guard.signing import feed_signature_holds
from pipelines.publish.mounted import database
from pipelines.search.asked import Search

LOGIN = "/-/login"
INVITATION = "/-/undangan"  # on which an invited person chooses a password
CONFIRMATION = "/-/penerima"  # on which whoever reads a mail address confirms it
OPEN_BELOW = ("/pantau-static/", "/-/static/", "/-/static-plugins/")  # without a login
FEED = "/umpan.xml"
DESK_FEED = "/meja.xml"
ACTOR_COOKIE = "ds_actor"  # Datasette's, which its own plugin reads
BROWSER_COOKIE = "pantau_kenal"
TARGET = "kembali"  # ?kembali= of the login: the page that was asked for, and that a login leads back to
LONGEST_TARGET = 2_000  # characters
BROWSER_SECONDS = 400 * 24 * 3_600  # the longest that browsers keep a cookie


def known_browser(datasette: Datasette, request: Request, name: str) -> str | None:
    """The id of a browser that has logged in under this name before, as its signed cookie says; None for any other."""
    try:
        kept = datasette.unsign(request.cookies.get(BROWSER_COOKIE, ""), BROWSER_COOKIE)
    except BadSignature:
        return None
    same = isinstance(kept, dict) and kept.get("n") == account_of(name)
    return str(kept.get("b")) if same else None


def login_address(scope: Scope) -> str:
    """The address of the login for whoever asked for a page without one, so that a shared link is not lost."""
    asked = quote(scope["path"], safe="/") + (
        "?" + scope["query_string"].decode("latin-1") if scope["query_string"] else ""
    )
    target = local_target(asked)
    return LOGIN + ("?" + urlencode({TARGET: target}) if target != "/" else "")


def local_target(text: str) -> str:
    """A path of this instance with its query, as it was given; "/" for whatever leads elsewhere or to the login itself.

    Browsers read `//host` and `/\\host` as other hosts, and leave out control characters and spaces before they do.
    """
    plain = text.isascii() and text.isprintable() and len(text) <= LONGEST_TARGET and not set(text) & {"\\", " "}
    return text if plain and text.startswith("/") and not text.startswith(("//", "/-/")) else "/"


def let_in(
    datasette: Datasette, request: Request, name: str, browser: str | None, target: str, session: int | None = None
) -> Response:
    """Lead on whoever gave the right password: the cookie of the login, and one by which the browser is known later.

    target   where to, as the form says; only a page of this instance counts (`local_target`)
    session  of an account of the database: its number, with which the cookie ends
    """
    account = account_of(name)
    response = Response.redirect(local_target(target), status=303)
    actor = {"id": account} | ({} if session is None else {"s": session})
    response.set_cookie(ACTOR_COOKIE, datasette.sign({"a": actor}, "actor"), httponly=True)
    if not browser:
        known = datasette.sign({"n": account, "b": secrets.token_hex(16)}, BROWSER_COOKIE)
        response.set_cookie(BROWSER_COOKIE, known, max_age=BROWSER_SECONDS, path=LOGIN, httponly=True)
    return response


async def may_enter(datasette: Datasette, scope: Scope, receive: Receive) -> bool:
    """Whether an instance with a login answers this request; leaves who asks in the scope, under ACTOR."""
    if scope["path"] in (LOGIN, INVITATION, CONFIRMATION) or scope["path"].startswith(OPEN_BELOW):
        return True
    request = Request(scope, receive)
    if scope["path"] == FEED:
        signature = request.args.get("tanda") or ""
        if signature and feed_signature_holds(datasette, Search.read(request.args.get).address(), signature):
            return True
    if scope["path"] == DESK_FEED and await _desk_opens(datasette, request):
        return True
    scope[ACTOR] = await actor_of(datasette, request) or await reader_of(datasette, request)
    return scope[ACTOR] is not None


def desk_of(name: str) -> str:
    """What is signed for the feed of a person's desk; no search begins so."""
    return f"meja:{account_of(name)}"


async def _desk_opens(datasette: Datasette, request: Request) -> bool:
    """Whether a request has the signature of the desk that it asks for, of somebody who may still log in."""
    name, signature = request.args.get("milik") or "", request.args.get("tanda") or ""
    if not signature or not feed_signature_holds(datasette, desk_of(name), signature):
        return False
    if account_of(name) in people_of_settings(datasette):
        return True
    account = await database(datasette).execute_fn(lambda connection: accounts.find(connection, name))
    return account is not None and account.disabled_at is None


async def actor_of(datasette: Datasette, request: Request) -> dict[str, Any] | None:
    """Who asks, as the proxy or one of Datasette's plugins (by a cookie) tells, with their `role`; None for a stranger.

    Raises proxy.Spoofed for a header of the proxy's that is not from there.
    """
    named = proxy.name_of(request.scope)
    if named is not None:
        account = await database(datasette).execute_fn(lambda connection: accounts.find(connection, named))
        return {"id": account.name, "role": account.role} if account and account.disabled_at is None else None
    for result in pm.hook.actor_from_request(datasette=datasette, request=request):
        actor = await await_me_maybe(result)
        if actor:
            return await _with_role(datasette, dict(actor))
    return None


async def _with_role(datasette: Datasette, actor: dict[str, Any]) -> dict[str, Any] | None:
    """The actor with the role of their account of the database; None where that is closed, or the cookie has ended.

    Somebody of the settings has no session number in the cookie, and is let in for as long as they are there.
    """
    account = await database(datasette).execute_fn(lambda connection: accounts.find(connection, str(actor.get("id"))))
    if "s" not in actor:
        return actor if account_of(str(actor.get("id"))) in people_of_settings(datasette) else None
    if account is None:
        return None
    return actor | {"role": account.role} if account.may_log_in and actor["s"] == account.session else None
