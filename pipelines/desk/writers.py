"""Rows as a file: CSV, XLSX, JSON Lines or Parquet, each streamed, so that memory does not grow with the rows.

Text can hold what a stranger wrote. No spreadsheet may take it for a formula: cells of XLSX are typed as text, text of
CSV that begins like a formula gets an apostrophe before it.
"""

from __future__ import annotations

import csv
import io
import json
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from itertools import islice
from typing import Any, BinaryIO

from pipelines.desk.export_tables import Table
from pipelines.errors import UserError
from pipelines.wording.numbers import number
from pipelines.wording.wib import WIB

FORMULA_STARTS = frozenset("=+-@")  # what spreadsheets take for a formula (OWASP: CSV injection)
DASHES = frozenset("\u2212\u02d7\u2796")  # minus signs that NFKC leaves as they are
ROWS_A_CHUNK = 5_000  # of a Parquet file: the rows that are held in memory
XLSX_ROWS = 1_048_576  # Excel's limit of rows a sheet, the header included
XLSX_CHARACTERS = 32_767  # Excel's limit of characters a cell, counted in units of UTF-16
CUT = " ... [dipotong: Excel hanya menampung {most} dari {all} huruf; lihat alamatnya]"
NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # characters that no XML may hold
EARLIEST = date(1900, 3, 1)  # Excel counts days from 1900, and takes that year for a leap year
LONG_TEXTS = frozenset(  # columns of XLSX that get more width
    "title text parties subject url article_title organisation name release_title reasons release_url via entity"
    " copy_of first_url source outlet".split()
)
DAY_FORMAT, MOMENT_FORMAT, SHARE_FORMAT = "dd/mm/yyyy", "dd/mm/yyyy hh:mm", "0%"
WIDE, NARROW = 40, 14  # widths in characters of the usual font

Rows = Iterable[Sequence[Any]]


def write_csv(file: BinaryIO, table: str, spec: Table, rows: Rows, delimiter: str = ",") -> int:
    """Write UTF-8 with a byte order mark, without which Excel takes it for another encoding; the number of rows."""
    text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="", write_through=True)
    writer = csv.writer(text, delimiter=delimiter)
    writer.writerow([spec.heading(name) for name in spec.columns])
    read = _read_by_people(spec, "," if delimiter == ";" else ".") if spec.headings else lambda name, value: value
    count = 0
    for row in rows:
        cells = (read(name, value) for name, value in zip(spec.columns, row, strict=True))
        writer.writerow([without_formula(value) for value in cells])
        count += 1
    text.detach()
    return count


def _read_by_people(spec: Table, point: str) -> Callable[[str, Any], Any]:
    """A function that makes a column's value what a person reads in a CSV: words for codes, times in WIB.

    `point`: what parts decimals, a comma for an Indonesian Excel, which takes "0.75" for a text.
    """

    def read(name: str, value: Any) -> Any:
        if isinstance(value, float):
            return f"{value:.6f}".rstrip("0").rstrip(".").replace(".", point)
        if name in spec.moments and (moment := _moment(value)):
            local = moment.astimezone(WIB)
            return f"{local:%Y-%m-%d %H:%M}" if _has_hour(local) else f"{local:%Y-%m-%d}"
        return spec.word(name, value)

    return read


def _has_hour(local: datetime) -> bool:
    """Whether a time in WIB says more than its day: a page that prints only the day is stored with midnight."""
    return (local.hour, local.minute) != (0, 0)


def without_formula(value: Any) -> Any:
    """A cell of CSV that no spreadsheet takes for a formula: text that begins like one gets an apostrophe before it.

    Spreadsheets look past white space, line ends and characters without width, and take the wide forms of East Asia
    (`＝`, `＋`) and other forms of a sign, such as the minus of mathematics, for the sign itself.
    """
    if not isinstance(value, str) or not value or value[0].isalnum():
        return value
    if value[0] in "\t\r\n":
        return "'" + value
    for character in value:
        if character.isspace() or unicodedata.category(character)[0] == "C":
            continue
        plain = unicodedata.normalize("NFKC", character)[:1]
        return "'" + value if plain in FORMULA_STARTS | DASHES else value
    return value


