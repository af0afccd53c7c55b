"""`pantau import`: others' archives through our archive, queue and reading; each page once, whatever happens."""

from __future__ import annotations

import asyncio
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
import zipfile
from contextlib import closing

import pytest
from warcio.archiveiterator import ArchiveIterator

from crawler.demo.newsroom import Newsroom
from crawler.demo.sites import BY_ID
from tests.conftest import ROOT
from tests.crawler.server import LOREM
from tests.pipelines.archive.foreign_files import html, members, one_member, others, response
from tests.pipelines.conftest import opened

HOST = "https://kabar.contoh"
CATALOGUE = f"""
[[source]]
id = "kabar"
name = "Kabar Contoh"
kind = "media"
homepage = "{HOST}/"
discover = [{{ method = "feed", url = "{HOST}/umpan" }}]
article_url = '^https://kabar\\.contoh/berita/\\d+'

[[source]]
id = "dinas"
name = "Dinas Contoh"
kind = "pemda"
homepage = "https://dinas.contoh.go.id/"
discover = [{{ method = "listing", url = "https://dinas.contoh.go.id/warta" }}]
status = "paused"
note = "tutup"
"""
PLACES = ["Sampit", "Bitung", "Kupang", "Ternate", "Sorong", "Ambon", "Palu", "Tual"]


def story(n: int, more: str = "") -> bytes:
    """A page that no other one is a copy of."""
    chance = random.Random(n)
    words = LOREM.split()
    chance.shuffle(words)
    place = PLACES[n % len(PLACES)]
    return html(f"Bupati Resmikan Dermaga Nomor {n} di {place}", f"{place}. {' '.join(words)}. {LOREM[n % 50 :]}{more}")


def page(n: int, more: str = "", **options: str) -> bytes:
    return response(f"{HOST}/berita/{n}", story(n, more), **options)


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "katalog.toml").write_text(CATALOGUE, encoding="utf-8")
    return tmp_path


def ask(folder, sql, *values):
    with closing(sqlite3.connect(folder / "uji.db")) as connection:
        return connection.execute(sql, values).fetchall()


def test_an_archive_like_common_crawls_is_taken_once_and_says_so(folder, pantau):
    file = folder / "CC-NEWS-20251112.warc.gz"
    parts = [
        *others(f"{HOST}/berita/1"),
        page(1, encoding="gzip", chunked=True),
        page(2, content_type="text/html", WARC_Payload_Digest=""),
        response("http://www.kabar.contoh/berita/3?utm_source=rss", story(3)),
        response(f"{HOST}/indeks", html("Indeks")),  # not an article's address
        response("https://asing.contoh/berita/9", story(9)),
        response(f"{HOST}/berita/5", b"GIF89a", content_type="image/gif"),
        response(f"{HOST}/berita/6", html("Hilang"), status="404 Not Found"),
        response("https://dinas.contoh.go.id/warta/banjir", story(7)),
        response("https://dinas.contoh.go.id/", story(8)),
    ]
    file.write_bytes(members(parts))
    run = pantau("import", file, "--catalogue", "katalog.toml")
    assert run.returncode == 0, run.stderr
    assert "CC-NEWS-20251112.warc.gz: 13 rekaman, 4 halaman diambil, 3 bukan dari sumber katalog" in run.stderr
    assert "4 artikel baru" in run.stderr
    articles = ask(folder, "SELECT source_id, origin, fetched_at, version FROM articles ORDER BY url")
    assert {row[1:] for row in articles} == {("arsip CC-NEWS-20251112.warc.gz", "2025-11-12T04:00:00+00:00", 1)}
    assert sorted(row[0] for row in articles) == ["dinas", "kabar", "kabar", "kabar"]
    assert ask(folder, "SELECT DISTINCT state, origin FROM pages") == [("done", "arsip CC-NEWS-20251112.warc.gz")]
    csv = pantau("export", "articles", "--format", "csv").stdout
    assert "Asal" in csv.splitlines()[0]
    assert csv.count("arsip CC-NEWS-20251112.warc.gz") == 4
    with opened(folder / "uji.db") as app:
        answer = asyncio.run(app.client.get("/artikel/1"))
    assert "dari arsip CC-NEWS-20251112.warc.gz" in answer.text
    # A copy under another name, then the same records packed otherwise: nothing is new.
    shutil.copy(file, folder / "salinan.warc.gz")
    (folder / "satu.warc.gz").write_bytes(one_member(parts))
    before = ask(folder, "SELECT url, fetched_at, processed_at, origin FROM pages")
    run = pantau("import", "salinan.warc.gz", "satu.warc.gz", "--catalogue", "katalog.toml")
    assert run.returncode == 0, run.stderr
    assert "salinan.warc.gz: sudah diimpor; tidak ada yang baru" in run.stderr
    assert "satu.warc.gz: 4 sudah tersimpan, sama atau lebih baru" in run.stderr
    assert "0 halaman dibaca" in run.stderr
    assert ask(folder, "SELECT url, fetched_at, processed_at, origin FROM pages") == before


