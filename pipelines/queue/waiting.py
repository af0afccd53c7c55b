"""The pages that are in the archive and wait to be read, in the order of the archive; and what became of each."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from pipelines.database.open import transaction
from pipelines.queue.orders import FIRST_PAUSE, MAX_ATTEMPTS, PATIENT_ATTEMPTS
from pipelines.queue.runs import record_error, tell
from pipelines.wording.wib import stamp, stamp_now

SLICE = 16 * 2**20  # bytes of an archive file that are read together: some 1,000 pages, half a minute
# A page whose answer was no article waits for another answer instead.
WAITING = "(state = 'fetched' OR (state = 'failed' AND doubted = 0)) AND warc_file IS NOT NULL"
ARCHIVED = "warc_file IS NOT NULL"
THIS_FETCH = "url = ? AND warc_file = ? AND warc_offset = ?"  # and not a later one of the same page


@dataclass(frozen=True, slots=True)
class WaitingPage:
    """A page that waits to be read.

    digest     SHA-256 of the body that was read last time, if ever
    final_url  where redirects led to, or another address that its article has got since
    origin     how it came, where the crawl did not find it by itself
    """

    url: str
    source_id: str
    warc_file: str
    warc_offset: int
    fetched_at: str
    content_type: str | None
    digest: str | None
    hints: dict[str, str]
    final_url: str | None = None
    origin: str | None = None


@dataclass(frozen=True, slots=True)
class ArchiveSlice:
    """The waiting pages in one slice of an archive file, in the file's order.

    `number` says which slice of the file it is, counted from 0. A file of up to SLICE bytes has one.
    """

    file: str
    number: int
    pages: tuple[WaitingPage, ...]


class WaitingPages:
    """What reading asks the queue for.

    `run_id`: of the crawl whose pages are read, for the errors; None while nothing is crawled.
    `mark_done` and `mark_failed` are called inside a transaction of the caller, which also stores the article.
    """

    def __init__(self, connection: sqlite3.Connection, run_id: int | None = None) -> None:
        self.connection = connection
        self.run_id = run_id

    def count(self) -> int:
        """How many pages wait."""
        return int(self.connection.execute(f"SELECT count(*) FROM pages WHERE {WAITING}").fetchone()[0])

    def slices(self, which: str = WAITING) -> Iterator[ArchiveSlice]:
        """The pages that wait as this is called, or all ARCHIVED: the oldest files first, each from its beginning."""
        found = self.connection.execute(
            f"SELECT DISTINCT warc_file, warc_offset / {SLICE} FROM pages WHERE {which} ORDER BY 1, 2"
        ).fetchall()
        for file, number in found:
            # The + keeps SQLite on the archive's index: all pages may be waiting (`--again extract`).
            rows = self.connection.execute(
                f"""SELECT url, source_id, warc_file, warc_offset, fetched_at, content_type, digest, hints, final_url,
                           origin
                    FROM pages
                    WHERE +({which}) AND warc_file = ? AND warc_offset >= ? AND warc_offset < ?
                    ORDER BY warc_offset, rowid""",
                (file, number * SLICE, (number + 1) * SLICE),
            ).fetchall()
            yield ArchiveSlice(file, number, tuple(_page(row) for row in rows))

    def mark_done(self, page: WaitingPage, digest: str) -> None:
        """A page has been read and stored. One that was fetched again in the meantime goes on waiting."""
        self.connection.execute(
            f"""UPDATE pages SET state = 'done', digest = ?, processed_at = ?, attempts = 0, error = NULL,
                doubted = 0, read_file = warc_file, read_offset = warc_offset WHERE {THIS_FETCH}""",
            (digest, stamp_now(), page.url, page.warc_file, page.warc_offset),
        )

    def mark_failed(self, page: WaitingPage, stage: str, error: str, *, final: bool) -> None:
        """A page could not be read: tried again on later runs, then `quarantined`, where a person can look.

        `final`: the page itself is the reason (it is no article), so another try is useless.
        """
        self.connection.execute(
            f"""UPDATE pages SET error = ?, attempts = attempts + 1, processed_at = ?,
                state = CASE WHEN ? OR attempts + 1 >= ? THEN 'quarantined' ELSE 'failed' END
                WHERE {THIS_FETCH}""",
            (f"{stage}: {error}", stamp_now(), final, MAX_ATTEMPTS, page.url, page.warc_file, page.warc_offset),
        )
        self.record_error(page.source_id, page.url, stage, error)
        tell(self.connection, page.url, error)

    def mark_doubted(self, page: WaitingPage, stage: str, error: str) -> None:
        """An answer is no article, as far as one can tell; the page may hold one all the same, or has held one.

        It is asked for again on the next run, unconditionally, then after pauses that grow, and given up after
        PATIENT_ATTEMPTS. The answer stays in the archive; a stored article goes on pointing to the one it was read
        from.
        """
        row = self.connection.execute(
            f"SELECT doubted, digest IS NOT NULL FROM pages WHERE {THIS_FETCH}",
            (page.url, page.warc_file, page.warc_offset),
        ).fetchone()
        if row is None:
            return  # fetched again in the meantime
        times, stored = row[0] + 1, bool(row[1])
        pause = FIRST_PAUSE * 4 ** (times - 2) if times > 1 else None
        over = times >= PATIENT_ATTEMPTS
        self.connection.execute(
            f"""UPDATE pages SET error = ?, processed_at = ?, doubted = ?, state = ?, not_before = ?,
                etag = NULL, last_modified = NULL,
                warc_file = iif(digest IS NULL, warc_file, read_file),
                warc_offset = iif(digest IS NULL, warc_offset, read_offset)
                WHERE {THIS_FETCH}""",
            (
                f"{stage}: {error}",
                stamp_now(),
                0 if over else times,
                "done" if stored else "quarantined" if over else "failed",
                stamp(datetime.now(UTC) + pause) if pause and not over else None,
                page.url,
                page.warc_file,
                page.warc_offset,
            ),
        )
        self.record_error(page.source_id, page.url, stage, error)
        tell(self.connection, page.url, error)

    def record_error(self, source_id: str | None, url: str | None, stage: str, error: str) -> None:
        """Keep an error that costs no page its turn; as queue.runs.record_error."""
        record_error(self.connection, self.run_id, source_id, url, stage, error)

    def requeue(self) -> int:
        """Every archived page back into the queue, to be read again; their number. A transaction of its own."""
        with transaction(self.connection):
            return self.connection.execute(
                "UPDATE pages SET state = 'fetched', attempts = 0 WHERE warc_file IS NOT NULL"
            ).rowcount


def _page(row: tuple[Any, ...]) -> WaitingPage:
    url, source_id, file, offset, fetched_at, content_type, digest, hints, final_url, origin = row
    known = json.loads(hints or "{}")
    return WaitingPage(url, source_id, file, offset, fetched_at, content_type, digest, known, final_url, origin)
