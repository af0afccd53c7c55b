"""The search page finds what people mean, says what it took for what, and leaves feeds and exports exact."""

from __future__ import annotations

import asyncio
import re
import sqlite3
from contextlib import closing
from html import unescape
from types import SimpleNamespace

import pytest

from nlp.records import Law, Tags
from pipelines.database.open import connect, transaction
from pipelines.publish.mounted import DATABASE
from pipelines.records import TaggedArticle
from pipelines.search import meant
from pipelines.search.asked import Search
from pipelines.search.forms import explained_forms, laws
from pipelines.search.near_words import near_words
from pipelines.search.reading import read
from pipelines.store.save import save
from pipelines.store.who_is_who import ORGANISATION, add_form
from tests.pipelines.conftest import make_article, mention
from tests.pipelines.publish.conftest import opened

SPELT_OUT = "Program Bantuan Sewa Perahu (BSP) dibuka. "
TEXTS = {
    "vaksin": ("Vaksin Covid-19 tahap lima", "Vaksinasi covid-19 dibuka di balai desa."),
    "jumat": ("Jum’at Sehat di lapangan", "Senam Jum’at Sehat diikuti warga. Ma’ruf Sangaji memimpin."),
    "ktp": ("Layanan e-KTP keliling", "Mobil e-KTP keliling mendatangi dusun."),
    "koperasi": ("Koperasi nelayan diresmikan", "Koperasi itu dipimpin Meutya Lestaluhu."),
    "koperasi2": ("Meutya Lestaluhu soal koperasi", "Meutya Lestaluhu menghitung simpanan koperasi."),
    "joko": ("Warta Joko Santosa", "Joko Santosa memberi sambutan singkat."),
    "kerja": ("Kerja sama dua pelabuhan", "Kerja sama itu berlaku setahun."),
    "kerjasama": ("Kerjasama tambak", "Kerjasama tambak disepakati."),
    "bekas": ("Barang bekas laku", "Pasar barang bekas ramai."),
    "bekasi": ("Bekasi menata trotoar", "Trotoar Bekasi ditata."),
    "perahu": ("Sewa perahu dibantu", SPELT_OUT + "Nelayan mendaftar."),
    "perahu2": ("Perahu bantuan", SPELT_OUT + "Kuotanya dua ratus."),
    "bsp": ("Syarat BSP", "Syarat penerima BSP tahun ini diumumkan."),
    "lomba": ("Lomba dayung Surakarta", "Lomba dayung digelar di Surakarta."),
    "lomba2": ("Lomba perahu", "Lomba perahu naga digelar di waduk."),
    "badan": ("Badan Rempah Nasional dibentuk", "Badan Rempah Nasional mulai bekerja."),
    "badan2": ("Kepala BRN dilantik", "Kepala BRN dilantik di Ternate."),
    "badan3": ("BRN membuka gudang", "Gudang BRN dibuka; Badan Rempah Nasional senang."),
    "hukum": ("Aturan baru pesisir", "Undang-Undang Nomor 71 Tahun 2031 mengatur garis pantai."),
}


@pytest.fixture(scope="module")
def archive(tmp_path_factory):
    """Articles of the kinds that searches miss; a path, and the id of each by its name."""
    path, ids = tmp_path_factory.mktemp("maksud") / "maksud.db", {}
    with closing(connect(path)) as database, transaction(database.conn):
        for name, (title, text) in TEXTS.items():
            article = make_article(url=f"https://contoh.go.id/{name}", canonical_url=name, title=title, text=text)
            tags = Tags()
            if name == "hukum":
                tags = Tags(laws=(Law("Undang-Undang Nomor 71 Tahun 2031", "UU 71/2031", "UU", "71", 2031),))
            if name == "badan":
                tags = Tags(mentions=(mention(text, "ORG", "Badan Rempah Nasional"),))
            ids[name] = save(database.conn, TaggedArticle(article, tags)).article_id
        body = database.execute("SELECT id FROM organisations WHERE name = 'Badan Rempah Nasional'").fetchone()[0]
        add_form(database.conn, ORGANISATION, "brn", body)
    with opened(path) as app:
        yield SimpleNamespace(path=path, app=app, ids=ids, names={value: key for key, value in ids.items()})


