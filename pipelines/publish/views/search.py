"""The search page, and the suggestions while one types."""

from __future__ import annotations

from typing import Any

from datasette.app import Datasette
from datasette.database import Database
from datasette.utils.asgi import Request, Response

from pipelines.publish.mounted import database
from pipelines.publish.queries import isu, names
from pipelines.publish.queries.articles import any_article
from pipelines.publish.queries.sources import source_names
from pipelines.publish.views import trend, watch_form, watch_search
from pipelines.publish.views.arguments import page_number, word
from pipelines.publish.views.frame import page
from pipelines.publish.views.hints import Hint, misunderstood
from pipelines.publish.views.links import export_links, feed_address, other_page, pager
from pipelines.publish.views.periods import day_links
from pipelines.search import meant
from pipelines.search.asked import LATEST, Search
from pipelines.search.by_story import InStories, hits_in
from pipelines.search.named_places import province_name
from pipelines.search.posts import post_name
from pipelines.search.reading import Reading
from pipelines.search.rows import PAGE_SIZE, Row
from pipelines.search.snippets import highlighted, snippet
from pipelines.wording.dates import moment

PROFILES = {"orang": "/pejabat/", "tempat": "/kota/", "lembaga": "/lembaga/"}  # by kind of suggestion
# The filters that come from a profile: field of Search, its name in addresses, the table of the names.
FROM_PROFILES = (
    ("person", "orang", "people"),
    ("organisation", "lembaga", "organisations"),
    ("place", "tempat", "places"),
    ("beside", "dengan", "people"),
    ("law", "peraturan", "laws"),
    ("author", "penulis", "authors"),
    ("quoted", "dikutip", "people"),
)


async def search(request: Request, datasette: Datasette) -> Response:
    """One box, filters, highlighted snippets, ways to share, follow and export."""
    db = database(datasette)
    wanted, number = Search.read(request.args.get), page_number(request)
    answer = await meant.search(db, wanted, number)
    found, error = answer.found, answer.found.expression.error
    folded = isu.Folded() if wanted.story else await isu.folded(db, [row["id"] for row in found.rows])
    in_stories = await hits_in(db, wanted, list(folded.stories.values()))
    for row in answer.rows:
        row["snippet"] = snippet(row.pop("text"), answer.terms)
        row["headline"] = highlighted(row["title"], answer.terms)
    return await page(
        datasette,
        request,
        "cari",
        400 if error else 200,
        error=error,
        wanted=wanted,
        found=[row for row in found.rows if row["id"] not in folded.hidden],
        stories={first: _beside(wanted, found.rows, first, folded, in_stories) for first in folded.stories},
        near=answer.near,
        near_first=answer.near_first,
        hints=_hints(request, answer.reading),
        day_links=day_links(request, wanted.since, wanted.until),
        any_article=bool(found.total) or await any_article(db),
        misread=await misunderstood(request, db),
        newest_only=found.newest_only,
        pager=pager(request, number, PAGE_SIZE, found.total),
        sources=await source_names(db),
        chosen=await _from_profiles(db, request, wanted),
        by_fit=other_page(request, urut=""),
        by_day=other_page(request, urut=LATEST),
        feed=feed_address(datasette, wanted),
        downloads=export_links(request, "articles", wanted.address()),
        watch=await watch_form.offered(datasette, request, wanted),
        watched=watch_search.offered(datasette, request, wanted),
        over_time=await trend.above_hits(request, db, wanted) if wanted.asks and found.total and number == 1 else None,
    )


def _beside(wanted: Search, rows: list[Row], first: int, folded: isu.Folded, in_stories: InStories) -> dict[str, Any]:
    """What stands below the first hit of a story: its other hits on this page, how many there are in all, and where."""
    story, here = folded.stories[first], folded.more.get(first, [])
    return {
        "id": story,
        "here": [row for row in rows if row["id"] in here],
        "others": max(in_stories.hits.get(story, 0) - 1, len(here)),
        "exact": in_stories.exact,
        "all": f"/cari?{wanted.address(isu=story)}",
    }


def _hints(request: Request, reading: Reading | None) -> list[Hint]:
    """What else the words of a search may mean: shown, and never searched for in their place."""
    if reading is None:
        return []
    hints = []
    if reading.spelling:
        hints.append(Hint("Mungkin maksud Anda:", reading.spelling, other_page(request, q=reading.spelling)))
    if (query := reading.with_forms) and not (reading.laws or reading.spelling):
        hints.append(Hint("Dengan nama lainnya:", query, other_page(request, q=query, operator="1")))
    hints += [Hint("Semua artikel yang menyebut", name, f"/peraturan/{law}") for law, name in reading.laws]
    return hints


async def _from_profiles(db: Database, request: Request, wanted: Search) -> list[tuple[str, str]]:
    """The name of each filter that came from a profile, with the address of the search without it."""
    chosen = []
    if wanted.story:
        row = await isu.story(db, int(wanted.story))
        chosen.append((f"isu: {row['title']}" if row else f"isu {wanted.story}", other_page(request, isu="", sejak="")))
        if wanted.after:
            chosen.append((f"sesudah {moment(wanted.after)}", other_page(request, sejak="")))
    for field, argument, table in FROM_PROFILES:
        entity = getattr(wanted, field)
        if entity:
            name = await names.name_of(db, table, entity)
            without = {argument: ""} | ({"jabatan": ""} if field == "person" else {})
            said = f"kutipan {name}" if name and field == "quoted" else name
            chosen.append((said or f"{argument} {entity}", other_page(request, **without)))
    if wanted.post and wanted.person:
        chosen.append((post_name(wanted.post), other_page(request, jabatan="")))
    if wanted.province:
        chosen.append((province_name(wanted.province), other_page(request, provinsi="")))
    return chosen


async def suggest(request: Request, datasette: Datasette) -> Response:
    """People, places and institutions for what is being typed: [{kind, name, href}]."""
    found = await names.suggestions(database(datasette), word(request, "q", names.LONGEST_TYPED))
    return Response.json(
        [{"kind": row["kind"], "name": row["name"], "href": f"{PROFILES[row['kind']]}{row['id']}"} for row in found]
    )
