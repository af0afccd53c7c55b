"""Profiles: a person, an institution, a place, a province, a law, an agreement, a source."""

from __future__ import annotations

import json
from typing import Any

from datasette.app import Datasette
from datasette.utils.asgi import NotFound, Request, Response

from nlp.gazetteers import region
from pipelines.publish.queries import articles as queries
from pipelines.publish.queries import dashboard as dashboard_queries
from pipelines.publish.queries import profiles as profile_queries
from pipelines.publish.show import charts, maps
from pipelines.publish.views.page import database, entity_id, feed_address, page
from pipelines.search.asked import Search
from pipelines.search.rows import Row


async def _entity(datasette: Datasette, request: Request, table: str, missing: str) -> Row:
    row = await queries.one(database(datasette), f"SELECT * FROM {table} WHERE id = :id", {"id": entity_id(request)})
    if row is None:
        raise NotFound(missing)
    return row


def _follow(datasette: Datasette, wanted: Search) -> dict[str, Any]:
    return {"feed": feed_address(datasette, wanted), "all_articles": f"/cari?{wanted.address()}"}


async def person(request: Request, datasette: Datasette) -> Response:
    """A person: posts over time, quotes, articles by month, who they appear with, articles."""
    db = database(datasette)
    row = await _entity(datasette, request, "people", "Orang itu tidak ada")
    values = {"id": row["id"]}
    wanted = Search(person=str(row["id"]))
    return await page(
        datasette, request, "pejabat", person=row, aliases=json.loads(row["aliases"]),
        honorifics=json.loads(row["honorifics"]),
        roles=await queries.rows(
            db, "SELECT * FROM roles WHERE person_id = :id ORDER BY last_seen DESC, articles DESC LIMIT 50", values),
        quotes=await profile_queries.quotes_of(db, row["id"]),
        company=await profile_queries.officials_in(db, "PER", [row["id"]]),
        places=await profile_queries.beside(db, "PER", row["id"], "GPE"),
        chart=charts.by_month(
            await profile_queries.months(db, "PER", [row["id"]]), "Artikel per bulan", f"/cari?{wanted.address()}"),
        articles=await queries.articles_with(db, "PER", [row["id"]], 12), **_follow(datasette, wanted),
    )  # fmt: skip


async def organisation(request: Request, datasette: Datasette) -> Response:
    """An institution: its officials, agreements, articles by month, articles."""
    db = database(datasette)
    row = await _entity(datasette, request, "organisations", "Lembaga itu tidak ada")
    wanted = Search(organisation=str(row["id"]))
    values = {"id": row["id"], "name": row["name"]}
    return await page(
        datasette, request, "lembaga", organisation=row, aliases=json.loads(row["aliases"]),
        officials=await queries.rows(
            db, """SELECT p.id, p.name, r.title, r.status, r.articles AS n, r.last_seen FROM roles r
                   JOIN people p ON p.id = r.person_id WHERE r.organisation = :name
                   ORDER BY r.articles DESC LIMIT 20""", values),
        company=await profile_queries.officials_in(db, "ORG", [row["id"]]),
        places=await profile_queries.beside(db, "ORG", row["id"], "GPE"),
        agreements=await queries.agreements(
            db, """g.same_as IS NULL AND g.id IN (SELECT coalesce(t.same_as, t.id) FROM agreement_parties p
                   JOIN agreements t ON t.id = p.agreement_id WHERE p.organisation_id = :id)""", values, 12),
        chart=charts.by_month(
            await profile_queries.months(db, "ORG", [row["id"]]), "Artikel per bulan", f"/cari?{wanted.address()}"),
        articles=await queries.articles_with(db, "ORG", [row["id"]], 12), **_follow(datasette, wanted),
    )  # fmt: skip


async def place(request: Request, datasette: Datasette) -> Response:
    """A place: where it is, the officials and agreements of its articles, the articles. A province has its own page."""
    row = await _entity(datasette, request, "places", "Tempat itu tidak ada")
    if row["kind"] == "provinsi" and row["code"] and row["code"] != "31":
        return await _province(datasette, request, row["code"], row["name"])
    return await _place(datasette, request, row, [row["id"]])


async def province(request: Request, datasette: Datasette) -> Response:
    """A province by its Kemendagri code: map, its cities, officials, agreements, articles of all its places."""
    known = region(request.url_vars["code"])
    if known is None:
        raise NotFound("Provinsi itu tidak ada")
    return await _province(datasette, request, known.code, known.name)


