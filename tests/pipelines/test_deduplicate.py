"""Near-duplicates: the sample newsroom's known pairs, what copies do to each other, and what is no copy."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from benchmarks import duplicates as benchmark
from pipelines.database.open import connect
from pipelines.read.text_facts import minhash_bands, shingles, words_of
from pipelines.store.duplicates import same_text
from tests.conftest import ROOT
from tests.pipelines.conftest import make_article, old_database
from tests.pipelines.test_store import store

STORY = (
    "Gubernur meresmikan jembatan gantung sepanjang 120 meter di Desa Sukamakmur pada hari Rabu setelah warga menunggu "
    "selama sebelas tahun. Jembatan itu menghubungkan dua dusun yang terpisah sungai dan memangkas perjalanan anak sekolah "
    "dari satu jam menjadi sepuluh menit. Biaya pembangunan sebesar Rp4,7 miliar ditanggung bersama oleh provinsi dan "
    "kabupaten. Kepala desa berharap truk bermuatan berat tidak melintas agar jembatan tetap awet sampai puluhan tahun."
)


def copy(number, text=STORY, **changes):
    url = f"https://media{number}.id/jembatan"
    return make_article(url=url, canonical_url=url, source_id=f"media{number}", text=text, title="Jembatan", **changes)


def originals(database):
    return dict(database.conn.execute("SELECT source_id, duplicate_of FROM articles").fetchall())


def keep(database, article):
    return store(database, article, tags=None).article_id


@pytest.mark.parametrize("order", [0, 1])
def test_known_pairs_of_the_sample_newsroom(tmp_path, order):
    committed = json.loads((ROOT / "benchmarks" / "duplicates.json").read_text(encoding="utf-8"))["newsroom"]
    figures = benchmark.newsroom(tmp_path, order)
    assert figures["known_pairs"] >= 8
    assert figures["precision"] >= committed["precision"]
    assert figures["recall"] >= committed["recall"]
    assert figures["original_later_than_copy"] == 0


def test_bands_are_those_of_the_databases_that_datasketch_filled():
    text = "Pemerintah Kabupaten Sukamaju membuka pasar ikan baru di tepi sungai. " * 2
    bands = minhash_bands(text + " ".join(f"kata{number}" for number in range(30)))
    assert len(bands) == 32
    assert (*bands[:3], bands[-1]) == (115823149680398, 101230607747432, 29897466190114, 264566037472804)


def test_an_edited_copy_points_to_the_earliest_whichever_comes_first(database):
    late = keep(database, copy(1, STORY.replace("Rabu", "Rabu pagi") + " Demikian laporan dari desa.",
                               published_at="2025-11-12T08:00:00+00:00"))  # fmt: skip
    assert originals(database) == {"media1": None}
    early = keep(database, copy(2, published_at="2025-11-12T01:00:00+00:00"))
    assert originals(database) == {"media1": early, "media2": None}
    keep(database, copy(3, STORY.replace("sebelas tahun", "belasan tahun"), published_at="2025-11-12T05:00:00+00:00"))
    assert originals(database) == {"media1": early, "media2": None, "media3": early}
    assert late != early and database.conn.execute("SELECT count(*) FROM articles").fetchone() == (3,)


def test_when_the_original_becomes_another_story_its_copies_are_compared_again(database):
    first = keep(database, copy(1, published_at="2025-11-12T01:00:00+00:00"))
    second = keep(database, copy(2, published_at="2025-11-12T02:00:00+00:00"))
    keep(database, copy(3, published_at="2025-11-12T03:00:00+00:00"))
    assert originals(database) == {"media1": None, "media2": first, "media3": first}
    other = " ".join(f"Kalimat nomor {i} tentang pasar ikan yang baru dibuka kembali hari ini." for i in range(12))
    keep(database, copy(1, other, published_at="2025-11-12T01:00:00+00:00"))
    assert originals(database) == {"media1": None, "media2": None, "media3": second}
    bands = database.conn.execute("SELECT count(*) FROM minhash_bands GROUP BY article_id").fetchall()
    assert bands == [(32,)] * 3  # the bands of the text that is gone are gone, too


def changed(words, count):
    """A hundred triples of words, of which `count` words far from each other are others: three triples each."""
    return " ".join(f"ganti{n}" if n % 8 == 4 and n // 8 < count else f"kata{n}" for n in range(words))


@pytest.mark.parametrize(
    ("count", "jaccard", "own", "elsewhere"),
    [(6, 0.69, True, True), (8, 0.61, False, True), (10, 0.54, False, True), (12, 0.47, False, False)],
)
def test_how_near_two_texts_are_one(database, count, jaccard, own, elsewhere):
    """Of one source from 0.65 on, since follow-ups share their background; of two sources from 0.5 on."""
    one, other = changed(102, 0), changed(102, count)
    a, b = shingles(words_of(one)), shingles(words_of(other))
    assert len(a & b) / len(a | b) == pytest.approx(jaccard, abs=0.01)
    for source, expected in (("media1", own), ("media2", elsewhere)):
        database.conn.execute("DELETE FROM articles")
        keep(database, copy(1, one, published_at="2025-11-12T01:00:00+00:00"))
        address = f"https://{source}.id/lain"
        later = copy(1, other, published_at="2025-11-12T02:00:00+00:00")
        keep(database, replace(later, url=address, canonical_url=address, source_id=source))
        found = database.conn.execute("SELECT duplicate_of IS NOT NULL FROM articles ORDER BY id").fetchall()
        assert found == [(0,), (int(expected),)], source


def test_a_series_and_a_story_told_anew_are_no_copies(database):
    prices = "Harga beras hari ini {} per kilogram, cabai {} per kilogram, gula {} per kilogram, telur {} per kilogram, minyak {} per liter."
    one = prices.format("14.200", "48.000", "17.100", "28.500", "16.900") + STORY[:160]
    other = prices.format("14.350", "51.000", "17.000", "29.000", "17.200") + STORY[:160]
    assert not same_text(one, other)
    assert not same_text(STORY, STORY[: len(STORY) // 2])
    keep(database, copy(1, published_at="2025-11-12T01:00:00+00:00"))
    later = (datetime.fromisoformat("2025-11-12T01:00:00+00:00") + timedelta(days=30)).isoformat()
    keep(database, copy(2, STORY.replace("Rabu", "Kamis"), published_at=later))
    assert originals(database) == {"media1": None, "media2": None}


def test_an_older_database_learns_near_duplicates(tmp_path):
    path = tmp_path / "lama.db"
    old_database(path, "4-e781051").close()
    database = connect(path)
    keep(database, copy(1, published_at="2025-11-12T01:00:00+00:00"))
    keep(database, copy(2, STORY.replace("Rabu", "Kamis"), published_at="2025-11-12T02:00:00+00:00"))
    assert (
        originals(database)["media2"]
        == database.execute("SELECT id FROM articles WHERE source_id = 'media1'").fetchone()[0]
    )
    database.close()
