"""Export: an entity table of the articles that filters pick, as a file that is whole or not there.

`export_tables` says which columns, `writers` how a file is made of the rows.
"""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO

from pipelines.database.unfinished import finish, unfinished
from pipelines.desk.export_tables import TABLES, Table
from pipelines.desk.writers import WRITERS, Rows, write_csv
from pipelines.errors import UserError
from pipelines.search.filters import Filters
from pipelines.wording.labels import EXPORTED_TABLES

FOR_PEOPLE = frozenset({"csv", "xlsx"})  # the forms that people open
ROWS_A_STEP = 5_000  # between two words of progress


def export(
    connection: sqlite3.Connection,
    table: str,
    form: str,
    filters: Filters,
    output: Path | BinaryIO,
    *,
    semicolon: bool = False,
    raw: bool = False,
    on_progress: Callable[[int], None] | None = None,
) -> int:
    """Write `table` (of TABLES) in `form` (of WRITERS) and return the number of rows.

    A file is written beside its final name and renamed when whole; a stream gets the bytes when they are whole.
    CSV and XLSX are for people: Indonesian headings, names in the place of numbers, times in WIB; `raw`: as a machine
    reads them, which JSON Lines and Parquet always are.
    `semicolon`: between a CSV's cells, for an Excel with Indonesian settings.
    Raises UserError for an unknown source, a folder that cannot be written, or more rows than a sheet holds.
    """
    if filters.source and not connection.execute("SELECT 1 FROM sources WHERE id = ?", (filters.source,)).fetchone():
        raise UserError(f"--source {filters.source}: no such source in the database; see `pantau sources list`")
    where, values = filters.where()
    return write_rows(
        connection,
        table,
        TABLES[table],
        where,
        values,
        form,
        output,
        semicolon=semicolon,
        raw=raw,
        on_progress=on_progress,
    )


def write_rows(
    connection: sqlite3.Connection,
    table: str,
    spec: Table,
    where: str,
    values: Mapping[str, Any],
    form: str,
    output: Path | BinaryIO,
    *,
    semicolon: bool = False,
    raw: bool = False,
    on_progress: Callable[[int], None] | None = None,
) -> int:
    """Write the rows of any `spec` that the condition `where` picks, as `export` does; `table` names the sheet."""
    if form in FOR_PEOPLE and not raw:
        spec, table = spec.people or spec, EXPORTED_TABLES.get(table, table)
    write = partial(write_csv, delimiter=";") if semicolon and form == "csv" else WRITERS[form]
    rows = _counted(connection.execute(spec.sql.replace("{where}", where), values), on_progress)
    if not isinstance(output, Path):
        with tempfile.TemporaryFile() as file:
            count = write(file, table, spec, rows)
            file.seek(0)
            shutil.copyfileobj(file, output)
        return count
    with _whole(output) as part, part.open("wb") as file:
        return write(file, table, spec, rows)


def write_whole(path: Path, data: bytes) -> None:
    """Write a file beside its name and rename it; raises UserError where that cannot be done."""
    with _whole(path) as part:
        part.write_bytes(data)


@contextmanager
def _whole(path: Path) -> Iterator[Path]:
    """Where to write a file so that nobody ever sees half of it: it takes its name when the block ends well.

    Until then its owner alone may read it. Raises UserError where that cannot be done.
    """
    try:
        with unfinished(path.parent, path.name) as part:
            yield part
            finish(part, path)
    except OSError as error:
        raise UserError(f"{path}: cannot be written ({error.strerror}); check the folder and its space") from error


def _counted(rows: Iterable[Sequence[Any]], on_progress: Callable[[int], None] | None) -> Rows:
    """The same rows; tells of every ROWS_A_STEP that have gone."""
    iterator = iter(rows)
    while chunk := list(islice(iterator, ROWS_A_STEP)):
        yield from chunk
        if on_progress:
            on_progress(len(chunk))
