"""Sources whose pages a script draws: through a real chromium, every request of it through the crawl's own gate."""

from __future__ import annotations

import itertools
import json
import os
import time
from functools import partial
from unittest.mock import patch

import pytest
from warcio.archiveiterator import ArchiveIterator

from crawler.browser import chromium, require_browser
from crawler.catalogue import choose, load_catalogue
from crawler.errors import SettingError
from pipelines.archive.warc import archive_folder
from tests.crawler import crawling
from tests.crawler.crawling import query, run_crawl
from tests.crawler.server import LOREM, Answer, catalogue, serve

pytest.importorskip("playwright.async_api", reason="Playwright is not installed: pip install 'pantau[browser]'")
needs_chromium = pytest.mark.skipif(chromium() is None, reason="no chromium; apt-get install chromium")
SHELL = '<!doctype html><html><head><title>Memuat ...</title></head><body><div id="isi"></div>{}</body></html>'
# The site's one program: a list at /warta, an article below /baca/; and what any such site asks for beside it.
PROGRAM = """
const isi = document.getElementById("isi"), jalur = location.pathname;
async function gambar() {
  if (jalur === "/warta") {
    const daftar = await (await fetch("/api/warta")).json();
    isi.innerHTML = daftar.map((b) => `<h2><a href="${b.alamat}">${b.judul}</a></h2>`).join("");
  } else {
    const berita = await (await fetch("/api" + jalur)).json();
    document.title = berita.judul;
    isi.innerHTML = `<h1>${berita.judul}</h1><p>Rabu, 12 November 2025</p><p>${berita.teks}</p><img src="/gambar.png">`;
  }
  for (const lain of ["/api/rahasia", "TETANGGA/dalam", "http://10.0.0.1/dalam"]) fetch(lain).catch(() => 0);
  new WebSocket(location.origin.replace("http", "ws") + "/soket").onerror = () => 0;
  navigator.sendBeacon("/hitung", "1");
  document.head.insertAdjacentHTML("beforeend",
    '<link rel="prefetch" href="/nanti"><link rel="preconnect" href="TETANGGA"><link rel="stylesheet" href="/gaya.css">');
  document.body.insertAdjacentHTML("beforeend", '<iframe src="TETANGGA/bingkai"></iframe><img src="TETANGGA/x.png">');
}
gambar();
"""
LINE = '{{ method = "listing", url = "{}/warta", links = "h2 a" }}'
EXTRA = 'status = "needs-browser"\nnote = "digambar oleh skrip"\narticle_url = "/baca/"\n'


def open_quickly(longest, database, timeout):
    """The storage of a crawl whose pages may take so many seconds to draw."""
    import crawler.browser

    crawler.browser.LONGEST = longest
    return crawling.plain_storage(database, timeout)


def drawn_crawl(folder, site, *, longest=20.0, extra=EXTRA, **options):
    with (
        patch.dict(os.environ, PANTAU_BROWSER="1"),
        patch.object(crawling, "open_storage", partial(open_quickly, longest)),
    ):
        return run_crawl(folder, catalogue(site, LINE.format(site.address), extra), **options)


@pytest.fixture
def neighbour():
    """Another service of the same machine, which no page may reach."""
    with serve() as site:
        yield site


@pytest.fixture
def site(neighbour):
    with serve() as site:
        shell = SHELL.format('<script src="/program.js"></script>')
        site.answers["/warta"] = Answer(shell, etag='"kosong"')
        site.answers["/robots.txt"] = Answer("User-agent: *\nDisallow: /api/rahasia\n", content_type="text/plain")
        program = PROGRAM.replace("TETANGGA", neighbour.address)
        site.answers["/program.js"] = Answer(program, content_type="text/javascript")
        listed = []
        for number in (1, 2):
            title = f"Dermaga kayu nomor {number} selesai diperbaiki"
            listed.append({"alamat": f"/baca/{number}", "judul": title})
            site.answers[f"/baca/{number}"] = Answer(shell, etag='"kosong"')
            text = json.dumps({"judul": title, "teks": LOREM})
            site.answers[f"/api/baca/{number}"] = Answer(text, content_type="application/json")
        site.answers["/api/warta"] = Answer(json.dumps(listed), content_type="application/json")
        yield site


