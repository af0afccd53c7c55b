"""Correcting on the page: what the forms offer, what they refuse, what they lose (nothing), and who may."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing

import pytest

from nlp.records import Tags
from pipelines.database.open import connect, transaction
from pipelines.publish.guard.forms import BUSY, Busy
from pipelines.publish.guard.mode import Mode
from pipelines.publish.snapshot import publish
from pipelines.publish.views import corrections
from pipelines.records import TaggedArticle
from pipelines.store.save import save
from tests.pipelines.conftest import make_article, mention
from tests.pipelines.publish.conftest import EVIL, fill, fill_coverage

OFFICIAL = {"apa": "official", "kunci": "rangga wiratama", "pilihan": "ubah", "nama": "Rangga Wiratama"}
POST = OFFICIAL | {"jabatan": "Wakil Bupati", "lembaga": "Kabupaten Bogor", "status": "menjabat", "di": "sini"}


@pytest.fixture
def own(open_site, tmp_path):
    """(database, app) on one's own machine."""
    path = tmp_path / "tim.db"
    fill(path)
    return path, open_site(path)


def get(app, address):
    return asyncio.run(app.client.get(address))


def send(app, address, fields):
    """A form as a browser sends it, with the token of a page."""

    async def both():
        page = await app.client.get("/perbaiki/1?apa=title")
        token = page.cookies["ds_csrftoken"]
        return await app.client.post(address, data=fields | {"csrftoken": token}, cookies={"ds_csrftoken": token})

    return asyncio.run(both())


def asked(path, sql):
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(sql).fetchall()


def test_a_wrong_post_is_put_right_and_taken_back(own):
    path, app = own
    article = get(app, "/artikel/2").text
    assert "/perbaiki/2?apa=official&amp;kunci=rangga+wiratama" in article
    form = get(app, "/perbaiki/2?apa=official&kunci=rangga+wiratama").text
    assert 'value="Bupati"' in form and "(3 sekarang, dan yang akan datang)" in form
    answer = send(app, "/perbaiki/2", POST)
    assert (answer.status_code, answer.headers["location"]) == (303, "/artikel/2?dikoreksi=1")
    after = get(app, "/artikel/2?dikoreksi=1").text
    assert "Tersimpan: Rangga Wiratama (Bupati, Bogor) menjadi Rangga Wiratama (Wakil Bupati, Kabupaten Bogor)" in after
    assert ("Wakil Bupati", 1) in asked(path, "SELECT title, articles FROM officials")
    assert "Wakil Bupati" in get(app, "/pejabat/1").text
    assert "pemilik" in get(app, "/riwayat").text
    answer = send(app, "/riwayat/batalkan", {"nomor": "1", "kembali": "artikel"})
    assert answer.headers["location"] == "/artikel/2?dibatalkan=1"
    assert asked(path, "SELECT DISTINCT title FROM article_officials") == [("Bupati",)]
    history = get(app, "/riwayat?apa=undo").text
    assert "membatalkan nomor 1" in history
    answer = send(app, "/riwayat/batalkan", {"nomor": "1"})
    assert answer.status_code == 400 and "sudah dibatalkan" in answer.text


