"""What Pantau knows of a source, or of all of them, and what it does not: since when, how much, what share was read.

For the people who are to rely on it: a list says what was found, and nothing of what was missed.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pipelines.health.sentences import plain_error, usual
from pipelines.wording.dates import day, moment
from pipelines.wording.numbers import number, share

MOST_FAULTS = 1_000  # failed pages whose reasons are read; more would not change which come first
MOST_REASONS = 5
RECENT_DAYS = 28  # that "articles a day" is about: four whole weeks, as in health.status
UNSOLVED = ("failed", "quarantined")
STATES = ("found", "fetched", "done", *UNSOLVED)  # of a page in the queue


@dataclass(frozen=True, slots=True)
class Known:
    """What is stored and what is not; days are YYYY-MM-DD, moments ISO 8601 UTC, None where nobody knows.

    since      when the first article was stored; first_day, last_day: of publication
    a_day      articles a day of the last RECENT_DAYS
    undated    articles without a day
    pages      pages by their state in the queue; none where the crawl is not told of (a snapshot)
    reasons    why pages failed, in words: (reason, how many), the most frequent first
    """

    articles: int
    since: str | None
    first_day: str | None
    last_day: str | None
    a_day: float
    undated: int
    pages: dict[str, int]
    reasons: tuple[tuple[str, int], ...]


def knowledge(connection: sqlite3.Connection, source_id: str | None = None) -> Known:
    """What is known of one source, or of all. On a snapshot, which has no queue, nothing is said of pages."""
    own, values = ("source_id = :source", {"source": source_id}) if source_id else ("1", {})

    def first(sql: str) -> Any:
        row = connection.execute(sql.format(own=own), values).fetchone()
        return row[0] if row else None

    days = "FROM articles_by_day WHERE articles > 0 AND {own}"
    last = first(f"SELECT max(day) {days} AND day <= date('now', '+1 day')")
    window = f"date('{last}', '-{RECENT_DAYS} days')" if last else "''"
    recent = first(f"SELECT coalesce(sum(articles), 0) {days} AND day > {window}") if last else 0
    queued = connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'pages'").fetchone() is not None
    return Known(
        articles=first(f"SELECT coalesce(sum(articles), 0) {days}"),
        # Without a source the first row will do: ids are given in the order of storing, and no index has all moments.
        since=first(f"SELECT {'min(first_seen)' if source_id else 'first_seen'} FROM articles WHERE {{own}} LIMIT 1"),
        first_day=first(f"SELECT min(day) {days} AND day > ''"),
        last_day=last or None,
        a_day=recent / RECENT_DAYS,
        undated=first(f"SELECT coalesce(sum(articles), 0) {days} AND day = ''"),
        pages=_pages(connection, own, values) if queued else {},
        reasons=_reasons(connection, own, values) if queued else (),
    )


def _pages(connection: sqlite3.Connection, own: str, values: dict[str, Any]) -> dict[str, int]:
    """Pages by state, each counted in the index of states."""
    counted = {
        state: connection.execute(f"SELECT count(*) FROM pages WHERE state = '{state}' AND {own}", values).fetchone()[0]
        for state in STATES
    }
    return {state: count for state, count in counted.items() if count}


def _reasons(connection: sqlite3.Connection, own: str, values: dict[str, Any]) -> tuple[tuple[str, int], ...]:
    rows = connection.execute(
        f"""SELECT error FROM pages WHERE state IN {UNSOLVED} AND error IS NOT NULL AND {own}
            LIMIT {MOST_FAULTS}""",
        values,
    )
    return tuple(Counter(plain_error(error) for (error,) in rows).most_common(MOST_REASONS))


def say_known(known: Known) -> list[str]:
    """What is known, in sentences."""
    if not known.articles:
        return ["Belum ada artikel yang tersimpan."]
    said = [f"{number(known.articles)} artikel tersimpan; yang pertama disimpan {moment(known.since)}."]
    if known.first_day and known.last_day:
        said.append(f"Artikelnya terbit antara {day(known.first_day)} dan {day(known.last_day)}.")
        said.append(f"Dalam empat minggu terakhirnya rata-rata {usual(known.a_day)}.")
    read, found = known.pages.get("done", 0), sum(known.pages.values())
    if found:
        said.append(
            f"Dari {number(found)} halaman yang ditemukan, {number(read)} sudah dibaca ({share(read / found)})."
        )
    return said


def say_unknown(known: Known) -> list[str]:
    """What is not known, in sentences."""
    said = []
    if known.since:
        said.append(
            f"Yang terbit sebelum {day(known.since[:10])} hanya ada sejauh situsnya masih memuatnya di umpan, "
            "peta situs atau daftarnya waktu itu."
        )
    waiting = sum(known.pages.get(state, 0) for state in ("found", "fetched"))
    sentences = (
        (waiting, "halaman sudah ditemukan tetapi belum dibaca."),
        (known.pages.get("failed", 0), "halaman gagal diambil atau dibaca, dan akan dicoba lagi."),
        (known.pages.get("quarantined", 0), "halaman tidak dicoba lagi karena berulang kali gagal."),
        (known.undated, "artikel tidak diketahui hari terbitnya, jadi tidak ikut dalam rentang tanggal mana pun."),
    )
    return said + [f"{number(count)} {words}" for count, words in sentences if count]


def say_reasons(reasons: Sequence[tuple[str, int]]) -> list[str]:
    """Why pages failed, in sentences."""
    return [f"{reason}: {number(count)} halaman" for reason, count in reasons]
