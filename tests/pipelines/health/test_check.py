"""`pantau sources check`: what it finds on a real server, well or broken, and that it stores nothing."""

from __future__ import annotations

import json
import time

import pytest

from crawler.catalogue import Discovery, Source
from crawler.probe import Notes, Probe
from pipelines.health.check import SourceCheck, judge_source, nobody_answers
from tests.crawler.server import Answer, catalogue, feed, serve

pytestmark = pytest.mark.timing  # sites that do not answer, and others that have to meanwhile

BODY = "Warga kampung membangun dermaga kayu bersama pemerintah kabupaten sejak awal bulan ini. " * 6


@pytest.fixture(scope="module")
def site():
    with serve() as running:
        for number in range(4):
            running.article(f"/berita/{number}", f"Berita nomor {number} dari desa", BODY)
        running.answers["/umpan"] = Answer(feed(running, "/berita/0", "/berita/1"), content_type="application/xml")
        running.answers["/umpan-3"] = Answer(feed(running, "/berita/3"), content_type="application/xml")
        running.answers["/rusak"] = Answer("<html><body>Halaman ini dipindahkan</body></html>")
        running.answers["/indeks"] = Answer("<h2><a href='/berita/2'>x</a></h2><a href='/tentang'>Tentang</a>")
        running.answers["/robots.txt"] = Answer("User-agent: *\nDisallow: /rahasia\n", content_type="text/plain")
        running.answers["/kosong"] = Answer(feed(running), content_type="application/xml")
        running.answers["/mati"] = Answer(feed(running, "/hilang"), content_type="application/xml")

        def slow():
            time.sleep(7)
            return Answer("")

        # A host of their own: several failures in a row close one for all its sources.
        with serve() as troubled:
            troubled.answers["/galat"] = Answer("galat", 500)
            troubled.answers["/lambat"] = slow
            yield running, troubled


# id -> (method and path, the listing's links or None, further keys)
SOURCES = {
    "baik": ("feed /umpan", None, '[source.extract]\nbody = "p"'),
    "umpan-rusak": ("feed /rusak", None, ""),
    "galat": ("feed /galat", None, ""),
    "hilang": ("feed /tidak-ada", None, ""),
    "pemilih": ("listing /indeks", "h3 a", ""),
    "pola": ("listing /indeks", "a", "article_url = '/artikel/'"),
    "pola-baik": ("listing /indeks", "a", "article_url = '/berita/'"),
    "pilih-isi": ("feed /umpan-3", None, '[source.extract]\nbody = "div.isi"\nauthor = "span.penulis"'),
    "robot": ("feed /rahasia", None, ""),
    "kosong": ("feed /kosong", None, ""),
    "artikel-mati": ("feed /mati", None, ""),
    "lambat": ("feed /lambat", None, ""),
}


@pytest.fixture(scope="module")
def checked(site, tmp_path_factory):
    """Every source above in one run, as its JSON rows by id, with the run itself and its seconds."""
    import os
    import subprocess
    import sys

    from tests.conftest import ROOT

    folder = tmp_path_factory.mktemp("periksa")
    text = ""
    for name, (way, links, extra) in SOURCES.items():
        method, path = way.split()
        selector = f', links = "{links}"' if links else ""
        where = site[1] if name in ("galat", "lambat") else site[0]
        discover = f'{{ method = "{method}", url = "{where.address}{path}"{selector} }}'
        text += catalogue(where, discover, extra).replace('id = "uji"', f'id = "{name}"')
    (folder / "k.toml").write_text(text, encoding="utf-8")
    command = [
        sys.executable,
        "-m",
        "pipelines.cli",
        "sources",
        "check",
        "--catalogue",
        "k.toml",
        "--json",
        "--seconds",
        "12",
    ]
    begun = time.monotonic()
    run = subprocess.run(
        command, cwd=folder, env=os.environ | {"PYTHONPATH": str(ROOT)}, capture_output=True, text=True, timeout=90
    )
    seconds = time.monotonic() - begun
    assert [path.name for path in folder.iterdir()] == ["k.toml"]  # nothing is stored
    return {row["id"]: row for row in map(json.loads, run.stdout.splitlines())}, run, seconds


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("umpan-rusak", "/rusak: halaman HTML, bukan umpan"),
        ("galat", "/galat: menjawab 500 (galat di situs itu)"),
        ("hilang", "/tidak-ada: menjawab 404 (tidak ditemukan)"),
        ("pemilih", "/indeks: pemilih `links` tidak menemukan tautan"),
        ("pola", "/indeks: tidak satu pun dari 2 tautannya cocok dengan `article_url`"),
        ("pilih-isi", "pemilih isi (div.isi) tidak menemukan apa pun"),
        ("pilih-isi", "pemilih penulis (span.penulis) tidak menemukan apa pun"),
        ("robot", "/rahasia: dilarang oleh robots.txt situs itu"),
        ("kosong", "/kosong: kosong"),
        ("artikel-mati", "/hilang: menjawab 404 (tidak ditemukan)"),
    ],
)
def test_what_broke_is_said_plainly(checked, source, words):
    rows, run, _ = checked
    assert any(words in sentence for sentence in rows[source]["broken"]), rows[source]["broken"]
    assert words in run.stderr


