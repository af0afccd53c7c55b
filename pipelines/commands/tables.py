"""Tables for people on the terminal (rich), on standard output."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table

from pipelines.health.rhythm import WIB, parse_time
from pipelines.health.sentences import METHODS, count, day
from pipelines.health.status import SourceStatus

if TYPE_CHECKING:
    from pipelines.health.check import SourceCheck  # brings trafilatura and the crawl with it

STATES = {
    "ok": "baik",
    "stale": "macet",
    "quiet": "sunyi",
    "faulty": "terganggu",
    "new": "baru",
    "inactive": "tidak aktif",
}
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


def print_status(statuses: Sequence[SourceStatus], now: datetime) -> None:
    """Print the health of each source, with Indonesian labels and times in WIB."""
    rows = [
        (s.id, STATES[s.state], _ago(s.last_success), _ago(s.last_article), s.articles, s.today, count(s.normal),
         count(s.weekdays[now.astimezone(WIB).weekday()]), s.failed_pages, s.errors)
        for s in statuses
    ]  # fmt: skip
    header = ("sumber", "keadaan", "sukses terakhir", "artikel terakhir", "artikel", "24 jam", "biasa/hari",
              f"biasa {day(now.isoformat(), now).split(',')[0]}", "halaman gagal", "galat 24 jam")  # fmt: skip
    print_table(header, rows)


def _ago(timestamp: str | None) -> str:
    if timestamp is None:
        return "belum pernah"
    return parse_time(timestamp).astimezone(WIB).strftime("%d-%m-%Y %H.%M WIB")


def print_checks(checks: Iterable[SourceCheck]) -> None:
    """Print what each source's discoveries and one article of it came to."""
    rows: list[tuple[object, ...]] = []
    for check in checks:
        for item in check.discoveries:
            rows.append((check.id, METHODS.get(item.method, item.method), item.status or "-", item.links,
                         item.articles, _ago(item.newest) if item.newest else "", item.url))  # fmt: skip
        if check.article:
            found = f"{check.article.words} kata" if not check.article.error else check.article.error
            dated = _ago(check.article.published_at) if check.article.published_at else ""
            rows.append((check.id, "artikel", "", "", found, dated, check.article.title or check.article.url))
        rows.append((check.id, "putusan", "", "", "rusak" if check.broken else "baik", "", ""))
    print_table(("sumber", "apa", "jawaban", "tautan", "artikel", "terbaru", "alamat atau judul"), rows)
