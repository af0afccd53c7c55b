"""What is remembered of hosts from run to run: until when one wants to be left alone, and its robots.txt."""

from __future__ import annotations

import sqlite3

from crawler.records import Robots
from pipelines.database.open import transaction
from pipelines.wording.wib import stamp_now


class Hosts:
    """The tables `hosts` and `robots` on an open connection; each call that writes is a transaction of its own."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection

    def pause(self, host: str) -> tuple[str | None, str]:
        """(until when a host wants to be left alone, ISO 8601 UTC, if it still does; why)."""
        row = self.connection.execute(
            "SELECT not_before, reason FROM hosts WHERE host = ? AND not_before > ?", (host, stamp_now())
        ).fetchone()
        return (row[0], row[1]) if row else (None, "")

    def record_pause(self, host: str, until: str, why: str) -> None:
        """A host wants to be left alone until then."""
        with transaction(self.connection):
            self.connection.execute("INSERT OR REPLACE INTO hosts VALUES (?, ?, ?)", (host, until, why))

    def robots(self, origin: str) -> Robots | None:
        """A site's robots.txt as last read."""
        row = self.connection.execute(
            "SELECT text, fetched_at, etag, last_modified FROM robots WHERE origin = ?", (origin,)
        ).fetchone()
        return Robots(*row) if row else None

    def record_robots(self, origin: str, robots: Robots) -> None:
        """Remember a robots.txt."""
        with transaction(self.connection):
            self.connection.execute(
                "INSERT OR REPLACE INTO robots (origin, text, fetched_at, etag, last_modified) VALUES (?, ?, ?, ?, ?)",
                (origin, robots.text, robots.fetched_at, robots.etag, robots.last_modified),
            )
