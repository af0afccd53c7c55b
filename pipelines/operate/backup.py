"""Backup: a copy of the whole database, compact and of one moment, while crawls go on. `pantau backup`."""

from __future__ import annotations

import logging
import sqlite3
from contextlib import closing
from datetime import date
from pathlib import Path

from pipelines.database.copy import copied
from pipelines.errors import UserError

LOG = logging.getLogger(__name__)


def back_up(database: Path, folder: Path, day: date) -> Path:
    """Write the backup of a day of the week (NAME-1.db on Mondays to NAME-7.db), whole or not at all; return its path.

    The copy is checked before it takes the place of last week's. Raises UserError when the folder is not there, or when
    the copy cannot be written or is not sound.
    """
    if not folder.is_dir():
        raise UserError(f"{folder}: this folder does not exist; create it or give another one")
    target = folder / f"{database.stem}-{day.isoweekday()}.db"
    if target.resolve() == database.resolve():
        raise UserError(f"{target}: is the live database itself; give another folder")
    with copied(database, target) as part, closing(sqlite3.connect(part)) as copy:
        said = copy.execute("PRAGMA quick_check").fetchone()[0]
        if said != "ok":
            raise UserError(f"{target}: the copy is not sound ({said}); last week's stays")
    LOG.info("%s: cadangan utuh, %.1f MB", target, target.stat().st_size / 1e6)
    return target
