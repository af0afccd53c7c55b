"""The pages of the stories: today's, the list with its filters, one story, and where else they are seen."""

from __future__ import annotations

import asyncio
import json
import re
import shutil
from contextlib import closing
from datetime import UTC, date, datetime, timedelta

import pytest

from pipelines.database.open import connect, transaction
from pipelines.isu.numbers import differing
from pipelines.isu.update import update
from pipelines.records import TaggedArticle
from pipelines.store.save import save
from tests.pipelines.conftest import make_article, make_tags

FLOOD = (
    "Banjir bandang melanda Kecamatan Contoh di Bandung pada malam hari. Sebanyak {dead} orang tewas dan ratusan rumah "
    "terendam, kata Bupati Bogor Rangga Wiratama. Rangga meninjau. Warga mengungsi ke balai desa, dan perahu karet dikerahkan petugas."
)
OTHER_WORDS = (
    "Air bah datang tiba-tiba di Kecamatan Contoh, Bandung, dini hari tadi. Banjir bandang itu membuat {dead} orang tewas, "
    "ujar Bupati Bogor Rangga Wiratama di lokasi. Rangga meminta tim mencari yang hilang; ratusan rumah masih terendam."
)
MARKET = (
    "Pemerintah daerah membuka pasar hewan kurban yang baru di pinggir jalan lingkar. Pedagang sapi dan kambing dari "
    "lima kecamatan menempati kios, dan retribusi baru dipungut mulai bulan depan kata pengelola pasar itu."
)
NOW = datetime(2025, 11, 12, 5, tzinfo=UTC)  # noon of a Wednesday in WIB


FIRE = (
    "Api menghanguskan belasan kios di pasar hewan pinggir jalan lingkar lewat tengah malam. Petugas pemadam mendatangkan "
    "enam mobil, dan pedagang menyelamatkan sapi serta kambing ke lapangan. Penyebab kebakaran masih diselidiki polisi."
)


def write(connection, number, source, title, text, hours, tagged=True):
    moment = NOW - timedelta(hours=hours)
    address = f"https://{source}.example/{number}"
    article = make_article(
        url=address,
        canonical_url=address,
        source_id=source,
        title=title,
        text=text,
        published_at=moment.isoformat(),
        published_date=(moment + timedelta(hours=7)).date().isoformat(),
    )
    with transaction(connection):
        save(connection, TaggedArticle(article, make_tags(article) if tagged else None))


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    """Two outlets on a flood, one corrected title, one article on something else."""
    path = tmp_path_factory.mktemp("isu") / "uji.db"
    with closing(connect(path).conn) as connection:
        for source, kind in (("lintas", "media"), ("warta", "media"), ("pemda", "pemda")):
            connection.execute(
                "INSERT INTO sources (id, name, kind, status) VALUES (?, ?, ?, 'active')",
                (source, f"Harian {source.title()}", kind),
            )
        write(connection, 1, "lintas", "Banjir Bandang Contoh Tewaskan 12 Orang", FLOOD.format(dead=12), 5)
        write(connection, 2, "warta", "Banjir Bandang di Contoh, 15 Orang Tewas", OTHER_WORDS.format(dead=15), 3)
        write(connection, 3, "pemda", "Pasar Hewan Baru Dibuka", MARKET, 2, tagged=False)
        update(connection)
        write(
            connection,
            1,
            "lintas",
            "Banjir Bandang Contoh Tewaskan 12 Warga",
            FLOOD.format(dead=12) + " Jalan putus.",
            5,
        )
        update(connection)
        with transaction(connection):
            connection.execute(
                """INSERT INTO isu (id, title, first_seen, last_seen, articles, outlets, grew_hour, grew_day, state,
                                    merged_into) VALUES (99, 'x', 'x', 'x', 0, 0, 0, 0, 'merged', 1)"""
            )
    return path


@pytest.fixture
def get(path, open_site, monkeypatch):
    monkeypatch.setattr("pipelines.publish.views.isu.this_day", NOW.date)
    site = open_site(path)
    return lambda address: asyncio.run(site.client.get(address))


def headings(page):
    return re.findall(r"<h2>(?:<a [^>]*>)?(Isu [^<]*|Terbaru)", page.text)


def test_the_home_page_opens_with_todays_stories(get):
    page = get("/")
    assert headings(page) == ["Isu hari ini", "Terbaru"]
    assert re.search(r'href="/isu/1">Banjir Bandang', page.text)
    assert 'class="tumbuh"' in page.text


def test_a_day_that_has_not_come_is_not_offered(get, monkeypatch):
    for today, offered in ((date(2025, 11, 12), False), (date(2025, 11, 13), True)):
        monkeypatch.setattr("pipelines.publish.views.isu.this_day", lambda today=today: today)
        text = get("/isu?hari=2025-11-12").text
        assert "hari=2025-11-11" in text
        assert ("hari=2025-11-13" in text) is offered


