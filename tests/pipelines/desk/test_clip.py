"""The clipping: what is in it, in three formats; a team's own letterhead; nothing fetched from outside."""

from __future__ import annotations

import builtins
import io
import os
import subprocess
import sys
import zipfile
from ctypes.util import find_library
from datetime import date

import docx
import pytest

from pipelines.database.open import transaction
from pipelines.desk.clip.gather import gather
from pipelines.desk.clip.pages import to_html, to_pdf
from pipelines.desk.clip.word import to_docx
from pipelines.errors import UserError
from pipelines.records import TaggedArticle
from pipelines.search.filters import Filters
from pipelines.store.save import save
from tests.conftest import ROOT
from tests.pipelines.conftest import make_article, make_tags

DAY = date(2025, 11, 12)


@pytest.fixture
def filled(database):
    connection = database.conn
    for number in (1, 2):
        connection.execute(
            "INSERT INTO sources (id, name, kind, status) VALUES (?, ?, 'media', 'active')",
            (f"media{number}", f"Media {number}"),
        )
    stories = [
        ("media1", "Pasar <Baru> & lama", None, "2025-11-12"),
        ("media2", "Salinan", None, "2025-11-12"),
        ("media2", "Cuaca", "Hujan turun.\x0b\n\nAwan tebal menutup bukit.\n\nSore cerah.", "2025-11-12"),
        ("media2", "Besok", "Terbit lusa.", "2025-11-13"),
    ]
    for number, (source, title, text, published) in enumerate(stories):
        address = f"https://{source}.id/{number}"
        changes = {"text": text} if text else {}
        article = make_article(
            url=address,
            canonical_url=address,
            source_id=source,
            kind="news",
            title=title,
            published_date=published,
            **changes,
        )
        with transaction(connection):
            save(connection, TaggedArticle(article, None if text else make_tags(article)))
    return connection


def test_the_day_with_copies_folded_and_officials_marked(filled):
    clipping = gather(filled, DAY, Filters(), "pasar")
    assert clipping.day == "Rabu, 12 November 2025"
    assert [(a.number, a.title, a.copies, a.time) for a in clipping.articles] == [
        (1, "Pasar <Baru> & lama", ("Media 2",), "09.30 WIB"),
        (2, "Cuaca", (), "09.30 WIB"),
    ]
    assert [run.text for run in clipping.articles[0].paragraphs[0] if run.official] == ["Rangga Wiratama", "Rangga"]
    assert "".join(run.text for run in clipping.articles[0].paragraphs[0]).endswith("Rangga berpidato.")
    assert clipping.by_outlet == (("Media 2", 2), ("Media 1", 1)) and clipping.by_topic == (("pasar", 2),)
    assert [a.title for a in gather(filled, date(2025, 11, 13), Filters(), "besok").articles] == ["Besok"]
    short = gather(filled, DAY, Filters(query="hujan"), "cuaca", lead=True)
    assert [len(article.paragraphs) for article in short.articles] == [2]


def test_a_clipping_holds_what_media_say_and_no_press_releases(filled):
    release = make_article(url="https://balai.id/1", canonical_url="https://balai.id/1", text="Rilis resmi balai.")
    with transaction(filled):
        save(filled, TaggedArticle(release, None))
    assert release.kind == "press_release" and release.published_date == DAY.isoformat()
    assert "Rilis resmi" not in to_html(gather(filled, DAY, Filters(), "semua"), None)


def test_html_escapes_and_a_folder_of_ones_own_replaces_the_letterhead(filled, tmp_path):
    clipping = gather(filled, DAY, Filters(), "<topik>")
    page = to_html(clipping, None)
    assert (
        "Pasar &lt;Baru&gt; &amp; lama" in page and "&lt;topik&gt;" in page and "<mark>Rangga Wiratama</mark>" in page
    )
    (tmp_path / "kop.html").write_text("<p>Dinas Uji Coba</p>", encoding="utf-8")
    assert "<p>Dinas Uji Coba</p>" in to_html(clipping, tmp_path)


