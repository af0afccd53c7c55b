"""The SQL of the watches that the page lists."""

from __future__ import annotations

from datasette.database import Database

from pipelines.search.rows import Row, rows


async def watches_with_receivers(db: Database) -> list[Row]:
    """Every watch once for each of its receivers (address None where it has none), by name."""
    return await rows(
        db,
        """SELECT w.name, w.filters, w.every_minutes, w.quiet, w.spike, w.clip, w.last_run,
                  r.address, r.last_sent, r.failures, r.error, v.name AS receiver,
                  v.paused_at IS NOT NULL AS paused, v.removed_at IS NOT NULL AS removed
           FROM watches w LEFT JOIN watch_receivers r ON r.watch_id = w.id
           LEFT JOIN receivers v ON r.address = 'penerima:' || v.id ORDER BY w.name, r.id""",
    )


async def deliveries(db: Database, most: int = 100) -> list[Row]:
    """What was sent last, the newest first."""
    return await rows(
        db, "SELECT sent_at, receiver, title, went, answer FROM deliveries ORDER BY id DESC LIMIT :most", {"most": most}
    )
