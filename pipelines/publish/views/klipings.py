"""The kliping desk: drafts and signed klipings, the page on which one is made, and its files."""

from __future__ import annotations

import asyncio
import json
import sqlite3
import tempfile
from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from datasette.app import Datasette
from datasette.database import Database
from datasette.utils.asgi import Forbidden, NotFound, Request, Response

from pipelines.desk import kliping as desk
from pipelines.desk.by_isu import headings
from pipelines.desk.clip import letterheads
from pipelines.desk.clip.letterheads import Letterhead
from pipelines.desk.kliping import Kliping, mark, values_of
from pipelines.desk.kliping_changes import changed_by
from pipelines.desk.tone import TONES
from pipelines.desk.watch.receivers import confirmed
from pipelines.desk.watch.saved import CLIP_FORMS as MAILED
from pipelines.errors import UserError
from pipelines.language.words import as_seen
from pipelines.publish.guard.forms import Busy, posted, write
from pipelines.publish.guard.mode import author_of, may_write
from pipelines.publish.mounted import database
from pipelines.publish.queries import klipings as choices
from pipelines.publish.queries.watches import watches_with_receivers
from pipelines.publish.views.arguments import digits, entity_id, word
from pipelines.publish.views.downloads import send_file
from pipelines.publish.views.error import unsaved
from pipelines.publish.views.frame import page
from pipelines.publish.views.links import export_links
from pipelines.publish.views.periods import today
from pipelines.publish.views.sending import send as send_message
from pipelines.settings.load import setting
from pipelines.wording.dates import clock, day
from pipelines.wording.translate import translated

if TYPE_CHECKING:
    from pipelines.desk.clip.gather import Clipping

NO_KLIPING = "Kliping itu tidak ada"
UNREADABLE = "Formulir ini tidak dapat dibaca; muat ulang halamannya."
MOST_SENT = desk.MOST * 8 + 50  # fields of the form
LONGEST = {"name": 120, "target": 120, "summary": 5_000, "institution": 200, "address": 300, "comment": 1_000}
MARKS = {"positif": "(+)", "netral": "(=)", "negatif": "(-)", "tak tentu": "(?)"}  # in a text to paste
FORMS = ("docx", "pdf", "html", "xlsx")
FIELD_NAMES = {
    "name": "nama",
    "target": "sasaran nada",
    "summary": "ringkasan",
    "institution": "kop",
    "address": "alamat kop",
    "letterhead": "kop",
    "position": "urutan",
    "taken": "dimuat",
    "comment": "catatan",
    "title": "nada judul",
    "body": "nada isi",
}


def _require_team(request: Request, datasette: Datasette) -> None:
    if not may_write(datasette, request.scope):
        raise Forbidden("Kliping adalah milik tim")


async def klipings(request: Request, datasette: Datasette) -> Response:
    """The klipings there are, and the form for a new one; POST makes one."""
    _require_team(request, datasette)
    if request.method == "POST":
        return await _create(request, datasette)
    return await _list(request, datasette)


async def _list(request: Request, datasette: Datasette, status: int = 200, **context: Any) -> Response:
    db = database(datasette)
    yesterday = (today() - timedelta(days=1)).isoformat()
    given = {"nama": "", "dari": yesterday, "sampai": yesterday, "pantauan": "", "sasaran": "", "isu": ""}
    given |= context.pop("given", None) or await _of_story(db, digits(request, "isu", 15))
    return await page(
        datasette,
        request,
        "daftar_kliping",
        status,
        klipings=await db.execute_fn(desk.klipings),
        count=await db.execute_fn(desk.count),
        downloads=export_links(request, "daftar/kliping", ""),
        watches=sorted({row["name"] for row in await watches_with_receivers(db)}),
        outlets=await choices.outlets(db),
        stories=await choices.stories(db, given["isu"]),
        given=given,
        only=context.pop("only", ()),
        **context,
    )


async def _of_story(db: Database, number: str) -> dict[str, str]:
    """What the form is filled in with when an isu's page leads to it: the isu and its days."""
    days = await choices.days_of(db, number) if number else None
    return {"isu": number, "dari": days["since"], "sampai": days["until"]} if days else {}


async def _create(request: Request, datasette: Datasette) -> Response:
    sent = await posted(datasette, request)
    given = {name: as_seen(values[0]).strip() for name, values in sent.items() if name != "csrftoken"}
    author, error, status = author_of(request), "", 400
    given["isu"] = story if (story := given.get("isu", "")).isascii() and story.isdigit() and len(story) < 16 else ""
    only = [outlet for outlet in sent.get("media", []) if outlet]
    try:
        since, until = (date.fromisoformat(given.get(name, "")) for name in ("dari", "sampai"))
    except ValueError:
        return await _list(
            request, datasette, 400, error="Tulis kedua harinya seperti 2025-12-31.", given=given, only=only
        )
    name = given.get("nama", "")[: LONGEST["name"]] or f"Kliping {_days(since, until)}"

    def make(connection: sqlite3.Connection) -> int:
        watch, target = given.get("pantauan", ""), given.get("sasaran", "")[: LONGEST["target"]]
        more = {"watch": watch, "target": target}
        return desk.create(connection, name, since, until, author, sources=only, story=int(given["isu"] or 0), **more)

    try:
        number = await write(datasette, make)
    except Busy as busy:
        error, status = str(busy), 503
    except UserError as wrong:
        error = f"{translated(str(wrong), 'id')}."
    if error:
        return await _list(request, datasette, status, error=error, given=given, only=only)
    return Response.redirect(f"/kliping/{number}", status=303)


