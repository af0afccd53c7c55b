"""Accounts in the database: invitations, roles, sessions, who may do what, and what never shows."""

from __future__ import annotations

import asyncio
import os
import re
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import closing, suppress

import pytest

from pipelines.database.open import connect, transaction
from pipelines.errors import UserError
from pipelines.publish import serve
from pipelines.publish.guard import accounts
from pipelines.publish.guard.mode import Mode
from pipelines.publish.guard.passwords import hash_password, read_hash
from pipelines.publish.guard.people import FIRST, invite_first
from pipelines.publish.snapshot import publish
from tests.conftest import ROOT
from tests.pipelines.publish.conftest import CHEAP, EVIL, SECRET, Visitor, fill

GOOD = "sandi yang panjang"


@pytest.fixture
def path(tmp_path, monkeypatch):
    monkeypatch.setenv("PANTAU_SECRET", SECRET)
    monkeypatch.setattr(serve, "COST", CHEAP)
    for name in [name for name in os.environ if name.startswith("PANTAU_LOGIN_")]:
        monkeypatch.delenv(name)
    found = tmp_path / "tim.db"
    fill(found)
    return found


def given(path, **roles):
    """Accounts with the password GOOD, by role."""
    database = connect(path)
    with transaction(database.conn):
        for name, role in roles.items():
            accounts.add(database.conn, name, role, "uji")
            accounts.set_password(database.conn, name, hash_password(GOOD, CHEAP))
    database.close()


async def form(visitor, address, fields):
    """Send a form with the token of the visitor's cookie."""
    if "ds_csrftoken" not in visitor.client.cookies:
        await visitor.client.get("/-/login")
    return await visitor.client.post(address, data=fields | {"csrftoken": visitor.client.cookies["ds_csrftoken"]})


def test_the_first_manager_comes_in_by_a_link_and_adds_others(path, open_site):
    with pytest.raises(UserError, match="pantau users add"):
        open_site(path, Mode(login=True))
    database = connect(path)
    with transaction(database.conn):
        key = accounts.add(database.conn, "Ani", "pengelola", "uji")
    database.close()
    app = open_site(path, Mode(login=True))

    async def play():
        ani = Visitor(app)
        address = f"/-/undangan?kunci={key}"
        assert "Selamat datang, ani" in (await ani.client.get(address)).text
        for first, second, said in (("pendek", "pendek", "10"), (GOOD, GOOD + "x", "tidak sama"), ("ani", "ani", "10")):
            answer = await form(ani, address, {"baru": first, "lagi": second})
            assert answer.status_code == 400 and said in answer.text
        assert (await form(ani, address, {"baru": GOOD, "lagi": GOOD})).status_code == 303
        assert (await ani.client.get("/pengguna")).status_code == 200
        assert (await Visitor(app).client.get(address)).status_code == 404  # it works once
        answer = await form(ani, "/pengguna", {"aksi": "tambah", "nama": "Budi", "peran": "penyunting"})
        link = re.search(r"/-/undangan\?kunci=([\w-]+)", answer.text)[0]
        assert link not in (await ani.client.get("/pengguna")).text
        budi = Visitor(app)
        assert (await form(budi, link, {"baru": GOOD, "lagi": GOOD})).status_code == 303
        assert (await budi.client.get("/pengguna")).status_code == 403
        assert (await budi.client.get("/pantauan")).status_code == 200
        return await Visitor(app).log_in("BUDI", GOOD)

    assert asyncio.run(play()).status_code == 303
    with closing(sqlite3.connect(path)) as connection:
        kept = connection.execute("SELECT name, role, password, invite FROM users").fetchall()
    assert [row[:2] for row in kept] == [("ani", "pengelola"), ("budi", "penyunting")]
    assert all(row[2].startswith("$argon2id$") and row[3] is None for row in kept)
    assert key.encode() not in path.read_bytes() and GOOD.encode() not in path.read_bytes()


