"""The coverage of a press release: who took it up, one pair side by side, and what the team says of it."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter

from datasette.app import Datasette
from datasette.database import Database
from datasette.utils.asgi import NotFound, Request, Response

from pipelines.coverage import compare as tiling
from pipelines.coverage.compare import compare, read_words
from pipelines.coverage.labels import LABELS, NONE, reasons
from pipelines.coverage.people import shared_names
from pipelines.desk.deciding import decide_coverage
from pipelines.desk.messages import RELEASE, Subject
from pipelines.publish.guard.forms import BUSY, Busy, posted, write
from pipelines.publish.guard.mode import author_of
from pipelines.publish.mounted import database
from pipelines.publish.queries import coverage as queries
from pipelines.publish.queries import quotes
from pipelines.publish.show.marked_text import Passage, with_passages
from pipelines.publish.show.pick_up import MOST_ROWS, Taken, pick_up
from pipelines.publish.views import messages
from pipelines.publish.views.arguments import entity_id, word
from pipelines.publish.views.error import unsaved
from pipelines.publish.views.frame import page
from pipelines.publish.views.links import export_links
from pipelines.search.rows import Row

NO_RELEASE, NO_PAIR = "Siaran pers itu tidak ada", "Pasangan itu tidak ada"


async def release(request: Request, datasette: Datasette) -> Response:
    """A release: who took it up, when and how faithfully."""
    row = await asked_release(request, datasette)
    pairs = await _explained(database(datasette), await queries.of_release(database(datasette), row["id"]))
    shown = [pair for pair in pairs if pair["label"] != NONE]
    timed = [pair for pair in shown if pair["lag_minutes"] is not None]
    taken = [Taken(p["release_id"], p["article_id"], p["outlet"], p["label"], p["lag_minutes"]) for p in timed]
    return await page(
        datasette,
        request,
        "liputan_rilis",
        release=row,
        pairs=shown,
        refused=[pair for pair in pairs if pair["label"] == NONE],
        lags=[pair["lag_minutes"] for pair in timed],
        counts=Counter(pair["label"] for pair in shown),
        outlets=len({pair["source_id"] for pair in shown}),
        chart=pick_up(taken, "Kapan media memuatnya"),
        drawn=MOST_ROWS,
        taken=await quotes.taken_from(database(datasette), row["id"]),
        cut=len(pairs) == queries.MOST_SHOWN,
        downloads=export_links(request, "daftar/liputan-siaran", f"siaran={row['id']}"),
        messages=await messages.section(request, datasette, Subject(RELEASE, row["id"])),
    )


async def pair(request: Request, datasette: Datasette) -> Response:
    """A release and an article side by side, what they have in common marked; POST writes a person's word."""
    db, first = database(datasette), await asked_release(request, datasette)
    found = await queries.of_pair(db, first["id"], entity_id(request, "article", NO_PAIR))
    second = await queries.article(db, found["article_id"]) if found else None
    if found is None or second is None:
        raise NotFound(NO_PAIR)
    if request.method == "POST":
        return await _confirm(request, datasette, found["release_id"], found["article_id"])
    spans = passages(found["spans"], first["text"], second["text"])
    in_release = [Passage(start, end, number) for number, (start, end, _, _) in enumerate(spans, 1)]
    in_article = [Passage(start, end, number) for number, (_, _, start, end) in enumerate(spans, 1)]
    return await page(
        datasette,
        request,
        "liputan_banding",
        release=first,
        article=second,
        pair=(await _explained(db, [found]))[0],
        passages=len(spans),
        left=with_passages(first["text"], in_release, own="r", other="b"),
        right=with_passages(second["text"], in_article, own="b", other="r"),
        saved=word(request, "tersimpan") == "1",
        messages=await messages.of_article(request, datasette, Subject(RELEASE, first["id"]), second),
    )


async def asked_release(request: Request, datasette: Datasette) -> Row:
    """The release that the address names. Raises NotFound."""
    row = await queries.article(database(datasette), entity_id(request, "release", NO_RELEASE))
    if row is None or row["kind"] != "press_release":
        raise NotFound(NO_RELEASE)
    return row


async def _explained(db: Database, pairs: list[Row]) -> list[Row]:
    """Pairs with those of their columns that hold JSON read, and in `why` the reasons of their labels in words."""

    def names(connection: sqlite3.Connection) -> list[list[str]]:
        return [shared_names(connection, pair["release_id"], pair["article_id"]) for pair in pairs]

    measures = ("copied", "retold", "longest", "quotes", "quotes_kept")
    return [
        pair
        | {name: json.loads(pair[name]) or [] for name in ("numbers_changed", "other_voices")}
        | {"why": reasons(pair["measured"], shared=shared, **{name: pair[name] for name in measures})}
        for pair, shared in zip(pairs, await db.execute_fn(names), strict=True)
    ]


def passages(stored: str, release: str, article: str) -> list[tuple[int, int, int, int]]:
    """The passages that two texts have in common, in the order of the release: (start, end) in it, then in the article.

    Those that the last comparison stored, while they still fit; a text that changed since is compared again.
    """
    spans = [tuple(span) for span in json.loads(stored) or []]
    if not all(_fits(release, article, *span) for span in spans):
        one, other = read_words(release), read_words(article)
        compared = compare(one, other, tiling.passages(one, other)).spans
        spans = [(s.release_start, s.release_end, s.article_start, s.article_end) for s in compared]
    return sorted(spans)


def _fits(release: str, article: str, start: int, end: int, other_start: int, other_end: int) -> bool:
    """Whether [start, end) of the release has the same words as [other_start, other_end) of the article."""
    same = read_words(release[start:end]).folded == read_words(article[other_start:other_end]).folded
    return same and start < end and other_start < other_end


async def _confirm(request: Request, datasette: Datasette, release_id: int, article_id: int) -> Response:
    """Store what a person says of a pair: one of LABELS, NONE, or "" to take it back."""
    form = await posted(datasette, request)
    said = form.get("label", [""])[0]
    if said not in ("", NONE, *LABELS):
        return await unsaved(datasette, request, 400, "Label itu tidak dikenal")

    def change(connection: sqlite3.Connection) -> None:
        decide_coverage(connection, release_id, article_id, said or None, author_of(request))

    try:
        await write(datasette, change)
    except Busy:
        return await unsaved(datasette, request, 503, BUSY)
    return Response.redirect(f"{request.path}?tersimpan=1", status=303)
