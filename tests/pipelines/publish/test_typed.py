"""What a person typed is offered again: after the login has ended, with a stale form, on a busy database."""

from __future__ import annotations

import asyncio
import re
import sqlite3
from contextlib import closing
from html import unescape

import pytest

from pipelines.database.open import connect, transaction
from pipelines.publish import serve
from pipelines.publish.guard import accounts
from pipelines.publish.guard.forms import BUSY, Busy
from pipelines.publish.guard.mode import Mode
from pipelines.publish.guard.passwords import hash_password
from pipelines.publish.views import work
from tests.pipelines.publish.conftest import CHEAP, EVIL, SECRET, Visitor, fill
from tests.pipelines.publish.test_accounts import GOOD

NOTE = f"Telepon redaksi {EVIL}\r\nbesok & lusa"
OURS = {"sec-fetch-site": "same-origin"}


@pytest.fixture
def site(tmp_path, monkeypatch, open_site):
    monkeypatch.setenv("PANTAU_SECRET", SECRET)
    monkeypatch.setattr(serve, "COST", CHEAP)
    path = tmp_path / "tim.db"
    fill(path)
    database = connect(path)
    with transaction(database.conn):
        accounts.add(database.conn, "budi", "penyunting", "uji")
        accounts.set_password(database.conn, "budi", hash_password(GOOD, CHEAP))
    database.close()
    return path, open_site(path, Mode(login=True))


def again(page):
    """The fields of the form that a page offers again."""
    form = page[page.index("Yang Anda ketik masih ada") :].partition("</form>")[0]
    hidden = dict(re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)">', form))
    shown = dict(re.findall(r'<textarea name="([^"]*)"[^>]*>([^<]*)</textarea>', form))
    return {name: unescape(value) for name, value in (hidden | shown).items()}


def noted(path):
    with closing(sqlite3.connect(path)) as connection:
        row = connection.execute("SELECT note FROM article_work").fetchone()
    return row and row[0]


async def begun(app):
    budi = Visitor(app)
    await budi.log_in("budi", GOOD)
    await budi.client.get("/artikel/2")
    return budi


def test_a_note_survives_the_end_of_the_login(site):
    path, app = site

    async def play():
        budi = await begun(app)
        sent = {"note": NOTE, "csrftoken": budi.client.cookies["ds_csrftoken"]}
        budi.client.cookies.delete("ds_actor")
        answer = await budi.client.post("/meja/2", data=sent, headers=OURS)
        assert answer.status_code == 403 and "Masuk di tab lain" in answer.text and EVIL not in answer.text
        foreign = await budi.client.post("/meja/2", data=sent)
        assert "Yang Anda ketik" not in foreign.text  # no browser says that it came from our page
        await budi.log_in("budi", GOOD)
        return await budi.client.post("/meja/2", data=again(answer.text), headers=OURS)

    assert asyncio.run(play()).status_code == 303
    assert noted(path).split() == NOTE.split()


def test_a_stale_form_and_a_busy_database_lose_nothing(site, monkeypatch):
    path, app = site

    async def busy(*_):
        raise Busy(BUSY)

    async def play():
        budi = await begun(app)
        answer = await budi.client.post("/meja/2", data={"note": NOTE, "csrftoken": "lama"}, headers=OURS)
        assert answer.status_code == 403 and "kedaluwarsa" in answer.text
        with monkeypatch.context() as patch:
            patch.setattr(work, "write", busy)
            answer = await budi.client.post("/meja/2", data=again(answer.text), headers=OURS)
        assert answer.status_code == 503 and "Coba lagi sebentar lagi" in answer.text
        wrong = again(answer.text) | {"deadline": "besok"}
        answer = await budi.client.post("/meja/2", data=wrong, headers=OURS)
        assert answer.status_code == 400 and again(answer.text)["deadline"] == "besok"
        return await budi.client.post("/meja/2", data=again(answer.text) | {"deadline": ""}, headers=OURS)

    assert asyncio.run(play()).status_code == 303
    assert noted(path).split() == NOTE.split()


def test_a_password_and_another_sites_form_are_never_offered(site):
    _, app = site

    async def play():
        budi = await begun(app)
        for headers in ({}, {"origin": "https://jahat.example"}, {"sec-fetch-site": "none"}, {"origin": "null"}):
            answer = await budi.client.post("/meja/2", data={"note": "dari luar", "csrftoken": "x"}, headers=headers)
            assert answer.status_code == 403 and "dari luar" not in answer.text
        secret = {"sekarang": GOOD, "baru": "kata sandi rahasia", "lagi": "x", "csrftoken": "x"}
        answer = await budi.client.post("/akun", data=secret, headers=OURS)
        assert answer.status_code == 403 and "kata sandi rahasia" not in answer.text

    asyncio.run(play())
