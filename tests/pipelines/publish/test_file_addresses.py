"""Addresses of files that spreadsheets read without a login: each for one person, one file and its arguments."""

from __future__ import annotations

import asyncio
import csv
import json
import os
import re
from html import unescape

import pytest

from pipelines.database.open import connect, transaction
from pipelines.publish import serve
from pipelines.publish.guard import accounts
from pipelines.publish.guard.login import desk_of
from pipelines.publish.guard.mode import Mode
from pipelines.publish.guard.passwords import hash_password
from pipelines.publish.guard.signed_files import signed_file
from pipelines.publish.guard.signing import sign_feed
from tests.pipelines.publish.conftest import CHEAP, SECRET, Visitor, fill
from tests.pipelines.publish.test_accounts import GOOD


@pytest.fixture
def path(tmp_path, monkeypatch):
    """A team's database with ani, who manages, budi, who edits, and cici, who reads."""
    monkeypatch.setenv("PANTAU_SECRET", SECRET)
    monkeypatch.setattr(serve, "COST", CHEAP)
    for name in [name for name in os.environ if name.startswith("PANTAU_LOGIN_")]:
        monkeypatch.delenv(name)
    found = tmp_path / "tim.db"
    fill(found)
    database = connect(found)
    with transaction(database.conn):
        for name, role in {"ani": "pengelola", "budi": "penyunting", "cici": "pembaca"}.items():
            accounts.add(database.conn, name, role, "uji")
            accounts.set_password(database.conn, name, hash_password(GOOD, CHEAP))
    database.close()
    return found


def signed(app, name, file, query=""):
    return asyncio.run(signed_file(app, name, file, query))


def get(app, address, method="GET"):
    return asyncio.run(Visitor(app).client.request(method, address))


def test_the_page_beside_the_downloads_has_addresses_that_need_no_login(path, open_site):
    app = open_site(path, Mode(login=True))

    async def play():
        budi, sheet = Visitor(app), Visitor(app)
        await budi.log_in("budi", GOOD)
        listed = (await budi.client.get("/pejabat?cari=rangga&hal=1")).text
        link = unescape(re.search(r'href="(/unduh/alamat/[^"]*)"', listed)[1])
        page = (await budi.client.get(link)).text
        found = [unescape(one) for one in re.findall(r'value="http://localhost(/unduh/[^"]*)"', page)]
        formula = unescape(re.search(r"value='([^']*)'", page)[1])
        assert formula == f'=IMPORTDATA("http://localhost{found[0]}")'
        return link, [(one, (await sheet.client.get(one)).text) for one in found], await sheet.client.get(link)

    link, files, without_login = asyncio.run(play())
    assert link == "/unduh/alamat/daftar/pejabat?cari=rangga"
    assert without_login.headers["location"].startswith("/-/login?")  # the page itself is the team's
    read, raw, lines = (text for _, text in files)
    assert "Rangga Wiratama" in next(csv.DictReader(read.lstrip("\ufeff").splitlines()))["Nama"]
    assert next(csv.DictReader(raw.lstrip("\ufeff").splitlines()))["name"] == "Rangga Wiratama"
    assert {json.loads(line)["name"] for line in lines.splitlines()} == {"Rangga Wiratama"}


def test_an_address_opens_its_own_file_alone(path, open_site):
    app = open_site(path, Mode(login=True))
    good = signed(app, "budi", "/unduh/articles.csv", "q=pasar&mentah=1")
    assert get(app, good).status_code == 200
    assert get(app, good, "HEAD").status_code == 200
    assert get(app, good, "POST").status_code == 405
    mark = good.partition("tanda=")[2]
    for wrong in (
        good.replace("q=pasar", "q=beras"),
        good.replace("q=pasar&", ""),
        good + "&q=beras",
        good + "&sumber=satu",
        good.replace("mentah=1", "mentah=0"),
        good.replace("articles", "mentions"),
        good.replace("/unduh/articles.csv", "/unduh/daftar/pejabat.csv"),
        good.replace(".csv", ".json"),
        good.replace("milik=budi", "milik=ani"),
        good.replace("milik=budi", "milik=tidak-ada"),
        good.replace("&milik=budi", ""),
        good[:-1],
        good.replace(mark, sign_feed(app, "q=pasar")),
        good.replace(mark, sign_feed(app, desk_of("budi"))),
        good.replace(mark, ""),
    ):
        assert get(app, wrong).status_code == 403, wrong
    # Other forms, pages and feeds are not opened by it; a person is led to the login.
    for other in (good.replace(".csv", ".xlsx"), good.replace("/unduh/articles.csv", "/cari")):
        assert get(app, other).status_code == 302, other
    assert get(app, good.replace("/unduh/articles.csv", "/umpan.xml")).status_code == 403
    for file in ("/unduh/articles.xlsx", "/cari", "/pantau/articles.json", "/unduh/../meja"):
        with pytest.raises(ValueError, match="no file"):
            signed(app, "budi", file)


