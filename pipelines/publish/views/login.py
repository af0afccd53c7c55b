"""The page of the login: a form, and what is told to whoever did not get in."""

from __future__ import annotations

import math
from typing import Any

from datasette.app import Datasette
from datasette.utils.asgi import NotFound, Request, Response

from pipelines.publish.guard import accounts
from pipelines.publish.guard.brake import account_of, attempt_of
from pipelines.publish.guard.door import Verdict, door_of
from pipelines.publish.guard.forms import fields_of
from pipelines.publish.guard.login import TARGET, known_browser, let_in, local_target
from pipelines.publish.guard.mode import people_of_settings
from pipelines.publish.mounted import database
from pipelines.publish.views.frame import page

WRONG = "Nama atau kata sandi salah."
CROWDED = "Terlalu banyak yang sedang masuk. Coba lagi {} lagi."
TOO_OFTEN = "Terlalu banyak percobaan masuk. Coba lagi {} lagi."


async def login(request: Request, datasette: Datasette) -> Response:
    """The form; POST judges a name and a password. Only an instance with a login has it."""
    door = door_of(datasette)
    if door is None:
        raise NotFound("Halaman masuk tidak ada")
    if request.method != "POST":
        return await page(datasette, request, "masuk", target=local_target(request.args.get(TARGET) or ""))
    sent = await fields_of(request)
    name, password = sent.get("username", [""])[0], sent.get("password", [""])[0]
    target = sent.get(TARGET, [""])[0]
    browser = known_browser(datasette, request, name)
    client = request.scope["client"][0] if request.scope.get("client") else ""
    verdict = await door.judge(attempt_of(name, client, browser), password)
    if verdict.right:
        account = await database(datasette).execute_fn(lambda connection: accounts.find(connection, name))
        # Where the settings and the database have the same name, the settings' password let them in.
        session = account.session if account and account_of(name) not in people_of_settings(datasette) else None
        return let_in(datasette, request, name, browser, target, session)
    return await _not_in(datasette, request, {"name": name, "target": local_target(target)}, verdict)


async def _not_in(datasette: Datasette, request: Request, kept: dict[str, Any], verdict: Verdict) -> Response:
    """The form again with what is `kept` of it, and what was wrong: the password, or that one has to wait."""
    if not verdict.wait:
        return await page(datasette, request, "masuk", error=WRONG, **kept)
    told, status = refusal(verdict)
    response = await page(datasette, request, "masuk", status, error=told, **kept)
    response.headers["retry-after"] = str(math.ceil(verdict.wait))
    return response


def refusal(verdict: Verdict) -> tuple[str, int]:
    """What is told to whoever has to wait, and the status of the answer."""
    seconds = math.ceil(verdict.wait)
    told = f"{seconds} detik" if seconds < 60 else f"{math.ceil(seconds / 60)} menit"
    words, status = (CROWDED, 503) if verdict.crowded else (TOO_OFTEN, 429)
    return words.format(told), status
