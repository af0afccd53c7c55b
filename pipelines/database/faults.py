"""What is wrong with a database that SQLite cannot use, in a line that says what to do."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from pipelines.errors import UserError

# What to say for SQLite's result codes (https://www.sqlite.org/rescode.html); the errors of our own SQL are not here.
FAULTS = {
    sqlite3.SQLITE_BUSY: "{database}: is locked by another program; try again when that is done ({error})",
    sqlite3.SQLITE_LOCKED: "{database}: is locked by another program; try again when that is done ({error})",
    sqlite3.SQLITE_READONLY: (
        "{database}: cannot be written; check the permissions of the file and its folder ({error})"
    ),
    sqlite3.SQLITE_IOERR: "{database}: cannot be read or written; check the disk, its space and its quota ({error})",
    sqlite3.SQLITE_CORRUPT: (
        "{database}: is damaged; stop the crawls and restore a backup, as docs/operations.md says ({error})"
    ),
    sqlite3.SQLITE_FULL: "{database}: the disk is full; free some space and run again, nothing stored is lost",
    sqlite3.SQLITE_CANTOPEN: "{database}: cannot be opened; check the folder and its permissions ({error})",
    sqlite3.SQLITE_NOTADB: "{database}: file is not a database; give --db another file or restore a backup",
}
PRIMARY = 0xFF  # the bits of an extended result code that hold the code it belongs to


def explained(error: BaseException, database: Path) -> UserError | None:
    """The error for a person; None for any other error than one of the file, its disk or its lock."""
    code = getattr(error, "sqlite_errorcode", None)
    if code is None and isinstance(error, sqlite3.OperationalError) and "disk is full" in str(error):
        code = sqlite3.SQLITE_FULL
    said = FAULTS.get(code & PRIMARY) if code is not None else None
    return UserError(said.format(database=database, error=error)) if said else None
