"""The trend of a search: counted by hour, day, week and month, as a share, by outlet, within bounds however large."""

from __future__ import annotations

import asyncio
import html
import json
import re
import sqlite3
from contextlib import closing
from datetime import date, timedelta
from itertools import pairwise
from types import SimpleNamespace

import pytest

from pipelines.database.open import connect, open_connection, transaction
from pipelines.publish.mounted import database
from pipelines.publish.show.spans import gathered, spans
from pipelines.records import TaggedArticle
from pipelines.search import trend as counting
from pipelines.search.asked import Search
from pipelines.search.trend import NO_HOUR, trend
from pipelines.store.save import save
from tests.pipelines.conftest import make_article, make_tags, opened

# (source, kind, UTC moment, words): the third is one in the night of the next day in WIB, the fourth without an hour.
ARTICLES = (
    ("a", "news", "2025-11-10T02:30:00+00:00", "cengkih dipanen"),
    ("a", "news", "2025-11-10T02:50:00+00:00", "cengkih mahal"),
    ("b", "news", "2025-11-10T18:10:00+00:00", "cengkih turun"),
    ("b", "press_release", "2025-11-10T17:00:00+00:00", "cengkih dirawat"),
    ("b", "news", "2025-11-11T05:00:00+00:00", "pala dijemur"),
    ("a", "news", "2025-09-01T05:00:00+00:00", "cengkih lama"),
    ("a", "news", None, "cengkih entah kapan"),
)


def day_of(moment):
    return counting.datetime.fromisoformat(moment).astimezone(counting.WIB).date().isoformat() if moment else None


def put(connection, number, source, kind, moment, words):
    url = f"https://{source}.example/{number}"
    article = make_article(
        url=url,
        canonical_url=url,
        source_id=source,
        kind=kind,
        title=f"Kabar {number}",
        text=f"Hari ini {words} di Bandung. Rangga Wiratama hadir, lalu Rangga pulang.",
        published_at=moment,
        published_date=day_of(moment),
    )
    tags = make_tags(article, mentions=(), places=(), agreements=(), laws=(), quotes=())
    with transaction(connection):
        save(connection, TaggedArticle(article, tags))


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    path = tmp_path_factory.mktemp("tren") / "uji.db"
    with closing(connect(path)) as made:
        for source in "ab":
            made.conn.execute(
                "INSERT INTO sources (id, name, kind, status) VALUES (?, ?, 'media', 'active')",
                (source, f"Media {source.upper()}"),
            )
        for number, told in enumerate(ARTICLES):
            put(made.conn, number, *told)
    return path


@pytest.fixture(scope="module")
def app(path):
    with opened(path) as app:
        yield app


@pytest.fixture(scope="module")
def get(app):
    return lambda address: asyncio.run(app.client.get(address))


@pytest.fixture
def counted(app):
    return lambda **wanted: asyncio.run(trend(database(app), Search(**wanted), estimated=True))


def test_a_search_is_counted_by_day_beside_all_that_was_read(counted):
    found = counted(query="cengkih")
    assert found.counts == {"2025-09-01": 1, "2025-11-10": 2, "2025-11-11": 2}
    assert found.read == {"2025-09-01": 1, "2025-11-10": 2, "2025-11-11": 3}
    assert (found.undated, found.outlets, found.total()) == (1, [("a", 4), ("b", 2)], (5, 6))


def test_few_days_are_counted_by_the_hour_of_our_clock(counted):
    found = counted(query="cengkih", since="2025-11-10", until="2025-11-11")
    assert found.counts == {"2025-11-10T09": 2, "2025-11-11T01": 1, NO_HOUR: 1}
    assert found.read["2025-11-11T12"] == 1 and found.total() == (4, 5)


def test_shares_are_of_the_source_and_the_kind_that_are_asked_for(counted):
    assert counted(query="cengkih", source="b").total() == (2, 3)
    assert counted(query="cengkih", source="b", kind="news").total() == (1, 2)
    assert counted(source="b", kind="news").total() == (2, 2)


def test_filters_alone_have_a_trend_too(counted):
    assert counted(person="1").counts == {"2025-09-01": 1, "2025-11-10": 2, "2025-11-11": 3}
    assert counted(person="1", source="a", since="2025-11-01").total() == (2, 2)


@pytest.mark.parametrize("wanted", [{"query": '"'}, {"query": "takada"}, {"query": "cengkih", "since": "2031-01-01"}])
def test_nothing_has_no_trend(counted, wanted):
    assert not counted(**wanted).counts


