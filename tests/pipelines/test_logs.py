"""The log: what `-v`, `-vv` and `-q` say, from which processes, and that nothing in it breaks a line."""

from __future__ import annotations

import asyncio
import logging
import os
import re
import subprocess
import sys
from contextlib import closing
from datetime import UTC, datetime

import pytest

from crawler.records import Link
from pipelines import logs
from pipelines.database.open import connect, open_connection, transaction
from pipelines.desk.watch.saved import add_watch
from pipelines.desk.watch.send import run_watches
from pipelines.publish.guard.mode import Mode
from pipelines.publish.guard.passwords import hash_password
from pipelines.queue.orders import MAX_ATTEMPTS, Orders
from pipelines.queue.waiting import WaitingPages
from pipelines.records import TaggedArticle
from pipelines.store.save import save
from tests.conftest import ROOT
from tests.crawler.server import Answer, catalogue, feed, serve
from tests.pipelines.archive.fetched import page
from tests.pipelines.conftest import make_article
from tests.pipelines.publish.conftest import CHEAP

ENGLISH = "The minister said that the government would build a new harbour for the fishermen of the island. " * 8
NOW = datetime.now(UTC)
OURS = re.compile(r"(crawler|nlp|pipelines)[\w.]*: ")


def pantau(folder, *words, **more):
    kept = {name: text for name, text in os.environ.items() if not name.startswith("PANTAU_")}
    return subprocess.run(
        [sys.executable, "-m", "pipelines.cli", "--db", "uji.db", *map(str, words)],
        cwd=folder,
        capture_output=True,
        text=True,
        env=kept | {"PYTHONPATH": str(ROOT)} | more,
        timeout=120,
    )


@pytest.fixture
def site(tmp_path):
    """A site with an article in Indonesian, one in English and one that is missing."""
    with serve() as site:
        site.article("/berita/1", "Warga Bangun Dermaga")
        site.article("/berita/2", "Harbour", ENGLISH)
        site.answers["/umpan"] = Answer(feed(site, "/berita/1", "/berita/2", "/berita/hilang"))
        source = catalogue(site, f'{{ method = "feed", url = "{site.address}/umpan" }}')
        (tmp_path / "k.toml").write_text(source, encoding="utf-8")
        yield site


def test_a_crawl_says_what_it_decides_in_the_crawls_child_and_in_its_workers(tmp_path, site):
    run = pantau(tmp_path, "-v", "crawl", "--catalogue", "k.toml")
    said = [line for line in run.stderr.splitlines() if OURS.match(line)]
    assert f"pipelines.read.page: {site.address}/berita/2: bahasa en, tidak ditandai" in said  # a forked worker
    assert any(re.match(rf"pipelines\.queue\.runs: {site.address}/berita/hilang: gagal: .*404", line) for line in said)
    assert "pipelines.run.run: perayapan 1: 1 sumber" in said
    assert len(said) == len(set(said)), said  # what the child says comes once
    others = [line for line in run.stderr.splitlines() if not OURS.match(line)]
    assert len(others) == 3 and all(re.match(r"1 sumber: |2 halaman dibaca: |gagal: ", line) for line in others), others
    assert "scrapy" not in run.stderr
    site.article("/berita/1", "Warga Bangun Dermaga Baru")
    site.answers["/umpan"] = Answer(feed(site, "/berita/1", updated={"/berita/1": "2025-11-13T02:00:00Z"}))
    everything = pantau(tmp_path, "-vv", "crawl", "--catalogue", "k.toml").stderr
    new_version = (
        rf"^pipelines\.store\.save: artikel \d: berubah di situsnya, menjadi versi 2: {site.address}/berita/1$"
    )
    assert re.search(new_version, everything, re.MULTILINE)
    assert re.search(r"^scrapy\.", everything, re.MULTILINE)  # libraries speak only at -vv
    assert len(re.findall(r"^pipelines\.run\.run: perayapan 2: 1 sumber$", everything, re.MULTILINE)) == 1


def test_without_an_option_only_what_was_done_is_said_and_with_q_only_what_failed(tmp_path, site):
    run = pantau(tmp_path, "crawl", "--catalogue", "k.toml")
    assert [line.split()[0] for line in run.stderr.splitlines()] == ["1", "2", "gagal:"]
    site.article("/berita/3", "Warga Bangun Jembatan")
    site.answers["/umpan"] = Answer(feed(site, "/berita/3", "/berita/tiada"))
    run = pantau(tmp_path, "-q", "crawl", "--catalogue", "k.toml")
    assert run.returncode == 1
    assert [line.split()[0] for line in run.stderr.splitlines()] == ["gagal:"]
    assert pantau(tmp_path, "-q", "status", "--json").returncode == 0
    assert pantau(tmp_path, "-q", "--config", "tiada.toml", "status").stderr.startswith("pantau: ")
    assert pantau(tmp_path, "-q", "-v", "status").returncode == 2


