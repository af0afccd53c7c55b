"""Every form of the team's pages: nothing typed is lost on a busy database, a stale page, or after the login has ended."""

from __future__ import annotations

import asyncio
import sqlite3
from html import escape
from html.parser import HTMLParser

import pytest
from datasette.database import Database

from pipelines.database.open import connect, transaction
from pipelines.isu.update import update as group
from pipelines.publish import serve
from pipelines.publish.guard import accounts, forms
from pipelines.publish.guard.mode import Mode
from pipelines.publish.guard.passwords import hash_password
from pipelines.publish.plugin import ALONE, FORMS
from tests.pipelines.publish.conftest import CHEAP, SECRET, Visitor, fill_coverage
from tests.pipelines.publish.conftest import fill as fill_site
from tests.pipelines.publish.test_accounts import GOOD

OURS = {"sec-fetch-site": "same-origin"}
PAGES = """/artikel/2 /perbaiki/2?apa=official&kunci=rangga+wiratama /perbaiki/2?apa=agreement&kunci=%2B /perbaiki/2?apa=title
/perbaiki/2?apa=day /pantauan /cari?q=pasar /kliping /kliping/1 /kliping/kop /meja /isu/1 /penerima /pengguna /akun /riwayat
/liputan/5/6 /nada?rentang=semua /janji /perjanjian/1""".split()
TYPED = "Ketikan <b>panjang</b> & utuh"
NO_TEXTS = ("csrftoken", "dilihat")


class Forms(HTMLParser):
    """The forms of a page that are sent by POST: action, enctype, and (name, type, value) of their fields."""

    def __init__(self, html, page):
        super().__init__()
        self.found, self.open, self.page = [], None, page
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        held = dict(attributes)
        if tag == "form" and held.get("method") == "post":
            self.open = (held.get("action", self.page), held.get("enctype", ""), [])
            self.found.append(self.open)
        elif self.open and tag in ("input", "textarea", "button", "select") and held.get("name"):
            kind = held.get("type", "text") if tag == "input" else tag
            if kind not in ("radio", "checkbox") or "checked" in held:
                self.open[2].append((held["name"], kind, held.get("value") or ""))

    def handle_endtag(self, tag):
        if tag == "form":
            self.open = None


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    path = tmp_path_factory.mktemp("semua") / "tim.db"
    fill_site(path)
    fill_coverage(path)
    database = connect(path)
    with transaction(database.conn):
        accounts.add(database.conn, "ani", "pengelola", "uji")
        accounts.set_password(database.conn, "ani", hash_password(GOOD, CHEAP))
    group(database.conn)
    database.close()
    return path


@pytest.fixture
def app(path, open_site, monkeypatch):
    monkeypatch.setenv("PANTAU_SECRET", SECRET)
    monkeypatch.setenv("PANTAU_KEY", "kunci-yang-panjang-sekali-123")
    monkeypatch.setattr(serve, "COST", CHEAP)
    return open_site(path, Mode(login=True))


async def busy(*_, **__):
    """The write of a database that stays locked."""
    return forms._Failed(sqlite3.OperationalError("database is locked"))


def filled(fields, token):
    """What somebody sends who has typed something into every field of text; (all fields, those that were typed)."""
    sent, typed = {"csrftoken": token}, {}
    for name, kind, value in fields:
        if kind in ("text", "textarea", "search") and name not in NO_TEXTS:
            typed[name] = value if name.endswith(("position", ":urutan")) or value else TYPED
        if name not in sent and kind not in ("password", "file"):
            sent[name] = typed.get(name, value)
    return sent, {name: text for name, text in typed.items() if text == TYPED}


def test_nothing_that_was_typed_is_lost_on_any_form(app, monkeypatch):
    lost, met = [], set()

    async def play():
        ani = Visitor(app)
        await ani.log_in("ani", GOOD)
        token = ani.client.cookies["ds_csrftoken"]
        days = {"dari": "2025-11-12", "sampai": "2025-11-12", "csrftoken": token}
        assert (await ani.client.post("/kliping", data=days, headers=OURS)).status_code == 303
        actor, seen = ani.client.cookies["ds_actor"], set()
        for page in PAGES:
            answer = await ani.client.get(page)
            assert answer.status_code == 200, page
            for action, enctype, fields in Forms(answer.text, page).found:
                shape = (action.rstrip("0123456789"), tuple(name for name, *_ in fields))
                sent, typed = filled(fields, token)
                if shape in seen or not typed:
                    continue
                seen.add(shape)
                met.add(next(begin for begin in (*FORMS, *ALONE) if action.startswith(begin)))
                for what in ("busy", "stale", "ended"):
                    now = sent | ({"csrftoken": "lama"} if what == "stale" else {})
                    more = {"data": now} if not enctype else {"data": now, "files": {"logo": ("", b"")}}
                    if what == "ended":
                        ani.client.cookies.delete("ds_actor")
                    with monkeypatch.context() as patch:
                        if what == "busy":
                            patch.setattr(Database, "execute_write_fn", busy)
                        answer = await ani.client.post(action, headers=OURS, **more)
                    if what == "ended":
                        ani.client.cookies.set("ds_actor", actor)
                    if answer.text.count(escape(TYPED)) < len(typed) or answer.status_code not in (400, 403, 503):
                        lost.append((what, page, action, answer.status_code, list(typed)))

    asyncio.run(play())
    assert lost == []
    # The others' fields are chosen, or passwords.
    assert met >= {"/pantauan", "/perbaiki/", "/nada/", "/kliping", "/meja", "/isu/", "/penerima", "/pengguna"}


def test_a_letterhead_that_is_offered_again_waits_for_its_logo(app):
    async def play():
        ani = Visitor(app)
        await ani.log_in("ani", GOOD)
        again = {"nama": TYPED, "aksi": "tambah", "csrftoken": ani.client.cookies["ds_csrftoken"]}
        answer = await ani.client.post("/kliping/kop", data=again, headers=OURS)
        return answer, (await ani.client.get("/kliping/kop")).text

    answer, page = asyncio.run(play())
    assert answer.status_code == 400 and "pilih lagi berkas logonya" in answer.text and escape(TYPED) in answer.text
    assert "Belum ada kop" in page
