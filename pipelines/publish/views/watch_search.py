"""What a watch looks for, changed on the search page: there all filters are, and what they find is seen before."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from urllib.parse import urlencode

from datasette.app import Datasette
from datasette.utils.asgi import Request, Response

from pipelines.desk.watch.saved import change_watch
from pipelines.errors import UserError
from pipelines.publish.guard.forms import BUSY, Busy, posted, write
from pipelines.publish.guard.mode import may_write
from pipelines.publish.views.arguments import word
from pipelines.publish.views.watch_form import LONGEST_NAME, saved_part, wrong_search
from pipelines.search.asked import Search

ARGUMENT = "pantauan"  # of the search page: the watch whose search is being changed


@dataclass(frozen=True, slots=True)
class Replacement:
    """The watch whose search is being changed, what it would keep of this one, and why that cannot be ("" or None)."""

    name: str
    fields: dict[str, str]
    wrong: str | None


def address(name: str, search: Search) -> str:
    """The search page with what a watch looks for, to change it."""
    return f"/cari?{search.address(**{ARGUMENT: name})}"


def offered(datasette: Datasette, request: Request, wanted: Search) -> Replacement | None:
    """The form that makes a search that of the watch which the address names; None where it names none."""
    name = word(request, ARGUMENT, LONGEST_NAME)
    if not name or not may_write(datasette, request.scope):
        return None
    return Replacement(name, saved_part(wanted), wrong_search(wanted))


async def replace_search(request: Request, datasette: Datasette) -> Response:
    """Give a watch another search, as a form says."""
    sent = await posted(datasette, request)
    first = {name: values[0].strip() for name, values in sent.items()}
    name, wanted = first.get("lama", ""), Search.read(first.get)
    if wrong := wrong_search(wanted):
        return Response.text(wrong, status=400)

    def change(connection: sqlite3.Connection) -> None:
        change_watch(connection, name, {"filters": {"search": saved_part(wanted)}})

    try:
        await write(datasette, change)
    except Busy:
        return Response.text(BUSY, status=503)
    except UserError:
        return Response.text("Pantauan itu tidak ada.", status=400)
    return Response.redirect("/pantauan?" + urlencode({"diubah": name}), status=303)
