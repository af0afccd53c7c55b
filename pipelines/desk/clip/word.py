"""Word: a clipping as DOCX, on a team's own document where there is one."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

from pipelines.desk.clip.gather import Clipped, Clipping
from pipelines.desk.documents import BLUE, add_chart, add_table, clean, link, new_document
from pipelines.errors import UserError

WIDTHS = (1.2, 3.0, 6.9, 2.9, 2.4)  # of the columns of the summary, in cm
LOGO_HEIGHT, LOGO_WIDTH = 1.5, 3.6  # cm, at most


def to_docx(clipping: Clipping, templates: Path | None) -> bytes:
    """A clipping as a document. `kop.docx` in the folder `templates`, if there is one, gives letterhead and styles.

    Raises UserError when that file is no Word document.
    """
    from docx.enum.text import WD_BREAK
    from docx.shared import Cm, Pt

    own = templates / "kop.docx" if templates else None
    ours = own is None or not own.is_file()
    document = new_document(clipping.called) if ours else _opened(own)
    if ours:
        _letterhead(document.sections[0].header, clipping)
    elif clipping.logo:
        document.add_picture(io.BytesIO(clipping.logo), height=Cm(LOGO_HEIGHT))
    title = document.add_heading("Kliping Berita", 0)
    if ours:
        title.paragraph_format.space_before = Pt(200)
    document.add_paragraph(clipping.day)
    document.add_paragraph(clean(f"Topik: {clipping.topic}"))
    document.add_paragraph(f"{len(clipping.articles)} berita dari {len(clipping.by_outlet)} media")
    if clipping.signed:
        document.add_paragraph(clean(f"Disahkan oleh {clipping.signed}"))
    document.paragraphs[-1].add_run().add_break(WD_BREAK.PAGE)
    document.add_heading("Ringkasan", 1)
    for line in clipping.summary.splitlines():
        document.add_paragraph(clean(line))
    _summary(document, clipping)
    for heading, counts in (("Berita menurut media", clipping.by_outlet), ("Berita menurut topik", clipping.by_topic)):
        if counts:
            document.add_heading(heading, 2)
            add_chart(document, counts, 15)
    for article in clipping.articles:
        _article(document, article)
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def _opened(own: Path | None) -> Any:
    """A team's own document. Raises UserError when it is none."""
    from docx import Document
    from docx.opc.exceptions import PackageNotFoundError

    try:
        return Document(str(own))
    except (PackageNotFoundError, ValueError, KeyError) as error:
        raise UserError(f"{own}: is no Word document ({error}); save it as .docx") from error


def _letterhead(header: Any, clipping: Clipping) -> None:
    """Write the letterhead's logo and lines into the header of every page, as on the PDF: with a rule below them."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn
    from docx.shared import Cm, Pt

    logo = _logo_size(clipping.logo) if clipping.logo else None
    widths = (logo[0] + 0.5, 15.9 - logo[0]) if logo else (16.4,)
    table = header.add_table(1, len(widths), Cm(16.4))
    table.autofit = False
    for column, cell, width in zip(table.columns, table.rows[0].cells, widths, strict=True):
        column.width = cell.width = Cm(width)
    if logo:
        table.rows[0].cells[0].paragraphs[0].add_run().add_picture(io.BytesIO(clipping.logo), *map(Cm, logo))
    name = table.rows[0].cells[-1].paragraphs[0]
    name.add_run(clean(clipping.institution)).bold = True
    name.runs[0].font.size = Pt(13)
    name.paragraph_format.space_after = Pt(0)
    table.rows[0].cells[-1].add_paragraph().add_run(clean(clipping.address)).font.size = Pt(9)
    for cell in table.rows[0].cells:
        cell.paragraphs[-1].paragraph_format.space_after = Pt(2)
    below = header.paragraphs[0]
    table._tbl.addnext(below._p)
    rule, line = OxmlElement("w:pBdr"), OxmlElement("w:top")
    for key, value in (("val", "single"), ("sz", "16"), ("space", "1"), ("color", BLUE)):
        line.set(qn(f"w:{key}"), value)
    rule.append(line)
    below._p.get_or_add_pPr().append(rule)


def _logo_size(logo: bytes) -> tuple[float, float]:
    """Width and height, in cm, of a logo in its room."""
    from PIL import Image

    with Image.open(io.BytesIO(logo)) as image:
        scale = min(LOGO_HEIGHT / image.height, LOGO_WIDTH / image.width)
        return image.width * scale, image.height * scale


def _summary(document: Any, clipping: Clipping) -> None:
    """Add the table of all articles, or say that there is none."""
    if not clipping.articles:
        document.add_paragraph("Tidak ada berita pada hari ini.")
        return
    rows: list[tuple[str, ...]] = [("No.", "Media", "Judul", "Waktu", "Nada")]
    for article in clipping.articles:
        outlet = article.outlet + (f" (juga {', '.join(article.copies)})" if article.copies else "")
        if article.heading:
            rows.append((article.heading,))
        rows.append((str(article.number), outlet, article.title, article.time, article.tone))
    add_table(document, rows, WIDTHS)
    if clipping.left_out:
        document.add_paragraph(f"{clipping.left_out} berita lain tidak dimuat.")


def _article(document: Any, article: Clipped) -> None:
    """An article on a page of its own; its address never stands alone on the next one."""
    heading = document.add_heading(clean(f"{article.number}. {article.title}"), 1)
    heading.paragraph_format.page_break_before = True
    story = article.story and f"Isu: {article.story}"
    about = " | ".join(part for part in (article.outlet, article.published, article.author, story) if part)
    document.add_paragraph().add_run(clean(about)).italic = True
    for label, said in (("Nada", article.tone), ("Catatan", article.comment)):
        if said:
            paragraph = document.add_paragraph()
            paragraph.add_run(f"{label}: ").bold = True
            paragraph.add_run(clean(said))
    for runs in article.paragraphs:
        paragraph = document.add_paragraph()
        for run in runs:
            paragraph.add_run(clean(run.text)).bold = run.official
    document.paragraphs[-1].paragraph_format.keep_with_next = True
    link(document.add_paragraph(), article.url, 8)
