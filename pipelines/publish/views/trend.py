"""The trend of a search: above its hits, and on a page of its own with outlets, the period before, and files."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from datasette.app import Datasette
from datasette.database import Database
from datasette.utils.asgi import Request, Response
from markupsafe import Markup

from pipelines.publish.mounted import database
from pipelines.publish.show import charts
from pipelines.publish.show.spans import Span, gathered, spans
from pipelines.publish.views.arguments import one_of
from pipelines.publish.views.frame import page
from pipelines.publish.views.links import export_links, other_page
from pipelines.search import trend as counting
from pipelines.search.asked import Search
from pipelines.search.rows import Row
from pipelines.search.trend import Trend, outlet_totals
from pipelines.wording.numbers import number, percent

SHARES = "bagian"  # ?ukuran=: shares of what was read in the place of numbers
MOST_OUTLETS = 15
COMPARED = (30, 7)  # days: the last ones against as many before, where a search has no days of its own
TITLES = {"": "Artikel menurut waktu", SHARES: "Bagian dari artikel yang dibaca"}


@dataclass(frozen=True, slots=True)
class Change:
    """A number of articles against that of as many days before, each with the share of what was read then."""

    days: int
    articles: int
    share: float
    before: int
    share_before: float
    ends: str

    @property
    def said(self) -> str:
        """By how much the number changed: "naik 25%"; "" where there was nothing before."""
        if not self.before:
            return ""
        change = self.articles / self.before - 1
        return "tetap" if not change else f"{'naik' if change > 0 else 'turun'} {number(round(abs(100 * change)))}%"


async def above_hits(request: Request, db: Database, wanted: Search) -> dict[str, Any] | None:
    """What the search page shows of its search's trend; None where counting takes too long, or finds no day."""
    found = await counting.trend(db, wanted)
    return _shown(request, wanted, found) if found and found.since and found.counts else None


def _shown(request: Request, wanted: Search, found: Trend) -> dict[str, Any]:
    size = one_of(request, "ukuran", (SHARES,))
    steps, change = steps_of(found), _within(found) if not wanted.since else None
    return {
        "trend": found,
        "chart": _chart(found, steps, size, request),
        "size": size,
        "sizes": [
            (name, other_page(request, ukuran=value), value == size)
            for value, name in (("", "jumlah"), (SHARES, "bagian"))
        ],
        "total": found.total(),
        "change": change,
        "change_at": _changed_at(wanted, found, change),
        "address": wanted.address(),
    }


def exact(found: Trend) -> bool:
    """Whether a trend counted every hit, so that a list of them says the same number."""
    return found.one_in == 1 and not found.shortened


def _changed_at(wanted: Search, found: Trend, change: Change | None) -> str:
    """Where the hits of a change's last days are; "" where they were estimated, or hours counted."""
    if change is None or not exact(found) or found.hourly:
        return ""
    since = date.fromisoformat(change.ends) - timedelta(change.days - 1)
    return f"/cari?{replace(wanted, since=since.isoformat(), until=change.ends).address()}"


def steps_of(found: Trend) -> list[Span]:
    """The steps of a trend's period."""
    return spans(found.since, found.until, hourly=found.hourly, now=counting.today().isoformat())


def _chart(found: Trend, steps: list[Span], size: str, request: Request) -> Markup:
    """Bars that lead to the hits of their days; hours lead nowhere, since a search has no hours."""
    counts, read = gathered(found.counts, steps), gathered(found.read, steps)
    shares = [n / of if of else 0.0 for n, of in zip(counts, read, strict=True)]
    heights: list[float] = [*(shares if size == SHARES else counts)]
    data = [
        charts.Bar(
            (height,),
            step.name,
            step.label,
            None if found.hourly else other_page(request, dari=step.since, sampai=step.until),
        )
        for step, height in zip(steps, heights, strict=True)
    ]
    lines = [
        (step.name, (number(n), number(of), percent(part)))
        for step, n, of, part in zip(steps, counts, read, shares, strict=True)
        if n or of
    ]
    title = TITLES[size]
    table = charts.figures(title, ("Artikel", "Dibaca", "Bagian"), lines)
    return charts.bars(data, title, percent if size == SHARES else _count, table)


def _count(value: float) -> str:
    return number(round(value))


def _within(found: Trend) -> Change | None:
    """The last days of a trend against as many before, of as many as it has; today counts once it is over."""
    last = min(date.fromisoformat(found.until), counting.today() - timedelta(1))
    for days in COMPARED:
        if last - timedelta(2 * days - 1) >= date.fromisoformat(found.since):
            return _change(found, found, last, days)
    return None


def _change(now: Trend, then: Trend, last: date, days: int) -> Change:
    """The `days` up to `last` in one trend against those before them in another."""
    since, before = last - timedelta(days - 1), last - timedelta(days)
    articles, read = now.total(since.isoformat(), last.isoformat())
    earlier, read_then = then.total((before - timedelta(days - 1)).isoformat(), before.isoformat())
    return Change(
        days,
        articles,
        articles / read if read else 0.0,
        earlier,
        earlier / read_then if read_then else 0.0,
        last.isoformat(),
    )


async def before(db: Database, wanted: Search, found: Trend) -> Change | None:
    """A search's own days against as many before them."""
    first, last = date.fromisoformat(found.since), date.fromisoformat(found.until)
    days = (last - first).days + 1
    if first.toordinal() <= days:
        return None
    ends = (first - timedelta(days)).isoformat(), (first - timedelta(1)).isoformat()
    then = await counting.trend(db, replace(wanted, since=ends[0], until=ends[1]), estimated=True)
    return _change(found, then, last, days) if then else None


async def trend(request: Request, datasette: Datasette) -> Response:
    """A search's trend: its chart, what it was before, its outlets, its files."""
    db, wanted = database(datasette), Search.read(request.args.get)
    found = await counting.trend(db, wanted, estimated=True) or Trend()
    shown: dict[str, Any] = {"trend": found}
    if found.since:
        shown = _shown(request, wanted, found)
        if wanted.since:
            shown["change"] = await before(db, wanted, found)
            shown["change_at"] = _changed_at(wanted, found, shown["change"])
    return await page(
        datasette,
        request,
        "tren",
        wanted=wanted,
        error=wanted.expression().error,
        exact=exact(found),
        outlets=await _outlets(db, wanted, found),
        downloads=export_links(request, "daftar/tren", wanted.address()),
        **shown,
    )


async def _outlets(db: Database, wanted: Search, found: Trend) -> list[Row]:
    """The outlets with most of the articles, each with the share of what was read of it."""
    chosen = found.outlets[:MOST_OUTLETS]
    totals = await outlet_totals(db, [source for source, _ in chosen], found.since, found.until)
    most = chosen[0][1] if chosen else 0
    return [
        {
            "id": source,
            "name": totals[source]["name"],
            "href": f"/cari?{replace(wanted, source=source).address()}",
            "n": n,
            "share": n / (totals[source]["n"] or n),
            "bar": charts.small_bar(n, most),
        }
        for source, n in chosen
    ]


async def trend_lines(request: Request, datasette: Datasette) -> list[tuple[str, str, int, int, float]]:
    """The lines of a trend's file: (first day or hour, last, articles, articles read, their share)."""
    found = await counting.trend(database(datasette), Search.read(request.args.get), estimated=True)
    if not found or not found.since:
        return []
    steps = steps_of(found)
    both = zip(steps, gathered(found.counts, steps), gathered(found.read, steps), strict=True)
    return [(step.since, step.until, n, read, round(n / read, 6) if read else 0.0) for step, n, read in both]
