"""The newest articles of any search as an Atom feed."""

from __future__ import annotations

from dataclasses import replace

from datasette.app import Datasette
from datasette.database import Database
from datasette.utils.asgi import Request, Response

from pipelines.publish.guard.signing import feed_ends, today
from pipelines.publish.mounted import database
from pipelines.publish.queries.names import name_of
from pipelines.publish.show import atom
from pipelines.publish.views.arguments import word
from pipelines.publish.views.links import absolute, feed_address
from pipelines.search.asked import LATEST, Search
from pipelines.search.find import search
from pipelines.wording.dates import day
from pipelines.wording.labels import ARTICLE_KINDS

MOST_ENTRIES = 50
TOLD_DAYS = 14  # before a signature ends, the title of its feed tells so


async def feed(request: Request, datasette: Datasette) -> Response:
    """The newest articles of a search as Atom."""
    db = database(datasette)
    wanted = Search.read(request.args.get)
    newest = replace(wanted, order=LATEST)
    found = await search(db, newest, 1, MOST_ENTRIES)
    text = atom.feed(
        (
            atom.Entry(row["id"], row["title"], row["text"], row["url"], row["source"], row["published_at"])
            for row in found.rows
        ),
        title=await title_of(db, wanted) + _ending(word(request, "tanda")),
        # With the signature that was given: a fresh one would let an address that leaked hold for ever.
        address=feed_address(datasette, wanted, word(request, "tanda")),
        page=f"/cari?{newest.address()}",
        absolute=lambda path: absolute(datasette, request, path),
    )
    return Response(text, content_type="application/atom+xml; charset=utf-8")


def _ending(signature: str) -> str:
    """What the title adds while a signed feed is about to end: its readers would only see that nothing comes."""
    ends = feed_ends(signature)
    if ends is None or (ends - today()).days > TOLD_DAYS:
        return ""
    return f" (umpan ini berakhir {day(ends.isoformat())}; ambil alamat baru dari halaman pencariannya)"


async def title_of(db: Database, wanted: Search) -> str:
    """A search in words: "Pantau: pasar, Siaran pers, Kota Bandung"."""
    parts = [wanted.query, ARTICLE_KINDS.get(wanted.kind, ""), wanted.city, wanted.official, wanted.agreement]
    named = {
        "sources": wanted.source,
        "people": wanted.person,
        "organisations": wanted.organisation,
        "places": wanted.place,
    }
    for table, entity in named.items():
        if entity:
            parts.append(await name_of(db, table, entity) or entity)
    told = ", ".join(part for part in parts if part)
    return f"Pantau: {told}" if told else "Pantau: artikel terbaru"
