"""A watch saved from a search page: what is kept, who may, what is refused; sent as the command line's own."""

from __future__ import annotations

import asyncio
import json
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import datetime

import pytest

from pipelines.database.open import connect, transaction
from pipelines.desk.clip.gather import gather
from pipelines.desk.watch.saved import add_watch, find_watch
from pipelines.desk.watch.send import run_watches
from pipelines.publish import serve
from pipelines.publish.guard.mode import Mode
from pipelines.publish.snapshot import publish
from pipelines.records import TaggedArticle
from pipelines.store.save import save
from pipelines.wording.wib import WIB
from tests.conftest import ROOT
from tests.pipelines.conftest import make_article
from tests.pipelines.publish.conftest import EVIL, fill

FORM = {"nama": "Pasar", "tiap": "60", "penerima": "HUMAS"}


@pytest.fixture
def own(open_site, tmp_path, monkeypatch):
    """(database, app) on one's own machine with two receivers."""
    monkeypatch.setenv("PANTAU_RECEIVER_HUMAS", "json://127.0.0.1:9/rahasia-sekali")
    monkeypatch.setenv("PANTAU_RECEIVER_PIMPINAN", "json://127.0.0.1:9/lain")
    path = tmp_path / "tim.db"
    fill(path)
    return path, open_site(path)


def send(app, fields, address="/pantauan"):
    """The form as a browser sends it, with the token of the page."""

    async def both():
        page = await app.client.get("/cari?q=pasar")
        token = page.cookies["ds_csrftoken"]
        return await app.client.post(address, data=fields | {"csrftoken": token}, cookies={"ds_csrftoken": token})

    return asyncio.run(both())


def stored(path):
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute("SELECT name, filters, every_minutes, quiet, spike FROM watches").fetchall()


def test_a_search_is_saved_and_listed(own):
    path, app = own
    page = asyncio.run(app.client.get("/cari?q=pasar&jenis=press_release&dari=2020-01-01")).text
    assert "Simpan sebagai pantauan" in page and "HUMAS" in page and "rahasia-sekali" not in page
    answer = send(
        app,
        FORM | {"q": "pasar", "jenis": "press_release", "dari": "2020-01-01", "senyap": "22:00-05:30", "lonjakan": "1"},
    )
    assert (answer.status_code, answer.headers["location"]) == (303, "/pantauan?tersimpan=Pasar")
    name, filters, every, quiet, spike = stored(path)[0]
    assert (name, every, quiet, spike) == ("Pasar", 60, "22:00-05:30", 1)
    assert json.loads(filters) == {"search": {"q": "pasar", "jenis": "press_release"}}
    assert b"rahasia-sekali" not in path.read_bytes()
    page = asyncio.run(app.client.get("/pantauan?tersimpan=Pasar")).text
    assert "Tersimpan: Pasar" in page and "tiap jam" in page and "HUMAS" in page
    listed = subprocess.run(
        [sys.executable, "-m", "pipelines.cli", "--db", str(path), "watch", "list"],
        env=os.environ | {"PYTHONPATH": str(ROOT), "COLUMNS": "200"},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert "Pasar" in listed.stdout and "${PANTAU_RECEIVER_HUMAS}" in listed.stdout


def test_what_is_saved_sends_what_the_search_finds(own):
    path, app = own
    assert send(app, FORM | {"q": "pasar NOT kopi", "operator": "1", "sumber": "contoh"}).status_code == 303
    database = connect(path)
    for number, title in enumerate(("Pasar Pagi Dibuka", "Pasar Kopi Dibuka", "Jembatan Dibuka")):
        article = make_article(
            url=f"https://contoh.go.id/baru{number}",
            canonical_url=f"https://contoh.go.id/baru{number}",
            kind="news",
            title=title,
            text=f"{title} oleh warga kampung nomor {number} yang gembira sekali.",
        )
        with transaction(database.conn):
            save(database.conn, TaggedArticle(article, None))
    watch = find_watch(database.conn, "Pasar")
    today = datetime.fromisoformat(database.conn.execute("SELECT max(published_at) FROM articles").fetchone()[0])
    clipping = gather(database.conn, today.astimezone(WIB).date(), watch.filters, "Pasar")
    assert [article.title for article in clipping.articles] == ["Pasar Pagi Dibuka"]
    sent = []
    delivered = list(run_watches(database.conn, only="Pasar", send=lambda *message: sent.append(message)))
    database.close()
    assert [(d.stories, d.error) for d in delivered] == [(1, None)]
    assert sent[0][0] == os.environ["PANTAU_RECEIVER_HUMAS"]
    assert "Pasar Pagi Dibuka" in sent[0][2] and "Kopi" not in sent[0][2] and "Jembatan" not in sent[0][2]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"nama": " "}, "Beri nama"),
        ({"nama": "x" * 81}, "paling panjang 80"),
        ({"tiap": "7"}, "Pilih jadwalnya"),
        ({"penerima": "LAIN"}, "tidak dikenal"),
        ({"penerima": "PATH"}, "tidak dikenal"),
        ({"penerima": []}, "paling sedikit satu"),
        ({"senyap": "malam"}, "Tulis jam senyap"),
        ({"q": "", "jenis": ""}, "Pencariannya kosong"),
        ({"q": '"'}, "tidak berisi kata"),
        ({"q": "a AND", "operator": "1"}, "AND harus diikuti kata"),
        ({"q": "", "dari": "2020-01-01"}, "Pencariannya kosong"),
    ],
)
def test_a_mistake_is_told_in_indonesian_and_nothing_is_saved(own, changes, said):
    path, app = own
    answer = send(app, FORM | {"q": "pasar"} | changes)
    assert answer.status_code == 400 and said in answer.text
    assert stored(path) == []