def test_a_source_of_the_team_s_own_is_known(folder, pantau):
    (folder / "sources").mkdir()
    own = CATALOGUE.partition('[[source]]\nid = "dinas"')[0].replace("kabar", "warta").replace("Kabar", "Warta")
    (folder / "sources" / "warta.toml").write_text(own, encoding="utf-8")
    (folder / "satu.warc.gz").write_bytes(members([response("https://warta.contoh/berita/1", story(1))]))
    run = pantau("import", "satu.warc.gz", "--catalogue", "katalog.toml")
    assert run.returncode == 0, run.stderr
    assert ask(folder, "SELECT source_id FROM articles") == [("warta",)]


def test_versions_go_by_the_time_of_their_capture(folder, pantau):
    captures = [
        page(1, date="2025-11-12T04:00:00Z"),
        page(1, " Ralat: dermaga itu selebar enam meter.", date="2025-11-13T04:00:00Z"),
        page(1, " Kabar lama yang datang terlambat.", date="2025-11-11T04:00:00Z"),
        page(1, " Ralat: dermaga itu selebar enam meter.", date="2025-11-14T04:00:00Z"),
    ]
    (folder / "satu.warc.gz").write_bytes(members(captures))
    run = pantau("import", "satu.warc.gz", "--catalogue", "katalog.toml")
    assert run.returncode == 0, run.stderr
    versions = ask(folder, "SELECT version, seen_at, text LIKE '%Ralat%' FROM article_versions ORDER BY version")
    assert versions == [(1, "2025-11-12T04:00:00+00:00", 0), (2, "2025-11-13T04:00:00+00:00", 1)]
    # What was fetched later than a capture stays; what nobody could read is replaced by it.
    with closing(sqlite3.connect(folder / "uji.db")) as connection, connection:
        connection.execute(
            "INSERT INTO pages (url, source_id, state, found_at, fetched_at) "
            f"VALUES ('{HOST}/berita/2', 'kabar', 'quarantined', '2026-01-01', '2026-01-01')"
        )
    (folder / "dua.warc.gz").write_bytes(members([page(1, " Lain lagi.", date="2025-10-01T00:00:00Z"), page(2)]))
    run = pantau("import", "dua.warc.gz", "--catalogue", "katalog.toml")
    assert "dua.warc.gz: 2 rekaman, 1 halaman diambil" in run.stderr
    assert ask(folder, "SELECT url, version FROM articles ORDER BY url") == [
        (f"{HOST}/berita/1", 2),
        (f"{HOST}/berita/2", 1),
    ]


def test_two_spellings_of_an_address_are_one_page(folder, pantau):
    both = [response(f"{scheme}://dinas.contoh.go.id/warta/x", story(3)) for scheme in ("http", "https")]
    (folder / "dua.warc.gz").write_bytes(members(both))
    run = pantau("import", "dua.warc.gz", "--catalogue", "katalog.toml")
    assert run.returncode == 0, run.stderr
    assert ask(folder, "SELECT url FROM pages") == [("http://dinas.contoh.go.id/warta/x",)]


def test_a_new_source_begins_a_known_archive_anew(folder, pantau):
    (folder / "a.warc.gz").write_bytes(members([page(1), response("https://dinas.contoh.go.id/warta/x", story(2))]))
    assert pantau("import", "a.warc.gz", "--catalogue", "katalog.toml", "--source", "kabar").returncode == 0
    assert ask(folder, "SELECT source_id FROM articles") == [("kabar",)]
    run = pantau("import", "a.warc.gz", "--catalogue", "katalog.toml")
    assert "a.warc.gz: 1 sudah tersimpan, sama atau lebih baru" in run.stderr
    assert sorted(ask(folder, "SELECT source_id FROM articles")) == [("dinas",), ("kabar",)]


def test_a_cut_or_damaged_file_keeps_what_was_whole_and_is_named(folder, pantau):
    whole = members([page(n) for n in range(4)])
    (folder / "potong.warc.gz").write_bytes(whole[:-200])
    run = pantau("import", "potong.warc.gz", "--catalogue", "katalog.toml")
    assert run.returncode == 1
    assert "potong.warc.gz: berkas terpotong di tengah rekaman; semua yang utuh sudah diambil" in run.stderr
    assert ask(folder, "SELECT count(*) FROM articles") == [(3,)]
    (folder / "utuh.warc.gz").write_bytes(whole)
    assert pantau("import", "utuh.warc.gz", "--catalogue", "katalog.toml").returncode == 0
    assert ask(folder, "SELECT count(*), max(version) FROM articles") == [(4, 1)]


