"""Tables for people on the terminal (rich), on standard output; the words and sentences come from elsewhere."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table

from pipelines.health.recall import Recall
from pipelines.health.status import SourceStatus
from pipelines.wording.dates import short_moment, weekday
from pipelines.wording.labels import DISCOVERY_METHODS
from pipelines.wording.numbers import mean, share
from pipelines.wording.states import STATES
from pipelines.wording.translate import spoken, word
from pipelines.wording.wib import WIB

if TYPE_CHECKING:
    from pipelines.health.check import SourceCheck  # brings trafilatura and the crawl with it

PIPE_WIDTH = 200  # columns when the output is no terminal: wide enough that no id or address is cut


def print_table(header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Print rows under a header; as wide as the terminal, and never cut when piped."""
    console = Console(markup=False, emoji=False, highlight=False)
    if not console.is_terminal:
        console = Console(markup=False, emoji=False, highlight=False, width=PIPE_WIDTH)
    table = Table(box=None, header_style="bold", pad_edge=False)
    for name in header:
        table.add_column(spoken(name), overflow="fold")
    for row in rows:
        table.add_row(*("" if value is None else word(str(value)) for value in row))
    console.print(table)


def print_status(statuses: Sequence[SourceStatus], now: datetime) -> None:
    """Print the health of each source, with Indonesian labels and times in WIB."""
    today = now.astimezone(WIB).weekday()
    rows = [
        (
            s.id,
            STATES[s.state].word,
            _when(s.last_success),
            _when(s.last_article),
            s.articles,
            s.today,
            mean(s.normal),
            mean(s.weekdays[today]),
            s.failed_pages,
            s.errors,
            share(s.recall.share) if s.recall.named else "",
        )
        for s in statuses
    ]
    print_table(
        (
            "sumber",
            "keadaan",
            "sukses terakhir",
            "artikel terakhir",
            "artikel",
            "24 jam",
            "biasa/hari",
            f"biasa {weekday(now)}",
            "halaman gagal",
            "galat 24 jam",
            "bagian tersimpan",
        ),
        rows,
    )


def print_recall(found: Iterable[tuple[str, Recall]]) -> None:
    """Print what became of the addresses that each source's own feeds, sitemaps and listings have named."""
    rows = [
        (
            source_id,
            one.named,
            one.stored,
            share(one.share) if one.named else "",
            one.waiting,
            one.retried,
            one.refused,
            one.no_article,
        )
        for source_id, one in found
    ]
    header = ("sumber", "disebut", "tersimpan", "bagian", "menunggu", "dicoba lagi", "tak terambil", "bukan artikel")
    print_table(header, rows)


def print_checks(checks: Iterable[SourceCheck]) -> None:
    """Print what each source's discoveries and one article of it came to."""
    rows: list[tuple[object, ...]] = []
    for check in checks:
        for item in check.discoveries:
            method = DISCOVERY_METHODS.get(item.method, item.method)
            newest = _when(item.newest) if item.newest else ""
            rows.append((check.id, method, item.status or "-", item.links, item.articles, newest, item.url))
        if check.article:
            found = f"{check.article.words} kata" if not check.article.error else check.article.error
            dated = _when(check.article.published_at) if check.article.published_at else ""
            rows.append((check.id, "artikel", "", "", found, dated, check.article.title or check.article.url))
        rows.append((check.id, "putusan", "", "", "rusak" if check.broken else STATES["ok"].word, "", ""))
    print_table(("sumber", "apa", "jawaban", "tautan", "artikel", "terbaru", "alamat atau judul"), rows)


def _when(timestamp: str | None) -> str:
    return short_moment(timestamp) if timestamp else "belum pernah"
