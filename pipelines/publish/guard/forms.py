"""What the pages write: who may, that a form came from one of our own pages, and the write itself."""

from __future__ import annotations

import logging
import secrets
import sqlite3
from collections.abc import Callable, Container
from dataclasses import dataclass
from typing import TypeVar
from urllib.parse import parse_qs

from datasette.app import Datasette
from datasette.utils.asgi import BadRequest, Forbidden, Request

from pipelines.publish.guard import multipart, typed
from pipelines.publish.guard.mode import may_write
from pipelines.publish.mounted import database

LOG = logging.getLogger(__name__)
STALE = "Formulir ini sudah kedaluwarsa"
STALE_ADVICE = "Muat ulang halamannya, lalu kirim lagi."
BUSY = "Basis data sedang ditulis oleh penjelajahan. Coba lagi sebentar lagi."
MOST_FIELDS = 200  # of a form

Result = TypeVar("Result")


class Busy(Exception):
    """Another program is writing; nothing was changed."""


@dataclass(frozen=True, slots=True)
class _Failed:
    """What a change raised."""

    error: Exception


async def posted(
    datasette: Datasette, request: Request, lines: Container[str] = (), most: int = MOST_FIELDS
) -> dict[str, list[str]]:
    """The fields of a form that one of our pages sent, control characters left out.

    lines  the fields in which ends of lines stay
    most   fields that it may have

    Raises Forbidden for whoever may not write, and as `fields_of`.
    """
    if request.method != "POST" or not may_write(datasette, request.scope):
        LOG.info("%s: ditolak, yang meminta tidak boleh menulis", request.path)
        raise Forbidden("Menulis tidak dibuka di sini")
    fields = await fields_of(request, most)
    return {name: [_seen(value, "\n" if name in lines else "") for value in values] for name, values in fields.items()}


def _seen(value: str, kept: str) -> str:
    """What people see of a value, and the characters that are kept besides."""
    return "".join(c for c in value if c.isprintable() or c in kept)


async def fields_of(request: Request, most: int = MOST_FIELDS) -> dict[str, list[str]]:
    """The fields of a form as they were sent.

    Raises BadRequest for what is no form, and Forbidden for a form without the signed token of this browser's cookie.
    Datasette's own check (asgi-csrf) lets requests without any cookie pass, which is all that another site's form
    sends to an instance without a login, and to a login; so the token is asked for here in any case (plugin.skip_csrf).
    """
    body = (await request.post_body()).decode("utf-8", "replace")
    try:
        fields = parse_qs(body, keep_blank_values=True, max_num_fields=most)
    except ValueError as error:
        raise BadRequest("Formulir ini tidak dapat dibaca") from error
    typed.keep(request.scope, fields)
    _require_token(request, fields.get("csrftoken", [""])[0])
    return fields


def _require_token(request: Request, token: str) -> None:
    """Raise Forbidden for a form without the signed token of this browser's cookie."""
    wanted = request.scope["csrftoken"]()  # a new one where the cookie does not hold, which no form has
    if not secrets.compare_digest(token.encode("utf-8", "replace"), wanted.encode()):
        LOG.info("%s: ditolak, formulirnya bukan dari halaman ini", request.path)
        raise Forbidden(STALE)


async def posted_with_file(datasette: Datasette, request: Request, name: str) -> tuple[dict[str, str], bytes]:
    """The fields of a form that may carry a file, control characters left out, and the file (b"" for none).

    name  of the file's field; others are not looked at
    Raises as `posted` does.
    """
    if request.method != "POST" or not may_write(datasette, request.scope):
        raise Forbidden("Menulis tidak dibuka di sini")
    try:
        fields, files = multipart.read(request.headers.get("content-type", ""), await request.post_body())
    except ValueError as error:
        raise BadRequest("Formulir ini tidak dapat dibaca") from error
    typed.keep(request.scope, {key: [value] for key, value in fields.items()})
    _require_token(request, fields.get("csrftoken", ""))
    return {key: _seen(value, "") for key, value in fields.items()}, files.get(name, b"")


async def write(datasette: Datasette, change: Callable[[sqlite3.Connection], Result]) -> Result:
    """Run `change` on the write connection and return what it returns. Its transactions are its own.

    Raises Busy when the database stays locked, and what `change` raises.
    """

    def attempt(connection: sqlite3.Connection) -> Result | _Failed:
        connection.isolation_level = None  # as pipelines.database.open.connect: transactions are written out
        try:
            return change(connection)
        except Exception as error:  # handed back, since Datasette prints what is raised here to its log
            return _Failed(error)

    outcome: Result | _Failed = await database(datasette).execute_write_fn(attempt)
    if not isinstance(outcome, _Failed):
        return outcome
    if isinstance(outcome.error, sqlite3.OperationalError) and "locked" in str(outcome.error):
        raise Busy(BUSY) from outcome.error
    raise outcome.error
