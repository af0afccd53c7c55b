"""Promises and targets (Janji): the list by the day they are due, and one with its later mentions and its outcome."""

from __future__ import annotations

import sqlite3

from datasette.app import Datasette
from datasette.utils.asgi import NotFound, Request, Response

from nlp.records import PROMISE_STATES
from pipelines.desk import deciding
from pipelines.errors import UserError
from pipelines.publish.guard.forms import Busy, posted, write
from pipelines.publish.guard.mode import author_of
from pipelines.publish.mounted import database
from pipelines.publish.queries import promises as queries
from pipelines.publish.queries.names import name_of
from pipelines.publish.views import calendar
from pipelines.publish.views.arguments import LONGEST_ID, a_day, digits, entity_id, one_of, page_number, word
from pipelines.publish.views.frame import page
from pipelines.publish.views.links import export_links, other_page, pager
from pipelines.publish.views.periods import today
from pipelines.search.rows import PAGE_SIZE
from pipelines.store.decisions import PROMISE, Decision
from pipelines.store.who_is_who import name_key

NO_PROMISE = "Janji itu tidak ada"
NOT_ONE = "bukan janji"  # what the form sends for a sentence that is none
STATES = {queries.OVERDUE: "lewat, belum dinilai"} | {state: state for state in PROMISE_STATES}
KINDS = {"pejabat": ("person", "people"), "lembaga": ("organisation", "organisations")}


def asked_for(request: Request) -> queries.Asked:
    """What the address of the list asks for: from today on, unless it names days or an outcome."""
    since, until, state = a_day(request, "dari"), a_day(request, "sampai"), one_of(request, "keadaan", STATES)
    now = today().isoformat()
    which = next((name for name in KINDS if digits(request, name, LONGEST_ID)), "")
    return queries.Asked(
        today=now,
        needle=word(request, "cari"),
        who=word(request, "siapa"),
        kind=KINDS[which][0] if which else "",
        entity=digits(request, which, LONGEST_ID) if which else "",
        since=since or ("" if until or state else now),
        until=until,
        state=state,
    )


async def promises(request: Request, datasette: Datasette) -> Response:
    """The list, what is due next in front."""
    db, asked, number = database(datasette), asked_for(request), page_number(request)
    found, total = await queries.promise_list(db, queries.chosen(asked), number)
    tables = dict(KINDS.values())
    return await page(
        datasette,
        request,
        "daftar_janji",
        found=found,
        asked=asked,
        STATES=STATES,
        bound=await name_of(db, tables[asked.kind], asked.entity) if asked.entity else None,
        without_bound=other_page(request, pejabat="", lembaga=""),
        calendar=await calendar.address(request, datasette),
        downloads=export_links(request, "daftar/janji"),
        pager=pager(request, number, PAGE_SIZE, total),
    )


async def promise(request: Request, datasette: Datasette) -> Response:
    """One promise; POST says what became of it, or that it is none."""
    db, number = database(datasette), entity_id(request, missing=NO_PROMISE)
    row = await queries.promise(db, number)
    if row is None:
        raise NotFound(NO_PROMISE)
    if request.method == "POST":
        return await _say(request, datasette, row["article_id"], row["text"], number)
    return await page(
        datasette,
        request,
        "janji",
        promise=row,
        tellings=await queries.tellings(db, row["same_as"] or row["id"]),
        first=await queries.promise(db, row["same_as"]) if row["same_as"] else None,
        STATES=PROMISE_STATES,
        NOT_ONE=NOT_ONE,
        today=today().isoformat(),
        saved=word(request, "tersimpan"),
    )


async def _say(request: Request, datasette: Datasette, article_id: int, text: str, number: int) -> Response:
    sent = await posted(datasette, request)
    said, author = sent.get("keadaan", [""])[0], author_of(request)
    if said not in ("", NOT_ONE, *PROMISE_STATES):
        return Response.text("Pilih salah satu keadaan di formulirnya.", status=400)

    def store(connection: sqlite3.Connection) -> int | None:
        key = name_key(text)
        thing = deciding.find_thing(connection, article_id, PROMISE, key)
        if thing is None:
            raise UserError("there is no such thing in this article")
        before = deciding.VALUES[PROMISE](thing.told or thing.read)
        after = None if said == NOT_ONE else {"state": said}
        deciding.decide(connection, Decision(0, "", author, PROMISE, article_id, key, False, before, after))
        row = connection.execute(
            "SELECT id FROM promises WHERE article_id = ? AND text = ?", (article_id, text)
        ).fetchone()
        return row[0] if row else None

    try:
        kept = await write(datasette, store)
    except Busy as busy:
        return Response.text(str(busy), status=503)
    except UserError:
        return Response.text(NO_PROMISE, status=400)
    target = f"/janji/{kept}?tersimpan=1" if kept else f"/artikel/{article_id}"
    return Response.redirect(target, status=303)
