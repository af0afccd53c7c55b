"""Integrity: whether the database file is sound, looked at once a day by `pantau status`.

A damaged page shows itself only to whoever reads it, so a monitor can look healthy for weeks while its backups are
overwritten one after the other. The file `<database>.checked` beside the database tells by its time when all was well.
"""

from __future__ import annotations

import logging
import sqlite3
import time
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

LOG = logging.getLogger(__name__)
EVERY = timedelta(days=1)
# A person may be waiting for `status`. quick_check read 310 MB in 1.5 s on two busy cores, from memory, so that this is
# enough for some 4 GB, and for less on a slow disk. What is larger is checked as a whole by every `pantau backup`.
SECONDS = 20.0
STEPS = 10_000  # of SQLite's virtual machine between two looks at the clock


def damage(connection: sqlite3.Connection, database: Path, now: datetime) -> str | None:
    """What SQLite finds wrong with the database; None when it is sound, was found so within a day, or is too large.

    `connection` is an open one to `database`. A check that takes longer than SECONDS is given up until the next day.
    """
    mark = database.with_name(f"{database.name}.checked")
    with suppress(OSError):
        if timedelta(0) <= now - datetime.fromtimestamp(mark.stat().st_mtime, now.tzinfo) < EVERY:
            return None
    end = time.monotonic() + SECONDS
    connection.set_progress_handler(lambda: time.monotonic() > end, STEPS)
    try:
        said = str(connection.execute("PRAGMA quick_check(1)").fetchone()[0])
    except sqlite3.DatabaseError as error:
        if getattr(error, "sqlite_errorcode", None) != sqlite3.SQLITE_INTERRUPT:
            return str(error)
        LOG.info("%s: pemeriksaan lebih dari %g detik; `pantau backup` memeriksa semuanya", database, SECONDS)
        said = "ok"
    finally:
        connection.set_progress_handler(None, STEPS)
    if said != "ok":
        return " ".join(said.removeprefix("*** in database main ***").split())
    with suppress(OSError):  # a folder that cannot be written: the next `status` checks again
        mark.touch()
    return None