@pytest.mark.skipif(not find_library("pangoft2-1.0"), reason="Pango is not installed")
def test_pdf_is_made_and_reads_no_file_outside_the_templates(filled, tmp_path):
    clipping = gather(filled, DAY, Filters(), "semua berita")
    folder = tmp_path / "kop"
    folder.mkdir()
    secret = tmp_path / "rahasia.svg"
    secret.write_text('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>', encoding="utf-8")
    (folder / "logo.svg").write_text(secret.read_text(encoding="utf-8"), encoding="utf-8")
    (folder / "kop.html").write_text('<img src="logo.svg"><img src="../rahasia.svg">', encoding="utf-8")
    messages = []

    import logging

    handler = logging.Handler()
    handler.emit = lambda record: messages.append(record.getMessage())
    logging.getLogger("weasyprint").addHandler(handler)
    try:
        data = to_pdf(clipping, folder)
    finally:
        logging.getLogger("weasyprint").removeHandler(handler)
    assert data.startswith(b"%PDF-")
    assert [m for m in messages if "rahasia.svg" in m and "outside the folder" in m]
    assert not [m for m in messages if "logo.svg" in m]


def test_without_pango_the_pdf_says_what_to_install(filled, monkeypatch):
    def no_library(name, *rest, **more):
        if name.startswith("weasyprint"):
            raise OSError("cannot load library 'libpango-1.0-0'")
        return real(name, *rest, **more)

    real = builtins.__import__
    monkeypatch.setattr(builtins, "__import__", no_library)
    with pytest.raises(UserError, match="apt install libpango"):
        to_pdf(gather(filled, DAY, Filters(), "semua berita"), None)


def test_docx_opens_with_its_table_charts_and_marks(filled, tmp_path):
    clipping = gather(filled, DAY, Filters(), "semua berita")
    document = docx.Document(io.BytesIO(to_docx(clipping, None)))
    (table,) = document.tables
    assert [cell.text for cell in table.rows[1].cells] == [
        "1",
        "Media 1 (juga Media 2)",
        "Pasar <Baru> & lama",
        "09.30 WIB",
        "",
    ]
    assert len(document.inline_shapes) == 2
    assert 'w:instr="PAGE"' in document.sections[0].footer._element.xml
    assert table._tbl.xml.count("<w:cantSplit/>") == len(table.rows)
    assert [link.address for paragraph in document.paragraphs for link in paragraph.hyperlinks] == [
        "https://media1.id/0",
        "https://media2.id/2",
    ]
    last = document.paragraphs[-2:]
    assert last[0].paragraph_format.keep_with_next and last[1].hyperlinks  # the address never stands alone
    assert 'w:val="id-ID"' in document.styles["Normal"].element.xml and "semua berita" in document.core_properties.title
    bold = [run.text for paragraph in document.paragraphs for run in paragraph.runs if run.bold]
    assert bold[:2] == ["Rangga Wiratama", "Rangga"]
    own = docx.Document()
    own.sections[0].header.paragraphs[0].text = "Dinas Uji Coba"
    own.save(tmp_path / "kop.docx")
    with zipfile.ZipFile(io.BytesIO(to_docx(clipping, tmp_path))) as archive:
        headers = [archive.read(name).decode() for name in archive.namelist() if "header" in name]
    assert any("Dinas Uji Coba" in header for header in headers)


def test_a_wrong_template_is_named(filled, tmp_path):
    clipping = gather(filled, DAY, Filters(), "uji")
    (tmp_path / "kop.html").write_text("{% if %}", encoding="utf-8")
    with pytest.raises(UserError, match=r"kop\.html, line 1"):
        to_html(clipping, tmp_path)
    (tmp_path / "kop.docx").write_text("bukan", encoding="utf-8")
    with pytest.raises(UserError, match=r"kop\.docx: is no Word document"):
        to_docx(clipping, tmp_path)


def test_the_command(filled, tmp_path):
    def run(*words):
        command = [sys.executable, "-m", "pipelines.cli", "--db", str(tmp_path / "uji.db"), "clip", *words]
        environment = os.environ | {"PYTHONPATH": str(ROOT)}
        return subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=60)

    done = run("--date", "2025-11-12", "--format", "html")
    assert done.returncode == 0 and "2 berita -> kliping-2025-11-12.html" in done.stderr
    empty = run("--date", "2020-01-01", "--format", "docx", "--output", "kosong.docx")
    assert empty.returncode == 0 and (tmp_path / "kosong.docx").stat().st_size > 1000
    assert run("--date", "kemarin").returncode == 2
    assert run("--watch", "hilang").returncode == 2
    assert run("--write-templates", "punyaku").returncode == 0
    assert {file.name for file in (tmp_path / "punyaku").iterdir()} == {"kliping.html", "kliping.css", "kop.html"}
