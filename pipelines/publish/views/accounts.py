"""One's own account, the team's accounts for its managers, and the page of an invitation."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from datasette.app import Datasette
from datasette.utils.asgi import Forbidden, NotFound, Request, Response

from pipelines.errors import UserError
from pipelines.publish.guard import accounts
from pipelines.publish.guard.accounts import ROLES, Account
from pipelines.publish.guard.brake import attempt_of
from pipelines.publish.guard.door import CROWDED_SECONDS, Door, Verdict, door_of
from pipelines.publish.guard.forms import BUSY, Busy, fields_of, posted, write
from pipelines.publish.guard.hashing import Crowded
from pipelines.publish.guard.login import INVITATION, known_browser, let_in
from pipelines.publish.guard.mode import ACTOR, author_of, may_manage
from pipelines.publish.mounted import database
from pipelines.publish.views.arguments import word
from pipelines.publish.views.frame import page
from pipelines.publish.views.links import absolute, export_links
from pipelines.publish.views.login import refusal
from pipelines.settings.table import USERS
from pipelines.wording.translate import translated

NO_INVITATION = "Undangan ini tidak berlaku: sudah dipakai, sudah lewat tujuh hari, atau bukan undangan kami."
NOT_THE_SAME = "Kedua kata sandi tidak sama."
WRONG_PASSWORD = "Kata sandi yang sekarang salah."


def _said(wrong: UserError) -> str:
    told = translated(str(wrong), "id")
    return f"{told[:1].upper()}{told[1:]}."


async def invitation(request: Request, datasette: Datasette) -> Response:
    """The page on which an invited person chooses a password; POST takes it and lets them in."""
    door = door_of(datasette)
    if door is None:
        raise NotFound("Halaman ini tidak ada")
    db, key = database(datasette), word(request, "kunci", 100)
    account = await db.execute_fn(lambda connection: accounts.invited(connection, key))
    if account is None:
        return await page(datasette, request, "undangan", 404, account=None, error=NO_INVITATION)
    if request.method != "POST":
        return await page(datasette, request, "undangan", account=account, key=key)
    sent = await fields_of(request)
    first, second = (sent.get(name, [""])[0] for name in ("baru", "lagi"))
    error, session = await _take(datasette, door, account.name, first, second, key)
    if error:
        return await page(datasette, request, "undangan", 400, account=account, key=key, error=error)
    browser = known_browser(datasette, request, account.name)
    return let_in(datasette, request, account.name, browser, "/", session)


async def _take(
    datasette: Datasette, door: Door, name: str, first: str, second: str, key: str | None = None
) -> tuple[str, int]:
    """(what is wrong with a new password, 0), or ("", the new session number) once it is stored."""
    try:
        if first != second:
            return NOT_THE_SAME, 0
        accounts.require_good(first, name)
        hashed = await door.hashed(first, name)

        def store(connection: sqlite3.Connection) -> int:
            if key is not None and accounts.invited(connection, key) is None:
                raise UserError("this invitation was used meanwhile")
            return accounts.set_password(connection, name, hashed)

        return "", await write(datasette, store)
    except UserError as wrong:
        return _said(wrong), 0
    except Busy:
        return BUSY, 0
    except Crowded:
        return refusal(Verdict(wait=CROWDED_SECONDS, crowded=True))[0], 0


async def own(request: Request, datasette: Datasette) -> Response:
    """One's own account: another password, logging out everywhere."""
    actor, door = request.scope.get(ACTOR), door_of(datasette)
    if actor is None or door is None:
        raise NotFound("Halaman akun hanya ada bila masuk dengan nama")
    name = str(actor["id"])
    account = await database(datasette).execute_fn(lambda connection: accounts.find(connection, name))
    error = ""
    if request.method == "POST":
        sent = await fields_of(request)
        if account is None:
            raise Forbidden("Akun ini diatur di pengaturan server")
        if sent.get("aksi") == ["keluar"]:
            await write(datasette, lambda connection: accounts.end_sessions(connection, name))
            return Response.redirect("/-/login", status=303)
        client = request.scope["client"][0] if request.scope.get("client") else ""
        attempt = attempt_of(name, client, known_browser(datasette, request, name))
        verdict = await door.judge(attempt, sent.get("sekarang", [""])[0])
        first, second = (sent.get(field, [""])[0] for field in ("baru", "lagi"))
        error, session = refusal(verdict)[0] if verdict.wait else WRONG_PASSWORD, 0
        if verdict.right:
            error, session = await _take(datasette, door, name, first, second)
        if not error:
            return let_in(datasette, request, name, None, "/akun?tersimpan=1", session)
    return await page(
        datasette,
        request,
        "akun",
        400 if error else 200,
        account=account,
        error=error,
        saved=word(request, "tersimpan"),
    )


async def team(request: Request, datasette: Datasette) -> Response:
    """Everybody who may log in, for managers; POST adds, changes, closes, opens and invites."""
    if not may_manage(datasette, request.scope):
        raise Forbidden("Pengguna diatur oleh pengelola")
    if request.method != "POST":
        return await _team(request, datasette)
    sent = await posted(datasette, request)
    given = {name: values[0].strip() for name, values in sent.items() if name != "csrftoken"}
    name, role, by = given.get("nama", ""), given.get("peran", ""), author_of(request)
    acts: dict[str, Callable[[sqlite3.Connection], str | None]] = {
        "tambah": lambda connection: accounts.add(connection, name, role, by),
        "undang": lambda connection: accounts.invite(connection, name),
        "peran": lambda connection: accounts.set_role(connection, name, role),
        "tutup": lambda connection: accounts.set_disabled(connection, name, disabled=True),
        "buka": lambda connection: accounts.set_disabled(connection, name, disabled=False),
    }
    act = acts.get(given.get("aksi", ""))
    if act is None:
        return await _team(request, datasette, 400, error="Pilih apa yang diubah.")
    try:
        key = await write(datasette, act)
    except UserError as wrong:
        return await _team(request, datasette, 400, error=_said(wrong), given=given)
    except Busy as busy:
        return await _team(request, datasette, 503, error=str(busy), given=given)
    if key:  # shown once, and nowhere kept
        link = absolute(datasette, request, f"{INVITATION}?{urlencode({'kunci': key})}")
        return await _team(request, datasette, link=link, invited=name)
    return Response.redirect("/pengguna?tersimpan=1", status=303)


async def _team(request: Request, datasette: Datasette, status: int = 200, **context: Any) -> Response:
    prefix = USERS.prefix
    listed: list[Account] = await database(datasette).execute_fn(accounts.accounts)
    return await page(
        datasette,
        request,
        "pengguna",
        status,
        accounts=listed,
        downloads=export_links(request, "daftar/pengguna", ""),
        ROLES=ROLES,
        of_settings=sorted(name.removeprefix(prefix).lower() for name in os.environ if name.startswith(prefix)),
        saved=word(request, "tersimpan"),
        given=context.pop("given", {}),
        **context,
    )
