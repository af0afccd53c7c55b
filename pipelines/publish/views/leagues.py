"""The league tables of coverage: the releases and who took them up, the outlets, and the share by source and month."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from datasette.app import Datasette
from datasette.database import Database
from datasette.utils.asgi import Request, Response

from pipelines.coverage.labels import LABELS
from pipelines.publish.mounted import database
from pipelines.publish.queries import coverage as queries
from pipelines.publish.queries.articles import any_article
from pipelines.publish.queries.coverage import Asked
from pipelines.publish.views.arguments import LONGEST_ID, a_day, digits, one_of, page_number, word
from pipelines.publish.views.frame import page
from pipelines.publish.views.links import export_links, other_page, pager
from pipelines.publish.views.periods import PERIODS, period
from pipelines.search.rows import PAGE_SIZE, Row

SIZE = 2 * PAGE_SIZE
MOST = 1_000_000  # rows; all are counted
MONTH = re.compile(r"\d{4}-(?:0[1-9]|1[0-2])")
TAKEN = {"": "semua", "ya": "yang diliput", "tidak": "yang tidak diliput"}  # by ?diliput=
# How a table can be put in order, by ?urut=, as people read it; as SQL in queries.coverage.
RELEASE_WORDS = {
    "": "paling banyak media",
    "terbaru": "terbaru",
    "tercepat": "paling cepat diliput",
    "utuh": "paling sering dimuat utuh",
}
KEPT = ("rentang", "bulan", "dari", "sampai", "sumber", "media", "siaran")
OUTLET_WORDS = {
    "": "paling banyak siaran pers",
    "tercepat": "paling cepat",
    "disalin": "paling banyak disalin",
    "nama": "nama",
}


async def releases(request: Request, datasette: Datasette) -> Response:
    """All releases; those that were taken up come first, but for the order by day."""
    db, asked, taken = database(datasette), await asked_for(request, datasette), taken_of(request)
    every, totals = await queries.release_count(db, asked), await queries.totals(db, asked)
    number, order = page_number(request), one_of(request, "urut", RELEASE_WORDS)
    found = await _releases(db, asked, taken, totals["releases"], order, SIZE * (number - 1))
    total = {"": every, "ya": totals["releases"], "tidak": every - totals["releases"]}[taken]
    return await _league(
        request,
        datasette,
        "rilis",
        RELEASE_WORDS,
        found=found,
        totals=totals,
        pager=pager(request, number, SIZE, total, MOST),
        every=every,
        taken=taken,
        taken_words=TAKEN,
        every_one=other_page(request, diliput=""),
        only_taken=other_page(request, diliput="ya"),
        only_others=other_page(request, diliput="tidak"),
        outlets=await queries.sources_in_league(db, "outlet"),
        downloads=export_links(request, "daftar/liputan"),
    )


async def _releases(db: Database, asked: Asked, taken: str, taken_up: int, order: str, offset: int) -> list[Row]:
    """A page of the releases, of which so many were taken up."""
    if taken == "tidak":
        return await queries.not_taken_up(db, asked, SIZE, offset)
    if order == "terbaru" and not taken:
        return await queries.newest_releases(db, asked, SIZE, offset)
    found = await queries.releases(db, asked, queries.RELEASE_ORDERS[order], SIZE, offset) if offset < taken_up else []
    if taken or len(found) == SIZE:
        return found
    return found + await queries.not_taken_up(db, asked, SIZE - len(found), max(0, offset - taken_up))


async def outlets(request: Request, datasette: Datasette) -> Response:
    """The outlets that took releases up."""
    db, asked = database(datasette), await asked_for(request, datasette)
    totals, number = await queries.totals(db, asked), page_number(request)
    order = queries.OUTLET_ORDERS[one_of(request, "urut", OUTLET_WORDS)]
    return await _league(
        request,
        datasette,
        "media",
        OUTLET_WORDS,
        found=await queries.outlets(db, asked, order, SIZE, SIZE * (number - 1)),
        totals=totals,
        pager=pager(request, number, SIZE, totals["outlets"], MOST),
        downloads=export_links(request, "daftar/liputan-media"),
    )


async def shares(request: Request, datasette: Datasette) -> Response:
    """What share of the releases was taken up: by source and by month."""
    db, asked = database(datasette), await asked_for(request, datasette)
    return await _league(
        request,
        datasette,
        "sumber",
        {},
        totals=await queries.totals(db, asked),
        by_source=await queries.taken_up_by_source(db, asked),
        by_month=[row | {"when": _month(row["month"], asked)} for row in await queries.taken_up_by_month(db, asked)],
        downloads=export_links(request, "daftar/liputan-sumber"),
    )


async def pairs(request: Request, datasette: Datasette) -> Response:
    """The articles that took a release up, one row a pair: what the numbers by label count."""
    db, asked = database(datasette), await asked_for(request, datasette)
    number, totals = page_number(request), await queries.totals(db, asked)
    release = await queries.article(db, int(asked.release)) if asked.release else None
    return await _league(
        request,
        datasette,
        "berita",
        {},
        found=await queries.pairs(db, asked, SIZE, SIZE * (number - 1)),
        totals=totals,
        label=asked.label,
        release=release,
        without_release=other_page(request, siaran=""),
        outlets=await queries.sources_in_league(db, "outlet"),
        pager=pager(request, number, SIZE, totals["pairs"], MOST),
        downloads=export_links(request, "daftar/liputan-berita"),
    )


async def _league(
    request: Request, datasette: Datasette, name: str, orders: Mapping[str, str], **context: Any
) -> Response:
    """The page of a league table, with its filters; `name` ends that of its template."""
    db = database(datasette)
    return await page(
        datasette,
        request,
        f"liga_{name}",
        periods=PERIODS,
        chosen=(await period(request, db)).chosen,
        month=month_of(request),
        days=days_of(request),
        when=_when(request, (await period(request, db)).chosen),
        order=one_of(request, "urut", orders),
        sorted_by=orders,
        source=word(request, "sumber"),
        outlet=word(request, "media"),
        sources=await queries.sources_of_releases(db),
        kept=_kept(request),
        any_article=await any_article(db),
        **context,
    )


def _kept(request: Request) -> str:
    """What the address says of the period, the releases and the outlet, as the start of other lists' addresses."""
    given = {name: word(request, name) for name in KEPT}
    return urlencode({name: value for name, value in given.items() if value})


