"""The kliping desk and tones on the pages."""

from __future__ import annotations

import asyncio
import json
import re
import sqlite3
from contextlib import closing
from html import unescape

import pytest

from pipelines.database.open import connect, transaction
from pipelines.desk.watch import receivers
from pipelines.publish.guard.mode import Mode
from pipelines.publish.snapshot import publish
from pipelines.records import TaggedArticle
from pipelines.store.save import save
from tests.pipelines.conftest import make_article
from tests.pipelines.desk.test_clip_mail import picture
from tests.pipelines.desk.test_watch import mailbox  # noqa: F401  (a fixture)
from tests.pipelines.publish.conftest import EVIL, fill


@pytest.fixture
def own(open_site, tmp_path):
    """(database, app) with two pieces of news on 12 November 2025."""
    path = tmp_path / "tim.db"
    fill(path)
    database = connect(path)
    for number, title in ((1, "Pasar dibuka"), (2, f"Harga {EVIL}")):
        address = f"https://contoh.go.id/warta/{number}"
        article = make_article(
            url=address, canonical_url=address, kind="news", title=title, text=f"Warta nomor {number} dari pasar."
        )
        with transaction(database.conn):
            save(database.conn, TaggedArticle(article, None))
    database.close()
    return path, open_site(path)


def get(app, address):
    return asyncio.run(app.client.get(address))


def send(app, address, fields):
    async def both():
        page = await app.client.get("/kliping")
        token = page.cookies["ds_csrftoken"]
        return await app.client.post(address, data=fields | {"csrftoken": token}, cookies={"ds_csrftoken": token})

    return asyncio.run(both())


def seen(app, number=1):
    """What the form of a kliping says that it showed."""
    held = re.search(r'name="dilihat" value="([^"]*)"', get(app, f"/kliping/{number}").text)[1]
    return held.replace("&#34;", '"').replace("&quot;", '"')


def ids(path):
    with closing(sqlite3.connect(path)) as connection:
        return [row[0] for row in connection.execute("SELECT article_id FROM kliping_items ORDER BY position")]


NEW = {"dari": "2025-11-12", "sampai": "2025-11-12", "nama": "", "pantauan": "", "sasaran": "Dinas Pasar"}


def test_a_kliping_from_a_day_to_a_signed_file(own):
    path, app = own
    assert send(app, "/kliping", NEW).headers["location"] == "/kliping/1"
    first, second = ids(path)
    page = get(app, "/kliping/1").text
    assert "Kliping Rabu, 12 November 2025" in page and EVIL not in page and "2 dari 2 berita dimuat" in page
    fields = {"dilihat": seen(app), "aksi": "simpan", "summary": "Baris satu\r\nBaris dua", f"{first}:position": "2"}
    fields |= {f"{first}:taken": "1", f"{second}:taken": "1", f"{second}:body": "negatif", f"{second}:comment": "jawab"}
    assert send(app, "/kliping/1", fields).headers["location"] == "/kliping/1?tersimpan=1"
    text = re.search(r"<textarea id=\"teks\"[^>]*>(.*?)</textarea>", get(app, "/kliping/1").text, re.DOTALL)[1]
    assert "Baris satu\nBaris dua" in text and "Contoh" not in text and "(-)" in text and "_jawab_" in text
    fields = {"dilihat": seen(app), "aksi": "sahkan", f"{first}:taken": "1", f"{second}:taken": "0"}
    assert send(app, "/kliping/1", fields).headers["location"] == "/kliping/1?tersimpan=disahkan"
    answer = get(app, "/kliping/1.html")
    assert answer.status_code == 200 and "Pasar dibuka" in answer.text and "jawab" not in answer.text
    assert get(app, "/kliping/1.docx").content[:2] == b"PK" and get(app, "/kliping/1.xlsx").content[:2] == b"PK"
    assert get(app, "/kliping/1.exe").status_code == 404 and get(app, "/kliping/77").status_code == 404
    answer = send(app, "/kliping/1", {"dilihat": seen(app), "aksi": "simpan", "summary": "lain"})
    assert answer.status_code == 400 and "sudah disahkan" in answer.text
    assert send(app, "/kliping/1", {"dilihat": seen(app), "aksi": "cabut"}).headers["location"].endswith("dicabut")
    history = get(app, "/riwayat").text
    assert "dibuat: Kliping Rabu, 12 November 2025, 2 berita" in history and "pengesahan dicabut" in history


def test_two_forms_at_once(own):
    path, app = own
    send(app, "/kliping", NEW)
    first, _ = ids(path)
    old = seen(app)
    everything = {f"{number}:taken": "1" for number in ids(path)}
    send(app, "/kliping/1", everything | {"dilihat": old, f"{first}:comment": "dari ani"})
    answer = send(app, "/kliping/1", everything | {"dilihat": old, f"{first}:comment": "dari budi", "summary": "baru"})
    assert answer.status_code == 409
    assert "tersimpan “dari ani”, ketikan Anda “dari budi”" in answer.text and 'value="dari budi"' in answer.text
    again = re.search(r'name="dilihat" value="([^"]*)"', answer.text)[1].replace("&#34;", '"')
    assert send(app, "/kliping/1", everything | {"dilihat": again, f"{first}:comment": "dari budi"}).is_redirect
    page = get(app, "/kliping/1").text
    assert 'value="dari budi"' in page and ">baru</textarea>" in page