def test_a_reader_reads_and_changes_nothing(path, open_site):
    given(path, ani="pengelola", rina="pembaca")
    app = open_site(path, Mode(login=True))

    async def play():
        rina = Visitor(app)
        await rina.log_in("rina", GOOD)
        page = await rina.client.get("/artikel/2")
        assert page.status_code == 200 and "perbaiki" not in page.text and "Catatan tim" not in page.text
        for address in ("/perbaiki/2", "/riwayat", "/kliping", "/meja", "/pantauan", "/nada", "/pengguna"):
            assert (await rina.client.get(address)).status_code == 403, address
        for address, fields in (
            ("/perbaiki/2", {"apa": "title", "kunci": "", "nilai": "x"}),
            ("/nada/2", {"sasaran": "x", "judul": "netral", "isi": ""}),
            ("/meja/2", {"bintang": "1"}),
            ("/kliping", {"dari": "2025-11-12", "sampai": "2025-11-12"}),
            ("/pengguna", {"aksi": "tambah", "nama": "x", "peran": "pengelola"}),
            ("/riwayat/batalkan", {"nomor": "1"}),
        ):
            assert (await form(rina, address, fields)).status_code == 403, address

    asyncio.run(play())
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT count(*) FROM decisions").fetchone() == (0,)


def test_sessions_end_with_a_new_password_a_closed_account_and_on_request(path, open_site):
    given(path, ani="pengelola", budi="penyunting")
    app = open_site(path, Mode(login=True))

    async def play():
        first, second, ani = Visitor(app), Visitor(app), Visitor(app)
        for visitor in (first, second):
            await visitor.log_in("budi", GOOD)
        await ani.log_in("ani", GOOD)
        answer = await form(first, "/akun", {"sekarang": "salah", "baru": GOOD + "2", "lagi": GOOD + "2"})
        assert answer.status_code == 400 and "sekarang salah" in answer.text
        await form(first, "/akun", {"sekarang": GOOD, "baru": GOOD + "2", "lagi": GOOD + "2"})
        assert (await first.client.get("/")).status_code == 200 and (await second.client.get("/")).status_code == 302
        assert (await second.log_in("budi", GOOD)).status_code == 200  # the old password
        await second.log_in("budi", GOOD + "2")
        await form(second, "/akun", {"aksi": "keluar"})
        assert [(await one.client.get("/")).status_code for one in (first, second)] == [302, 302]
        await first.log_in("budi", GOOD + "2")
        await form(ani, "/pengguna", {"aksi": "tutup", "nama": "budi"})
        assert (await first.client.get("/")).status_code == 302
        assert (await first.log_in("budi", GOOD + "2")).status_code == 200
        await form(ani, "/pengguna", {"aksi": "buka", "nama": "budi"})
        assert (await first.log_in("budi", GOOD + "2")).status_code == 303
        await form(ani, "/pengguna", {"aksi": "peran", "nama": "budi", "peran": "pembaca"})
        assert (await first.client.get("/pantauan")).status_code == 403  # at once, with the cookie of before
        for fields in ({"aksi": "tutup", "nama": "ani"}, {"aksi": "peran", "nama": "ani", "peran": "pembaca"}):
            answer = await form(ani, "/pengguna", fields)
            assert answer.status_code == 400 and "pengelola terakhir" in answer.text
        for fields in ({"aksi": "tambah", "nama": "budi", "peran": "pembaca"}, {"aksi": "lain"}):
            assert (await form(ani, "/pengguna", fields)).status_code == 400
        answer = await form(ani, "/pengguna", {"aksi": "tambah", "nama": EVIL, "peran": "raja"})
        assert answer.status_code == 400 and EVIL not in answer.text

    asyncio.run(play())


def test_a_cookie_of_somebody_who_left_the_settings_opens_nothing(path, open_site, monkeypatch):
    monkeypatch.setenv("PANTAU_LOGIN_ANI", hash_password("sandi-ani", CHEAP))
    before = open_site(path, Mode(login=True))

    async def cookies():
        ani = Visitor(before)
        await ani.log_in("ani", "sandi-ani")
        assert (await ani.client.get("/pengguna")).status_code == 200
        return dict(ani.client.cookies)

    kept = asyncio.run(cookies())
    monkeypatch.delenv("PANTAU_LOGIN_ANI")
    given(path, ani="pembaca")
    after = open_site(path, Mode(login=True))

    async def again():
        ani = Visitor(after)
        ani.client.cookies.update(kept)
        return (await ani.client.get("/")).status_code

    assert asyncio.run(again()) == 302


