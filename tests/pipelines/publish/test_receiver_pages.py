"""Receivers on the page: a manager adds one, its reader confirms by the link in the mail, an editor chooses it."""

from __future__ import annotations

import asyncio
import re
import sqlite3
from contextlib import closing

import pytest

from pipelines.database.open import connect, transaction
from pipelines.desk.watch.send import run_watches
from pipelines.publish import serve
from pipelines.publish.guard import accounts
from pipelines.publish.guard.mode import Mode
from pipelines.publish.guard.passwords import hash_password
from pipelines.publish.snapshot import publish
from tests.pipelines.desk.test_watch import mailbox, subject  # noqa: F401  (mailbox is a fixture)
from tests.pipelines.publish.conftest import CHEAP, SECRET, Visitor, fill
from tests.pipelines.publish.test_accounts import GOOD, form

KEY = "kunci-yang-panjang-sekali-123"
TOKEN = "123456789:" + "A" * 35


@pytest.fixture
def site(tmp_path, monkeypatch, open_site, mailbox):  # noqa: F811
    """(database, app) of a team with a manager, an editor and a reader, and a mail server."""
    monkeypatch.setenv("PANTAU_SECRET", SECRET)
    monkeypatch.setenv("PANTAU_KEY", KEY)
    monkeypatch.setenv("PANTAU_MAIL", mailbox.address.replace("&to=humas@contoh.id", ""))
    monkeypatch.setattr(serve, "COST", CHEAP)
    path = tmp_path / "tim.db"
    fill(path)
    database = connect(path)
    with transaction(database.conn):
        for name, role in (("ani", "pengelola"), ("budi", "penyunting"), ("citra", "pembaca")):
            accounts.add(database.conn, name, role, "uji")
            accounts.set_password(database.conn, name, hash_password(GOOD, CHEAP))
    database.close()
    return path, open_site(path, Mode(login=True))


async def visitor(app, name):
    found = Visitor(app)
    await found.log_in(name, GOOD)
    return found


def stored(path, sql):
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(sql).fetchall()


ADD = {"aksi": "tambah", "nama": "Humas", "jenis": "mail", "alamat": "humas@contoh.go.id", "rahasia": ""}


def link_in(message):
    plain = next(part for part in message.walk() if part.get_content_type() == "text/plain")
    return re.search(r"/-/penerima\?kunci=[\w-]+", plain.get_payload(decode=True).decode())[0]