@pytest.mark.parametrize(
    "fields", [{"dari": "kemarin"}, {"dari": "2025-11-13"}, {"dari": "1999-01-01", "sampai": "1999-01-02"}]
)
def test_what_cannot_be_clipped_is_said(own, fields):
    _, app = own
    answer = send(app, "/kliping", NEW | {"nama": "Nama saya"} | fields)
    assert answer.status_code == 400 and 'value="Nama saya"' in answer.text and 'role="alert"' in answer.text


def test_a_form_of_nonsense(own):
    _, app = own
    send(app, "/kliping", NEW)
    for sent in ("", "[1]", "{", "[" * 30_000, json.dumps({"<x>": "1"})):
        assert send(app, "/kliping/1", {"dilihat": sent, "summary": EVIL}).status_code in (303, 400)
    assert EVIL not in get(app, "/kliping/1").text
    assert send(app, "/kliping/tambah", {"kliping": "x", "artikel": "1"}).status_code == 400
    assert send(app, "/kliping/tambah", {"kliping": "1", "artikel": "999"}).status_code == 400


def test_an_article_is_put_into_a_draft_from_its_page(own):
    path, app = own
    send(app, "/kliping", NEW)
    assert "Masukkan ke kliping" in get(app, "/artikel/2").text
    assert (
        send(app, "/kliping/tambah", {"kliping": "1", "artikel": "2"}).headers["location"]
        == "/kliping/1?tersimpan=1#b2"
    )
    assert ids(path)[-1] == 2


def test_a_tone_on_the_page_and_counted(own):
    _, app = own
    said = {"sasaran": "Dinas Pasar", "lain": "", "judul": "netral", "isi": "negatif"}
    assert send(app, "/nada/5", said).headers["location"] == "/artikel/5?nada=1#nada"
    assert "judul netral, isi negatif" in get(app, "/artikel/5").text
    page = get(app, "/nada?rentang=semua").text
    assert "Dinas Pasar" in page and "1 dari 2 berita" in page
    numbers = re.findall(r'href="(/nada[^"]*)#dinilai" data-jumlah="(\d+)"', page)
    assert len(numbers) >= 4 + 3 * 2 and {said for _, said in numbers} == {"0", "1"}
    for href, said_to_be in numbers:
        counted = get(app, unescape(href)).text
        file = get(app, unescape(href).replace("/nada?", "/unduh/daftar/nada.json?")).text
        assert file.count("\n") == int(said_to_be) and f'data-hitungan="{said_to_be}"' in counted
    assert "Dinas Pasar" not in get(app, "/nada?rentang=semua&sasaran=Yang+Lain").text
    for wrong in (said | {"judul": "bagus"}, said | {"sasaran": ""}):
        assert send(app, "/nada/5", wrong).status_code == 400
    assert send(app, "/nada/999", said).status_code == 404
    assert "terhadap Dinas Pasar: judul netral, isi negatif" in get(app, "/riwayat").text


def test_the_public_has_no_desk(open_site, own, tmp_path):
    path, _ = own
    publish(path, tmp_path / "umum.db")
    public = open_site(tmp_path / "umum.db", Mode(public=True))
    for address in ("/kliping", "/kliping/1", "/kliping/1.html", "/nada", "/unduh/daftar/nada.csv"):
        assert get(public, address).status_code == 403
    page = get(public, "/artikel/2").text
    assert "Nilai nadanya" not in page and "meja.js" not in page


