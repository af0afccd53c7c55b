"""`process --again extract --dry-run`: what another reading of the archive would change is shown, and nothing changes."""

from __future__ import annotations

import sqlite3

import pytest

from tests.crawler.server import Answer, catalogue, feed, serve


@pytest.fixture
def crawled(pantau, tmp_path):
    """A database of four articles, some of which an older Pantau read otherwise."""
    with serve() as site:
        paths = [f"/berita/{number}" for number in range(4)]
        for number, path in enumerate(paths):
            site.article(path, f"Berita nomor {number} dari desa nelayan")
        site.answers["/umpan"] = Answer(feed(site, *paths), content_type="application/xml")
        file = tmp_path / "katalog.toml"
        file.write_text(catalogue(site, f'{{ method = "feed", url = "{site.address}/umpan" }}'), encoding="utf-8")
        assert pantau("crawl", "--catalogue", file).returncode == 0
        connection = sqlite3.connect(tmp_path / "uji.db")
        with connection:
            connection.execute("UPDATE articles SET title = 'Menu' WHERE url LIKE '%/0'")
            connection.execute("UPDATE articles SET title = 'Menu', text = text || ' Ekor.' WHERE url LIKE '%/1'")
            connection.execute("UPDATE articles SET published_at = '2024-01-01T00:00:00+00:00' WHERE url LIKE '%/2'")
        yield connection, file
        connection.close()


def test_a_dry_run_counts_what_would_change_and_changes_nothing(crawled, pantau):
    connection, file = crawled
    before = list(connection.iterdump())
    run = pantau("process", "--again", "extract", "--dry-run", "--catalogue", file)
    assert run.returncode == 0, run.stderr
    told = run.stderr.replace("\n", " ")
    assert "4 halaman dibaca, 3 artikel akan berubah (2 judul, 1 tanggal, 1 isi)" in told
    assert "0 artikel akan bertambah; 0 halaman" in told
    assert told.count("contoh: ") == 4
    assert "judul: “Menu” menjadi “Berita nomor 0 dari desa nelayan”" in told
    assert list(connection.iterdump()) == before
    assert "0 versi baru" in pantau("process", "--again", "extract", "--catalogue", file).stderr
    assert connection.execute("SELECT count(*) FROM articles WHERE title = 'Menu'").fetchone() == (0,)


@pytest.mark.parametrize("other", [(), ("--again", "tag")])
def test_a_dry_run_is_of_reading_the_archive_again(pantau, other):
    run = pantau("process", "--dry-run", *other)
    assert (run.returncode, "--again extract" in run.stderr) == (2, True)