def test_too_many_hits_are_counted_in_the_last_days_or_estimated(app, counted, monkeypatch):
    whole = counted(query="cengkih")
    monkeypatch.setattr(counting, "MOST", 2)
    monkeypatch.setattr(counting, "WINDOW", 5)
    recent = counted(query="cengkih")
    assert recent.shortened and recent.counts == {"2025-11-10": 2, "2025-11-11": 2}
    days = {"since": "2025-09-01", "until": "2025-11-11"}
    assert counted(query="cengkih", **days).counts == whole.counts
    monkeypatch.setattr(counting, "WINDOW", 2)
    assert asyncio.run(trend(database(app), Search(query="cengkih", **days))) is None
    thinned = counted(query="cengkih", **days)
    # Ids 3 and 6 are looked at: on 11 November a hit among three articles, on 1 September one that is alone.
    assert (thinned.one_in, thinned.counts) == (3, {"2025-11-11": 3, "2025-09-01": 1})


@pytest.mark.parametrize(
    ("since", "until", "count", "first", "last"),
    [
        ("2025-11-10", "2025-11-11", 2, "Senin, 10 November 2025", "Selasa, 11 November 2025"),
        ("2025-07-01", "2025-11-11", 20, "1 Jul 2025 sampai 6 Jul 2025", "10 Nov 2025 sampai 11 Nov 2025"),
        ("2024-05-20", "2025-11-11", 19, "Mei 2024", "November 2025"),
        ("1998-05-20", "2025-11-11", 28, "1998", "2025"),
        ("9999-01-01", "9999-12-31", 53, "1 Jan 9999 sampai 3 Jan 9999", "27 Des 9999 sampai 31 Des 9999"),
    ],
)
def test_steps_fit_the_period_and_lose_no_day(since, until, count, first, last):
    steps = spans(since, until)
    assert (len(steps), steps[0].name, steps[-1].name) == (count, first, last)
    assert (steps[0].since, steps[-1].until) == (since, until)
    for one, other in pairwise(steps):
        assert date.fromisoformat(one.until) + timedelta(1) == date.fromisoformat(other.since)
    days = {since: 3, until: 4}
    assert sum(gathered(days, steps)) == sum(days.values())


def test_the_step_that_is_not_over_says_so():
    steps = spans("2025-07-01", "2025-11-11", now="2025-11-11")
    assert [step.name for step in steps if "berjalan" in step.name] == [steps[-1].name]


def test_the_search_page_shows_its_trend_and_every_bar_narrows_it(get):
    page = html.unescape(get("/cari?q=cengkih").text)
    bar = re.search(
        r'<a href="(/cari\?[^"]*)"><title>1 Sep 2025 sampai [^<]*</title>|<a href="(/cari\?[^"]*dari=2025-11-10[^"]*)">',
        page,
    )
    assert bar
    narrowed = html.unescape(get(next(filter(None, bar.groups()))).text)
    assert re.search(r'data-hitungan="(1|2)"', narrowed)
    assert "dari=" in bar[0] and "q=cengkih" in bar[0]
    assert "83% dari 6 artikel yang dibaca" in page and "1 artikel tidak bertanggal" in page


def test_shares_can_be_drawn_and_stand_in_the_table(get):
    page = html.unescape(get("/cari?q=cengkih&ukuran=bagian").text)
    assert "paling banyak 100%" in page
    assert (
        '<th scope="row">Selasa, 11 November 2025</th><td class="angka">2</td><td class="angka">3</td><td class="angka">67%</td>'
        in page
    )


def test_the_page_of_a_trend_has_outlets_the_time_before_and_files(get):
    page = html.unescape(get("/tren?q=cengkih&dari=2025-11-05&sampai=2025-11-11").text)
    words = " ".join(re.sub("<[^>]*>", "", page).split())
    assert "7 hari sampai 11 Nov 2025: 4 artikel (80% dari yang dibaca), 7 hari sebelumnya 0" in words
    assert re.search(
        r'sumber=a[^"]*">Media A</a><a [^>]*sumber=a[^>]* data-jumlah="2"><b>2</b></a><span class="ket">100% dari artikelnya',
        page,
    )
    lines = [json.loads(line) for line in get("/unduh/daftar/tren.json?q=cengkih").text.splitlines()]
    assert sum(line["articles"] for line in lines) == 5 and lines[-1]["share"] == pytest.approx(2 / 3, abs=1e-5)
    csv = get("/unduh/daftar/tren.csv?q=cengkih").content.decode("utf-8-sig")
    assert csv.splitlines()[0] == "Dari,Sampai,Artikel,Dibaca,Bagian"


@pytest.mark.parametrize("address", ["/tren", "/tren?q=takada", "/tren?q=%28&operator=1", "/tren?dari=2031-01-01"])
def test_a_trend_of_nothing_helps(get, address):
    assert get(address).status_code == 200


