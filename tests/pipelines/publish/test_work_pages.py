"""The team's notes beside an article, and each person's own list."""

from __future__ import annotations

import asyncio
import re
import sqlite3
from contextlib import closing
from html import unescape

import pytest

from pipelines.database.open import connect, transaction
from pipelines.desk import work
from pipelines.publish import serve
from pipelines.publish.guard import accounts
from pipelines.publish.guard.mode import Mode
from pipelines.publish.guard.passwords import hash_password
from pipelines.publish.snapshot import publish
from tests.pipelines.publish.conftest import CHEAP, EVIL, SECRET, Visitor, fill
from tests.pipelines.publish.test_accounts import GOOD


@pytest.fixture
def own(open_site, tmp_path):
    """(database, app) on one's own machine."""
    path = tmp_path / "tim.db"
    fill(path)
    return path, open_site(path)


def get(app, address):
    return asyncio.run(app.client.get(address))


def send(app, address, fields):
    async def both():
        page = await app.client.get("/meja")
        token = page.cookies["ds_csrftoken"]
        return await app.client.post(address, data=fields | {"csrftoken": token}, cookies={"ds_csrftoken": token})

    return asyncio.run(both())


NOTE = {
    "labels": " banjir,Banjir Bandang ,, banjir ",
    "note": f"Telepon redaksi.\nTunggu {EVIL}",
    "assignee": "pemilik",
    "deadline": "2025-11-14",
    "response": "perlu klarifikasi",
    "response_day": "",
    "response_url": "",
}


def test_a_note_is_stored_listed_and_taken_back(own):
    path, app = own
    assert send(app, "/meja/2", NOTE).headers["location"] == "/artikel/2?catatan=1#catatan-tim"
    page = get(app, "/artikel/2").text
    assert 'value="banjir, Banjir Bandang"' in page and EVIL not in page and "Telepon redaksi." in page
    desk = get(app, "/meja").text
    assert "Tugas saya" in desk and "tenggat <b>14 Nov 2025, lewat</b>" in desk and "perlu klarifikasi" in desk
    assert "Penandatanganan MoU" in get(app, "/meja?label=banjir").text
    send(app, "/meja/2", NOTE)  # the same again is no decision
    send(app, "/meja/2", NOTE | {"response": "hak jawab dikirim", "response_url": "https://contoh.go.id/hak-jawab"})
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT count(*) FROM decisions").fetchone() == (2,)
    answer = send(app, "/riwayat/batalkan", {"nomor": "1"})
    assert answer.status_code == 400 and "sudah diubah lagi" in answer.text
    send(app, "/riwayat/batalkan", {"nomor": "2"})
    assert "tanggapan “hak jawab dikirim”" in get(app, "/riwayat").text
    assert send(app, "/riwayat/batalkan", {"nomor": "1"}).is_redirect
    assert "Penandatanganan MoU" not in get(app, "/meja").text


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"deadline": "besok"}, "2025-12-31"),
        ({"response": "marah"}, "perlu klarifikasi"),
        ({"response_url": "javascript:alert(1)"}, "http://"),
    ],
)
def test_what_is_wrong_is_said(own, fields, said):
    path, app = own
    answer = send(app, "/meja/2", NOTE | fields)
    assert answer.status_code == 400 and said in answer.text
    with closing(sqlite3.connect(path)) as connection:
        assert not connection.execute("SELECT * FROM article_work").fetchall()


def test_a_star_is_one_s_own(own):
    _, app = own
    assert send(app, "/meja/2", {"bintang": "1"}).is_redirect
    assert "Lepas bintang" in get(app, "/artikel/2").text and "Penandatanganan MoU" in get(app, "/meja").text
    send(app, "/meja/2", {"bintang": "0"})
    assert "Beri bintang" in get(app, "/artikel/2").text
    assert send(app, "/meja/999", {"bintang": "1"}).status_code == 404


def test_what_is_unread(own):
    _, app = own
    assert "kunjungan pertama" in get(app, "/meja").text
    assert send(app, "/meja", {"sampai": "3"}).headers["location"] == "/meja?dibaca=1"
    assert "1 artikel masuk sejak" in get(app, "/meja").text
    send(app, "/meja", {"sampai": "1"})  # an older page does not move the mark back
    assert "1 artikel masuk sejak" in get(app, "/meja").text
    assert send(app, "/meja", {"sampai": "x"}).status_code == 400


def test_the_public_has_no_desk(open_site, own, tmp_path):
    path, app = own
    send(app, "/meja/2", NOTE)
    publish(path, tmp_path / "umum.db")
    public = open_site(tmp_path / "umum.db", Mode(public=True))
    assert get(public, "/meja").status_code == 403
    assert "Catatan tim" not in get(public, "/artikel/2").text
    with closing(sqlite3.connect(tmp_path / "umum.db")) as copy:
        assert not {name for (name,) in copy.execute("SELECT name FROM sqlite_master")} & {
            "article_work",
            "stars",
            "tones",
        }


