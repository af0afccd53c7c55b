"""Key messages on the pages of a release and of a story: the form, what each article carries, files, undo."""

from __future__ import annotations

import asyncio
import csv
import html
import io
import re
import zipfile
from contextlib import closing
from datetime import date

import openpyxl
import pytest

from pipelines.database.open import open_connection
from pipelines.desk import deciding, messages, stories
from pipelines.desk.messages import RELEASE, STORY, Subject
from pipelines.desk.report import key_messages as report_messages
from pipelines.desk.report.files import to_docx, to_html, to_xlsx
from pipelines.desk.report.gather import gather
from pipelines.desk.report.period import period_of
from pipelines.desk.report.summary import as_text
from pipelines.errors import UserError
from pipelines.isu.update import update
from pipelines.publish.guard.mode import Mode
from pipelines.publish.snapshot import publish
from tests.pipelines.conftest import opened
from tests.pipelines.isu.test_update import newsroom, store
from tests.pipelines.publish.conftest import EVIL, fill_coverage

SEEDLINGS = "Balai Rempah Maluku Utara membagikan 14.500 bibit cengkih kepada petani di Jailolo."
REPLACED = "Balai akan mengganti bibit yang mati dalam waktu 90 hari sejak penyerahan."
SHIPS = "Pemerintah membangun dermaga kapal cepat di Pulau Tidore."


@pytest.fixture(scope="module")
def own(tmp_path_factory):
    """(database, app) with one release, number 1, that eight outlets took up."""
    path = tmp_path_factory.mktemp("pesan") / "liputan.db"
    fill_coverage(path)
    with opened(path) as app:
        yield path, app


def get(app, address):
    answer = asyncio.run(app.client.get(address))
    assert answer.status_code == 200, (address, answer.text[:300])
    return answer.text


def send(app, address, texts):
    async def both():
        page = await app.client.get(address)
        token = page.cookies["ds_csrftoken"]
        fields = {"pesan": texts, "csrftoken": token}
        return await app.client.post(f"{address}/pesan", data=fields, cookies={"ds_csrftoken": token})

    return asyncio.run(both())


@pytest.fixture(scope="module")
def written(own):
    """The same with three key sentences and one that is hostile, written on the page."""
    path, app = own
    answer = send(app, "/liputan/1", [SEEDLINGS, "", REPLACED, SHIPS, f"Kapal {EVIL} berlayar cepat"])
    assert answer.headers["location"] == "/liputan/1?pesan=1#pesan"
    return path, app


def carried(app, outlet):
    lines = csv.DictReader(io.StringIO(get(app, "/unduh/daftar/pesan.csv?siaran=1").removeprefix("\ufeff")))
    return [line["Dibawa"] for line in lines if line["Media"] == outlet]


def test_each_article_shows_what_it_carries(written):
    _, app = written
    assert carried(app, "Kabar Pesisir") == [
        "dengan kata lain",
        "persis",
        "tidak ada",
        "tidak ada",
    ]  # the whole release
    assert carried(app, "Harian Rempah") == ["angkanya lain", "persis", "tidak ada", "tidak ada"]  # 15.000, moved
    assert carried(app, "Teropong Timur Jauh Sekali Namanya") == ["tidak ada"] * 4  # only a quotation
    page = get(app, "/liputan/1")
    assert "14.500 → 15.000" in html.unescape(page) and "Balai akan mengganti bibit" in page and EVIL not in page
    assert "dibawa <b data-hitungan=" in page and "tidak ada 8 artikel" in page


def test_a_pair_shows_the_passages(written):
    _, app = written
    page = get(app, "/liputan/1/3")
    assert 'id="pesan"' in page and "angkanya lain" in page and "15.000" in page


def test_the_ledger_has_it_and_takes_it_back(written):
    path, app = written
    with closing(open_connection(path)) as connection:
        subject = Subject(RELEASE, 1)
        before = messages.messages(connection, subject)
        number = messages.set_messages(connection, subject, [SHIPS], "ani")
        assert messages.set_messages(connection, subject, [SHIPS], "ani") is None
        assert messages.messages(connection, subject) == [SHIPS]
        assert SHIPS in get(app, "/riwayat?apa=messages")
        deciding.undo(connection, number, "ani")
        assert messages.messages(connection, subject) == before


def section(path, when):
    """The report of the month of a day, and its section of key messages, or None."""
    with closing(open_connection(path)) as connection:
        report = gather(connection, period_of("bulan", when), ())
    return report, next((section for section in report.sections if section.key == "pesan"), None)


