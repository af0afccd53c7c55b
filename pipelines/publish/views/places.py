"""The pages of a place: a city, another place, a province with its cities."""

from __future__ import annotations

from typing import NamedTuple

from datasette.app import Datasette
from datasette.utils.asgi import NotFound, Request, Response
from markupsafe import Markup

from nlp.gazetteers import region
from pipelines.publish.mounted import database
from pipelines.publish.queries import lists
from pipelines.publish.queries import profiles as queries
from pipelines.publish.queries.agreements import agreements_beside, agreements_of_place
from pipelines.publish.queries.articles import articles_with
from pipelines.publish.queries.lists import AgreementsAsked
from pipelines.publish.show import charts, maps
from pipelines.publish.views.frame import page
from pipelines.publish.views.links import feed_address
from pipelines.publish.views.profiles import BY_MONTH, MOST_ARTICLES, beside, entity
from pipelines.search.asked import Search
from pipelines.search.rows import Row

MOST_AGREEMENTS, MOST_BESIDE = 10, 5  # that the page of a place lists; the others are a list away
MOST_TOLD = 20_000  # tellings of a province's places of which the articles are counted, each once: a tenth of a second
JAKARTA = "31"  # a province and a city: it has the page of a city


class Place(NamedTuple):
    """What the head of the page says; articles None for a province, which is told of by its places."""

    name: str
    kind: str
    code: str | None
    province: str | None
    articles: int | None


async def place(request: Request, datasette: Datasette) -> Response:
    """A place: where it is, the officials and agreements of its articles, the articles. A province has its own page."""
    row = await entity(datasette, request, "places", "Tempat itu tidak ada")
    if row["kind"] == "provinsi" and row["code"] and row["code"] != JAKARTA:
        return await _province(datasette, request, row["code"], row["name"])
    drawn = maps.around(row["lat"], row["lon"], row["name"]) if row["lat"] is not None else Markup("")
    head = Place(row["name"], row["kind"], row["code"], row["province"], row["articles"])
    return await _place(datasette, request, head, [row["id"]], Search(place=str(row["id"])), drawn)


async def province(request: Request, datasette: Datasette) -> Response:
    """A province by its Kemendagri code: map, its cities, officials, agreements, articles of all its places."""
    known = region(request.url_vars["code"])
    if known is None:
        raise NotFound("Provinsi itu tidak ada")
    return await _province(datasette, request, known.code, known.name)


async def _province(datasette: Datasette, request: Request, code: str, name: str) -> Response:
    inside = await queries.places_in(database(datasette), code)
    cities = [row | {"n": row["articles"]} for row in inside if row["kind"] in ("kota", "kabupaten")]
    circles = [maps.City(row["id"], row["name"], row["lat"], row["lon"], row["articles"]) for row in cities]
    wanted = Search(province=code)
    head = Place(name, "provinsi", code, name, None)
    drawn = maps.province(code, circles, name)
    return await _place(datasette, request, head, [row["id"] for row in inside], wanted, drawn, cities)


async def _place(
    datasette: Datasette,
    request: Request,
    head: Place,
    places: list[int],
    wanted: Search,
    drawn: Markup,
    cities: list[Row] | None = None,
) -> Response:
    """The page of the articles that tell of any of `places`; `cities` are those of a province."""
    db = database(datasette)
    all_articles = f"/cari?{wanted.address()}"
    months = await queries.months(db, "GPE", places)
    chart = charts.by_month(months, BY_MONTH, all_articles)
    if cities is not None and sum(months.values()) > MOST_TOLD:
        chart = charts.by_month(months, "Sebutan tempat di provinsi ini per bulan")
    elif cities is not None:
        chart = charts.by_month(await queries.articles_by_month(db, "GPE", places), BY_MONTH, all_articles)
    asked = AgreementsAsked(city=head.code, codes=(head.code,)) if head.code else AgreementsAsked(place=str(places[0]))
    own = lists.agreements(asked)
    return await page(
        datasette,
        request,
        "kota",
        place=head,
        cities=cities or [],
        map=drawn,
        **await beside(db, "GPE", places, all_articles, 15 if cities else 12, officials="PER"),
        by_article=cities is None or sum(months.values()) <= MOST_TOLD,
        agreements=await agreements_of_place(db, own, MOST_AGREEMENTS),
        all_agreements=f"/perjanjian?kota={head.code}" if head.code else f"/perjanjian?tempat={places[0]}",
        beside=await agreements_beside(db, places, own, MOST_BESIDE),
        chart=chart,
        articles=await articles_with(db, "GPE", places, MOST_ARTICLES),
        all_articles=all_articles,
        feed=feed_address(datasette, wanted),
    )