def test_a_name_is_taken_once_and_shown_as_text(own):
    path, app = own
    assert send(app, FORM | {"q": "pasar", "nama": EVIL}).status_code == 303
    again = send(app, FORM | {"q": EVIL, "nama": EVIL})
    assert again.status_code == 400 and "Sudah ada pantauan bernama" in again.text
    assert EVIL not in again.text and "&lt;script&gt;" in again.text
    assert len(stored(path)) == 1
    assert send(app, {"nama": EVIL}, "/pantauan/hapus").status_code == 303 and stored(path) == []
    assert "tidak ada" in send(app, {"nama": EVIL}, "/pantauan/hapus").text


def read(app, address):
    return asyncio.run(app.client.get(address))


def test_removal_is_asked_for_and_can_be_taken_back(own):
    path, app = own
    name = "Pasar & lain"
    assert send(app, FORM | {"q": "pasar", "nama": name}).status_code == 303
    before = stored(path)
    assert "/pantauan?hapus=Pasar%20%26%20lain" in read(app, "/pantauan").text
    asks = read(app, "/pantauan?hapus=Pasar%20%26%20lain").text
    assert "Hapus pantauan Pasar &amp; lain?" in asks and stored(path) == before
    gone = send(app, {"nama": name}, "/pantauan/hapus")
    assert gone.status_code == 303 and stored(path) == []
    assert "Batalkan penghapusan" in read(app, gone.headers["location"]).text
    back = send(app, {"nama": name}, "/pantauan/kembalikan")
    assert back.status_code == 303 and stored(path) == before
    assert "Dikembalikan: Pasar &amp; lain" in read(app, back.headers["location"]).text
    again = send(app, {"nama": name}, "/pantauan/kembalikan")
    assert again.status_code == 400 and "tidak dapat dikembalikan" in again.text


def test_a_watch_is_changed(own):
    path, app = own
    assert send(app, FORM | {"q": "pasar", "jenis": "press_release"}).status_code == 303
    form = read(app, "/pantauan?ubah=Pasar").text
    assert 'name="q" type="search" value="pasar"' in form and 'value="HUMAS" checked' in form
    changed = {"lama": "Pasar", "nama": "Pangan", "q": "pangan", "tiap": "180", "senyap": "", "penerima": "PIMPINAN"}
    answer = send(app, changed, "/pantauan/ubah")
    assert (answer.status_code, answer.headers["location"]) == (303, "/pantauan?diubah=Pangan")
    name, filters, every, quiet, spike = stored(path)[0]
    assert (name, every, quiet, spike) == ("Pangan", 180, None, 0)
    assert json.loads(filters) == {"search": {"q": "pangan", "jenis": "press_release"}}
    page = read(app, "/pantauan").text
    assert "kata &#34;pangan&#34;, siaran pers" in page and "PIMPINAN" in page and "tiap 3 jam" in page
    for mistake, said in (
        ({"nama": ""}, "Beri nama"),
        ({"q": '"'}, "tidak berisi kata"),
        ({"penerima": []}, "paling sedikit satu"),
        ({"penerima": "LAIN"}, "tidak dikenal"),
        ({"tiap": "7"}, "Pilih jadwalnya"),
        ({"lama": "Tidak ada"}, "Pantauan itu tidak ada"),
    ):
        wrong = send(app, changed | {"lama": "Pangan"} | mistake, "/pantauan/ubah")
        assert wrong.status_code == 400 and said in wrong.text, mistake
    assert stored(path)[0][0] == "Pangan"


