"""Searches find by every short way what the plain SQL of the exports finds; and no page reads a big table through."""

from __future__ import annotations

import asyncio
import re
import sqlite3
from contextlib import closing
from dataclasses import replace
from itertools import product

import pytest
from datasette.database import Database as DatasetteDatabase

from nlp.records import Place
from pipelines.database.open import connect, transaction
from pipelines.publish.mounted import DATABASE
from pipelines.publish.queries import agreements as queries
from pipelines.records import TaggedArticle
from pipelines.search import asked, find
from pipelines.search.asked import Search
from pipelines.search.words import match_expression
from pipelines.store.save import save
from tests.pipelines.conftest import make_article, make_tags, mention
from tests.pipelines.publish.conftest import opened

PLACES = (("Bandung", "Kota Bandung", "32.73"), ("Bogor", "Kota Bogor", "32.71"), ("Medan", "Kota Medan", "12.71"))
BIG = tuple(
    """
    articles mentions article_officials article_places article_laws agreements agreement_parties quotes appearances
    article_versions pages run_sources people roles organisations entity_months
    """.split()
)
NO_ALIAS = "(?:WHERE|INDEXED|ORDER|CROSS|LEFT|JOIN|ON|LIMIT|UNION|GROUP)\\b"


# Walks in the order that is asked for, which end at a limit; and the count of people with a post.
WALKS = {
    "SCAN a USING INDEX articles_published",
    "SCAN articles USING COVERING INDEX articles_published",
    "SCAN roles USING COVERING INDEX roles_person",
}


@pytest.fixture(scope="module")
def archive(tmp_path_factory):
    """Sixty articles whose words, days, sources, kinds and places differ in all combinations; ids against the days."""
    path = tmp_path_factory.mktemp("arsip") / "arsip.db"
    database = connect(path)
    database.conn.executemany(
        "INSERT INTO sources (id, name, kind, status) VALUES (?, ?, 'media', 'active')",
        [("satu", "Satu"), ("dua", "Dua")],
    )
    with transaction(database.conn):
        for n in range(60):
            short, name, code = PLACES[n % 3]
            words = [
                "Bupati Bogor Rangga Wiratama hadir di Bandung",
                "Rangga",
                "beras" if n % 2 else "gula",
                "pasar" if n % 5 == 0 else "toko",
                f"nomor{n}",
                f"di {short}",
                "Dinas Uji",
            ]
            day = f"2025-{10 + n % 2:02d}-{1 + (n * 7) % 28:02d}"
            article = make_article(
                url=f"https://contoh.go.id/{n}",
                canonical_url=f"https://contoh.go.id/{n}",
                title=f"Kabar {n} beras" if n % 4 == 1 else f"Kabar {n}",
                text=" ".join(words),
                source_id="satu" if n % 3 else "dua",
                kind="news" if n % 4 else "press_release",
                published_at=None if n == 17 else f"{day}T0{n % 10}:00:00+00:00",
                published_date=None if n == 17 else day,
            )
            tags = make_tags(article, places=(Place(short, name, "kota", code),))
            tags = replace(
                tags,
                mentions=(*tags.mentions, mention(article.text, "ORG", "Dinas Uji")),
                agreements=() if n % 6 else tags.agreements,
            )
            save(database.conn, TaggedArticle(article, tags))
    database.close()
    return path


@pytest.fixture(scope="module")
def app(archive):
    with opened(archive) as running:
        yield running


def plain(path, wanted: Search) -> list[int]:
    """The ids of a search by the SQL of the exports, newest first."""
    condition, values = asked.where(wanted)
    match = match_expression(wanted.query)
    if match:
        condition += " AND a.id IN (SELECT rowid FROM articles_fts WHERE articles_fts MATCH :match)"
    with closing(sqlite3.connect(path)) as connection:
        rows = connection.execute(
            f"SELECT a.id FROM articles a WHERE {condition} ORDER BY a.published_at DESC, a.id DESC",
            values | {"match": match},
        ).fetchall()
    return [row[0] for row in rows]


