"""The addresses of one file for programs that fetch it again and again: Google Sheets, Power BI, pandas.

On a team's instance each is signed for whoever looks at the page (guard/signed_files.py).
"""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import urlencode

from datasette.app import Datasette
from datasette.utils.asgi import NotFound, Request, Response

from pipelines.publish.guard.mode import author_of, mode_of
from pipelines.publish.guard.signed_files import signed_file
from pipelines.publish.guard.signing import FEED_DAYS, today
from pipelines.publish.views.downloads import NO_FILE
from pipelines.publish.views.frame import page
from pipelines.publish.views.links import absolute
from pipelines.publish.views.list_files import LIST_FILES
from pipelines.wording.labels import EXPORTED_TABLES

FORMS: tuple[tuple[str, str, dict[str, str]], ...] = (
    # label, format, further arguments
    ("CSV untuk dibaca: judul kolom Indonesia, jam WIB", "csv", {}),
    ("CSV untuk diolah: nama kolom tetap, jam UTC", "csv", {"mentah": "1"}),
    ("JSON Lines untuk program", "json", {}),
)


async def addresses(request: Request, datasette: Datasette) -> Response:
    """The page with the addresses of one table's or list's file, as the arguments pick its rows."""
    of_list, name = request.url_vars["list"], request.url_vars["name"]
    if name not in (LIST_FILES if of_list else EXPORTED_TABLES):
        raise NotFound(NO_FILE)
    asked = [(key, value) for key in request.args for value in request.args.getlist(key) if key != "mentah"]
    signed = mode_of(datasette).login
    ends = today() + timedelta(FEED_DAYS)

    async def address(form: str, more: dict[str, str]) -> str:
        path, query = f"/unduh/{of_list or ''}{name}.{form}", urlencode([*asked, *more.items()])
        if signed:
            path = await signed_file(datasette, author_of(request), path, query)
        elif query:
            path = f"{path}?{query}"
        return absolute(datasette, request, path)

    return await page(
        datasette,
        request,
        "alamat_berkas",
        name=EXPORTED_TABLES.get(name, name) if not of_list else name,
        signed=signed,
        ends=ends.isoformat(),
        days=FEED_DAYS,
        forms=[(label, await address(form, more)) for label, form, more in FORMS],
    )
