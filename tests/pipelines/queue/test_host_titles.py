"""What a host's pages share is remembered from run to run, and only of its newest pages."""

from __future__ import annotations

import json

from crawler.records import FetchedPage, Link
from pipelines.archive.warc import archive_folder
from pipelines.database.open import transaction
from pipelines.queue.crawl_storage import CrawlStorage
from pipelines.queue.host_titles import MOST_PAGES, Heads, known_names, record_heads
from pipelines.queue.waiting import WaitingPages
from pipelines.read.results import SourceRules
from pipelines.run.process import process_pages
from pipelines.run.report import ProcessReport

AT = "2026-11-12T02:30:00+00:00"
TEXT = "Warga tiga desa di hulu sungai memperbaiki tanggul yang jebol sejak pekan lalu bersama petugas lapangan. "
HEADLINES = ["Tanggul Lambau Selesai", "Pasar Lambau Dibuka", "Guru Lambau Dilatih"]
SITE = "Ayo Bangun Bersama Kami Semua Sekarang"  # longer than what is taken for a site's name unseen


def page(headline, host=""):
    """A page that shows its headline only in <title>, with the site's name behind it."""
    address = f"<link rel=canonical href='https://{host}/b/{len(headline)}'>" if host else ""
    return f"<html><head><title>{headline} - {SITE}</title>{address}</head><body><p>{TEXT * 3} Panjangnya {len(headline)} meter.</p></body></html>"


def test_the_names_of_hosts_come_back_from_the_database(database):
    with transaction(database.conn):
        for n, text in enumerate(HEADLINES):
            heads = Heads(f"{text} | Ayo Bangun Lambau", "Berita Terkini")
            record_heads(database.conn, f"https://www.lambau.id/b/{n}", f"2026-11-0{n + 1}T00:00:00+00:00", heads)
        record_heads(database.conn, "https://lain.id/b/1", AT, Heads("Satu | Lain"))
    known = known_names(database.conn)
    assert list(known) == ["lambau.id"]
    assert known["lambau.id"].names == {"ayo bangun lambau"}
    assert known["lambau.id"].common == {"berita terkini"}


def test_only_the_newest_pages_are_kept_and_an_old_reading_changes_nothing(database):
    with transaction(database.conn):
        for n in range(MOST_PAGES + 5):
            record_heads(database.conn, f"https://x.id/{n}", f"2026-11-01T00:00:{n:02}+00:00", Heads(f"Judul {n}"))
        for n in (0, MOST_PAGES):
            record_heads(database.conn, f"https://x.id/{n}", "2026-10-01T00:00:00+00:00", Heads("Lama sekali"))
    titles = {title for (title,) in database.conn.execute("SELECT title FROM host_titles")}
    assert titles == {f"Judul {n}" for n in range(5, MOST_PAGES + 5)}


def test_a_later_run_knows_the_name_that_an_earlier_one_has_seen(database, tmp_path):
    folder = archive_folder(tmp_path / "uji.db")

    def run(number):
        url = f"http://127.0.0.1/b/{number}"
        storage = CrawlStorage(tmp_path / "uji.db", folder, 1)
        storage.plan("uji", [Link(url)])
        body = page(HEADLINES[number]).encode()
        storage.record_fetched(FetchedPage(url, url, "uji", 200, [], [], body, AT, {}, None, None, "text/html"))
        storage.close()
        rules = {"uji": SourceRules(known=known_names(database.conn))}
        process_pages(database.conn, WaitingPages(database.conn), folder, rules, report=ProcessReport(), workers=1)
        return database.conn.execute("SELECT title FROM articles WHERE url = ?", (url,)).fetchone()[0]

    assert [run(number) for number in range(3)] == [
        f"{HEADLINES[0]} - {SITE}",
        f"{HEADLINES[1]} - {SITE}",
        HEADLINES[2],
    ]


def test_files_of_one_host_teach_its_name(pantau, tmp_path):
    for n, headline in enumerate(HEADLINES):
        (tmp_path / f"{n}.html").write_text(page(headline, "lambau.id"))
    together = [
        json.loads(line)["title"] for line in pantau("extract", "0.html", "1.html", "2.html").stdout.splitlines()
    ]
    assert together == HEADLINES
    assert json.loads(pantau("extract", "0.html").stdout)["title"] == f"{HEADLINES[0]} - {SITE}"