def test_the_desk_as_a_feed_opens_for_its_signature_alone(tmp_path, open_site, monkeypatch):
    """Without a login, for one person's list and for as long as the account is open; no search's signature opens it."""
    monkeypatch.setenv("PANTAU_SECRET", SECRET)
    monkeypatch.setattr(serve, "COST", CHEAP)
    path = tmp_path / "tim.db"
    fill(path)
    database = connect(path)
    with transaction(database.conn):
        for name in ("ani", "budi"):
            accounts.add(database.conn, name, "penyunting", "uji")
            accounts.set_password(database.conn, name, hash_password(GOOD, CHEAP))
    work.change(database.conn, 2, {"assignee": "budi", "note": "Telepon <redaksi>", "deadline": "2025-12-31"}, "ani")
    work.star(database.conn, 3, "ani", on=True)
    app = open_site(path, Mode(login=True))

    async def play():
        budi, reader = Visitor(app), Visitor(app)
        await budi.log_in("budi", GOOD)
        page = (await budi.client.get("/meja")).text
        address = unescape(re.search(r'href="(/meja\.xml[^"]*)"', page)[1])
        feed = await reader.client.get(address)
        assert feed.status_code == 200 and "Tugas: Penandatanganan MoU" in feed.text
        assert "Telepon &lt;redaksi&gt;" in feed.text and "Berbintang" not in feed.text
        search = unescape(re.search(r"tanda=([^\"&]*)", (await budi.client.get("/cari?q=pasar")).text)[1])
        for wrong in (
            address.replace("milik=budi", "milik=ani"),
            address[:-1],
            "/meja.xml",
            f"/meja.xml?milik=budi&tanda={search}",
        ):
            assert (await reader.client.get(wrong)).status_code == 403, wrong
        assert (await budi.client.get("/meja.xml?milik=ani")).status_code == 403
        assert (await reader.client.get(address.replace("meja.xml", "umpan.xml"))).status_code == 403
        with transaction(database.conn):
            accounts.set_disabled(database.conn, "budi", disabled=True)
        assert (await reader.client.get(address)).status_code == 403

    asyncio.run(play())
    database.close()


def test_what_may_be_the_published_clarification_is_written_down_by_one_button(own):
    """Of article 2, by the same outlet on the same matter (isu): what says so is proposed, nothing by itself."""
    path, app = own
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE articles SET kind = 'news'")
        connection.execute(
            """UPDATE articles SET title = ?, published_at = '2025-11-13T03:00:00+00:00', published_date = '2025-11-13'
               WHERE id = 3""",
            (f"Hak Jawab {EVIL}",),
        )
        connection.execute(
            """INSERT INTO isu (id, title, first_seen, last_seen, articles, outlets, grew_hour, grew_day, state)
               VALUES (1, 'MoU', '', '', 2, 1, 0, 0, 'open')"""
        )
        connection.executemany(
            """INSERT INTO isu_articles (article_id, isu_id, published_at, source_id, reason)
               SELECT id, 1, published_at, source_id, '' FROM articles WHERE id = ?""",
            [(2,), (3,)],
        )
    send(app, "/meja/2", NOTE | {"response": "hak jawab dikirim", "response_day": "2025-11-13"})
    page = get(app, "/meja").text
    assert "Mungkin sudah dimuat:" in page and EVIL not in page
    form = re.search(r'<form class="ket" method="post" action="(/meja/2)">.*?</form>', page, re.S)
    fields = dict(re.findall(r'name="(\w+)" value="([^"]*)"', form[0]))
    fields.pop("csrftoken")
    assert send(app, form[1], fields).headers["location"] == "/meja?dimuat=1"
    assert "Dicatat sudah dimuat" in get(app, "/meja?dimuat=1").text and "Mungkin" not in get(app, "/meja").text
    with closing(sqlite3.connect(path)) as connection:
        stored = work.work_of(connection, 2)
    assert (stored.response, stored.response_day, stored.response_url) == (
        "dimuat",
        "2025-11-13",
        "https://contoh.go.id/2",
    )
    assert stored.note == NOTE["note"]


def test_who_gets_the_desk_by_mail_is_chosen_on_the_page(own):
    path, app = own
    assert "Belum ada penerima yang dikonfirmasi" in get(app, "/meja").text
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(
            """INSERT INTO receivers (name, kind, address, confirmed_at, made_at, made_by)
               VALUES (?, 'mail', 'ani@contoh.go.id', 'x', 'x', 'ani'), ('Budi', 'mail', 'b@contoh.id', NULL, 'x', 'x')""",
            (f"Ani {EVIL}",),
        )
    page = get(app, "/meja").text
    assert EVIL not in page and "Budi" not in page
    assert send(app, "/meja", {"penerima": "1"}).headers["location"] == "/meja?surel=1"
    assert '<option value="1" selected>' in get(app, "/meja").text
    assert "dikirim tiap pagi" in get(app, "/meja?surel=1").text
    for wrong in ("2", "99", "x"):
        assert send(app, "/meja", {"penerima": wrong}).status_code == 400
    assert send(app, "/meja", {"penerima": ""}).is_redirect
    assert "Tidak dikirim lagi" in get(app, "/meja?surel=1").text