def test_a_wacz_is_opened(folder, pantau):
    with zipfile.ZipFile(folder / "jelajah.wacz", "w") as packed:
        packed.writestr("datapackage.json", "{}")
        packed.writestr("archive/rec-1.warc.gz", members([page(1)]))
        packed.writestr("archive/rec-2.warc.gz", members([page(2)]))
    run = pantau("import", "jelajah.wacz", "--catalogue", "katalog.toml")
    assert run.returncode == 0, run.stderr
    origins = ask(folder, "SELECT origin FROM articles ORDER BY origin")
    assert origins == [("arsip jelajah.wacz/rec-1.warc.gz",), ("arsip jelajah.wacz/rec-2.warc.gz",)]


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("tiada.warc.gz", None, "tiada.warc.gz: no such file"),
        ("kosong.warc.gz", b"", "kosong.warc.gz: is no WARC file"),
        ("halaman.warc.gz", b"<html></html>", "halaman.warc.gz: is no WARC file"),
        ("rusak.wacz", b"PK\x05\x06" + bytes(18), "rusak.wacz: is a zip file that holds no WARC file"),
    ],
)
def test_bad_files_are_named_before_anything_changes(folder, english, name, data, said):
    if data is not None:
        (folder / name).write_bytes(data)
    (folder / "baik.warc.gz").write_bytes(members([page(1)]))
    run = english("import", "baik.warc.gz", name, "--catalogue", "katalog.toml")
    assert run.returncode == 2
    assert said in run.stderr
    assert not (folder / "uji.db").exists()


@pytest.mark.timing
@pytest.mark.slow
def test_killed_again_and_again_every_page_is_there_once(folder):
    """kill -9 at random moments, first of the import, then of the reading; the last run ends by itself."""
    count, chance = 240, random.Random(5)
    (folder / "besar.warc.gz").write_bytes(members([page(n) for n in range(count)]))
    command = [sys.executable, "-m", "pipelines.cli", "--db", "uji.db", "import", "besar.warc.gz"]
    command += ["--catalogue", "katalog.toml"]
    env = os.environ | {"PYTHONPATH": str(ROOT)}
    killed = 0
    for number in range(5):
        run = subprocess.Popen(command, cwd=folder, env=env, stderr=subprocess.DEVNULL, start_new_session=True)
        wanted, deadline = (number + 1) * count // 7, time.monotonic() + 120
        while (
            run.poll() is None
            and time.monotonic() < deadline
            and done(folder, "done" if number else "fetched") < wanted
        ):
            time.sleep(0.01)
        time.sleep(chance.random() * 0.2)
        killed += run.poll() is None
        os.killpg(run.pid, signal.SIGKILL)
        run.wait()
    assert killed >= 3
    final = subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, timeout=300)
    assert final.returncode == 0, final.stderr
    assert ask(folder, "SELECT count(*), count(DISTINCT url), max(version) FROM articles") == [(count, count, 1)]
    assert ask(folder, "SELECT state, count(*) FROM pages GROUP BY 1") == [("done", count)]


def done(folder, state: str) -> int:
    try:
        return ask(folder, "SELECT count(*) FROM pages WHERE state IN (?, 'done')", state)[0][0]
    except sqlite3.Error:
        return 0


@pytest.mark.skipif(not shutil.which("wget"), reason="GNU Wget is not installed")
def test_what_wget_crawls_of_the_sample_newsroom_is_taken(tmp_path, pantau):
    with Newsroom(base_port=0) as room:
        (tmp_path / "katalog.toml").write_text(room.catalogue(), encoding="utf-8")
        command = ["wget", "-q", "-r", "-l", "4", "--delete-after", "--warc-file=warga"]
        starts = [room.address(site) for site in BY_ID]
        subprocess.run([*command, *starts], cwd=tmp_path, timeout=120, check=False)
        expected = {room.url(article) for article in room.articles()}
    run = pantau("import", "warga.warc.gz", "--catalogue", "katalog.toml")
    with (tmp_path / "warga.warc.gz").open("rb") as file:
        answered = {
            record.rec_headers.get_header("WARC-Target-URI").strip("<>")
            for record in ArchiveIterator(file)
            if record.rec_type == "response" and record.http_headers.get_statuscode() == "200"
        }
    assert len(expected & answered) > 50
    stored = {url for (url,) in ask(tmp_path, "SELECT url FROM articles")}
    assert expected & answered <= stored, run.stderr
    assert ask(tmp_path, "SELECT DISTINCT origin FROM articles") == [("arsip warga.warc.gz",)]
