"""Word documents (python-docx): what klipings and reports have in common, and what python-docx has no words for."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from typing import Any

CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")  # what XML cannot hold
TEXT_FONT, HEADING_FONT = "Times New Roman", "Arial"  # of every Word; LibreOffice has Liberation's of the same widths
BLUE = "14507A"  # of headings and links, as on the PDF
BAR, ROW, LABEL = (45, 127, 184), 44, 400  # of a chart: the colour of its bars; pixels a row; pixels of the names
MARGIN = 2.3  # cm, left and right
WEB = ("https://", "http://")


def new_document(title: str) -> Any:
    """An empty A4 document in Indonesian with page numbers; `title` is what a viewer calls it."""
    from docx import Document
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn
    from docx.shared import Cm, Pt, RGBColor

    document = Document()
    document.core_properties.title, document.core_properties.author = clean(title)[:255], "Pantau"
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(MARGIN)
    for name in ("Normal", "Title", "Heading 1", "Heading 2"):
        style = document.styles[name]
        font = TEXT_FONT if name == "Normal" else HEADING_FONT
        style.font.name = font
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):  # these would win over the name
            fonts.attrib.pop(qn(f"w:{theme}"), None)
        fonts.set(qn("w:cs"), font)
        if name != "Normal":
            style.font.color.rgb = RGBColor.from_string(BLUE)
    document.styles["Normal"].font.size = Pt(10.5)
    document.styles["Normal"].paragraph_format.space_after = Pt(6)
    language = OxmlElement("w:lang")
    language.set(qn("w:val"), "id-ID")
    document.styles["Normal"].element.get_or_add_rPr().append(language)
    _number_pages(section.footer.paragraphs[0])
    return document


def _number_pages(paragraph: Any) -> None:
    """Write "3 / 44", as on the PDF."""
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    for field in ("PAGE", "NUMPAGES"):
        if field == "NUMPAGES":
            paragraph.add_run(" / ")
        element = OxmlElement("w:fldSimple")
        element.set(qn("w:instr"), field)
        paragraph._p.append(element)


def link(paragraph: Any, address: str, size: float) -> None:
    """Write an address, of `size` points, that leads there; one that is not of the web is text alone."""
    from docx.opc.constants import RELATIONSHIP_TYPE
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn
    from docx.shared import Pt, RGBColor

    run = paragraph.add_run(clean(address))
    run.font.size = Pt(size)
    if not address.startswith(WEB):
        return
    run.font.color.rgb, run.font.underline = RGBColor.from_string(BLUE), True
    element = OxmlElement("w:hyperlink")
    element.set(qn("r:id"), paragraph.part.relate_to(clean(address), RELATIONSHIP_TYPE.HYPERLINK, is_external=True))
    run._r.getparent().replace(run._r, element)
    element.append(run._r)


def add_table(document: Any, rows: Sequence[Sequence[str]], widths: Sequence[float]) -> None:
    """A table of which the first row is the heading, on every page again; no row is torn apart by the end of a page.

    rows    a row of one cell goes over all columns, is bold, and stays with the row below it
    widths  of the columns, in cm
    """
    from docx.oxml import OxmlElement
    from docx.shared import Cm

    table = document.add_table(rows=len(rows), cols=len(widths))
    if "Table Grid" in [style.name for style in document.styles]:
        table.style = "Table Grid"
    table.autofit = False
    for column, width in zip(table.columns, widths, strict=True):  # LibreOffice reads these widths, Word the cells'
        column.width = Cm(width)
    for number, (row, made) in enumerate(zip(rows, table.rows, strict=True)):
        cells, heads = made.cells, number == 0 or len(row) == 1
        if len(row) == 1:
            cells = (cells[0].merge(cells[-1]),)
        for cell, text, width in zip(cells, row, widths if len(row) > 1 else (sum(widths),), strict=True):
            cell.width = Cm(width)
            _fill(cell.paragraphs[0], text, bold=heads)
        made._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
    table.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))


def _fill(paragraph: Any, text: str, *, bold: bool) -> None:
    from docx.shared import Pt

    run = paragraph.add_run(clean(text))
    run.bold, run.font.size = bold, Pt(10)
    shape = paragraph.paragraph_format
    shape.space_before = shape.space_after = Pt(3)
    shape.keep_with_next = bold


def add_chart(document: Any, counts: Sequence[tuple[str, int]], width: float) -> None:
    """A bar chart, `width` cm wide, with space above it."""
    from docx.shared import Cm, Pt

    document.add_picture(io.BytesIO(chart(counts)), width=Cm(width))
    document.paragraphs[-1].paragraph_format.space_before = Pt(8)


def chart(counts: Sequence[tuple[str, int]]) -> bytes:
    """A bar chart as PNG, with a row for each (name, number); the first has the longest bar."""
    from PIL import Image, ImageDraw, ImageFont

    width = 1_200
    image = Image.new("RGB", (width, ROW * len(counts) + 8), "white")
    draw, font = ImageDraw.Draw(image), ImageFont.load_default(26)
    for number, (name, count) in enumerate(counts):
        top, shown = number * ROW + 6, name[:80]
        while draw.textlength(shown, font=font) > LABEL - 20:
            shown = f"{shown.removesuffix('…')[:-1].rstrip()}…"
        draw.text((LABEL - 12, top + 16), shown, fill="black", font=font, anchor="rm")
        length = round((width - LABEL - 90) * count / counts[0][1])
        draw.rectangle((LABEL, top, LABEL + length, top + 30), fill=BAR)
        draw.text((LABEL + length + 10, top + 16), str(count), fill="black", font=font, anchor="lm")
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    return buffer.getvalue()


def clean(text: str) -> str:
    """A text without what XML cannot hold."""
    return CONTROL.sub("", text)