def test_the_report_has_the_tally_of_the_page_in_all_its_forms(written):
    path, app = written
    report, told = section(path, date(2025, 11, 3))
    assert [line.cells[0] for line in told.lines] == [SEEDLINGS, REPLACED, SHIPS, f"Kapal {EVIL} berlayar cepat"]
    assert {line.cells[1] for line in told.lines} == {"Balai Bagikan Bibit Cengkih"}
    assert {line.href for line in told.lines} == {"/liputan/1#pesan"}
    listed = list(csv.DictReader(io.StringIO(get(app, "/unduh/daftar/pesan.csv?siaran=1").removeprefix("\ufeff"))))
    for line in told.lines:
        verdicts = [row["Dibawa"] for row in listed if row["Kalimat"] == line.cells[0]]
        assert [int(n) for n in line.cells[3:]] == [verdicts.count(name) for name in told.columns[3:]]
    outlets = re.findall(r'dibawa <b data-hitungan="\d+">(\d+)</b> media', get(app, "/liputan/1"))
    assert [line.cells[2] for line in told.lines] == outlets and int(outlets[0]) > 0

    page = get(app, "/laporan?kurun=bulan&hari=2025-11-03")
    assert "<h2>Pesan kunci</h2>" in page and 'href="/liputan/1#pesan"' in page and EVIL not in page
    file = to_html(report, "https://pantau.example")
    assert SEEDLINGS in file and "https://pantau.example/liputan/1#pesan" in file and EVIL not in file
    sheet = openpyxl.load_workbook(io.BytesIO(to_xlsx(report, "")))["Pesan kunci"]
    assert (sheet["A2"].value, sheet["C2"].value) == (SEEDLINGS, int(outlets[0]))
    with zipfile.ZipFile(io.BytesIO(to_docx(report, ""))) as archive:
        assert SEEDLINGS in archive.read("word/document.xml").decode()
    assert "Pesan kunci:" in as_text(report, "")


def test_a_report_without_key_sentences_in_its_period_has_no_section(written):
    path, _ = written
    assert section(path, date(2025, 10, 3))[1] is None


@pytest.mark.parametrize(
    ("texts", "said"),
    [
        ([f"Kalimat nomor {n} tentang beras dan jagung" for n in range(6)], "paling banyak 5"),
        (["dan yang itu"], "dua kata"),
        (["kata bermakna " * 40], "300 karakter"),
    ],
)
def test_what_cannot_be_kept_is_said(own, texts, said):
    _, app = own
    answer = send(app, "/liputan/1", texts)
    assert answer.status_code == 400 and said in html.unescape(answer.text).lower()


def test_nothing_of_it_on_a_public_instance(written, tmp_path):
    path, _ = written
    publish(path, tmp_path / "umum.db")
    with opened(tmp_path / "umum.db", Mode(public=True)) as app:
        assert "Pesan kunci" not in get(app, "/liputan/1") and SEEDLINGS not in get(app, "/liputan/1/3")
        assert asyncio.run(app.client.get("/unduh/daftar/pesan.csv?siaran=1")).status_code in (403, 404)
    with closing(open_connection(path)) as connection, pytest.raises(UserError):
        messages.set_messages(connection, Subject(RELEASE, 2), [SHIPS], "ani")  # no release


def month_of(connection, story):
    """The month in which a story had its last article."""
    ((last,),) = connection.execute("SELECT last_seen FROM isu WHERE id = ?", (story,))
    return period_of("bulan", date.fromisoformat(last[:10]))


def told_of(connection, story):
    """What the report of that month has of the story: its key sentences and where they lead."""
    found = report_messages.key_messages(connection, month_of(connection, story))
    return [(line.cells[0], line.href) for section in found for line in section.lines if f"/{story}#" in line.href]


def test_a_story_keeps_them_when_it_is_joined_and_gets_them_back(tmp_path):
    path = tmp_path / "isu.db"
    with closing(open_connection(path)) as connection:
        store(connection, newsroom())
        update(connection)
        one, other = (row[0] for row in connection.execute("SELECT id FROM isu ORDER BY articles DESC, id LIMIT 2"))
        messages.set_messages(connection, Subject(STORY, one), [SHIPS], "ani")
        messages.set_messages(connection, Subject(STORY, other), [REPLACED], "ani")
        number = stories.join(connection, one, other, "ani")
        assert messages.messages(connection, Subject(STORY, one)) == [SHIPS, REPLACED]
        assert told_of(connection, one) == [(SHIPS, f"/isu/{one}#pesan"), (REPLACED, f"/isu/{one}#pesan")]
        changed = messages.set_messages(connection, Subject(STORY, one), [REPLACED], "budi")
        assert messages.messages(connection, Subject(STORY, one)) == [REPLACED]
        deciding.undo(connection, changed, "budi")
        deciding.undo(connection, number, "budi")
        assert messages.messages(connection, Subject(STORY, one)) == [SHIPS]
        assert messages.messages(connection, Subject(STORY, other)) == [REPLACED]
        assert told_of(connection, one) == [(SHIPS, f"/isu/{one}#pesan")]
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(report_messages, "MOST", 1)
            (cut,) = report_messages.key_messages(connection, month_of(connection, one))
        assert len(cut.lines) == 1 and "Hanya 1 siaran pers atau isu" in cut.note
    with opened(path) as app:
        assert SHIPS in get(app, f"/isu/{one}")
        assert send(app, f"/isu/{other}", [SHIPS, REPLACED]).is_redirect
        assert get(app, f"/unduh/daftar/pesan.csv?isu={other}").count(REPLACED) >= 1