def asked(archive, query, **filters):
    return asyncio.run(meant.search(archive.app.get_database(DATABASE), Search(query=query, **filters)))


def exact(archive, query):
    return {archive.names[row["id"]] for row in asked(archive, query).found.rows}


def near(archive, query, **filters):
    return [archive.names[row["id"]] for row in asked(archive, query, **filters).near]


@pytest.fixture
def connection(archive):
    with closing(sqlite3.connect(archive.path)) as opened_connection:
        yield opened_connection


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("covid-19", {"vaksin"}),
        ("covid 19", {"vaksin"}),
        ("COVID19", {"vaksin"}),
        ("Jum'at", {"jumat"}),
        ("jumat", {"jumat"}),
        ("Jum’at", {"jumat"}),
        ("maruf", {"jumat"}),
        ("ektp", {"ktp"}),
        ("e-KTP", {"ktp"}),
        ("kerja sama", {"kerja", "kerjasama"}),
        ("kerjasama", {"kerja", "kerjasama"}),
        ("bekas", {"bekas"}),
        ("Bekasi", {"bekasi"}),
        ("Beka\u00adsi", {"bekasi"}),
        ("trotoar\u200b\u00a0Bekasi", {"bekasi"}),
        ("“barang bekas”", {"bekas"}),
        ("Rp2,5", set()),
    ],
)
def test_words_are_found_however_they_are_joined(archive, query, found):
    assert exact(archive, query) == found
    if query != "kerja sama":  # with operators a blank means AND
        assert {archive.names[row["id"]] for row in asked(archive, query, operators="1").found.rows} == found


@pytest.mark.parametrize(
    ("typed", "meant_by_it", "first"),
    [
        ("koprasi", "koperasi", "koperasi"),
        ("meutia lestaluhu", "meutya lestaluhu", "koperasi2"),
        ("lestaluhu meutia", "lestaluhu meutya", "koperasi2"),
        ("JokoSantosa", "joko santosa", "joko"),
        ("trotaor", "trotoar", "bekasi"),
        ("vaksinn tahap lima", "vaksin tahap lima", "vaksin"),
        ("pelaboehan", "pelabuhan", "kerja"),
        ("koprasi -simpanan", "koperasi -simpanan", "koperasi"),
        ("covid-19 blaai", "covid-19 balai", "vaksin"),
        ('"barang bekas" rmai', '"barang bekas" ramai', "bekas"),
        ("dayungg trotoar", "dayung trotoar", "bekasi"),  # no article has both
    ],
)
def test_a_slip_is_told_and_its_articles_are_shown(archive, typed, meant_by_it, first):
    answer = asked(archive, typed)
    assert answer.found.total == 0
    assert answer.reading.spelling == meant_by_it
    assert archive.names[answer.near[0]["id"]] == first


@pytest.mark.parametrize("typed", ["koprasi", "meutia lestaluhu", "badan rempahh nasional", "kerjasama tanbak"])
def test_the_page_of_a_slip_is_that_of_the_other_spelling(archive, typed):
    answer = asked(archive, typed)
    other = asked(archive, answer.reading.spelling)
    assert [row["id"] for row in answer.near] == [row["id"] for row in other.rows] != []


def test_a_word_of_the_language_is_not_doubted(archive):
    answer = asked(archive, "bekas")
    assert answer.reading.spelling == ""
    assert answer.near == []


def test_what_nobody_wrote_has_no_near_word(archive, connection):
    assert asked(archive, "zqxwvkj").near == []
    assert near_words(connection, "x" * 500) == near_words(connection, "ab") == near_words(connection, 'a"b*c') == []


def test_names_of_a_body_are_one(archive):
    answer = asked(archive, "Badan Rempah Nasional")
    assert exact(archive, "Badan Rempah Nasional") == {"badan", "badan3"}
    assert near(archive, "Badan Rempah Nasional")[0] == "badan2"
    both = asked(archive, answer.reading.with_forms, operators="1")
    assert {archive.names[row["id"]] for row in both.found.rows} == {"badan", "badan2", "badan3"}
    assert near(archive, "brn -gudang") == ["badan"]


