"""Why an article is not here, and which share of what the sources themselves named is: told without asking a site."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime, timedelta

import pytest

from crawler.catalogue import load_catalogue
from crawler.records import FetchedPage, Link
from pipelines.database.open import connect
from pipelines.health.missed import why_missed
from pipelines.health.recall import first_row, recall, say_recall, together
from pipelines.health.status import source_statuses
from pipelines.queue.hosts import Hosts, Robots
from pipelines.queue.orders import Orders
from pipelines.queue.runs import Runs
from pipelines.queue.waiting import WaitingPages

NOW = datetime.now(UTC)
ENTRY = """[[source]]
id = "{id}"
name = "Situs {id}"
kind = "media"
homepage = "https://{id}.id/"
discover = [{{ method = "feed", url = "https://{id}.id/umpan" }}]
article_url = '^https://{id}\\.id/baca/'
{more}
"""
OFF = 'status = "{}"\nnote = "libur panjang"\n'


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """A catalogue, and a database in which one source was crawled and its pages have come to every end."""
    folder = tmp_path_factory.mktemp("hilang")
    entries = [("kabar", ""), ("tidur", OFF.format("paused")), ("coba", OFF.format("unproven")), ("segar", "")]
    (folder / "k.toml").write_text("".join(ENTRY.format(id=name, more=more) for name, more in entries))
    sources = load_catalogue(folder / "k.toml")
    database = connect(folder / "uji.db")
    connection = database.conn
    runs, orders, waiting = Runs(connection), Orders(connection), WaitingPages(connection)
    runs.upsert_sources(sources)
    run = runs.begin()
    connection.execute("INSERT INTO run_sources (run_id, source_id) VALUES (?, 'kabar')", (run,))
    connection.commit()
    names = "ada salinan melayu antre baru sibuk hilang daftar".split()
    orders.plan("kabar", [Link(f"https://kabar.id/baca/{name}") for name in names], "https://kabar.id/umpan")
    for name in ("ada", "salinan", "melayu", "baru", "daftar"):
        orders.record_fetched(fetched(name), "a.warc.gz", len(name))
    for number, (name, language, original) in enumerate(
        [("ada", "id", None), ("salinan", "id", 1), ("melayu", "ms", None)], 1
    ):
        connection.execute(
            """INSERT INTO articles (id, url, canonical_url, source_id, kind, title, text, word_count, first_seen,
                 language, duplicate_of)
               VALUES (:id, :url, :url, 'kabar', 'news', 'Panen raya', 't', 1, :now, :language, :original)""",
            {
                "id": number,
                "url": f"https://kabar.id/baca/{name}",
                "now": NOW.isoformat(timespec="seconds"),
                "language": language,
                "original": original,
            },
        )
        connection.execute("UPDATE pages SET state = 'done' WHERE url LIKE '%/' || ?", (name,))
    connection.commit()
    orders.record_failed("kabar", "https://kabar.id/baca/sibuk", 503, "answered 503")
    for _ in range(3):
        orders.record_failed("kabar", "https://kabar.id/baca/hilang", 404, "answered 404")
    (page,) = [page for part in waiting.slices() for page in part.pages if page.url.endswith("daftar")]
    waiting.mark_failed(page, "extract", "is a list of other pages", final=True)
    connection.commit()
    Hosts(connection).record_robots(
        "https://kabar.id", Robots("User-agent: *\nDisallow: /baca/rahasia\n", "2026-12-01")
    )
    yield folder, connection, sources
    database.close()


def fetched(name):
    url = f"https://kabar.id/baca/{name}"
    return FetchedPage(url, url, "kabar", 200, (), (), b"", "2026-12-01T00:00:00+00:00", {}, None, None, "text/html")


@pytest.mark.parametrize(
    ("url", "verdict", "words"),
    [
        ("https://kabar.id/baca/ada", "stored", "ada di sini, artikel 1: Panen raya"),
        ("http://www.kabar.id/baca/ada/?utm_source=x#y", "stored", "artikel 1"),
        ("kabar.id/baca/ada", "stored", "artikel 1"),
        ("https://kabar.id/baca/salinan", "copy", "salinan artikel 1"),
        ("https://kabar.id/baca/melayu", "language", "bukan Indonesia (ms)"),
        ("https://kabar.id/baca/antre", "waiting", "menunggu diambil"),
        ("https://kabar.id/baca/baru", "unread", "menunggu dibaca"),
        ("https://kabar.id/baca/sibuk", "retried", "ditutup sementara); dicoba lagi sesudah"),
        ("https://kabar.id/baca/hilang", "refused", "sesudah 3 kali gagal: menjawab 404"),
        ("https://kabar.id/baca/daftar", "no-article", "dinilai bukan artikel: daftar halaman lain"),
        ("https://kabar.id/baca/rahasia/1", "robots", "robots.txt situsnya melarang"),
        ("https://kabar.id/baca/tak-pernah", "never-named", "tidak pernah menyebutnya"),
        ("https://kabar.id/tentang", "other-page", "bukan bentuk alamat artikelnya"),
        ("https://tidur.id/baca/1", "off", "dijeda: libur panjang"),
        ("https://coba.id/baca/1", "unproven", "pantau sources check coba"),
        ("https://segar.id/baca/1", "new", "belum pernah dirayapi"),
        ("https://lain.id/a", "unknown", "pantau sources add https://lain.id/"),
        ("bukan", "no-address", "bukan alamat halaman"),
        ("http://[::1", "no-address", "bukan alamat halaman"),
        ("javascript:alert(1)", "no-address", "bukan alamat halaman"),
    ],
)
def test_every_address_gets_its_reason(place, url, verdict, words):
    _, connection, sources = place
    (found,) = why_missed(connection, sources, [url], NOW)
    assert (found.verdict, words in found.said) == (verdict, True), found


def test_what_fails_is_named_where_nothing_named_the_address(place):
    _, connection, sources = place
    error = "feed https://kabar.id/umpan answered 403"
    Orders(connection).record_discovery("kabar", "feed", "https://kabar.id/umpan", 403, None, None, error)
    (found,) = why_missed(connection, sources, ["https://kabar.id/baca/tak-pernah"], NOW)
    assert "yang sedang gagal: umpan https://kabar.id/umpan: menjawab 403" in found.said


def test_recall_counts_what_the_sources_named(place):
    _, connection, _ = place
    found = recall(connection, NOW)
    one = found["kabar"]
    assert (one.named, one.stored, one.waiting, one.retried, one.refused, one.no_article) == (8, 3, 2, 1, 1, 1)
    assert together([one, one]).named == 16
    told = say_recall(one)
    assert "3 tersimpan (38%)" in told and "2 menunggu, 1 gagal dan dicoba lagi, 1 tidak dapat" in told
    assert {status.id: status.recall.named for status in source_statuses(connection)} == {
        "kabar": 8,
        "tidur": 0,
        "coba": 0,
        "segar": 0,
    }
    assert recall(connection, NOW + timedelta(days=30)) == {}


def test_recall_reads_only_the_pages_of_its_days(tmp_path):
    database = connect(tmp_path / "banyak.db")
    connection = database.conn
    start = NOW - timedelta(days=100)
    connection.executemany(
        "INSERT INTO pages (url, source_id, state, found_at) VALUES (?, 'a', 'done', ?)",
        [(f"https://a.id/{n}", (start + timedelta(hours=n)).isoformat(timespec="seconds")) for n in range(2400)],
    )
    connection.execute("DELETE FROM pages WHERE rowid % 7 = 0")
    since = (NOW - timedelta(days=3)).isoformat(timespec="seconds")
    begin = first_row(connection, since)
    expected = connection.execute("SELECT min(rowid), count(*) FROM pages WHERE found_at >= ?", (since,)).fetchone()
    assert connection.execute("SELECT min(rowid) FROM pages WHERE rowid >= ?", (begin,)).fetchone()[0] == expected[0]
    assert recall(connection, NOW)["a"].named == expected[1]
    assert first_row(connection, "9999") > 2400 - 7 and first_row(connection, "") <= 1
    database.close()


def test_the_commands_and_the_page_say_the_same(place, pantau, open_site):
    folder, _, _ = place
    db = folder / "uji.db"
    run = pantau(
        "--db", db, "missed", "-", "--json", "--catalogue", folder / "k.toml", stdin="https://lain.id/a\n\nb\n"
    )
    assert [json.loads(line)["verdict"] for line in run.stdout.splitlines()] == ["unknown", "no-address"]
    named = pantau("--db", db, "recall", "kabar", "--json")
    assert json.loads(named.stdout)["named"] == 8
    assert pantau("--db", db, "recall", "lain").returncode == 2
    app = open_site(db)
    html = asyncio.run(app.client.get("/sumber?alamat=https://lain.id/%3Cb%3E+https://kabar.id/baca/ada")).text
    assert 'data-putusan="unknown"' in html and 'data-putusan="stored"' in html and "<b>https://lain.id/<b>" not in html
    assert 'href="/artikel/1"' in html
    assert "8 alamat yang baru disebut" in asyncio.run(app.client.get("/sumber/kabar")).text
