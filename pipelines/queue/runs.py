"""The book that is kept of the crawls: the sources as last crawled, what each run did, and the errors."""

from __future__ import annotations

import json
import logging
import sqlite3
from collections.abc import Iterable, Mapping
from typing import Any

from crawler.catalogue import Source
from crawler.records import CrawlReport
from pipelines.database.open import as_database, transaction
from pipelines.queue.selectors import forget_selectors
from pipelines.wording.wib import stamp_now

HOT = "hot"  # the outcome of a look at hot sources, which asks for some of their discoveries alone
LOG = logging.getLogger(__name__)


class Runs:
    """The tables `sources`, `runs` and `run_sources` on an open connection; each call is a transaction of its own."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection
        self.database = as_database(connection)

    def upsert_sources(self, sources: Iterable[Source]) -> None:
        """Put the catalogue's entries into `sources`, and forget the selectors that none of them has any more."""
        everything = list(sources)
        with transaction(self.connection):
            self.database.table("sources").upsert_all(
                (
                    {
                        "id": source.id,
                        "name": source.name,
                        "kind": source.kind,
                        "homepage": source.homepage,
                        "status": source.status,
                        "press_releases": int(source.press_releases),
                        "note": source.note,
                    }
                    for source in everything
                ),
                pk="id",
            )
            self.connection.execute(
                "UPDATE sources SET status = 'active' WHERE status = 'unproven' AND proven_at IS NOT NULL"
            )
            forget_selectors(self.connection, {source.id: source.extract for source in everything})

    def prove_sources(self, ids: Iterable[str]) -> None:
        """Remember that these were seen to give articles: what the catalogue calls unproven is crawled from now on."""
        with transaction(self.connection):
            self.connection.executemany(
                "UPDATE sources SET proven_at = ?, status = 'active' WHERE id = ?",
                [(stamp_now(), source_id) for source_id in ids],
            )

    def proven_sources(self) -> set[str]:
        """The ids of the sources that were proven here."""
        return {row[0] for row in self.connection.execute("SELECT id FROM sources WHERE proven_at IS NOT NULL")}

    def retire_sources(self, sources: Iterable[Source]) -> None:
        """Mark what the catalogue no longer has as removed: nobody waits for it any more. Its articles stay."""
        with transaction(self.connection):
            self.connection.execute(
                "UPDATE sources SET status = 'removed' WHERE id NOT IN (SELECT value FROM json_each(?))",
                (json.dumps([source.id for source in sources]),),
            )

    def begin(self) -> int:
        """Record that a crawl has begun; the id of the run."""
        with transaction(self.connection):
            run = self.database.table("runs").insert({"started": stamp_now()})
        assert run.last_rowid is not None
        return run.last_rowid

    def end_look(self, run_id: int, report: CrawlReport, stored: Mapping[str, tuple[int, int]]) -> None:
        """As `end`, of a look at hot sources: its outcome is HOT, and where nothing came of it nothing is recorded."""
        told = {
            source_id: counts
            for source_id, counts in report.sources.items()
            if counts.found or counts.fetched or counts.failed or counts.error or source_id in stored
        }
        if told:
            self.end(run_id, CrawlReport(HOT, told), stored)
        else:
            with transaction(self.connection):
                self.connection.execute("DELETE FROM runs WHERE id = ?", (run_id,))

    def end(self, run_id: int, report: CrawlReport, stored: Mapping[str, tuple[int, int]]) -> None:
        """Record what a run did; `stored`: source id -> (pages stored, pages that could not be read)."""
        rows: list[dict[str, Any]] = []
        totals = dict.fromkeys(("found", "fetched", "not_modified", "stored", "failed"), 0)
        for source_id, counts in report.sources.items():
            done, broken = stored.get(source_id, (0, 0))
            numbers = {
                "found": counts.found,
                "fetched": counts.fetched,
                "not_modified": counts.not_modified,
                "stored": done,
                "failed": counts.failed + broken,
            }
            rows.append(
                {"run_id": run_id, "source_id": source_id, "error": counts.error, "stats": json.dumps(counts.stats)}
                | numbers
            )
            totals = {name: total + numbers[name] for name, total in totals.items()}
        with transaction(self.connection):
            self.database.table("run_sources").insert_all(rows)
            self.database.table("runs").update(run_id, {"finished": stamp_now(), "outcome": report.outcome} | totals)


def tell(connection: sqlite3.Connection, url: str, error: str) -> None:
    """Log what becomes of a page that failed."""
    if not LOG.isEnabledFor(logging.INFO):
        return
    found = connection.execute("SELECT state, attempts, not_before FROM pages WHERE url = ?", (url,)).fetchone()
    if found and found[0] == "quarantined":
        LOG.info("%s: dikarantina setelah %d kali gagal: %s", url, found[1], error)
    elif found:
        LOG.info("%s: gagal: %s; diminta lagi %s", url, error, found[2] or "dalam perayapan berikutnya")


def record_error(
    connection: sqlite3.Connection, run_id: int | None, source_id: str | None, url: str | None, stage: str, error: str
) -> None:
    """Keep an error where a person can look, inside the caller's transaction.

    run_id  of the crawl; None while nothing is crawled, as in `pantau process`
    stage   discover, fetch, extract, tag or store
    """
    connection.execute(
        "INSERT INTO errors (run_id, source_id, url, stage, error, seen_at) VALUES (?, ?, ?, ?, ?, ?)",
        (run_id, source_id, url, stage, error, stamp_now()),
    )
