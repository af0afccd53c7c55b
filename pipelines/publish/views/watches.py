"""The team's watches: the list of those there are, saving one from a search, forgetting one."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from datasette.app import Datasette
from datasette.utils.asgi import Forbidden, Request, Response

from pipelines.desk.watch.saved import add_watch, remove_watch
from pipelines.errors import UserError
from pipelines.publish.guard.forms import Busy, posted, write
from pipelines.publish.guard.mode import may_write
from pipelines.publish.mounted import database
from pipelines.publish.queries.watches import watches_with_receivers
from pipelines.publish.views import watch_form
from pipelines.publish.views.arguments import word
from pipelines.publish.views.frame import page
from pipelines.publish.views.watch_form import LONGEST_NAME, RECEIVER, SCHEDULES, Given
from pipelines.search.asked import Search
from pipelines.search.rows import Row


@dataclass(frozen=True, slots=True)
class Listed:
    """A watch as the page lists it: its search in words, where that search is (None for one of the command line)."""

    name: str
    words: str
    href: str | None
    every_minutes: int
    quiet: str | None
    spike: bool
    receivers: list[Row]


async def watches(request: Request, datasette: Datasette) -> Response:
    """The watches there are; POST saves one."""
    if not may_write(datasette, request.scope):
        raise Forbidden("Pantauan adalah milik tim")
    if request.method == "POST":
        return await _add(request, datasette)
    return await _list(request, datasette)


async def _list(request: Request, datasette: Datasette, status: int = 200, **context: Any) -> Response:
    """The page; context: `error`, in Indonesian, and the `form` that it is about."""
    return await page(
        datasette,
        request,
        "pantauan",
        status,
        watches=_listed(await watches_with_receivers(database(datasette))),
        schedules=SCHEDULES,
        saved=word(request, "tersimpan", LONGEST_NAME),
        **context,
    )


def _listed(rows: Iterable[Row]) -> list[Listed]:
    """The watches of rows that hold each once for each of its receivers."""
    found: dict[str, Listed] = {}
    for row in rows:
        if row["name"] not in found:
            words, href = _told(json.loads(row["filters"]))
            found[row["name"]] = Listed(
                row["name"], words, href, row["every_minutes"], row["quiet"], bool(row["spike"]), []
            )
        if row["address"]:
            found[row["name"]].receivers.append(row | {"address": _hidden(row["address"])})
    return list(found.values())


def _told(filters: Mapping[str, Any]) -> tuple[str, str | None]:
    """A watch's search in words, and its address where it came from a page."""
    if "search" not in filters:
        return ", ".join(str(value) for value in filters.values()), None
    kept = dict(filters["search"])
    words = [kept.pop("q", ""), "dengan operator" if kept.pop("operator", "") else ""]
    words += [f"{name}: {value}" for name, value in kept.items()]
    address = Search.read(filters["search"].get).address()
    return ", ".join(word for word in words if word), f"/cari?{address}"


def _hidden(address: str) -> str:
    """A receiver as the page shows it: a variable's name, or the service alone, since addresses can hold tokens."""
    match = re.fullmatch(r"\$\{(?:" + RECEIVER + r")?(\w+)\}", address)
    return match[1] if match else address.split("://", 1)[0] + "://…"


async def _add(request: Request, datasette: Datasette) -> Response:
    """Save the watch that the form describes, or show the form again with what is wrong."""
    sent = await posted(datasette, request)
    first = {name: values[0].strip() for name, values in sent.items()}
    wanted = Search.read(first.get)
    given = Given(
        name=first.get("nama", ""),
        every=first.get("tiap", ""),
        quiet=first.get("senyap", ""),
        spike=first.get("lonjakan") == "1",
        to=tuple(sent.get("penerima", [])),
    )
    error, status = watch_form.wrong(wanted, given), 400
    if error is None:
        try:
            error = await write(datasette, lambda connection: _save(connection, wanted, given))
        except Busy as busy:
            error, status = str(busy), 503
        except UserError as wrong:
            error = f"Tidak dapat disimpan: {wrong}"
    if error:
        form = watch_form.offered(datasette, request, wanted, given)
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
        [f"${{{RECEIVER}{name}}}" for name in given.to],
        every_minutes=int(given.every),
        quiet=given.quiet or None,
        spike=given.spike,
    )
    return None


async def remove(request: Request, datasette: Datasette) -> Response:
    """Forget a watch."""
    sent = await posted(datasette, request)
    name = sent.get("nama", [""])[0]
    try:
        await write(datasette, lambda connection: remove_watch(connection, name))
    except Busy as busy:
        return await _list(request, datasette, 503, error=str(busy))
    except UserError:
        return await _list(request, datasette, 400, error="Pantauan itu tidak ada.")
    return Response.redirect("/pantauan", status=303)
