"""What the crawler asks the queue for, and what it records there: which pages were found, fetched or given up.

Feeds, sitemaps and listings, which are asked for again on every run, are the table `discoveries`.
"""

from __future__ import annotations

import json
import logging
import sqlite3
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta

from crawler.records import TRANSIENT, FetchedPage, Link, Order
from crawler.urls import same_page
from pipelines.database.open import transaction
from pipelines.queue.changes import again
from pipelines.queue.runs import record_error, tell
from pipelines.wording.wib import stamp, stamp_now

LOG = logging.getLogger(__name__)
MAX_ATTEMPTS = 3  # a page that fails in three runs is given up
PATIENT_ATTEMPTS = 6  # unless its host is in trouble: 15 minutes, 1, 4, 16 and 64 hours lie between these
FIRST_PAUSE = timedelta(minutes=15)
MAX_PENDING = 5_000  # what one run can ask for of a source at most
CHUNK = 500  # addresses looked up in one statement (SQLite allows 999 parameters in old builds)


class Orders:
    """The crawler's side of the queue on an open connection; each call that writes is a transaction of its own.

    `run_id`: of the crawl, for the errors. The statements are plain SQL: a crawl makes them page by page.
    """

    def __init__(self, connection: sqlite3.Connection, run_id: int | None = None) -> None:
        self.connection = connection
        self.run_id = run_id

    def plan(self, source_id: str, links: Iterable[Link], discovery: str | None = None) -> tuple[list[Order], int]:
        """Queue links; (orders for what is to be asked for now, number of links never seen before).

        What is new comes first. `discovery`: the address of the feed, sitemap or listing that has the links.
        """
        wanted = list(links)
        known = self.known([link.url for link in wanted])
        orders: list[Order] = []
        fresh: set[str] = set()
        pairs = [(link, known[link.url]) for link in wanted if link.url in known]
        repeated, restless = again(pairs)
        with transaction(self.connection):
            self._record_restless(discovery, restless, len(pairs))
            for link in wanted:
                if link.url in known:
                    self._merge_hints(known[link.url], link)
                elif fresh.isdisjoint([link.url, *same_page(link.url)]):
                    self.connection.execute(
                        """INSERT INTO pages (url, source_id, state, found_at, hints) VALUES (?, ?, 'found', ?, ?)
                           ON CONFLICT DO NOTHING""",
                        (link.url, source_id, stamp_now(), json.dumps(link.hints(), ensure_ascii=False)),
                    )
                    fresh.add(link.url)
                    orders.append(Order(link.url, hints=link.hints()))
        return orders + repeated, len(fresh)

    def _record_restless(self, discovery: str | None, restless: bool, known: int) -> None:
        """Remember whether a feed or sitemap says of nearly everything that it has changed; nothing known says nothing.

        pipelines/health/status.py tells it.
        """
        if discovery is None or not known:
            return
        if restless:
            LOG.info("%s: hampir semua %d halamannya berubah menurutnya; hanya sebagian diminta lagi", discovery, known)
        self.connection.execute(
            "UPDATE discoveries SET restless_since = iif(?, coalesce(restless_since, ?), NULL) WHERE url = ?",
            (restless, stamp_now(), discovery),
        )

    def _merge_hints(self, row: sqlite3.Row, link: Link) -> None:
        """Add what another discovery knows of a page, so that a later change of it is noticed."""
        known, hints = json.loads(row["hints"] or "{}"), link.hints()
        if row["fetched_at"] is not None:
            hints = {name: value for name, value in hints.items() if name not in known}
        if known | hints != known:
            self.connection.execute(
                "UPDATE pages SET hints = json_patch(coalesce(hints, '{}'), ?) WHERE url = ?",
                (json.dumps(hints, ensure_ascii=False), row["url"]),
            )

    def known(self, urls: Sequence[str]) -> dict[str, sqlite3.Row]:
        """The rows of those addresses that are in the queue, by these or other spellings or by where they redirect."""
        known = self._known(urls)
        return known | self._known_otherwise([url for url in urls if url not in known])

    def _known(self, urls: Sequence[str], column: str = "url") -> dict[str, sqlite3.Row]:
        known: dict[str, sqlite3.Row] = {}
        cursor = self.connection.cursor()
        cursor.row_factory = sqlite3.Row
        for start in range(0, len(urls), CHUNK):
            chunk = urls[start : start + CHUNK]
            marks = ", ".join("?" * len(chunk))
            for row in cursor.execute(
                f"""SELECT url, final_url, state, etag, last_modified, fetched_at, found_at, hints, not_before, digest
                    FROM pages
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
        """Pages that earlier runs found and did not get, newest first; failed ones when their time has come.

        Then those whose last answer was no article (pipelines/queue/waiting.py): it may be there again.
        """
        now = stamp_now()
        found = self.connection.execute(
            """SELECT url, etag, last_modified, hints FROM pages
               WHERE source_id = ? AND state IN ('found', 'failed') AND warc_file IS NULL
                 AND coalesce(not_before, '') <= ?
               ORDER BY coalesce(hints ->> 'published_at', found_at) DESC, rowid DESC LIMIT ?""",
            (source_id, now, MAX_PENDING),
        ).fetchall()
        doubted = self.connection.execute(
            """SELECT url, etag, last_modified, hints FROM pages INDEXED BY pages_doubted
               WHERE source_id = ? AND doubted > 0 AND state IN ('done', 'failed')
                 AND coalesce(not_before, '') <= ?
               ORDER BY fetched_at DESC LIMIT ?""",
            (source_id, now, MAX_PENDING),
        ).fetchall()
        rows = found + doubted
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
        """Pages of listings and APIs that earlier runs came across and did not read."""
        rows = self.connection.execute(
            """SELECT url FROM discoveries
               WHERE source_id = ? AND method IN ('listing', 'api') AND (http_status = 0 OR error IS NOT NULL)""",
            (source_id,),
        )
        return [url for (url,) in rows]

    def read_at(self, url: str) -> str | None:
        """When a discovery last answered whole, or that nothing had changed (ISO 8601 UTC)."""
        row = self.connection.execute(
            "SELECT fetched_at FROM discoveries WHERE url = ? AND error IS NULL AND http_status IN (200, 304)", (url,)
        ).fetchone()
        return row[0] if row else None

    def read_as_listed(self, url: str, lastmod: str) -> str | None:
        """As `read_at`, if its index said then what it says now."""
        row = self.connection.execute("SELECT listed FROM discoveries WHERE url = ?", (url,)).fetchone()
        return self.read_at(url) if row and row[0] == lastmod else None

    def record_listed(self, url: str, lastmod: str) -> None:
        """Remember what the index said of a sitemap that has been read because of it."""
        with transaction(self.connection):
            self.connection.execute("UPDATE discoveries SET listed = ? WHERE url = ?", (lastmod, url))

    def first_crawl(self, source_id: str) -> str | None:
        """When the first run that asked this source began (ISO 8601 UTC)."""
        row = self.connection.execute(
            "SELECT min(r.started) FROM run_sources s JOIN runs r ON r.id = s.run_id WHERE s.source_id = ?",
            (source_id,),
        ).fetchone()
        return row[0] if row else None

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
                {
                    "url": url,
                    "source": source_id,
                    "method": method,
                    "etag": etag,
                    "modified": last_modified,
                    "status": status,
                    "now": stamp_now(),
                    "error": error,
                    "links": links,
                    "articles": articles,
                },
            )
            if error:
                record_error(self.connection, self.run_id, source_id, url, "discover", error)

    def record_fetched(self, page: FetchedPage, warc_file: str, warc_offset: int, origin: str | None = None) -> None:
        """A page is in the archive: it waits to be read. `origin`: how it came, if the crawl did not find it."""
        with transaction(self.connection):
            self.connection.execute(
                """UPDATE pages SET state = 'fetched', http_status = :status, etag = :etag, last_modified = :modified,
                   fetched_at = :fetched, warc_file = :file, warc_offset = :offset, attempts = 0, error = NULL,
                   final_url = :final, content_type = :type, not_before = NULL, origin = :origin,
                   hints = json_patch(coalesce(hints, '{}'), :hints) WHERE url = :url""",
                {
                    "status": page.status,
                    "etag": page.etag,
                    "modified": page.last_modified,
                    "fetched": page.fetched_at,
                    "file": warc_file,
                    "offset": warc_offset,
                    "final": page.final_url,
                    "type": page.content_type,
                    "origin": origin,
                    "hints": json.dumps(page.hints, ensure_ascii=False),
                    "url": page.url,
                },
            )

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
        until, most = None, MAX_ATTEMPTS
        if status is None or status in TRANSIENT:
            row = self.connection.execute("SELECT attempts FROM pages WHERE url = ?", (url,)).fetchone()
            pause = FIRST_PAUSE * 4 ** min(row[0] if row else 0, PATIENT_ATTEMPTS)
            until, most = stamp(datetime.now(UTC) + pause), PATIENT_ATTEMPTS
        with transaction(self.connection):
            self.connection.execute(
                """UPDATE pages SET http_status = :status, error = :error, attempts = attempts + 1, not_before = :until,
                   state = CASE WHEN warc_file IS NOT NULL AND NOT (state = 'failed' AND doubted > 0) THEN state
                                WHEN attempts + 1 >= :most THEN 'quarantined' ELSE 'failed' END,
                   doubted = iif(attempts + 1 >= :most, 0, doubted)
                   WHERE url = :url""",
                {"status": status or None, "error": error, "url": url, "until": until, "most": most},
            )
            record_error(self.connection, self.run_id, source_id, url, "fetch", error)
            tell(self.connection, url, error)

    def forget_lost(self, warc_file: str, size: int) -> int:
        """Queue again what was recorded as being in an archive file behind `size` bytes; how many pages."""
        with transaction(self.connection):
            return self.connection.execute(
                """UPDATE pages SET state = 'found', warc_file = NULL, warc_offset = NULL, fetched_at = NULL,
                   etag = NULL, last_modified = NULL WHERE warc_file = ? AND warc_offset >= ?""",
                (warc_file, size),
            ).rowcount
