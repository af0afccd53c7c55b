"""Tables for people on the terminal (rich), on standard output."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta, timezone

from rich.console import Console
from rich.table import Table

from pipelines.status import SourceStatus

WIB = timezone(timedelta(hours=7), "WIB")
STATES = {"ok": "baik", "stale": "macet", "quiet": "sunyi", "new": "baru", "inactive": "tidak aktif"}
PIPE_WIDTH = 200  # columns when the output is no terminal: wide enough that no id or address is cut


def print_table(header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Print rows under a header; as wide as the terminal, and never cut when piped."""
    console = Console(markup=False, emoji=False, highlight=False)
    if not console.is_terminal:
        console = Console(markup=False, emoji=False, highlight=False, width=PIPE_WIDTH)
    table = Table(box=None, header_style="bold", pad_edge=False)
    for name in header:
        table.add_column(name, overflow="fold")
    for row in rows:
        table.add_row(*("" if value is None else str(value) for value in row))
    console.print(table)


def print_status(statuses: Iterable[SourceStatus]) -> None:
    """Print the health of each source, with Indonesian labels and times in WIB."""
    rows = [
        (s.id, STATES[s.state], _ago(s.last_success), s.articles, s.today, s.normal, s.failed_pages, s.errors,
         s.last_error)
        for s in statuses
    ]  # fmt: skip
    header = ("sumber", "keadaan", "sukses terakhir", "artikel", "24 jam", "biasa/hari", "halaman gagal",
              "galat 24 jam", "galat terakhir")  # fmt: skip
    print_table(header, rows)


def _ago(timestamp: str | None) -> str:
    if timestamp is None:
        return "belum pernah"
    when = datetime.fromisoformat(timestamp)
    when = when if when.tzinfo else when.replace(tzinfo=UTC)
    return when.astimezone(WIB).strftime("%d-%m-%Y %H.%M WIB")
