"""No failure is silent: whatever a discovery or a page ends in is stored, told by `status` and by the crawl's end.

And what a source's first run shows is told with its likely cause, by one judgement for status, pages and check.
"""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import time
from contextlib import ExitStack
from datetime import UTC, datetime
from functools import partial
from html import unescape

import pytest

from pipelines.database.open import connect
from pipelines.health import causes
from pipelines.health.causes import cause_of_errors, unread_pages
from pipelines.health.sentences import CAUSES, plain_error, say_status
from pipelines.health.status import source_statuses
from pipelines.queue.runs import Runs
from tests.conftest import ROOT
from tests.crawler import crawling
from tests.crawler.crawling import query, run_crawl
from tests.crawler.server import Answer, catalogue, feed, serve
from tests.pipelines.conftest import opened

pytestmark = pytest.mark.timing  # sites that do not answer, and others that have to meanwhile


@pytest.fixture
def site():
    with serve() as running:
        yield running


def boom(*_args, **_more):
    raise KeyError("kejutan")


BROKEN = {  # name -> what breaks in the crawl's process
    "reader": "crawler.spiders.discover.read_feed",
    "plan": "pipelines.queue.orders.Orders.plan",
    "request": "crawler.spiders.discover.conditions",
    "wanted": "crawler.spiders.discover.article_address",
    "errback": "crawler.spiders.discover.reason",
    "start": "pipelines.queue.orders.Orders.pending",
    "page": "crawler.spiders.fetch.refusal",
    "whole": "crawler.spiders.source.SourceSpider.__init__",
}


def storage_with(broken, database, timeout):
    """Opened in the crawl's process, after one function there was put out of order."""
    import importlib

    owner, _, name = broken.rpartition(".")
    try:
        place = importlib.import_module(owner)
    except ModuleNotFoundError:
        module, _, kind = owner.rpartition(".")
        place = getattr(importlib.import_module(module), kind)
    setattr(place, name, boom)
    return crawling.plain_storage(database, timeout)


@pytest.mark.parametrize("name", BROKEN)
def test_an_exception_of_any_kind_is_the_sources_error(tmp_path, site, monkeypatch, capfd, name):
    site.article("/a/1", "Dermaga baru dibuka di kampung nelayan")
    site.answers["/umpan"] = Answer(feed(site, "/a/1"))
    site.answers["/tanpa-tujuan"] = Answer("", 302)
    line = f'{{ method = "feed", url = "{site.address}/{"tanpa-tujuan" if name == "errback" else "umpan"}" }}'
    monkeypatch.setattr(crawling, "open_storage", partial(storage_with, BROKEN[name]))
    report = run_crawl(tmp_path, catalogue(site, line))
    counts = report.sources["uji"]
    assert report.outcome == "failures"
    assert "Traceback" not in capfd.readouterr().err
    if name == "page":
        assert (counts.failed, counts.error) == (1, None)
        ((state, error),) = query(tmp_path, "SELECT state, error FROM pages")
        assert (state, error) == ("failed", "failed: KeyError: 'kejutan'")
    else:
        assert counts.error and "failed: KeyError: 'kejutan'" in counts.error
    if name in ("reader", "plan", "request", "wanted"):
        ((error, since),) = query(tmp_path, "SELECT error, failing_since FROM discoveries")
        assert error == counts.error and since
    if name != "whole":
        assert counts.stats["spider_exceptions/count"] >= 1


PLACES = {  # of a feed -> what status says of it
    "/204": "bukan umpan yang dapat dibaca",
    "/302": "galat yang belum dikenal",
    "/403": "menjawab 403 (menolak kita); rupanya situs ini memblokir kita",
    "/404": "menjawab 404",
    "/500": "menjawab 500",
    "refused": "hostnya menolak sambungan",
    "https": "sambungan amannya (TLS) bermasalah",
    "/slow": "tidak menjawab pada waktunya",
}


@pytest.fixture(scope="module")
def discovered(tmp_path_factory):
    """What status says after one crawl of a source for each of PLACES, by place."""
    folder, text = tmp_path_factory.mktemp("penemuan"), ""
    with ExitStack() as sites:
        for number, place in enumerate(PLACES):
            site = sites.enter_context(serve())
            for status in (302, 403, 404, 500):
                site.answers[f"/{status}"] = Answer("tidak", status)
            site.answers["/204"] = Answer("", 204)
            site.answers["/slow"] = lambda: time.sleep(9) or Answer("")
            url = f"{site.address}{place}" if place.startswith("/") else "http://127.0.0.1:9/umpan"
            url = site.address.replace("http:", "https:") + "/umpan" if place == "https" else url
            line = f'{{ method = "feed", url = "{url}" }}'
            text += catalogue(site, line).replace('"uji"', f'"s{number}"')
        report = run_crawl(folder, text)
    said = {}
    with connect(folder / "uji.db") as database:
        runs = Runs(database.conn)
        runs.end(1, report, {})
        for entry in source_statuses(database.conn):
            place = list(PLACES)[int(entry.id[1:])]
            assert report.sources[entry.id].error and entry.needs_look, place
            said[place] = [*say_status(entry, datetime.now(UTC)), plain_error(entry.last_error or "")]
            said[place].append(plain_error(report.sources[entry.id].error))
    return said


@pytest.mark.parametrize("place", PLACES)
def test_a_discovery_that_gives_nothing_is_told_by_status_after_the_first_run(discovered, place):
    assert any(PLACES[place] in sentence for sentence in discovered[place]), discovered[place]


