"""Authors: the list, one with topics, quotes and releases, and the search, feed and file of what one wrote."""

from __future__ import annotations

import asyncio
import csv
import html
import io
import json
import re
from contextlib import closing

import pytest

from nlp.records import Quote
from pipelines.coverage.update import update
from pipelines.database.open import connect, transaction
from pipelines.records import TaggedArticle
from pipelines.store.save import save
from tests.pipelines.conftest import make_article, make_tags, opened
from tests.pipelines.publish.conftest import RELEASE
from tests.pipelines.publish.test_as_json import PROMISED


def put(connection, number, source, author, text, *, kind="news", quoted=False):
    url = f"https://{source}.example/{number}"
    article = make_article(
        url=url,
        canonical_url=url,
        source_id=source,
        kind=kind,
        author=author,
        title=f"Kabar nomor {number}",
        text=text,
        published_at=f"2025-11-12T{number % 20:02d}:30:00+00:00",
        published_date="2025-11-12",
    )
    quotes = (Quote("hadir", "Rangga", "Rangga Wiratama", "kata", 0, 5),)
    tags = make_tags(make_article(), quotes=quotes, mentions=(), agreements=(), laws=()) if quoted else None
    with transaction(connection):
        save(connection, TaggedArticle(article, tags))


@pytest.fixture(scope="module")
def get(tmp_path_factory):
    """Ratna writes two dozen times of cakalang and once of a release in `kabar`, others of pala; a namesake in `warta`."""
    path = tmp_path_factory.mktemp("penulis") / "uji.db"
    with closing(connect(path)) as made:
        for source in ("balai", "kabar", "warta"):
            made.conn.execute(
                "INSERT INTO sources (id, name, kind, status) VALUES (?, ?, 'media', 'active')",
                (source, source.title()),
            )
        put(made.conn, 0, "balai", "Redaksi", RELEASE, kind="press_release")
        put(made.conn, 1, "kabar", "Ratna Wulandari", RELEASE)
        for n in range(2, 26):
            put(made.conn, n, "kabar", "RATNA WULANDARI", f"Nelayan {n} melelang cakalang {n}.", quoted=n == 2)
        for n in range(26, 40):
            put(made.conn, n, "kabar", "Tim Redaksi" if n % 2 else "Bagas Alam", f"Petani {n} menjemur pala {n}.")
        put(made.conn, 40, "warta", "Ratna Wulandari", "Hujan turun di pesisir.")
        update(made.conn)
    with opened(path) as app:
        yield lambda address: html.unescape(asyncio.run(app.client.get(address)).text)


def test_the_list_has_only_persons_each_with_the_search_for_all_articles(get):
    page = get("/penulis")
    assert re.findall(r'<a href="/penulis/\d+">([^<]+)</a>', page) == [
        "Ratna Wulandari",
        "Bagas Alam",
        "Ratna Wulandari",
    ]
    for number, href in re.findall(r'class="jumlah" href="(/cari\?penulis=\d+)" data-jumlah="(\d+)"', page):
        assert f'data-hitungan="{href}"' in get(number)
    assert 'data-hitungan="1"' in get("/penulis?cari=bagas") and 'data-hitungan="2"' in get("/penulis?sumber=kabar")


def test_an_author_has_topics_quotes_releases_and_namesakes(get):
    page = get("/penulis/1")
    assert re.search(r'data-jumlah="25"', page)
    words = re.findall(r'class="kata"[^>]*>([^<]+)', page)
    assert "cakalang" in words and "pala" not in words
    quoted = re.search(
        r'Yang dikutipnya.*?Rangga Wiratama</a><a class="jumlah" href="([^"]*)" data-jumlah="1"', page, re.S
    )
    assert 'data-hitungan="1"' in get(quoted[1]) and "kutipan Rangga Wiratama" in get(quoted[1])
    assert re.search(r'id="siaran".*?/liputan/1/2">Kabar nomor 0<.*?Balai', page, re.S)
    assert re.search(r"Nama yang sama di media lain.*?Warta</a><a[^>]* data-jumlah=\"1\"><b>1</b>", page, re.S)


def test_an_author_is_json(get):
    told = json.loads(get("/penulis/1.json"))
    assert list(told) == PROMISED["/penulis/N.json"] and told["version"] == 1
    assert (told["name"], told["source_id"], told["outlet"], told["articles"]) == (
        "Ratna Wulandari",
        "kabar",
        "Kabar",
        25,
    )
    assert told["months"] == [{"month": "2025-11", "articles": 25}]
    assert json.loads(get(told["articles_at"].removeprefix("http://localhost")))["total"] == 25


def test_a_byline_leads_to_its_author_only_where_it_is_sure(get):
    assert re.search(r'<a href="/penulis/1">RATNA WULANDARI</a>', get("/artikel/3"))
    assert "/penulis/" not in get("/artikel/1")


def test_what_an_author_wrote_is_a_search_a_file_and_a_trend(get):
    assert "×" in get("/cari?penulis=1") and 'data-hitungan="24"' in get("/cari?penulis=1&q=cakalang")
    rows = list(csv.DictReader(io.StringIO(get("/unduh/articles.csv?penulis=1&q=cakalang").lstrip("\ufeff"))))
    assert len(rows) == 24
    assert "41 artikel yang dibaca" in get("/tren?penulis=1")
    listed = get("/unduh/daftar/penulis.csv")
    assert (
        listed.splitlines()[0].lstrip("\ufeff") == "Nama,Media,Artikel,Artikel terakhir"
        and "Bagas Alam,Kabar,7" in listed
    )


@pytest.mark.parametrize("address", ["/penulis/999", "/penulis?cari=zzz", "/cari?penulis=999"])
def test_nobody_is_said_to_be_nobody(get, address):
    assert "idak ada" in get(address)
