"""Copying the database: one state of it, under its final name only when it is whole."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from sqlite3 import OperationalError

from pipelines.database.open import open_connection
from pipelines.database.unfinished import PRIVATE, READABLE, finish, sweep, unfinished
from pipelines.errors import UserError


@contextmanager
def copied(database: Path, target: Path, *, public: bool = False) -> Iterator[Path]:
    """Copy `database` to another file; yields its path, for checking or changing it, then gives it its name `target`.

    VACUUM INTO reads one state while others write. The copy holds all that the database holds, so its owner alone may
    read it. It is written beside `target`. `public`: in the database's own folder instead, since the block takes out
    of it what is not for everybody, and everybody may read `target` then.
    When the block raises, `target` stays as it was. Raises UserError when the copy cannot be written.
    """
    try:
        if not target.parent.is_dir():
            raise FileNotFoundError(f"{target.parent} is no folder")
        for folder in {database.parent, target.parent}:
            sweep(folder, target.name)
        with unfinished((database if public else target).parent, target.name) as part:
            with closing(open_connection(database, create=False)) as connection:
                connection.execute("VACUUM INTO ?", (str(part),))
            yield part
            finish(part, target, READABLE if public else PRIVATE)
    except (OSError, OperationalError) as error:
        raise UserError(f"{target}: cannot be written ({error}); check the folder and its space") from error
