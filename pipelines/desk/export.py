"""Export: entity tables as CSV, XLSX, JSON Lines or Parquet, streamed in constant memory and written atomically."""

from __future__ import annotations

import csv
import io
import json
import os
import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO

from pipelines.errors import UserError
from pipelines.search.filters import Filters

FORMATS = ("csv", "xlsx", "json", "parquet")
FORMULA_STARTS = (
    "=",
    "+",
    "-",
    "@",
    "\t",
    "\r",
)  # what spreadsheets take for a formula (OWASP: CSV injection)
ROWS_A_CHUNK = 5_000
WIB = timezone(timedelta(hours=7))
XLSX_ROWS = 1_048_576  # Excel's limit of rows a sheet, the header included


@dataclass(frozen=True, slots=True)
class Table:
    """One exportable table: `sql` selects from articles `a`, with `{where}` for the filters on them.

    columns          their names, in order; docs/exports.md explains each
    integers, reals  those that are numbers; days, moments: dates (ISO 8601) and times (ISO 8601, UTC); others are text
    """

    columns: tuple[str, ...]
    sql: str
    integers: frozenset[str] = frozenset()
    reals: frozenset[str] = frozenset()
    days: frozenset[str] = frozenset({"published_date", "first_seen", "last_seen"})
    moments: frozenset[str] = frozenset({"published_at"})


TABLES: Mapping[str, Table] = {
    "officials": Table(
        ("name", "title", "organisation", "status", "articles", "first_seen", "last_seen"),
        """SELECT p.name, o.title, o.organisation, o.status, count(DISTINCT a.id), min(a.published_date),
                  max(a.published_date)
           FROM articles a JOIN article_officials o ON o.article_id = a.id JOIN people p ON p.id = o.person_id
           WHERE {where} GROUP BY o.person_id, o.title, o.organisation, o.status ORDER BY p.name, 5 DESC""",
        frozenset({"articles"}),
    ),
    "cities": Table(
        ("code", "name", "kind", "province", "lat", "lon", "articles", "first_seen", "last_seen"),
        """SELECT c.code, c.name, c.kind, c.province, c.lat, c.lon, count(*), min(a.published_date),
                  max(a.published_date)
           FROM articles a JOIN article_places l ON l.article_id = a.id JOIN cities c ON c.place_id = l.place_id
           WHERE {where} GROUP BY c.place_id ORDER BY c.code IS NULL, c.code, c.name""",
        frozenset({"articles"}),
        frozenset({"lat", "lon"}),
    ),
    "agreements": Table(
        ("id", "type", "title", "parties", "subject", "date", "place", "status", "article_title", "source_id",
         "published_date", "url", "same_as"),
        """SELECT g.id, g.type, g.title,
                  (SELECT group_concat(party, '; ') FROM (SELECT party FROM agreement_parties
                   WHERE agreement_id = g.id ORDER BY position)),
                  g.subject, g.date, g.place, g.status, a.title, a.source_id, a.published_date, a.url, g.same_as
           FROM articles a JOIN agreements g ON g.article_id = a.id WHERE {where} ORDER BY a.published_at, g.id""",
        frozenset({"id", "same_as"}),
    ),
    "mentions": Table(
        ("article_id", "label", "field", "start", "end", "text", "entity_id", "source_id", "published_date", "url"),
        """SELECT m.article_id, m.label, m.field, m.start, m."end", m.text, m.entity_id, a.source_id,
                  a.published_date, a.url
           FROM articles a JOIN mentions m ON m.article_id = a.id WHERE {where} ORDER BY a.id, m.id""",
        frozenset({"article_id", "start", "end", "entity_id"}),
    ),
    "articles": Table(
        ("id", "published_at", "published_date", "source_id", "kind", "title", "author", "dateline", "language",
         "word_count", "version", "duplicate_of", "url", "text"),
        """SELECT a.id, a.published_at, a.published_date, a.source_id, a.kind, a.title, a.author, a.dateline,
                  a.language, a.word_count, a.version, a.duplicate_of, a.url, a.text
           FROM articles a WHERE {where} ORDER BY a.published_at, a.id""",
        frozenset({"id", "word_count", "version", "duplicate_of"}),
    ),
    "quotes": Table(
        ("id", "speaker", "person", "verb", "text", "article_id", "article_title", "source_id", "published_date",
         "url"),
        """SELECT q.id, q.speaker, p.name, q.verb, q.text, a.id, a.title, a.source_id, a.published_date, a.url
           FROM articles a JOIN quotes q ON q.article_id = a.id LEFT JOIN people p ON p.id = q.person_id
           WHERE {where} ORDER BY a.id, q.id""",
        frozenset({"id", "article_id"}),
    ),
    "coverage": Table(
        ("release_title", "release_source", "release_date", "outlet", "published_at", "published_date", "lag_minutes",
         "label", "confirmed", "kept", "copied", "retold", "longest", "quotes", "quotes_kept", "numbers",
         "numbers_kept", "officials", "officials_kept", "other_voices", "wire", "via", "reasons", "title",
         "release_url", "url"),
        """SELECT r.title, r.source_id, r.published_date, s.name, a.published_at, a.published_date, c.lag_minutes,
                  c.label, c.confirmed, c.kept, c.copied, c.retold, c.longest, c.quotes, c.quotes_kept, c.numbers,
                  c.numbers_kept, c.officials, c.officials_kept,
                  (SELECT group_concat(value, '; ') FROM json_each(c.other_voices)), c.wire, v.url, c.reasons, a.title,
                  r.url, a.url
           FROM articles a JOIN coverage c ON c.article_id = a.id JOIN articles r ON r.id = c.release_id
           LEFT JOIN sources s ON s.id = a.source_id LEFT JOIN articles v ON v.id = c.via_id
           WHERE {where} ORDER BY r.published_at, r.id, a.published_at""",
        frozenset({"lag_minutes", "longest", "quotes", "quotes_kept", "numbers", "numbers_kept", "officials",
                   "officials_kept"}),
        frozenset({"kept", "copied", "retold"}),
        frozenset({"release_date", "published_date"}),
    ),
}  # fmt: skip


