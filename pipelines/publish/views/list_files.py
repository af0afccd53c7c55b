"""The rows of the lists and league tables as files: all that a page's filters pick."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import NamedTuple

from datasette.app import Datasette
from datasette.utils.asgi import NotFound, Request

from pipelines.coverage.labels import LABELS
from pipelines.desk.export_tables import TABLES, Table
from pipelines.publish.guard.mode import may_write
from pipelines.publish.mounted import database
from pipelines.publish.queries import coverage as queries
from pipelines.publish.queries import isu as isu_queries
from pipelines.publish.queries import sources as source_queries
from pipelines.publish.queries.lists import Chosen
from pipelines.publish.views import isu as isu_views
from pipelines.publish.views import leagues, list_choices
from pipelines.publish.views.arguments import LONGEST_ID, digits, one_of
from pipelines.publish.views.sources import source_ids
from pipelines.search.rows import Values
from pipelines.wording import columns

ORGANISATION_COLUMNS = ("name", "articles", "first_seen", "last_seen")
RELEASE_COLUMNS = ("date", "source", "title", "outlets", "articles", *LABELS, "first_after_minutes", "url")
OUTLET_COLUMNS = ("outlet", "releases", "articles", *LABELS, "copied", "lag_minutes")


LAW_COLUMNS = ("key", "name", "about", "articles", "first_seen", "last_seen")
SHARE_COLUMNS = ("source", "releases", "taken_up", "share")
SOURCE_COLUMNS = ("id", "name", "kind", "homepage", "status", "articles", "last_seen")
SOURCE_ROWS = """SELECT s.id, s.name, s.kind, s.homepage, s.status,
    (SELECT coalesce(sum(articles), 0) FROM articles_by_day d WHERE d.source_id = s.id),
    (SELECT max(day) FROM articles_by_day d WHERE d.source_id = s.id AND articles > 0)
    FROM sources s WHERE {where} ORDER BY s.kind, s.name"""
STORY_COLUMNS = (
    "title",
    "articles",
    "outlets",
    "first_outlet",
    "first_seen",
    "last_seen",
    "grew_hour",
    "grew_day",
    "summary",
)
Codes = Mapping[str, Mapping[str, str]]


class ListFile(NamedTuple):
    """What a file holds: a table of the exports, the condition on its rows, the condition's values."""

    table: Table
    where: str
    values: Values


def _of(chosen: Chosen, names: tuple[str, ...], named: Mapping[str, str], codes: Codes | None = None) -> ListFile:
    sql = f"SELECT {', '.join(names)} FROM {chosen.table} WHERE {{where}} ORDER BY {chosen.order}"
    table = Table(names, sql, integers=frozenset({"articles"}), reals=frozenset({"lat", "lon"}))
    return ListFile(table.named(named, codes), chosen.where, chosen.values)


async def officials(request: Request, datasette: Datasette) -> ListFile:
    """The list of officials."""
    return _of(list_choices.officials(request), TABLES["officials"].columns, columns.OFFICIALS)


async def organisations(request: Request, datasette: Datasette) -> ListFile:
    """The list of institutions."""
    return _of(list_choices.organisations(request), ORGANISATION_COLUMNS, columns.ORGANISATIONS)


async def laws(request: Request, datasette: Datasette) -> ListFile:
    """The list of laws and regulations."""
    return _of(list_choices.laws(request), LAW_COLUMNS, columns.LAWS)


async def places(request: Request, datasette: Datasette) -> ListFile:
    """The list of places."""
    return _of(list_choices.places(request), TABLES["cities"].columns, columns.PLACES, columns.PLACE_CODES)


async def agreements(request: Request, datasette: Datasette) -> ListFile:
    """The list of agreements."""
    chosen = list_choices.agreements(request)
    return ListFile(TABLES["agreements"], chosen.where, chosen.values)


async def coverage_of_release(request: Request, datasette: Datasette) -> ListFile:
    """Who took the release up that `siaran` (its id) names."""
    release = digits(request, "siaran", LONGEST_ID)
    if not release:
        raise NotFound("Siaran pers itu tidak ada")
    return ListFile(TABLES["coverage"], "c.release_id = :release", {"release": int(release)})


async def releases(request: Request, datasette: Datasette) -> ListFile:
    """The league table of releases."""
    asked = await leagues.asked_for(request, datasette)
    order = queries.RELEASE_ORDERS[one_of(request, "urut", queries.RELEASE_ORDERS)]
    numbers = frozenset({"outlets", "articles", *LABELS, "first_after_minutes"})
    sql = queries.release_rows(asked, order, leagues.taken_of(request))
    table = Table(RELEASE_COLUMNS, sql, numbers, days=frozenset({"date"}))
    return ListFile(table.named(columns.RELEASES), "1", asked.values)


async def outlets(request: Request, datasette: Datasette) -> ListFile:
    """The league table of outlets."""
    asked = await leagues.asked_for(request, datasette)
    order = queries.OUTLET_ORDERS[one_of(request, "urut", queries.OUTLET_ORDERS)]
    numbers = frozenset({"releases", "articles", *LABELS})
    table = Table(OUTLET_COLUMNS, queries.outlet_rows(order), numbers, frozenset({"copied", "lag_minutes"}))
    return ListFile(table.named(columns.OUTLETS), asked.where, asked.values)


async def shares(request: Request, datasette: Datasette) -> ListFile:
    """What share of its releases was taken up, by source."""
    asked = await leagues.asked_for(request, datasette)
    table = Table(SHARE_COLUMNS, queries.source_rows(asked), frozenset({"releases", "taken_up"}), frozenset({"share"}))
    return ListFile(table.named(columns.SHARES), "1", asked.values)


async def sources(request: Request, datasette: Datasette) -> ListFile:
    """The list of sources."""
    db = database(datasette)
    chosen = source_ids(request, await source_queries.sources(db), await source_queries.statuses(db))
    values = {f"id{n}": value for n, value in enumerate(chosen)}
    table = Table(SOURCE_COLUMNS, SOURCE_ROWS, integers=frozenset({"articles"}))
    return ListFile(
        table.named(columns.SOURCES, columns.SOURCE_CODES),
        f"s.id IN ({', '.join(':' + name for name in values)})",
        values,
    )


async def stories(request: Request, datasette: Datasette) -> ListFile:
    """The list of stories."""
    team = may_write(datasette, request.scope)
    picked = isu_queries.chosen(await isu_views.asked_for(request, database(datasette), team=team))
    sql = (
        f"SELECT {', '.join('i.' + name for name in STORY_COLUMNS)} FROM isu i WHERE {{where}} ORDER BY {picked.order}"
    )
    numbers = frozenset({"articles", "outlets", "grew_hour", "grew_day"})
    table = Table(STORY_COLUMNS, sql, numbers, days=frozenset(), moments=frozenset({"first_seen", "last_seen"}))
    return ListFile(table.named(columns.STORIES), picked.where, picked.values)


LIST_FILES: Mapping[str, Callable[[Request, Datasette], Awaitable[ListFile]]] = {
    "pejabat": officials,
    "lembaga": organisations,
    "kota": places,
    "peraturan": laws,
    "perjanjian": agreements,
    "sumber": sources,
    "isu": stories,
    "liputan": releases,
    "liputan-media": outlets,
    "liputan-siaran": coverage_of_release,
    "liputan-sumber": shares,
}
