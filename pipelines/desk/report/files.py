"""Files: a report as HTML from a template, as PDF of that HTML, as DOCX and as XLSX."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from pipelines.desk.clip.pages import pdf_of
from pipelines.desk.documents import add_chart, add_table, clean, link, new_document
from pipelines.desk.report.records import Report, Section
from pipelines.desk.writers import holdable
from pipelines.wording.numbers import number

TEMPLATES = Path(__file__).with_name("templates")
FORMS = ("pdf", "docx", "html", "xlsx")
WIDTH = 16.4  # cm of a table in Word
WIDE, HIGH = 600, 110  # of the curve of the days, in SVG units
SHEET_NAME = re.compile(r"[\[\]:*?/\\]")  # what Excel lets no sheet be called
LONGEST_NAME = 31  # characters of a sheet's name


def to_file(report: Report, form: str, address: str) -> bytes:
    """A report in one of FORMS; `address`: of the pages to which its figures lead, "" where there are none.

    Raises UserError where the system lacks what PDF needs.
    """
    if form == "xlsx":
        return to_xlsx(report, address)
    if form == "docx":
        return to_docx(report, address)
    html = to_html(report, address)
    return pdf_of(html, [TEMPLATES]) if form == "pdf" else html.encode("utf-8", "replace")


def to_html(report: Report, address: str) -> str:
    """A report as one page without anything from outside."""
    environment = Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined)
    return environment.get_template("laporan.html").render(
        laporan=report, alamat=address.rstrip("/"), curve=curve, value=value, number=number, WIDE=WIDE, HIGH=HIGH
    )


def curve(counts: Sequence[int], wide: float = WIDE, high: float = HIGH) -> str:
    """The points of a polyline over numbers, the greatest at the top."""
    most, last = max(counts, default=0) or 1, max(len(counts) - 1, 1)
    return " ".join(f"{wide * n / last:.1f},{high - high * count / most:.1f}" for n, count in enumerate(counts))


def value(cell: str) -> int:
    """The number at the beginning of a cell, of which a bar is drawn: "1.234" as 1234."""
    digits = re.match(r"\d[\d.]*", cell)
    return int(digits[0].replace(".", "")) if digits else 0


def to_docx(report: Report, address: str = "") -> bytes:
    """A report as a Word document; `address` as of `to_file`."""
    from docx.shared import Pt

    document = new_document(f"{report.institution}: {report.title}")
    document.sections[0].header.paragraphs[0].text = clean(report.institution)
    document.add_heading(clean(report.title), 0).runs[0].font.size = Pt(20)
    for figure in report.figures:
        paragraph = document.add_paragraph(style="List Bullet")
        paragraph.add_run(f"{figure.value} {figure.label}").bold = True
        if figure.before:
            paragraph.add_run(f" ({figure.before})")
    for section in report.sections:
        document.add_heading(clean(section.title), 1).runs[0].font.size = Pt(13)
        _table(document, section)
        bars = [(line.cells[0], value(line.cells[section.bar])) for line in section.lines] if section.bar >= 0 else []
        if any(count for _, count in bars):
            bars.sort(key=lambda bar: -bar[1])
            add_chart(document, bars, 14)
    if address:
        link(document.add_paragraph("Di Pantau: "), page_of(report, address), 9)
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def page_of(report: Report, address: str) -> str:
    """Where the pages at `address` show a report."""
    return f"{address.rstrip('/')}/laporan?kurun={report.period.kind}&hari={report.period.first.isoformat()}"


def _table(document: Any, section: Section) -> None:
    """The rows of a section; the first column is as wide as two others."""
    if section.note:
        note = document.add_paragraph(clean(section.note))
        note.runs[0].italic, note.paragraph_format.keep_with_next = True, True
    if not section.lines:
        document.add_paragraph(section.empty)
        return
    share = WIDTH / (len(section.columns) + (1 if len(section.columns) > 1 else 0))
    widths = [share * 2 if at == 0 and len(section.columns) > 1 else share for at in range(len(section.columns))]
    add_table(document, [section.columns, *(line.cells for line in section.lines)], widths)


def to_xlsx(report: Report, address: str) -> bytes:
    """A report as a workbook, a sheet for each section; whole numbers are numbers, all else is text."""
    from openpyxl import Workbook
    from openpyxl.styles import Font

    book = Workbook()
    book.remove(book.worksheets[0])
    sheet = book.create_sheet("Ringkasan")
    sheet.append([_text(report.title)])
    for figure in report.figures:
        sheet.append([_text(figure.label), _cell(figure.value), _text(figure.before), _text(address + figure.href)])
    for section in report.sections:
        sheet = book.create_sheet(SHEET_NAME.sub(" ", section.title)[:LONGEST_NAME])
        sheet.append([*map(_text, section.columns), "Alamat"])
        for cell in sheet[1]:
            cell.font = Font(bold=True)
        for line in section.lines:
            sheet.append([*map(_cell, line.cells), _text(address + line.href) if line.href else ""])
        sheet.column_dimensions["A"].width = 48
        for row in sheet.iter_rows(min_row=2):
            for cell in row:
                if isinstance(cell.value, str):
                    cell.data_type = "s"  # text is no formula
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _cell(text: str) -> int | str:
    return int(text.replace(".", "")) if re.fullmatch(r"\d{1,3}(?:\.\d{3})*", text) else _text(text)


def _text(text: str) -> str:
    return holdable(text)
