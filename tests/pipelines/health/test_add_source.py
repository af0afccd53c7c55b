"""`pantau sources add`: a working entry for sites of different make, and a clear no for the others."""

from __future__ import annotations

import time
import tomllib
from pathlib import Path

import pytest

from crawler.catalogue import Written, as_source
from crawler.catalogue_checks import complaints
from crawler.homepage import parsed
from crawler.listing_shape import find_container, find_paging
from crawler.new_entry import as_toml, guess_kind, make_id
from crawler.own_sources import with_own
from crawler.prospect import MOST_REQUESTS
from pipelines.health.proposal import propose
from tests.crawler.crawling import query
from tests.crawler.server import Answer, serve
from tests.pipelines.archive.fetched import page as fetched
from tests.pipelines.health.new_sites import HEADLINES, REFUSED, WORKING, with_offsets, with_rss

SECONDS = 30.0


@pytest.mark.parametrize("name", WORKING)
def test_a_site_gets_an_entry_that_works(name):
    make, method, place = WORKING[name]
    with serve() as site:
        make(site)
        found = propose(f"{site.address}/", SECONDS, {})
        assert found.why_not is None, (found.why_not, found.said)
        assert found.entry is not None
        (way, *_) = found.entry["discover"]
        assert (way["method"], way["url"]) == (method, f"{site.address}{place}")
        assert [article.title for article in found.articles] == HEADLINES[: len(found.articles)] and found.articles
        assert all(article.published_at and article.words > 60 for article in found.articles)
        assert len(site.log) <= MOST_REQUESTS
        assert all("Pantau/" in headers["User-Agent"] for *_, headers in site.log)
        (written,) = tomllib.loads(as_toml(found.entry))["source"]
        assert written == found.entry
        assert complaints([as_source(Written(Path("a.toml"), 1, written))]) == []


def test_a_listing_gets_its_pages_and_what_its_links_stand_in():
    with serve() as site:
        with_offsets(site)
        found = propose(f"{site.address}/", SECONDS, {})
        assert found.entry is not None
        (way,) = found.entry["discover"]
        assert way == {
            "method": "listing",
            "url": f"{site.address}/kabar?mulai={{offset}}",
            "pages": 5,
            "step": 8,
            "links": "h4 a",
        }
        (source,) = [as_source(Written(Path("a.toml"), 1, found.entry))]
        assert source.discover[0].urls()[:3] == [f"{site.address}/kabar?mulai={n}" for n in (0, 8, 16)]


@pytest.mark.parametrize(
    ("url", "pager", "wanted"),
    [
        ("https://a.id/berita", '<a href="/berita?page=2">2</a><a href="/berita?page=3">3</a>', "/berita?page={page}"),
        ("https://a.id/berita/", '<a href="/berita/2">2</a><a href="/berita/7">7</a>', "/berita/{page}"),
        ("https://a.id/b.php?m=9", '<a href="b.php?m=9&p=2&s=2x">2</a>', "/b.php?m=9&p=2&s={page}x"),
        ("https://a.id/berita", '<a href="/berita?page=2" rel="next">Lainnya</a>', "/berita?page={page}"),
        ("https://a.id/", '<a href="/page/2/">Older posts</a>', "/page/{page}/"),
        # A calendar, articles and menus that show numbers, another list's pager, another host's.
        ("https://a.id/", "".join(f'<a href="/2026/12/{n}">{n}</a>' for n in range(1, 32)), None),
        ("https://a.id/", '<a href="/menu/2">2</a>', None),
        ("https://a.id/berita", '<a href="/galeri?page=2">2</a>', None),
        ("https://a.id/berita", '<a href="https://b.id/berita?page=2">2</a>', None),
        ("https://a.id/berita", '<a href="/berita/komentar">2</a>', None),
        ("https://a.id/berita", '<a href="http://[::1/2">2</a><a href="javascript:2">2</a><a>2</a>', None),
    ],
)
def test_a_pager_tells_where_the_pages_are(url, pager, wanted):
    page = fetched(url, f"<html><body><p>Berita</p>{pager}</body></html>".encode())
    root = parsed(page)
    assert root is not None
    paging = find_paging(page, root)
    assert (paging and paging.url.removeprefix("https://a.id")) == wanted


