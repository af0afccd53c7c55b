"""Reports: what a period's figures count, in four kinds of files, on their page and from the command line."""

from __future__ import annotations

import asyncio
import io
import zipfile
from contextlib import closing
from ctypes.util import find_library
from datetime import UTC, date, datetime

import openpyxl
import pytest

from nlp.records import Agreement, Mention, Official, Promise, Quote, Tags
from pipelines.coverage.update import update as update_coverage
from pipelines.database.open import connect, open_connection, transaction
from pipelines.desk.report.files import to_docx, to_file, to_html, to_xlsx
from pipelines.desk.report.gather import change, gather
from pipelines.desk.report.period import last_whole, period_of
from pipelines.desk.report.summary import as_text, send_summary
from pipelines.desk.tone import Tone, set_tone
from pipelines.health.ailing import ailing
from pipelines.records import TaggedArticle
from pipelines.store.save import save
from tests.pipelines.conftest import make_article
from tests.pipelines.publish.conftest import EVIL, FORMULA, RELEASE

NOW = datetime(2026, 4, 2, tzinfo=UTC)
MARCH = period_of("bulan", date(2026, 3, 9))


def put(connection, number, day, source, kind, title, text, tags):
    url = f"https://{source}.example/{number}"
    article = make_article(
        url=url, canonical_url=url, source_id=source, kind=kind, title=title, text=text,
        published_at=f"{day}T03:{number:02}:00+00:00", published_date=day,
    )  # fmt: skip
    with transaction(connection):
        return save(connection, TaggedArticle(article, tags)).article_id


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    path = tmp_path_factory.mktemp("laporan") / "uji.db"
    with closing(connect(path)) as database:
        fill(database.conn)
    return path


def fill(connection):
    for source, kind in (("balai", "lembaga"), ("kabar", "media"), ("harian", "media")):
        connection.execute(
            "INSERT INTO sources (id, name, kind, status) VALUES (?, ?, ?, 'active')", (source, source, kind)
        )
    body = Mention("ORG", "text", RELEASE.index("Balai Rempah"), RELEASE.index("Balai Rempah") + 12, "Balai Rempah")
    said = Quote("Cengkih", "Nirmala Sangaji", "Nirmala Sangaji", "kata", 0, 7)
    nirmala = Official("Nirmala Sangaji", "Kepala", "Balai Rempah")
    agreed = Agreement(
        "MoU", "nota", ("Balai Rempah", "Universitas Uji"), "cengkih", "2026-03-05", None, "ditandatangani",
        parties_known=True, confidence=0.95, months=12,
    )  # fmt: skip
    due = Promise("Balai menargetkan 40 kebun pada April 2026.", "Balai Rempah", "organisation", "menargetkan",
                  "2026-04", "April 2026", "2026-04-30", "40 kebun", 0, 40)  # fmt: skip
    tags = Tags(mentions=(body,), officials=(nirmala,), quotes=(said,), agreements=(agreed,), promises=(due,))
    release = put(connection, 1, "2026-03-09", "balai", "press_release", "Balai Bagikan Bibit", RELEASE, tags)
    put(connection, 2, "2026-03-09", "kabar", "news", f"Cengkih {EVIL}", RELEASE, Tags(mentions=(body,)))
    put(connection, 3, "2026-03-10", "harian", "news", FORMULA, "Ikan naik harganya di pasar pagi.", Tags())
    put(connection, 4, "2026-02-10", "harian", "news", "Lama", "Hujan turun sepanjang hari itu.", Tags())
    update_coverage(connection)
    set_tone(connection, [release], Tone("Balai Rempah", "positif", "positif", "ani"))


@pytest.fixture(scope="module")
def report(path):
    with pytest.MonkeyPatch.context() as patch, closing(open_connection(path)) as connection:
        patch.setenv("PANTAU_REPORT_INSTITUTIONS", "Balai Rempah;  Badan  Lain; Balai Rempah")
        return gather(connection, MARCH, ailing(connection, NOW))


def lines(report, title):
    return [line.cells for section in report.sections if section.title.startswith(title) for line in section.lines]


def test_figures_stand_beside_those_of_the_period_before(report):
    told = {figure.label: (figure.value, figure.before) for figure in report.figures}
    assert told["artikel"] == ("3", "+200 % dari 1")
    assert told["siaran pers"] == ("1", "sebelumnya 0")
    assert told["siaran pers yang diliput"][0] == "1 dari 1 (100%)"
    assert sum(report.daily) == 3 and report.daily[8] == 2