FIRST_RUNS = {  # name -> (the articles' answer, discovery and more, what status says)
    "menolak": (Answer("dilarang", 403), "", ("tidak satu halaman pun dapat dibaca", "memblokir kita")),
    "peramban": (Answer("<title>Just a moment...</title>", 503), "", ("tidak satu halaman pun", "memblokir kita")),
    "login": (Answer("", 302, headers={"Location": "/login"}), "", ("tidak satu halaman pun", "halaman masuk")),
    "hilang": (Answer("tidak ada", 404), "", ("tidak satu halaman pun", "alamat artikelnya berganti bentuk")),
    "kosong": (Answer("<html><body><div id=app></div></body></html>"), "", ("tidak satu halaman pun", "tata letak")),
    "rusak": (Answer("galat", 500), "", ("tidak satu halaman pun", "sedang bermasalah")),
    "pola": (None, "article_url = '/artikel/'", ("tidak satu pun dari 2 tautannya cocok", "berganti bentuk")),
    "host": (None, "lain", ("tidak satu pun dari 2 tautannya cocok", "pindah ke host lain")),
    "pemilih": (None, "pemilih", ("pemilih `links` tidak menemukan tautan", "tata letak situsnya berubah")),
}


@pytest.fixture(scope="module")
def first_runs(tmp_path_factory):
    """What status, check and pages say after one crawl of a source for each of FIRST_RUNS, each by the source's id."""
    folder, text = tmp_path_factory.mktemp("pertama"), ""
    with ExitStack() as sites:
        for name, (answer, more, _) in FIRST_RUNS.items():
            site = sites.enter_context(serve())
            for number in (1, 2):
                site.article(f"/berita/{number}", f"Dermaga nomor {number} dibuka di kampung nelayan")
                if answer is not None:
                    site.answers[f"/berita/{number}"] = answer
            site.answers["/login"] = Answer("<title>Masuk</title><input type=password>")
            host = "http://127.0.0.1:9" if more == "lain" else site.address
            site.answers["/indeks"] = Answer("".join(f"<h2><a href='{host}/berita/{n}'>x</a></h2>" for n in (1, 2)))
            selector = "h5 a" if more == "pemilih" else "h2 a"
            line = f'{{ method = "listing", url = "{site.address}/indeks", links = "{selector}" }}'
            text += catalogue(site, line, more if "=" in more else "").replace('"uji"', f'"{name}"')
        (folder / "k.toml").write_text(text, encoding="utf-8")

        def pantau(*words):
            command = [sys.executable, "-m", "pipelines.cli", "--db", "uji.db", *words]
            environment = os.environ | {"PYTHONPATH": str(ROOT)}
            return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=120)

        pantau("crawl", "--catalogue", "k.toml")
        told = pantau("status", "--json").stdout, pantau("sources", "check", "--catalogue", "k.toml", "--json").stdout
    with opened(folder / "uji.db") as app:
        pages = {name: unescape(asyncio.run(app.client.get(f"/sumber/{name}")).text) for name in FIRST_RUNS}
    return [*({row["id"]: row for row in map(json.loads, lines.splitlines())} for lines in told), pages]


@pytest.mark.parametrize("name", FIRST_RUNS)
def test_after_the_first_run_status_check_and_pages_say_the_likely_cause(first_runs, name):
    status, checked, shown = (rows[name] for rows in first_runs)
    words = FIRST_RUNS[name][2]
    assert status["state"] in ("faulty", "stale")
    for part in words:
        assert part in " ".join(status["said"]), status["said"]
    assert words[1] in " ".join(checked["broken"]), checked["broken"]
    assert words[1] in shown


def test_a_living_source_is_not_named_for_one_broken_page(tmp_path):
    with connect(tmp_path / "uji.db") as database:
        connection = database.conn
        for run, started in enumerate(("2026-11-01T00:00:00+00:00", "2026-11-02T00:00:00+00:00"), 1):
            connection.execute("INSERT INTO runs (id, started) VALUES (?, ?)", (run, started))

        def failed(url, run, at, state="failed"):
            connection.execute(
                "INSERT OR IGNORE INTO pages (url, source_id, state, found_at) VALUES (?, 'uji', ?, ?)",
                (url, state, at),
            )
            connection.execute(
                "INSERT INTO errors (run_id, source_id, url, stage, error, seen_at) VALUES (?, 'uji', ?, 'fetch', ?, ?)",
                (run, url, "answered 403", at),
            )

        last = "2026-11-01T00:05:00+00:00"
        for number in range(5):  # in the run of the last article, after it
            failed(f"/lama/{number}", 1, "2026-11-01T00:06:00+00:00")
        assert unread_pages(connection, "uji", last) is None
        for _ in range(4):  # one page, again and again
            failed("/satu", 2, "2026-11-02T00:01:00+00:00")
        assert unread_pages(connection, "uji", last) is None
        for number in range(4):  # read before, and gone now
            failed(f"/dibaca/{number}", 2, "2026-11-02T00:01:00+00:00", "done")
        assert unread_pages(connection, "uji", last) is None
        failed("/dua", 2, "2026-11-02T00:02:00+00:00")
        failed("/tiga", 2, "2026-11-02T00:03:00+00:00")
        assert unread_pages(connection, "uji", last) == (3, "2026-11-02T00:01:00+00:00", causes.BLOCKED)
        assert unread_pages(connection, "lain", None) is None


def test_every_cause_has_its_words_and_most_errors_decide():
    assert set(CAUSES) == set(causes.PATTERNS)
    assert cause_of_errors(["answered 404", "answered 403", "answered 403"]) == causes.BLOCKED
    assert cause_of_errors(["entahlah"]) is None
    assert cause_of_errors([]) is None
