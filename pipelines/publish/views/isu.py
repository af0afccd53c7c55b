"""The stories (isu): today's on the home page, the list with filters, and one with all that is known of it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from datasette.app import Datasette
from datasette.database import Database
from datasette.utils.asgi import NotFound, Request, Response

from pipelines.desk.messages import STORY, Subject
from pipelines.isu.numbers import differing
from pipelines.publish.guard.mode import may_write
from pipelines.publish.mounted import database
from pipelines.publish.queries import isu as queries
from pipelines.publish.queries.agreements import agreement_list
from pipelines.publish.show.growth import curve, over_time
from pipelines.publish.views import messages
from pipelines.publish.views.arguments import a_day, entity_id, one_of, page_number, word
from pipelines.publish.views.frame import page
from pipelines.publish.views.links import export_links, feed_address, other_page, pager
from pipelines.publish.views.periods import today as this_day
from pipelines.search.asked import Search
from pipelines.search.rows import PAGE_SIZE, Row
from pipelines.wording.labels import SOURCE_KINDS
from pipelines.wording.wib import parse_time, stamp

NO_STORY = "Isu itu tidak ada"
NAMED = 3  # people and places on a card
ALL_DAYS = "semua"
TOLD = "id title first_seen last_seen articles outlets first_outlet grew_hour grew_day summary".split()
TOLD_ARTICLE = "id title url published_at source_id outlet kind score reason".split()


async def last_days(db: Database, limit: int, *, team: bool) -> list[tuple[str, bool, list[Row]]]:
    """The stories of the last day that has any, those of most outlets first: (day, whether it is today, cards).

    After midnight a day has few or none yet, so where it has less than `limit`, the rest are those of the day before it
    that has any.

    team  also what the team says of them, and not those that it has closed
    """
    days: list[tuple[str, bool, list[Row]]] = []
    seen: set[int] = set()
    before = ""
    while len(days) < 2 and len(seen) < limit and (before := await queries.last_day(db, before, without_closed=team)):
        picked = await queries.chosen(db, queries.Asked(day=before, without_closed=team))
        listed = await queries.listed(db, picked, limit + len(seen))
        found = [row for row in listed if row["id"] not in seen][: limit - len(seen)]
        seen |= {row["id"] for row in found}
        days.append((before, before == this_day().isoformat(), await _cards(db, found, team=team)))
    return days


async def _cards(db: Database, found: list[Row], *, team: bool) -> list[Row]:
    """Stories with what their cards show besides: the curve, people, places; to the team its tones and marks."""
    ids = [row["id"] for row in found]
    moments = await queries.moments(db, ids)
    tones, marks = (await queries.tones(db, ids), await queries.marks(db, ids)) if team else ({}, {})
    return [
        row
        | {
            "curve": curve(moments[row["id"]]),
            "people": await queries.officials(db, row["id"], NAMED),
            "places": await queries.places(db, row["id"], NAMED),
            "tones": tones.get(row["id"], {}),
            "marks": marks.get(row["id"], {}),
        }
        for row in found
    ]


async def asked_for(request: Request, db: Database, *, team: bool) -> queries.Asked:
    """What the address of a list of stories asks for; without a day the last one that has any.

    team  whether it may ask for what the team follows or has closed; these are looked for on all days
    """
    said = word(request, "hari")
    marked = one_of(request, "tim", queries.MARKS) if team else ""
    return queries.Asked(
        day="" if said == ALL_DAYS or (marked and not said) else a_day(request, "hari") or await queries.last_day(db),
        organisation=word(request, "lembaga"),
        official=word(request, "pejabat"),
        city=word(request, "kota"),
        kind=one_of(request, "jenis", SOURCE_KINDS),
        growing=word(request, "tumbuh") == "1",
        team=marked,
    )


async def stories(request: Request, datasette: Datasette) -> Response:
    """The list of stories of several articles."""
    db, number, team = database(datasette), page_number(request), may_write(datasette, request.scope)
    asked = await asked_for(request, db, team=team)
    picked = await queries.chosen(db, asked)
    found = await queries.listed(db, picked, PAGE_SIZE, PAGE_SIZE * (number - 1))
    total, exact_to = await queries.count(db, picked)
    return await page(
        datasette,
        request,
        "isu",
        asked=asked,
        found=await _cards(db, found, team=team),
        all_days=other_page(request, hari=ALL_DAYS),
        days=_neighbours(request, asked.day),
        downloads=export_links(request, "daftar/isu"),
        pager=pager(request, number, PAGE_SIZE, total, exact_to),
        older=exact_to < queries.MOST_COUNTED,
    )


def _neighbours(request: Request, day: str) -> list[tuple[str, str]]:
    """(day, address) of the day before and the one after, if that has come."""
    if not day:
        return []
    at = date.fromisoformat(day).toordinal()
    beside = [date.fromordinal(at + by).isoformat() for by in (-1, 1) if 1 < at + by <= this_day().toordinal()]
    return [(other, other_page(request, hari=other)) for other in beside]


async def stories_json(request: Request, datasette: Datasette) -> Response:
    """The same list as JSON, a page of it."""
    db, number = database(datasette), page_number(request)
    picked = await queries.chosen(db, await asked_for(request, db, team=may_write(datasette, request.scope)))
    found = await queries.listed(db, picked, PAGE_SIZE, PAGE_SIZE * (number - 1))
    return Response.json([{name: row[name] for name in TOLD} for row in found])


async def story(request: Request, datasette: Datasette) -> Response:
    """One story: when each outlet told of it, in which words, who says what, what differs, what is behind it."""
    db, row = database(datasette), await _story(request, datasette)
    if row["merged_into"]:
        return Response.redirect(f"/isu/{row['merged_into']}", status=301)
    team = may_write(datasette, request.scope)
    articles = await queries.articles(db, row["id"])
    agreements, _ = await agreement_list(db, await queries.agreement_ids(db, row["id"]), {}, 1)
    wanted = Search(story=str(row["id"]))
    return await page(
        datasette,
        request,
        "isu_satu",
        story=row,
        articles=articles,
        outlets=_by_outlet(articles),
        quoted=next((a for a in articles if a["id"] == row["summary_id"]), None),
        chart=over_time([a["published_at"] for a in articles], "Artikel menurut waktu"),
        officials=await queries.officials(db, row["id"]),
        places=await queries.places(db, row["id"]),
        quotes=_by_person(await queries.quotes(db, row["id"])),
        numbers=differing([(a["outlet"], f"{a['title']}. {a['text']}") for a in articles]),
        releases=await queries.releases(db, row["id"]),
        agreements=agreements,
        all_articles=f"/cari?{wanted.address()}",
        last_day=_before(row["last_seen"], timedelta(days=1)),
        last_hour=_before(row["last_seen"], timedelta(hours=1)),
        feed=feed_address(datasette, wanted),
        downloads=export_links(request, "articles", wanted.address()),
        cut=len(articles) < row["articles"],
        others=await queries.beside(db, row) if team else [],
        marks=(await queries.marks(db, [row["id"]])).get(row["id"], {}) if team else {},
        tones=(await queries.tones(db, [row["id"]])).get(row["id"], {}) if team else {},
        changed=word(request, "diatur"),
        messages=await messages.section(request, datasette, Subject(STORY, row["id"])),
    )


def _before(moment: str, by: timedelta) -> str:
    """The moment so long before another one, as the database writes them."""
    return stamp(parse_time(moment) - by)


async def story_json(request: Request, datasette: Datasette) -> Response:
    """One story with its articles as JSON; one that was joined to another leads there."""
    row = await _story(request, datasette)
    if row["merged_into"]:
        return Response.redirect(f"/isu/{row['merged_into']}.json", status=301)
    articles = await queries.articles(database(datasette), row["id"])
    told: dict[str, Any] = {name: row[name] for name in TOLD}
    return Response.json(told | {"members": [{name: a[name] for name in TOLD_ARTICLE} for a in articles]})


async def _story(request: Request, datasette: Datasette) -> Row:
    """The story that the address names. Raises NotFound."""
    row = await queries.story(database(datasette), entity_id(request, missing=NO_STORY))
    if row is None:
        raise NotFound(NO_STORY)
    return row


def _by_outlet(articles: list[Row]) -> list[Row]:
    """Each outlet once, in the order in which they came: {outlet, source_id, first, last, n, after} (minutes)."""
    found: dict[str, Row] = {}
    for article in articles:
        row = found.setdefault(
            article["source_id"] or "",
            {"outlet": article["outlet"], "source_id": article["source_id"], "first": article["published_at"], "n": 0},
        )
        row["n"] += 1
    return list(found.values())


def _by_person(quotes: list[Row]) -> list[tuple[Row, list[Row]]]:
    """Quotes by the person, in the order in which each was first quoted."""
    found: dict[int, list[Row]] = {}
    for quote in quotes:
        found.setdefault(quote["person_id"], []).append(quote)
    return [(said[0], said) for said in found.values()]
