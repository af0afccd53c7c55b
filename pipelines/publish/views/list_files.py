"""The rows of the lists and league tables as files: all that a page's filters pick."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from datasette.app import Datasette
from datasette.utils.asgi import Forbidden, NotFound, Request

from pipelines.coverage.labels import LABELS
from pipelines.desk.export_tables import TABLES, Table
from pipelines.publish.guard.mode import may_set_receivers, may_write
from pipelines.publish.mounted import database
from pipelines.publish.queries import coverage as queries
from pipelines.publish.queries import isu as isu_queries
from pipelines.publish.queries import promises as promise_queries
from pipelines.publish.queries import sources as source_queries
from pipelines.publish.queries import tones as tone_queries
from pipelines.publish.queries.lists import Chosen
from pipelines.publish.views import comparison as comparison_views
from pipelines.publish.views import isu as isu_views
from pipelines.publish.views import leagues, list_choices
from pipelines.publish.views import promises as promise_views
from pipelines.publish.views import quotes as quote_views
from pipelines.publish.views import tone as tone_views
from pipelines.publish.views import trend as trend_views
from pipelines.publish.views.arguments import LONGEST_ID, digits, one_of
from pipelines.publish.views.sources import source_ids
from pipelines.search.rows import Values
from pipelines.wording import columns

ORGANISATION_COLUMNS = ("name", "articles", "first_seen", "last_seen")
RELEASE_COLUMNS = ("date", "source", "title", "outlets", "articles", *LABELS, "first_after_minutes", "url")
OUTLET_COLUMNS = ("outlet", "releases", "articles", *LABELS, "copied", "lag_minutes")


AUTHOR_COLUMNS = ("name", "outlet", "articles", "last_seen")
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
DELIVERY_COLUMNS = ("sent_at", "receiver", "title", "purpose", "went", "answer")
TONE_COLUMNS = ("name", "title", "outlet", "published_date", "title_tone", "body_tone", "author", "set_at", "url")
PROMISE_ROWS = {
    "due": "p.due",
    "last": "p.last",
    "who": "p.who",
    "text": "p.text",
    "amount": "p.amount",
    "state": "p.state",
    "tellings": "(SELECT count(*) FROM promises l WHERE l.same_as = p.id)",
    "article_title": "a.title",
    "source": "coalesce((SELECT name FROM sources WHERE id = a.source_id), a.source_id)",
    "published_date": "a.published_date",
    "url": "a.url",
}
PROMISES_FROM = "FROM promises p JOIN articles a ON a.id = p.article_id WHERE {where}"
TREND_COLUMNS = ("first", "last", "articles", "read", "share")
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


async def authors(request: Request, datasette: Datasette) -> ListFile:
    """The list of authors."""
    return _of(list_choices.authors(request), AUTHOR_COLUMNS, columns.AUTHORS)


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


async def promises(request: Request, datasette: Datasette) -> ListFile:
    """The list of promises and targets."""
    picked = promise_queries.chosen(promise_views.asked_for(request))
    sql = f"SELECT {', '.join(PROMISE_ROWS.values())} {PROMISES_FROM} ORDER BY {picked.order}"
    table = Table(tuple(PROMISE_ROWS), sql, frozenset({"tellings"}), days=frozenset({"last", "published_date"}))
    return ListFile(table.named(columns.PROMISES), picked.where, picked.values)


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


async def pairs(request: Request, datasette: Datasette) -> ListFile:
    """The articles that took releases up, one row a pair."""
    asked = await leagues.asked_for(request, datasette)
    league = f"SELECT l.release_id, l.article_id FROM coverage_league l WHERE {asked.where}"
    picked = f"(c.release_id, c.article_id) IN ({league})"
    return ListFile(TABLES["coverage"], picked, asked.values)


async def shares(request: Request, datasette: Datasette) -> ListFile:
    """What share of its releases was taken up, by source."""
    asked = await leagues.asked_for(request, datasette)
    table = Table(SHARE_COLUMNS, queries.source_rows(asked), frozenset({"releases", "taken_up"}), frozenset({"share"}))
    return ListFile(table.named(columns.SHARES), "1", asked.values)


async def sources(request: Request, datasette: Datasette) -> ListFile:
    """The list of sources."""
    db = database(datasette)
    chosen = await source_ids(request, db, await source_queries.sources(db), await source_queries.statuses(db))
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
    db = database(datasette)
    picked = await isu_queries.chosen(db, await isu_views.asked_for(request, db, team=team), bounded=False)
    sql = (
        f"SELECT {', '.join('i.' + name for name in STORY_COLUMNS)} FROM isu i WHERE {{where}} ORDER BY {picked.order}"
    )
    numbers = frozenset({"articles", "outlets", "grew_hour", "grew_day"})
    table = Table(STORY_COLUMNS, sql, numbers, days=frozenset(), moments=frozenset({"first_seen", "last_seen"}))
    return ListFile(table.named(columns.STORIES), picked.where, picked.values)


async def sent(request: Request, datasette: Datasette) -> ListFile:
    """What was sent to receivers, for who may set them."""
    if not may_set_receivers(datasette, request.scope):
        raise Forbidden("Catatan kiriman dibuka bagi pengelola")
    sql = """SELECT sent_at, receiver, title, purpose, CASE went WHEN 1 THEN 'ya' ELSE 'tidak' END AS went, answer
             FROM deliveries WHERE {where} ORDER BY id DESC"""
    table = Table(DELIVERY_COLUMNS, sql, days=frozenset(), moments=frozenset({"sent_at"}))
    return ListFile(table.named(columns.DELIVERIES, columns.DELIVERY_CODES), "1", {})


async def tones(request: Request, datasette: Datasette) -> ListFile:
    """What the team said of articles; for those alone who may write."""
    asked = await tone_views.asked_for(request, datasette)
    table = Table(TONE_COLUMNS, tone_queries.ROWS, moments=frozenset({"set_at"}))
    return ListFile(table.named(columns.TONES), asked.where, asked.values)


async def trend(request: Request, datasette: Datasette) -> ListFile:
    """The trend of a search, by the steps of its chart."""
    return of_lines(TREND_COLUMNS, await trend_views.trend_lines(request, datasette), columns.TREND)


async def comparison(request: Request, datasette: Datasette) -> ListFile:
    """The curves of a comparison, search by search."""
    lines = await comparison_views.comparison_lines(request, datasette)
    return of_lines(("search", *TREND_COLUMNS), lines, columns.COMPARISON)


async def quotes(request: Request, datasette: Datasette) -> ListFile:
    """The quotes of a person or an institution."""
    return of_lines(tuple(columns.QUOTE_LINES), await quote_views.quote_lines(request, datasette), columns.QUOTE_LINES)


def of_lines(
    names: tuple[str, ...],
    lines: Sequence[Sequence[Any]],
    named: Mapping[str, str],
    *,
    integers: frozenset[str] = frozenset({"articles", "read"}),
    moments: Iterable[str] = (),
) -> ListFile:
    """A file of lines that were counted or put into words, and are no rows of a table."""
    told = ", ".join(f"value ->> {n}" for n in range(len(names)))
    sql = f"SELECT {told} FROM json_each(:lines) WHERE {{where}}"
    shares = frozenset({"share"})
    table = Table(names, sql, integers, shares, shares=shares, moments=frozenset(moments))
    return ListFile(table.named(named), "1", {"lines": json.dumps(lines)})


LIST_FILES: Mapping[str, Callable[[Request, Datasette], Awaitable[ListFile]]] = {
    "pejabat": officials,
    "lembaga": organisations,
    "kota": places,
    "peraturan": laws,
    "perjanjian": agreements,
    "janji": promises,
    "sumber": sources,
    "isu": stories,
    "kiriman": sent,
    "tren": trend,
    "banding": comparison,
    "kutipan": quotes,
    "penulis": authors,
    "liputan": releases,
    "nada": tones,
    "liputan-media": outlets,
    "liputan-berita": pairs,
    "liputan-siaran": coverage_of_release,
    "liputan-sumber": shares,
}
