"""The page of an article: its text marked, what it tells of, its versions, its copies, its coverage."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from itertools import pairwise
from typing import Any, NamedTuple

from datasette.app import Datasette
from datasette.utils.asgi import NotFound, Request, Response
from markupsafe import Markup

from pipelines.coverage.labels import NONE
from pipelines.desk.kliping import drafts
from pipelines.desk.tone import TONES, targets, tones_of
from pipelines.desk.work import RESPONSES, is_starred, work_of
from pipelines.publish.guard.mode import author_of, may_write
from pipelines.publish.mounted import database
from pipelines.publish.queries import articles as queries
from pipelines.publish.queries import isu
from pipelines.publish.queries.agreements import agreements_in
from pipelines.publish.queries.coverage import of_article, of_release
from pipelines.publish.queries.decisions import last_of
from pipelines.publish.queries.promises import promises_in
from pipelines.publish.show.differences import changed_paragraphs, difference
from pipelines.publish.show.marked_text import Mention, with_mentions
from pipelines.publish.views.arguments import digits, entity_id, word
from pipelines.publish.views.corrections import links_to_forms
from pipelines.publish.views.frame import page
from pipelines.search.rows import Row


class Change(NamedTuple):
    """What a version changed: its number, when it was seen (ISO 8601), the title and the paragraphs that differ."""

    version: int
    seen_at: str
    title: Markup
    title_changed: bool
    parts: list[Markup]


async def article(request: Request, datasette: Datasette) -> Response:
    """An article with its officials, places, agreements and laws marked in the text, versions and duplicates."""
    db = database(datasette)
    row = await queries.article(db, entity_id(request))
    if row is None:
        raise NotFound("Artikel itu tidak ada")
    parts = await queries.article_parts(db, row["id"])
    agreements = await agreements_in(db, row["id"])
    links = {agreement["title"].casefold(): f"/perjanjian/{agreement['id']}" for agreement in agreements}
    mentions = [Mention(**mention) for mention in parts["mentions"]]
    writes, corrected = may_write(datasette, request.scope), digits(request, "dikoreksi", 15)
    taken_up = [pair for pair in await of_release(db, row["id"]) if pair["label"] != NONE]
    return await page(
        datasette,
        request,
        "artikel",
        article=row,
        paragraphs=with_mentions(row["text"], mentions, links),
        tags=json.loads(row["tags"] or "[]"),
        officials=parts["officials"],
        places=parts["places"],
        agreements=agreements,
        promises=await promises_in(db, row["id"]),
        laws=parts["laws"],
        quotes=parts["quotes"],
        changes=_changes(parts["versions"]),
        copies=await queries.copies(db, row["id"], row["duplicate_of"] or row["id"]),
        **(await db.execute_fn(lambda c: _desk(c, row["id"], agreements, author_of(request))) if writes else {}),
        corrected=await last_of(db, corrected) if writes and corrected else None,
        undone=digits(request, "dibatalkan", 15) if writes else "",
        noted=word(request, "catatan") == "1",
        RESPONSES=RESPONSES,
        TONES=TONES,
        toned=word(request, "nada") == "1",
        taken_up=taken_up,
        took_up=await of_article(db, row["id"]),
        story=await isu.of_article(db, row["id"]),
    )


def _desk(connection: sqlite3.Connection, article_id: int, agreements: list[Row], author: str) -> dict[str, Any]:
    """What the page shows to those who may write, read at once: forms, notes, star, tones, drafts."""
    return {
        "fix": links_to_forms(connection, article_id, agreements),
        "work": work_of(connection, article_id),
        "starred": is_starred(connection, article_id, author),
        "targets": targets(connection, article_id),
        "tones": tones_of(connection, article_id),
        "drafts": drafts(connection),
    }


def _changes(versions: Iterable[Row]) -> list[Change]:
    """What each version changed, the newest first."""
    return [
        Change(
            new["version"],
            new["seen_at"],
            difference(old["title"], new["title"]),
            old["title"] != new["title"],
            changed_paragraphs(old["text"], new["text"]),
        )
        for old, new in reversed(list(pairwise(versions)))
    ]