def test_what_is_well_is_shown_with_its_article(checked):
    rows, run, _ = checked
    assert run.returncode == 1
    assert [name for name, row in rows.items() if not row["broken"]] == ["baik", "pola-baik"]
    (probe,) = rows["baik"]["discoveries"]
    assert (probe["status"], probe["links"], probe["articles"], probe["newest"]) == (
        200,
        2,
        2,
        "2025-11-12T02:00:00+00:00",
    )
    article = rows["baik"]["article"]
    assert (article["title"], article["words"] > 60, article["selectors"]) == (
        "Berita nomor 0 dari desa",
        True,
        {"body": True},
    )
    assert article["published_at"].startswith("2025-11-1")
    (probe,) = rows["pola-baik"]["discoveries"]
    assert (probe["links"], probe["articles"]) == (2, 1)


def test_a_slow_site_ends_in_time_and_delays_no_other(checked):
    rows, _, seconds = checked
    assert rows["lambat"]["broken"]
    assert seconds < 60  # 12 s, the request in flight, and the start of two processes on a shared machine


def test_it_is_polite(checked, site):
    assert site[0].asked("/rahasia") == 0
    assert all("(compatible; Pantau/" in headers["User-Agent"] for *_, headers in site[0].log)
    assert not any("If-None-Match" in headers for *_, headers in site[0].log)


def test_an_unknown_id_is_named(pantau, site, tmp_path):
    discover = f'{{ method = "feed", url = "{site[0].address}/umpan" }}'
    (tmp_path / "k.toml").write_text(catalogue(site[0], discover), encoding="utf-8")
    unknown = pantau("sources", "check", "--catalogue", "k.toml", "lain")
    assert (unknown.returncode, unknown.stdout) == (2, "")
    assert "lain: tidak ada di katalog" in unknown.stderr


def test_when_nobody_answers_it_is_our_network():
    silent = SourceCheck("a", "A", "active", (Probe("feed", "http://a/", 0, "failed: DNSLookupError"),), None, ("x",))
    heard = SourceCheck("b", "B", "active", (Probe("feed", "http://b/", 500, "answered 500"),), None, ("x",))
    assert nobody_answers([silent, silent])
    assert not nobody_answers([silent, heard])
    assert not nobody_answers([silent])


def test_a_site_that_never_answers_is_said_with_the_time_it_had():
    source = Source(
        "a", "A", "media", "http://a.example/", (Discovery("listing", "http://a.example/p/{page}", pages=3),)
    )
    assert judge_source(source, Notes(), None, 20.0).broken == (
        "daftar http://a.example/p/1: tidak menjawab dalam 20 detik",
    )
    late = Notes([Probe("listing", "http://a.example/p/1", 200, None, 5, 5)], page_url="http://a.example/berita")
    assert judge_source(source, late, None, 20.0).broken == (
        "artikel http://a.example/berita: tidak menjawab dalam 20 detik",
    )