def test_an_invitation_ends_after_a_week_and_with_the_next(path):
    database = connect(path)
    with transaction(database.conn):
        old = accounts.add(database.conn, "ani", "pembaca", "uji")
        new = accounts.invite(database.conn, "ani")
    assert accounts.invited(database.conn, old) is None and accounts.invited(database.conn, new).name == "ani"
    database.conn.execute("UPDATE users SET invite_until = '2025-01-01T00:00:00+00:00'")
    assert accounts.invited(database.conn, new) is None
    database.close()


def test_hashes_show_nowhere(path, open_site, tmp_path):
    given(path, ani="pengelola")
    app = open_site(path, Mode(login=True))

    async def play():
        ani = Visitor(app)
        await ani.log_in("ani", GOOD)
        for address in ("/pantau/users", "/pantau/users/ani", "/pantau/users.json", "/pantau/users.csv"):
            answer = await ani.client.get(address)
            assert answer.status_code in (302, 403, 404) and "argon2" not in answer.text, address
        assert "argon2" not in (await ani.client.get("/pengguna")).text

    asyncio.run(play())
    publish(path, tmp_path / "umum.db")
    assert b"argon2" not in (tmp_path / "umum.db").read_bytes()
    public = open_site(tmp_path / "umum.db", Mode(public=True))
    answers = [asyncio.run(public.client.get(address)).status_code for address in ("/-/undangan", "/akun", "/pengguna")]
    assert answers == [404, 404, 403]


def test_the_first_manager_is_invited_while_nobody_can_log_in(path):
    """A new start makes a new link; a person of the settings or the database ends that."""
    assert invite_first(path, {"ani": read_hash(hash_password(GOOD, CHEAP))}) is None
    first, second = invite_first(path, {}), invite_first(path, {})
    with closing(sqlite3.connect(path)) as connection:
        assert accounts.invited(connection, first) is None
        assert (accounts.invited(connection, second).name, accounts.invited(connection, second).role) == (FIRST,) * 2
        accounts.set_password(connection, FIRST, hash_password(GOOD, CHEAP))
        connection.commit()
    assert invite_first(path, {}) is None


def test_somebody_who_was_asked_to_come_is_not_passed_over(path):
    database = connect(path)
    with transaction(database.conn):
        accounts.add(database.conn, "budi", "pengelola", "uji")
    assert invite_first(path, {}) is None
    assert [account.name for account in accounts.accounts(database.conn)] == ["budi"]
    database.close()


def test_serve_prints_the_link_of_the_first_manager(path):
    process = subprocess.Popen(
        [sys.executable, "-m", "pipelines.cli", "--db", str(path), "serve", "--login", "--port", "0"],
        cwd=path.parent,
        env=os.environ | {"PYTHONPATH": str(ROOT), "PANTAU_LANG": "id"},
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        said = "".join(next(process.stderr) for _ in range(2))
        link = re.search(r"pengelola pertama.*: (http://127.0.0.1:\d+/-/undangan\?kunci=[\w-]{40,})", said)
        assert f"Selamat datang, {FIRST}" in answer_of(link[1])
    finally:
        process.terminate()
        process.communicate(timeout=30)


def answer_of(address):
    """What a server says that may still be starting; it has half a minute."""
    for _ in range(300):
        with suppress(urllib.error.URLError), urllib.request.urlopen(address, timeout=30) as answer:
            return answer.read().decode()
        time.sleep(0.1)
    raise AssertionError("no answer")


def test_the_commands(pantau, tmp_path):
    connect(tmp_path / "uji.db").close()
    run = pantau("users", "add", "Ani", "--role", "pengelola")
    assert run.returncode == 0 and re.search(r"/-/undangan\?kunci=[\w-]{40,}", run.stdout)
    assert pantau("users", "add", "ani").returncode == 2
    assert pantau("users", "password", "ani", "--stdin", stdin="pendek\n").returncode == 2
    assert pantau("users", "password", "ani", "--stdin", stdin=f"{GOOD}\n").returncode == 0
    assert pantau("users", "role", "ani", "pembaca").returncode == 2  # the last manager
    assert pantau("users", "add", "budi", "--role", "pengelola").returncode == 0
    assert pantau("users", "disable", "ani").returncode == 0
    listed = pantau("users", "list").stdout
    assert re.search(r"ani\s+pengelola\s+ditutup", listed) and re.search(r"budi\s+pengelola\s+diundang", listed)
    assert pantau("users", "disable", "ani", "--undo").returncode == 0
    assert pantau("users", "link", "siapa").returncode == 2
