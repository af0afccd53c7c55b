"""Who speaks: a person's and a body's quotes by outlet, month, kind and where they come from; a release's most taken."""

from __future__ import annotations

import asyncio
import csv
import html
import io
import re
from contextlib import closing

import pytest

from pipelines.database.open import connect, transaction
from pipelines.publish.mounted import database
from pipelines.publish.queries import quotes
from pipelines.publish.views.list_files import LIST_FILES
from tests.pipelines.conftest import opened
from tests.pipelines.publish.conftest import fill_coverage

SAID = "Cengkih yang sabar menunggu hujan biasanya lebih wangi daripada yang dipaksa"
OWN_WORDS = "Harga ikan cakalang naik dua kali lipat dalam sepekan"


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    """The release and its eight outlets; Nirmala is quoted wherever her words stand, Bagas where others' words do."""
    path = tmp_path_factory.mktemp("pembicara") / "uji.db"
    fill_coverage(path)
    with closing(connect(path)) as made, transaction(made.conn):
        run = made.conn.execute
        run("INSERT INTO people (id, key, name) VALUES (1, 'nirmala', 'Nirmala Sangaji'), (2, 'bagas', 'Bagas Alam')")
        run("INSERT INTO organisations (id, key, name) VALUES (1, 'balai rempah', 'Balai Rempah')")
        run("INSERT INTO roles (person_id, title, organisation, articles) VALUES (1, 'Kepala', 'Balai Rempah', 9)")
        for article, text in run("SELECT id, text FROM articles").fetchall():
            for person, words, kind in ((1, SAID, "langsung"), (2, OWN_WORDS, "tidak langsung")):
                if words in text:
                    start = text.index(words)
                    run(
                        """INSERT INTO quotes (article_id, speaker, person_id, text, verb, start, "end", kind)
                           VALUES (?, 'x', ?, ?, 'kata', ?, ?, ?)""",
                        (article, person, words, start, start + len(words), kind),
                    )
                    title = ("Kepala", "Balai Rempah") if person == 1 and article != 2 else (None, None)
                    run(
                        "INSERT INTO article_officials VALUES (?, ?, ?, 'x', ?, ?, '', '[]')",
                        (article, person, person, *title),
                    )
    return path


@pytest.fixture(scope="module")
def get(path):
    with opened(path) as app:
        yield lambda address: html.unescape(asyncio.run(app.client.get(address)).text)


def test_the_file_is_read_where_the_system_has_it_in_memory(path):
    with opened(path) as app:
        ((size,),) = asyncio.run(database(app).execute("PRAGMA mmap_size")).rows
    assert size > path.stat().st_size


def counted(page):
    """(name, number) of all counts in the boxes beside the quotes."""
    return dict(re.findall(r'<li><a href="[^"]*">([^<]+)</a><a class="jumlah"[^>]*data-jumlah="(\d+)"', page))


def test_quotes_of_a_person_are_counted_by_kind_origin_and_outlet(get, path):
    with closing(connect(path)) as database:
        ((articles,),) = database.conn.execute("SELECT count(*) FROM quotes WHERE person_id = 1").fetchall()
    assert articles > 5
    told = counted(get("/pejabat/1/kutipan"))
    assert told["langsung"] == str(articles) and told["siaran pers"] == "1"
    assert told["dari siaran pers"] == str(articles - 1) and told["Kabar Pesisir"] == "1"
    assert counted(get("/pejabat/2/kutipan")).items() >= {("tidak langsung", "2"), ("di luar siaran pers", "2")}