@pytest.mark.timing
@pytest.mark.browser
@needs_chromium
def test_a_site_drawn_by_a_script_is_crawled_through_the_gate(tmp_path, site, neighbour):
    counts = drawn_crawl(tmp_path, site).sources["uji"]
    assert (counts.error, counts.failed, counts.found, counts.fetched) == (None, 0, 2, 2)
    asked = [path for _, path, _, _ in site.log]
    assert sorted(asked) == sorted(
        ["/robots.txt", "/warta", "/program.js", "/api/warta", "/baca/1", "/api/baca/1", "/baca/2", "/api/baca/2"]
    )  # no picture, style, socket, beacon, prefetch or frame; its program once; nothing that robots.txt forbids
    assert neighbour.log == []
    for _, _, _, headers in site.log:
        assert "compatible; Pantau/" in headers["User-Agent"] and "Cookie" not in headers
    assert counts.stats["browser/drawn"] == 3 and counts.stats["robots/forbidden"] == 3
    assert counts.stats["host_guard/refused"] >= 6 and counts.stats["browser/refused"] >= 12
    _the_archive_says_that_a_page_was_drawn(tmp_path)
    _only_what_is_new_is_drawn_by_a_second_run(tmp_path, site)


def _noted(times, answer):
    times.append(time.monotonic())
    return answer


def _the_archive_says_that_a_page_was_drawn(folder):
    rows = query(folder, "SELECT etag, last_modified, warc_file FROM pages")
    assert [row[:2] for row in rows] == [(None, None)] * 2  # of the empty page, not of what was drawn
    with (archive_folder(folder / "uji.db") / rows[0][2]).open("rb") as file:
        answers = [
            (record.http_headers, record.content_stream().read())
            for record in ArchiveIterator(file)
            if record.rec_type == "response"
        ]
    assert len(answers) == 2
    for headers, body in answers:
        assert headers.get_header("X-Pantau") == "drawn by a browser; not as the server sent it"
        assert headers.get_header("ETag") is None and LOREM.encode() in body


def _only_what_is_new_is_drawn_by_a_second_run(folder, site):
    before = site.asked("/baca/1")
    third = Answer(json.dumps({"judul": "Pasar apung dibuka lagi di muara", "teks": LOREM}))
    site.answers["/baca/3"], site.answers["/api/baca/3"] = site.answers["/baca/1"], third
    listed = [*json.loads(site.answers["/api/warta"].body), {"alamat": "/baca/3", "judul": "Pasar apung dibuka lagi"}]
    site.answers["/api/warta"].body = json.dumps(listed)
    counts = drawn_crawl(folder, site).sources["uji"]  # though the listing's own ETag is what it was
    assert (counts.found, counts.fetched, site.asked("/baca/1") - before) == (1, 1, 0)
    counts = drawn_crawl(folder, site).sources["uji"]  # the same list, drawn, is the same by our own validator
    assert (counts.not_modified, counts.fetched) == (1, 0)


@pytest.mark.timing
@pytest.mark.browser
@needs_chromium
def test_the_hosts_delay_lies_between_all_requests_of_a_page(tmp_path, site):
    times = []
    for path, answer in list(site.answers.items()):
        if path != "/robots.txt":
            site.answers[path] = partial(_noted, times, answer)
    text = catalogue(site, LINE.format(site.address), EXTRA).replace("delay = 0", "delay = 0.3")
    with patch.dict(os.environ, PANTAU_BROWSER="1"):
        assert run_crawl(tmp_path, text, limit=1).sources["uji"].fetched == 1
    gaps = [after - before for before, after in itertools.pairwise(times)]
    assert len(times) == 5 and min(gaps) > 0.28