def _days(since: date, until: date) -> str:
    first, last = day(since.isoformat()), day(until.isoformat())
    return last if since == until else f"{first} - {last}"


async def kliping(request: Request, datasette: Datasette) -> Response:
    """One kliping: choosing, ordering, tones, comments; POST changes it."""
    _require_team(request, datasette)
    number = entity_id(request, missing=NO_KLIPING)
    if request.method == "POST":
        return await _change(request, datasette, number)
    return await _one(request, datasette, number)


async def _found(datasette: Datasette, number: int) -> Kliping:
    """The kliping. Raises NotFound."""
    found = await database(datasette).execute_fn(lambda connection: desk.find(connection, number))
    if found is None:
        raise NotFound(NO_KLIPING)
    return found


async def _one(
    request: Request,
    datasette: Datasette,
    number: int,
    status: int = 200,
    typed: Mapping[str, str] | None = None,
    **context: Any,
) -> Response:
    """The page; `typed`: what a person sent that could not be stored, which the form then shows."""
    found = await _found(datasette, number)
    stored = values_of(found)
    return await page(
        datasette,
        request,
        "kliping",
        status,
        kliping=found,
        shown=stored | {name: value for name, value in (typed or {}).items() if name in stored},
        seen=json.dumps({name: mark(value) for name, value in stored.items()}, separators=(",", ":")),
        left_out=sorted({i.outlet for i in found.items} - {i.outlet for i in found.taken}),
        TONES=TONES,
        FORMS=FORMS,
        letterheads=await _heads(datasette, found.letterhead),
        receivers=await database(datasette).execute_fn(confirmed),
        sent_to=word(request, "terkirim"),
        usual={"institution": setting("clip.institution"), "address": setting("clip.address")},
        clock=clock,
        text=as_text(found),
        saved=word(request, "tersimpan"),
        **context,
    )


async def _change(request: Request, datasette: Datasette, number: int) -> Response:
    """Store what the form says; what somebody else changed meanwhile is told, and nothing that was typed is lost."""
    sent = await posted(datasette, request, lines=("summary",), most=MOST_SENT)
    first = {name: values[0] for name, values in sent.items()}
    try:
        seen = json.loads(first.get("dilihat", ""))
    except (ValueError, RecursionError):  # nobody's browser sends thousands of brackets
        seen = None
    if not isinstance(seen, dict):
        return await _one(request, datasette, number, 400, error=UNREADABLE)
    typed, author = _typed(first, seen), author_of(request)
    act = first.get("aksi", "simpan")

    def store(connection: sqlite3.Connection) -> list[desk.Clash]:
        if act == "cabut":
            desk.sign(connection, number, author, signed=False)
            if "name" not in first:  # the fields of a signed kliping are not sent
                return []
        clashes = desk.change(connection, number, seen, typed, author)
        if act == "sahkan" and not clashes:
            desk.sign(connection, number, author)
        return clashes

    try:
        clashes = await write(datasette, store)
    except Busy as busy:
        return await _one(request, datasette, number, 503, typed, error=str(busy))
    except UserError as wrong:
        return await _one(request, datasette, number, 400, typed, error=f"{translated(str(wrong), 'id')}.")
    if clashes:
        found = await _found(datasette, number)
        mine = {clash.where: clash.typed for clash in clashes}
        told = await database(datasette).execute_fn(lambda db: [_told(db, found, clash) for clash in clashes])
        return await _one(request, datasette, number, 409, mine, clashes=told)
    done = {"sahkan": "disahkan", "cabut": "dicabut"}.get(act, "1")
    return Response.redirect(f"/kliping/{number}?tersimpan={done}", status=303)


def _typed(first: Mapping[str, str], seen: Mapping[str, str]) -> dict[str, str]:
    """By field what a person typed; a box that is not ticked is not sent, and means "0"."""
    typed = {}
    for name in seen:
        what = name.rpartition(":")[2]
        if what == "taken":
            typed[name] = "1" if first.get(name) == "1" else "0"
        elif name in first:
            typed[name] = first[name].replace("\r\n", "\n").strip()[: LONGEST.get(what, 20)]
    return typed


def _told(connection: sqlite3.Connection, found: Kliping, clash: desk.Clash) -> dict[str, str]:
    """A clash in words."""
    article, _, what = clash.where.rpartition(":")
    title = next((item.title for item in found.items if str(item.article_id) == article), "")
    said = {"stored": clash.stored, "typed": clash.typed, "by": changed_by(connection, found, clash.where)}
    return {"what": FIELD_NAMES[what], "title": title} | said


