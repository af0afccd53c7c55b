"""Watches on the pages: a search saved from the search page, the list of those there are."""

from __future__ import annotations

import json
import os
import re
import sqlite3
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, urlencode

from datasette.app import Datasette
from datasette.utils.asgi import Forbidden, Request, Response

from pipelines.desk.watch.saved import QUIET, add_watch, remove_watch
from pipelines.errors import UserError
from pipelines.publish.guard.access import may_write
from pipelines.publish.guard.forms import Busy, posted, write
from pipelines.publish.queries import articles as queries
from pipelines.publish.views.page import database, page, word
from pipelines.search.asked import Search

RECEIVER = "PANTAU_RECEIVER_"  # + NAME in the environment: the address of one receiver, for Apprise
SCHEDULES = {"15": "tiap 15 menit", "60": "tiap jam", "180": "tiap 3 jam", "1440": "sekali sehari"}
LONGEST_NAME = 80
NOT_SAVED = ("dari", "sampai", "urut")  # of a search: a watch has what is new, newest first


def receivers() -> list[str]:
    """The names of the receivers that this server knows of; their addresses stay in the environment."""
    return sorted(n[len(RECEIVER) :] for n in os.environ if re.fullmatch(RECEIVER + r"\w+", n))


def saved_part(wanted: Search) -> dict[str, str]:
    """What of a search a watch keeps, by its names in addresses."""
    return {name: value for name, value in parse_qsl(wanted.address()) if name not in NOT_SAVED}


def form(datasette: Datasette, request: Request, wanted: Search, **given: Any) -> dict[str, Any] | None:
    """What the form of a search page needs, or None where nothing can be saved: on public, or when nothing is asked."""
    kept = saved_part(wanted)
    if not may_write(datasette, request.scope) or not wanted.asks or not kept or wanted.expression().error:
        return None
    return {"fields": kept, "receivers": receivers(), "schedules": SCHEDULES, "prefix": RECEIVER, "every": "60",
            "name": wanted.query[:LONGEST_NAME].strip(), "quiet": "", "spike": False, "to": []} | given  # fmt: skip


async def watches(request: Request, datasette: Datasette) -> Response:
    """The watches there are; POST saves one."""
    if not may_write(datasette, request.scope):
        raise Forbidden("Pantauan adalah milik tim")
    if request.method == "POST":
        return await _add(request, datasette)
    return await _list(request, datasette)


async def _list(request: Request, datasette: Datasette, status: int = 200, **context: Any) -> Response:
    rows = await queries.rows(
        database(datasette),
        """SELECT w.name, w.filters, w.every_minutes, w.quiet, w.spike, w.last_run, r.address, r.last_sent, r.failures,
                  r.error
           FROM watches w LEFT JOIN watch_receivers r ON r.watch_id = w.id ORDER BY w.name, r.id""",
    )
    found: dict[str, dict[str, Any]] = {}
    for row in rows:
        kept = found.setdefault(row["name"], row | {"told": _told(json.loads(row["filters"])), "receivers": []})
        if row["address"]:
            kept["receivers"].append(row | {"address": _hidden(row["address"])})
    context = {"error": None, "form": None, "saved": word(request, "tersimpan", LONGEST_NAME)} | context
    return await page(
        datasette, request, "pantauan", status, watches=list(found.values()), schedules=SCHEDULES, **context
    )


def _told(filters: Mapping[str, Any]) -> dict[str, Any]:
    """A watch's search in words, and its address where it came from a page."""
    if "search" not in filters:
        return {"words": ", ".join(str(value) for value in filters.values()), "href": None}
    kept = dict(filters["search"])
    words = [word for word in (kept.pop("q", ""), "dengan operator" if kept.pop("operator", "") else "") if word]
    words += [f"{name}: {value}" for name, value in kept.items()]
    return {"words": ", ".join(words), "href": f"/cari?{Search.read(filters['search'].get).address()}"}


def _hidden(address: str) -> str:
    """A receiver as the page shows it: a variable's name, or the service alone, since addresses can hold tokens."""
    match = re.fullmatch(r"\$\{(?:" + RECEIVER + r")?(\w+)\}", address)
    return match[1] if match else address.split("://", 1)[0] + "://…"


async def _add(request: Request, datasette: Datasette) -> Response:
    sent = await posted(datasette, request)
    first = {name: values[0].strip() for name, values in sent.items()}
    wanted = Search.read(first.get)
    given: dict[str, Any] = {"name": first.get("nama", ""), "every": first.get("tiap", ""),
                             "quiet": first.get("senyap", ""), "spike": first.get("lonjakan") == "1",
                             "to": sent.get("penerima", [])}  # fmt: skip
    error = _wrong(wanted, given)

    def change(connection: sqlite3.Connection) -> str | None:
        if connection.execute("SELECT 1 FROM watches WHERE name = ?", (given["name"],)).fetchone():
            return f"Sudah ada pantauan bernama {given['name']}. Pilih nama lain."
        add_watch(
            connection, given["name"], {"search": saved_part(wanted)},
            ["${" + RECEIVER + name + "}" for name in given["to"]], every_minutes=int(given["every"]),
            quiet=given["quiet"] or None, spike=given["spike"],
        )  # fmt: skip
        return None

    status = 400
    if error is None:
        try:
            error = await write(datasette, change)
        except Busy as busy:
            error, status = str(busy), 503
        except UserError as wrong:
            error = f"Tidak dapat disimpan: {wrong}"
    if error:
        shown = form(datasette, request, wanted, **given)
        return await _list(request, datasette, status, error=error, form=shown)
    return Response.redirect("/pantauan?" + urlencode({"tersimpan": given["name"]}), status=303)


def _wrong(wanted: Search, given: Mapping[str, Any]) -> str | None:
    """What is wrong with a form, in Indonesian, or None."""
    if not wanted.asks or not saved_part(wanted):
        return "Pencariannya kosong. Mulai dari halaman pencarian."
    expression = wanted.expression()
    if expression.error:
        return f"Pencarian tidak dapat dibaca: {expression.error}."
    if wanted.query.strip() and not expression.match:
        return "Pencariannya tidak berisi kata."
    if not given["name"] or len(given["name"]) > LONGEST_NAME:
        return f"Beri nama, paling panjang {LONGEST_NAME} huruf."
    if given["every"] not in SCHEDULES:
        return "Pilih jadwalnya."
    if not given["to"]:
        return "Pilih paling sedikit satu penerima."
    if not set(given["to"]) <= set(receivers()):
        return "Penerima itu tidak dikenal di mesin ini."
    if given["quiet"] and not QUIET.fullmatch(given["quiet"]):
        return "Tulis jam senyap sebagai 22:00-06:00 (WIB)."
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
