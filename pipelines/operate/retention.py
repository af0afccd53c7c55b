"""Retention: archive files, errors and runs that are older than the operator wants to keep. `pantau prune`.

The articles stay for ever. Nothing here runs unless somebody asks for it.
"""

from __future__ import annotations

import logging
import sqlite3
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from pipelines.database.open import transaction
from pipelines.wording.wib import stamp

LOG = logging.getLogger(__name__)


@dataclass
class Pruned:
    """What was removed, or would be in a dry run.

    files, bytes, pages  of the archive
    kept                 old archive files that stay, since pages of theirs are still to be read
    errors, runs         records
    """

    files: int = 0
    bytes: int = 0
    pages: int = 0
    kept: int = 0
    errors: int = 0
    runs: int = 0


def prune_archive(connection: sqlite3.Connection, folder: Path, days: int, *, dry_run: bool = False) -> Pruned:
    """Remove archive files that were last written more than `days` ago and whose every page has been read or given up.

    The pages keep their rows, without a place in the archive. The rows change first, so that a crash in between leaves
    a file that nobody points to; the next time removes it.
    """
    report = Pruned()
    before = datetime.now(UTC) - timedelta(days=days)
    for file in sorted(folder.rglob("*.warc.gz")):
        name = file.relative_to(folder).as_posix()
        stat = file.stat()
        if datetime.fromtimestamp(stat.st_mtime, UTC) >= before:
            continue
        with transaction(connection):
            waiting, pages = connection.execute(
                """SELECT count(*) FILTER (WHERE state NOT IN ('done', 'quarantined')), count(*)
                   FROM pages WHERE warc_file = ?""",
                (name,),
            ).fetchone()
            if waiting:
                report.kept += 1
                LOG.info("%s: disimpan, %d halamannya belum dibaca", file, waiting)
                continue
            if not dry_run:
                connection.execute(
                    """UPDATE pages SET warc_file = NULL, warc_offset = NULL, read_file = NULL, read_offset = NULL
                       WHERE warc_file = ?""",
                    (name,),
                )
        if not dry_run:
            file.unlink(missing_ok=True)
            LOG.info("%s: dihapus, %d halaman, terakhir ditulis lebih dari %d hari lalu", file, pages, days)
        report.files += 1
        report.bytes += stat.st_size
        report.pages += pages
    return report


def prune_records(connection: sqlite3.Connection, days: int, *, dry_run: bool = False) -> Pruned:
    """Remove errors and runs that are older than `days`; of each source its first run and its last success stay."""
    before = stamp(datetime.now(UTC) - timedelta(days=days))
    report = Pruned()
    connection.execute("BEGIN IMMEDIATE")
    try:
        report.errors = connection.execute("DELETE FROM errors WHERE seen_at < ?", (before,)).rowcount
        connection.execute(
            """DELETE FROM run_sources WHERE run_id IN (SELECT id FROM runs WHERE started < :before)
               AND (source_id, run_id) NOT IN (SELECT source_id, min(run_id) FROM run_sources GROUP BY source_id)
               AND (source_id, run_id) NOT IN
                 (SELECT source_id, max(run_id) FROM run_sources WHERE error IS NULL GROUP BY source_id)""",
            {"before": before},
        )
        report.runs = connection.execute(
            "DELETE FROM runs WHERE started < ? AND id NOT IN (SELECT run_id FROM run_sources)", (before,)
        ).rowcount
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    connection.execute("ROLLBACK" if dry_run else "COMMIT")
    return report


def gone_from_archive(connection: sqlite3.Connection) -> int:
    """How many pages were read once and cannot be read again, since their part of the archive was removed."""
    return int(
        connection.execute(
            "SELECT count(*) FROM pages WHERE state = 'done' AND warc_file IS NULL AND fetched_at IS NOT NULL"
        ).fetchone()[0]
    )
