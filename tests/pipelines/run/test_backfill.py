"""`pantau backfill`: a source's past by every way there is, politely, each page once, whatever happens."""

from __future__ import annotations

import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from contextlib import closing
from datetime import date, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from crawler.history import Days, days_of_article, days_of_sitemap
from pipelines.database.lock import LockHeld, is_wanted, run_lock
from tests.conftest import ROOT
from tests.crawler.server import LOREM, Answer, catalogue, serve

PLACES = ["Sampit", "Bitung", "Kupang", "Ternate", "Sorong", "Ambon", "Palu", "Tual"]


def story(n: int, day: date) -> Answer:
    """A page that no other one is a copy of."""
    words = LOREM.split()
    random.Random(n).shuffle(words)
    title = f"Bupati Resmikan Dermaga Nomor {n} di {PLACES[n % len(PLACES)]}"
    return Answer(
        f'<html lang="id"><head><title>{title}</title><meta property="article:published_time" '
        f'content="{day}T09:00:00+07:00"></head><body><article><h1>{title}</h1><p>{" ".join(words)}. {LOREM[n % 50 :]}</p>'
        "</article></body></html>"
    )


def ask(folder, sql, *values):
    with closing(sqlite3.connect(folder / "uji.db")) as connection:
        return connection.execute(sql, values).fetchall()


def asked(site, part="/berita/"):
    return Counter(path for _, path, _, _ in site.log if part in path)


def write(folder, site, discover, extra="article_url = '/berita/'"):
    (folder / "katalog.toml").write_text(catalogue(site, discover, extra), encoding="utf-8")


def monthly(site, months, each, suffix="xml"):
    """Sitemaps by month, back from 2025-06, and an index that dates them; the last day of each month first."""
    entries, pages = [], {}
    for back in range(months):
        year, month = divmod(2025 * 12 + 5 - back, 12)
        month += 1
        urls = []
        for n in range(each):
            day, path = date(year, month, 1 + n % 28), f"/berita/{back}-{n}"
            site.answers[path] = story(back * each + n, day)
            pages[path] = day
            urls.append(f"<url><loc>{site.address}{path}</loc><lastmod>{day}T10:00:00+07:00</lastmod></url>")
        path = f"/peta-{year}-{month:02}.{suffix}"
        site.answers[path] = Answer(f"<urlset>{''.join(urls)}</urlset>", content_type="text/xml")
        entries.append(f"<sitemap><loc>{site.address}{path}</loc></sitemap>")
    index = f"<sitemapindex>{''.join(entries)}</sitemapindex>"
    site.answers["/peta.xml"] = Answer(index, content_type="text/xml")
    return pages


def test_sitemaps_by_month_are_asked_for_as_far_as_the_days_go(tmp_path, pantau):
    with serve() as site:
        monthly(site, 24, 6)
        write(tmp_path, site, f'{{ method = "sitemap", url = "{site.address}/peta.xml" }}')
        command = ["backfill", "uji", "--since", "2025-02-03", "--until", "2025-04-30", "--catalogue", "katalog.toml"]
        refused = pantau(*command)
        assert refused.returncode == 2
        assert "--yes" in refused.stderr
        assert not site.log
        run = pantau(*command, "--yes")
        assert run.returncode == 0, run.stderr
        assert "uji, 2025-02-03 sampai 2025-04-30: sekitar 1" in run.stderr
        assert "uji: selesai" in run.stderr
        months = asked(site, "/peta-")
        assert months == {"/peta-2025-04.xml": 1, "/peta-2025-03.xml": 1, "/peta-2025-02.xml": 1}
        wanted = {f"/berita/{back}-{n}" for back in (2, 3, 4) for n in range(6)} - {"/berita/4-0", "/berita/4-1"}
        assert asked(site) == dict.fromkeys(wanted, 1)
        assert ask(tmp_path, "SELECT count(*), min(origin) FROM articles") == [(16, "pengambilan susulan")]
        assert ask(tmp_path, "SELECT DISTINCT state FROM pages") == [("done",)]
        site.log.clear()
        run = pantau(*command, "--yes")  # a finished one begins anew: the sitemaps, and no page that is there
        assert run.returncode == 0, run.stderr
        assert not asked(site)


