"""A watch in words: what it looks for, how often, and where the same search is on the pages."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping

from pipelines.search.asked import Search
from pipelines.search.filters import Filters, SearchFilters
from pipelines.search.named_places import province_name
from pipelines.search.posts import post_name
from pipelines.wording.labels import AGREEMENT_TYPES, ARTICLE_KINDS

HOUR, DAY = 60, 24 * 60  # minutes
# What stands before each part of a search, and the query that makes a name of an id.
NAMED_BY_ID: Mapping[str, tuple[str, str]] = {
    "person": ("orang", "SELECT name FROM people WHERE id = ?"),
    "organisation": ("lembaga", "SELECT name FROM organisations WHERE id = ?"),
    "place": ("tempat", "SELECT name FROM places WHERE id = ?"),
    "beside": ("bersama", "SELECT name FROM people WHERE id = ?"),
    "law": ("peraturan", "SELECT key FROM laws WHERE id = ?"),
    "story": ("isu", "SELECT title FROM isu WHERE id = ?"),
}


def as_search(filters: Filters) -> Search:
    """The search of the pages that comes nearest to a watch's filters."""
    if isinstance(filters, SearchFilters):
        return filters.search
    return Search(
        query=filters.query or "",
        source=filters.source or "",
        city=filters.city or "",
        official=filters.person or "",
    )


def searched(connection: sqlite3.Connection, filters: Filters) -> str:
    """What is looked for: 'kata "harga beras", sumber Badan Pangan, siaran pers, kota Bandung'."""
    return ", ".join(searched_parts(connection, filters))


def searched_parts(connection: sqlite3.Connection, filters: Filters) -> list[str]:
    """The same, part by part."""
    wanted = as_search(filters)
    parts = []
    if wanted.query:
        words = wanted.query
        parts.append(f'kata (dengan operator) "{words}"' if wanted.operators else f'kata "{words}"')
    if wanted.source:
        parts.append(f"sumber {_name(connection, 'SELECT name FROM sources WHERE id = ?', wanted.source)}")
    if wanted.kind:
        parts.append(ARTICLE_KINDS[wanted.kind].lower())
    if wanted.city:
        parts.append(f"kota {wanted.city}")
    if wanted.official:
        parts.append(f"pejabat {wanted.official}")
    if wanted.agreement:
        parts.append(f"perjanjian {AGREEMENT_TYPES[wanted.agreement]}")
    for field, (word, sql) in NAMED_BY_ID.items():
        if value := getattr(wanted, field):
            parts.append(f"{word} {_name(connection, sql, value)}")
    if wanted.province:
        parts.append(f"provinsi {province_name(wanted.province)}")
    if wanted.post and wanted.person:
        parts.append(f"sebagai {post_name(wanted.post)}")
    return parts


def _name(connection: sqlite3.Connection, sql: str, value: str) -> str:
    row = connection.execute(sql, (value,)).fetchone()
    return str(row[0]) if row and row[0] else value


def page_of(filters: Filters) -> str:
    """Where the pages show what a watch finds, newest first: "/cari?q=..."."""
    return f"/cari?{as_search(filters).address(urut='terbaru')}"


def every(minutes: int) -> str:
    """How often: "tiap 15 menit", "tiap jam", "tiap 3 jam", "sekali sehari"."""
    if minutes == DAY:
        return "sekali sehari"
    if minutes % HOUR == 0:
        return "tiap jam" if minutes == HOUR else f"tiap {minutes // HOUR} jam"
    return f"tiap {minutes} menit"