def test_the_calendar_has_an_address_of_its_own(path, open_site):
    app = open_site(path, Mode(login=True))

    async def play():
        budi, phone = Visitor(app), Visitor(app)
        await budi.log_in("budi", GOOD)
        pages = [(await budi.client.get(page)).text for page in ("/janji", "/perjanjian")]
        links = {unescape(link) for page in pages for link in re.findall(r'href="(/kalender\.ics[^"]*)"', page)}
        (link,) = links
        answers = [await phone.client.get(one) for one in (link, link[:-1], "/kalender.ics")]
        return link, answers

    link, (calendar, wrong, bare) = asyncio.run(play())
    assert "milik=budi" in link and calendar.text.startswith("BEGIN:VCALENDAR")
    assert wrong.status_code == 403 and bare.status_code == 302
    assert get(app, link.replace("/kalender.ics", "/unduh/articles.csv")).status_code == 403


def test_a_program_may_write_the_same_arguments_in_its_own_way(path, open_site):
    app = open_site(path, Mode(login=True))
    good = signed(app, "budi", "/unduh/articles.csv", "q=pasar%20beras&kota=Banda%20Aceh")
    assert "q=pasar+beras" in good
    assert get(app, good.replace("+", "%20").replace("pasar", "p%61sar")).status_code == 200


def test_an_address_ends_with_the_account_its_session_and_the_secret(path, open_site, monkeypatch):
    app = open_site(path, Mode(login=True))
    address = {name: signed(app, name, "/unduh/daftar/lembaga.csv") for name in ("ani", "budi", "cici")}
    assert {get(app, one).status_code for one in address.values()} == {200}
    database = connect(path)
    with transaction(database.conn):
        accounts.set_disabled(database.conn, "budi", disabled=True)
        accounts.end_sessions(database.conn, "cici")
    assert [get(app, one).status_code for one in address.values()] == [200, 403, 403]
    with transaction(database.conn):
        accounts.set_disabled(database.conn, "budi", disabled=False)
    database.close()
    assert get(app, address["budi"]).status_code == 403  # what was taken back stays so
    assert get(app, signed(app, "budi", "/unduh/daftar/lembaga.csv")).status_code == 200
    monkeypatch.setenv("PANTAU_SECRET", "rahasia-lain-yang-panjang-juga")
    assert get(open_site(path, Mode(login=True)), address["ani"]).status_code == 403


def test_an_address_of_the_settings_people_ends_when_they_leave_them(path, open_site, monkeypatch):
    monkeypatch.setenv("PANTAU_LOGIN_DODI", hash_password(GOOD, CHEAP))
    app = open_site(path, Mode(login=True))
    address = signed(app, "Dodi", "/unduh/articles.json")
    assert get(app, address).status_code == 200
    monkeypatch.delenv("PANTAU_LOGIN_DODI")
    assert get(open_site(path, Mode(login=True)), address).status_code == 403


def test_an_address_reads_what_its_person_may_read_now(path, open_site):
    app = open_site(path, Mode(login=True))
    reader, manager = (signed(app, name, "/unduh/daftar/kiriman.csv") for name in ("cici", "ani"))
    assert get(app, reader).status_code == 403 and get(app, manager).status_code == 200
    database = connect(path)
    with transaction(database.conn):
        accounts.set_role(database.conn, "budi", "pengelola")
        accounts.set_role(database.conn, "ani", "pembaca")
    database.close()
    assert get(app, manager).status_code == 403


def test_where_nobody_logs_in_the_addresses_are_the_files_own(path, open_site):
    app = open_site(path)
    page = get(app, "/unduh/alamat/articles?q=pasar&mentah=1").text
    assert 'value="http://localhost/unduh/articles.csv?q=pasar"' in page and "tanda=" not in page
    assert "/unduh/alamat/" not in get(app, "/pejabat").text
    for missing in ("/unduh/alamat/tidakada", "/unduh/alamat/daftar/tidakada", "/unduh/alamat/pejabat"):
        assert get(app, missing).status_code == 404
