"""The queue: which pages were found, fetched, read or given up, and what is asked for on every run."""

from __future__ import annotations

import json
import logging
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from crawler.catalogue import Source
from crawler.records import TRANSIENT, CrawlReport, FetchedPage, Link, Order
from crawler.urls import same_page
from pipelines.database.open import transaction
from pipelines.queue.selectors import forget_selectors

LOG = logging.getLogger(__name__)
MAX_ATTEMPTS = 3  # a page that fails in three runs is given up
PATIENT_ATTEMPTS = 6  # unless its host is in trouble: 15 minutes, 1, 4, 16 and 64 hours lie between these
FIRST_PAUSE = timedelta(minutes=15)
MAX_PENDING = 5_000  # what one run can ask for of a source at most
PIECE = 16 * 2**20  # bytes of an archive file that are read as one piece: some 1,000 pages, half a minute
WAITING = "state IN ('fetched', 'failed') AND warc_file IS NOT NULL"
THIS_FETCH = "url = ? AND warc_file = ? AND warc_offset = ?"
CHUNK = 500  # addresses looked up in one statement (SQLite allows 999 parameters in old builds)


def now() -> str:
    """The present as ISO 8601 UTC, to the second."""
    return datetime.now(UTC).isoformat(timespec="seconds")


@dataclass(frozen=True, slots=True)
class FetchedRow:
    """A page that waits to be read. `digest`: SHA-256 of the body that was read last time, if ever."""

    url: str
    source_id: str
    warc_file: str
    warc_offset: int
    fetched_at: str
    content_type: str | None
    digest: str | None
    hints: dict[str, str]


@dataclass(frozen=True, slots=True)
class Piece:
    """The waiting pages of one piece of an archive file, as they lie in it. `number`: the how manieth piece, from 0."""

    file: str
    number: int
    rows: tuple[FetchedRow, ...]