SEARCHES = [
    Search(query=query, **filters, order=order)
    for query, filters, order in product(
        ("", "beras", "rangga", '"beras pasar" -nomor5'),
        (
            {},
            {"source": "dua"},
            {"kind": "press_release"},
            {"since": "2025-10-05", "until": "2025-11-03"},
            {"city": "Bandung"},
            {"city": "b"},
            {"city": "Kota %"},
            {"official": "rangga"},
            {"person": "1"},
            {"place": "2"},
            {"organisation": "1"},
            {"organisation": "9"},
            {"agreement": "MoU"},
            {"source": "satu", "since": "2025-11-01"},
            {"kind": "news", "place": "1", "until": "2025-10-30"},
            {
                "source": "satu",
                "kind": "news",
                "city": "32.71",
                "agreement": "MoU",
                "person": "1",
                "since": "0001-01-01",
            },
        ),
        ("", asked.LATEST),
    )
]


@pytest.mark.parametrize("limits", [{}, {"DENSE": 1, "FEW": 0}, {"DENSE": 1}])
def test_every_way_finds_the_same(archive, app, monkeypatch, limits):
    """Held as a set, walked, or ranked: the same articles; in the order of days where that is asked for."""
    for name, value in limits.items():
        monkeypatch.setattr(find, name, value)
    db = app.get_database(DATABASE)

    async def check():
        for wanted in SEARCHES:
            expected = plain(archive, wanted)
            found = await find.search(db, wanted, 1, 100)
            assert sorted(row["id"] for row in found.rows) == sorted(expected), wanted
            assert found.total == len(expected), wanted
            if wanted.order or not wanted.query:
                assert [row["id"] for row in found.rows] == expected, wanted
            second = await find.search(db, wanted, 2, 7)
            assert len(second.rows) == min(7, max(0, len(expected) - 7)), wanted
            assert second.total == len(expected), wanted

    asyncio.run(check())


def test_a_hit_in_the_title_comes_first(app):
    found = asyncio.run(find.search(app.get_database(DATABASE), Search(query="beras"), 1, 100))
    titles = ["beras" in row["title"] for row in found.rows]
    assert titles == sorted(titles, reverse=True)
    assert {True, False} == set(titles)


def test_a_word_in_the_title_counts_more_than_often_in_the_text(tmp_path, open_site):
    path = tmp_path / "judul.db"
    database = connect(path)
    texts = {f"Kabar {n}": f"Kabar tentang hal nomor {n}." for n in range(10)}  # without them the word is not rare
    texts |= {
        "Kabar biasa": "Ada jengkol dan jengkol di pasar kota.",
        "Jengkol naik": "Harganya naik lagi di pasar kota itu.",
    }
    with transaction(database.conn):
        for number, (title, text) in enumerate(texts.items()):
            url = f"https://contoh.go.id/{number}"
            save(database.conn, TaggedArticle(make_article(url=url, canonical_url=url, title=title, text=text), None))
    database.close()
    found = asyncio.run(find.search(open_site(path).get_database(DATABASE), Search(query="jengkol"), 1, 10))
    assert [row["title"] for row in found.rows] == ["Jengkol naik", "Kabar biasa"]


def test_of_common_words_the_newest_hits_come_with_the_titles_first(archive, app, monkeypatch):
    monkeypatch.setattr(find, "MOST_COUNTED", 19)
    for query in ("beras", '"kabar" beras -nomor5'):
        wanted = Search(query=query)
        found = asyncio.run(find.search(app.get_database(DATABASE), wanted, 1, 100))
        last = set(sorted(plain(archive, wanted))[-20:])
        expected = [article for article in plain(archive, wanted) if article in last]
        titles = {row["id"] for row in found.rows if "beras" in row["title"]}
        assert found.newest_only
        assert titles
        assert [row["id"] for row in found.rows] == sorted(expected, key=lambda n: (n not in titles, expected.index(n)))


def test_more_than_the_counted_hits_are_told_as_more(app, monkeypatch):
    monkeypatch.setattr(find, "MOST_COUNTED", 5)
    for wanted in (Search(query="rangga"), Search(source="satu"), Search(query="rangga", source="satu"), Search()):
        found = asyncio.run(find.search(app.get_database(DATABASE), wanted))
        assert found.total == 6, wanted


