"""The copy of a database that is kept beside it before an upgrade changes anything."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

from pipelines.database.unfinished import unfinished
from pipelines.errors import UserError


def copy_beside(connection: sqlite3.Connection, path: Path, version: int) -> Path:
    """Copy the database as it is to a file beside it that only its owner may read; the path of the copy.

    It is called pantau.db.schema-9.bak after the version of the schema, and pantau.db.schema-9.bak-2 when there is one.
    Raises UserError when it cannot be written.
    """
    name = f"{path.name}.schema-{version}.bak"
    try:
        with unfinished(path.parent, name) as part:
            connection.execute("VACUUM INTO ?", (str(part),))  # one state of it, while others write
            with part.open("rb") as written:
                os.fsync(written.fileno())
            target = _taken(path.with_name(name))
            part.replace(target)
            return target
    except (OSError, sqlite3.Error) as error:
        raise UserError(
            f"{path}: cannot be copied before it is brought up to date ({error}); free some space and run again"
        ) from error


def _taken(path: Path) -> Path:
    """A name that nothing had, taken by an empty file: `path`, or with -2, -3, ... behind it."""
    file, number = path, 1
    while True:
        try:
            os.close(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
            return file
        except FileExistsError:
            number += 1
            file = path.with_name(f"{path.name}-{number}")
