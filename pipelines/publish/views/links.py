"""Where a page leads: the same list with other arguments, its other pages, its rows as files and as a feed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from datasette.app import Datasette
from datasette.utils.asgi import Request

from pipelines.publish.guard.mode import ACTOR, mode_of
from pipelines.publish.guard.signing import sign_feed
from pipelines.search.asked import Search
from pipelines.search.rows import MOST_COUNTED
from pipelines.settings.load import setting

SEMICOLON = "titik-koma"  # ?pemisah= of a CSV for an Excel with Indonesian settings
EXPORTS = (
    # label, format, further arguments
    ("Excel", "xlsx", ""),
    ("CSV", "csv", ""),
    ("CSV titik koma", "csv", f"pemisah={SEMICOLON}"),
    ("JSON Lines", "json", ""),
)


@dataclass(frozen=True, slots=True)
class Pager:
    """Where a page of a list stands: its number of `last`, the addresses of its neighbours, how many rows in all.

    more: there are more rows than were counted, and `total` is one above what was.
    """

    total: int
    more: bool
    number: int
    last: int
    previous: str | None
    next: str | None


def pager(request: Request, number: int, size: int, total: int, counted: int = MOST_COUNTED) -> Pager:
    """The pager of page `number` of a list of `total` rows, `size` a page; a total above `counted` means "more"."""
    last = max(1, -(-min(total, counted) // size))
    previous = other_page(request, hal=number - 1) if number > 1 else None
    following = other_page(request, hal=number + 1) if number < last else None
    return Pager(total, total > counted, number, last, previous, following)


def other_page(request: Request, **changes: Any) -> str:
    """The address of this list with other arguments; the page number is dropped unless it is given."""
    return f"{request.path}?{urlencode({k: v for k, v in (_given(request) | changes).items() if v})}"


# The files of the team's own work (views/team_files.py).
TEAM_LISTS = frozenset(
    "riwayat pantauan pengguna penerima kliping kop belum-dibaca tugas tanggapan berbintang berlabel belum-dinilai "
    "penjelajahan pesan halaman".split()
)


def export_links(request: Request, table: str, query: str | None = None) -> list[tuple[str, str]]:
    """(label, address) of `table` as files, with this page's arguments or `query`.

    For whoever has logged in also the page of the addresses that spreadsheets can read without a login, but for lists
    of the team's own work, which open for a login alone.
    """
    query = urlencode(_given(request)) if query is None else query
    links = [(label, f"/unduh/{table}.{form}{_query(query, more)}") for label, form, more in EXPORTS]
    if not request.scope.get(ACTOR) or table.removeprefix("daftar/") in TEAM_LISTS:
        return links
    return [*links, ("Google Sheets / Power BI", f"/unduh/alamat/{table}{_query(query)}")]


def absolute(datasette: Datasette, request: Request, path: str) -> str:
    """A path with scheme and host: those that readers use, where the settings say them, else those of the request."""
    site = setting("public_url")
    return f"{site}{path}" if site else str(datasette.absolute_url(request, path))


def feed_address(datasette: Datasette, wanted: Search, signature: str = "") -> str:
    """The address of a search as a feed; signed where the pages ask for a login, since feed readers have none.

    It has `signature`, or a new one of today.
    """
    address = wanted.address()
    signed = urlencode({"tanda": signature or sign_feed(datasette, address)}) if mode_of(datasette).login else ""
    return f"/umpan.xml{_query(address, signed)}"


def _given(request: Request) -> dict[str, str]:
    """The arguments of this page without its number."""
    return {key: request.args.get(key) for key in request.args if key != "hal" and request.args.get(key)}


def _query(*parts: str) -> str:
    """Query strings as one, with its question mark; "" when all are empty."""
    joined = "&".join(part for part in parts if part)
    return f"?{joined}" if joined else ""
