"""The data of single pages as JSON: a source, the coverage of a release, a report, the dashboard, quotes.

docs/json.md holds what is promised of it. What is listed is what the page lists, and as bounded as there.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from datasette.app import Datasette
from datasette.utils.asgi import Request, Response

from pipelines.coverage.labels import LABELS, NONE
from pipelines.desk.report.records import Line, Section
from pipelines.health.sentences import say_recorded
from pipelines.publish.mounted import database
from pipelines.publish.queries import coverage as coverage_queries
from pipelines.publish.queries import crawls
from pipelines.publish.queries import quotes as quote_queries
from pipelines.publish.queries import sources as source_queries
from pipelines.publish.views import coverage, quotes
from pipelines.publish.views.arguments import page_number
from pipelines.publish.views.as_json import ROWS, VERSION, page_of_rows
from pipelines.publish.views.dashboard import of_period
from pipelines.publish.views.links import absolute
from pipelines.publish.views.periods import period
from pipelines.publish.views.profile_json import by_month, picked
from pipelines.publish.views.reports import asked_report
from pipelines.publish.views.sources import asked_source
from pipelines.search.asked import Search
from pipelines.search.rows import Row

SOURCE = ("id", "name", "kind", "homepage", "status", "note")
STATE = ("state", "last_success", "last_article", "today", "normal")
CRAWL = ("started", "finished", "found", "fetched", "stored", "failed")
RELEASE = ("id", "title", "source_id", "source", "published_at", "published_date", "url")
PAIR = (
    *("article_id", "title", "source_id", "outlet", "published_at", "published_date", "lag_minutes", "label"),
    *("kept", "copied", "retold", "longest", "quotes", "quotes_kept", "numbers", "numbers_kept"),
    *("officials", "officials_kept", "wire", "via_id"),
)
TAKEN = ("text", "kind", "name", "person_id", "outlets")
QUOTE = (
    *("id", "article_id", "person_id", "name", "kind", "text", "origin"),
    *("published_date", "outlet", "title", "url"),
)
DAY = ("day", "releases", "news")
AGREEMENT = ("id", "type", "title", "subject", "parties", "status", "date", "article_id", "published_date")


async def source(request: Request, datasette: Datasette) -> Response:
    """A source: how it is doing (null on a snapshot, which keeps nothing of the crawls), its months, its crawls."""
    db = database(datasette)
    row = await asked_source(datasette, request.url_vars["name"])
    state = next((one for one in await source_queries.statuses(db) if one.id == row["id"]), None)
    months = await source_queries.source_months(db, row["id"])
    runs = await crawls.last(db, row["id"])
    return _told(
        {name: row[name] for name in SOURCE},
        {name: getattr(state, name, None) for name in STATE},
        articles=sum(months.values()),
        recall=asdict(state.recall) if state else None,
        months=by_month({month: n for month, n in months.items() if month}),
        crawls=[
            crawl | {"error": say_recorded(run["error"]) if run["error"] else None}
            for crawl, run in zip(picked(runs, CRAWL), runs, strict=True)
        ],
        articles_at=absolute(datasette, request, f"/cari.json?{Search(source=row['id']).address()}"),
    )


async def release(request: Request, datasette: Datasette) -> Response:
    """The coverage of a release: who took it up, how many by label, which quotes were taken most."""
    db, row = database(datasette), await coverage.asked_release(request, datasette)
    pairs = await coverage_queries.of_release(db, row["id"])
    shown = [pair for pair in pairs if pair["label"] != NONE]
    labels = Counter(pair["label"] for pair in shown)
    taken = await quote_queries.taken_from(db, row["id"])
    return _told(
        {name: row[name] for name in RELEASE},
        outlets=len({pair["source_id"] for pair in shown}),
        labels={label: labels[label] for label in LABELS},
        coverage=picked(shown, PAIR),
        cut=len(pairs) == coverage_queries.MOST_SHOWN,
        taken=[
            said | {"articles": [article for article, _ in quote["taken"]]}
            for said, quote in zip(picked(taken, TAKEN), taken, strict=True)
        ],
    )


async def quotes_of_person(request: Request, datasette: Datasette) -> Response:
    """A page of a person's quotes."""
    _, found = await quotes.asked_person(request, datasette)
    return await _quotes(request, datasette, found)


async def quotes_of_body(request: Request, datasette: Datasette) -> Response:
    """A page of the quotes of the people with a post at an institution."""
    _, found = await quotes.asked_body(request, datasette)
    return await _quotes(request, datasette, found)


async def _quotes(request: Request, datasette: Datasette, found: list[Row]) -> Response:
    """Those that the address asks for, with their `total`; `cut`: only the newest of the speaker were looked at."""
    db, number = database(datasette), page_number(request)
    shown = await quotes.picked(request, db, found)
    return page_of_rows(
        request,
        datasette,
        QUOTE,
        picked(await quotes.listed(db, shown, number, ROWS), QUOTE),
        number,
        more=len(shown) > ROWS * number,
        total=len(shown),
        cut=len(found) >= quote_queries.MOST,
    )


async def dashboard(request: Request, datasette: Datasette) -> Response:
    """The dashboard of a period; `first` and `last` are null when it is all."""
    db = database(datasette)
    chosen = await period(request, db)
    told = await of_period(db, chosen)
    return _told(
        {"period": chosen.chosen, "first": chosen.days[0] or None, "last": chosen.days[1] or None},
        {name: told[name] for name in ("articles", "releases")},
        agreements=told["new_agreements"],
        days=picked((row for row in told["by_day"] if row["day"]), DAY),
        sources=_counted(told["by_source"]),
        officials=_counted(told["officials"]),
        organisations=_counted(told["organisations"]),
        cities=_counted(told["cities"]),
        latest_agreements=[
            agreement | {"parties": json.loads(agreement["parties"])}
            for agreement in picked(told["agreements"], AGREEMENT)
        ],
        sources_to_look_at=[{"id": one.id, "name": one.name, "state": one.state} for one in told["troubled"]],
    )


def _counted(found: Sequence[Row]) -> list[dict[str, Any]]:
    return [{"id": row["id"], "name": row["name"], "articles": row["n"]} for row in found]


async def report(request: Request, datasette: Datasette) -> Response:
    """The report of a period, for the team; every figure with the address of the list that it counts."""
    made = await asked_report(request, datasette)
    asked = made.period

    def at(path: str) -> str | None:
        return absolute(datasette, request, path) if path else None

    def line(told: Line) -> dict[str, Any]:
        counts = [{"cell": cell, "count": n, "at": at(path)} for cell, (n, path) in sorted(told.lists.items())]
        return {"cells": list(told.cells), "at": at(told.href), "counts": counts, "curve": list(told.curve)}

    def section(told: Section) -> dict[str, Any]:
        named = {"key": told.key, "title": told.title, "note": told.note or None, "columns": list(told.columns)}
        return named | {"lines": [line(one) for one in told.lines]}

    return _told(
        {"title": made.title, "institution": made.institution or None, "period": asked.kind},
        {"first": asked.days[0], "last": asked.days[1]},
        figures=[
            {"label": f.label, "value": f.value, "before": f.before or None, "count": f.counts, "at": at(f.href)}
            for f in made.figures
        ],
        days=[{"day": day, "articles": n} for day, n in zip(asked.every_day, made.daily, strict=True)],
        sections=[section(one) for one in made.sections],
    )


def _told(*parts: dict[str, Any], **more: Any) -> Response:
    """The parts as one object, in their order."""
    told: dict[str, Any] = {"version": VERSION}
    for part in (*parts, more):
        told |= part
    return Response.json(told)