ADDRESSES = tuple(
    """
    / /cari /cari?q=beras /cari?q=beras&urut=terbaru /cari?q=beras&sumber=satu /cari?sumber=satu
    /cari?dari=2025-10-01&sampai=2025-10-31 /cari?tempat=1&dari=2025-10-01 /cari?kota=Bandung&jenis=news
    /cari?q=rangga&orang=1 /cari?perjanjian=MoU /artikel/5 /pejabat/1 /lembaga/1 /kota/1 /provinsi/32 /perjanjian/1
    /peraturan/1 /sumber /sumber/satu /dasbor /dasbor?rentang=semua /peta /umpan.xml /umpan.xml?tempat=1
    /umpan.xml?q=beras /cari?peraturan=1 /cari?provinsi=32 /cari?q=beras&provinsi=32&peraturan=1
    /cari?orang=1&jabatan=Bupati|Bogor|menjabat /cari?q=beras&orang=1&jabatan=-||menjabat /liputan/berita
    /cari?isu=1&sejak=2025-10-01T00:00:00%2B00:00 /liputan/berita?label=mention&media=satu
    """.split()
)


@pytest.mark.parametrize("limits", [{}, {"DENSE": 1, "FEW": 0}, {"DENSE": 1}])
def test_no_page_reads_a_big_table_through(archive, app, monkeypatch, limits):
    """The gate of the pages' speed: EXPLAIN QUERY PLAN of every query of every page."""
    for name, value in limits.items():
        monkeypatch.setattr(find, name, value)
    asked: dict[str, dict] = {}
    execute = DatasetteDatabase.execute

    async def remember(self, sql, params=None, *args, **more):
        asked[sql] = dict(params or {})
        return await execute(self, sql, params, *args, **more)

    monkeypatch.setattr(DatasetteDatabase, "execute", remember)
    for address in ADDRESSES:
        assert asyncio.run(app.client.get(address)).status_code == 200, address
    assert len(asked) > 40
    with closing(sqlite3.connect(archive)) as connection:
        read = {(step, sql) for sql, values in asked.items() for step in _read_through(connection, sql, values)}
        plans = [
            " ".join(step for *_, step in connection.execute(f"EXPLAIN QUERY PLAN {sql}", values))
            for sql, values in asked.items()
            if ":match" in sql and "published_at" in sql
        ]
    assert not read
    assert plans
    assert all("COVERING INDEX articles_card (id=?)" in plan for plan in plans)


def _read_through(connection, sql, values) -> list[str]:
    """The steps of a query that read a big table or one of its indexes from end to end."""
    plan = connection.execute(f"EXPLAIN QUERY PLAN {sql}", values).fetchall()
    found = []
    for _, parent, _, step in plan:
        match = re.match(r"SCAN (\w+)", step)
        if not match or match[1] not in _names(sql):
            continue
        beside = {other for _, its_parent, _, other in plan if its_parent == parent}
        if step not in WALKS or any(other.startswith("USE TEMP B-TREE FOR ORDER BY") for other in beside):
            found.append(step)
    return found


def test_the_list_of_agreements_counts_and_pages(app, monkeypatch):
    monkeypatch.setattr(queries, "PAGE_SIZE", 3)
    db = app.get_database(DATABASE)
    pages = [asyncio.run(queries.agreement_list(db, "g.type = :type", {"type": "MoU"}, n)) for n in (1, 2, 9)]
    totals = {total for _, total in pages}
    assert len(totals) == 1
    assert totals.pop() == 10
    days = [row["published_at"] for rows, _ in pages[:2] for row in rows]
    assert days == sorted(days, reverse=True)
    assert (len(pages[0][0]), pages[2][0]) == (3, [])


def _names(sql: str) -> set[str]:
    """The names by which a query knows the big tables; not that of one that it reads through on purpose."""
    sql = re.sub(r"agreements \w+ NOT INDEXED", "", sql)  # all are counted: a tenth of the articles tells of one
    found = re.findall(rf"\b({'|'.join(BIG)})\b(?: AS)?(?: (?!{NO_ALIAS})(\w+))?", sql)
    return {alias or table for table, alias in found}
