"""The letterheads of the team's klipings: adding one with a logo, taking it out of those to choose from."""

from __future__ import annotations

import sqlite3
from typing import Any

from datasette.app import Datasette
from datasette.utils.asgi import Forbidden, NotFound, Request, Response

from pipelines.database.open import transaction
from pipelines.desk.clip import letterheads as heads
from pipelines.errors import UserError
from pipelines.publish.guard.forms import Busy, posted_with_file, write
from pipelines.publish.guard.mode import author_of, may_write
from pipelines.publish.guard.multipart import is_multipart
from pipelines.publish.mounted import database
from pipelines.publish.views.arguments import entity_id, word
from pipelines.publish.views.frame import page
from pipelines.publish.views.links import export_links
from pipelines.wording.translate import translated

# A form that was offered again, after a login or a stale page, has no file in it.
LOGO_AGAIN = "Belum tersimpan. Ketikan Anda masih ada; pilih lagi berkas logonya, bila ada, lalu tambahkan."
NO_LOGO = "Logo itu tidak ada"


async def letterheads(request: Request, datasette: Datasette) -> Response:
    """The letterheads; POST adds one, removes one or brings it back."""
    if not may_write(datasette, request.scope):
        raise Forbidden("Kop adalah milik tim")
    if request.method != "POST":
        return await _page(request, datasette)
    given, logo = await posted_with_file(datasette, request, "logo")
    if given.get("aksi") == "tambah" and not is_multipart(request.headers.get("content-type", "")):
        return await _page(request, datasette, 400, error=LOGO_AGAIN, given=given)
    act, number, author = given.get("aksi", ""), given.get("nomor", ""), author_of(request)

    def change(connection: sqlite3.Connection) -> None:
        with transaction(connection):
            if act in ("hapus", "kembalikan") and number.isascii() and number.isdigit() and len(number) < 16:
                heads.set_removed(connection, int(number), removed=act == "hapus")
            else:
                name, institution, address = (given.get(field, "") for field in ("nama", "lembaga", "alamat"))
                heads.add(connection, name, institution, address, logo, author)

    try:
        await write(datasette, change)
    except Busy as busy:
        return await _page(request, datasette, 503, error=str(busy), given=given)
    except UserError as wrong:
        told = translated(str(wrong), "id")
        again = " Pilih lagi berkas logonya." if logo else ""
        said = f"{told[:1].upper()}{told[1:]}.{again}"
        return await _page(request, datasette, 400, error=said, given=given)
    return Response.redirect("/kliping/kop?tersimpan=1", status=303)


async def _page(request: Request, datasette: Datasette, status: int = 200, **context: Any) -> Response:
    return await page(
        datasette,
        request,
        "kop",
        status,
        heads=await database(datasette).execute_fn(heads.letterheads),
        given=context.pop("given", {}),
        saved=word(request, "tersimpan"),
        LONGEST=heads.LONGEST,
        downloads=export_links(request, "daftar/kop", ""),
        most_kilobytes=heads.MOST_BYTES // 1024,
        **context,
    )


async def logo(request: Request, datasette: Datasette) -> Response:
    """The logo of a letterhead."""
    if not may_write(datasette, request.scope):
        raise Forbidden("Kop adalah milik tim")
    number = entity_id(request, missing=NO_LOGO)
    found = await database(datasette).execute_fn(lambda connection: heads.find(connection, number))
    if found is None or not found.logo:
        raise NotFound(NO_LOGO)
    return Response(found.logo, content_type="image/png", headers={"cache-control": "private, max-age=86400"})