def test_after_midnight_the_home_page_shows_the_day_before_and_names_it(get, monkeypatch, path, tmp_path, open_site):
    """With nothing of the new day yet, and with a first story of it, above the others."""
    monkeypatch.setattr("pipelines.publish.views.isu.this_day", lambda: date(2025, 11, 13))
    page = get("/")
    assert headings(page) == ["Isu Rabu, 12 November 2025", "Terbaru"]
    assert 'href="/isu?hari=2025-11-12">Isu Rabu' in page.text
    assert 'href="/isu/1">Banjir Bandang' in page.text
    later = tmp_path / "uji.db"
    shutil.copy(path, later)
    with closing(connect(later).conn) as connection:
        for number, source in ((4, "lintas"), (5, "pemda")):
            write(
                connection,
                number,
                source,
                "Pasar Hewan Kurban Terbakar Dini Hari",
                FIRE,
                -12.2 - number / 100,
                tagged=False,
            )
        update(connection)
    page = asyncio.run(open_site(later).client.get("/"))
    assert headings(page) == ["Isu hari ini", "Isu Rabu, 12 November 2025", "Terbaru"]
    assert page.text.index("Pasar Hewan Kurban Terbakar") < page.text.index('href="/isu/1">Banjir Bandang')
    assert page.text.count('href="/isu/1">') == 1


def test_without_stories_the_home_page_has_no_heading_for_them(site):
    assert headings(site("/")) == ["Terbaru"]


def test_a_story_tells_who_was_first_in_which_words_and_what_differs(get):
    page = get("/isu/1")
    text = page.text
    assert page.status_code == 200
    assert text.index("Harian Lintas") < text.index("Harian Warta")
    assert "<del>Banjir Bandang Contoh Tewaskan 12 Orang</del>" in text
    assert re.search(r"<dt>orang tewas</dt><dd><b>12</b>.*<b>15</b>", text)
    assert "Rangga Wiratama" in text
    assert "kata dasar yang sama" in text.casefold()
    assert 'href="/umpan.xml?isu=1"' in text


def test_a_joined_story_leads_on_and_a_missing_one_is_named(get):
    assert (get("/isu/99").status_code, get("/isu/99").headers["location"]) == (301, "/isu/1")
    assert get("/isu/99.json").headers["location"] == "/isu/1.json"
    assert get("/isu/12345").status_code == 404
    assert "Isu itu tidak ada" in get("/isu/12345").text


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("", True),
        ("?hari=semua", True),
        ("?hari=2001-01-01", False),
        ("?pejabat=Rangga", True),
        ("?pejabat=Tidakada", False),
        ("?kota=Bandung", True),
        ("?lembaga=Tidakada", False),
        ("?jenis=media", True),
        ("?jenis=pemda", False),
        ("?tumbuh=1", False),
        ("?hari=omong&jenis=kosong", True),
    ],
)
def test_the_list_is_filtered_and_its_files_hold_the_same(get, query, shown):
    assert ('href="/isu/1"' in get(f"/isu{query}").text) is shown
    assert bool(get(f"/isu.json{query}").json()) is shown
    assert ("Banjir Bandang" in get(f"/unduh/daftar/isu.csv{query}").text) is shown


def test_json_tells_a_story_with_its_articles(get):
    told = get("/isu/1.json").json()
    assert (told["articles"], told["outlets"], told["first_outlet"]) == (2, 2, "lintas")
    assert [member["source_id"] for member in told["members"]] == ["lintas", "warta"]
    assert "text" not in json.dumps(told["members"])


def test_search_feed_and_files_take_a_story_and_hits_fold_by_it(get):
    text = get("/cari?q=banjir").text
    assert "1 artikel lain tentang isu yang sama" in text
    assert text.count('class="kartu"') == 2
    only = get("/cari?isu=1").text
    assert "2 artikel" in only and "Pasar Hewan" not in only
    assert get("/cari?isu=99").text.count('class="kartu"') == 2
    assert get("/umpan.xml?isu=1").text.count("<entry>") == 2
    assert "Pasar Hewan" not in get("/unduh/articles.csv?isu=1").text


def test_an_article_leads_to_its_story_unless_it_is_alone(get):
    assert 'href="/isu/1"' in get("/artikel/1").text
    assert 'href="/isu/' not in get("/artikel/3").text


def test_numbers_differ_between_outlets_and_not_within_one():
    found = differing(
        [
            ("Lintas", "Sebanyak 12 orang tewas pada 3 Juni. Bantuan Rp 5 miliar, 40 rumah rusak."),
            ("Warta", "Korban 15 orang tewas; 40 rumah rusak. Ada 7 mobil lalu 9 mobil terseret."),
            ("Pos", "Ada 15 orang tewas dan 8 mobil terseret."),
        ]
    )
    assert found == [("orang tewas", [("15", ["Warta", "Pos"]), ("12", ["Lintas"])])]
