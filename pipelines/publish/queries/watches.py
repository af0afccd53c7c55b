"""The SQL of the watches that the page lists."""

from __future__ import annotations

from datasette.database import Database

from pipelines.search.rows import Row, rows


async def watches_with_receivers(db: Database) -> list[Row]:
    """Every watch once for each of its receivers (address None where it has none), by name."""
    return await rows(
        db,
        """SELECT w.name, w.filters, w.every_minutes, w.quiet, w.spike, w.last_run, r.address, r.last_sent, r.failures,
                  r.error
           FROM watches w LEFT JOIN watch_receivers r ON r.watch_id = w.id ORDER BY w.name, r.id""",
    )
