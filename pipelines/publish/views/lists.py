"""Lists with filters, the dashboard and the map."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from datasette.app import Datasette
from datasette.utils.asgi import Request, Response

from nlp.gazetteers import regions
from pipelines.publish.queries import articles as queries
from pipelines.publish.queries import dashboard as dashboard_queries
from pipelines.publish.show import charts, maps
from pipelines.publish.views.page import (
    database,
    export_links,
    like,
    page,
    page_number,
    paging,
    word,
)
from pipelines.search.rows import PAGE_SIZE, Values
from pipelines.wording.labels import AGREEMENT_STATUSES, AGREEMENT_TYPES, PLACE_KINDS, SOURCE_KINDS

PERIODS = {"1": "Bulan ini", "3": "3 bulan", "12": "12 bulan", "semua": "Semua"}  # months up to the newest article
ORDERS = {"": "articles DESC, name", "nama": "name", "terakhir": "last_seen DESC, name"}


@dataclass(frozen=True, slots=True)
class Chosen:
    """What the address of a list asks for: the conditions (joined by AND), their values and the order, as SQL."""

    conditions: list[str]
    values: Values
    order: str = ""


def _order(request: Request) -> tuple[str, str]:
    chosen = word(request, "urut")
    return (chosen, ORDERS[chosen]) if chosen in ORDERS else ("", ORDERS[""])


def _matching(needle: str, columns: tuple[str, ...]) -> list[str]:
    return ["(" + " OR ".join(f"{c} LIKE :needle ESCAPE '\\'" for c in columns) + ")"] if needle else []


def chosen_officials(request: Request) -> Chosen:
    """The rows of `officials` that the list shows."""
    needle, status = word(request, "cari"), word(request, "status")
    conditions = _matching(needle, ("name", "title", "organisation"))
    if status in ("menjabat", "mantan"):
        conditions.append("status = :status")
    return Chosen(conditions, {"needle": like(needle), "status": status}, _order(request)[1])


def chosen_organisations(request: Request) -> Chosen:
    """The rows of `organisations` that the list shows."""
    needle = word(request, "cari")
    conditions = [*_matching(needle, ("name", "aliases")), "articles > 0"]
    return Chosen(conditions, {"needle": like(needle)}, _order(request)[1])


def chosen_places(request: Request) -> Chosen:
    """The rows of `places` that the list shows, cities first asked for."""
    needle, kind, province = word(request, "cari"), word(request, "jenis"), word(request, "provinsi", 2)
    conditions = _matching(needle, ("name", "province", "code"))
    if kind in PLACE_KINDS:
        conditions.append("kind = :kind")
    elif not needle:
        conditions.append("(kind IN ('kota', 'kabupaten') OR code = '31')")
    if province.isascii() and province.isdigit():
        conditions.append("(code = :code OR code BETWEEN :code || '.' AND :code || '/')")
    values = {"needle": like(needle), "kind": kind, "code": province}
    return Chosen([*conditions, "articles > 0"], values, _order(request)[1])


def chosen_agreements(request: Request) -> Chosen:
    """The agreements `g`, with their articles `a`, that the list shows."""
    needle, kind, status = word(request, "cari"), word(request, "jenis"), word(request, "status")
    conditions = ["g.same_as IS NULL"]  # what several articles tell is one agreement
    if needle:
        fields = " OR ".join(f"g.{c} LIKE :like ESCAPE '\\'" for c in ("title", "subject", "place"))
        conditions.append(
            f"({fields} OR g.id IN (SELECT agreement_id FROM agreement_parties WHERE party LIKE :like ESCAPE '\\'))"
        )
    if kind in AGREEMENT_TYPES:
        conditions.append("g.type = :type")
    if status in AGREEMENT_STATUSES:
        conditions.append("g.status = :status")
    return Chosen(conditions, {"like": like(needle), "type": kind, "status": status})


async def officials(request: Request, datasette: Datasette) -> Response:
    """The list of officials, with filters."""
    number, asked = page_number(request), chosen_officials(request)
    found, total = await queries.listing(
        database(datasette), "officials",
        "person_id, name, title, organisation, status, articles, first_seen, last_seen", asked.order, asked.conditions,
        asked.values, number,
    )  # fmt: skip
    return await page(
        datasette, request, "daftar_pejabat", found=found, needle=word(request, "cari"), order=_order(request)[0],
        status_chosen=word(request, "status"), downloads=export_links(request, "daftar/pejabat"),
        **paging(request, number, 2 * PAGE_SIZE, total),
    )  # fmt: skip


async def organisations(request: Request, datasette: Datasette) -> Response:
    """The list of institutions, with a filter."""
    number, asked = page_number(request), chosen_organisations(request)
    found, total = await queries.listing(
        database(datasette), "organisations", "id, name, articles, last_seen", asked.order, asked.conditions,
        asked.values, number,
    )  # fmt: skip
    return await page(
        datasette, request, "daftar_lembaga", found=found, needle=word(request, "cari"), order=_order(request)[0],
        downloads=export_links(request, "daftar/lembaga"), **paging(request, number, 2 * PAGE_SIZE, total),
    )  # fmt: skip


async def cities(request: Request, datasette: Datasette) -> Response:
    """The list of places, cities first, with filters."""
    number, asked = page_number(request), chosen_places(request)
    found, total = await queries.listing(
        database(datasette), "places", "id, code, name, kind, province, articles, last_seen", asked.order,
        asked.conditions, asked.values, number,
    )  # fmt: skip
    provinces = [(r.code, r.name) for r in regions().by_code.values() if r.kind == "provinsi"]
    return await page(
        datasette, request, "daftar_kota", found=found, needle=word(request, "cari"), order=_order(request)[0],
        kind=word(request, "jenis"), province=word(request, "provinsi", 2),
        provinces=sorted(provinces, key=lambda p: p[1]), downloads=export_links(request, "daftar/kota"),
        **paging(request, number, 2 * PAGE_SIZE, total),
    )  # fmt: skip


async def agreements(request: Request, datasette: Datasette) -> Response:
    """The list of agreements, with filters."""
    db, number, asked = database(datasette), page_number(request), chosen_agreements(request)
    found, total = await queries.agreement_list(db, " AND ".join(asked.conditions), asked.values, number)
    return await page(
        datasette, request, "daftar_perjanjian", found=found, needle=word(request, "cari"),
        kind=word(request, "jenis"), status_chosen=word(request, "status"),
        downloads=export_links(request, "daftar/perjanjian"), **paging(request, number, PAGE_SIZE, total),
    )  # fmt: skip


async def sources(request: Request, datasette: Datasette) -> Response:
    """The list of sources with how each is doing."""
    db = database(datasette)
    kind, needle = word(request, "jenis"), word(request, "cari").casefold()
    states = {s.id: s for s in await dashboard_queries.statuses(db)}
    found = [
        row | {"state": states.get(row["id"])}
        for row in await queries.sources(db)
        if (kind not in SOURCE_KINDS or row["kind"] == kind) and needle in f"{row['name']} {row['id']}".casefold()
    ]
    return await page(
        datasette, request, "daftar_sumber", found=found, states=states, kind=kind, needle=word(request, "cari"),
        total=len(found),
    )  # fmt: skip


def period(request: Request, last: date) -> tuple[str, list[str]]:
    """The period that the address asks for, one of PERIODS, and its months ([] for all)."""
    chosen = word(request, "rentang")
    chosen = chosen if chosen in PERIODS else "12"
    return chosen, [] if chosen == "semua" else dashboard_queries.months_back(last, int(chosen))


async def dashboard(request: Request, datasette: Datasette) -> Response:
    """Articles by day and source, most mentioned officials, institutions and cities, agreements, quiet sources."""
    db = database(datasette)
    last = await dashboard_queries.last_day(db) or date.today()
    chosen, months = period(request, last)
    since = f"{months[0]}-01" if months else dashboard_queries.EVER
    days = [row for row in await dashboard_queries.by_day(db, since, last.isoformat()) if row["day"]]
    statuses = await dashboard_queries.statuses(db)
    by_source = await dashboard_queries.by_source(db, since, last.isoformat())
    return await page(
        datasette, request, "dasbor", periods=PERIODS, chosen=chosen, chart=_articles_chart(days, months, last),
        articles=sum(row["releases"] + row["news"] for row in days), releases=sum(row["releases"] for row in days),
        by_source=[row | {"bar": charts.small_bar(row["n"], by_source[0]["n"])} for row in by_source],
        officials=await dashboard_queries.officials_mentioned(db, months),
        organisations=await dashboard_queries.most_mentioned(db, "ORG", months),
        cities=await dashboard_queries.most_mentioned(db, "GPE", months, 10, dashboard_queries.CITY),
        agreements=await queries.latest_agreements(db, 6, since),
        new_agreements=await dashboard_queries.agreements_since(db, since), last=last.isoformat(),
        troubled=[s for s in statuses if s.needs_look], watched=len(statuses),
    )  # fmt: skip


def _articles_chart(days: list[dict[str, Any]], months: list[str], last: date) -> Any:
    if months and len(months) <= 3:
        counts = {row["day"]: (row["releases"], row["news"]) for row in days}
        start = date.fromisoformat(f"{months[0]}-01")
        return charts.by_day(counts, max(start, last - timedelta(days=92)), last, "Artikel per hari")
    monthly: dict[str, int] = {}
    for row in days:
        monthly[row["day"][:7]] = monthly.get(row["day"][:7], 0) + row["releases"] + row["news"]
    return charts.by_month(monthly, "Artikel per bulan", "/cari?")


async def country(request: Request, datasette: Datasette) -> Response:
    """The map of Indonesia: provinces shaded by how much is told of them, the most told cities as circles."""
    db = database(datasette)
    last = await dashboard_queries.last_day(db) or date.today()
    chosen, months = period(request, last)
    found = await dashboard_queries.most_mentioned(db, "GPE", months, 400, "t.code IS NOT NULL")
    totals: dict[str, int] = {}
    for row in found:
        totals[row["code"][:2]] = totals.get(row["code"][:2], 0) + row["n"]
    shown = [row for row in found if row["kind"] in ("kota", "kabupaten")][:60]
    names = {r.code: r.name for r in regions().by_code.values() if r.kind == "provinsi"}
    ranked = sorted(((totals.get(code, 0), name, code) for code, name in names.items()), key=lambda p: (-p[0], p[1]))
    return await page(
        datasette, request, "peta", periods=PERIODS, chosen=chosen, ranked=ranked, cities=shown[:15],
        map=maps.indonesia(totals, shown, labels=12, title="Peta Indonesia menurut banyaknya sebutan"),
    )  # fmt: skip
