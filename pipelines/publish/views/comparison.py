"""Comparison: two to five searches, people, institutions, places, stories or periods side by side.

The address is the comparison: each ?s= is the address of a search. What has no days of its own is compared in the
period of ?rentang=. Curves of different days lie above each other from their first day on.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any
from urllib.parse import parse_qsl, urlencode

from datasette.app import Datasette
from datasette.database import Database
from datasette.utils.asgi import Request, Response

from pipelines.desk.tone import TONES
from pipelines.language.stems import stem_text
from pipelines.publish.guard.mode import may_write
from pipelines.publish.mounted import database
from pipelines.publish.queries import comparison as queries
from pipelines.publish.queries import isu, names, tones
from pipelines.publish.show.charts import small_bar
from pipelines.publish.show.curves import Curve, curves
from pipelines.publish.show.spans import Span, gathered, spans
from pipelines.publish.views.arguments import a_day, one_of, word
from pipelines.publish.views.frame import page
from pipelines.publish.views.links import export_links
from pipelines.publish.views.named_searches import named
from pipelines.publish.views.periods import ALL, PERIODS, Period, period
from pipelines.publish.views.trend import SHARES, exact
from pipelines.search import trend as counting
from pipelines.search.asked import Search
from pipelines.search.rows import Row
from pipelines.search.setting_apart import TEXT, stems_apart, written
from pipelines.search.trend import NO_HOUR, Trend, outlet_totals
from pipelines.wording.dates import short_day
from pipelines.wording.numbers import number, percent

MOST = 5  # searches
SAMPLE, READ = 300, 120  # newest articles of a search whose quotes are counted, and whose words are compared
MOST_SAMPLED = 5 * SAMPLE
OUTLETS = 12
LONGEST = 1_000  # characters of the address of a search
KINDS = {"kata": "kata", "pejabat": "pejabat", "lembaga": "lembaga", "kota": "kota", "isu": "isu (nomornya)"}
SUGGESTED = {"pejabat": ("orang", "person"), "lembaga": ("lembaga", "organisation"), "kota": ("tempat", "place")}
TITLES = {"": "Artikel menurut waktu", SHARES: "Bagian dari artikel yang dibaca"}


@dataclass(frozen=True, slots=True)
class Side:
    """One search of a comparison: what it asks for within its days, its name, its trend, its newest articles."""

    wanted: Search
    name: str
    trend: Trend
    newest: Sequence[int]

    @property
    def within(self) -> Search:
        """Its search within the days that were counted."""
        return replace(self.wanted, since=self.trend.since or self.wanted.since, until=self.trend.until)

    @property
    def total(self) -> int:
        """Its articles in its days."""
        return self.trend.total()[0]

    @property
    def read(self) -> int:
        """All articles that were read in its days."""
        return self.trend.total()[1]


async def comparison(request: Request, datasette: Datasette) -> Response:
    """The comparison that the address holds; what a form adds to it becomes a part of the address first."""
    db = database(datasette)
    added, mistake = await _added(request, db)
    if added:
        return Response.redirect(_address(request, [*_searches(request), added]))
    chosen = await period(request, db)
    sides = await _sides(request, db, chosen)
    size = one_of(request, "ukuran", (SHARES,))
    labels, steps = _steps(sides)
    shown = may_write(datasette, request.scope)
    return await page(
        datasette,
        request,
        "sanding",
        sides=[
            row | {"number": n} for n, row in enumerate([await _told(db, side, sides, tone=shown) for side in sides])
        ],
        chart=_chart(sides, steps, labels, size) if sides else "",
        size=size,
        sizes=[
            (name, _address(request, _searches(request), ukuran=value), value == size)
            for value, name in (("", "jumlah"), (SHARES, "bagian"))
        ],
        outlets=await _outlets(db, sides),
        words=await _words(db, sides) if len(sides) > 1 else [],
        removals=[_address(request, _without(_searches(request), n)) for n in range(len(_searches(request)))],
        searches=[wanted.address() for wanted in _searches(request)],
        periods=PERIODS,
        chosen=chosen.chosen,
        kinds=KINDS,
        mistake=mistake,
        full=len(sides) >= MOST,
        relative=bool(labels),
        TONES=TONES,
        tone=shown,
        sample=SAMPLE,
        read=READ,
        downloads=export_links(request, "daftar/banding", _address(request, _searches(request)).partition("?")[2]),
    )


def _searches(request: Request) -> list[Search]:
    """The searches of the address, each once; what asks for nothing is none."""
    found = [Search.read(dict(parse_qsl(text[:LONGEST])).get) for text in request.args.getlist("s")]
    return [*dict.fromkeys(replace(wanted, order="") for wanted in found if wanted.asks)][:MOST]


def _address(request: Request, searches: Sequence[Search], **more: str) -> str:
    kept = {name: one_of(request, name, allowed) for name, allowed in (("rentang", PERIODS), ("ukuran", (SHARES,)))}
    given = [(name, value) for name, value in (kept | more).items() if value]
    return f"/banding?{urlencode([*(('s', wanted.address()) for wanted in searches), *given])}"


def _without(searches: Sequence[Search], left_out: int) -> list[Search]:
    return [wanted for n, wanted in enumerate(searches) if n != left_out]


async def _added(request: Request, db: Database) -> tuple[Search | None, str]:
    """(the search that a form adds, what is wrong with what was typed)."""
    typed, what = word(request, "tambah"), one_of(request, "apa", KINDS, "kata")
    since, until = a_day(request, "dari"), a_day(request, "sampai")
    there = _searches(request)
    if not typed and (since or until) and there:
        return replace(there[0], since=since, until=until), ""
    if not typed:
        return None, ""
    if what == "kata":
        found: Search | None = Search.read({"q": typed}.get)
    elif what == "isu":
        digits = typed.lstrip("#")
        row = await isu.story(db, int(digits)) if digits.isascii() and digits.isdigit() and len(digits) < 16 else None
        found = Search(story=str(row["id"])) if row else None
    else:
        kind, name = SUGGESTED[what]
        ids = [str(row["id"]) for row in await names.suggestions(db, typed) if row["kind"] == kind]
        found = Search(**{name: ids[0]}) if ids else None
    if found is None:
        return None, f"Tidak ada {what} yang cocok dengan {typed}."
    return replace(found, since=since, until=until), ""


async def _sides(request: Request, db: Database, chosen: Period) -> list[Side]:
    since, until = chosen.days
    searches = _searches(request)
    open_ones = [wanted for wanted in searches if not (wanted.since or wanted.until)]
    if not since and open_ones:  # all days: from the first that any of them has to the last
        found = [await counting.trend(db, wanted, estimated=True) for wanted in open_ones]
        ends = [(one.since, one.until) for one in found if one and one.since]
        since, until = min((end[0] for end in ends), default=""), max((end[1] for end in ends), default="")
    return [
        await _side(db, replace(wanted, since=since, until=until) if wanted in open_ones else wanted, wanted)
        for wanted in searches
    ]


async def _side(db: Database, within: Search, given: Search) -> Side:
    found = await counting.trend(db, within, estimated=True) or Trend()
    newest = await counting.newest(db, within, SAMPLE)
    return Side(within, await named(db, given), found, newest)


def _steps(sides: Sequence[Side]) -> tuple[list[str], list[list[Span]]]:
    """(what the steps are called where the days differ, the steps of each side)."""
    there = [side.trend for side in sides if side.trend.since]
    if not there:
        return [], [[] for _ in sides]
    days = {(found.since, found.until) for found in there}
    if len(days) == 1:
        since, until = days.pop()
        hourly = there[0].hourly
        return [], [spans(since, until, hourly=hourly, now=counting.today().isoformat()) for _ in sides]
    length = max(_length(found) for found in there)
    step = 1 if length <= 92 else 7 if length <= 644 else 30
    count = -(-length // step)
    labels = [f"hari ke-{n + 1}" if step == 1 else f"hari {n * step + 1} sampai {(n + 1) * step}" for n in range(count)]
    return labels, [_relative(side.trend, step, count) for side in sides]


def _length(found: Trend) -> int:
    return (date.fromisoformat(found.until) - date.fromisoformat(found.since)).days + 1


def _relative(found: Trend, step: int, count: int) -> list[Span]:
    """Steps of so many days from a trend's first day on."""
    if not found.since:
        return []
    first = date.fromisoformat(found.since)
    made = []
    for n in range(min(count, (date.max - first).days // step)):
        begin, end = first + timedelta(n * step), first + timedelta((n + 1) * step - 1)
        label = f"hari {n * step + 1}" if n % max(1, count // 6) == 0 else ""
        told = short_day(begin.isoformat()) + (f" sampai {short_day(end.isoformat())}" if step > 1 else "")
        made.append(Span(begin.isoformat(), f"{end.isoformat()}T99", told, label))
    return made


def _values(side: Side, steps: list[Span], size: str, count: int) -> list[float]:
    counts, read = gathered(side.trend.counts, steps), gathered(side.trend.read, steps)
    found = (
        [n / of if of else 0.0 for n, of in zip(counts, read, strict=True)] if size == SHARES else [*map(float, counts)]
    )
    return [*found, *([0.0] * (count - len(found)))]


def _chart(sides: Sequence[Side], steps: list[list[Span]], labels: list[str], size: str) -> str:
    longest = max(steps, key=len)
    data = []
    for side, own in zip(sides, steps, strict=True):
        hrefs = [
            "" if side.trend.hourly else f"/cari?{replace(side.wanted, since=s.since, until=s.until[:10]).address()}"
            for s in own
        ]
        data.append(Curve(side.name, _values(side, own, size, len(longest)), hrefs))
    say = percent if size == SHARES else _count
    return curves(data, longest, TITLES[size], say, labels[: len(longest)] or None)


def _count(value: float) -> str:
    return number(round(value))


async def _told(db: Database, side: Side, sides: Sequence[Side], *, tone: bool) -> dict[str, Any]:
    """What a page says of one side: numbers, share of voice, tones, who is quoted."""
    together = sum(other.total for other in sides)
    told: dict[str, Any] = {
        "name": side.name,
        "address": side.wanted.address(),
        "total": side.total,
        "read": side.read,
        "share": side.total / side.read if side.read else 0.0,
        "voice": side.total / together if together else 0.0,
        "bar": small_bar(side.total, max(other.total for other in sides)),
        "one_in": side.trend.one_in,
        "shortened": side.trend.shortened,
        "since": side.trend.since,
        "until": side.trend.until,
        "exact": exact(side.trend),
        "quoted": await _quoted(db, side),
    }
    if tone:
        told["tones"] = await queries.tones(db, await tones.toned(db, side.within))
        told["tones_at"] = f"/nada?{urlencode({'rentang': ALL, 's': side.within.address()})}"
        told["unset"] = 1 - told["tones"]["told"] / side.total if side.total else 1.0
    return told


async def _quoted(db: Database, side: Side) -> list[Row]:
    """Who is quoted most in the newest articles of a side, from the day on that the newest SAMPLE reach back to.

    `n` counts the articles of these days that a search for the person's quotes finds, and `href` is that search.
    """
    recent = replace(side.within, since=_reaching(side.trend, SAMPLE))
    newest = await counting.newest(db, recent, MOST_SAMPLED)
    found = await queries.quoted(db, newest)
    if len(newest) == MOST_SAMPLED:  # a day with more than these: each person's articles of the days are asked for
        quoting = await queries.quoting(db, [row["id"] for row in found], recent.since, recent.until)
        hits = set(await counting.among(db, recent, [article for articles in quoting.values() for article in articles]))
        found = [row | {"n": len(hits.intersection(quoting.get(row["id"], ())))} for row in found]
    told = [row | {"href": f"/cari?{replace(recent, quoted=str(row['id'])).address()}"} for row in found if row["n"]]
    return sorted(told, key=lambda row: (-row["n"], row["name"]))


def _reaching(found: Trend, articles: int) -> str:
    """The last day from which on a trend has so many articles; its first where it has fewer."""
    by_day: Counter[str] = Counter()
    for key, n in found.counts.items():
        by_day[found.since if key == NO_HOUR else key[:10]] += n
    together = 0
    for day in sorted(by_day, reverse=True):
        together += by_day[day]
        if together >= articles:
            return day
    return found.since


async def _outlets(db: Database, sides: Sequence[Side]) -> list[Row]:
    """The outlets with most articles of all sides: {id, name, counts (of each side)}."""
    together: Counter[str] = Counter()
    for side in sides:
        together.update(dict(side.trend.outlets))
    chosen = [source for source, _ in together.most_common(OUTLETS)]
    named = await outlet_totals(db, chosen, "", "")
    own = [dict(side.trend.outlets) for side in sides]
    return [
        {
            "id": source,
            "name": named[source]["name"],
            "counts": [
                (counts.get(source, 0), f"/cari?{replace(side.wanted, source=source).address()}")
                for side, counts in zip(sides, own, strict=True)
            ],
        }
        for source in chosen
    ]


async def _words(db: Database, sides: Sequence[Side]) -> list[list[tuple[str, str]]]:
    """For each side the words that set it apart, each with a search for it."""
    found = [await queries.texts(db, side.newest[:READ], TEXT) for side in sides]
    asked = [set(stem_text(f"{side.name} {side.wanted.query}").split()) for side in sides]

    def apart() -> list[list[tuple[str, str]]]:
        samples = [[row["stems"] for row in sample] for sample in found]
        stems = stems_apart(samples, asked)
        return [written(own, [row["text"] for row in sample][:30]) for own, sample in zip(stems, found, strict=True)]

    told = await asyncio.to_thread(apart)
    return [[(said, _with_word(side.wanted, said)) for _, said in own] for side, own in zip(sides, told, strict=True)]


def _with_word(wanted: Search, said: str) -> str:
    query = f"({wanted.query}) AND {said}" if wanted.operators else f"{wanted.query} {said}".strip()
    return f"/cari?{replace(wanted, query=query).address()}"


async def comparison_lines(request: Request, datasette: Datasette) -> list[tuple[str, str, str, int, int, float]]:
    """The lines of a comparison's file: (search, first day or hour, last, articles, articles read, their share)."""
    db = database(datasette)
    sides = await _sides(request, db, await period(request, db))
    lines = []
    for side, steps in zip(sides, _steps(sides)[1], strict=True):
        counts, read = gathered(side.trend.counts, steps), gathered(side.trend.read, steps)
        lines += [
            (side.name, step.since, step.until.removesuffix("T99"), n, of, round(n / of, 6) if of else 0.0)
            for step, n, of in zip(steps, counts, read, strict=True)
        ]
    return lines