def _when(request: Request, chosen: str) -> str:
    """What the address says of the days, as arguments of another list of the same ones."""
    given = {name: word(request, name) for name in ("bulan", "dari", "sampai") if word(request, name)}
    return urlencode(given or {"rentang": chosen})


def _month(month: str, asked: Asked) -> str:
    """The days of a month that are asked for, as arguments of the list of releases."""
    first, last = f"{month}-01", f"{month}-{monthrange(int(month[:4]), int(month[5:]))[1]}"
    since, until = max(first, asked.since), min(last, asked.until or last)
    whole = (since, until) == (first, last)
    return urlencode({"bulan": month} if whole else {"dari": since, "sampai": until})


async def asked_for(request: Request, datasette: Datasette) -> Asked:
    """What the address of a league table asks for. An outlet asks for the releases that it took up."""
    month, days = month_of(request), days_of(request)
    if month:
        since, until = f"{month}-01", f"{month}-31"
    elif any(days):
        since, until = days
    else:
        chosen = await period(request, database(datasette))
        since, until = (chosen.since if chosen.months else ""), chosen.within[1] if chosen.within else ""
    label, release = one_of(request, "label", ("", *LABELS)), digits(request, "siaran", LONGEST_ID)
    if release:
        since = until = ""
    return Asked(since, until, word(request, "sumber"), word(request, "media"), label, release)


def taken_of(request: Request) -> str:
    """Which releases are asked for, of TAKEN; of an outlet those that it took up."""
    return "ya" if word(request, "media") else one_of(request, "diliput", TAKEN)


def days_of(request: Request) -> tuple[str, str]:
    """The first and last day that are asked for, in the place of a period; "" for none."""
    return a_day(request, "dari"), a_day(request, "sampai")


def month_of(request: Request) -> str:
    """The month that is asked for ("2025-11"), in the place of a period; "" for none."""
    value = word(request, "bulan")
    return value if MONTH.fullmatch(value) else ""