def test_a_listing_by_day_and_one_by_page_end_where_the_days_end(tmp_path, pantau):
    start = date(2025, 6, 30)
    with serve() as site:
        for back in range(60):
            day = start - timedelta(days=back)
            links = []
            for n in range(2):
                path = f"/berita/{back}-{n}"
                site.answers[path] = story(back * 2 + n, day)
                links.append(f'<a href="{path}">x</a>')
            site.answers[f"/indeks/{day:%Y/%m/%d}"] = Answer("".join(links))
        for page in range(1, 16):  # four days a page, without dates; the last page for ever after
            links = [f'<a href="/berita/{back}-{n}">x</a>' for back in range(4 * page - 4, 4 * page) for n in range(2)]
            site.answers[f"/arsip?hal={page}"] = Answer("".join(links))
        site.fallback = lambda path: site.answers["/arsip?hal=15"] if "/arsip" in path else Answer("", 404)
        since = (start - timedelta(days=9)).isoformat()
        more = ["--since", since, "--until", start.isoformat(), "--catalogue", "katalog.toml", "--yes"]
        write(tmp_path, site, f'{{ method = "listing", url = "{site.address}/indeks/{{date:%Y/%m/%d}}" }}')
        run = pantau("backfill", "uji", *more)
        assert run.returncode == 0, run.stderr
        assert len(asked(site, "/indeks/")) == 10
        assert set(asked(site)) == {f"/berita/{back}-{n}" for back in range(10) for n in range(2)}
        site.log.clear()
        (tmp_path / "uji.db").unlink()
        write(tmp_path, site, f'{{ method = "listing", url = "{site.address}/arsip?hal={{page}}" }}')
        run = pantau("backfill", "uji", *more)
        assert run.returncode == 0, run.stderr
        assert max(asked(site).values()) == 1
        assert len(asked(site)) < 90
        assert {f"/berita/{back}-{n}" for back in range(10) for n in range(2)} <= set(asked(site))
        assert ask(tmp_path, "SELECT min(published_date) <= ? FROM articles", since) == [(1,)]


def test_a_listing_that_repeats_its_last_page_ends(tmp_path, pantau):
    with serve() as site:
        for n in range(6):
            site.answers[f"/berita/{n}"] = story(n, date(2025, 6, 30))
        for page in range(3):
            links = "".join(f'<a href="/berita/{n}">x</a>' for n in (2 * page, 2 * page + 1))
            site.answers[f"/arsip?dari={page * 2}"] = Answer(links)
        site.fallback = lambda path: site.answers["/arsip?dari=4"] if "/arsip" in path else Answer("", 404)
        write(tmp_path, site, f'{{ method = "listing", url = "{site.address}/arsip?dari={{offset}}", step = 2 }}')
        run = pantau("backfill", "uji", "--since", "2025-01-01", "--catalogue", "katalog.toml", "--yes")
        assert run.returncode == 0, run.stderr
        assert asked(site) == {f"/berita/{n}": 1 for n in range(6)}
        assert len(asked(site, "/arsip")) <= 5


