"""Opening Pantau's database: create it, recognise it, refuse what is not ours."""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from pipelines.errors import UserError

if TYPE_CHECKING:
    from sqlite_utils import Database

APPLICATION_ID = 0x50414E54  # "PANT"
SCHEMA_VERSION = 10
SCHEMA = Path(__file__).with_name("schema.sql")
MIGRATIONS = Path(__file__).with_name("migrations")  # N.sql brings a database from version N - 1 to N
BUSY_SECONDS = 30.0
CACHE = 32_000  # KiB of pages; SQLite's 2 MB are fewer than a batch of articles changes, and are read again and again
CHECKPOINT = 4_000  # pages in the WAL before they go to the database: less often those that every batch changes


def connect(path: Path, *, create: bool = True, exclusive: bool = False) -> Database:
    """`open_connection` as sqlite-utils has it."""
    from sqlite_utils import Database  # it imports NumPy where that is installed: 0.15 s that the crawl can do without

    return Database(open_connection(path, create=create, exclusive=exclusive))


def open_connection(path: Path, *, create: bool = True, exclusive: bool = False) -> sqlite3.Connection:
    """Open the database at `path` for writing, creating the schema in a new file and bringing an old one up to date.

    WAL, `synchronous` NORMAL: readers never block the writer. The connection is in autocommit mode
    (`isolation_level=None`), so that transactions are written out as `BEGIN IMMEDIATE`.
    `exclusive`: for the only connection to a file on a network file system, where WAL's shared memory does not
    work (https://www.sqlite.org/wal.html#noshm).

    Raises UserError when the file is missing and `create` is false, is not a SQLite database,
    belongs to another program, or was made by a newer Pantau.
    """
    if path.is_dir():
        raise UserError(f"{path}: is a folder; give --db the path of a database file")
    exists = path.exists() and path.stat().st_size > 0
    if not exists and not create:
        raise UserError(f"{path}: no such database; run `pantau crawl` first or give --db FILE")
    try:
        connection = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None)
    except sqlite3.OperationalError as error:
        raise UserError(f"{path}: cannot be opened ({error}); check the folder and its permissions") from error
    try:
        if exclusive:
            connection.execute("PRAGMA locking_mode = EXCLUSIVE")
        if exists:
            _recognise(connection, path)
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute(f"PRAGMA cache_size = -{CACHE}")
        connection.execute(f"PRAGMA wal_autocheckpoint = {CHECKPOINT}")
        if exists:
            _migrate(connection)
        else:
            _create(connection)
    except sqlite3.DatabaseError as error:
        connection.close()
        raise UserError(f"{path}: {error}; give --db another file or restore a backup") from error
    except UserError:
        connection.close()
        raise
    return connection


@contextmanager
def naming_full_disk(path: Path) -> Iterator[None]:
    """Turn "no space left" from the disk or SQLite into a UserError that names the database."""
    try:
        yield
    except (OSError, sqlite3.OperationalError) as error:
        full = getattr(error, "errno", None) in (errno.ENOSPC, errno.EDQUOT) or "disk is full" in str(error)
        if not full:
            raise
        raise UserError(f"{path}: the disk is full; free some space and run again, nothing stored is lost") from error


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


def _recognise(connection: sqlite3.Connection, path: Path) -> None:
    application = connection.execute("PRAGMA application_id").fetchone()[0]
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    if application != APPLICATION_ID:
        raise UserError(f"{path}: is not a Pantau database; give --db another file")
    if version > SCHEMA_VERSION:
        raise UserError(
            f"{path}: was made by a newer Pantau (schema {version}, this one knows {SCHEMA_VERSION}); upgrade Pantau"
        )


def _migrate(connection: sqlite3.Connection) -> None:
    """Bring an older database to this version, each step in one transaction."""
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    for step in range(version + 1, SCHEMA_VERSION + 1):
        script = (MIGRATIONS / f"{step}.sql").read_text(encoding="utf-8")
        connection.executescript(f"BEGIN IMMEDIATE;\n{script}\nPRAGMA user_version = {step};\nCOMMIT;")


def _create(connection: sqlite3.Connection) -> None:
    connection.executescript(
        f"BEGIN IMMEDIATE;\n{SCHEMA.read_text(encoding='utf-8')}\n"
        f"PRAGMA application_id = {APPLICATION_ID};\nPRAGMA user_version = {SCHEMA_VERSION};\nCOMMIT;"
    )