def write_json(file: BinaryIO, table: str, spec: Table, rows: Rows) -> int:
    """Write one JSON object a line; the number of rows."""
    count = 0
    for row in rows:
        line = json.dumps(dict(zip(spec.columns, row, strict=True)), ensure_ascii=False)
        file.write(line.encode("utf-8", "replace") + b"\n")
        count += 1
    return count


def write_xlsx(file: BinaryIO, table: str, spec: Table, rows: Rows) -> int:
    """Write a workbook with one sheet, named after the table; the number of rows.

    Times are in WIB without a zone, since Excel knows none. What a cell cannot hold is cut, and the cell says so.
    Raises UserError for more rows than a sheet holds.
    """
    from openpyxl import Workbook
    from openpyxl.cell.cell import WriteOnlyCell
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter

    book = Workbook(write_only=True)
    sheet = book.create_sheet(table)
    for position, name in enumerate(spec.columns, 1):
        sheet.column_dimensions[get_column_letter(position)].width = WIDE if name in LONG_TEXTS else NARROW
    sheet.freeze_panes = "A2"
    header = [WriteOnlyCell(sheet, value=spec.heading(name)) for name in spec.columns]
    for heading in header:
        heading.font = Font(bold=True)
    sheet.append(header)
    cell, count = _xlsx_cells(sheet, spec), 0
    for row in rows:
        count += 1
        if count >= XLSX_ROWS:
            raise UserError(f"{table}: more rows than a sheet holds ({XLSX_ROWS}); narrow the filters or use csv")
        sheet.append([cell(name, value) for name, value in zip(spec.columns, row, strict=True)])
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(spec.columns))}{count + 1}"
    book.save(file)
    return count


def _xlsx_cells(sheet: Any, spec: Table) -> Callable[[str, Any], Any]:
    """A function that makes a column's value what a sheet takes: days and times as dates, other text as text."""
    from openpyxl.cell.cell import WriteOnlyCell

    def made(value: Any, form: str) -> Any:
        written = WriteOnlyCell(sheet, value=value)
        written.number_format = form
        return written

    def cell(name: str, value: Any) -> Any:
        if name in spec.shares and isinstance(value, float):
            return made(value, SHARE_FORMAT)
        if not isinstance(value, str):
            return value
        if name in spec.days and (day := _day(value)) and day >= EARLIEST:
            return made(day, DAY_FORMAT)
        if name in spec.moments and (moment := _moment(value)):
            local = moment.astimezone(WIB).replace(tzinfo=None)
            if local.date() >= EARLIEST:
                return made(local, MOMENT_FORMAT if _has_hour(local) else DAY_FORMAT)
        written = WriteOnlyCell(sheet, value=holdable(spec.word(name, value)))
        written.data_type = "s"  # text stays text, also when it begins like a formula
        return written

    return cell


def holdable(text: str) -> str:
    """A text as a cell of Excel can hold it: no character that XML forbids, no more than XLSX_CHARACTERS.

    What is cut ends with a note that says so. A character beyond the basic plane (an emoji) counts twice.
    """
    text = NOT_XML.sub("", text)
    if len(text) * 2 <= XLSX_CHARACTERS or len(text.encode("utf-16-le")) // 2 <= XLSX_CHARACTERS:
        return text
    note = CUT.format(most=number(XLSX_CHARACTERS), all=number(len(text)))
    kept = text.encode("utf-16-le")[: (XLSX_CHARACTERS - len(note)) * 2].decode("utf-16-le", "ignore")
    return kept + note


def write_parquet(file: BinaryIO, table: str, spec: Table, rows: Rows) -> int:
    """Write typed columns (days as date32, times in UTC), a row group for every ROWS_A_CHUNK; the number of rows."""
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


# By the names of pipelines/wording/labels.py (FILE_FORMATS).
WRITERS: Mapping[str, Callable[[BinaryIO, str, Table, Rows], int]] = {
    "csv": write_csv,
    "json": write_json,
    "xlsx": write_xlsx,
    "parquet": write_parquet,
}