class Queue:
    """The queue's tables on an open connection. Calls that write open their own transaction unless one is open."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection
        self.run_id: int | None = None

    # What the crawler asks for

    def plan(self, source_id: str, links: Iterable[Link]) -> tuple[list[Order], int]:
        """Queue links; (orders for what is to be asked for now, number of links never seen before)."""
        wanted = list(links)
        known = self._known([link.url for link in wanted])
        known |= self._known_otherwise([link.url for link in wanted if link.url not in known])
        orders: list[Order] = []
        fresh: set[str] = set()
        with transaction(self.connection):
            for link in wanted:
                row = known.get(link.url)
                if row is not None:
                    if (order := _order_again(link, row)) is not None:
                        orders.append(order)
                    self._merge_hints(row, link.hints())
                elif fresh.isdisjoint([link.url, *same_page(link.url)]):
                    self.connection.execute(
                        """INSERT INTO pages (url, source_id, state, found_at, hints) VALUES (?, ?, 'found', ?, ?)
                           ON CONFLICT DO NOTHING""",
                        (link.url, source_id, now(), json.dumps(link.hints(), ensure_ascii=False)),
                    )
                    fresh.add(link.url)
                    orders.append(Order(link.url, hints=link.hints()))
        return orders, len(fresh)

    def _merge_hints(self, row: sqlite3.Row, hints: dict[str, str]) -> None:
        """Add what another discovery knows of a page, so that a later change of it is noticed."""
        known = json.loads(row["hints"] or "{}")
        if known | hints != known and (row["fetched_at"] is None or not known.get("modified_at")):
            self.connection.execute(
                "UPDATE pages SET hints = json_patch(coalesce(hints, '{}'), ?) WHERE url = ?",
                (json.dumps(hints, ensure_ascii=False), row["url"]),
            )

    def _known(self, urls: Sequence[str], column: str = "url") -> dict[str, sqlite3.Row]:
        known: dict[str, sqlite3.Row] = {}
        cursor = self.connection.cursor()
        cursor.row_factory = sqlite3.Row
        for start in range(0, len(urls), CHUNK):
            chunk = urls[start : start + CHUNK]
            marks = ", ".join("?" * len(chunk))
            for row in cursor.execute(
                f"""SELECT url, final_url, state, etag, last_modified, fetched_at, hints, not_before FROM pages
                    WHERE {column} IN ({marks})""",
                chunk,
            ):
                known[row[column]] = row
        return known

    def _known_otherwise(self, urls: Sequence[str]) -> dict[str, sqlite3.Row]:
        """Pages that are known by another spelling of their address, or that a known page redirected to."""
        forms = {form: url for url in urls for form in [*same_page(url), url]}
        rows = self._known(list(forms), "final_url") | self._known(list(forms))
        return {forms[form]: row for form, row in rows.items()}

    def pending(self, source_id: str) -> list[Order]:
        """Pages that earlier runs found and did not get, newest first; failed ones when their time has come."""
        rows = self.connection.execute(
            """SELECT url, etag, last_modified, hints FROM pages
               WHERE source_id = ? AND state IN ('found', 'failed') AND warc_file IS NULL
                 AND coalesce(not_before, '') <= ?
               ORDER BY coalesce(hints ->> 'published_at', found_at) DESC, rowid DESC LIMIT ?""",
            (source_id, now(), MAX_PENDING),
        )
        return [Order(url, etag, modified, json.loads(hints or "{}")) for url, etag, modified, hints in rows]

    def validators(self, url: str) -> tuple[str | None, str | None]:
        """(ETag, Last-Modified) of a discovery at its last full answer."""
        row = self.connection.execute("SELECT etag, last_modified FROM discoveries WHERE url = ?", (url,)).fetchone()
        return (row[0], row[1]) if row else (None, None)

    def known_sitemaps(self, source_id: str) -> list[str]:
        """Sitemaps of a source that were found before: those yet to be read first, then the last read first."""
        rows = self.connection.execute(
            """SELECT url FROM discoveries
               WHERE source_id = ? AND method = 'sitemap' AND http_status NOT IN (404, 410)
               ORDER BY http_status > 0, fetched_at DESC, url DESC""",
            (source_id,),
        )
        return [url for (url,) in rows]

    def unfinished(self, source_id: str) -> list[str]:
        """Listing pages that earlier runs came across and did not read."""
        rows = self.connection.execute(
            """SELECT url FROM discoveries
               WHERE source_id = ? AND method = 'listing' AND (http_status = 0 OR error IS NOT NULL)""",
            (source_id,),
        )
        return [url for (url,) in rows]

    def record_discovery(
        self,
        source_id: str,
        method: str,
        url: str,
        status: int,
        etag: str | None,
        last_modified: str | None,
        error: str | None,
        *,
        links: int | None = None,
        articles: int | None = None,
    ) -> None:
        """Remember an answer; a 304 or an error keeps the validators and the counts of the last full answer.

        Status 0 without an error only notes that there is something to ask for.
        """
        with transaction(self.connection):
            if not status and not error:
                self.connection.execute(
                    """INSERT INTO discoveries (url, source_id, method, http_status) VALUES (?, ?, ?, 0)
                       ON CONFLICT DO NOTHING""",
                    (url, source_id, method),
                )
                return
            self.connection.execute(
                """INSERT INTO discoveries (url, source_id, method, etag, last_modified, http_status, fetched_at, error,
                     links, articles, failing_since, empty_since)
                   VALUES (:url, :source, :method, :etag, :modified, :status, :now, :error, :links, :articles,
                     iif(:error IS NULL, NULL, :now), iif(:articles = 0, :now, NULL))
                   ON CONFLICT (url) DO UPDATE SET
                     etag = CASE WHEN :status = 200 THEN :etag ELSE etag END,
                     last_modified = CASE WHEN :status = 200 THEN :modified ELSE last_modified END,
                     http_status = :status, fetched_at = :now, error = :error,
                     links = coalesce(:links, links), articles = coalesce(:articles, articles),
                     failing_since = iif(:error IS NULL, NULL, coalesce(failing_since, :now)),
                     empty_since = CASE WHEN :articles = 0 THEN coalesce(empty_since, :now)
                                        WHEN :articles > 0 THEN NULL ELSE empty_since END""",
                {"url": url, "source": source_id, "method": method, "etag": etag, "modified": last_modified,
                 "status": status, "now": now(), "error": error, "links": links, "articles": articles},
            )  # fmt: skip
            if error:
                self.record_error(source_id, url, "discover", error)

    def record_fetched(self, page: FetchedPage, warc_file: str, warc_offset: int) -> None:
        """A page is in the archive: it waits to be read."""
        with transaction(self.connection):
            self.connection.execute(
                """UPDATE pages SET state = 'fetched', http_status = ?, etag = ?, last_modified = ?, fetched_at = ?,
                   warc_file = ?, warc_offset = ?, attempts = 0, error = NULL, final_url = ?, content_type = ?,
                   not_before = NULL, hints = json_patch(coalesce(hints, '{}'), ?) WHERE url = ?""",
                (page.status, page.etag, page.last_modified, page.fetched_at, warc_file, warc_offset, page.final_url,
                 page.content_type, json.dumps(page.hints, ensure_ascii=False), page.url),
            )  # fmt: skip

    def record_not_modified(self, url: str, hints: dict[str, str]) -> None:
        """A page that was asked for again has not changed; its new hints stop it from being asked for again."""
        with transaction(self.connection):
            self.connection.execute(
                "UPDATE pages SET hints = ?, http_status = 304, not_before = NULL WHERE url = ?",
                (json.dumps(hints, ensure_ascii=False), url),
            )

    def record_failed(self, source_id: str, url: str, status: int | None, error: str) -> None:
        """A page could not be had: one read before keeps its state, others are given up after MAX_ATTEMPTS.

        A host in trouble (no answer, 5xx, 429 and the like) is no reason to lose a page: it is tried again after
        FIRST_PAUSE, then after four times as long and so on, and given up after PATIENT_ATTEMPTS (four days).
        """
        transient = status is None or status in TRANSIENT
        attempts = self.connection.execute("SELECT attempts FROM pages WHERE url = ?", (url,)).fetchone()
        pause = FIRST_PAUSE * 4 ** min(attempts[0] if attempts else 0, PATIENT_ATTEMPTS) if transient else timedelta()
        with transaction(self.connection):
            self.connection.execute(
                """UPDATE pages SET http_status = :status, error = :error, attempts = attempts + 1, not_before = :until,
                   state = CASE WHEN warc_file IS NOT NULL THEN state
                                WHEN attempts + 1 >= :most THEN 'quarantined' ELSE 'failed' END
                   WHERE url = :url""",
                {"status": status or None, "error": error, "url": url,
                 "until": (datetime.now(UTC) + pause).isoformat(timespec="seconds") if transient else None,
                 "most": PATIENT_ATTEMPTS if transient else MAX_ATTEMPTS},
            )  # fmt: skip
            self.record_error(source_id, url, "fetch", error)
            self._tell(url, error)

    def forget_lost(self, warc_file: str, size: int) -> int:
        """Queue again what was recorded as being in an archive file behind `size` bytes; how many pages."""
        with transaction(self.connection):
            return self.connection.execute(
                """UPDATE pages SET state = 'found', warc_file = NULL, warc_offset = NULL, fetched_at = NULL,
                   etag = NULL, last_modified = NULL WHERE warc_file = ? AND warc_offset >= ?""",
                (warc_file, size),
            ).rowcount

    # What processing asks for; these are called inside its transaction

    def count_fetched(self) -> int:
        """How many pages wait to be read."""
        return int(self.connection.execute(f"SELECT count(*) FROM pages WHERE {WAITING}").fetchone()[0])

    def iter_pieces(self) -> Iterator[Piece]:
        """The pages that wait to be read as this is called, by pieces of the archive: oldest files first."""
        pieces = self.connection.execute(
            f"SELECT DISTINCT warc_file, warc_offset / {PIECE} FROM pages WHERE {WAITING} ORDER BY 1, 2"
        ).fetchall()
        for file, number in pieces:
            # The + keeps SQLite on the archive's index: all pages may be waiting (`--again extract`).
            rows = self.connection.execute(
                f"""SELECT url, source_id, warc_file, warc_offset, fetched_at, content_type, digest, hints FROM pages
                    WHERE +{WAITING} AND warc_file = ? AND warc_offset >= ? AND warc_offset < ?
                    ORDER BY warc_offset, rowid""",
                (file, number * PIECE, (number + 1) * PIECE),
            ).fetchall()
            yield Piece(file, number, tuple(_fetched_row(*row) for row in rows))

    def mark_done(self, row: FetchedRow, digest: str) -> None:
        """A page has been read and stored. One that was fetched again in the meantime goes on waiting."""
        self.connection.execute(
            f"""UPDATE pages SET state = 'done', digest = ?, processed_at = ?, attempts = 0, error = NULL
                WHERE {THIS_FETCH}""",
            (digest, now(), row.url, row.warc_file, row.warc_offset),
        )

    def mark_failed(self, row: FetchedRow, stage: str, error: str, *, final: bool) -> None:
        """A page could not be read: tried again on later runs, then `quarantined`, where a person can look.

        `final`: the page itself is the reason (it is no article), so another try is useless.
        """
        self.connection.execute(
            f"""UPDATE pages SET error = ?, attempts = attempts + 1, processed_at = ?,
                state = CASE WHEN ? OR attempts + 1 >= ? THEN 'quarantined' ELSE 'failed' END
                WHERE {THIS_FETCH}""",
            (f"{stage}: {error}", now(), final, MAX_ATTEMPTS, row.url, row.warc_file, row.warc_offset),
        )
        self.record_error(row.source_id, row.url, stage, error)
        self._tell(row.url, error)

    def _tell(self, url: str, error: str) -> None:
        """Log what becomes of a page that failed."""
        if not LOG.isEnabledFor(logging.INFO):
            return
        found = self.connection.execute(
            "SELECT state, attempts, not_before FROM pages WHERE url = ?", (url,)
        ).fetchone()
        if found and found[0] == "quarantined":
            LOG.info("%s: dikarantina setelah %d kali gagal: %s", url, found[1], error)
        elif found:
            LOG.info("%s: gagal: %s; diminta lagi %s", url, error, found[2] or "dalam perayapan berikutnya")

    def requeue(self) -> int:
        """Every archived page back into the queue, to be read again; their number."""
        with transaction(self.connection):
            return self.connection.execute(
                "UPDATE pages SET state = 'fetched', attempts = 0 WHERE warc_file IS NOT NULL"
            ).rowcount

    # Runs, sources, errors

    def upsert_sources(self, sources: Iterable[Source]) -> None:
        """Put the catalogue's entries into the `sources` table."""
        everything = list(sources)
        with transaction(self.connection):
            self.connection.executemany(
                """INSERT INTO sources (id, name, kind, homepage, status, press_releases, note)
                   VALUES (?, ?, ?, ?, ?, ?, ?)
                   ON CONFLICT (id) DO UPDATE SET name = excluded.name, kind = excluded.kind,
                     homepage = excluded.homepage, status = excluded.status,
                     press_releases = excluded.press_releases, note = excluded.note""",
                [(s.id, s.name, s.kind, s.homepage, s.status, int(s.press_releases), s.note) for s in everything],
            )
            forget_selectors(self.connection, {s.id: s.extract for s in everything})

    def retire_sources(self, sources: Iterable[Source]) -> None:
        """Mark what the catalogue no longer has as removed: nobody waits for it any more. Its articles stay."""
        with transaction(self.connection):
            self.connection.execute(
                "UPDATE sources SET status = 'removed' WHERE id NOT IN (SELECT value FROM json_each(?))",
                (json.dumps([source.id for source in sources]),),
            )

    def begin_run(self) -> int:
        """Record that a crawl has begun; its id."""
        with transaction(self.connection):
            cursor = self.connection.execute("INSERT INTO runs (started) VALUES (?)", (now(),))
        self.run_id = int(cursor.lastrowid or 0)
        return self.run_id

    def end_run(self, report: CrawlReport, stored: dict[str, tuple[int, int]]) -> None:
        """Record what the run did; `stored`: source id -> (pages stored, pages that could not be read)."""
        rows = []
        for source_id, counts in report.sources.items():
            done, broken = stored.get(source_id, (0, 0))
            rows.append((self.run_id, source_id, counts.found, counts.fetched, counts.not_modified, done,
                         counts.failed + broken, counts.error, json.dumps(counts.stats)))  # fmt: skip
        totals = [sum(column) for column in zip(*(row[2:7] for row in rows), strict=True)] if rows else [0] * 5
        with transaction(self.connection):
            self.connection.executemany("INSERT INTO run_sources VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", rows)
            self.connection.execute(
                """UPDATE runs SET finished = ?, outcome = ?, found = ?, fetched = ?, not_modified = ?, stored = ?,
                   failed = ? WHERE id = ?""",
                (now(), report.outcome, *totals, self.run_id),
            )

    def record_error(self, source_id: str | None, url: str | None, stage: str, error: str) -> None:
        """Keep an error where a person can look, inside the caller's transaction."""
        self.connection.execute(
            "INSERT INTO errors (run_id, source_id, url, stage, error, seen_at) VALUES (?, ?, ?, ?, ?, ?)",
            (self.run_id, source_id, url, stage, error, now()),
        )


def _fetched_row(
    url: str, source_id: str, file: str, offset: int, fetched_at: str, content_type: str, digest: str, hints: str
) -> FetchedRow:
    return FetchedRow(url, source_id, file, offset, fetched_at, content_type, digest, json.loads(hints or "{}"))


def _order_again(link: Link, row: sqlite3.Row) -> Order | None:
    """An order for a known page: one never fetched, or one that its feed or sitemap says has changed."""
    if (row["not_before"] or "") > now():
        return None
    if row["state"] in ("found", "failed") and row["fetched_at"] is None:
        return Order(row["url"], hints=link.hints())
    stored = json.loads(row["hints"] or "{}")
    known_change = stored.get("modified_at")
    if row["fetched_at"] is None or not link.modified_at:
        return None
    if known_change and link.modified_at <= known_change:
        return None
    if not known_change and link.modified_at <= row["fetched_at"]:
        return None
    return Order(row["url"], row["etag"], row["last_modified"], {**stored, **link.hints()})