def export(
    connection: sqlite3.Connection,
    table: str,
    form: str,
    filters: Filters,
    output: Path | BinaryIO,
    *,
    semicolon: bool = False,
    on_progress: Callable[[int], None] | None = None,
) -> int:
    """Write `table` in `form` (one of FORMATS) and return the number of rows. `semicolon`: between a CSV's cells.

    A file is written beside its final name and renamed when whole; a stream gets the bytes when they are whole.
    Raises UserError for an unknown source, a folder that cannot be written, or more rows than a sheet holds.
    """
    spec = TABLES[table]
    if filters.source and not connection.execute("SELECT 1 FROM sources WHERE id = ?", (filters.source,)).fetchone():
        raise UserError(f"--source {filters.source}: no such source in the database; see `pantau sources list`")
    where, values = filters.where()
    return write_rows(
        connection, table, spec, where, values, form, output, semicolon=semicolon, on_progress=on_progress
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
    on_progress: Callable[[int], None] | None = None,
) -> int:
    """Write the rows of any `spec` that the condition `where` picks, as `export` does; `table` names the sheet."""
    writers: dict[str, Callable[..., int]] = dict(WRITERS)
    if semicolon:
        writers["csv"] = partial(_write_csv, delimiter=";")
    rows = _counted(connection.execute(spec.sql.replace("{where}", where), values), on_progress)
    if not isinstance(output, Path):
        with tempfile.TemporaryFile() as file:
            count = writers[form](file, table, spec, rows)
            file.seek(0)
            shutil.copyfileobj(file, output)
        return count
    temporary = output.with_name(f".{output.name}.{os.getpid()}.part")
    try:
        with temporary.open("wb") as file:
            count = writers[form](file, table, spec, rows)
        temporary.replace(output)
    except OSError as error:
        raise UserError(f"{output}: cannot be written ({error.strerror}); check the folder and its space") from error
    finally:
        temporary.unlink(missing_ok=True)
    return count


