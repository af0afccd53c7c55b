"""Key messages (pesan kunci) on the pages of a release and of a story: the team's form, and what was found."""

from __future__ import annotations

import sqlite3
from typing import Any

from datasette.app import Datasette
from datasette.utils.asgi import Request, Response

from pipelines.desk.messages import LONGEST, MOST, RELEASE, STORY, Subject, set_messages
from pipelines.errors import UserError
from pipelines.publish.guard.forms import BUSY, Busy, posted, write
from pipelines.publish.guard.mode import author_of, may_write
from pipelines.publish.mounted import database
from pipelines.publish.queries import messages as queries
from pipelines.publish.views.arguments import entity_id, word
from pipelines.publish.views.error import unsaved
from pipelines.publish.views.links import export_links
from pipelines.search.rows import Row
from pipelines.wording.translate import translated

PAGES = {RELEASE: "/liputan", STORY: "/isu"}


async def section(request: Request, datasette: Datasette, subject: Subject) -> dict[str, Any] | None:
    """What the part of a page on key messages shows; None for whom it is not."""
    if not may_write(datasette, request.scope):
        return None
    carried = await queries.of_subject(database(datasette), subject)
    return {
        "texts": carried.messages,
        "articles": carried.articles,
        "tally": carried.tally,
        "cut": carried.cut,
        "lines": [*carried.messages, *[""] * (MOST - len(carried.messages))],
        "longest": LONGEST,
        "address": f"{PAGES[subject.about]}/{subject.id}/pesan",
        "saved": word(request, "pesan") == "1",
        "downloads": export_links(request, "daftar/pesan", f"{subject.about}={subject.id}"),
    }


async def of_article(request: Request, datasette: Datasette, subject: Subject, article: Row) -> list[Any]:
    """Each key sentence with what an article makes of it; none for whom it is not."""
    if not may_write(datasette, request.scope):
        return []
    return await queries.of_article(database(datasette), subject, article)


async def of_release(request: Request, datasette: Datasette) -> Response:
    """Keep the key sentences of a release."""
    return await _keep(request, datasette, Subject(RELEASE, entity_id(request)))


async def of_story(request: Request, datasette: Datasette) -> Response:
    """Keep the key sentences of a story."""
    return await _keep(request, datasette, Subject(STORY, entity_id(request)))


async def _keep(request: Request, datasette: Datasette, subject: Subject) -> Response:
    sent = await posted(datasette, request, lines=("pesan",))
    texts, author = sent.get("pesan", []), author_of(request)

    def change(connection: sqlite3.Connection) -> None:
        set_messages(connection, subject, texts, author)

    try:
        await write(datasette, change)
    except Busy:
        return await unsaved(datasette, request, 503, BUSY)
    except UserError as wrong:
        return await unsaved(datasette, request, 400, f"{translated(str(wrong), 'id')}.")
    return Response.redirect(f"{PAGES[subject.about]}/{subject.id}?pesan=1#pesan", status=303)
