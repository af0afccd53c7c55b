"""Authors, where bylines surely name a person: the list, and one with topics, whom the articles quote, releases."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from datasette.app import Datasette
from datasette.database import Database
from datasette.utils.asgi import NotFound, Request, Response

from pipelines.publish.mounted import database
from pipelines.publish.queries import authors as queries
from pipelines.publish.queries import comparison
from pipelines.publish.queries.articles import articles_of
from pipelines.publish.show.charts import by_month
from pipelines.publish.views.arguments import entity_id
from pipelines.publish.views.frame import page
from pipelines.publish.views.links import feed_address
from pipelines.publish.views.profiles import BY_MONTH, MOST_ARTICLES
from pipelines.search.asked import Search
from pipelines.search.rows import Row
from pipelines.search.setting_apart import TEXT, stems_apart, written

COMPARED = 120  # newest articles of an author, and of the outlet's others, whose words are compared


async def author(request: Request, datasette: Datasette) -> Response:
    """One author of one outlet."""
    db = database(datasette)
    row = await queries.author(db, entity_id(request))
    if row is None or not row["articles"]:
        raise NotFound("Penulis itu tidak ada")
    wanted = Search(author=str(row["id"]))
    all_articles = f"/cari?{wanted.address()}"
    since = await queries.since(db, row["id"])
    newest = await queries.newest(db, row["id"], since)
    recent = f"/cari?{replace(wanted, since=since).address()}"
    return await page(
        datasette,
        request,
        "penulis",
        author=row,
        namesakes=await queries.namesakes(db, row),
        chart=by_month(await queries.months(db, row["id"]), BY_MONTH, all_articles),
        words=await _topics(db, row, newest),
        stories=await queries.stories(db, newest),
        quoted=await _quoted(db, newest, recent),
        releases=await queries.releases(db, newest),
        since=since,
        recent_articles=recent,
        articles=await articles_of(
            db,
            f"a.id IN ({', '.join(map(str, newest[:MOST_ARTICLES])) or 0})",
            {},
            MOST_ARTICLES,
        ),
        all_articles=all_articles,
        feed=feed_address(datasette, wanted),
    )


async def _quoted(db: Database, articles: list[int], search: str) -> list[Row]:
    """Whom the articles quote, in most of them first, each with the search that finds these."""
    return [row | {"href": f"{search}&dikutip={row['id']}"} for row in await comparison.quoted(db, articles, 12)]


async def _topics(db: Database, row: Row, newest: list[int]) -> list[str]:
    """The words that set an author's articles apart from the others of the same outlet."""
    own = await comparison.texts(db, newest[:COMPARED], TEXT)
    others = await comparison.texts(db, await queries.of_outlet(db, row["source_id"], row["id"], COMPARED), 1)

    def apart() -> list[str]:
        stems = stems_apart([[one["stems"] for one in sample] for sample in (own, others)], [(), ()])[0]
        return [said for _, said in written(stems, [one["text"] for one in own][:30])]

    return await asyncio.to_thread(apart)