def test_a_release_of_another_institution_is_told_apart(get, path):
    with closing(connect(path)) as database, transaction(database.conn):
        database.conn.execute("UPDATE sources SET name = 'Dinas Perkebunan' WHERE id = 'balai'")
        database.conn.execute("UPDATE sources SET name = 'Balai Rempah' WHERE id = 'media0'")
    try:
        told = counted(get("/pejabat/1/kutipan"))
        assert told["siaran pers lembaga lain"] == "1" and "siaran pers" not in told
        assert "dari siaran pers" not in told and int(told["dari siaran pers lembaga lain"]) > 3
        assert counted(get("/lembaga/1/kutipan"))["dari siaran pers lembaga lain"]
    finally:
        with closing(connect(path)) as database, transaction(database.conn):
            database.conn.execute("UPDATE sources SET name = 'Balai Rempah' WHERE id = 'balai'")
            database.conn.execute("UPDATE sources SET name = 'Kabar Pesisir' WHERE id = 'media0'")


@pytest.mark.parametrize(
    "asked", ["asal=siaran+pers", "media=media0", "bulan=2025-11", "jenis=tidak+langsung", "isu=9999"]
)
def test_every_count_leads_to_the_quotes_that_it_counts(get, asked):
    page = get(f"/pejabat/1/kutipan?{asked}")
    ((listed,),) = [re.findall(r'data-hitungan="(\d+)"', page)]
    assert int(listed) == page.count("<blockquote")
    assert (int(listed) == 0) == (asked in ("jenis=tidak+langsung", "isu=9999"))


def test_who_is_quoted_beside_somebody(get):
    page = get("/pejabat/1/kutipan")
    href = re.search(r'Dikutip bersamanya.*?Bagas Alam</a><a class="jumlah" href="([^"]*)" data-jumlah="2"', page, re.S)
    page = get(href[1])
    assert 'data-hitungan="2"' in page and "dikutip bersama: Bagas Alam" in page
    assert 'data-hitungan="1"' in get(f"{href[1]}&media=media3")


def test_a_filter_of_quotes_is_said_by_its_name(get):
    assert "media: Kabar Pesisir" in get("/pejabat/1/kutipan?media=media0")


def test_a_body_speaks_through_those_whom_the_article_gives_a_post_there(get):
    person, body = (
        int(re.search(r'data-hitungan="(\d+)"', get(a))[1]) for a in ("/pejabat/1/kutipan", "/lembaga/1/kutipan")
    )
    assert body == person - 1  # one article names her without her post
    assert "Nirmala Sangaji</a>" in get("/lembaga/1/kutipan")


@pytest.mark.parametrize("sql", [quotes.OF_PERSON, quotes.OF_BODY])
def test_quotes_are_found_without_reading_their_rows(path, sql):
    with closing(connect(path)) as database:
        plan = database.conn.execute(f"EXPLAIN QUERY PLAN {sql}", {"id": 1, "name": "x"}).fetchall()
    told = [row[3] for row in plan if " q " in f"{row[3]} " or "quotes" in row[3]]
    assert told and all("COVERING INDEX quotes_person" in line for line in told), plan


def test_a_release_shows_the_words_that_most_outlets_took(get):
    page = get("/liputan/1")
    part = page[page.index("Kutipan yang paling sering diambil") : page.index("Media yang memuatnya")]
    assert SAID in part and re.search(r"<b>([678])</b> media: <a href=\"/liputan/1/\d+\">Koran Dini</a>", part)


def test_half_a_quotation_is_not_taken():
    assert quotes.covered(10, 20, [(0, 16)]) and not quotes.covered(10, 20, [(0, 15), (12, 15)])
    assert not quotes.covered(None, 20, [(0, 99)]) and not quotes.covered(20, 20, [(0, 99)])


def test_the_file_has_what_the_page_lists(get):
    assert "kutipan" in LIST_FILES
    page = get("/unduh/daftar/kutipan.csv?orang=1&asal=siaran+pers")
    (row,) = csv.DictReader(io.StringIO(page.lstrip("\ufeff")))
    assert (row["Pembicara"], row["Kutipan"], row["Asal"]) == ("Nirmala Sangaji", SAID, "siaran pers")


@pytest.mark.parametrize("address", ["/pejabat/99/kutipan", "/lembaga/99/kutipan", "/unduh/daftar/kutipan.csv"])
def test_who_is_not_there_has_no_quotes(get, address):
    assert "tidak" in get(address)
