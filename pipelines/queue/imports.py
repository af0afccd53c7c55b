"""What others' archives have brought: how far each is read, which pages were taken, and what may replace what."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from crawler.records import FetchedPage
from pipelines.database.open import transaction
from pipelines.queue.orders import Orders
from pipelines.wording.wib import stamp_now

TAKE, OLDER, SAME, AGAIN, UNREAD = "taken", "older", "same", "again", "unread"


class Taken(NamedTuple):
    """A page of somebody else's archive, and where it is in ours: `page` without its body; mark: `record_mark`."""

    page: FetchedPage
    warc_file: str
    warc_offset: int
    mark: bytes


@dataclass
class Reached:
    """How far an archive has been read, as two numbers (pipelines/archive/members.Position), and what came of it.

    finished  when it was read to its end, if it was
    """

    member: int
    inside: int
    counts: Counter[str]
    finished: str | None


def record_mark(url: str, captured_at: str, body: bytes) -> bytes:
    """What tells a record from all others: address, time and body."""
    digest = hashlib.sha256(f"{url}\0{captured_at}\0".encode("utf-8", "replace"))
    digest.update(body)
    return digest.digest()[:16]


class Imports:
    """The tables `imports` and `imported`, and the pages of the queue that came that way."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection
        self.orders = Orders(connection)

    def begin(self, archive: str, name: str, size: int, wanted: str) -> Reached:
        """How far an earlier import has come with this file; its beginning where other sources are wanted now."""
        row = self.connection.execute(
            "SELECT member, inside, counts, finished FROM imports WHERE archive = ? AND wanted = ?", (archive, wanted)
        ).fetchone()
        if row:
            return Reached(row[0], row[1], Counter(json.loads(row[2])), row[3])
        with transaction(self.connection):
            self.connection.execute(
                """REPLACE INTO imports (archive, name, size, wanted, member, inside, counts, started)
                   VALUES (?, ?, ?, ?, 0, 0, '{}', ?)""",
                (archive, name, size, wanted, stamp_now()),
            )
        return Reached(0, 0, Counter(), None)

    def verdict(self, url: str, captured_at: str, body: bytes) -> tuple[str, str]:
        """(TAKE, or why a page is not taken; the address by which the queue knows it, or `url`).

        A capture never replaces what was fetched later, unless nothing could be read from that. UNREAD: what waits is
        older, and is a version of its own: it is to be read first.
        """
        if self.connection.execute(
            "SELECT 1 FROM imported WHERE record = ?", (record_mark(url, captured_at, body),)
        ).fetchone():
            return AGAIN, url
        row = self.orders.known([url]).get(url)
        if row is None or row["fetched_at"] is None:
            return TAKE, row["url"] if row else url
        later = captured_at > row["fetched_at"]
        if row["state"] == "fetched":
            return UNREAD if later else OLDER, row["url"]
        if row["digest"] is None:
            return TAKE, row["url"]
        if not later:
            return OLDER, row["url"]
        return SAME if row["digest"] == hashlib.sha256(body).hexdigest() else TAKE, row["url"]

    def record(
        self,
        archive: str,
        name: str,
        taken: Sequence[Taken],
        position: tuple[int, int],
        counts: Mapping[str, int],
        *,
        finished: bool = False,
    ) -> None:
        """Queue pages that are in our archive, and remember how far theirs is read: both, or neither."""
        with transaction(self.connection):
            for one in taken:
                self._queue(one, f"arsip {name}")
            self.connection.executemany("INSERT OR IGNORE INTO imported VALUES (?)", [(one.mark,) for one in taken])
            self.connection.execute(
                "UPDATE imports SET name = ?, member = ?, inside = ?, counts = ?, finished = ? WHERE archive = ?",
                (name, *position, json.dumps(counts), stamp_now() if finished else None, archive),
            )

    def _queue(self, one: Taken, origin: str) -> None:
        page = one.page
        self.connection.execute(
            """INSERT INTO pages (url, source_id, state, http_status, etag, last_modified, fetched_at, warc_file,
                 warc_offset, found_at, final_url, content_type, hints, origin)
               VALUES (:url, :source, 'fetched', :status, :etag, :modified, :fetched, :file, :offset, :now, :final,
                 :type, '{}', :origin)
               ON CONFLICT (url) DO UPDATE SET state = 'fetched', http_status = :status, etag = :etag,
                 last_modified = :modified, fetched_at = :fetched, warc_file = :file, warc_offset = :offset,
                 attempts = 0, error = NULL, final_url = :final, content_type = :type, not_before = NULL, doubted = 0,
                 origin = :origin""",
            {
                "url": page.url,
                "source": page.source_id,
                "status": page.status,
                "etag": page.etag,
                "modified": page.last_modified,
                "fetched": page.fetched_at,
                "file": one.warc_file,
                "offset": one.warc_offset,
                "now": stamp_now(),
                "final": page.final_url,
                "type": page.content_type,
                "origin": origin,
            },
        )