def write_whole(path: Path, data: bytes) -> None:
    """Write a file beside its name and rename it; raises UserError where that cannot be done."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        temporary.write_bytes(data)
        temporary.replace(path)
    except OSError as error:
        raise UserError(f"{path}: cannot be written ({error.strerror}); check the folder and its space") from error
    finally:
        temporary.unlink(missing_ok=True)


def plain(value: Any) -> Any:
    """A cell that no spreadsheet takes for a formula: text that starts like one gets an apostrophe before it."""
    if isinstance(value, str) and value.startswith(FORMULA_STARTS):
        return "'" + value
    return value


def _counted(rows: Iterable[Sequence[Any]], on_progress: Callable[[int], None] | None) -> Iterator[Sequence[Any]]:
    iterator = iter(rows)
    while chunk := list(islice(iterator, ROWS_A_CHUNK)):
        yield from chunk
        if on_progress:
            on_progress(len(chunk))


def _day(value: str | None) -> date | None:
    try:
        return date.fromisoformat(value) if value else None
    except ValueError:
        return None


def _moment(value: str | None) -> datetime | None:
    try:
        return datetime.fromisoformat(value) if value else None
    except ValueError:
        return None


def _write_csv(file: BinaryIO, table: str, spec: Table, rows: Iterable[Sequence[Any]], delimiter: str = ",") -> int:
    text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="", write_through=True)  # BOM: Excel reads UTF-8
    writer = csv.writer(text, delimiter=delimiter)
    writer.writerow(spec.columns)
    count = 0
    for row in rows:
        writer.writerow([plain(value) for value in row])
        count += 1
    text.detach()
    return count


def _write_json(file: BinaryIO, table: str, spec: Table, rows: Iterable[Sequence[Any]]) -> int:
    count = 0
    for row in rows:
        line = json.dumps(dict(zip(spec.columns, row, strict=True)), ensure_ascii=False)
        file.write(line.encode("utf-8", "replace") + b"\n")
        count += 1
    return count


def _write_xlsx(file: BinaryIO, table: str, spec: Table, rows: Iterable[Sequence[Any]]) -> int:
    from openpyxl import Workbook
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, WriteOnlyCell
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter

    book = Workbook(write_only=True)
    sheet = book.create_sheet(table)
    for number, name in enumerate(spec.columns, 1):
        wide = name in (
            "title",
            "text",
            "parties",
            "subject",
            "url",
            "article_title",
            "organisation",
            "name",
            "release_title",
            "reasons",
            "release_url",
            "via",
        )
        sheet.column_dimensions[get_column_letter(number)].width = 40 if wide else 14
    sheet.freeze_panes = "A2"
    header = [WriteOnlyCell(sheet, value=name) for name in spec.columns]
    for heading in header:
        heading.font = Font(bold=True)
    sheet.append(header)

    def cell(name: str, value: Any) -> Any:
        if isinstance(value, str):
            value = ILLEGAL_CHARACTERS_RE.sub("", value)[:32_767]  # Excel's limit of characters a cell
            if name in spec.days and (day := _day(value)):
                return day
            if name in spec.moments and (moment := _moment(value)):
                return moment.astimezone(WIB).replace(tzinfo=None)  # Excel knows no zones
            made = WriteOnlyCell(sheet, value=value)
            made.data_type = "s"  # text stays text, also when it starts like a formula
            return made
        return value

    count = 0
    for row in rows:
        count += 1
        if count >= XLSX_ROWS:
            raise UserError(f"{table}: more rows than a sheet holds ({XLSX_ROWS}); narrow the filters or use csv")
        sheet.append([cell(name, value) for name, value in zip(spec.columns, row, strict=True)])
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(spec.columns))}{count + 1}"
    book.save(file)
    return count


def _write_parquet(file: BinaryIO, table: str, spec: Table, rows: Iterable[Sequence[Any]]) -> int:
    import pyarrow as pa
    import pyarrow.parquet as pq

    def kind(name: str) -> pa.DataType:
        if name in spec.days:
            return pa.date32()
        if name in spec.moments:
            return pa.timestamp("s", tz="UTC")
        return pa.int64() if name in spec.integers else pa.float64() if name in spec.reals else pa.string()

    def typed(name: str, column: Sequence[Any]) -> Sequence[Any]:
        read = _day if name in spec.days else _moment if name in spec.moments else None
        return [read(value) for value in column] if read else column

    schema = pa.schema([(name, kind(name)) for name in spec.columns])
    iterator, count = iter(rows), 0
    with pq.ParquetWriter(file, schema, compression="zstd") as writer:
        while chunk := list(islice(iterator, ROWS_A_CHUNK)):
            columns = list(zip(*chunk, strict=True))
            arrays = [
                pa.array(typed(field.name, column), type=field.type)
                for column, field in zip(columns, schema, strict=True)
            ]
            writer.write_batch(pa.record_batch(arrays, schema=schema))
            count += len(chunk)
    return count


WRITERS: Mapping[str, Callable[[BinaryIO, str, Table, Iterable[Sequence[Any]]], int]] = {
    "csv": _write_csv,
    "json": _write_json,
    "xlsx": _write_xlsx,
    "parquet": _write_parquet,
}
