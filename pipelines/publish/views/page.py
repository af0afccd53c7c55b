"""What every page shares: rendering a template, reading an address, paging, the words that templates may use."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from datasette.app import Datasette
from datasette.database import Database
from datasette.utils.asgi import NotFound, Request, Response

from pipelines.health.sentences import say_recorded, say_status
from pipelines.health.status import SourceStatus
from pipelines.publish.guard import access
from pipelines.publish.show import marks
from pipelines.search.asked import Search
from pipelines.search.rows import MOST_COUNTED, plain
from pipelines.wording import dates, labels, lags, numbers
from pipelines.wording.states import STATES

DATABASE = "pantau"  # the name under which metadata and links know the database, whatever its file is called
SEMICOLON = "titik-koma"  # ?pemisah= of a CSV for an Excel with Indonesian settings
EXPORTS = (("Excel", "xlsx", ""), ("CSV", "csv", ""), ("CSV titik koma", "csv", f"pemisah={SEMICOLON}"),
           ("JSON Lines", "json", ""))  # fmt: skip
MENU = (("/cari", "Cari"), ("/dasbor", "Dasbor"), ("/pejabat", "Pejabat"), ("/lembaga", "Lembaga"), ("/kota", "Kota"),
        ("/perjanjian", "Perjanjian"), ("/liputan", "Liputan"), ("/sumber", "Sumber"), ("/unduh", "Data"))  # fmt: skip


def _said(status: SourceStatus) -> list[str]:
    """What is wrong with a source, in the sentences of `pantau status`."""
    return say_status(status, datetime.now(UTC))


SHARED = {
    "day": dates.day,
    "moment": dates.moment,
    "partial_date": dates.partial_date,
    "number": numbers.number,
    "share": numbers.share,
    "lag": lags.lag,
    "apart": lags.apart,
    "safe_link": marks.safe_link,
    "KINDS": labels.ARTICLE_KINDS,
    "SOURCE_KINDS": labels.SOURCE_KINDS,
    "STATUSES": labels.AGREEMENT_STATUSES,
    "AGREEMENT_TYPES": labels.AGREEMENT_TYPES,
    "PLACE_KINDS": labels.PLACE_KINDS,
    "LANGUAGES": labels.LANGUAGES,
    "COVERAGE_LABELS": labels.COVERAGE_LABELS,
    "STATES": STATES,
    "say_status": _said,
    "say_recorded": say_recorded,
    "MENU": MENU,
}


async def page(datasette: Datasette, request: Request, template: str, status: int = 200, **context: Any) -> Response:
    """Render one of our templates with what every page shares."""
    actor = request.scope.get("pantau_actor")
    shared = SHARED | {
        "here": request.path,
        "user": (actor or {}).get("id"),
        "public": access.mode_of(datasette).public,
        "may_write": access.may_write(datasette, request.scope),
    }
    html = await datasette.render_template(f"pantau_{template}.html", shared | context, request=request)
    return Response.html(html, status=status)


def database(datasette: Datasette) -> Database:
    """The database behind the pages."""
    return datasette.get_database(DATABASE)


def page_number(request: Request) -> int:
    """The page of a list that the address asks for; 1 for anything else."""
    value = request.args.get("hal") or "1"
    return min(max(int(value), 1), 10_000) if value.isascii() and value.isdigit() and len(value) < 6 else 1


def entity_id(request: Request) -> int:
    """The id in the address. Raises NotFound for one that no row can have."""
    value = request.url_vars["id"]
    if len(value) > 15:
        raise NotFound("Tidak ditemukan")
    return int(value)


def word(request: Request, name: str, most: int = 100) -> str:
    """A trimmed argument of the address, "" when it is missing."""
    return (request.args.get(name) or "").replace("\x00", "").strip()[:most]


def like(value: str) -> str:
    """A LIKE pattern (ESCAPE '\\') that finds `value` anywhere; its own % and _ are plain characters."""
    return f"%{plain(value)}%"


def other_page(request: Request, **changes: Any) -> str:
    """The address of this list with other arguments; the page number is dropped unless it is given."""
    arguments = {key: request.args.get(key) for key in request.args if key != "hal" and request.args.get(key)}
    return f"{request.path}?{urlencode({k: v for k, v in (arguments | changes).items() if v})}"


def paging(request: Request, number: int, size: int, total: int, counted: int = MOST_COUNTED) -> dict[str, Any]:
    """What the pager of a list needs; a total above `counted` means "more than that"."""
    last = max(1, -(-min(total, counted) // size))
    return {
        "total": total,
        "more": total > counted,
        "number_of_page": number,
        "last_page": last,
        "previous": other_page(request, hal=number - 1) if number > 1 else None,
        "next": other_page(request, hal=number + 1) if number < last else None,
    }


def export_links(request: Request, table: str, query: str | None = None) -> list[tuple[str, str]]:
    """(label, address) of `table` as files, with this page's arguments or `query`."""
    given = {key: request.args.get(key) for key in request.args if key != "hal" and request.args.get(key)}
    query = urlencode(given) if query is None else query
    return [
        (label, f"/unduh/{table}.{form}" + ("?" if query or more else "") + "&".join(filter(None, (query, more))))
        for label, form, more in EXPORTS
    ]


def feed_address(datasette: Datasette, wanted: Search) -> str:
    """The address of a search as a feed; signed where the pages ask for a login, since feed readers have none."""
    address = wanted.address()
    if access.mode_of(datasette).login:
        return "/umpan.xml?" + "&".join(filter(None, (address, "tanda=" + access.sign_feed(datasette, address))))
    return f"/umpan.xml?{address}" if address else "/umpan.xml"
