"""Real crawls of a real server on loopback: once each, conditional, safe, and through kill -9."""

from __future__ import annotations

import os
import re
import signal
import sqlite3
import subprocess
import sys
import time

import pytest
from warcio.archiveiterator import ArchiveIterator

from tests.conftest import ROOT
from tests.crawler.server import Answer, catalogue, feed, serve


@pytest.fixture
def site():
    with serve() as running:
        yield running


def crawl(pantau, tmp_path, site, discover, *arguments, extra=""):
    file = tmp_path / "katalog.toml"
    file.write_text(catalogue(site, discover.replace("SITE", site.address), extra), encoding="utf-8")
    return pantau("crawl", "--catalogue", file, *arguments)


def query(tmp_path, sql):
    connection = sqlite3.connect(tmp_path / "uji.db")
    try:
        return connection.execute(sql).fetchall()
    finally:
        connection.close()


FEED = '{ method = "feed", url = "SITE/umpan" }'


def test_a_second_crawl_asks_only_conditionally_and_an_update_becomes_a_version(pantau, tmp_path, site):
    for number in range(5):
        site.article(f"/berita/{number}", f"Berita nomor {number} dari desa")
    paths = [f"/berita/{number}" for number in range(5)]
    site.answers["/umpan"] = Answer(feed(site, *paths), content_type="application/xml", etag='"1"')
    first = crawl(pantau, tmp_path, site, FEED)
    assert first.returncode == 0, first.stderr
    assert "5 halaman dibaca: 5 artikel baru, 0 versi baru, 0 tetap, 0 gagal" in first.stderr
    assert query(tmp_path, "SELECT count(*) FROM articles") == [(5,)]
    site.log.clear()
    assert crawl(pantau, tmp_path, site, FEED).returncode == 0
    asked = [(path, status) for _, path, status, _ in site.log if path != "/robots.txt"]
    assert asked == [("/umpan", 304)]
    site.article("/berita/3", "Berita nomor 3 dari desa", "Ralat: " + "dermaga itu dibangun oleh warga sendiri. " * 12)
    site.answers["/umpan"] = Answer(feed(site, *paths, updated={"/berita/3": "2025-11-13T00:00:00Z"}), etag='"2"')
    third = crawl(pantau, tmp_path, site, FEED)
    assert (third.returncode, "0 artikel baru, 1 versi baru, 0 tetap" in third.stderr) == (0, True)
    assert query(tmp_path, "SELECT url LIKE '%/3', version FROM articles ORDER BY version DESC LIMIT 2") == [
        (1, 2),
        (0, 1),
    ]
    site.log.clear()
    assert crawl(pantau, tmp_path, site, FEED).returncode == 0
    assert [path for _, path, _, _ in site.log if path != "/robots.txt"] == ["/umpan"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_page_that_sends_its_reader_on_by_a_meta_element_is_followed(pantau, tmp_path, site, encoding):
    site.article("/berita/baru", "Berita yang pindah alamat di desa")
    page = "<html><head><META HTTP-EQUIV='Refresh' CONTENT='0; url=/berita/baru'></head><body>Pindah</body></html>"
    site.answers["/berita/lama"] = Answer(page.encode(encoding), content_type=f"text/html; charset={encoding}")
    site.answers["/umpan"] = Answer(feed(site, "/berita/lama"), content_type="application/xml")
    run = crawl(pantau, tmp_path, site, FEED)
    assert run.returncode == 0, run.stderr
    assert query(tmp_path, "SELECT title FROM articles") == [("Berita yang pindah alamat di desa",)]


def test_sitemap_index_listing_pages_and_article_pattern(pantau, tmp_path, site):
    for number in range(4):
        site.article(f"/berita/{number}", f"Berita nomor {number} dari kota")
    site.article("/tentang", "Tentang kami dan alamat kantor")
    urls = "".join(f"<url><loc>{site.address}{path}</loc></url>" for path in ("/berita/0", "/tentang"))
    site.answers["/peta.xml"] = Answer(
        f"<sitemapindex><sitemap><loc>{site.address}/peta-1.xml</loc></sitemap></sitemapindex>"
    )
    site.answers["/peta-1.xml"] = Answer(f"<urlset>{urls}</urlset>")
    for page, numbers in ((1, (1, 2)), (2, (3,))):
        links = "".join(f"<h2><a href='/berita/{n}?utm_source=x#y'>B</a></h2>" for n in numbers)
        site.answers[f"/indeks?page={page}"] = Answer(links + "<a href='https://lain.example/'>luar</a>")
    discover = (
        '{ method = "sitemap", url = "SITE/peta.xml" }, '
        '{ method = "listing", url = "SITE/indeks?page={page}", pages = 9, links = "a" }'
    )
    run = crawl(pantau, tmp_path, site, discover, extra=f"article_url = '^{site.address}/berita/'")
    assert run.returncode == 0, run.stderr
    assert query(tmp_path, "SELECT count(*), count(DISTINCT url) FROM articles") == [(4, 4)]
    assert site.asked("/tentang") == 0
    assert site.asked("/indeks?page=3") == 1  # the end of the listing, not an error
    assert site.asked("/indeks?page=4") == 0


def test_every_page_of_a_listing_that_the_catalogue_allows_is_read(pantau, tmp_path, site):
    for page in range(1, 5):
        site.article(f"/berita/{page}", f"Berita nomor {page} dari kota")
        site.answers[f"/indeks?page={page}"] = Answer(f"<h2><a href='/berita/{page}'>B</a></h2>")
    run = crawl(
        pantau, tmp_path, site, '{ method = "listing", url = "SITE/indeks?page={page}", pages = 3, links = "h2 a" }'
    )
    assert run.returncode == 0, run.stderr
    found = query(tmp_path, "SELECT substr(url, -1) FROM articles ORDER BY 1")
    assert found == [("1",), ("2",), ("3",)]
    assert site.asked("/indeks?page=4") == 0


def test_the_database_is_one_file_after_a_run_though_somebody_reads_it(pantau, tmp_path, site):
    """What the crawl wrote is moved out of the WAL at its end: a server that keeps the file open lets it grow."""
    from pipelines.database.open import connect

    site.article("/berita/1", "Berita yang dibaca sambil disimpan")
    site.answers["/umpan"] = Answer(feed(site, "/berita/1"))
    reader = connect(tmp_path / "uji.db").conn
    assert crawl(pantau, tmp_path, site, FEED).returncode == 0
    wal = tmp_path / "uji.db-wal"
    assert wal.stat().st_size == 0
    assert reader.execute("SELECT count(*) FROM articles").fetchone() == (1,)
    reader.close()


def test_a_correction_is_noticed_though_the_sitemap_index_stays_the_same(pantau, tmp_path, site):
    site.article("/berita/1", "Berita yang akan diralat")
    site.answers["/peta.xml"] = Answer(
        f"<sitemapindex><sitemap><loc>{site.address}/peta-1.xml</loc></sitemap></sitemapindex>", etag='"tetap"'
    )
    child = f"<urlset><url><loc>{site.address}/berita/1</loc><lastmod>2025-11-12</lastmod></url></urlset>"
    site.answers["/peta-1.xml"] = Answer(child, etag='"1"')
    discover = '{ method = "sitemap", url = "SITE/peta.xml" }'
    assert crawl(pantau, tmp_path, site, discover).returncode == 0
    site.article(
        "/berita/1", "Berita yang akan diralat", "Ralat: " + "jumlah perahu yang rusak ternyata dua puluh. " * 10
    )
    site.answers["/peta-1.xml"] = Answer(child.replace("11-12", "11-14"), etag='"2"')
    assert crawl(pantau, tmp_path, site, discover).returncode == 0
    assert query(tmp_path, "SELECT version FROM articles") == [(2,)]


def test_robots_txt_is_obeyed_and_the_agent_says_who_it_is_and_what_it_reads(pantau, tmp_path, site):
    site.answers["/robots.txt"] = Answer("User-agent: *\nDisallow: /rahasia/\n", content_type="text/plain")
    site.article("/berita/1", "Berita yang boleh diambil")
    site.article("/rahasia/2", "Berita yang tidak boleh diambil")
    site.answers["/umpan"] = Answer(feed(site, "/berita/1", "/rahasia/2"))
    run = crawl(pantau, tmp_path, site, FEED)
    assert run.returncode == 1
    assert site.asked("/rahasia/2") == 0
    agents = {headers["User-Agent"] for *_, headers in site.log}
    assert len(agents) == 1
    assert re.fullmatch(r"Mozilla/5\.0 \(compatible; Pantau/[\w.]+\)", agents.pop())  # a loopback site asks no contact
    assert {headers["Accept-Language"] for *_, headers in site.log} == {"id,en;q=0.5"}


def test_faults_are_named_and_hide_nothing(pantau, tmp_path, site):
    site.article("/berita/baik", "Berita yang baik dan lengkap")
    site.answers["/berita/rusak"] = Answer("galat", 500)
    site.answers["/berita/hilang"] = Answer("tidak ada", 404)
    site.answers["/berita/pdf"] = Answer(b"%PDF-1.7 ...", content_type="application/pdf")
    site.answers["/berita/kosong"] = Answer("")
    site.answers["/berita/luar"] = Answer("", 302, headers={"Location": "http://127.0.0.2:9/"})
    site.answers["/umpan"] = Answer(
        feed(site, *[f"/berita/{name}" for name in ("baik", "rusak", "hilang", "pdf", "kosong", "luar")])
    )
    run = crawl(pantau, tmp_path, site, FEED)
    assert run.returncode == 1
    assert "5 halaman gagal" in run.stderr
    assert query(tmp_path, "SELECT title FROM articles") == [("Berita yang baik dan lengkap",)]
    errors = dict(query(tmp_path, "SELECT replace(url, rtrim(url, replace(url, '/', '')), ''), error FROM pages"))
    assert "500" in errors["rusak"] and "404" in errors["hilang"] and "application/pdf" in errors["pdf"]
    assert errors["kosong"] == "is empty" and "not on a host" in errors["luar"]
    for _ in range(2):
        crawl(pantau, tmp_path, site, FEED)
    assert query(tmp_path, "SELECT DISTINCT state FROM pages WHERE url LIKE '%hilang'") == [("quarantined",)]
    before = site.asked("/berita/hilang")
    crawl(pantau, tmp_path, site, FEED)
    assert site.asked("/berita/hilang") == before  # given up after three runs


def test_a_broken_discovery_is_the_sources_error(pantau, tmp_path, site):
    site.answers["/umpan"] = Answer("<html>Halaman ini dipindahkan</html>")
    run = crawl(pantau, tmp_path, site, FEED)
    assert run.returncode == 1
    assert "gagal: uji: umpan http://" in run.stderr and "halaman HTML, bukan umpan" in run.stderr


@pytest.mark.timing
def test_what_is_fetched_is_read_while_the_rest_is_still_fetched(pantau, tmp_path, site):
    paths = [f"/berita/{number}" for number in range(50)]
    for number, path in enumerate(paths):
        site.article(path, f"Berita nomor {number} dari teluk")
    last, stored = site.answers[paths[-1]], []

    def when_something_is_stored():
        deadline = time.monotonic() + 25  # the crawl gives a page 30 s
        while time.monotonic() < deadline and not stored:
            stored.extend(query(tmp_path, "SELECT id FROM articles LIMIT 1"))
            time.sleep(0.1)
        return last

    site.answers[paths[-1]] = when_something_is_stored
    site.answers["/umpan"] = Answer(feed(site, *paths))
    run = crawl(pantau, tmp_path, site, FEED)
    assert run.returncode == 0, run.stderr
    assert stored
    assert query(tmp_path, "SELECT count(*), count(DISTINCT url) FROM articles") == [(50, 50)]


def test_since_leaves_older_links_and_those_without_a_date_are_asked_for(pantau, tmp_path, site):
    """A day begins at midnight in WIB, 17.00 of the day before in UTC."""
    times = {
        "/berita/malam-sebelumnya": "2025-11-10T23:59:59+07:00",
        "/berita/tengah-malam": "2025-11-11T00:00:00+07:00",
        "/berita/baru": "2025-11-12T05:00:00+07:00",
    }
    for path in (*times, "/berita/tanpa-tanggal"):
        site.article(path, f"Berita {path} dari kota")
    entries = "".join(
        f"<item><link>{site.address}{path}</link><pubDate>{time}</pubDate></item>" for path, time in times.items()
    )
    entries += f"<item><link>{site.address}/berita/tanpa-tanggal</link></item>"
    site.answers["/umpan"] = Answer(f"<rss version='2.0'><channel>{entries}</channel></rss>")
    assert crawl(pantau, tmp_path, site, FEED, "--since", "2025-11-11").returncode == 0
    asked = {path for _, path, _, _ in site.log if path.startswith("/berita/")}
    assert asked == {"/berita/tengah-malam", "/berita/baru", "/berita/tanpa-tanggal"}


def test_limit(pantau, tmp_path, site):
    for number in range(6):
        site.article(f"/berita/{number}", f"Berita nomor {number} dari kota")
    site.answers["/umpan"] = Answer(feed(site, *[f"/berita/{n}" for n in range(6)]))
    run = crawl(pantau, tmp_path, site, FEED, "--limit", "2")
    assert run.returncode == 0
    assert "6 tautan baru, 2 halaman diambil, 0 tidak berubah (304), 0 gagal" in run.stderr
    assert query(tmp_path, "SELECT count(*) FROM articles") == [(2,)]
    assert crawl(pantau, tmp_path, site, FEED).returncode == 0
    assert query(tmp_path, "SELECT count(*) FROM articles") == [(6,)]
    told = "found, fetched, not_modified, stored, failed"
    assert query(tmp_path, f"SELECT {told} FROM runs ORDER BY id") == [(6, 2, 0, 2, 0), (0, 4, 1, 4, 0)]
    assert query(tmp_path, f"SELECT {told} FROM run_sources ORDER BY run_id") == [(6, 2, 0, 2, 0), (0, 4, 1, 4, 0)]


@pytest.mark.timing
def test_kill_9_loses_no_page_and_stores_none_twice(tmp_path, site):
    count = 40
    for number in range(count):
        site.article(f"/berita/{number}", f"Berita nomor {number} dari pelabuhan")

    def slow_feed() -> Answer:
        return Answer(feed(site, *[f"/berita/{n}" for n in range(count)]))

    site.answers["/umpan"] = slow_feed
    file = tmp_path / "katalog.toml"
    file.write_text(catalogue(site, FEED.replace("SITE", site.address)).replace("delay = 0", "delay = 0.03"))
    command = [
        sys.executable,
        "-m",
        "pipelines.cli",
        "--db",
        str(tmp_path / "uji.db"),
        "crawl",
        "--catalogue",
        str(file),
    ]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    for pages_before_death in (3, 12, 25):
        run = subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL, start_new_session=True)
        deadline = time.monotonic() + 120
        while sum("/berita/" in entry[1] for entry in site.log) < pages_before_death and time.monotonic() < deadline:
            time.sleep(0.01)
        os.killpg(run.pid, signal.SIGKILL)
        run.wait()
    final = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120)
    assert final.returncode == 0, final.stderr
    unread = query(tmp_path, "SELECT url, state, attempts, not_before, error FROM pages WHERE state <> 'done'")
    assert unread == [], final.stderr
    assert query(tmp_path, "SELECT count(*), count(DISTINCT url) FROM articles") == [(count, count)]
    responses = 0
    for warc in (tmp_path / "uji-archive").glob("*.warc.gz"):  # mended: what was torn is gone
        with warc.open("rb") as handle:
            responses += sum(r.rec_type == "response" for r in ArchiveIterator(handle, check_digests="raise"))
    assert responses >= count


