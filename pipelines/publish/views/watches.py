"""The team's watches: the list of those there are; saving one from a search, changing, removing and restoring one."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from datasette.app import Datasette
from datasette.utils.asgi import Forbidden, Request, Response

from pipelines.desk.watch.deliver import hidden
from pipelines.desk.watch.saved import add_watch, read_filters, remove_watch, restore_watch
from pipelines.desk.watch.told import every, page_of, searched
from pipelines.errors import UserError
from pipelines.publish.guard.forms import Busy, posted, write
from pipelines.publish.guard.mode import may_write
from pipelines.publish.mounted import database
from pipelines.publish.queries.watches import watches_with_receivers
from pipelines.publish.views import watch_form
from pipelines.publish.views.arguments import word
from pipelines.publish.views.frame import page
from pipelines.publish.views.links import export_links
from pipelines.publish.views.watch_change import offered_change
from pipelines.publish.views.watch_form import LONGEST_NAME, Given
from pipelines.search.asked import Search
from pipelines.search.rows import Row
from pipelines.wording.translate import translated

NO_WATCH = "Pantauan itu tidak ada."


@dataclass(frozen=True, slots=True)
class Listed:
    """A watch as the page lists it: its search and its schedule in words, and where that search is."""

    name: str
    words: str
    href: str
    schedule: str
    quiet: str | None
    spike: bool
    clip: str
    receivers: list[Row]


async def watches(request: Request, datasette: Datasette) -> Response:
    """The watches there are; POST saves one."""
    if not may_write(datasette, request.scope):
        raise Forbidden("Pantauan adalah milik tim")
    if request.method == "POST":
        return await _add(request, datasette)
    return await _list(request, datasette)


async def _list(request: Request, datasette: Datasette, status: int = 200, **context: Any) -> Response:
    """The page; context: `error`, in Indonesian, and the `form` that it is about.

    The address may ask to change a watch (`ubah`) or to confirm its removal (`hapus`), or tell what was done.
    """
    db = database(datasette)
    rows = await watches_with_receivers(db)
    asked = {name: word(request, name, LONGEST_NAME) for name in ("tersimpan", "diubah", "terhapus", "kembali")}
    found = await db.execute_fn(lambda connection: _listed(connection, rows))
    names, known = {watch.name for watch in found}, await watch_form.known_receivers(datasette)
    removing, changing = (word(request, name, LONGEST_NAME) for name in ("hapus", "ubah"))
    return await page(
        datasette,
        request,
        "pantauan",
        status,
        watches=found,
        downloads=export_links(request, "daftar/pantauan", ""),
        removing=removing if removing in names else "",
        changing=context.pop("changing", None)
        or (offered_change(rows, changing, known) if changing in names else None),
        **asked,
        **context,
    )


async def listed(datasette: Datasette) -> list[Listed]:
    """The watches as the page lists them."""
    db = database(datasette)
    rows = await watches_with_receivers(db)
    return await db.execute_fn(lambda connection: _listed(connection, rows))


def _listed(connection: sqlite3.Connection, rows: Iterable[Row]) -> list[Listed]:
    """The watches of rows that hold each once for each of its receivers."""
    found: dict[str, Listed] = {}
    for row in rows:
        if row["name"] not in found:
            filters = read_filters(json.loads(row["filters"]))
            found[row["name"]] = Listed(
                row["name"],
                searched(connection, filters),
                page_of(filters),
                every(row["every_minutes"]),
                row["quiet"],
                bool(row["spike"]),
                row["clip"],
                [],
            )
        if row["address"]:
            found[row["name"]].receivers.append(row | {"address": _called(row)})
    return list(found.values())


def _called(row: Row) -> str:
    """A receiver as the page shows it: its name, or of an address of the command line what can hold no token."""
    if not row["receiver"]:
        return hidden(row["address"])
    state = " (dihapus)" if row["removed"] else " (dijeda)" if row["paused"] else ""
    return f"{row['receiver']}{state}"


async def _add(request: Request, datasette: Datasette) -> Response:
    """Save the watch that the form describes, or show the form again with what is wrong."""
    sent = await posted(datasette, request)
    wanted = Search.read({name: values[0].strip() for name, values in sent.items()}.get)
    given = watch_form.read_given(sent)
    error, status = watch_form.wrong(wanted, given, await watch_form.known_receivers(datasette)), 400
    if error is None:
        try:
            error = await write(datasette, lambda connection: _save(connection, wanted, given))
        except Busy as busy:
            error, status = str(busy), 503
        except UserError as wrong:
            error = f"Tidak dapat disimpan: {translated(str(wrong), 'id')}"
    if error:
        form = await watch_form.offered(datasette, request, wanted, given)
        return await _list(request, datasette, status, error=error, form=form)
    return Response.redirect("/pantauan?" + urlencode({"tersimpan": given.name}), status=303)


def _save(connection: sqlite3.Connection, wanted: Search, given: Given) -> str | None:
    """Add the watch; what is wrong, in Indonesian, when its name is taken."""
    if connection.execute("SELECT 1 FROM watches WHERE name = ?", (given.name,)).fetchone():
        return f"Sudah ada pantauan bernama {given.name}. Pilih nama lain."
    add_watch(
        connection,
        given.name,
        {"search": watch_form.saved_part(wanted)},
        [watch_form.address_of(name) for name in given.to],
        every_minutes=int(given.every),
        quiet=given.quiet or None,
        spike=given.spike,
        clip=given.clip,
    )
    return None


async def change(request: Request, datasette: Datasette) -> Response:
    """Change a watch as the form says, or show the form again with what is wrong."""
    sent = await posted(datasette, request)
    rows = await watches_with_receivers(database(datasette))
    name, given = sent.get("lama", [""])[0], watch_form.read_given(sent)
    known = await watch_form.known_receivers(datasette)
    form = offered_change(rows, name, known, given, sent.get("q", [""])[0])
    if form is None:
        return await _list(request, datasette, 400, error=NO_WATCH)
    error, status = form.wrong(), 400
    if error is None:
        try:
            await write(datasette, form.apply)
        except Busy as busy:
            error, status = str(busy), 503
        except UserError as wrong:
            error = f"Tidak dapat disimpan: {translated(str(wrong), 'id')}"
    if error:
        return await _list(request, datasette, status, error=error, changing=form)
    return Response.redirect("/pantauan?" + urlencode({"diubah": given.name}), status=303)


async def remove(request: Request, datasette: Datasette) -> Response:
    """Take a watch away; the page that follows offers to bring it back."""
    return await _do(request, datasette, remove_watch, "terhapus", NO_WATCH)


async def restore(request: Request, datasette: Datasette) -> Response:
    """Bring a removed watch back."""
    gone = "Pantauan itu tidak dapat dikembalikan: tidak pernah dihapus, atau namanya sudah dipakai lagi."
    return await _do(request, datasette, restore_watch, "kembali", gone)


async def _do(
    request: Request, datasette: Datasette, act: Callable[[sqlite3.Connection, str], None], said: str, fault: str
) -> Response:
    """Do something with the watch that a form names, and say so; `fault`: what to say where that cannot be."""
    sent = await posted(datasette, request)
    name = sent.get("nama", [""])[0]
    try:
        await write(datasette, lambda connection: act(connection, name))
    except Busy as busy:
        return await _list(request, datasette, 503, error=str(busy))
    except UserError:
        return await _list(request, datasette, 400, error=fault)
    return Response.redirect("/pantauan?" + urlencode({said: name}), status=303)
