"""Putting a story right on its page: its name, articles that are none of it, another story that is the same; and
following or closing it.
"""

from __future__ import annotations

import sqlite3

from datasette.app import Datasette
from datasette.utils.asgi import Request, Response

from pipelines.desk import stories
from pipelines.errors import UserError
from pipelines.publish.guard.forms import Busy, posted, write
from pipelines.publish.guard.mode import author_of
from pipelines.publish.views.arguments import entity_id
from pipelines.publish.views.error import unsaved
from pipelines.publish.views.isu import NO_STORY
from pipelines.wording.translate import translated

MARKS = {
    "ikuti": (stories.FOLLOWED, True),
    "lepas": (stories.FOLLOWED, False),
    "tutup": (stories.CLOSED, True),
    "buka": (stories.CLOSED, False),
}


async def change(request: Request, datasette: Datasette) -> Response:
    """Do what the form says, and lead to the story that it concerns."""
    sent = await posted(datasette, request)
    story, author = entity_id(request, missing=NO_STORY), author_of(request)
    act = sent.get("aksi", [""])[0]
    chosen, others = (_numbers(sent.get(name, [])) for name in ("artikel", "isu"))

    def store(connection: sqlite3.Connection) -> int:
        if act == "nama":
            stories.rename(connection, story, sent.get("nama", [""])[0], author)
        elif act == "keluar":
            return stories.part(connection, story, chosen, author)[1]
        elif act == "gabung":
            stories.join(connection, story, others[0] if others else 0, author)
        elif act in MARKS:
            what, on = MARKS[act]
            stories.mark(connection, story, what, on=on, author=author)
        else:
            raise UserError("there is no such story")
        return story

    try:
        shown = await write(datasette, store)
    except Busy as busy:
        return await unsaved(datasette, request, 503, str(busy))
    except UserError as wrong:
        return await unsaved(datasette, request, 400, f"{translated(str(wrong), 'id')}.")
    return Response.redirect(f"/isu/{shown}?diatur={act}", status=303)


def _numbers(values: list[str]) -> list[int]:
    """Those of the values that are numbers of rows."""
    return [int(value) for value in values if value.isascii() and value.isdigit() and len(value) < 16]
