"""Of the addresses that the sources' own feeds, sitemaps and listings have named lately: how many are stored?

It is told by what the runs saw: every address that a discovery has led to is in the queue from that moment on, with
what became of it. Nothing is asked for.
"""

from __future__ import annotations

import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import astuple, dataclass
from datetime import datetime, timedelta

from pipelines.wording.numbers import number, share
from pipelines.wording.wib import stamp

DAYS = 3  # a page whose host is in trouble is tried for so long (pipelines/queue/orders.py)
STORED, WAITING, RETRIED, REFUSED, NO_ARTICLE = "stored", "waiting", "retried", "refused", "no article"
# What became of a page. Errors of reading begin with their stage ("extract: ..."); a page that was stored once keeps
# state "done" whatever a later answer was.
FATE = f"""CASE WHEN state = 'done' THEN '{STORED}'
  WHEN state IN ('found', 'fetched') THEN '{WAITING}'
  WHEN state = 'failed' AND doubted = 0 THEN '{RETRIED}'
  WHEN error GLOB 'extract:*' OR doubted > 0 THEN '{NO_ARTICLE}'
  ELSE '{REFUSED}' END"""


@dataclass(frozen=True, slots=True)
class Recall:
    """Of a source's addresses of some days, by what became of them: Counter of STORED, WAITING and so on."""

    named: int
    stored: int
    waiting: int
    retried: int
    refused: int
    no_article: int

    @property
    def share(self) -> float | None:
        """The share that is stored; None where nothing was named."""
        return self.stored / self.named if self.named else None


NOTHING = Recall(0, 0, 0, 0, 0, 0)


def recall(connection: sqlite3.Connection, now: datetime, days: int = DAYS) -> dict[str, Recall]:
    """source id -> what became of the addresses that its discoveries led to first in the last `days`.

    What a backfill or somebody else's archive has brought is left out: no feed has named it. The pages are read from
    the first row of that time on, so that it costs in proportion to what is new.
    """
    since = stamp(now - timedelta(days=days))
    rows = connection.execute(
        f"""SELECT source_id, {FATE}, count(*) FROM pages NOT INDEXED  -- by their rows, not in the order of sources
            WHERE rowid >= :first AND found_at >= :since AND origin IS NULL GROUP BY 1, 2""",
        {"first": first_row(connection, since), "since": since},
    )
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for source_id, fate, pages in rows:
        found[source_id][fate] += pages
    return {source_id: _recall(fates) for source_id, fates in found.items()}


def first_row(connection: sqlite3.Connection, since: str) -> int:
    """The row of `pages` from which on pages were found at `since` or later, by halving: rows are only added."""
    low, high = 0, connection.execute("SELECT coalesce(max(rowid), 0) FROM pages").fetchone()[0] + 1
    while low < high:
        middle = (low + high) // 2
        row = connection.execute(
            "SELECT rowid, found_at FROM pages WHERE rowid >= :middle ORDER BY rowid LIMIT 1", {"middle": middle}
        ).fetchone()
        if row is None or row[1] >= since:
            high = middle
        else:
            low = row[0] + 1
    return low


def together(parts: Iterable[Recall]) -> Recall:
    """The sum of several sources'."""
    return Recall(*(sum(values) for values in zip(*(astuple(one) for one in (NOTHING, *parts)), strict=True)))


def say_recall(one: Recall, days: int = DAYS) -> str:
    """A sentence on what became of what a source has named; "" where it has named nothing."""
    if not one.named:
        return ""
    others = (
        (one.waiting, "menunggu"),
        (one.retried, "gagal dan dicoba lagi"),
        (one.refused, "tidak dapat diambil"),
        (one.no_article, "bukan artikel"),
    )
    rest = ", ".join(f"{number(pages)} {what}" for pages, what in others if pages)
    said = (
        f"Dari {number(one.named)} alamat yang baru disebut umpan, peta situs, dan daftarnya dalam {days} hari "
        f"terakhir, {number(one.stored)} tersimpan ({share(one.share)})"
    )
    return f"{said}; {rest}." if rest else f"{said}."


def _recall(fates: Counter[str]) -> Recall:
    return Recall(fates.total(), fates[STORED], fates[WAITING], fates[RETRIED], fates[REFUSED], fates[NO_ARTICLE])