def test_from_a_mail_address_to_the_first_digest_without_a_shell(site, mailbox):  # noqa: F811
    path, app = site

    async def play():
        ani, budi, stranger = await visitor(app, "ani"), await visitor(app, "budi"), Visitor(app)
        assert (await budi.client.get("/penerima")).status_code == 403
        assert (await form(budi, "/penerima", ADD)).status_code == 403
        answer = await form(ani, "/penerima", ADD)
        assert answer.status_code == 303 and answer.headers["location"].endswith("selesai=dikirimi")
        assert "menunggu konfirmasi" in (await ani.client.get("/penerima")).text
        (message,) = mailbox.messages
        assert subject(message) == "[Pantau] Konfirmasi alamat surel" and message["To"] == "humas@contoh.go.id"
        assert "Humas" not in (await budi.client.get("/cari?q=pasar")).text  # nobody can choose it yet
        link = link_in(message)
        for _ in range(2):  # a program that looks through mail opens it, too
            assert "Ya, kirimkan" in (await stranger.client.get(link)).text
        assert "menunggu konfirmasi" in (await ani.client.get("/penerima")).text
        assert (await stranger.client.post(link)).status_code == 403  # without the page's token
        assert "Terima kasih" in (await form(stranger, link, {})).text
        assert (await stranger.client.get(link)).status_code == 404
        assert "Humas" in (await budi.client.get("/cari?q=pasar")).text
        number = stored(path, "SELECT id FROM receivers")[0][0]
        watch = {"nama": "Pasar", "q": "pasar", "tiap": "60", "penerima": f"penerima:{number}", "kliping": ""}
        assert (await form(budi, "/pantauan", watch)).status_code == 303
        assert (await form(budi, "/pantauan", watch | {"nama": "Lain", "penerima": "penerima:99"})).status_code == 400
        assert "Humas" in (await budi.client.get("/pantauan")).text
        assert (await form(ani, "/penerima", {"aksi": "uji", "nomor": str(number)})).status_code == 303
        assert subject(mailbox.messages[-1]) == "[Pantau] Pesan uji"
        page = (await ani.client.get("/penerima")).text
        assert "Konfirmasi alamat surel" in page and "diterima server" in page
        table = await ani.client.get("/unduh/daftar/kiriman.csv")
        assert table.status_code == 200 and "humas@" not in table.text and "konfirmasi,ya" in table.text
        assert (await budi.client.get("/unduh/daftar/kiriman.csv")).status_code == 403
        for name in ("receivers", "deliveries"):
            assert (await ani.client.get(f"/pantau/{name}.json")).status_code == 403

    asyncio.run(play())
    database = connect(path)
    database.execute("UPDATE watch_receivers SET sent_to = 0")
    (sent,) = run_watches(database.conn, only="Pasar")
    assert sent.error is None and subject(mailbox.messages[-1]).startswith("[Pantau] Pasar:")
    database.close()
    publish(path, path.with_name("umum.db"))
    assert b"humas@contoh.go.id" not in path.with_name("umum.db").read_bytes()


def test_what_was_typed_stays_and_the_reason_is_told(site, monkeypatch, webhook):
    _, app = site

    async def play():
        ani = await visitor(app, "ani")
        answer = await form(ani, "/penerima", ADD | {"alamat": "bukan surel"})
        assert (
            answer.status_code == 400 and 'value="bukan surel"' in answer.text and "bukan alamat surel" in answer.text
        )
        hook = {
            "aksi": "tambah",
            "nama": "Kait",
            "jenis": "webhook",
            "rahasia": f"http://127.0.0.1:{webhook.server_address[1]}/x",
        }
        answer = await form(ani, "/penerima", hook)
        assert answer.status_code == 400 and "https://" in answer.text and 'value="Kait"' in answer.text
        monkeypatch.setenv("PANTAU_WEBHOOK_HOSTS", "127.0.0.1")
        monkeypatch.delenv("PANTAU_KEY")
        answer = await form(ani, "/penerima", hook)
        assert answer.status_code == 400 and "PANTAU_KEY belum disetel" in answer.text and 'value="Kait"' in answer.text
        monkeypatch.setenv("PANTAU_KEY", KEY)
        webhook.status = 500
        answer = await form(ani, "/penerima", hook)
        assert answer.status_code == 400 and "HTTP 500" in answer.text
        page = (await ani.client.get("/penerima")).text
        assert "menunggu konfirmasi" in page and "gagal" in page and webhook.received[0][0] == "/x"
        webhook.status = 200
        assert (await form(ani, "/penerima", {"aksi": "konfirmasi", "nomor": "1"})).status_code == 303
        page = (await ani.client.get("/penerima")).text
        assert "aktif" in page and f":{webhook.server_address[1]}" not in page  # the address is not shown again
        for act, word in (("jeda", "dijeda"), ("lanjut", "aktif"), ("hapus", "Yang dihapus"), ("kembalikan", "aktif")):
            assert (await form(ani, "/penerima", {"aksi": act, "nomor": "1"})).status_code == 303
            assert word in (await ani.client.get("/penerima")).text
        for wrong in ({"aksi": "uji", "nomor": "9"}, {"aksi": "uji", "nomor": "x"}, {"aksi": "apa", "nomor": "1"}):
            assert (await form(ani, "/penerima", wrong)).status_code == 400

    asyncio.run(play())
