"""`pantau prune`: what is old and read goes when asked for, everything else stays and works."""

from __future__ import annotations

import os
import time

import pytest

from crawler.records import FetchedPage, Link
from pipelines.archive.warc import archive_folder
from pipelines.database.open import connect
from pipelines.health.status import source_statuses
from pipelines.operate.retention import prune_archive, prune_records
from pipelines.queue.crawl_storage import CrawlStorage
from pipelines.queue.orders import Orders
from tests.crawler.server import Answer, catalogue, feed, serve

OLD = time.time() - 100 * 86400


@pytest.fixture
def crawled(tmp_path):
    """Two pages as a crawl and its processing leave them, their archive made to look 100 days old; the server."""
    with serve() as site:
        site.answers["/umpan"] = Answer(feed(site, "/berita/0", "/berita/1"), etag='"1"')
        discover = f'{{ method = "feed", url = "{site.address}/umpan" }}'
        (tmp_path / "k.toml").write_text(catalogue(site, discover), encoding="utf-8")
        connect(tmp_path / "uji.db").close()
        storage = CrawlStorage(tmp_path / "uji.db", archive_folder(tmp_path / "uji.db"), 1)
        for url in (f"{site.address}/berita/0", f"{site.address}/berita/1"):
            storage.plan("uji", [Link(url, modified_at="2025-11-12T02:00:00+00:00")])
            storage.record_fetched(
                FetchedPage(
                    url,
                    url,
                    "uji",
                    200,
                    (),
                    (),
                    b"<p>Berita</p>",
                    "2025-11-12T03:00:00+00:00",
                    {"modified_at": "2025-11-12T02:00:00+00:00"},
                    None,
                    None,
                    "text/html",
                )
            )
            storage.connection.execute("UPDATE pages SET state = 'done', digest = 'digest' WHERE url = ?", (url,))
        storage.close()
        for file in archive_folder(tmp_path / "uji.db").iterdir():
            os.utime(file, (OLD, OLD))
        yield site


def warcs(tmp_path):
    return sorted(path.name for path in (tmp_path / "uji-archive").iterdir())


def test_nothing_is_removed_unasked(pantau, tmp_path, crawled):
    before = warcs(tmp_path)
    run = pantau("prune")
    assert run.returncode == 2
    assert "beri --archive-days atau --records-days" in run.stderr
    assert pantau("prune", "--archive-days", "90", "--dry-run").returncode == 0
    assert pantau("prune", "--archive-days", "101").returncode == 0
    assert warcs(tmp_path) == before


def test_an_old_file_goes_and_its_pages_live_on(pantau, tmp_path, crawled):
    run = pantau("prune", "--archive-days", "90")
    assert "1 berkas arsip dihapus" in run.stderr
    assert "2 halaman" in run.stderr
    assert warcs(tmp_path) == []
    again = pantau("process", "--again", "extract", "--catalogue", "k.toml")
    assert again.returncode == 0, again.stderr
    assert "2 halaman tidak dibaca ulang: arsipnya sudah dihapus" in again.stderr
    assert pantau("crawl", "--catalogue", "k.toml").returncode == 0
    assert [path for _, path, _, _ in crawled.log if path != "/robots.txt"] == ["/umpan"]  # no page is asked for again
    database = connect(tmp_path / "uji.db")
    changed = Link(f"{crawled.address}/berita/1", modified_at="2099-01-01T00:00:00+00:00")
    assert [order.url for order in Orders(database.conn).plan("uji", [changed])[0]] == [changed.url]  # a correction is
    database.close()


def test_a_file_with_a_page_that_waits_is_kept(tmp_path, crawled):
    database = connect(tmp_path / "uji.db")
    database.conn.execute("UPDATE pages SET state = 'failed' WHERE url LIKE '%/1'")
    report = prune_archive(database.conn, tmp_path / "uji-archive", 90)
    assert (report.files, report.kept, len(warcs(tmp_path))) == (0, 1, 1)
    database.conn.execute("UPDATE pages SET state = 'quarantined' WHERE url LIKE '%/1'")
    assert prune_archive(database.conn, tmp_path / "uji-archive", 90).files == 1
    database.close()


def test_old_errors_and_runs_go_but_status_keeps_its_memory(tmp_path):
    database = connect(tmp_path / "uji.db")
    connection = database.conn
    connection.execute("INSERT INTO sources (id, name, kind, status) VALUES ('uji', 'Uji', 'media', 'active')")
    days = ["2025-01-01", "2025-02-01", "2025-03-01", "2025-04-01"]
    for run, day in enumerate(days, 1):  # the last two failed
        stamp = f"{day}T00:00:00+00:00"
        connection.execute("INSERT INTO runs (id, started, finished) VALUES (?, ?, ?)", (run, stamp, stamp))
        connection.execute(
            "INSERT INTO run_sources (run_id, source_id, error) VALUES (?, 'uji', ?)",
            (run, "galat" if run > 2 else None),
        )
        connection.execute("INSERT INTO errors (stage, error, seen_at) VALUES ('fetch', 'galat', ?)", (stamp,))
    connection.execute("INSERT INTO errors (stage, error, seen_at) VALUES ('fetch', 'baru', '2999-01-01')")
    before = source_statuses(connection)[0].last_success
    assert (prune_records(connection, 60, dry_run=True).runs, prune_records(connection, 60, dry_run=True).errors) == (
        2,
        4,
    )
    report = prune_records(connection, 60)
    assert (report.runs, report.errors) == (2, 4)
    assert connection.execute("SELECT id FROM runs").fetchall() == [(1,), (2,)]
    assert source_statuses(connection)[0].last_success == before
    assert connection.execute("SELECT error FROM errors").fetchall() == [("baru",)]
    database.close()