def test_the_filters_of_a_watch_are_changed_on_the_search_page(own):
    path, app = own
    assert send(app, FORM | {"q": "pasar", "jenis": "press_release"}).status_code == 303
    form = read(app, "/pantauan?ubah=Pasar").text
    assert 'href="/cari?q=pasar&amp;jenis=press_release&amp;pantauan=Pasar"' in form
    page = read(app, "/cari?q=pasar&kota=Bandung&pantauan=Pasar").text
    assert "Pencarian pantauan <b>Pasar</b>" in page and "Pakai pencarian ini" in page
    wanted = {"lama": "Pasar", "q": "pasar", "kota": "Bandung", "dari": "2025-01-01"}
    assert send(app, wanted, "/pantauan/pencarian").headers["location"] == "/pantauan?diubah=Pasar"
    assert json.loads(stored(path)[0][1]) == {"search": {"q": "pasar", "kota": "Bandung"}}
    assert stored(path)[0][2] == 60  # everything else stays
    assert send(app, {"lama": "Pasar"}, "/pantauan/pencarian").status_code == 400
    assert send(app, wanted | {"lama": "Tidak ada"}, "/pantauan/pencarian").status_code == 400
    assert "Pakai pencarian ini" not in read(app, "/cari?pantauan=Pasar").text


def test_a_watch_of_the_command_line_keeps_its_search_and_its_receivers(own):
    path, app = own
    with closing(connect(path)) as database:
        add_watch(database.conn, "Baris", {"query": "pasar", "city": "Bandung"}, ["json://x"], every_minutes=30)
    form = read(app, "/pantauan?ubah=Baris").text
    assert (
        'name="q" type="search"' not in form.split("Ubah pantauan")[1].split("</form>")[0] and "1 penerima lain" in form
    )
    changed = {"lama": "Baris", "nama": "Baris", "tiap": "30", "senyap": "22:00-05:00", "penerima": "HUMAS"}
    assert send(app, changed, "/pantauan/ubah").status_code == 303
    assert stored(path) == [("Baris", '{"query": "pasar", "city": "Bandung"}', 30, "22:00-05:00", 0)]
    with closing(sqlite3.connect(path)) as connection:
        addresses = connection.execute("SELECT address FROM watch_receivers ORDER BY id").fetchall()
    assert addresses == [("json://x",), ("${PANTAU_RECEIVER_HUMAS}",)]


def test_a_mistake_is_told_where_datasette_runs_without_threads(own, open_site, monkeypatch):
    """There Datasette hands back what the write returned, exceptions too."""
    path, _ = own
    monkeypatch.setitem(serve.SETTINGS, "num_sql_threads", 0)
    answer = send(open_site(path), {"nama": "tidak ada"}, "/pantauan/hapus")
    assert answer.status_code == 400 and "Pantauan itu tidak ada" in answer.text


def test_a_database_that_is_being_written_is_told(own, monkeypatch):
    path, app = own
    real = sqlite3.connect
    monkeypatch.setattr(sqlite3, "connect", lambda *a, **k: real(*a, **{"timeout": 0.1} | k))
    with closing(real(path, isolation_level=None)) as writer:
        writer.execute("BEGIN IMMEDIATE")
        answer = send(app, FORM | {"q": "pasar"})
        writer.execute("ROLLBACK")
    assert answer.status_code == 503 and "sedang ditulis" in answer.text and 'value="Pasar"' in answer.text
    assert send(app, FORM | {"q": "pasar"}).status_code == 303


def test_nobody_saves_on_public_or_without_the_token(own, open_site, tmp_path):
    path, app = own
    assert asyncio.run(app.client.post("/pantauan", data=FORM | {"q": "pasar"})).status_code == 403
    foreign = {"host": "jahat.example"}
    assert asyncio.run(app.client.get("/pantauan", headers=foreign)).status_code == 403
    assert "Simpan sebagai" not in asyncio.run(app.client.get("/cari?q=pasar", headers=foreign)).text
    publish(path, tmp_path / "publik.db")
    public = open_site(tmp_path / "publik.db", Mode(public=True))
    assert "Simpan sebagai" not in asyncio.run(public.client.get("/cari?q=pasar")).text
    assert asyncio.run(public.client.get("/pantauan")).status_code == 403
    assert asyncio.run(public.client.post("/pantauan", data=FORM | {"q": "pasar"})).status_code == 403
    assert stored(path) == []
