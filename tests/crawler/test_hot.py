"""Hot sources: looked at every two minutes by conditional questions alone, also while an ordinary run is at work."""

from __future__ import annotations

import threading
import time
from functools import partial
from unittest.mock import patch

import pytest

from tests.crawler import crawling
from tests.crawler.crawling import query, run_crawl
from tests.crawler.server import Answer, catalogue, feed, serve

HOT = "hot = true\n"
OTHER = (
    "Pedagang pasar apung menyambut pembukaan dermaga baru dengan arak-arakan perahu hias. Camat setempat menjelaskan "
    "bahwa tiang-tiangnya dibuat dari beton pracetak, sehingga tahan air asin. Bongkar muat garam dipindahkan ke sisi "
    "timur mulai pekan depan, dan penyeberangan malam dibuka kembali."
)


@pytest.fixture
def site():
    with serve() as site:
        for number in (1, 2, 3):
            site.article(f"/berita/{number}", f"Dermaga nomor {number} dibuka di kampung nelayan")
        name(site, 1)
        site.answers["/peta.xml"] = Answer(f"<urlset><url><loc>{site.address}/berita/1</loc></url></urlset>")
        yield site


def name(site, *numbers, etag=True):
    text = feed(site, *(f"/berita/{number}" for number in numbers))
    site.answers["/umpan"] = Answer(text, etag=f'"{numbers}"' if etag else None)


def entry(site, extra=HOT):
    ways = f'{{ method = "feed", url = "{site.address}/umpan" }}, {{ method = "sitemap", url = "{site.address}/peta.xml" }}'
    return catalogue(site, ways, extra)


def asked(site, path):
    return [(status, "If-None-Match" in headers) for _, p, status, headers in site.log if p == path]


def test_a_look_asks_conditionally_and_fetches_what_is_new_alone(tmp_path, site):
    assert run_crawl(tmp_path, entry(site), poll=True).sources["uji"].found == 0
    assert site.log == []  # nobody has given a validator yet: the ordinary run comes first
    run_crawl(tmp_path, entry(site))
    site.log.clear()
    counts = run_crawl(tmp_path, entry(site), poll=True).sources["uji"]
    assert [(path, status) for _, path, status, _ in site.log] == [("/umpan", 304)]  # the sitemap has no ETag
    assert (counts.not_modified, counts.stats["discovery/polled"], counts.error) == (1, 1, None)
    name(site, 2, 1)
    site.log.clear()
    counts = run_crawl(tmp_path, entry(site), poll=True).sources["uji"]
    assert (counts.found, counts.fetched) == (1, 1) and asked(site, "/umpan") == [(200, True)]
    assert [path for _, path, _, _ in site.log] == ["/umpan", "/berita/2"]


def open_hurried(database, timeout):
    """The storage of a crawl whose hot sources are looked at every second."""
    import crawler.spiders.source

    crawler.spiders.source.EVERY = 1.0
    return crawling.plain_storage(database, timeout)


@pytest.mark.timing
def test_an_ordinary_run_looks_at_them_as_long_as_it_lasts(tmp_path, site):
    """Another source takes its time; what the hot one names meanwhile is fetched in the same run, which ends with it."""
    with serve() as slow:
        slow.answers["/umpan"] = partial(_late, 6.0, Answer(feed(slow)))
        line = f'{{ method = "feed", url = "{slow.address}/umpan" }}'
        both = entry(site) + catalogue(slow, line).replace('"uji"', '"lambat"')
        threading.Timer(3.0, name, (site, 3, 2, 1)).start()
        begun = time.monotonic()
        with patch.object(crawling, "open_storage", open_hurried):
            report = run_crawl(tmp_path, both, timeout=60)
    counts = report.sources["uji"]
    assert counts.fetched == 3 and counts.error is None
    assert counts.stats["discovery/polled"] >= 2 and len(asked(site, "/umpan")) >= 3
    assert all(conditional for _, conditional in asked(site, "/umpan")[1:]) and site.asked("/berita/1") == 1
    assert time.monotonic() - begun < 120  # it does not wait for another look


def _late(seconds, answer):
    time.sleep(seconds)
    return answer


def test_a_run_of_hot_sources_alone_ends_at_once(tmp_path, site):
    assert run_crawl(tmp_path, entry(site)).outcome == "done"
    assert site.asked("/umpan") == 1


def test_the_command_reads_what_is_new_tells_the_watches_and_leaves_no_empty_runs(pantau, tmp_path, site, webhook):
    (tmp_path / "k.toml").write_text(entry(site))
    cold = tmp_path / "dingin.toml"
    cold.write_text(entry(site, ""))
    refused = pantau("crawl", "--hot", "--catalogue", cold)
    assert refused.returncode == 2 and "hot = true" in refused.stderr
    assert pantau("crawl", "--catalogue", "k.toml").returncode == 0
    receiver = f"json://127.0.0.1:{webhook.server_address[1]}/siaga"
    assert pantau("watch", "add", "siaga", "--query", "dermaga", "--to", receiver).returncode == 0
    site.article("/berita/2", "Pasar apung punya dermaga baru", OTHER)  # no copy of the other
    name(site, 2, 1)
    hot = pantau("crawl", "--hot", "--catalogue", "k.toml")
    assert hot.returncode == 0, hot.stderr
    assert "1 artikel baru" in hot.stderr and len(webhook.received) == 1
    assert pantau("crawl", "--hot", "--catalogue", "k.toml").returncode == 0
    assert query(tmp_path, "SELECT outcome FROM runs ORDER BY id") == [("done",), ("hot",)]
    assert query(tmp_path, "SELECT count(*) FROM articles") == [(2,)]
    assert pantau("schedule", "--catalogue", "k.toml").stdout.count("crawl --hot --max-minutes 2") == 1
    assert "--hot" not in pantau("schedule", "--catalogue", cold).stdout


def test_a_good_run_calls_the_address_and_a_bad_one_is_silent(pantau, tmp_path, site, monkeypatch):
    (tmp_path / "k.toml").write_text(catalogue(site, f'{{ method = "feed", url = "{site.address}/umpan" }}'))
    (tmp_path / "mati.toml").write_text(catalogue(site, f'{{ method = "feed", url = "{site.address}/tidak-ada" }}'))
    site.answers["/detak/uji"] = Answer("ok")
    monkeypatch.setenv("PANTAU_PING", f"{site.address}/detak/uji")
    assert pantau("crawl", "--catalogue", "mati.toml").returncode == 1
    assert pantau("crawl", "--catalogue", "k.toml", "--source", "uji").returncode == 0
    assert site.asked("/detak/uji") == 0
    assert pantau("crawl", "--catalogue", "k.toml").returncode == 0
    assert site.asked("/detak/uji") == 1
    monkeypatch.setenv("PANTAU_PING", "http://127.0.0.1:9/detak")
    silent = pantau("crawl", "--catalogue", "k.toml")
    assert silent.returncode == 0 and "tanda hidup tidak sampai" in silent.stderr
    for wrong in ("http://contoh.id/detak", "ftp://contoh.id/", "https://a:b@contoh.id/", "detak"):
        monkeypatch.setenv("PANTAU_PING", wrong)
        run = pantau("crawl", "--catalogue", "k.toml")
        assert run.returncode == 2 and "PANTAU_PING" in run.stderr, wrong