def test_what_articles_explain_in_brackets_is_known(archive, connection):
    assert explained_forms(connection, ["bsp"]) == ["bantuan sewa perahu"]
    assert explained_forms(connection, ["bantuan", "sewa", "perahu"]) == ["bsp"]
    assert explained_forms(connection, ["perahu"]) == []
    assert near(archive, "syarat bantuan sewa perahu")[0] == "bsp"


def test_a_city_has_its_everyday_name(archive):
    assert exact(archive, "lomba solo") == set()
    assert near(archive, "lomba solo")[:2] == ["lomba", "lomba2"]


def test_a_law_is_found_however_it_is_cited(archive, connection):
    for cited in ("UU 71/2031", "uu no. 71 tahun 2031", "undang-undang 71 th 2031", "UU Nomor 71/2031"):
        assert [name for _, name in laws(connection, cited)] == ["UU 71/2031"], cited
        assert (exact(archive, cited) or set(near(archive, cited)[:1])) == {"hukum"}, cited
    assert laws(connection, "PP 71/2031") == laws(connection, "71/2031") == laws(connection, "UU 71/2032") == []


def test_a_question_finds_what_it_asks_about(archive):
    assert near(archive, "apa saja syarat untuk menjadi penerima BSP tahun ini?")[0] == "bsp"


def test_near_articles_meet_the_filters(archive):
    assert near(archive, "koprasi", kind="news") == []
    assert near(archive, "koprasi", since="2025-11-12", until="2025-11-12", source="contoh")
    assert near(archive, "koprasi", since="2025-11-13") == []
    assert near(archive, "koprasi -simpanan") == ["koperasi"]


def test_the_page_says_what_it_took_for_what(archive):
    page = unescape(asyncio.run(archive.app.client.get("/cari?q=koprasi&jenis=press_release")).text)
    assert 'href="/cari?q=koperasi&jenis=press_release"' in page
    assert "Tidak ada artikel yang cocok" in page
    assert "Yang mendekati" in page
    assert "<b>Koperasi</b> nelayan diresmikan" in page
    law = asyncio.run(archive.app.client.get("/cari?q=UU+71/2031")).text
    assert re.search(r'href="/peraturan/\d+"><b>UU 71/2031', law)


def test_feeds_files_and_watches_stay_exact(archive):
    feed = asyncio.run(archive.app.client.get("/umpan.xml?q=koprasi")).text
    assert "<entry>" not in feed
    second = asyncio.run(archive.app.client.get("/cari?q=koprasi&hal=2")).text
    assert "Yang mendekati" not in second


def test_reading_a_search_asks_the_index_and_nothing_through(connection, archive):
    """EXPLAIN of all that a search of many words asks: no table is read from end to end."""
    said: list[str] = []
    connection.set_trace_callback(said.append)
    read(
        connection,
        "JokoSantosa koprasi meutia BSP UU 71/2031 'Badan Rempah Nasional' \"barang bekas\" -gula",
        short=True,
    )
    connection.set_trace_callback(None)
    plans = {
        step for sql in said if not sql.startswith("--") for *_, step in connection.execute(f"EXPLAIN QUERY PLAN {sql}")
    }
    assert len(said) > 20
    allowed = (
        "SCAN articles_fts VIRTUAL TABLE",
        "SCAN json_each VIRTUAL TABLE",
        "SCAN main.articles_fts_config",
        "SCAN sqlite_master",
        "SCAN (subquery",
    )
    assert [step for step in plans if step.startswith("SCAN") and not step.startswith(allowed)] == []


@pytest.mark.parametrize(
    "query", ["a " * 600, "x" * 10_000, '"' * 50, "-x", "-" * 900, "0 " * 90, "UU " * 300 + "1/2024"]
)
def test_any_search_is_answered(archive, query):
    assert asyncio.run(archive.app.client.get("/cari", params={"q": query})).status_code == 200


def test_what_has_only_a_common_word_is_not_near(archive):
    """Where something has all words, an article with the commonest one of them alone is none to show."""
    assert exact(archive, "sewa perahu dibantu nelayan") == {"perahu"}
    shown = near(archive, "sewa perahu dibantu nelayan")
    assert "perahu2" in shown
    assert not {"jumat", "hukum", "vaksin"} & set(shown)