def test_a_letterhead_with_a_logo_is_added_chosen_and_in_every_file_and_mail(own, mailbox, monkeypatch):  # noqa: F811
    path, app = own
    monkeypatch.setenv("PANTAU_MAIL", mailbox.address.replace("&to=humas@contoh.id", ""))
    database = connect(path)
    with transaction(database.conn):
        one = receivers.add(database.conn, "Humas", "mail", "humas@contoh.go.id", "", "uji")
        receivers.confirm(database.conn, one.id)
        waiting = receivers.add(database.conn, "Belum", "mail", "belum@contoh.go.id", "", "uji")
    database.close()

    async def upload(logo, **fields):
        token = (await app.client.get("/kliping")).cookies["ds_csrftoken"]
        form = {"aksi": "tambah", "nama": "Resmi", "lembaga": f"Dinas {EVIL}", "alamat": "Jalan Uji 1"} | fields
        return await app.client.post(
            "/kliping/kop",
            data={"csrftoken": token} | form,
            files={"logo": ("logo.png", logo, "image/png")},
            cookies={"ds_csrftoken": token},
        )

    wrong = asyncio.run(upload(b"bukan gambar"))
    assert wrong.status_code == 400 and "bukan PNG" in wrong.text and 'value="Jalan Uji 1"' in wrong.text
    assert asyncio.run(upload(picture(), csrftoken="salah")).status_code == 403
    assert asyncio.run(upload(picture())).status_code == 303
    listed = get(app, "/kliping/kop").text
    assert "/kliping/kop/1.png" in listed and EVIL not in listed
    logo = get(app, "/kliping/kop/1.png")
    assert logo.headers["content-type"] == "image/png" and logo.content.startswith(b"\x89PNG")
    assert get(app, "/kliping/kop/9.png").status_code == 404
    send(app, "/kliping", NEW)
    assert send(app, "/kliping/1", {"dilihat": seen(app), "letterhead": "1"}).status_code == 303
    assert "data:image/png;base64," in get(app, "/kliping/1.html").text
    assert b"word/media/" in get(app, "/kliping/1.docx").content
    assert "logo kop nomor" in get(app, "/riwayat").text
    send(app, "/kliping", NEW)
    assert '<option value="1" selected>Resmi' in get(app, "/kliping/2").text  # as the last one of the same watch
    assert send(app, "/kliping/kop", {"aksi": "hapus", "nomor": "1"}).status_code in (303, 400)
    page = get(app, "/kliping/1").text
    assert "Humas" in page and "Belum" not in page
    for chosen in ({}, {"penerima": waiting.reference}, {"penerima": one.reference, "bentuk": "exe"}):
        assert send(app, "/kliping/1/kirim", {"bentuk": "docx"} | chosen).status_code == 400
    assert mailbox.messages == []
    answer = send(app, "/kliping/1/kirim", {"bentuk": "docx", "penerima": one.reference})
    assert answer.status_code == 303
    (message,) = mailbox.messages
    assert [part.get_filename() for part in message.walk() if part.get_filename()] == ["kliping-2025-11-12.docx"]
    monkeypatch.setenv("PANTAU_MAIL", "mailto://127.0.0.1:9?mode=insecure&from=pantau@contoh.id")
    failed = send(app, "/kliping/1/kirim", {"bentuk": "docx", "penerima": one.reference})
    assert failed.status_code == 502 and f'value="{one.reference}" checked' in failed.text


def test_a_kliping_of_chosen_outlets_and_of_an_isu(own):
    path, app = own
    database = connect(path)
    database.conn.execute(
        "INSERT INTO sources (id, name, kind, status) VALUES ('lain', 'Kabar Lain', 'media', 'active')"
    )
    address = "https://lain.id/warta"
    article = make_article(
        url=address,
        canonical_url=address,
        source_id="lain",
        kind="news",
        title="Dermaga",
        text="Kapal tiba di dermaga.",
    )
    with transaction(database.conn):
        save(database.conn, TaggedArticle(article, None))
    everything = [row[0] for row in database.conn.execute("SELECT id FROM articles WHERE kind = 'news' ORDER BY id")]
    moment = "2025-11-12T03:00:00+00:00"
    database.conn.execute(
        """INSERT INTO isu (id, title, first_seen, last_seen, articles, outlets, grew_hour, grew_day, state)
           VALUES (7, 'Pasar <b>', ?, ?, 2, 2, 2, 2, 'open')""",
        (moment, moment),
    )
    of_story = [everything[0], everything[-1]]
    database.conn.executemany(
        "INSERT INTO isu_articles (isu_id, article_id, published_at, reason) VALUES (7, ?, ?, 'lead')",
        [(each, moment) for each in of_story],
    )
    database.conn.commit()
    database.close()
    made = []
    for fields in ({"media": "lain"}, {"isu": "7"}, {"isu": "7", "media": ["lain", "contoh"]}, {"isu": "x" * 20}):
        assert send(app, "/kliping", NEW | fields).is_redirect
        with closing(sqlite3.connect(path)) as connection:
            sql = "SELECT article_id FROM kliping_items WHERE kliping_id = (SELECT max(id) FROM klipings) ORDER BY 1"
            made.append([row[0] for row in connection.execute(sql)])
    assert made == [[everything[-1]], of_story, of_story, everything]
    of_days = send(app, "/kliping", NEW | {"dari": "2025-11-11"}).headers["location"]
    assert "<h1>Kliping Selasa, 11 November 2025 - Rabu, 12 November 2025</h1>" in get(app, of_days).text
    offered = get(app, "/kliping?isu=7").text
    assert '<option value="7" selected>Pasar &lt;b&gt; (2)' in offered and 'value="2025-11-12"' in offered
    refused = send(app, "/kliping", NEW | {"media": "lain", "isu": "7", "dari": "kemarin"}).text
    assert '<option value="lain" selected>' in refused and '<option value="7" selected>' in refused
    said = {"sasaran": "Dinas Pasar", "lain": "", "judul": "netral", "isi": "negatif"}
    assert send(app, f"/nada/{of_story[0]}", said).is_redirect
    tallied = get(app, "/nada?rentang=semua").text
    assert "Menurut isu" in tallied
    (href,) = set(re.findall(r'href="(/nada[^"]*isu%3D7[^"]*nada=negatif)#dinilai" data-jumlah="1"', tallied))
    assert 'data-hitungan="1"' in get(app, unescape(href)).text
