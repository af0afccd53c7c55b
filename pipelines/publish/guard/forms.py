"""What the pages write: who may, and that a form came from one of our own pages."""

from __future__ import annotations

import secrets
import sqlite3
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs

from datasette.app import Datasette
from datasette.utils.asgi import Forbidden, Request

from pipelines.publish.guard.access import may_write
from pipelines.publish.views.page import database

STALE, STALE_ADVICE = "Formulir ini sudah kedaluwarsa", "Muat ulang halamannya, lalu kirim lagi."
BUSY = "Basis data sedang ditulis oleh penjelajahan. Coba lagi sebentar lagi."


class Busy(Exception):
    """Another program is writing; nothing was changed."""


async def posted(datasette: Datasette, request: Request) -> dict[str, list[str]]:
    """The fields of a form that one of our pages sent, control characters left out.

    Raises Forbidden for whoever may not write, and for a form without the signed token of this browser's cookie.
    Datasette's own check (asgi-csrf) lets requests without any cookie pass, which is all that another site's form
    sends to an instance without a login; so its token is asked for here in any case (plugin.skip_csrf).
    """
    if request.method != "POST" or not may_write(datasette, request.scope):
        raise Forbidden("Menulis tidak dibuka di sini")
    body = (await request.post_body()).decode("utf-8", "replace")
    fields = parse_qs(body, keep_blank_values=True, max_num_fields=200)
    token, wanted = fields.get("csrftoken", [""])[0], request.scope["csrftoken"]()  # a new one for a bad cookie
    if not secrets.compare_digest(token.encode(), wanted.encode()):
        raise Forbidden(STALE)
    return {name: ["".join(c for c in value if c.isprintable()) for value in values] for name, values in fields.items()}


async def write(datasette: Datasette, change: Callable[[sqlite3.Connection], Any]) -> Any:
    """Run `change` on the write connection; what it returns. Transactions are its own.

    Raises Busy when the database stays locked.
    """

    def guarded(connection: sqlite3.Connection) -> Any:
        connection.isolation_level = None  # as pipelines.database.connect: transactions are written out
        try:
            return change(connection)
        except Exception as error:  # returned, since Datasette prints what is raised here to its log
            return error

    try:
        return await database(datasette).execute_write_fn(guarded)  # raises the exception that comes back
    except sqlite3.OperationalError as error:
        if "locked" in str(error):
            raise Busy(BUSY) from error
        raise
