"""The team's receivers: adding, confirming, testing, pausing; what was sent; the page on which a receiver confirms."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlencode

from datasette.app import Datasette
from datasette.utils.asgi import Forbidden, NotFound, Request, Response

from pipelines.database.open import transaction
from pipelines.desk.watch import deliver, receivers
from pipelines.desk.watch.message import Message, framed
from pipelines.desk.watch.receivers import MAIL, Receiver
from pipelines.desk.watch.secrets import require_key
from pipelines.errors import UserError
from pipelines.publish.guard.forms import BUSY, Busy, fields_of, posted, write
from pipelines.publish.guard.login import CONFIRMATION
from pipelines.publish.guard.mode import author_of, may_set_receivers, mode_of
from pipelines.publish.mounted import database
from pipelines.publish.queries.watches import deliveries
from pipelines.publish.views.arguments import word
from pipelines.publish.views.frame import page
from pipelines.publish.views.links import absolute, export_links
from pipelines.publish.views.sending import send
from pipelines.settings.load import setting
from pipelines.wording.translate import translated

KIND_NAMES = {MAIL: "surel", receivers.TELEGRAM: "Telegram", receivers.WEBHOOK: "webhook"}
NO_LINK = "Tautan ini tidak berlaku: sudah dipakai, lebih tua dari tiga hari, atau bukan tautan kami."
DONE = {
    "dikirimi": "Surel konfirmasi dikirim. Penerimanya membuka tautan di dalamnya; sesudah itu ia dapat dipilih.",
    "terkirim": "Pesan uji terkirim.",
    "dijeda": "Dijeda: yang baru menunggu sampai dilanjutkan.",
    "dilanjutkan": "Dilanjutkan: yang menunggu ikut dikirim.",
    "dihapus": "Dihapus. Di bawah dapat dikembalikan.",
    "dikembalikan": "Dikembalikan.",
}
Change = Callable[[sqlite3.Connection, int], None]
CHANGES: Mapping[str, tuple[str, Change]] = {
    "jeda": ("dijeda", lambda connection, number: receivers.set_paused(connection, number, paused=True)),
    "lanjut": ("dilanjutkan", lambda connection, number: receivers.set_paused(connection, number, paused=False)),
    "hapus": ("dihapus", lambda connection, number: receivers.set_removed(connection, number, removed=True)),
    "kembalikan": ("dikembalikan", lambda connection, number: receivers.set_removed(connection, number, removed=False)),
}


async def team(request: Request, datasette: Datasette) -> Response:
    """The receivers and what was sent, for managers; POST adds one or changes one."""
    if not may_set_receivers(datasette, request.scope):
        raise Forbidden("Penerima diatur oleh pengelola")
    if request.method != "POST":
        return await _page(request, datasette)
    sent = await posted(datasette, request)
    given = {name: values[0].strip() for name, values in sent.items() if name != "csrftoken"}
    try:
        said = await _do(request, datasette, given)
    except Busy as busy:
        return await _page(request, datasette, 503, error=str(busy), given=given)
    except UserError as wrong:
        told = translated(str(wrong), "id")
        return await _page(request, datasette, 400, error=f"{told[:1].upper()}{told[1:]}.", given=given)
    return Response.redirect("/penerima?" + urlencode({"selesai": said}), status=303)


async def _page(request: Request, datasette: Datasette, status: int = 200, **context: Any) -> Response:
    db = database(datasette)
    given = context.pop("given", {})
    return await page(
        datasette,
        request,
        "penerima",
        status,
        receivers=await db.execute_fn(receivers.receivers),
        log=await deliveries(db),
        KIND_NAMES=KIND_NAMES,
        given=given if given.get("aksi") == "tambah" else {},
        done=DONE.get(word(request, "selesai"), ""),
        no_key=_lacks(require_key),
        no_mail=not setting("mail"),
        downloads=export_links(request, "daftar/kiriman", ""),
        listed=export_links(request, "daftar/penerima", ""),
        **context,
    )


def _lacks(required: Callable[[], None]) -> str:
    """Why there is no key to encrypt secrets with, in Indonesian; "" where there is one."""
    try:
        required()
    except UserError as wrong:
        return translated(str(wrong), "id")
    return ""


async def _do(request: Request, datasette: Datasette, given: Mapping[str, str]) -> str:
    """Do what a form says; what to tell of it (a key of DONE). Raises UserError and Busy."""
    act, number, author = given.get("aksi", ""), given.get("nomor", ""), author_of(request)
    if act == "tambah":
        kind, secret = given.get("jenis", ""), given.get("rahasia", "")
        one = await _written(
            datasette,
            lambda c: receivers.add(c, given.get("nama", ""), kind, given.get("alamat", ""), secret, author),
        )
        return await _confirm(request, datasette, one)
    if not (number.isascii() and number.isdigit() and len(number) < 16):
        raise UserError("there is no such receiver")
    one = await database(datasette).execute_fn(lambda connection: receivers.find(connection, int(number)))
    if act in CHANGES:
        said, change = CHANGES[act]
        await _written(datasette, lambda connection: change(connection, one.id))
        return said
    if act == "rahasia":
        secret = given.get("rahasia", "")
        one = await _written(datasette, lambda connection: receivers.set_secret(connection, one.id, secret))
        return await _confirm(request, datasette, one)
    if act == "konfirmasi":
        return await _confirm(request, datasette, one)
    if act == "uji":
        await _send(datasette, one, "[Pantau] Pesan uji", _test(one), deliver.TEST)
        return "terkirim"
    raise UserError("choose what is to be done")


async def _written(datasette: Datasette, change: Callable[[sqlite3.Connection], Any]) -> Any:
    def whole(connection: sqlite3.Connection) -> Any:
        with transaction(connection):
            return change(connection)

    return await write(datasette, whole)


async def _confirm(request: Request, datasette: Datasette, one: Receiver) -> str:
    """Send a mail address its link, a chat or webhook a message that confirms it when it goes."""
    if one.kind == MAIL:
        key = await _written(datasette, lambda connection: receivers.invite(connection, one.id))
        link = absolute(datasette, request, f"{CONFIRMATION}?{urlencode({'kunci': key})}")
        await _send(datasette, one, "[Pantau] Konfirmasi alamat surel", _asks(one, link), deliver.CONFIRMATION)
        return "dikirimi"
    await _written(datasette, lambda connection: receivers.require_few(connection, one.id))
    await _send(datasette, one, "[Pantau] Pesan uji", _test(one), deliver.CONFIRMATION)
    await _written(datasette, lambda connection: receivers.confirm(connection, one.id))
    return "terkirim"


async def _send(datasette: Datasette, one: Receiver, title: str, body: Message, purpose: str) -> None:
    """Send a message. Raises UserError where it did not go."""
    why = await send(datasette, one.reference, title, body, purpose=purpose)
    if why:
        raise UserError(f"{one.name}: the message did not go: {why}")


def _asks(one: Receiver, link: str) -> Message:
    return framed(
        "Konfirmasi alamat surel",
        [
            f"Tim {setting('clip.institution')} ingin mengirim kabar berita dari Pantau ke {one.address}, "
            f"sebagai penerima “{one.name}”.",
            "Bila Anda setuju, buka tautan ini dan tekan tombolnya. Tautan ini berlaku sekali, selama tiga hari:",
            link,
            "Bila tidak, abaikan saja surel ini: tanpa konfirmasi tidak ada berita yang dikirim.",
        ],
    )


def _test(one: Receiver) -> Message:
    return framed(
        "Pesan uji",
        [f"Ini pesan uji dari Pantau untuk penerima “{one.name}”. Bila Anda membacanya, kirimannya sampai."],
    )


async def confirm(request: Request, datasette: Datasette) -> Response:
    """The page of a confirmation's link, which asks no login; POST confirms.

    Opening it changes nothing: programs that look through mail open its links, too.
    """
    if mode_of(datasette).public:
        raise NotFound("Halaman ini tidak ada")
    key = word(request, "kunci", 100)
    one = await database(datasette).execute_fn(lambda connection: receivers.invited(connection, key))
    if one is None:
        return await page(datasette, request, "penerima_konfirmasi", 404, receiver=None, error=NO_LINK)
    if request.method != "POST":
        return await page(datasette, request, "penerima_konfirmasi", receiver=one, key=key)
    await fields_of(request)
    try:
        await _written(datasette, lambda connection: receivers.confirm_by(connection, key))
    except UserError:
        return await page(datasette, request, "penerima_konfirmasi", 404, receiver=None, error=NO_LINK)
    except Busy:
        return await page(datasette, request, "penerima_konfirmasi", 503, receiver=one, key=key, error=BUSY)
    return await page(datasette, request, "penerima_konfirmasi", receiver=one, confirmed=True)
