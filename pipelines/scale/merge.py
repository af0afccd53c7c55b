"""Taking a shard's results into the database: only what its crawl touched, and the same again when done twice."""

from __future__ import annotations

import contextlib
import os
import shutil
import sqlite3
from dataclasses import dataclass
from pathlib import Path

from crawler.records import SourceCounts
from pipelines.database.lock import LockHeld
from pipelines.database.open import transaction
from pipelines.scale.lease import LOST, revoke
from pipelines.scale.shards import (
    BY_HOST,
    drop_torn,
    is_shard,
    open_shard,
    read_attempts,
    read_work,
    shards_folder,
    take_lock,
    total,
)

# All columns of a shard's table are merged, so a new column needs nothing here. A new table that a crawl writes to must
# be named in shards.BY_SOURCE or shards.BY_HOST.
KEPT = frozenset({"url", "source_id", "found_at"})  # of a page or discovery that both know, the database's own stay


@dataclass(frozen=True)
class Merged:
    """What a shard did: counts by source, its last attempt's outcome (None: it was lost), the workers that had it."""

    sources: dict[str, SourceCounts]
    outcome: str | None
    workers: list[str]
    torn: int


def merge_shard(connection: sqlite3.Connection, folder: Path) -> Merged:
    """Merge a shard whose lock the caller holds, in one transaction; nobody can crawl it afterwards."""
    work, attempts = read_work(folder), read_attempts(folder)
    with open_shard(folder) as shard:
        torn = drop_torn(shard, work.archive)
        exact = {
            source_id: (found, fetched)
            for source_id, found, fetched in shard.execute(
                "SELECT source_id, sum(fresh), sum(fetched) FROM shard_changes GROUP BY source_id"
            )
        }
    connection.execute("ATTACH ? AS shard", (str(folder / "shard.db"),))
    try:
        with transaction(connection):
            _upsert(connection, "pages", "url IN (SELECT url FROM shard.shard_changes)")
            _upsert(connection, "discoveries", "true")
            for table in BY_HOST:  # a host belongs to one shard, so its row here is the newer one
                columns = ", ".join(_columns(connection, table))
                connection.execute(f"REPLACE INTO main.{table} ({columns}) SELECT {columns} FROM shard.{table}")
            _append_errors(connection)
    finally:
        connection.execute("DETACH shard")
    (folder / "work.pickle").unlink()
    sources = {source.id: total([a.sources[source.id] for a in attempts]) for source in work.sources}
    for source_id, (found, fetched) in exact.items():
        # What a killed attempt reported last is up to a second old; these two are known exactly.
        if source_id in sources:
            sources[source_id].found, sources[source_id].fetched = found, fetched
    return Merged(sources, attempts[-1].outcome if attempts else None, [a.worker for a in attempts], torn)


def _columns(connection: sqlite3.Connection, table: str) -> list[str]:
    return [row[1] for row in connection.execute(f"PRAGMA shard.table_info({table})")]


def _upsert(connection: sqlite3.Connection, table: str, which: str) -> None:
    columns = _columns(connection, table)
    listed = ", ".join(columns)
    changes = ", ".join(f"{name} = excluded.{name}" for name in columns if name not in KEPT)
    connection.execute(
        f"""INSERT INTO main.{table} ({listed}) SELECT {listed} FROM shard.{table} WHERE {which} ORDER BY rowid
            ON CONFLICT (url) DO UPDATE SET {changes}"""
    )


def _append_errors(connection: sqlite3.Connection) -> None:
    columns = [name for name in _columns(connection, "errors") if name != "id"]
    listed = ", ".join(columns)
    same = " AND ".join(f"known.{name} IS new.{name}" for name in columns)
    connection.execute(
        f"""INSERT INTO main.errors ({listed}) SELECT {listed} FROM shard.errors AS new
            WHERE NOT EXISTS (SELECT 1 FROM main.errors AS known WHERE {same}) ORDER BY new.id"""
    )


def merge_leftovers(connection: sqlite3.Connection, archive: Path, seconds: float = LOST) -> int:
    """Merge and remove what sharded runs that died have left behind; the number of shards.

    Raises LockHeld when a shard's crawl does not stop in time: its hosts must not be asked by anybody else.
    """
    merged = 0
    for run in sorted(shards_folder(archive).glob("*/")):
        revoke(run / "lease")
        for folder in sorted(run.glob("*/")):
            if not is_shard(folder):
                continue  # merged already, or the run died while it made this shard: nobody has crawled it
            lock = take_lock(folder, seconds)
            if lock is None:
                workers = [attempt.worker for attempt in read_attempts(folder)]
                who = workers[-1] if workers else "?"
                raise LockHeld(f"{folder}: a crawl of an earlier run is still at work on {who}; try again soon")
            try:
                merge_shard(connection, folder)
                merged += 1
            finally:
                os.close(lock)
        remove_run(run)
    return merged


def remove_run(run: Path) -> None:
    """Remove a run's folder, whose shards are all merged."""
    shutil.rmtree(run)
    with contextlib.suppress(OSError):  # another run's shards are there
        run.parent.rmdir()
