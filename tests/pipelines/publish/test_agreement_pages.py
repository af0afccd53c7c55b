"""Agreements on the pages: which belong to a place, the filters of the list, headings that say who and what."""

from __future__ import annotations

import asyncio
import html
import re

import pytest

from nlp.records import Agreement, Place, Tags
from pipelines.database.open import connect, transaction
from pipelines.records import TaggedArticle
from pipelines.store.agreement_places import link_those_without
from pipelines.store.save import save
from pipelines.wording.agreements import heading
from tests.pipelines.conftest import make_article
from tests.pipelines.publish.conftest import opened

PLACES = {
    "Kota Bandung": Place("Bandung", "Kota Bandung", "kota", "32.73"),
    "Kabupaten Bandung": Place("Kabupaten Bandung", "Kabupaten Bandung", "kabupaten", "32.04"),
    "Kota Surakarta": Place("Solo", "Kota Surakarta", "kota", "33.72"),
    "Kecamatan Ambarawa": Place("Ambarawa", "Kecamatan Ambarawa", "kecamatan", "33.22.10"),
    "Tokyo": Place("Tokyo", "Tokyo", "kota-asing", None, "JP"),
}
# type, parties, subject, date, place, the places that its article names; the day of the article is 12 November 2025.
TOLD = {
    "sampah": ("PKS", ("Pemkot Surakarta", "PT Bersih Uji"), "sampah", "2025-11-05", None, ("Kota Bandung",)),
    "kereta": ("MoU", ("PT Rel Uji", "Universitas Uji"), "kereta", None, "Ambarawa", ("Kecamatan Ambarawa",)),
    "beras": ("MoU", ("Dinas Pangan Kabupaten Bandung", "PT Beras Uji"), "beras", "2024-02", None, tuple(PLACES)[:2]),
    "gudang": ("LoI", ("Badan Uji Nasional (BUN)", "PT Gudang"), "gudang", None, "Hotel Uji, Tokyo", ("Tokyo",)),
    "festival": ("kesepakatan", (), None, "2023", "Balai Kota Bandung", ("Kota Bandung",)),
}


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    path = tmp_path_factory.mktemp("perjanjian") / "uji.db"
    database = connect(path)
    for name, (kind, parties, subject, day, signed, places) in TOLD.items():
        url = f"https://contoh.go.id/{name}"
        article = make_article(url=url, canonical_url=url, title=f"Kabar {name}", text=f"Naskah {name} diteken.")
        told = Agreement(kind, "nota uji", parties, subject, day, signed, "ditandatangani")
        tags = Tags(places=tuple(PLACES[place] for place in places), agreements=(told,))
        with transaction(database.conn):
            save(database.conn, TaggedArticle(article, tags))
    database.close()
    return path


@pytest.fixture(scope="module")
def site(path):
    with opened(path) as app:
        yield lambda address: html.unescape(asyncio.run(app.client.get(address)).text)


def names(page):
    """Which agreements of TOLD a page has cards of."""
    cards = re.findall(r'<article class="kartu">\s*<h3><a href="/perjanjian/(\d+)"', page)
    return {list(TOLD)[int(number) - 1] for number in cards}


def place(site, name):
    """The page of a place, by its row in the database, where the order of PLACES does not matter."""
    return next(page for page in map(site, (f"/kota/{n}" for n in range(1, 12))) if f"<h1>{name}</h1>" in page)


@pytest.mark.parametrize(
    ("name", "belonging"),
    [
        ("Kota Bandung", {"festival"}),
        ("Kabupaten Bandung", {"beras"}),
        ("Kecamatan Ambarawa", {"kereta"}),
        ("Tokyo", {"gudang"}),
    ],
)
def test_a_place_has_the_agreements_of_its_bodies_and_those_signed_there(site, name, belonging):
    page = place(site, name)
    assert names(page) == belonging
    assert re.search(r"<h1>[^<]*</h1>", page)
    linked = re.search(r'"(/perjanjian\?[^"]+)">Lihat sebagai daftar', page)
    assert names(site(linked[1])) == belonging


def test_others_are_told_of_as_beside_it(site):
    page = place(site, "Kota Bandung")
    other = page[page.index("Perjanjian lain yang disebut dalam artikel yang sama") :]
    assert "tentang sampah" in other and "tentang beras" in other and "festival" not in other


def test_a_province_has_those_of_its_cities(site):
    assert names(site("/provinsi/32")) == {"beras", "festival"}
    assert names(site("/provinsi/33")) == {"sampah", "kereta"}


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("kota=Solo", {"sampah"}),
        ("kota=Kota+Solo", {"sampah"}),
        ("cari=Solo", {"sampah"}),
        ("kota=33.72", {"sampah"}),
        ("kota=kabupaten+bandung", {"beras"}),
        ("kota=bandung", {"beras", "festival"}),
        ("kota=Jawa+Tengah", {"sampah", "kereta"}),
        ("kota=tokyo", {"gudang"}),
        ("kota=Atlantis", set()),
        ("lembaga=universitas", {"kereta"}),
        ("lembaga=BUN", {"gudang"}),
        ("tahun=2024", {"beras"}),
        ("tahun=2025", {"sampah", "kereta", "gudang"}),
        ("dari=2025-11-01&sampai=2025-11-06", {"sampah"}),
        ("dari=2024-02-10&sampai=2024-02-20", {"beras"}),  # "2024-02" may be any of its days
        ("sampai=2023-12-31", {"festival"}),
        ("jenis=MoU&tahun=2024", {"beras"}),
        ("dari=besok&tahun=x&tempat=y", set(TOLD)),
    ],
)
def test_the_filters_of_the_list_and_of_its_file(site, asked, found):
    assert names(site(f"/perjanjian?{asked}")) == found
    assert site(f"/unduh/daftar/perjanjian.json?{asked}").count("\n") == len(found)


def test_a_filter_that_finds_nothing_says_why(site):
    assert "tidak ada perjanjian di tempat bernama “Atlantis”" in site("/perjanjian?kota=Atlantis")
    assert "tanggal mulainya sesudah" in site("/perjanjian?dari=2025-02-01&sampai=2025-01-01")


@pytest.mark.parametrize(
    ("parties", "subject", "said"),
    [
        (("A",), "gula", "Nota uji A tentang gula"),
        (("A (AA)", "B"), None, "Nota uji A dan B"),
        (("A", "B", "C"), "gula", "Nota uji A, B dan C tentang gula"),
        (("A", "B", "C", "D"), "gula", "Nota uji A, B dan 2 pihak lain tentang gula"),
        ((), None, "Nota uji dalam “Kabar”"),
        ((), "gula", "Nota uji tentang gula"),
    ],
)
def test_a_heading_says_who_and_what(parties, subject, said):
    assert heading("nota uji", parties, subject, "Kabar") == said


def test_agreements_of_an_older_database_get_their_places(path, tmp_path):
    copy = tmp_path / "lama.db"
    copy.write_bytes(path.read_bytes())
    database = connect(copy)
    before = set(database.execute("SELECT * FROM agreement_places").fetchall())
    with transaction(database.conn):
        database.execute("DELETE FROM agreement_places")
        database.execute("UPDATE agreements SET placed = 0")
    link_those_without(database.conn)
    assert before and set(database.execute("SELECT * FROM agreement_places").fetchall()) == before
    database.close()