@pytest.mark.timing
@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c_and_sigterm_end_within_seconds_with_everything_fetched_stored(tmp_path, site, sign):
    for number in range(200):
        site.article(f"/berita/{number}", f"Berita nomor {number} dari pasar")
    site.answers["/umpan"] = Answer(feed(site, *[f"/berita/{n}" for n in range(200)]))
    file = tmp_path / "katalog.toml"
    file.write_text(catalogue(site, FEED.replace("SITE", site.address)).replace("delay = 0", "delay = 0.2"))
    command = [
        sys.executable,
        "-m",
        "pipelines.cli",
        "--db",
        str(tmp_path / "uji.db"),
        "crawl",
        "--catalogue",
        str(file),
    ]
    run = subprocess.Popen(
        command, env=os.environ | {"PYTHONPATH": str(ROOT)}, stderr=subprocess.PIPE, start_new_session=True
    )
    deadline = time.monotonic() + 120
    while sum("/berita/" in entry[1] for entry in site.log) < 5 and time.monotonic() < deadline:
        time.sleep(0.02)
    begun = time.monotonic()
    if sign == signal.SIGINT:
        os.killpg(run.pid, sign)  # a terminal sends it to the whole group
    else:
        run.send_signal(sign)  # cron's timeout and a plain kill send it to the one process
    _, errors = run.communicate(timeout=60)
    assert time.monotonic() - begun < 30  # all pages would take 40 s
    assert run.returncode == 130, errors
    fetched = query(tmp_path, "SELECT count(*) FROM pages WHERE warc_file IS NOT NULL")[0][0]
    assert fetched >= 4
    assert query(tmp_path, "SELECT outcome FROM runs") == [("interrupted",)]
    assert not list((tmp_path / "uji-archive").glob("*.open"))


