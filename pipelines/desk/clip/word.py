"""Word: a clipping as DOCX (python-docx), on a team's own document where there is one."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pipelines.desk.clip.gather import Clipping
from pipelines.errors import UserError

CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")  # what XML cannot hold
WIDTHS = (1.2, 3.0, 6.9, 2.9, 2.4)  # of the columns of the summary, in cm
LOGO_HEIGHT = 1.5  # cm
BAR, ROW, LABEL = (45, 127, 184), 44, 380  # of a chart: the colour of its bars; pixels a row; pixels of the names


def to_docx(clipping: Clipping, templates: Path | None) -> bytes:
    """A clipping as a document. `kop.docx` in the folder `templates`, if there is one, gives letterhead and styles.

    Raises UserError when that file is no Word document.
    """
    from docx import Document
    from docx.enum.text import WD_BREAK
    from docx.opc.exceptions import PackageNotFoundError
    from docx.shared import Cm, Pt

    own = templates / "kop.docx" if templates else None
    try:
        document = Document(str(own)) if own and own.is_file() else Document()
    except (PackageNotFoundError, ValueError, KeyError) as error:
        raise UserError(f"{own}: is no Word document ({error}); save it as .docx") from error
    if not (own and own.is_file()):
        section = document.sections[0]
        section.page_width, section.page_height = Cm(21), Cm(29.7)
        section.left_margin = section.right_margin = Cm(2.3)
        _letterhead(section.header.paragraphs[0], clipping)
        _number_pages(section.footer.paragraphs[0])
        for _ in range(8):
            document.add_paragraph()
    elif clipping.logo:
        document.add_picture(io.BytesIO(clipping.logo), height=Cm(LOGO_HEIGHT))
    document.add_heading("Kliping Berita", 0)
    document.add_paragraph(clipping.day)
    document.add_paragraph(_clean(f"Topik: {clipping.topic}"))
    document.add_paragraph(f"{len(clipping.articles)} berita dari {len(clipping.by_outlet)} media")
    if clipping.signed:
        document.add_paragraph(_clean(f"Disahkan oleh {clipping.signed}"))
    document.paragraphs[-1].add_run().add_break(WD_BREAK.PAGE)
    document.add_heading("Ringkasan", 1)
    for line in clipping.summary.splitlines():
        document.add_paragraph(_clean(line))
    _summary(document, clipping)
    for heading, counts in (("Berita menurut media", clipping.by_outlet), ("Berita menurut topik", clipping.by_topic)):
        if counts:
            document.add_heading(heading, 2)
            document.add_picture(io.BytesIO(chart(counts)), width=Cm(15))
    for article in clipping.articles:
        heading = document.add_heading(_clean(f"{article.number}. {article.title}"), 1)
        heading.paragraph_format.page_break_before = True
        story = article.story and f"Isu: {article.story}"
        about = " | ".join(part for part in (article.outlet, article.published, article.author, story) if part)
        document.add_paragraph().add_run(_clean(about)).italic = True
        for label, said in (("Nada", article.tone), ("Catatan", article.comment)):
            if said:
                paragraph = document.add_paragraph()
                paragraph.add_run(f"{label}: ").bold = True
                paragraph.add_run(_clean(said))
        for runs in article.paragraphs:
            paragraph = document.add_paragraph()
            for run in runs:
                paragraph.add_run(_clean(run.text)).bold = run.official
        link = document.add_paragraph().add_run(_clean(article.url))
        link.font.size = Pt(8)
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def _number_pages(paragraph: Any) -> None:
    """Write "3 / 44", as on the PDF, by the elements of Word's own format: python-docx knows no such fields."""
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


def _letterhead(paragraph: Any, clipping: Clipping) -> None:
    """Write the letterhead's logo and lines into the header of every page."""
    from docx.shared import Cm

    if clipping.logo:
        paragraph.add_run().add_picture(io.BytesIO(clipping.logo), height=Cm(LOGO_HEIGHT))
        paragraph.add_run("  ")
    paragraph.add_run(_clean(f"{clipping.institution}: {clipping.address}"))


def _summary(document: Any, clipping: Clipping) -> None:
    """Add the table of all articles, or say that there is none."""
    if not clipping.articles:
        document.add_paragraph("Tidak ada berita pada hari ini.")
        return
    from docx.oxml import OxmlElement
    from docx.shared import Cm, Pt

    table = document.add_table(rows=1, cols=5)
    if "Table Grid" in [style.name for style in document.styles]:
        table.style = "Table Grid"
    table.autofit = False
    for column, width in zip(table.columns, WIDTHS, strict=True):  # LibreOffice reads these widths, Word the cells'
        column.width = Cm(width)
    rows: list[tuple[str, ...]] = [("No.", "Media", "Judul", "Waktu", "Nada")]
    for article in clipping.articles:
        outlet = article.outlet + (f" (juga {', '.join(article.copies)})" if article.copies else "")
        if article.heading:
            rows.append((article.heading,))
        rows.append((str(article.number), outlet, article.title, article.time, article.tone))
    for number, row in enumerate(rows):
        cells = table.rows[0].cells if number == 0 else table.add_row().cells
        widths: Sequence[float] = WIDTHS
        is_heading = len(row) == 1
        if is_heading:
            cells, widths = (cells[0].merge(cells[-1]),), (sum(WIDTHS),)
        for cell, text, width in zip(cells, row, widths, strict=True):
            cell.width = Cm(width)
            cell.paragraphs[0].add_run(_clean(text)).bold = is_heading or number == 0
            cell.paragraphs[0].paragraph_format.space_before = cell.paragraphs[0].paragraph_format.space_after = Pt(3)
        table.rows[number]._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
    table.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))  # repeated on every page
    if clipping.left_out:
        document.add_paragraph(f"{clipping.left_out} berita lain tidak dimuat.")


def chart(counts: Sequence[tuple[str, int]]) -> bytes:
    """A bar chart as PNG, with a row for each (name, number); the first has the longest bar."""
    from PIL import Image, ImageDraw, ImageFont

    width = 1_200
    image = Image.new("RGB", (width, ROW * len(counts) + 8), "white")
    draw, font = ImageDraw.Draw(image), ImageFont.load_default(26)
    for number, (name, count) in enumerate(counts):
        top = number * ROW + 6
        shown = name if len(name) <= 28 else f"{name[:27]}..."
        draw.text((LABEL - 12, top + 16), shown, fill="black", font=font, anchor="rm")
        length = round((width - LABEL - 90) * count / counts[0][1])
        draw.rectangle((LABEL, top, LABEL + length, top + 30), fill=BAR)
        draw.text((LABEL + length + 10, top + 16), str(count), fill="black", font=font, anchor="lm")
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    return buffer.getvalue()


def _clean(text: str) -> str:
    return CONTROL.sub("", text)
