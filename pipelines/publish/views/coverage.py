"""The pages of coverage: league tables of releases and outlets, a release, one pair side by side."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from datetime import date

from datasette.app import Datasette
from datasette.utils.asgi import NotFound, Request, Response

from pipelines.coverage import compare as tiling
from pipelines.coverage.compare import compare, read_words
from pipelines.coverage.labels import LABELS, NONE
from pipelines.coverage.report import confirm
from pipelines.database.open import transaction
from pipelines.publish.guard.forms import BUSY, Busy, posted, write
from pipelines.publish.queries import coverage as coverage_queries
from pipelines.publish.queries import dashboard as dashboard_queries
from pipelines.publish.queries.coverage import OUTLET_ORDERS, RELEASE_ORDERS
from pipelines.publish.show import charts, marks
from pipelines.publish.views.lists import PERIODS, period
from pipelines.publish.views.page import database, export_links, page, page_number, paging, word
from pipelines.search.rows import PAGE_SIZE, Row, Values

SIZE = 2 * PAGE_SIZE
RELEASES_SORTED = {"": "paling banyak media", "terbaru": "terbaru", "tercepat": "paling cepat diliput",
                   "utuh": "paling sering dimuat utuh"}  # fmt: skip
OUTLETS_SORTED = {"": "paling banyak siaran pers", "tercepat": "paling cepat", "disalin": "paling banyak disalin",
                  "nama": "nama"}  # fmt: skip


async def releases(request: Request, datasette: Datasette) -> Response:
    """The releases that were taken up, as a league table."""
    return await _league(request, datasette, "rilis", RELEASE_ORDERS, RELEASES_SORTED)


async def outlets(request: Request, datasette: Datasette) -> Response:
    """The outlets that took releases up, as a league table."""
    return await _league(request, datasette, "media", OUTLET_ORDERS, OUTLETS_SORTED)


async def _league(
    request: Request, datasette: Datasette, which: str, orders: dict[str, str], sorted_by: dict[str, str]
) -> Response:
    db, number = database(datasette), page_number(request)
    chosen, where, values = await chosen_pairs(request, datasette)
    order = word(request, "urut") if word(request, "urut") in orders else ""
    query = coverage_queries.releases if which == "rilis" else coverage_queries.outlets
    totals = await coverage_queries.totals(db, where, values)
    return await page(
        datasette, request, f"liga_{which}", totals=totals,
        found=await query(db, where, values, orders[order], SIZE, SIZE * (number - 1)),
        periods=PERIODS, chosen=chosen, order=order, sorted_by=sorted_by,
        source=word(request, "sumber"), outlet=word(request, "media"),
        sources=await coverage_queries.chosen_sources(db, "source_id"),
        outlets=await coverage_queries.chosen_sources(db, "outlet") if which == "rilis" else [],
        downloads=export_links(request, "daftar/liputan" if which == "rilis" else "daftar/liputan-media"),
        **paging(request, number, SIZE, totals["releases" if which == "rilis" else "outlets"] or 0, 1_000_000),
    )  # fmt: skip


async def chosen_pairs(request: Request, datasette: Datasette) -> tuple[str, str, Values]:
    """The period of a league table, and the condition on `coverage_league l` with its values."""
    last = await dashboard_queries.last_day(database(datasette)) or date.today()
    chosen, months = period(request, last)
    return chosen, *coverage_queries.league_where(months, word(request, "sumber"), word(request, "media"))


async def _release(request: Request, datasette: Datasette) -> Row:
    value = request.url_vars["release"]
    row = await coverage_queries.article(database(datasette), int(value)) if len(value) < 16 else None
    if row is None or row["kind"] != "press_release":
        raise NotFound("Siaran pers itu tidak ada")
    return row


def _read(row: Row) -> Row:
    """A pair with its lists read."""
    return row | {name: json.loads(row[name]) or [] for name in ("numbers_changed", "other_voices")}


async def release(request: Request, datasette: Datasette) -> Response:
    """A release: who took it up, when and how faithfully."""
    row = await _release(request, datasette)
    pairs = [_read(pair) for pair in await coverage_queries.of_release(database(datasette), row["id"])]
    shown = [pair for pair in pairs if pair["label"] != NONE]
    lags = [pair["lag_minutes"] for pair in shown if pair["lag_minutes"] is not None]
    return await page(
        datasette, request, "liputan_rilis", release=row, pairs=shown, lags=lags,
        refused=[pair for pair in pairs if pair["label"] == NONE],
        counts=Counter(pair["label"] for pair in shown), outlets=len({pair["source_id"] for pair in shown}),
        drawn=charts.MOST_ROWS, cut=len(pairs) == coverage_queries.MOST_SHOWN,
        chart=charts.pick_up(shown, "Kapan media memuatnya"),
        downloads=export_links(request, "daftar/liputan-siaran", f"siaran={row['id']}"),
    )  # fmt: skip


async def pair(request: Request, datasette: Datasette) -> Response:
    """A release and an article side by side, what they have in common marked; POST writes a person's word."""
    db, first = database(datasette), await _release(request, datasette)
    value = request.url_vars["article"]
    found = await coverage_queries.of_pair(db, first["id"], int(value)) if len(value) < 16 else None
    second = await coverage_queries.article(db, found["article_id"]) if found else None
    if found is None or second is None:
        raise NotFound("Pasangan itu tidak ada")
    if request.method == "POST":
        return await _confirm(request, datasette, found)
    spans = passages(found["spans"], first["text"], second["text"])
    return await page(
        datasette, request, "liputan_banding", release=first, article=second, pair=_read(found), passages=len(spans),
        left=marks.passages(first["text"], [(s[0], s[1], n) for n, s in enumerate(spans, 1)], "r", "b"),
        right=marks.passages(second["text"], [(s[2], s[3], n) for n, s in enumerate(spans, 1)], "b", "r"),
        saved=word(request, "tersimpan") == "1",
    )  # fmt: skip


def passages(stored: str, release: str, article: str) -> list[tuple[int, int, int, int]]:
    """The passages that two texts have in common, in the order of the release: (start, end) in it, then in the article.

    Those that the last comparison stored, while they still fit; a text that changed since is compared again.
    """
    spans = [tuple(span) for span in json.loads(stored) or []]
    if not all(
        read_words(release[a:b]).folded == read_words(article[c:d]).folded and a < b and c < d for a, b, c, d in spans
    ):
        one, other = read_words(release), read_words(article)
        compared = compare(one, other, tiling.passages(one, other)).spans
        spans = [(s.release_start, s.release_end, s.article_start, s.article_end) for s in compared]
    return sorted(spans)


async def _confirm(request: Request, datasette: Datasette, found: Row) -> Response:
    form = await posted(datasette, request)
    said = form.get("label", [""])[0]
    if said not in ("", NONE, *LABELS):
        return Response.text("Label itu tidak dikenal", status=400)

    def change(connection: sqlite3.Connection) -> None:
        with transaction(connection):
            confirm(connection, found["release_id"], found["article_id"], said or None)

    try:
        await write(datasette, change)
    except Busy:
        return Response.text(BUSY, status=503)
    return Response.redirect(f"{request.path}?tersimpan=1", status=303)
