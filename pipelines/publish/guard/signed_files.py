"""Signed addresses of files and of the calendar, for a program without a login: one file, as whoever took the address.

What is signed is the person, the number of their session and the whole address. So it opens nothing else, gives what
that person may read now, and ends with the account, with a new password and "log out everywhere" (each raises the
number), after some months, and with the instance's secret.
"""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import parse_qsl, urlencode

from datasette.app import Datasette
from datasette.utils.asgi import Request

from pipelines.publish.guard import accounts
from pipelines.publish.guard.asgi import Scope
from pipelines.publish.guard.brake import account_of
from pipelines.publish.guard.mode import people_of_settings
from pipelines.publish.guard.signing import feed_signature_holds, sign_feed
from pipelines.publish.mounted import database

CALENDAR = "/kalender.ics"
FILE = re.compile(rf"/unduh/(?:daftar/[\w-]+|\w+)\.(?:csv|json)|{re.escape(CALENDAR)}", re.ASCII)
OWNER, SIGNATURE = "milik", "tanda"  # the arguments: whose address it is, and what shows it


async def signed_file(datasette: Datasette, name: str, path: str, query: str) -> str:
    """The address `path`?`query` with which whoever has it reads that file as the person `name`; for a FILE alone.

    Raises ValueError for a path that is none, or a person who may not log in.
    """
    person = await _person(datasette, name)
    if person is None or not FILE.fullmatch(path):
        raise ValueError(f"{name}, {path}: no file of somebody who may log in")
    asked = _asked(query)
    signature = sign_feed(datasette, _signed(person, path, asked))
    return f"{path}?{urlencode([*asked, (OWNER, account_of(name)), (SIGNATURE, signature)])}"


def asks_signed(scope: Scope) -> bool:
    """Whether a request is for a file at an address that says to be signed."""
    query = scope["query_string"].decode("latin-1")
    return bool(FILE.fullmatch(scope["path"])) and SIGNATURE in dict(parse_qsl(query, keep_blank_values=True))


async def reader_of(datasette: Datasette, request: Request) -> dict[str, Any] | None:
    """As whom a request reads the file at its signed address; None where the signature is not that address's."""
    if request.method not in ("GET", "HEAD") or not asks_signed(request.scope):
        return None
    person = await _person(datasette, request.args.get(OWNER) or "")
    if person is None:
        return None
    signed = _signed(person, request.path, _asked(request.query_string))
    if not feed_signature_holds(datasette, signed, request.args.get(SIGNATURE) or ""):
        return None
    return person[0]


async def _person(datasette: Datasette, name: str) -> tuple[dict[str, Any], int] | None:
    """(who asks, the number of the session) of a name; None for nobody, and for a closed account."""
    if account_of(name) in people_of_settings(datasette):
        return {"id": account_of(name)}, 0
    account = await database(datasette).execute_fn(lambda connection: accounts.find(connection, name))
    if account is None or account.disabled_at is not None:
        return None
    return {"id": account.name, "role": account.role}, account.session


def _asked(query: str) -> list[tuple[str, str]]:
    """The arguments of an address as the pages read them, without those of the signature."""
    pairs = parse_qsl(query, keep_blank_values=True)
    return [(name, value) for name, value in pairs if name not in (OWNER, SIGNATURE)]


def _signed(person: tuple[dict[str, Any], int], path: str, asked: list[tuple[str, str]]) -> str:
    """What is signed for a file; no search and no desk begins so."""
    actor, session = person
    return f"berkas:{actor['id']}:{session}:{path}?{urlencode(asked)}"
