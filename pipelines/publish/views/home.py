"""The pages that begin with words: home, search with its suggestions, an article."""

from __future__ import annotations

import json
from itertools import pairwise
from typing import Any

from datasette.app import Datasette
from datasette.database import Database
from datasette.utils.asgi import NotFound, Request, Response

from pipelines.coverage.labels import NONE
from pipelines.publish.queries import (
    articles as queries,
)
from pipelines.publish.queries import (
    coverage as coverage_queries,
)
from pipelines.publish.queries import (
    dashboard as dashboard_queries,
)
from pipelines.publish.queries import (
    profiles as profile_queries,
)
from pipelines.publish.show import maps, marks
from pipelines.publish.views import watches
from pipelines.publish.views.page import (
    database,
    entity_id,
    export_links,
    feed_address,
    other_page,
    page,
    page_number,
    paging,
    word,
)
from pipelines.search import asked
from pipelines.search.asked import LATEST, Search
from pipelines.search.rows import PAGE_SIZE


async def home(request: Request, datasette: Datasette) -> Response:
    """Search box, counts, latest articles, most mentioned officials and cities, new agreements."""
    db = database(datasette)
    return await page(
        datasette, request, "beranda", counts=await queries.counts(db), latest=await queries.latest(db),
        officials=await dashboard_queries.officials_mentioned(db, []),
        cities=await dashboard_queries.most_mentioned(
            db, "GPE", [], 10, "(t.kind IN ('kota', 'kabupaten') OR t.code = '31')"),
        agreements=await queries.latest_agreements(db, 5),
        map=maps.indonesia(await dashboard_queries.province_totals(db), title="Provinsi menurut banyaknya sebutan"),
    )  # fmt: skip


async def search(request: Request, datasette: Datasette) -> Response:
    """The search page: one box, filters, highlighted snippets, ways to share, follow and export."""
    db = database(datasette)
    wanted, number = Search.read(request.args.get), page_number(request)
    found = await asked.search(db, wanted, number)
    expression = wanted.expression()
    for row in found.rows:
        row["snippet"] = marks.snippet(row.pop("text"), expression.terms)
        row["headline"] = marks.highlighted(row["title"], expression.terms)
    return await page(
        datasette, request, "cari", 400 if expression.error else 200, error=expression.error, wanted=wanted,
        found=found.rows, newest_only=found.newest_only,
        sources=await queries.source_names(db), chosen=await _chosen(db, request, wanted),
        feed=feed_address(datasette, wanted),
        downloads=export_links(request, "articles", wanted.address()),
        watch=watches.form(datasette, request, wanted),
        by_fit=other_page(request, urut=""), by_day=other_page(request, urut=LATEST),
        **paging(request, number, PAGE_SIZE, found.total),
    )  # fmt: skip


async def _chosen(db: Any, request: Request, wanted: Search) -> list[tuple[str, str]]:
    """The profile filters of a search, each with the address of the search without it."""
    tables = (
        ("person", "orang", "people"),
        ("organisation", "lembaga", "organisations"),
        ("place", "tempat", "places"),
    )
    chosen = []
    for field, name, table in tables:
        value = getattr(wanted, field)
        if value:
            row = await queries.one(db, f"SELECT name FROM {table} WHERE id = CAST(:id AS INTEGER)", {"id": value})
            chosen.append((row["name"] if row else f"{name} {value}", other_page(request, **{name: ""})))
    return chosen


async def suggest(request: Request, datasette: Datasette) -> Response:
    """People, places and institutions for what is being typed: [{kind, name, href}]."""
    return Response.json(await asked.suggestions(database(datasette), word(request, "q", 60)))


async def article(request: Request, datasette: Datasette) -> Response:
    """An article with its officials, places, agreements and laws marked in the text, versions and duplicates."""
    db = database(datasette)
    values = {"id": entity_id(request)}
    row = await queries.one(
        db, "SELECT a.*, s.name AS source FROM articles a LEFT JOIN sources s ON s.id = a.source_id WHERE a.id = :id",
        values,
    )  # fmt: skip
    if row is None:
        raise NotFound("Artikel itu tidak ada")
    parts = await profile_queries.article_parts(db, values)
    agreements = await queries.agreements(db, "g.article_id = :id", values)
    links = {g["title"].casefold(): f"/perjanjian/{g['id']}" for g in agreements}
    original = row["duplicate_of"] or row["id"]
    return await page(
        datasette, request, "artikel", article=row, changes=_changes(parts.pop("versions")), agreements=agreements,
        paragraphs=marks.marked(row["text"], [m for m in parts.pop("mentions") if m["field"] == "text"], links),
        tags=json.loads(row["tags"] or "[]"), taken_up=await _taken_up(db, row["id"]),
        took_up=await coverage_queries.of_article(db, row["id"]),
        copies=await queries.articles_of(
            db, "(a.duplicate_of = :original OR a.id = :original) AND a.id <> :id", values | {"original": original}),
        **parts,
    )  # fmt: skip


async def _taken_up(db: Database, release_id: int) -> list[queries.Row]:
    return [pair for pair in await coverage_queries.of_release(db, release_id) if pair["label"] != NONE]


def _changes(versions: list[queries.Row]) -> list[dict[str, Any]]:
    """What each version changed, the newest first."""
    return [
        {"seen_at": new["seen_at"], "version": new["version"], "title": marks.difference(old["title"], new["title"]),
         "title_changed": old["title"] != new["title"], "parts": marks.changed_paragraphs(old["text"], new["text"])}
        for old, new in reversed(list(pairwise(versions)))
    ]  # fmt: skip