def test_a_pager_of_ten_thousand_links_takes_no_time():
    links = "".join(f'<a class="a{n} b c" href="/berita/{n}/1/2/3">{n}</a>' for n in range(10_000))
    page = fetched("https://a.id/berita", f"<html><body><div class='k l m'>{links}</div></body></html>".encode())
    root = parsed(page)
    assert root is not None
    begun = time.process_time()
    find_paging(page, root)
    assert find_container(page, root, {f"https://a.id/berita/{n}/1/2/3" for n in range(2_000)}) is None  # all are
    assert time.process_time() - begun < 15


@pytest.mark.parametrize("name", REFUSED)
def test_a_site_that_cannot_be_read_gets_a_clear_no(name):
    make, words = REFUSED[name]
    with serve() as site:
        make(site)
        found = propose(f"{site.address}/", SECONDS, {})
        assert found.entry is None and found.why_not and words in found.why_not, (found.why_not, found.said)
        assert len(site.log) <= MOST_REQUESTS


def test_a_host_that_is_dead_or_leads_elsewhere_gets_a_clear_no():
    dead = propose("http://127.0.0.1:9/", SECONDS, {})
    assert dead.entry is None and dead.why_not and "hostnya menolak sambungan" in dead.why_not
    unknown = propose("http://tidak-ada.localhost/", SECONDS, {})
    assert unknown.entry is None and unknown.why_not and "tidak-ada.localhost" in unknown.why_not
    with serve() as site, serve() as other:
        with_rss(other)
        site.answers["/"] = Answer("", 301, headers={"Location": f"{other.address}/"})
        moved = propose(f"{site.address}/", SECONDS, {})
        assert moved.entry is None and moved.why_not
        assert f"mengalihkan ke {other.address}/" in moved.why_not
        assert other.log == []


def test_the_command_writes_what_a_crawl_then_reads_and_never_over_another(pantau, tmp_path):
    (tmp_path / "k.toml").write_text(
        '[[source]]\nid = "lain"\nname = "Lain"\nkind = "media"\nhomepage = "http://127.0.0.1:9/"\n'
        'discover = [{ method = "feed", url = "http://127.0.0.1:9/a" }]\nstatus = "paused"\nnote = "x"\n',
        encoding="utf-8",
    )
    given = ("--catalogue", "k.toml", "--id", "uji")
    with serve() as site:
        with_rss(site)
        shown = pantau("sources", "add", site.address, *given, "--dry-run")
        assert shown.returncode == 0 and shown.stdout.startswith('[[source]]\nid = "uji"'), shown.stderr
        assert "8 artikel, 8 bertanggal" in shown.stderr and HEADLINES[0] in shown.stderr
        assert not (tmp_path / "sources").exists()
        added = pantau("sources", "add", site.address, *given)
        assert (added.returncode, added.stdout) == (0, shown.stdout)
        assert (tmp_path / "sources" / "uji.toml").read_text(encoding="utf-8") == added.stdout
        crawled = pantau("crawl", "--catalogue", "k.toml")
        assert crawled.returncode == 0, crawled.stderr
        assert query(tmp_path, "SELECT count(*) FROM articles WHERE source_id = 'uji'") == [(8,)]
        asked = len(site.log)
        again = pantau("sources", "add", site.address, *given)
        assert again.returncode == 2 and "uji" in again.stderr and len(site.log) == asked
        renamed = pantau("sources", "add", site.address, *given, "--replace", "--name", 'Kabar "Uji" \\ Baru')
        assert renamed.returncode == 0
        (entry,) = tomllib.loads((tmp_path / "sources" / "uji.toml").read_text(encoding="utf-8"))["source"]
        assert entry["name"] == 'Kabar "Uji" \\ Baru'
        twice = pantau("sources", "add", site.address, "--catalogue", "k.toml", "--id", "baru")
        assert twice.returncode == 2 and "sudah ada di katalog sebagai 'uji' (active)" in twice.stderr
        taken = pantau("sources", "add", site.address, "--catalogue", "k.toml", "--id", "lain")
        assert taken.returncode == 2 and "lain" in taken.stderr
        (tmp_path / "sources" / "lagi.toml").write_text('[[source]]\nid = "lain"\ndelay = 9\n', encoding="utf-8")
        elsewhere = pantau("sources", "add", site.address, "--catalogue", "k.toml", "--id", "lain", "--replace")
        assert elsewhere.returncode == 2 and "lagi.toml" in elsewhere.stderr


