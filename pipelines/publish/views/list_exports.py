"""What the lists and league tables are as files: the rows that a page's filters pick, all of them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

from datasette.app import Datasette
from datasette.utils.asgi import NotFound, Request

from pipelines.coverage.labels import LABELS
from pipelines.desk.export_tables import TABLES, Table
from pipelines.publish.queries import coverage as coverage_queries
from pipelines.publish.views import coverage, lists
from pipelines.publish.views.lists import Chosen
from pipelines.publish.views.page import word
from pipelines.search.rows import Values

Rows = tuple[Table, str, Values]  # which table, the condition on its rows, the condition's values
OFFICIALS, CITIES = TABLES["officials"].columns, TABLES["cities"].columns
ORGANISATIONS = ("name", "articles", "first_seen", "last_seen")
RELEASES = ("date", "source", "title", "outlets", "articles", *LABELS, "first_after_minutes", "url")
OUTLETS = ("outlet", "releases", "articles", *LABELS, "copied", "lag_minutes")


def _of(columns: tuple[str, ...], source: str, chosen: Chosen) -> Rows:
    sql = f"SELECT {', '.join(columns)} FROM {source} WHERE {{where}} ORDER BY {chosen.order}"
    table = Table(columns, sql, frozenset({"articles"}), frozenset({"lat", "lon"}))
    return table, " AND ".join(chosen.conditions) or "1", chosen.values


async def officials(request: Request, datasette: Datasette) -> Rows:
    """The list of officials."""
    return _of(OFFICIALS, "officials", lists.chosen_officials(request))


async def organisations(request: Request, datasette: Datasette) -> Rows:
    """The list of institutions."""
    return _of(ORGANISATIONS, "organisations", lists.chosen_organisations(request))


async def places(request: Request, datasette: Datasette) -> Rows:
    """The list of places."""
    return _of(CITIES, "places", lists.chosen_places(request))


async def agreements(request: Request, datasette: Datasette) -> Rows:
    """The list of agreements."""
    chosen = lists.chosen_agreements(request)
    return TABLES["agreements"], " AND ".join(chosen.conditions), chosen.values


async def coverage_of_release(request: Request, datasette: Datasette) -> Rows:
    """Who took the release up that `siaran` (its id) names."""
    value = word(request, "siaran", 15)
    if not (value.isascii() and value.isdigit()):
        raise NotFound("Siaran pers itu tidak ada")
    return TABLES["coverage"], "c.release_id = :release", {"release": int(value)}


async def releases(request: Request, datasette: Datasette) -> Rows:
    """The league table of releases."""
    _, where, values = await coverage.chosen_pairs(request, datasette)
    order = coverage_queries.RELEASE_ORDERS.get(word(request, "urut"), coverage_queries.RELEASE_ORDERS[""])
    sql = f"""SELECT n.day, coalesce(s.name, n.source_id), r.title, n.outlets, n.articles,
                     {", ".join(f"n.{label}" for label in LABELS)}, n.first_lag, r.url
              FROM (SELECT *, row_number() OVER () AS place FROM ({coverage_queries.RELEASES} ORDER BY {order})) n
              JOIN articles r ON r.id = n.release_id LEFT JOIN sources s ON s.id = n.source_id ORDER BY n.place"""
    numbers = frozenset({"outlets", "articles", *LABELS, "first_after_minutes"})
    return Table(RELEASES, sql, numbers, days=frozenset({"date"})), where, values


async def outlets(request: Request, datasette: Datasette) -> Rows:
    """The league table of outlets."""
    _, where, values = await coverage.chosen_pairs(request, datasette)
    order = coverage_queries.OUTLET_ORDERS.get(word(request, "urut"), coverage_queries.OUTLET_ORDERS[""])
    sql = f"""SELECT outlet, releases, articles, {", ".join(LABELS)}, round(copied, 4), round(lag)
              FROM ({coverage_queries.OUTLETS}) ORDER BY {order}"""
    numbers = frozenset({"releases", "articles", *LABELS})
    return Table(OUTLETS, sql, numbers, frozenset({"copied", "lag_minutes"})), where, values


LISTS: Mapping[str, Callable[[Request, Datasette], Awaitable[Rows]]] = {
    "pejabat": officials,
    "lembaga": organisations,
    "kota": places,
    "perjanjian": agreements,
    "liputan": releases,
    "liputan-media": outlets,
    "liputan-siaran": coverage_of_release,
}
