"""Filters that mean nothing are said, with what may be meant; on the page and on the command line."""

from __future__ import annotations

import asyncio
import re
import sqlite3
from contextlib import closing
from datetime import date
from html import unescape

import pytest

from nlp.records import Official, Place, Tags
from pipelines.database.open import connect, transaction
from pipelines.errors import UserError
from pipelines.records import TaggedArticle
from pipelines.search.filters import Filters
from pipelines.search.understood import check, misread
from pipelines.store.save import save
from tests.pipelines.conftest import make_article
from tests.pipelines.publish.conftest import opened


@pytest.fixture(scope="module")
def archive(tmp_path_factory):
    """One article of Surakarta, with one official; a path."""
    path = tmp_path_factory.mktemp("saringan") / "saringan.db"
    text = "Wali Kota Surakarta Wiryawan Sastropawiro membuka pasar di Surakarta. Wiryawan Sastropawiro senang."
    article = make_article(title="Pasar dibuka", text=text)
    tags = Tags(
        officials=(Official("Wiryawan Sastropawiro", "Wali Kota", "Surakarta"),),
        places=(Place("Surakarta", "Kota Surakarta", "kota", "33.72"),),
    )
    with closing(connect(path)) as database, transaction(database.conn):
        database.execute(
            "INSERT INTO sources (id, name, kind, status) VALUES ('contoh', 'Dinas Contoh', 'pemda', 'active')"
        )
        save(database.conn, TaggedArticle(article, tags))
    return path


def told(archive, **filters):
    with closing(sqlite3.connect(archive)) as connection:
        return [(one.says, one.meant) for one in misread(connection, filters.get)]


@pytest.mark.parametrize(
    ("filters", "says", "meant"),
    [
        ({"kota": "Antah Berantah"}, "“Antah Berantah” tidak dikenal", ""),
        ({"kota": "Semarnag"}, "“Semarnag” tidak dikenal", "Semarang"),
        ({"kota": "Surakrta"}, "“Surakrta” tidak dikenal", "Surakarta"),
        ({"kota": "Singapuran"}, "“Singapuran” tidak dikenal", "Singapura"),
        ({"dari": "2025-12-31", "sampai": "2025-01-01"}, "sesudah tanggal akhir", "2025-01-01 sampai 2025-12-31"),
        ({"dari": "31/12/2025"}, "tidak terbaca", "2025-12-31"),
        ({"sampai": "17 Mei 2025"}, "tidak terbaca", "2025-05-17"),
        ({"sampai": "besok lusa"}, "tidak terbaca", ""),
        ({"pejabat": "Wiriawan Sastropawiro"}, "Tidak ada orang bernama", "Wiryawan Sastropawiro"),
        ({"pejabat": "Bondan Prakosa"}, "Tidak ada orang bernama", ""),
        ({"jenis": "berta"}, "Jenis “berta” tidak dikenal", "Berita"),
        ({"perjanjian": "mou"}, "Perjanjian “mou” tidak dikenal", "Nota kesepahaman (MoU)"),
        ({"sumber": "Dinas Conto"}, "Sumber “Dinas Conto” tidak dikenal", "contoh"),
        ({"orang": "99999"}, "Orang nomor “99999” tidak ada", ""),
        ({"tempat": "x" * 900}, "Tempat nomor", ""),
    ],
)
def test_what_means_nothing_is_said(archive, filters, says, meant):
    [(said, may_be)] = told(archive, **filters)
    assert says in said
    assert len(said) < 200
    assert may_be == meant


@pytest.mark.parametrize(
    "filters",
    [
        {},
        {"kota": "Solo"},
        {"kota": "33.72"},
        {"kota": "Kota Surakarta"},
        {"kota": "Ternate"},
        {"kota": " Sura\u00adkarta\u200b "},
        {"dari": "2025-01-01", "sampai": "2025-01-01", "jenis": "news", "sumber": "contoh", "perjanjian": "MoU"},
        {"pejabat": "sastropawiro", "orang": "1", "tempat": "1", "q": "apa pun", "urut": "x"},
    ],
)
def test_what_means_something_is_not(archive, filters):
    assert told(archive, **filters) == []


def test_the_page_offers_what_may_be_meant(archive):
    with opened(archive) as app:
        page = unescape(asyncio.run(app.client.get("/cari?q=pasar&kota=Surakrta")).text)
        agreements = unescape(asyncio.run(app.client.get("/perjanjian?kota=Surakrta")).text)
        solo = asyncio.run(app.client.get("/cari?kota=solo")).text
        listed = asyncio.run(app.client.get("/kota?cari=solo")).text
    assert 'Tempat “Surakrta” tidak dikenal. Maksudnya <a href="/perjanjian?kota=Surakarta">' in agreements
    assert 'Tempat “Surakrta” tidak dikenal. Maksudnya <a href="/cari?q=pasar&kota=Surakarta">' in page
    assert "Pasar dibuka" in solo
    assert "Kota Surakarta" in listed


@pytest.mark.parametrize(
    ("filters", "said"),
    [
        (Filters(city="Wakanda"), "--city: Tempat “Wakanda” tidak dikenal."),
        (Filters(city="Surakrta"), "Maksudnya Surakarta?"),
        (Filters(since=date(2025, 12, 31), until=date(2025, 1, 1)), "--since: Tanggal awal"),
        (Filters(source="conto", city="Wakanda"), "Maksudnya contoh? --city"),
        (Filters(person="Wiriawan Sastropawiro"), "Maksudnya Wiryawan Sastropawiro?"),
        (Filters(person="Sastropawiro"), "bukan nama lengkap"),
    ],
)
def test_what_a_command_is_told(archive, filters, said):
    with closing(sqlite3.connect(archive)) as connection, pytest.raises(UserError, match=re.escape(said)):
        check(connection, filters)


def test_an_export_writes_nothing_for_them(archive, tmp_path, pantau):
    target = tmp_path / "keluar.csv"
    done = pantau("--db", archive, "export", "articles", "--city", "Wakanda", "--output", target)
    assert done.returncode == 2
    assert "“Wakanda” tidak dikenal" in done.stderr
    assert not target.exists()


def test_an_everyday_name_finds_the_city_in_exports(archive):
    with closing(sqlite3.connect(archive)) as connection:
        for city in ("Solo", "solo", "33.72", "Kota Surakarta", "Surakarta"):
            condition, values = Filters(city=city).where()
            assert connection.execute(f"SELECT count(*) FROM articles a WHERE {condition}", values).fetchone() == (
                1,
            ), city


def test_a_watch_may_wait_for_a_person_but_not_for_a_place_that_is_none(archive, pantau):
    to = ["--to", "json://127.0.0.1:9/"]
    refused = pantau("--db", archive, "watch", "add", "Wakanda", "--city", "Wakanda", *to)
    assert (refused.returncode, "“Wakanda” tidak dikenal" in refused.stderr) == (2, True)
    waits = pantau("--db", archive, "watch", "add", "Bondan", "--person", "Bondan Prakosa", *to)
    assert (waits.returncode, "Tidak ada orang bernama “Bondan Prakosa”" in waits.stderr) == (0, True)
