"""The data of the profiles as JSON: a person, an institution, a place, a law, an author, an agreement, a promise.

docs/json.md holds what is promised of it; each names the address of its articles, `articles_at`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from datasette.app import Datasette
from datasette.utils.asgi import NotFound, Request, Response

from pipelines.publish.mounted import database
from pipelines.publish.queries import agreements as agreement_queries
from pipelines.publish.queries import authors as author_queries
from pipelines.publish.queries import lives
from pipelines.publish.queries import profiles as queries
from pipelines.publish.queries import promises as promise_queries
from pipelines.publish.views.arguments import entity_id
from pipelines.publish.views.as_json import VERSION
from pipelines.publish.views.links import absolute
from pipelines.publish.views.profiles import entity
from pipelines.search.asked import Search
from pipelines.search.rows import Row

POST = ("title", "organisation", "status", "articles", "first_seen", "last_seen")
OFFICIAL = ("id", "name", "title", "status", "last_seen")
PERSON = ("id", "name", "aliases", "honorifics", "articles", "first_seen", "last_seen")
BODY = ("id", "name", "aliases", "articles", "first_seen", "last_seen")
PLACE = ("id", "code", "name", "kind", "province", "country", "lat", "lon", "articles", "first_seen", "last_seen")
LAW = ("id", "key", "type", "number", "year", "name", "about", "articles", "first_seen", "last_seen")
AUTHOR = ("id", "name", "source_id", "outlet", "articles", "first_seen", "last_seen")
AGREEMENT = ("id", "type", "title", "subject", "date", "place", "status", "article_id", "same_as")
STEP = ("id", "type", "status", "stage", "date", "months", "until", "article_id", "article", "source", "day")
PROMISE = ("id", "text", "who", "kind", "entity_id", "due", "due_text", "last", "amount", "state", "article_id")


async def person(request: Request, datasette: Datasette) -> Response:
    """A person: their posts over time, articles by month."""
    row = await entity(datasette, request, "people", "Orang itu tidak ada")
    posts = await queries.posts_over_time(database(datasette), row["id"])
    more = {"posts": picked(posts, POST)} | await _months(datasette, "PER", row["id"])
    return _told(request, datasette, _lists(row, PERSON), more, Search(person=str(row["id"])))


async def organisation(request: Request, datasette: Datasette) -> Response:
    """An institution: the people with a post there, articles by month."""
    row = await entity(datasette, request, "organisations", "Lembaga itu tidak ada")
    officials = await queries.officials_of(database(datasette), row["name"])
    more = {"officials": picked(officials, OFFICIAL)} | await _months(datasette, "ORG", row["id"])
    return _told(request, datasette, _lists(row, BODY), more, Search(organisation=str(row["id"])))


async def place(request: Request, datasette: Datasette) -> Response:
    """A place with its articles by month."""
    row = await entity(datasette, request, "places", "Tempat itu tidak ada")
    more = await _months(datasette, "GPE", row["id"])
    return _told(request, datasette, _lists(row, PLACE), more, Search(place=str(row["id"])))


async def law(request: Request, datasette: Datasette) -> Response:
    """A law with its articles by month."""
    row = await entity(datasette, request, "laws", "Peraturan itu tidak ada")
    more = await _months(datasette, "LAW", row["id"])
    return _told(request, datasette, _lists(row, LAW), more, Search(law=str(row["id"])))


async def author(request: Request, datasette: Datasette) -> Response:
    """An author of an outlet with the articles by month."""
    db = database(datasette)
    row = await author_queries.author(db, entity_id(request))
    if row is None or not row["articles"]:
        raise NotFound("Penulis itu tidak ada")
    more = {"months": by_month(await author_queries.months(db, row["id"]))}
    return _told(request, datasette, _lists(row, AUTHOR), more, Search(author=str(row["id"])))


async def agreement(request: Request, datasette: Datasette) -> Response:
    """An agreement: its parties, and the steps of its life."""
    db = database(datasette)
    row = await agreement_queries.agreement(db, entity_id(request))
    if row is None:
        raise NotFound("Perjanjian itu tidak ada")
    life = await lives.life_of(db, row["id"])
    parties = await agreement_queries.parties(db, row["id"])
    steps = await lives.steps(db, life["life"]) if life else []
    more = {
        "parties": picked(parties, ("party", "organisation_id")),
        "ends": life["ends"] if life else None,
        "life": picked(steps, STEP),
    }
    return _told(request, datasette, _lists(row, AGREEMENT), more)


async def promise(request: Request, datasette: Datasette) -> Response:
    """A promise with its later tellings."""
    db = database(datasette)
    row = await promise_queries.promise(db, entity_id(request))
    if row is None:
        raise NotFound("Janji itu tidak ada")
    more = {"tellings": picked(await promise_queries.tellings(db, row["id"]), PROMISE)}
    return _told(request, datasette, _lists(row, PROMISE), more)


async def _months(datasette: Datasette, label: str, number: int) -> dict[str, Any]:
    return {"months": by_month(await queries.months(database(datasette), label, [number]))}


def by_month(counted: Mapping[str, int]) -> list[dict[str, Any]]:
    """Counts by month ("2025-11"), the oldest first."""
    return [{"month": month, "articles": n} for month, n in sorted(counted.items())]


def picked(found: Iterable[Row], names: Iterable[str]) -> list[dict[str, Any]]:
    """These columns of each row."""
    return [{name: row[name] for name in names} for row in found]


def _lists(row: Row, names: Iterable[str]) -> dict[str, Any]:
    """These columns of a row, those that hold JSON read."""
    told = {name: row[name] for name in names}
    return told | {name: json.loads(told[name]) for name in ("aliases", "honorifics") if name in told}


def _told(
    request: Request,
    datasette: Datasette,
    row: dict[str, Any],
    more: dict[str, Any],
    articles: Search | None = None,
) -> Response:
    at = {"articles_at": absolute(datasette, request, f"/cari.json?{articles.address()}")} if articles else {}
    return Response.json({"version": VERSION} | row | more | at)
