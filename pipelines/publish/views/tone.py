"""Tone (nada) on the page: what people say of an article and a target, and what they said, counted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl

from datasette.app import Datasette
from datasette.utils.asgi import Forbidden, NotFound, Request, Response

from pipelines.desk import tone
from pipelines.desk.tone import TONES, Tone
from pipelines.errors import UserError
from pipelines.language.words import as_seen
from pipelines.publish.guard.forms import BUSY, Busy, posted, write
from pipelines.publish.guard.mode import author_of, may_write
from pipelines.publish.mounted import database
from pipelines.publish.queries import articles as queries
from pipelines.publish.queries import tones
from pipelines.publish.queries.names import name_of
from pipelines.publish.show.charts import small_bar
from pipelines.publish.views.arguments import a_day, entity_id, one_of, word
from pipelines.publish.views.error import unsaved
from pipelines.publish.views.frame import page
from pipelines.publish.views.links import export_links, other_page
from pipelines.publish.views.named_searches import named
from pipelines.publish.views.periods import PERIODS, period
from pipelines.search.asked import Search

LONGEST_NAME = 120
LONGEST_SEARCH = 1_000  # characters of the address of a search
WRONG = "Pilih atau tulis siapa yang dituju, dan nada judul atau isinya."


async def set_tone(request: Request, datasette: Datasette) -> Response:
    """Write what a person says of an article; of its copies, too, where they say so."""
    sent = await posted(datasette, request)
    number = entity_id(request)
    if await queries.article(database(datasette), number) is None:
        raise NotFound("Artikel itu tidak ada")
    said, author = _said(sent), author_of(request)
    if said is None:
        return await unsaved(datasette, request, 400, WRONG)
    with_copies = sent.get("salinan") == ["1"]

    def change(connection: Any) -> None:
        copies = tone.copies_of(connection, number) if with_copies else []
        tone.set_tone(connection, [number, *copies], Tone(said.name, said.title, said.body, author))

    try:
        await write(datasette, change)
    except Busy:
        return await unsaved(datasette, request, 503, BUSY)
    except UserError:
        return await unsaved(datasette, request, 400, WRONG)
    return Response.redirect(f"/artikel/{number}?nada=1#nada", status=303)


def _said(sent: Mapping[str, list[str]]) -> Tone | None:
    """The tone that a form gives; None where it has no target, or words that are no tone."""
    first = {name: as_seen(values[0]).strip() for name, values in sent.items()}
    name = " ".join((first.get("lain") or first.get("sasaran", "")).split())[:LONGEST_NAME]
    title, body = first.get("judul", ""), first.get("isi", "")
    return Tone(name, title, body) if name and not {title, body} - {*TONES, ""} else None


async def asked_for(request: Request, datasette: Datasette) -> tones.Asked:
    """What the address of the tallies asks for. Raises Forbidden where the tones are not the reader's to see."""
    if not may_write(datasette, request.scope):
        raise Forbidden("Nada adalah milik tim")
    chosen, wanted = await period(request, database(datasette)), searched(request)
    return tones.Asked(
        *chosen.days,
        word(request, "sasaran", LONGEST_NAME),
        one_of(request, "nada", ("", *TONES)),
        word(request, "media"),
        tones.NO_DAY if word(request, "hari") == tones.NO_DAY else a_day(request, "hari"),
        await tones.toned(database(datasette), wanted) if wanted else None,
    )


def searched(request: Request) -> Search | None:
    """The search whose articles alone are meant: ?s= is its address."""
    wanted = Search.read(dict(parse_qsl((request.args.get("s") or "")[:LONGEST_SEARCH])).get)
    return wanted if wanted.asks else None


async def tallies(request: Request, datasette: Datasette) -> Response:
    """What people said in a period, by target, outlet, isu and day, and the share of which nobody has said anything."""
    db = database(datasette)
    asked, chosen = await asked_for(request, datasette), await period(request, db)
    target, wanted = asked.target, searched(request)
    asks_untold = word(request, "belum") == "1" and not wanted
    found = await tones.counted(db, asked)
    return await page(
        datasette,
        request,
        "nada",
        periods=PERIODS,
        chosen=chosen.chosen,
        target=target,
        targets=await tones.by_target(db, asked),
        outlets=await tones.by_outlet(db, asked),
        days=await tones.by_day(db, asked),
        stories=[] if wanted else await tones.by_story(db, asked),
        totals=found,
        newest=await tones.newest(db, asked),
        asked=asked,
        asks_untold=asks_untold,
        untold=await tones.untold(db, asked) if asks_untold else [],
        untold_at=other_page(request, nada="", belum="1") + "#belum",
        untold_files=export_links(request, "daftar/belum-dinilai"),
        without={name: other_page(request, **{name: ""}) for name in ("nada", "media", "hari", "s")},
        wanted=wanted,
        searched=await named(db, wanted) if wanted else "",
        outlet=await name_of(db, "sources", asked.outlet) if asked.outlet else None,
        downloads=export_links(request, "daftar/nada"),
        TONES=TONES,
        bar=small_bar,
    )