def test_two_runs_never_overlap(pantau, tmp_path, site):
    from pipelines.database.lock import run_lock

    site.answers["/umpan"] = Answer(feed(site))
    with run_lock(tmp_path / "uji.db"):
        run = crawl(pantau, tmp_path, site, FEED)
    assert run.returncode == 75
    assert "perintah lain" in run.stderr


def test_the_crawls_process_loads_and_opens_nothing_beyond_its_need():
    # Scrapy 2.19 starts a server through which others run code in the crawl, unless its extensions are left out.
    code = """
import sys
import crawler.handler, crawler.run, pipelines.queue.crawl_storage
from crawler.settings import scrapy_settings
from crawler.catalogue import Source
from scrapy.settings import Settings
settings = Settings(scrapy_settings(Source("a", "A", "media", "https://a.id/", ())))
parts = {name: settings.get_component_priority_dict_with_base(name)
         for name in ("EXTENSIONS", "DOWNLOADER_MIDDLEWARES", "SPIDER_MIDDLEWARES")}
assert not parts["EXTENSIONS"] and len(parts["DOWNLOADER_MIDDLEWARES"]) == 11, parts
sys.exit(" ".join({"aiohttp", "tldextract", "sqlite_utils", "numpy", "spacy", "trafilatura"} & set(sys.modules)) or 0)
"""
    run = subprocess.run([sys.executable, "-c", code], check=False, capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