def test_the_log_of_schedule_has_the_lines_and_mails_stay_as_they_were(tmp_path, site):
    (tmp_path / "pantau.toml").write_text('log = "info"\ncatalogue = "k.toml"\n', encoding="utf-8")
    (tmp_path / "cadangan").mkdir()
    connect(tmp_path / "uji.db").close()
    printed = pantau(tmp_path, "schedule", "--backup", "cadangan").stdout
    commands = {
        re.search(r"uji\.db (\w+)", line)[1]: line.split(None, 5)[5]
        for line in printed.splitlines()
        if re.match(r"[*\d]", line)
    }
    bare = {"PATH": "/usr/bin:/bin", "PYTHONPATH": str(ROOT)}
    subprocess.run(["/bin/sh", "-c", commands["crawl"]], env=bare, cwd="/", timeout=120)
    log = (tmp_path / "uji.log").read_text(encoding="utf-8")
    assert re.search(r"^\d{4}-\S+ pipelines\.run\.run: perayapan 1: selesai \(failures\)$", log, re.MULTILINE)
    for quiet in ("backup", "status"):
        done = subprocess.run(["/bin/sh", "-c", commands[quiet]], env=bare, cwd="/", capture_output=True, timeout=60)
        assert (done.returncode, done.stdout, done.stderr) == (0, b"", b""), quiet


def test_a_hostile_title_stays_on_its_line(monkeypatch, capsys):
    monkeypatch.setenv("PANTAU_LOG", "info")
    names = [*logs.OURS, ""]
    before = {name: (logging.getLogger(name).level, list(logging.getLogger(name).handlers)) for name in names}
    try:
        logs.configure()
        logs.configure()
        logging.getLogger("pipelines.uji").info("%s: dikarantina", "a\nb\r\x1b[2Jc\u2028d")
        logging.getLogger("pustaka").info("tidak")
    finally:
        for name, (level, handlers) in before.items():
            logging.getLogger(name).setLevel(level)
            logging.getLogger(name).handlers[:] = handlers
    assert capsys.readouterr().err == "pipelines.uji: a b  [2Jc d: dikarantina\n"


def test_what_is_given_up_is_said(tmp_path, caplog):
    caplog.set_level(logging.INFO, "pipelines")
    with closing(open_connection(tmp_path / "uji.db")) as connection:
        orders, waiting = Orders(connection), WaitingPages(connection)
        orders.plan("bappenas", [Link("https://contoh.id/0")])
        orders.record_fetched(page("https://contoh.id/0"), "a.warc.gz", 0)
        (part,) = waiting.slices()
        for _ in range(MAX_ATTEMPTS):
            with transaction(connection):
                waiting.mark_failed(part.pages[0], "extract", "ValueError: rusak", final=False)
    assert [record.getMessage() for record in caplog.records] == [
        *["https://contoh.id/0: gagal: ValueError: rusak; diminta lagi dalam perayapan berikutnya"]
        * (MAX_ATTEMPTS - 1),
        f"https://contoh.id/0: dikarantina setelah {MAX_ATTEMPTS} kali gagal: ValueError: rusak",
    ]


def test_a_watch_says_what_it_sends_and_why_it_waits(tmp_path, caplog):
    caplog.set_level(logging.INFO, "pipelines.desk")
    with closing(connect(tmp_path / "uji.db").conn) as connection:
        add_watch(connection, "senyap", {"query": "jengkol"}, ["json://x"], quiet="00:00-23:59")
        add_watch(connection, "sedikit", {"query": "jengkol"}, ["json://x/${SANDI}"], floor=2)
        add_watch(connection, "jengkol", {"query": "jengkol"}, ["json://x"])
        with transaction(connection):
            save(
                connection,
                TaggedArticle(
                    make_article(text="Harga jengkol naik lagi.", fetched_at=NOW.isoformat(timespec="seconds")), None
                ),
            )
        list(run_watches(connection, now=NOW, send=lambda *_: None))
    said = [record.getMessage() for record in caplog.records]
    assert said == [
        "[Pantau] jengkol: 1 artikel: terkirim ke json://…",
        "pantauan sedikit: 1 berita, menunggu sampai 2: json://x/${SANDI}",
        "pantauan senyap: jam senyap (00:00-23:59 WIB), menunggu",
    ]


def test_the_pages_say_whom_they_refuse(tmp_path, monkeypatch, caplog, open_site):
    connect(tmp_path / "uji.db").close()
    monkeypatch.setenv("PANTAU_SECRET", "tanda-yang-cukup-panjang-sekali")
    monkeypatch.setenv("PANTAU_LOGIN_ANI", hash_password("sandi", CHEAP))
    team = open_site(tmp_path / "uji.db", Mode(login=True)).client
    own = open_site(tmp_path / "uji.db").client
    caplog.set_level(logging.INFO, "pipelines.publish")

    async def ask():
        await team.get("/-/metadata.json")
        await team.get("/umpan.xml?q=x&tanda=rahasia")
        token = (await team.get("/-/login")).cookies["ds_csrftoken"]
        form = {"username": "ani", "password": "tebak", "csrftoken": token}
        for _ in range(6):
            await team.post("/-/login", data=form, cookies={"ds_csrftoken": token})
        await own.post("/pantauan", data={"nama": "x"}, headers={"host": "127.0.0.1"})

    asyncio.run(ask())
    said = [record.getMessage() for record in caplog.records]
    assert said[:3] == [
        "/-/metadata.json: ditolak (404), alamat ini tertutup",
        "/umpan.xml: ditolak (403), belum masuk",
        "masuk dari 127.0.0.1: sandi salah",
    ]
    assert said[7].startswith("masuk dari 127.0.0.1: ditolak, terlalu banyak sandi salah; boleh lagi ")
    assert said[8] == "/pantauan: ditolak, formulirnya bukan dari halaman ini"
    assert not [line for line in said if "rahasia" in line or "tebak" in line]
