"""Opening Pantau's database: create it, recognise it, bring an older one up to date, refuse what is not ours.

`open_connection` gives a connection of Python's sqlite3. It is for what is asked or written page by page, and for
`status`, which has no time to import sqlite-utils. `connect` gives the same database as sqlite-utils has it.
"""

from __future__ import annotations

import errno
import logging
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from pipelines.database.faults import FAULTS, explained
from pipelines.database.schema import APPLICATION_ID, SCHEMA_VERSION
from pipelines.errors import UserError

if TYPE_CHECKING:
    from sqlite_utils import Database

LOG = logging.getLogger(__name__)

BUSY_SECONDS = 30.0  # how long to wait for another process that writes
# SQLite's own 2 MB hold fewer pages than a batch of articles changes, so these would be read from the disk again.
CACHE = 32_000  # KiB
# A page that every batch changes goes from the WAL to the database once in so many pages, not after every batch. They
# are written to where they stand, all over a large file, and waited for: that is what an article costs the disk.
CHECKPOINT = 16_000  # pages, 64 MB; SQLite's own is 1,000


def connect(path: Path, *, create: bool = True, exclusive: bool = False) -> Database:
    """`open_connection` as a Database of sqlite-utils; `with connect(path) as db:` closes it."""
    return as_database(open_connection(path, create=create, exclusive=exclusive))


def as_database(connection: sqlite3.Connection) -> Database:
    """An open connection as sqlite-utils has it. Nothing of the connection changes, and closing one closes both."""
    from sqlite_utils import Database  # a tenth of a second, and as much again where it finds NumPy

    return Database(connection, recursive_triggers=False, execute_plugins=False)


def open_connection(path: Path, *, create: bool = True, exclusive: bool = False) -> sqlite3.Connection:
    """Open the database at `path` for writing: a new one with all tables, an older one brought up to date.

    WAL, `synchronous` NORMAL: readers never block the writer. The connection is in autocommit mode
    (`isolation_level=None`), so that transactions are written out as `BEGIN IMMEDIATE`.
    `exclusive`: for the only connection to a file on a network file system, where WAL's shared memory does not
    work (https://www.sqlite.org/wal.html#noshm).

    Raises UserError when the file is missing and `create` is false, is not a SQLite database, belongs to another
    program, was made by a newer Pantau, or is an older one of which no copy can be written.
    """
    if path.is_dir():
        raise UserError(f"{path}: is a folder; give --db the path of a database file")
    if not create and not (path.exists() and path.stat().st_size > 0):
        raise UserError(f"{path}: no such database; run `pantau crawl` first or give --db FILE")
    try:
        connection = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None)
    except sqlite3.OperationalError as error:
        raise UserError(f"{path}: cannot be opened ({error}); check the folder and its permissions") from error
    try:
        if exclusive:
            connection.execute("PRAGMA locking_mode = EXCLUSIVE")
        version = _recognise(connection, path)
        _use_wal(connection)
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute(f"PRAGMA cache_size = -{CACHE}")
        connection.execute(f"PRAGMA wal_autocheckpoint = {CHECKPOINT}")
        if version < SCHEMA_VERSION:
            _bring_up_to_date(connection, path, version)
    except sqlite3.DatabaseError as error:
        connection.close()
        raise explained(error, path) or UserError(
            f"{path}: {error}; give --db another file or restore a backup"
        ) from error
    except BaseException:
        connection.close()
        raise
    return connection


def _use_wal(connection: sqlite3.Connection) -> None:
    """Switch to WAL. SQLite does not wait where another connection to a new file does the same, so this does."""
    deadline = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                raise
        time.sleep(0.02)


@contextmanager
def naming_faults(path: Path) -> Iterator[None]:
    """Turn what is wrong with the disk or the database into a UserError that names the database."""
    try:
        yield
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EDQUOT):
            raise
        raise UserError(FAULTS[sqlite3.SQLITE_FULL].format(database=path)) from error
    except sqlite3.DatabaseError as error:
        found = explained(error, path)
        if found is None:
            raise
        raise found from error


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """`BEGIN IMMEDIATE` ... `COMMIT` on a connection in autocommit mode; rolled back when the block raises."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        if connection.in_transaction:  # SQLite has rolled back by itself when the disk is full
            connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")


def _recognise(connection: sqlite3.Connection, path: Path) -> int:
    """The version of the schema; 0 for a file with nothing in it yet, also when a process died while it made it.

    One transaction reads all of it: another process may fill the file in between, which would look foreign then.
    """
    connection.execute("BEGIN")
    application = connection.execute("PRAGMA application_id").fetchone()[0]
    version = int(connection.execute("PRAGMA user_version").fetchone()[0])
    anything = connection.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone()
    connection.execute("COMMIT")
    if not application and not version and not anything:
        return 0
    if application != APPLICATION_ID:
        raise UserError(f"{path}: is not a Pantau database; give --db another file")
    if version > SCHEMA_VERSION:
        raise UserError(
            f"{path}: was made by a newer Pantau (schema {version}, this one knows {SCHEMA_VERSION}); upgrade Pantau"
        )
    return version


def _bring_up_to_date(connection: sqlite3.Connection, path: Path, version: int) -> None:
    """Create the schema in a new database, or bring an older one to this version, all in one transaction.

    A database that holds something is first copied beside itself. The copy stays until a person removes it, so that
    the older Pantau can go on with it; only where nothing was changed after all it goes again.
    """
    from pipelines.database.migrations import migrate  # with sqlite-utils
    from pipelines.database.safety_copy import copy_beside

    copy = copy_beside(connection, path, version) if version else None
    changed = False
    try:
        with transaction(connection):
            changed = migrate(as_database(connection))
    except BaseException:
        changed = False  # the transaction was rolled back
        raise
    finally:
        if copy and not changed:
            copy.unlink()
    if copy:
        LOG.warning("%s: skema %d menjadi %d; salinan sebelumnya: %s", path, version, SCHEMA_VERSION, copy)
