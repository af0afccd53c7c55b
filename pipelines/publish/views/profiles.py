"""Profiles: a person, an institution, a law, an agreement."""

from __future__ import annotations

import json
from typing import Any

from datasette.app import Datasette
from datasette.database import Database
from datasette.utils.asgi import NotFound, Request, Response

from pipelines.publish.mounted import database
from pipelines.publish.queries import agreements as agreement_queries
from pipelines.publish.queries import lives
from pipelines.publish.queries import profiles as queries
from pipelines.publish.queries.articles import articles_telling, articles_with
from pipelines.publish.queries.promises import promises_of
from pipelines.publish.show import charts
from pipelines.publish.views.arguments import entity_id
from pipelines.publish.views.frame import page
from pipelines.publish.views.links import feed_address
from pipelines.publish.views.periods import today
from pipelines.search.asked import Search
from pipelines.search.rows import Row
from pipelines.wording.dates import day
from pipelines.wording.numbers import number

SILENCE = 6  # months without an article after which a life that has not ended is called silent
MOST_PROMISES = 5  # that are due next
MOST_ARTICLES = 12  # that a profile lists; the others are a search away
BY_MONTH = "Artikel per bulan"


async def entity(datasette: Datasette, request: Request, table: str, missing: str) -> Row:
    """The row of the entity that the address names. Raises NotFound with `missing`, in Indonesian."""
    row = await queries.profile(database(datasette), table, entity_id(request))
    if row is None:
        raise NotFound(missing)
    return row


async def beside(
    db: Database, label: str, entities: list[int], all_articles: str, limit: int = 12, **wanted: str
) -> dict[str, Any]:
    """What stands beside entities, for a template: lists of officials (PER) and places (GPE) by the given names.

    Those of more than RECENT articles are counted from the day on that holds so many. `both` is the start of the
    address of the search that finds the same, without its last value's name; `recent`, what is counted in words.
    """
    since = await queries.recent_since(db, label, entities)
    found: dict[str, Any] = {"both": all_articles, "recent": ""}
    if since is None:
        found |= {"both": "", "recent": f" dalam {number(queries.RECENT)} artikel terbaru"}
    elif since:
        found |= {"both": f"{all_articles}&dari={since}", "recent": f" sejak {day(since)}"}
    for name, other in wanted.items():
        if other == "PER":
            told = await queries.officials_in(db, label, entities, limit)
        else:
            told = await queries.beside(db, label, entities[0], other)
        found[name] = told if since is None else await queries.together(db, label, entities, other, told, since)
    return found


async def person(request: Request, datasette: Datasette) -> Response:
    """A person: posts over time, quotes, articles by month, who they appear with, articles."""
    db, row = database(datasette), await entity(datasette, request, "people", "Orang itu tidak ada")
    own = [row["id"]]
    wanted = Search(person=str(row["id"]))
    all_articles = f"/cari?{wanted.address()}"
    return await page(
        datasette,
        request,
        "pejabat",
        person=row,
        aliases=json.loads(row["aliases"]),
        honorifics=json.loads(row["honorifics"]),
        roles=await queries.posts_over_time(db, row["id"]),
        quotes=await queries.quotes_of(db, row["id"]),
        promises=await promises_of(db, "person", row["id"], today().isoformat(), MOST_PROMISES),
        **await beside(db, "PER", own, all_articles, company="PER", places="GPE"),
        chart=charts.by_month(await queries.months(db, "PER", own), BY_MONTH, all_articles),
        articles=await articles_with(db, "PER", own, MOST_ARTICLES),
        all_articles=all_articles,
        feed=feed_address(datasette, wanted),
    )


async def organisation(request: Request, datasette: Datasette) -> Response:
    """An institution: its officials, agreements, articles by month, articles."""
    db, row = database(datasette), await entity(datasette, request, "organisations", "Lembaga itu tidak ada")
    own = [row["id"]]
    wanted = Search(organisation=str(row["id"]))
    all_articles = f"/cari?{wanted.address()}"
    return await page(
        datasette,
        request,
        "lembaga",
        organisation=row,
        aliases=json.loads(row["aliases"]),
        officials=await queries.officials_of(db, row["name"]),
        **await beside(db, "ORG", own, all_articles, company="PER", places="GPE"),
        agreements=await agreement_queries.agreements_of(db, row["id"], 12),
        promises=await promises_of(db, "organisation", row["id"], today().isoformat(), MOST_PROMISES),
        chart=charts.by_month(await queries.months(db, "ORG", own), BY_MONTH, all_articles),
        articles=await articles_with(db, "ORG", own, MOST_ARTICLES),
        all_articles=all_articles,
        feed=feed_address(datasette, wanted),
    )


async def law(request: Request, datasette: Datasette) -> Response:
    """A law or regulation: what it is about and the articles that name it."""
    db, row = database(datasette), await entity(datasette, request, "laws", "Peraturan itu tidak ada")
    own = [row["id"]]
    wanted = Search(law=str(row["id"]))
    all_articles = f"/cari?{wanted.address()}"
    return await page(
        datasette,
        request,
        "peraturan",
        law=row,
        chart=charts.by_month(await queries.months(db, "LAW", own), BY_MONTH, all_articles),
        **await beside(db, "LAW", own, all_articles, officials="PER"),
        articles=await articles_with(db, "LAW", own, MOST_ARTICLES),
        all_articles=all_articles,
        feed=feed_address(datasette, wanted),
    )


async def agreement(request: Request, datasette: Datasette) -> Response:
    """One agreement: type, parties, subject, date, place, status, the articles that tell of it."""
    db = database(datasette)
    row = await agreement_queries.agreement(db, entity_id(request))
    if row is None:
        raise NotFound("Perjanjian itu tidak ada")
    wanted, life = Search(agreement=row["type"]), await lives.life_of(db, row["id"])
    return await page(
        datasette,
        request,
        "perjanjian",
        agreement=row,
        parties=await agreement_queries.parties(db, row["id"]),
        belongs=await agreement_queries.places_of(db, row["id"]),
        life=life,
        steps=await lives.steps(db, life["life"]) if life else [],
        silence=SILENCE,
        today=today(),
        officials=await agreement_queries.officials_beside(db, row["article_id"]),
        articles=await articles_telling(db, row["same_as"] or row["id"]),
        all_articles=f"/cari?{wanted.address()}",
        feed=feed_address(datasette, wanted),
    )