HOSTILE = {
    "putar": "while (true) {}",
    "tanya": "setInterval(() => fetch('/api/warta?' + Math.random()), 20)",
    "besar": "document.body.textContent = 'x'.repeat(3e7)",
    "sela": "alert('halo'); prompt('siapa')",
    "pergi": "location.href = '/pergi'",
    "rusak": "throw new Error('rusak')",
    "tutup": "document.documentElement.remove(); window.close()",
}


@pytest.mark.timing
@pytest.mark.browser
@needs_chromium
def test_a_hostile_program_costs_its_page_and_no_other(tmp_path, site):
    listed = json.loads(site.answers["/api/warta"].body)
    for name, script in HOSTILE.items():
        site.answers[f"/baca/{name}"] = Answer(SHELL.format(f"<p>{LOREM}</p><script>{script}</script>"))
        listed.insert(0, {"alamat": f"/baca/{name}", "judul": f"Halaman {name} yang tidak ramah"})
    site.answers["/api/warta"].body = json.dumps(listed)
    counts = drawn_crawl(tmp_path, site, longest=5.0).sources["uji"]
    states = dict(query(tmp_path, "SELECT replace(url, ?, ''), state FROM pages", f"{site.address}/baca/"))
    assert states == dict.fromkeys([*HOSTILE, "1", "2"], "fetched") | {"putar": "failed", "besar": "failed"}
    assert counts.error is None and counts.stats["browser/failed"] and counts.stats["browser/unsettled"]
    assert site.asked("/pergi") == 0 and len(site.log) < 100
    errors = dict(query(tmp_path, "SELECT replace(url, ?, ''), error FROM errors", f"{site.address}/baca/"))
    assert "the browser failed: " in errors["putar"] and "browser" in errors["besar"].lower()


def test_it_is_off_unless_asked_for(pantau, tmp_path, site):
    file = tmp_path / "katalog.toml"
    file.write_text(catalogue(site, LINE.format(site.address), EXTRA))
    assert pantau("crawl", "--catalogue", file).returncode == 2  # no active source
    assert site.log == []


def test_a_missing_browser_is_said_before_anything_is_asked(pantau, monkeypatch, tmp_path, site):
    file = tmp_path / "katalog.toml"
    file.write_text(catalogue(site, LINE.format(site.address), EXTRA))
    monkeypatch.setenv("PANTAU_CHROMIUM", str(tmp_path / "tidak-ada"))
    run = pantau("crawl", "--catalogue", file, "--browser")
    assert run.returncode == 2 and "chromium" in run.stderr and "tidak-ada" in run.stderr
    assert site.log == [] and not (tmp_path / "uji.db").exists()


def test_what_is_missing_is_named(monkeypatch, tmp_path, site):
    file = tmp_path / "katalog.toml"
    file.write_text(catalogue(site, LINE.format(site.address), EXTRA))
    sources = choose(load_catalogue(file), (), browser=True)
    require_browser(sources)  # nobody has asked for one
    monkeypatch.setenv("PANTAU_BROWSER", "1")
    monkeypatch.delenv("PANTAU_CHROMIUM", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(SettingError, match="apt-get install chromium"):
        require_browser(sources)
    monkeypatch.setattr("crawler.browser.find_spec", lambda name: None)
    with pytest.raises(SettingError, match=r"pip install 'pantau\[browser\]'"):
        require_browser(sources)


def test_nobody_draws_strangers_pages_as_root(monkeypatch, tmp_path):
    file = tmp_path / "katalog.toml"
    text = '[[source]]\nid = "a"\nname = "A"\nkind = "media"\nhomepage = "https://a.id/"\nstatus = "needs-browser"\n'
    file.write_text(text + 'note = "x"\ndiscover = [{ method = "listing", url = "https://a.id/b", links = "a" }]\n')
    monkeypatch.setenv("PANTAU_BROWSER", "1")
    monkeypatch.setenv("PANTAU_CHROMIUM", "/bin/true")
    monkeypatch.setattr("os.geteuid", lambda: 0)
    with pytest.raises(SettingError, match="ordinary user"):
        require_browser(load_catalogue(file))
