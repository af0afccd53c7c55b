"""The desk (Meja): one's own list, and what the team notes about an article."""

from __future__ import annotations

import sqlite3

from datasette.app import Datasette
from datasette.utils.asgi import Forbidden, NotFound, Request, Response

from pipelines.desk import desk_mail, published, work
from pipelines.desk.watch.receivers import confirmed
from pipelines.errors import UserError
from pipelines.language.words import as_seen
from pipelines.publish.guard.forms import BUSY, Busy, posted, write
from pipelines.publish.guard.mode import author_of, may_write
from pipelines.publish.mounted import database
from pipelines.publish.queries import articles as queries
from pipelines.publish.queries import work as lists
from pipelines.publish.views.arguments import entity_id, word
from pipelines.publish.views.desk_feed import desk_feed_address
from pipelines.publish.views.error import unsaved
from pipelines.publish.views.frame import page
from pipelines.publish.views.links import export_links
from pipelines.publish.views.periods import today
from pipelines.wording.translate import translated

FILES = {  # the lists of the desk by the names of their files
    "tugas": lists.ASSIGNED,
    "tanggapan": lists.RESPONSES,
    "berbintang": lists.STARRED,
    "berlabel": lists.LABELLED,
}


async def desk(request: Request, datasette: Datasette) -> Response:
    """What waits for a person; POST marks all that the page showed as read, or says who gets the desk by mail."""
    if not may_write(datasette, request.scope):
        raise Forbidden("Meja adalah milik tim")
    db, author = database(datasette), author_of(request)
    if request.method == "POST":
        return await _mark_read_or_mail(request, datasette, author)
    label = word(request, "label")
    values = {"author": author, "label": lists.literal(label)}
    mark = await db.execute_fn(lambda connection: work.read_to(connection, author))
    unread, count, newest = await lists.unread(db, mark or 0)
    responses = await lists.open_responses(db)
    waiting = [(row["id"], row["response_day"]) for row in responses]
    return await page(
        datasette,
        request,
        "meja",
        author=author,
        today=today().isoformat(),
        assigned=await lists.assigned(db, author),
        responses=responses,
        proposed=await db.execute_fn(lambda connection: published.proposed(connection, waiting)),
        receivers=await db.execute_fn(confirmed),
        mailed_to=await db.execute_fn(lambda connection: desk_mail.chosen(connection, author)),
        mail_set=word(request, "surel") == "1",
        appeared=word(request, "dimuat") == "1",
        starred=await lists.starred(db, author),
        unread=unread if mark is not None else [],
        unread_count=count if mark is not None else None,
        newest=newest,
        labels=await db.execute_fn(work.labels),
        label=label,
        labelled=await lists.labelled(db, label) if label else [],
        counts={name: await lists.counted(db, one, values) for name, one in FILES.items()},
        files={name: export_links(request, f"daftar/{name}") for name in (*FILES, "belum-dibaca")},
        read=word(request, "dibaca") == "1",
        own_feed=desk_feed_address(datasette, author),
    )


async def _mark_read_or_mail(request: Request, datasette: Datasette, author: str) -> Response:
    sent = await posted(datasette, request)
    if "penerima" in sent:
        return await _mail_to(request, datasette, author, sent["penerima"][0])
    newest = sent.get("sampai", [""])[0]
    if not (newest.isascii() and newest.isdigit() and len(newest) < 16):
        return await unsaved(datasette, request, 400, "Artikel itu tidak ada")
    try:
        await write(datasette, lambda connection: work.mark_read(connection, author, int(newest)))
    except Busy:
        return await unsaved(datasette, request, 503, BUSY)
    return Response.redirect("/meja?dibaca=1", status=303)


async def _mail_to(request: Request, datasette: Datasette, author: str, number: str) -> Response:
    if number and not (number.isascii() and number.isdigit() and len(number) < 16):
        return await unsaved(datasette, request, 400, "Penerima itu tidak ada")
    chosen = int(number) if number else None
    try:
        await write(datasette, lambda connection: desk_mail.choose(connection, author, chosen))
    except Busy:
        return await unsaved(datasette, request, 503, BUSY)
    except UserError as wrong:
        return await unsaved(datasette, request, 400, translated(str(wrong), "id"))
    return Response.redirect("/meja?surel=1", status=303)


async def note(request: Request, datasette: Datasette) -> Response:
    """Store what the team notes about an article, or a person's star on it."""
    sent = await posted(datasette, request, lines=("note",))
    number, author = entity_id(request), author_of(request)
    if await queries.article(database(datasette), number) is None:
        raise NotFound("Artikel itu tidak ada")
    first = {name: as_seen(values[0]) if name != "note" else values[0] for name, values in sent.items()}

    def store(connection: sqlite3.Connection) -> None:
        if "bintang" in first:
            work.star(connection, number, author, on=first["bintang"] == "1")
        else:
            work.change(connection, number, work.read(first), author)

    try:
        await write(datasette, store)
    except Busy:
        return await unsaved(datasette, request, 503, BUSY)
    except UserError as wrong:
        return await unsaved(datasette, request, 400, translated(str(wrong), "id"))
    back = "/meja?dimuat=1" if "meja" in sent else f"/artikel/{number}?catatan=1#catatan-tim"
    return Response.redirect(back, status=303)