def test_each_table_tells_of_the_period_alone(report):
    assert lines(report, "Narasumber") == [("Nirmala Sangaji", "1", "1")]
    assert {cells[0] for cells in lines(report, "Sumber terbanyak")} == {"balai", "kabar", "harian"}
    assert lines(report, "Pangsa suara") == [
        ("Balai Rempah", "2", "100%", "sebelumnya 0"),
        ("Badan Lain", "0", "0%", "sebelumnya 0"),
    ]
    assert lines(report, "Nada") == [("Balai Rempah", "1", "0", "0", "0", "50%")]
    assert lines(report, "Siaran pers yang")[0][2] == "1"
    assert lines(report, "Perjanjian")[0][1:] == ("ditandatangani", "Kamis, 5 Maret 2026", "Jumat, 5 Maret 2027")
    assert lines(report, "Janji dan target")[0] == (
        "Balai Rempah", "Balai menargetkan 40 kebun pada April 2026.", "40 kebun", "April 2026",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "when", "days"),
    [
        ("minggu", "2026-03-01", ("2026-02-23", "2026-03-01")),
        ("bulan", "2024-02-29", ("2024-02-01", "2024-02-29")),
        ("triwulan", "2025-12-31", ("2025-10-01", "2025-12-31")),
        ("triwulan", "2026-02-01", ("2026-01-01", "2026-03-31")),
    ],
)
def test_periods_follow_each_other_without_a_gap(kind, when, days):
    found = period_of(kind, date.fromisoformat(when))
    assert found.days == days
    assert (found.before.after, found.after.before) == (found, found)
    assert last_whole(kind, found.last) == found.before


def test_a_change_from_nothing_is_no_percentage():
    assert (change(3, 0), change(0, 4), change(5, 4)) == ("sebelumnya 0", "-100 % dari 4", "+25 % dari 4")


def test_files_hold_all_of_it_and_no_formula(report):
    html = to_html(report, "https://pantau.example/")
    assert 'href="https://pantau.example/cari?dari=2026-03-01&amp;sampai=2026-03-31"' in html
    assert EVIL not in html and "<script" not in html
    book = openpyxl.load_workbook(io.BytesIO(to_xlsx(report, "")))
    assert book["Narasumber"]["B2"].value == 1
    assert all(cell.data_type != "f" for sheet in book for row in sheet.iter_rows() for cell in row)
    with zipfile.ZipFile(io.BytesIO(to_docx(report, "https://pantau.example/"))) as archive:
        text, footer = (archive.read(f"word/{name}.xml").decode() for name in ("document", "footer1"))
        leads = archive.read("word/_rels/document.xml.rels").decode()
    assert "Nirmala Sangaji" in text and 'w:instr="NUMPAGES"' in footer
    assert text.count("<w:tblHeader/>") == text.count("<w:tbl>") > 0  # a heading stands on every page of its table
    assert "https://pantau.example/laporan?kurun=bulan&amp;hari=2026-03-01" in leads


@pytest.mark.skipif(find_library("pangoft2-1.0") is None, reason="needs Pango")
def test_the_pdf_is_one(report):
    assert to_file(report, "pdf", "").startswith(b"%PDF-")


def test_the_summary_is_sent_with_its_file_and_a_failure_is_told(path, report, tmp_path):
    sent, file = [], tmp_path / "laporan.pdf"
    file.write_bytes(b"%PDF-")
    with closing(open_connection(path)) as connection:
        told = send_summary(
            connection, report, "json://x", file, "https://pantau.example", lambda *message: sent.append(message)
        )
        ((_, title, body, files),) = sent
        assert told is None and files == [file]
        assert title == "[Pantau] Laporan Maret 2026" and "+200 % dari 1" in body
        assert "- Nirmala Sangaji: kutipan 1, media 1" in body  # a number is told with its column
        assert body.endswith("/laporan?kurun=bulan&hari=2026-03-01") and as_text(report, "") in body

        def broken(*message):
            raise OSError("tidak sampai")

        assert send_summary(connection, report, "json://x", file, "", broken) == "OSError: tidak sampai"
        log = connection.execute("SELECT title, went FROM deliveries ORDER BY id").fetchall()
    assert [tuple(row) for row in log] == [("[Pantau] Laporan Maret 2026", 1), ("[Pantau] Laporan Maret 2026", 0)]


def test_the_schedule_mails_the_report_to_whom_it_names(pantau, path, tmp_path):
    text = pantau("--db", path, "schedule", "--report", tmp_path, "--report-to", "Humas, Pimpinan").stdout
    assert "report --week --to Humas --to Pimpinan" in text and "report --month --to Humas" in text


def test_the_page_and_its_files(path, open_site):
    app = open_site(path)
    page = asyncio.run(app.client.get("/laporan?kurun=bulan&hari=2026-03-02")).text
    assert "Laporan Maret 2026" in page and 'href="/cari?dari=2026-03-01&amp;sampai=2026-03-31"' in page
    assert EVIL not in page
    assert asyncio.run(app.client.get("/laporan")).status_code == 200
    file = asyncio.run(app.client.get("/laporan.xlsx?kurun=bulan&hari=2026-03-02"))
    assert file.status_code == 200 and file.content[:2] == b"PK"
    assert asyncio.run(app.client.get("/laporan.exe")).status_code == 404