def test_the_totals_of_days_follow_the_articles(tmp_path):
    with closing(connect(tmp_path / "hari.db")) as made:
        connection = made.conn

        def totals():
            kept = "SELECT day, kind, articles FROM day_totals WHERE articles > 0 ORDER BY 1, 2"
            return connection.execute(kept).fetchall()

        for number, told in enumerate(ARTICLES):
            put(connection, number, *told)
        put(connection, 0, "a", "news", "2025-11-12T02:30:00+00:00", "cengkih dipanen lagi")  # another day
        connection.execute("UPDATE articles SET kind = 'press_release' WHERE id = 2")
        connection.execute("UPDATE articles SET published_date = '2025-09-02' WHERE id = 6")
        for table in ("mentions", "article_officials", "article_versions"):
            connection.execute(f"DELETE FROM {table} WHERE article_id = 3")
        connection.execute("PRAGMA foreign_keys = OFF")
        connection.execute("DELETE FROM articles WHERE id = 3")
        expected = connection.execute(
            "SELECT coalesce(published_date, ''), kind, count(*) FROM articles GROUP BY 1, 2 ORDER BY 1, 2"
        ).fetchall()
        assert [tuple(row) for row in totals()] == [tuple(row) for row in expected]
        outside = """SELECT a.id FROM articles a JOIN day_totals d ON d.day = coalesce(a.published_date, '')
                     AND d.kind = a.kind WHERE a.id NOT BETWEEN d.low AND d.high"""
        assert connection.execute(outside).fetchall() == []
        connection.commit()


# {n} articles of 60 days, in the order of their days; all have the same word.
MANY = """
INSERT INTO articles (url, canonical_url, source_id, kind, title, text, stems, published_at, published_date, word_count,
    first_seen)
  WITH RECURSIVE c(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM c WHERE n + 1 < {n})
  SELECT 'https://contoh.go.id/' || n, 'x', 's' || (n % 7), 'news', 'Judul', 'cengkih', '',
    date('2025-09-01', '+' || (n * 60 / {n}) || ' days') || 'T03:00:00+00:00',
    date('2025-09-01', '+' || (n * 60 / {n}) || ' days'), 1, '2025-11-01' FROM c;
"""


class Reader:
    """A database as the pages ask it, and how many instructions SQLite carried out."""

    def __init__(self, connection):
        self.connection, self.instructions = connection, 0
        connection.row_factory = sqlite3.Row
        connection.set_progress_handler(self._count, 10)

    def _count(self):
        self.instructions += 10

    async def execute(self, sql, values=None):
        return SimpleNamespace(rows=self.connection.execute(sql, values or {}).fetchall())


@pytest.mark.parametrize("wanted", [{}, {"source": "s3"}, {"person": "1"}])
def test_a_trend_of_the_commonest_word_does_not_grow_with_the_archive(tmp_path, monkeypatch, wanted):
    monkeypatch.setattr(counting, "MOST", 400)
    monkeypatch.setattr(counting, "WINDOW", 400)
    took = []
    for articles in (2_400, 12_000):
        with closing(open_connection(tmp_path / f"{articles}.db")) as connection:
            connection.executescript(MANY.format(n=articles))
            reader = Reader(connection)
            found = asyncio.run(trend(reader, Search(query="cengkih", **wanted)))
            assert found and found.shortened and found.total()[0] <= 400
            took.append(reader.instructions)
    assert took[1] <= 1.2 * took[0] + 1_000


NEWEST = """
INSERT INTO articles (url, canonical_url, source_id, kind, title, text, stems, published_at, published_date, word_count,
    first_seen)
  WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < 100)
  SELECT 'https://contoh.go.id/baru/' || n, 'x', 's1', 'news', 'Judul', 'cengkih', '', '2025-11-12T03:00:00+00:00',
    '2025-11-12', 1, '2025-11-12' FROM c;
"""


def test_hits_of_other_days_are_not_walked(tmp_path):
    took = []
    for articles in (2_400, 12_000):
        with closing(open_connection(tmp_path / f"{articles}.db")) as connection:
            connection.executescript(MANY.format(n=articles) + NEWEST)
            reader = Reader(connection)
            wanted = Search(query="cengkih", since="2025-11-10", until="2025-11-14")
            found = asyncio.run(trend(reader, wanted))
            assert found and found.counts == {"2025-11-12": 100} and found.one_in == 1
            newest = asyncio.run(counting.newest(reader, wanted, 300))
            assert len(newest) == 100 and min(newest) > articles
            took.append(reader.instructions)
    assert took[1] <= 1.2 * took[0]
