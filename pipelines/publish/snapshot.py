"""`pantau publish`: a copy of the database for everybody to read, without what is the team's own."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from pipelines.database.copy import copied
from pipelines.database.open import SCHEMA_VERSION
from pipelines.database.schema import INTERNAL
from pipelines.errors import UserError

MARK = "publik"  # a table of this name tells a snapshot from a live database


def publish(database: Path, output: Path) -> int:
    """Write a snapshot of `database` to `output` and return its size in bytes; readers of the old one go on.

    The copy is one state of the database while a crawl writes. The team's tables are dropped from the copy, with
    what they held (secure_delete, then VACUUM), in the database's own folder; the output's folder, which a web server
    may show, sees the stripped file alone, under its final name.
    Raises UserError when the output is the database itself or cannot be written.
    """
    if output.resolve() == database.resolve():
        raise UserError(f"--output {output}: is the live database itself; give another file")
    with copied(database, output, public=True) as part, closing(sqlite3.connect(part, isolation_level=None)) as copy:
        _strip(copy)
    return output.stat().st_size


def _strip(copy: sqlite3.Connection) -> None:
    """Take the team's own out of the copy, and mark it as a snapshot."""
    copy.execute("PRAGMA secure_delete = ON")
    there = {row[0] for row in copy.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    for table in INTERNAL:
        if table in there:
            copy.execute(f"DROP TABLE {table}")
    if "coverage" in there:  # what the team said about coverage becomes the label; that they said so is theirs
        copy.execute("DELETE FROM coverage WHERE confirmed = 'none'")
        copy.execute("UPDATE coverage SET label = confirmed, confirmed = NULL WHERE confirmed IS NOT NULL")
    copy.execute(f"CREATE TABLE {MARK} (made TEXT NOT NULL)")
    copy.execute(f"INSERT INTO {MARK} VALUES (strftime('%Y-%m-%dT%H:%M:%S+00:00', 'now'))")
    copy.execute("PRAGMA journal_mode = DELETE")
    copy.execute("ANALYZE")
    copy.execute("VACUUM")


def is_snapshot(database: Path) -> bool:
    """Whether the file is a snapshot that publish made.

    Raises UserError for a file that cannot be read, and for a snapshot of another version of the schema: nobody can
    migrate a file that is served as immutable.
    """
    try:
        with closing(sqlite3.connect(f"{database.resolve().as_uri()}?mode=ro", uri=True)) as connection:
            found = connection.execute("SELECT 1 FROM sqlite_master WHERE name = ?", (MARK,)).fetchone()
            version = connection.execute("PRAGMA user_version").fetchone()[0]
    except sqlite3.DatabaseError as error:
        raise UserError(f"{database}: cannot be read ({error}); run `pantau publish` first") from error
    if found and version != SCHEMA_VERSION:
        raise UserError(
            f"{database}: was made by another version of Pantau (schema {version}, this one has {SCHEMA_VERSION}); "
            "run `pantau publish` again"
        )
    return found is not None
