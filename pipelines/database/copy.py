"""Copying the database: one state of it, under its final name only when it is whole."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from sqlite3 import OperationalError

from pipelines.database.open import open_connection
from pipelines.errors import UserError


@contextmanager
def copied(database: Path, target: Path) -> Iterator[Path]:
    """Copy `database` to a file beside `target`; yields its path, for checking or changing it, then renames it.

    VACUUM INTO reads one state while others write. When the block raises, `target` stays as it was. Raises UserError
    when the copy cannot be written.
    """
    part = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        with closing(open_connection(database, create=False)) as connection:
            connection.execute("VACUUM INTO ?", (str(part),))
        yield part
        with part.open("rb") as file:
            os.fsync(file.fileno())
        part.replace(target)
    except (OSError, OperationalError) as error:
        raise UserError(f"{target}: cannot be written ({error}); check the folder and its space") from error
    finally:
        for leftover in (part, part.with_name(part.name + "-journal")):
            leftover.unlink(missing_ok=True)