def test_wordpress_gives_whole_articles_by_date(tmp_path, pantau):
    posts = [date(2025, 6, 30) - timedelta(days=n) for n in range(250)]
    with serve() as site:

        def api(path):
            query = parse_qs(urlsplit(path).query)
            if not path.startswith("/wp-json"):
                return Answer("", 404)
            after, before, page = query["after"][0], query["before"][0], int(query["page"][0])
            chosen = [(n, d) for n, d in enumerate(posts) if after < f"{d}T03:00:00+00:00" < before]
            some = chosen[(page - 1) * 100 : page * 100]
            rows = [
                {
                    "link": f"{site.address}/berita/{n}",
                    "title": {"rendered": f"Dermaga {n} di {PLACES[n % 8]}"},
                    "date_gmt": f"{day}T03:00:00",
                    "modified_gmt": f"{day}T03:00:00",
                    "content": {
                        "rendered": f"<p>{' '.join(random.Random(n).sample(LOREM.split(), 40))}</p><p>{LOREM}</p>"
                    },
                }
                for n, day in some
            ]
            headers = {"X-WP-Total": str(len(chosen)), "X-WP-TotalPages": str(-(-len(chosen) // 100))}
            return Answer(json.dumps(rows), content_type="application/json", headers=headers)

        site.fallback = api
        write(tmp_path, site, f'{{ method = "wordpress", url = "{site.address}/wp-json/wp/v2/posts" }}')
        since = (posts[0] - timedelta(days=119)).isoformat()
        more = ["--since", since, "--until", posts[0].isoformat(), "--catalogue", "katalog.toml", "--yes"]
        run = pantau("backfill", "uji", *more)
        assert run.returncode == 0, run.stderr
        assert "sekitar 120 artikel, 2 permintaan" in run.stderr
        assert not asked(site)  # no page: the answers have the texts
        assert ask(tmp_path, "SELECT count(*), min(published_date), max(published_date) FROM articles") == [
            (120, since, posts[0].isoformat())
        ]


def test_what_cannot_be_had_is_named_and_the_rest_comes(tmp_path, pantau, english):
    with serve() as site:
        monthly(site, 3, 3)
        site.answers["/peta-2025-05.xml"] = Answer("rusak", 500)
        site.answers["/berita/0-1"] = Answer("<h1>Tidak ada</h1>", 404)
        write(tmp_path, site, f'{{ method = "sitemap", url = "{site.address}/peta.xml" }}')
        run = pantau("backfill", "uji", "--since", "2025-01-01", "--catalogue", "katalog.toml", "--yes")
        assert run.returncode == 1
        assert "peta-2025-05.xml" in run.stderr
        assert ask(tmp_path, "SELECT count(*) FROM articles") == [(5,)]
        write(tmp_path, site, f'{{ method = "feed", url = "{site.address}/umpan" }}')
        run = english("backfill", "uji", "--since", "2025-01-01", "--catalogue", "katalog.toml", "--yes")
        assert (run.returncode, "uji: has no way into its past" in run.stderr) == (2, True)
        run = english("backfill", "uji", "--since", "2025-02-01", "--until", "2025-01-01", "--yes")
        assert (run.returncode, "--source uji: not in the catalogue" in run.stderr) == (2, True)


def test_a_site_that_fails_ends_it_and_another_day_goes_on(tmp_path, pantau):
    with serve() as site:
        pages = monthly(site, 2, 10)
        good = {path: site.answers[path] for path in pages}
        site.answers |= {path: Answer("sibuk", 503, headers={"Retry-After": "3600"}) for path in pages}
        write(tmp_path, site, f'{{ method = "sitemap", url = "{site.address}/peta.xml" }}')
        command = ["backfill", "uji", "--since", "2025-01-01", "--catalogue", "katalog.toml", "--yes"]
        run = pantau(*command)
        assert run.returncode == 1
        assert "jalankan lagi perintah yang sama untuk melanjutkan" in run.stderr
        assert sum(asked(site).values()) < 20
        site.answers |= good
        with closing(sqlite3.connect(tmp_path / "uji.db")) as connection, connection:
            connection.execute("DELETE FROM hosts")  # the hour is over
        run = pantau(*command)
        assert "selesai" in run.stderr
        waiting = ask(tmp_path, "SELECT count(*) FROM pages WHERE state = 'failed'")[0][0]
        assert ask(tmp_path, "SELECT count(*) FROM articles")[0][0] == 20 - waiting
        assert waiting <= 6  # which the ordinary crawl asks for again


def test_it_gives_way_to_a_crawl_and_goes_on(tmp_path, pantau):
    with serve() as site:
        monthly(site, 2, 60)
        site.article("/berita/hari-ini", "Kabar Hari Ini dari Pelabuhan")
        site.answers["/umpan"] = Answer(
            f"<rss><channel><item><link>{site.address}/berita/hari-ini</link></item></channel></rss>"
        )
        feed = f'{{ method = "feed", url = "{site.address}/umpan" }}'
        write(tmp_path, site, f'{{ method = "sitemap", url = "{site.address}/peta.xml" }}', "delay = 0.1")
        text = (tmp_path / "katalog.toml").read_text().replace("delay = 0\n", "")
        (tmp_path / "katalog.toml").write_text(text)
        command = [sys.executable, "-m", "pipelines.cli", "--db", "uji.db", "backfill", "uji", "--since", "2025-01-01"]
        command += ["--catalogue", "katalog.toml", "--yes"]
        env = os.environ | {"PYTHONPATH": str(ROOT)}
        run = subprocess.Popen(command, cwd=tmp_path, env=env, stderr=subprocess.PIPE, text=True)
        try:
            deadline = time.monotonic() + 120
            while sum(asked(site).values()) < 20 and time.monotonic() < deadline:
                time.sleep(0.05)
            (tmp_path / "biasa.toml").write_text(catalogue(site, feed), encoding="utf-8")
            began = time.monotonic()
            crawl = pantau("crawl", "--catalogue", "biasa.toml")
            took = time.monotonic() - began
            _, said = run.communicate(timeout=120)
        finally:
            run.kill()
        assert crawl.returncode == 0, crawl.stderr
        assert "1 halaman diambil" in crawl.stderr
        assert took < 40
        assert run.returncode == 0, said
        assert ask(tmp_path, "SELECT count(*) FROM articles") == [(121,)]
        assert set(asked(site).values()) == {1}


def test_the_lock_of_a_run_that_gives_way_is_waited_for_and_no_other(tmp_path):
    path = tmp_path / "uji.db"
    with run_lock(path), pytest.raises(LockHeld), run_lock(path):
        pass
    with run_lock(path, gives_way=True):
        assert not is_wanted(path)
        waiter = subprocess.Popen(
            [
                sys.executable,
                "-c",
                "import sys, pathlib; from pipelines.database.lock import run_lock\n"
                "with run_lock(pathlib.Path(sys.argv[1])): print('dapat')",
                str(path),
            ],
            env=os.environ | {"PYTHONPATH": str(ROOT)},
            stdout=subprocess.PIPE,
        )
        deadline = time.monotonic() + 60
        while not is_wanted(path) and time.monotonic() < deadline:
            time.sleep(0.05)
        assert is_wanted(path)
        with pytest.raises(LockHeld), run_lock(path, gives_way=True):
            pass
    assert waiter.communicate(timeout=60)[0] == b"dapat\n"
    assert not is_wanted(path)


@pytest.mark.parametrize(
    ("url", "first", "last"),
    [
        ("https://x.id/2024/05/03/judul", "2024-05-03", "2024-05-03"),
        ("https://x.id/berita/2024-05-03-judul", "2024-05-03", "2024-05-03"),
        ("https://x.id/2024/02/judul", "2024-02-01", "2024-02-29"),
        ("https://x.id/read/20240503/77/judul", "2024-05-03", "2024-05-03"),
    ],
)
def test_days_in_an_articles_address(url, first, last):
    assert days_of_article(url) == Days(date.fromisoformat(first), date.fromisoformat(last))


@pytest.mark.parametrize(
    "url",
    [
        "https://x.id/berita/202405-judul",
        "https://x.id/d-2024050312/judul",
        "https://x.id/2024/13/judul",
        "https://x.id/target-2045/judul",
        "https://x.id/2024/02/30/judul",
        "https://x.id/anggaran-2024",
    ],
)
def test_numbers_that_are_no_days(url):
    assert days_of_article(url) is None


@pytest.mark.parametrize(
    ("url", "first", "last"),
    [
        ("https://x.id/sitemap-2024-05.xml", "2024-05-01", "2024-05-31"),
        ("https://x.id/sitemap_202405.xml.gz", "2024-05-01", "2024-05-31"),
        ("https://x.id/sitemap.xml?yyyy=2024&mm=05&dd=03", "2024-05-03", "2024-05-03"),
        ("https://x.id/sitemap-posttype-post.2024.xml", "2024-01-01", "2024-12-31"),
    ],
)
def test_days_in_a_sitemaps_address(url, first, last):
    assert days_of_sitemap(url) == Days(date.fromisoformat(first), date.fromisoformat(last))


@pytest.mark.timing
@pytest.mark.slow
def test_killed_five_times_every_page_is_there_once(tmp_path):
    """kill -9 at random moments (benchmarks/backfill.py does it with 5,000 pages); the last run ends by itself."""
    chance = random.Random(11)
    with serve() as site:
        pages = monthly(site, 8, 30)
        write(tmp_path, site, f'{{ method = "sitemap", url = "{site.address}/peta.xml" }}', "delay = 0.02")
        text = (tmp_path / "katalog.toml").read_text().replace("delay = 0\n", "")
        (tmp_path / "katalog.toml").write_text(text)
        command = [sys.executable, "-m", "pipelines.cli", "--db", "uji.db", "backfill", "uji", "--since", "2024-01-01"]
        command += ["--until", "2025-12-31", "--catalogue", "katalog.toml", "--yes"]
        env = os.environ | {"PYTHONPATH": str(ROOT)}
        killed = 0
        for number in range(5):
            run = subprocess.Popen(command, cwd=tmp_path, env=env, stderr=subprocess.DEVNULL, start_new_session=True)
            wanted, deadline = (number + 1) * len(pages) // 7, time.monotonic() + 120
            while run.poll() is None and time.monotonic() < deadline and len(asked(site)) < wanted:
                time.sleep(0.01)
            time.sleep(chance.random() * 0.1)
            killed += run.poll() is None
            os.killpg(run.pid, signal.SIGKILL)
            run.wait()
        assert killed == 5
        final = subprocess.run(command, cwd=tmp_path, env=env, capture_output=True, text=True, timeout=300)
        assert final.returncode == 0, final.stderr
        count = len(pages)
        assert ask(tmp_path, "SELECT count(*), count(DISTINCT url), max(version) FROM articles") == [(count, count, 1)]
        assert ask(tmp_path, "SELECT state, count(*) FROM pages GROUP BY 1") == [("done", count)]
        assert sum(n > 1 for n in asked(site).values()) <= 10  # those on the wire when it was killed