def test_what_takes_the_place_of_one_of_ours_keeps_none_of_its_keys(pantau, tmp_path):
    with serve() as site:
        with_rss(site)
        ours = f'[[source]]\nid = "uji"\nname = "Uji"\nkind = "media"\nhomepage = "{site.address}/"\n'
        ours += (
            f'discover = [{{ method = "feed", url = "{site.address}/mati" }}]\narticle_url = "/mati/"\nnote = "mati"\n'
        )
        (tmp_path / "k.toml").write_text(ours + '[source.extract]\nbody = "div.mati"\n', encoding="utf-8")
        run = pantau("sources", "add", site.address, "--catalogue", "k.toml", "--id", "uji", "--replace")
        assert run.returncode == 0, run.stderr
    (source,) = with_own(tmp_path / "k.toml", tmp_path / "sources")
    assert (source.article_url, source.note, source.extract) == (None, None, {})
    assert [way.url for way in source.discover] == [f"{site.address}/rss.xml"]


@pytest.mark.parametrize("url", ["bukan situs", "ftp://contoh.id/", "http://[::1/"])
def test_what_is_no_address_is_refused(pantau, tmp_path, url):
    run = pantau("sources", "add", url)
    assert run.returncode == 2 and "bukan alamat situs" in run.stderr, run.stderr
    assert list(tmp_path.iterdir()) == []


def test_an_id_names_no_file_elsewhere(pantau, tmp_path):
    run = pantau("sources", "add", "http://127.0.0.1:9/", "--id", "../luar")
    assert run.returncode == 2 and "--id ../luar: pakai huruf kecil" in run.stderr, run.stderr


def test_a_real_site_is_owed_a_contact(pantau, monkeypatch):
    monkeypatch.delenv("PANTAU_CONTACT", raising=False)
    run = pantau("sources", "add", "https://nyata.invalid/")
    assert run.returncode == 2 and "PANTAU_CONTACT" in run.stderr


@pytest.mark.parametrize(
    ("url", "name", "kind", "wanted"),
    [
        ("https://www.kemenuji.go.id/", "Kementerian Perujian RI", "kementerian", "kemenuji"),
        ("https://jabarprov.go.id/", "Portal Jabar", "pemda", "jabarprov"),
        ("https://ppid.serangkota.go.id/", "PPID", "pemda", "ppid-serangkota"),
        ("https://uji.go.id/", "Badan Uji", "lembaga", "uji"),
        ("https://uji.go.id/", "Pemerintah Kabupaten Uji", "pemda", "uji"),
        ("https://news.kabar-uji.com/", "Kabar", "media", "news-kabar-uji"),
        ("https://ptuji.co.id/", "PT Uji (Persero) Tbk", "bumn", "ptuji"),
        ("http://127.0.0.1:8801/", "", "media", "127-0-0-1-8801"),
    ],
)
def test_id_and_kind_are_guessed_from_domain_and_name(url, name, kind, wanted):
    assert (guess_kind(url, name), make_id(url)) == (kind, wanted)
