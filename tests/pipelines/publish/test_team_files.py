"""The team's lists as files: the rows of their pages, for those who may see the page, and nothing secret."""

from __future__ import annotations

import asyncio
import json
import re
from contextlib import closing
from datetime import date
from html import unescape

import pytest

from pipelines.database.open import connect, transaction
from pipelines.desk import kliping, messages, tone, work
from pipelines.desk.clip import letterheads
from pipelines.desk.watch import receivers
from pipelines.desk.watch.saved import add_watch
from pipelines.publish import serve
from pipelines.publish.guard import accounts
from pipelines.publish.guard.mode import Mode
from pipelines.publish.guard.passwords import hash_password
from pipelines.publish.views.links import TEAM_LISTS
from pipelines.publish.views.list_files import LIST_FILES
from pipelines.publish.views.team_files import ALL_FILES
from tests.pipelines.conftest import opened
from tests.pipelines.publish.conftest import CHEAP, SECRET, Visitor, fill
from tests.pipelines.publish.test_accounts import GOOD

TOKEN = "123456789:" + "A" * 35
PAGES = {  # file -> its page and the number of its rows
    "riwayat": ("/riwayat", 4),
    "pantauan": ("/pantauan", 1),
    "pengguna": ("/pengguna", 3),
    "penerima": ("/penerima", 1),
    "kliping": ("/kliping", 1),
    "kop": ("/kliping/kop", 1),
    "belum-dibaca": ("/meja", 3),
    "tugas": ("/meja", 1),
    "tanggapan": ("/meja", 1),
    "berbintang": ("/meja", 1),
    "berlabel": ("/meja?label=banjir", 1),
    "belum-dinilai": ("/nada?rentang=semua&belum=1", 3),
    "penjelajahan": ("/sumber/contoh", 2),
    "pesan": ("/isu/1", 2),
    "halaman": ("/sumber/contoh/penjelajahan/1?apa=baru", 1),
}
MANAGERS_ONLY = {"pengguna", "penerima"}


@pytest.fixture(scope="module")
def app(tmp_path_factory):
    path = tmp_path_factory.mktemp("berkas") / "tim.db"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PANTAU_SECRET", SECRET)
        patch.setenv("PANTAU_KEY", "kunci-yang-panjang-sekali-123")
        patch.setattr(serve, "COST", CHEAP)
        fill(path)
        with closing(connect(path)) as database:
            write_work(database.conn)
        with opened(path, Mode(login=True)) as app:
            yield app


def write_work(connection):
    """Something in every list of the team; Ani is its manager."""
    with transaction(connection):
        for name, role in (("ani", "pengelola"), ("budi", "penyunting"), ("citra", "pembaca")):
            accounts.add(connection, name, role, "uji")
            accounts.set_password(connection, name, hash_password(GOOD, CHEAP))
        receivers.add(connection, "Obrolan", receivers.TELEGRAM, "12345", TOKEN, "ani")
        letterheads.add(connection, "Resmi", "Dinas Uji", "Jalan Uji 1", b"", "ani")
        connection.execute("UPDATE articles SET kind = 'news' WHERE id > 0")
        connection.execute(
            """INSERT INTO runs (id, started, finished) VALUES (1, '2025-11-12T03:00:00+00:00', '2025-11-12T04:00:00+00:00'),
               (2, '2025-11-13T03:00:00+00:00', '2025-11-13T04:00:00+00:00')"""
        )
        connection.execute(
            """INSERT INTO pages (url, source_id, state, found_at)
               VALUES ('https://contoh.go.id/baru', 'contoh', 'found', '2025-11-12T03:10:00+00:00')"""
        )
        connection.execute(
            "INSERT INTO run_sources (run_id, source_id, failed) VALUES (1, 'contoh', 1), (2, 'contoh', 0)"
        )
    add_watch(connection, "Pasar", {"search": {"q": "pasar"}}, [f"tgram://{TOKEN}/12345"])
    note = work.read({"labels": "banjir", "assignee": "ani", "response": "perlu klarifikasi"})
    work.change(connection, 2, note, "ani")
    work.star(connection, 2, "ani", on=True)
    work.mark_read(connection, "ani", 1)
    tone.set_tone(connection, [2], tone.Tone("Dinas Uji", "positif", "", "budi"))
    connection.execute(
        """INSERT INTO isu (id, title, first_seen, last_seen, articles, outlets, grew_hour, grew_day, state)
           VALUES (1, 'Pasar', '2025-11-12T03:00:00+00:00', '2025-11-12T03:00:00+00:00', 1, 1, 1, 1, 'open')"""
    )
    connection.execute(
        """INSERT INTO isu_articles (article_id, isu_id, published_at, source_id, score, reason)
           VALUES (1, 1, '2025-11-12T03:00:00+00:00', 'contoh', 1, 'uji')"""
    )
    told = ["Bupati Bogor meresmikan pasar", "Harga beras turun pekan ini"]
    messages.set_messages(connection, messages.Subject(messages.STORY, 1), told, "ani")
    kliping.create(connection, "Harian", date(2025, 11, 1), date(2025, 11, 30), "ani")


def asked(app, name, *addresses):
    async def both():
        visitor = Visitor(app)
        if name:
            await visitor.log_in(name, GOOD)
        return [await visitor.client.get(address) for address in addresses]

    return asyncio.run(both())


@pytest.mark.parametrize("name", PAGES)
def test_a_list_of_the_team_has_its_file_for_those_who_see_its_page(app, name):
    path, count = PAGES[name]
    (page,) = asked(app, "ani", path)
    links = [unescape(link) for link in re.findall(rf'href="(/unduh/daftar/{name}\.[^"]*)"', page.text)]
    assert page.status_code == 200 and len(links) == 4
    assert f"/unduh/alamat/daftar/{name}" not in page.text
    lines, sheet = asked(app, "ani", next(x for x in links if ".json" in x), next(x for x in links if ".csv" in x))
    assert len([json.loads(line) for line in lines.text.splitlines()]) == count
    assert not re.search(r"^[^\n]*[a-z]_", sheet.text.splitlines()[0])  # headings are words
    assert not re.search(r"argon2|A{35}|sha256", lines.text + sheet.text)
    stranger = asked(app, None, links[0])[0]
    assert stranger.status_code in (302, 303, 403) and "sheet" not in stranger.headers["content-type"]
    allowed = name in ("penjelajahan", "halaman")  # pages for all who log in
    assert asked(app, "citra", links[0])[0].status_code == (200 if allowed else 403)
    assert asked(app, "budi", links[0])[0].status_code in ((403,) if name in MANAGERS_ONLY else (200, 404))


def test_what_failed_in_a_crawl_leads_to_its_errors(app):
    (page,) = asked(app, "ani", "/sumber/contoh")
    (link,) = re.findall(r'href="(/pantau/errors[^"]*)"', page.text)
    assert asked(app, "ani", unescape(link))[0].status_code == 200


def test_every_file_of_the_team_is_tried():
    assert set(ALL_FILES) - set(LIST_FILES) == set(PAGES) == TEAM_LISTS


def test_what_nobody_has_judged_is_counted_without_the_tone_that_a_list_is_narrowed_to(app):
    for more, told in (("", 3), ("&nada=negatif", 3), ("&hari=2020-01-01", 0), ("&sasaran=Dinas+Lain", 0)):
        (page,) = asked(app, "ani", f"/nada?rentang=semua&belum=1{more}")
        assert f'data-jumlah="{told}"' in page.text.split("belum dinilai")[0].rpartition("<li>")[2], more