async def _province(datasette: Datasette, request: Request, code: str, name: str) -> Response:
    inside = await profile_queries.places_in(database(datasette), code)
    cities = [row | {"n": row["articles"]} for row in inside if row["kind"] in ("kota", "kabupaten")]
    own = next((row for row in inside if row["code"] == code), None)
    row = {"id": own["id"] if own else None, "code": code, "name": name, "kind": "provinsi", "province": name,
           "lat": None, "lon": None, "articles": None, "country": "ID"}  # fmt: skip
    drawn = maps.province(code, cities, name)
    return await _place(datasette, request, row, [p["id"] for p in inside], cities=cities, drawn=drawn)


async def _place(
    datasette: Datasette,
    request: Request,
    row: Row,
    places: list[int],
    cities: list[Row] | None = None,
    drawn: Any = None,
) -> Response:
    db = database(datasette)
    wanted = Search(place=str(row["id"])) if row["id"] else Search(city=row["name"])
    if drawn is None:
        drawn = maps.around(row["lat"], row["lon"], row["name"]) if row["lat"] is not None else ""
    return await page(
        datasette, request, "kota", place=row, cities=cities or [], map=drawn,
        officials=await profile_queries.officials_in(db, "GPE", places, 15),
        agreements=await queries.agreements_with(db, "GPE", places, 10),
        chart=charts.by_month(
            await profile_queries.months(db, "GPE", places),
            "Artikel per bulan" if cities is None else "Sebutan tempat di provinsi ini per bulan",
            f"/cari?{wanted.address()}" if cities is None else None),
        articles=await queries.articles_with(db, "GPE", places, 12), **_follow(datasette, wanted),
    )  # fmt: skip


async def law(request: Request, datasette: Datasette) -> Response:
    """A law or regulation: what it is about and the articles that name it."""
    db = database(datasette)
    row = await _entity(datasette, request, "laws", "Peraturan itu tidak ada")
    return await page(
        datasette, request, "peraturan", law=row,
        chart=charts.by_month(await profile_queries.months(db, "LAW", [row["id"]]), "Artikel per bulan"),
        officials=await profile_queries.officials_in(db, "LAW", [row["id"]]),
        articles=await queries.articles_with(db, "LAW", [row["id"]], 20),
    )  # fmt: skip


async def agreement(request: Request, datasette: Datasette) -> Response:
    """One agreement: type, parties, subject, date, place, status, the articles that tell of it."""
    db = database(datasette)
    found = await queries.agreements(db, "g.id = :id", {"id": entity_id(request)})
    if not found:
        raise NotFound("Perjanjian itu tidak ada")
    values = {"id": found[0]["id"], "first": found[0]["same_as"] or found[0]["id"]}
    told = "a.id IN (SELECT article_id FROM agreements WHERE id = :first OR same_as = :first)"
    wanted = Search(agreement=found[0]["type"])
    return await page(
        datasette, request, "perjanjian", agreement=found[0],
        parties=await queries.rows(
            db, "SELECT party, organisation_id FROM agreement_parties WHERE agreement_id = :id ORDER BY position",
            values),
        officials=await queries.rows(
            db, """SELECT person_id AS id, name, title, organisation FROM article_officials
                   WHERE article_id = :article ORDER BY position LIMIT 12""", {"article": found[0]["article_id"]}),
        articles=await queries.articles_of(db, told, values), **_follow(datasette, wanted),
    )  # fmt: skip


async def source(request: Request, datasette: Datasette) -> Response:
    """One source: how it is doing, how much it writes, its last crawls and its articles."""
    db = database(datasette)
    values = {"id": request.url_vars["name"]}
    row = await queries.one(db, "SELECT * FROM sources WHERE id = :id", values)
    if row is None:
        raise NotFound("Sumber itu tidak ada")
    wanted = Search(source=row["id"])
    months = await queries.rows(
        db, """SELECT substr(day, 1, 7) AS month, sum(articles) AS n FROM articles_by_day
               WHERE source_id = :id AND day <> '' GROUP BY 1""", values)  # fmt: skip
    runs = []
    if await profile_queries.has_table(db, "run_sources"):
        runs = await queries.rows(
            db, """SELECT r.finished, rs.* FROM run_sources rs JOIN runs r ON r.id = rs.run_id
                   WHERE rs.source_id = :id ORDER BY rs.run_id DESC LIMIT 10""", values)  # fmt: skip
    return await page(
        datasette, request, "sumber", source=row, runs=runs,
        state=next((s for s in await dashboard_queries.statuses(db) if s.id == row["id"]), None),
        chart=charts.by_month({m["month"]: m["n"] for m in months}, "Artikel per bulan", f"/cari?{wanted.address()}"),
        articles=await queries.articles_of(db, "a.source_id = :id", values), **_follow(datasette, wanted),
    )  # fmt: skip