async def add(request: Request, datasette: Datasette) -> Response:
    """Put an article into the draft that a form names."""
    sent = await posted(datasette, request)
    number, article = (sent.get(name, [""])[0] for name in ("kliping", "artikel"))
    if not all(one.isascii() and one.isdigit() and len(one) < 16 for one in (number, article)):
        return await unsaved(datasette, request, 400, "Kliping atau artikel itu tidak ada")
    author = author_of(request)
    try:
        await write(datasette, lambda connection: desk.add_article(connection, int(number), int(article), author))
    except Busy as busy:
        return await unsaved(datasette, request, 503, str(busy))
    except UserError as wrong:
        return await unsaved(datasette, request, 400, translated(str(wrong), "id"))
    return Response.redirect(f"/kliping/{number}?tersimpan=1#b{article}", status=303)


async def download(request: Request, datasette: Datasette, send: Any) -> Response | None:
    """A kliping as a file."""
    _require_team(request, datasette)
    number, form = entity_id(request, missing=NO_KLIPING), request.url_vars["form"]
    if form not in FORMS:
        raise NotFound(NO_KLIPING)
    await _found(datasette, number)
    lead = word(request, "ringkas") == "1"

    def make(connection: sqlite3.Connection, file: Any, look: Any) -> None:
        file.write(_file(connection, number, form, lead))

    return await send_file(datasette, request, send, f"kliping-{number}.{form}", make)


def _clipping(connection: sqlite3.Connection, number: int, lead: bool) -> Clipping:
    from pipelines.desk.clip.gather import gather_kliping

    found = desk.find(connection, number)
    if found is None:
        raise UserError("there is no such kliping")
    return gather_kliping(connection, found, lead=lead)


def _templates() -> Path | None:
    own = str(setting("clip.templates") or "")
    return Path(own) if own else None


def _file(connection: sqlite3.Connection, number: int, form: str, lead: bool) -> bytes:
    from pipelines.desk.clip.mail import to_file
    from pipelines.desk.clip.sheet import to_xlsx

    clipping = _clipping(connection, number, lead)
    return to_xlsx(clipping) if form == "xlsx" else to_file(clipping, form, _templates())


async def mail(request: Request, datasette: Datasette) -> Response:
    """Send a kliping with its file to the receivers that a form names."""
    sent = await posted(datasette, request)
    number, form = entity_id(request, missing=NO_KLIPING), sent.get("bentuk", [""])[0]
    await _found(datasette, number)
    known = {one.reference: one.name for one in await database(datasette).execute_fn(confirmed)}
    chosen = [one for one in dict.fromkeys(sent.get("penerima", [])) if one in known]
    given = {"receivers": chosen, "form": form}
    if form not in MAILED or not chosen:
        return await _one(request, datasette, number, 400, error="Pilih penerima dan bentuknya.", given=given)
    failed = []
    try:
        for address, why in await _mailed(datasette, number, form, chosen):
            failed += [(address, why)] if why else []
    except (UserError, Busy) as wrong:
        return await _one(request, datasette, number, 400, error=f"{translated(str(wrong), 'id')}.", given=given)
    if failed:
        said = "; ".join(f"{known[address]}: {why}" for address, why in failed)
        again = {"receivers": [address for address, _ in failed], "form": form}
        return await _one(request, datasette, number, 502, error=f"Tidak terkirim ke {said}.", given=again)
    return Response.redirect(f"/kliping/{number}?terkirim={len(chosen)}#kirim", status=303)


async def _mailed(datasette: Datasette, number: int, form: str, addresses: list[str]) -> list[tuple[str, str | None]]:
    """(address, why it did not go or None) of a kliping sent to addresses. Raises UserError and Busy."""
    from pipelines.desk.clip.mail import as_message, to_file

    clipping = await database(datasette).execute_fn(lambda connection: _clipping(connection, number, False))
    title, body = as_message(clipping)
    data = await asyncio.to_thread(to_file, clipping, form, _templates())
    with tempfile.TemporaryDirectory(prefix="pantau-") as folder:
        file = Path(folder) / f"kliping-{clipping.date}.{form}"
        file.write_bytes(data)
        return [(one, await send_message(datasette, one, title, body, [file])) for one in addresses]


async def _heads(datasette: Datasette, chosen: int) -> list[Letterhead]:
    """The letterheads to choose from, and the one that was chosen, also where it was removed since."""
    found = await database(datasette).execute_fn(letterheads.letterheads)
    return [one for one in found if not one.removed_at or one.id == chosen]


def as_text(found: Kliping) -> str:
    """A kliping as a short text to paste into a chat: headlines with outlet, a mark of the tone and the address."""
    lines = [f"*{found.name}*"]
    if found.summary.strip():
        lines += ["", found.summary.strip()]
    above = headings([item.story or "" for item in found.taken])
    for number, (item, heading) in enumerate(zip(found.taken, above, strict=True), 1):
        lines += ["", f"*{heading}*"] if heading else []
        tone = MARKS.get(item.tone.body or item.tone.title, "")
        lines += ["", f"{number}. {item.title} - {item.outlet} {tone}".rstrip(), item.url]
        if item.comment:
            lines.append(f"_{item.comment}_")
    return "\n".join(lines)
