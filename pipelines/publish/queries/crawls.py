"""The SQL of a source's crawls: the last ones, and the pages that one of them found, fetched and stored.

A page remembers when it was found and last fetched, and a crawl when it began and ended. So what an older crawl fetched
and a later one fetched again is the later one's; its number then has no list, and leads nowhere.
"""

from __future__ import annotations

from datasette.database import Database

from pipelines.publish.queries.sources import has_table
from pipelines.search.rows import Row, Values, number, one, rows

SHOWN = 10  # last crawls of a source
FETCHED = "p.source_id = :source AND p.fetched_at BETWEEN :started AND :finished"
# What a crawl did, as an address has it: the column of its number, the condition on its pages `p`.
DONE = {
    "baru": ("found", "p.source_id = :source AND p.found_at BETWEEN :started AND :finished"),
    "diambil": ("fetched", FETCHED),
    "tersimpan": ("stored", f"{FETCHED} AND p.state = 'done' AND p.doubted = 0"),
}
ORDER = "coalesce(p.fetched_at, p.found_at) DESC, p.url"


async def last(db: Database, source_id: str) -> list[Row]:
    """The last crawls of a source; `listed`: what of DONE has as many pages as the crawl counted.

    None on a snapshot, which keeps nothing of the crawls.
    """
    if not await has_table(db, "run_sources"):
        return []
    found = await rows(
        db,
        f"""SELECT r.started, r.finished, rs.* FROM run_sources rs JOIN runs r ON r.id = rs.run_id
            WHERE rs.source_id = :id ORDER BY rs.run_id DESC LIMIT {SHOWN}""",
        {"id": source_id},
    )
    for row in found:
        row["listed"] = [what for what, (column, _) in DONE.items() if await count(db, row, what) == row[column]]
    return found


async def crawl(db: Database, source_id: str, run_id: int) -> Row | None:
    """One crawl of a source, or None."""
    if not await has_table(db, "run_sources"):
        return None
    return await one(
        db,
        """SELECT r.started, r.finished, rs.* FROM run_sources rs JOIN runs r ON r.id = rs.run_id
           WHERE rs.source_id = :id AND rs.run_id = :run""",
        {"id": source_id, "run": run_id},
    )


def _values(row: Row) -> Values:
    return {"source": row["source_id"], "started": row["started"], "finished": row["finished"] or ""}


async def count(db: Database, row: Row, what: str) -> int:
    """How many pages of a crawl there are of one of DONE."""
    return await number(db, f"SELECT count(*) FROM pages p WHERE {DONE[what][1]}", _values(row))


async def pages(db: Database, row: Row, what: str, limit: int = -1, offset: int = 0) -> list[Row]:
    """The pages of a crawl: address, state, error, when found and fetched (UTC), id and title of the article."""
    return await rows(
        db,
        f"""SELECT p.url, p.state, p.error, p.found_at, p.fetched_at, a.id, a.title
            FROM pages p LEFT JOIN articles a ON a.url = p.url
            WHERE {DONE[what][1]} ORDER BY {ORDER} LIMIT :limit OFFSET :offset""",
        _values(row) | {"limit": limit, "offset": offset},
    )