def test_the_same_mistake_in_all_articles(own):
    path, app = own
    send(app, "/perbaiki/2", POST | {"di": "semua"})
    assert asked(path, "SELECT DISTINCT title FROM article_officials") == [("Wakil Bupati",)]
    assert "Berlaku di 4 artikel" in get(app, "/artikel/2?dikoreksi=1").text


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        (POST | {"nama": " "}, "Nama tidak boleh kosong"),
        (POST | {"jabatan": "", "lembaga": ""}, "Isi jabatan atau lembaganya"),
        (POST | {"status": "raja"}, "Pilih menjabat"),
        (POST | {"jabatan": "Bupati", "lembaga": "Bogor"}, "Belum ada yang diubah"),
        (POST | {"pilihan": "lain"}, "Pilih salah satu"),
        ({"apa": "place", "kunci": "bandung", "tempat": "Bogor"}, "Kota Bogor (32.71), Kabupaten Bogor (32.01)"),
        ({"apa": "place", "kunci": "bandung", "tempat": "Surabja"}, "tidak dikenal. Maksudnya Surabaya?"),
        ({"apa": "day", "kunci": "", "nilai": "31-12-2025"}, "tulis seperti 2025-12-31"),
        ({"apa": "title", "kunci": "", "nilai": " "}, "Judul tidak boleh kosong"),
        ({"apa": "kind", "kunci": "", "nilai": "puisi"}, "Pilih berita atau siaran pers"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(own, fields, said):
    path, app = own
    answer = send(app, "/perbaiki/2", fields | {"catatan": "kata pak camat"})
    assert answer.status_code == 400 and said in answer.text
    assert 'value="kata pak camat"' in answer.text and not asked(path, "SELECT * FROM decisions")


def test_a_body_gets_the_name_that_the_article_has(own):
    path, app = own
    database = connect(path)
    text = "Dinas Pasar Bogor meninjau kios."
    address = "https://contoh.go.id/berita/kios"
    article = make_article(url=address, canonical_url=address, title="Kios", text=text)
    found = (mention(text, "ORG", "Dinas Pasar"),)
    with transaction(database.conn):
        number = save(database.conn, TaggedArticle(article, Tags(mentions=found))).article_id
    database.close()
    fields = {"apa": "organisation", "kunci": "dinas pasar", "pilihan": "ubah", "catatan": "dari kop surat"}
    for name, said in (("Dinas Kios", "tidak tertulis di artikel ini"), ("", "tidak boleh kosong")):
        answer = send(app, f"/perbaiki/{number}", fields | {"nilai": name})
        assert answer.status_code == 400 and said in answer.text and 'value="dari kop surat"' in answer.text
    assert send(app, f"/perbaiki/{number}", fields | {"nilai": "Dinas Pasar Bogor"}).is_redirect
    assert "Dinas Pasar menjadi Dinas Pasar Bogor" in get(app, f"/artikel/{number}?dikoreksi=1").text
    assert send(app, f"/perbaiki/{number}", fields | {"pilihan": "tidak-ada"}).is_redirect
    assert not asked(path, "SELECT * FROM mentions WHERE label = 'ORG'")


def test_an_agreement_is_put_right(own):
    path, app = own
    fields = {"apa": "agreement", "kunci": "nota kesepahaman#1", "pilihan": "ubah", "jenis": "PKS", "status": "berlaku"}
    fields |= {
        "pihak": "Pemkab Bogor\r\nPT Sinar Uji\r\n\r\nPT Tiga",
        "tanggal": "2025-11",
        "perihal": "pasar",
        "tempat": "",
    }
    assert send(app, "/perbaiki/2", fields | {"tanggal": "kemarin"}).status_code == 400
    assert send(app, "/perbaiki/2", fields | {"di": "semua"}).status_code == 400
    assert send(app, "/perbaiki/2", fields).status_code == 303
    assert asked(path, "SELECT type, status, date, place FROM agreements WHERE article_id = 2") == [
        ("PKS", "berlaku", "2025-11", None)
    ]
    sql = "SELECT party FROM agreement_parties p JOIN agreements g ON g.id = agreement_id WHERE article_id = 2 ORDER BY position"
    assert [party for (party,) in asked(path, sql)] == ["Pemkab Bogor", "PT Sinar Uji", "PT Tiga"]
    assert send(
        app, "/perbaiki/2", {"apa": "agreement", "kunci": "nota kesepahaman#1", "pilihan": "tidak-ada"}
    ).is_redirect
    assert not asked(path, "SELECT * FROM agreements WHERE article_id = 2")
    assert "dihapus oleh tim" in get(app, "/perbaiki/2").text


def test_a_hostile_name_and_a_thing_that_is_gone(own):
    _, app = own
    assert send(app, "/perbaiki/2", POST | {"jabatan": EVIL, "catatan": EVIL}).status_code == 303
    for address in ("/artikel/2?dikoreksi=1", "/riwayat", "/perbaiki/2", "/pejabat/1"):
        assert EVIL not in get(app, address).text
    assert send(app, "/perbaiki/2", POST | {"kunci": "siapa"}).status_code == 409
    assert get(app, "/perbaiki/99999").status_code == 404
    assert "sudah tidak ada" in get(app, "/perbaiki/2?apa=place&kunci=atlantis").text
    assert send(app, "/riwayat/batalkan", {"nomor": "99"}).status_code == 400
    assert send(app, "/riwayat/batalkan", {"nomor": "x"}).status_code == 400


def test_a_word_on_coverage_is_in_the_ledger(open_site, tmp_path):
    path = tmp_path / "liputan.db"
    fill_coverage(path)
    app = open_site(path)
    release, article, before = asked(path, "SELECT release_id, article_id, label FROM coverage")[0]
    said = "mention" if before != "mention" else "partial"
    assert send(app, f"/liputan/{release}/{article}", {"label": said}).status_code == 303
    assert asked(path, "SELECT kind, article_id, key, author FROM decisions") == [
        ("coverage", article, str(release), "pemilik")
    ]
    send(app, "/riwayat/batalkan", {"nomor": "1"})
    sql = f"SELECT confirmed FROM coverage WHERE release_id = {release} AND article_id = {article}"
    assert asked(path, sql) == [(None,)]


def test_the_public_sees_neither_forms_nor_ledger(open_site, own, tmp_path):
    path, app = own
    send(app, "/perbaiki/2", POST)
    publish(path, tmp_path / "umum.db")
    public = open_site(tmp_path / "umum.db", Mode(public=True))
    assert get(public, "/perbaiki/2").status_code == 403 and get(public, "/riwayat").status_code == 403
    page = get(public, "/artikel/2").text
    assert "Wakil Bupati" in page and "perbaiki" not in page and "Riwayat keputusan" not in page
    with closing(sqlite3.connect(tmp_path / "umum.db")) as copy:
        tables = {name for (name,) in copy.execute("SELECT name FROM sqlite_master")}
    assert not tables & {"decisions", "decision_articles", "machine_readings"}


def test_a_busy_database_keeps_what_was_typed(own, monkeypatch):
    path, app = own

    async def locked(*_):
        raise Busy(BUSY)

    monkeypatch.setattr(corrections, "write", locked)
    answer = send(app, "/perbaiki/2", POST)
    assert answer.status_code == 503 and BUSY in answer.text and 'value="Wakil Bupati"' in answer.text
    assert not asked(path, "SELECT * FROM decisions")


ADD = {"apa": "official", "kunci": "+", "jabatan": "Camat", "lembaga": "Jailolo", "status": "menjabat"}


def test_what_the_tagger_missed_is_added_put_right_and_taken_back(own):
    path, app = own
    assert "/perbaiki/2?apa=official&amp;kunci=%2B" in get(app, "/perbaiki/2").text
    form = get(app, "/perbaiki/2?apa=official&kunci=%2B").text
    assert "Tambah pejabat yang belum ditandai" in form and "Di mana?" not in form
    refused = send(app, "/perbaiki/2", ADD | {"nama": ""})
    assert refused.status_code == 400 and 'value="Camat"' in refused.text
    there = send(app, "/perbaiki/2", ADD | {"nama": "RANGGA wiratama"})
    assert there.status_code == 400 and "sudah ada" in there.text
    assert send(app, "/perbaiki/2", ADD | {"nama": "Nirmala Sangaji"}).headers["location"] == "/artikel/2?dikoreksi=1"
    page = get(app, "/artikel/2?dikoreksi=1").text
    assert "Nirmala Sangaji (Camat, Jailolo): ditambahkan" in page and "/perbaiki/2?apa=official&amp;kunci=%2B" in page
    assert "Nirmala Sangaji" in get(app, "/pejabat?q=nirmala").text
    assert send(app, "/perbaiki/2", ADD | {"nama": "Nirmala Sangaji"}).status_code == 400  # it is there already
    right = ADD | {"kunci": "+nirmala sangaji", "nama": "Nirmala Sangaji", "jabatan": "Lurah", "pilihan": "ubah"}
    assert send(app, "/perbaiki/2", right | {"di": "semua"}).status_code == 303
    assert asked(path, "SELECT title FROM article_officials WHERE name = 'Nirmala Sangaji'") == [("Lurah",)]
    place = {"apa": "place", "kunci": "+", "tempat": "Kota Ternate"}
    assert send(app, "/perbaiki/2", place).status_code == 303
    agreement = {"apa": "agreement", "kunci": "+", "sebutan": "nota", "jenis": "MoU", "status": "ditandatangani"}
    assert send(app, "/perbaiki/2", agreement).status_code == 400  # without a party
    assert send(app, "/perbaiki/2", agreement | {"pihak": "Dinas Uji\nPT Contoh"}).status_code == 303
    assert asked(
        path,
        "SELECT party FROM agreement_parties p JOIN agreements a ON a.id = p.agreement_id"
        " WHERE a.title = 'nota' ORDER BY position",
    ) == [("Dinas Uji",), ("PT Contoh",)]
    assert send(app, "/riwayat/batalkan", {"nomor": "1"}).status_code == 303
    assert asked(path, "SELECT title FROM article_officials WHERE name = 'Nirmala Sangaji'") == []


def test_what_is_no_article_is_gone_and_comes_back_from_the_history(own):
    path, app = own
    before = get(app, "/cari?q=gembira").text
    assert "Penandatanganan MoU" in before
    answer = send(app, "/perbaiki/2", {"apa": "kind", "kunci": "", "pilihan": "tidak-ada"})
    assert answer.headers["location"] == "/riwayat?artikel=2&bukan=1"
    history = get(app, "/riwayat?artikel=2&bukan=1").text
    assert "bukan artikel" in history and "Penandatanganan MoU" in history
    assert get(app, "/artikel/2").status_code == 404 and "Penandatanganan MoU" not in get(app, "/cari?q=gembira").text
    assert "Penandatanganan MoU" not in get(app, "/unduh/articles.csv").text
    publish(path, path.with_name("umum.db"))
    with closing(sqlite3.connect(path.with_name("umum.db"))) as copy:
        assert not copy.execute("SELECT 1 FROM sqlite_master WHERE name = 'set_aside'").fetchone()
        assert not copy.execute("SELECT 1 FROM article_versions WHERE article_id = 2").fetchone()
    assert send(app, "/riwayat/batalkan", {"nomor": "1", "kembali": "artikel"}).status_code == 303
    assert "Penandatanganan MoU" in get(app, "/cari?q=gembira").text
    assert get(app, "/artikel/2").status_code == 200
