"""Near-duplicates: the sample newsroom's known pairs, what copies do to each other, and what is no copy."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from benchmarks import duplicates as benchmark
from pipelines.database.open import connect
from pipelines.desk.corrections import apply_corrections, read_corrections
from pipelines.read.text_facts import minhash_bands, shingles, words_of
from pipelines.store.duplicates import same_text
from tests.conftest import ROOT
from tests.pipelines.conftest import make_article, old_database
from tests.pipelines.store.test_save import store

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
    late = keep(
        database,
        copy(
            1,
            STORY.replace("Rabu", "Rabu pagi") + " Demikian laporan dari desa.",
            published_at="2025-11-12T08:00:00+00:00",
        ),
    )
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
    letters = [chr(ord("a") + n // 26) + chr(ord("a") + n % 26) for n in range(words)]
    return " ".join(f"{'ganti' if n % 8 == 4 and n // 8 < count else 'kata'}{pair}" for n, pair in enumerate(letters))


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


@pytest.mark.parametrize(("numbers", "same"), [(3, True), (4, False), (6, False)])
def test_texts_that_differ_in_four_numbers_or_more_are_a_series(numbers, same):
    """Six words of 102 differ, so many of which are numbers: the price list of another day, or a corrected copy."""

    def written(base):
        words = changed(102, 6).split()
        places = [n for n, word in enumerate(words) if word.startswith("ganti")]
        for n, place in enumerate(places):
            words[place] = str(base + n) if n < numbers else f"lain{base}"
        return " ".join(words)

    assert same_text(written(1_000), written(2_000)) is same


@pytest.mark.parametrize(("days", "copied"), [(13, True), (15, False)])
def test_the_same_words_after_two_weeks_are_no_copy(database, days, copied):
    first = datetime.fromisoformat("2025-11-01T01:00:00+00:00")
    for number, text, at in ((1, STORY, first), (2, STORY.replace("Rabu", "Kamis"), first + timedelta(days=days))):
        keep(database, copy(number, text, published_at=at.isoformat(), fetched_at=at.isoformat()))
    assert (originals(database)["media2"] is not None) is copied


def test_a_persons_word_decides_which_is_the_original(database, tmp_path):
    first, _, third = (keep(database, copy(n)) for n in (1, 2, 3))
    assert originals(database) == {"media1": None, "media2": first, "media3": first}
    file = tmp_path / "corrections.toml"
    entry = '[[original]]\nurl = "https://media{}.id/jembatan"\n'
    file.write_text(entry.format(3))
    assert apply_corrections(database.conn, read_corrections(file)) == 3
    keep(database, copy(4))
    assert originals(database) == {"media1": third, "media2": third, "media3": None, "media4": third}
    keep(database, copy(1, text=STORY + " Pintu air dibuka."))  # a change judges it anew
    assert originals(database)["media1"] == third
    file.write_text(entry.format(3) + entry.format(2))  # two of their own that happen to tell the same
    apply_corrections(database.conn, read_corrections(file))
    assert (originals(database)["media2"], originals(database)["media3"]) == (None, None)
    apply_corrections(database.conn, set())
    assert originals(database) == {"media1": None, "media2": first, "media3": first, "media4": first}


def test_a_series_and_a_story_told_anew_are_no_copies(database):
    prices = "Harga beras hari ini {} per kilogram, cabai {} per kilogram, gula {} per kilogram, telur {} per kilogram, minyak {} per liter."
    one = prices.format("14.200", "48.000", "17.100", "28.500", "16.900") + STORY[:160]
    other = prices.format("14.350", "51.000", "17.000", "29.000", "17.200") + STORY[:160]
    assert not same_text(one, other)
    assert not same_text(STORY, STORY[: len(STORY) // 2])
    keep(database, copy(1, published_at="2025-11-12T01:00:00+00:00"))
    later = (datetime.fromisoformat("2025-11-12T01:00:00+00:00") + timedelta(days=30)).isoformat()
    keep(database, copy(2, STORY.replace("Rabu", "Kamis"), published_at=later, fetched_at=later))
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


OWN = " Demikian keterangan Kementerian Jembatan."
NEAR = STORY.replace("sebelas tahun", "belasan tahun")
A, B = "media1", "media2"
DAY, FIRST = "2025-11-20", "2025-11-10"  # a day on which both were watched; the day of their first crawl


def moment(day, clock):
    return f"{day}T{clock}:00+00:00"


def told(number, seen, claimed, text=STORY, kind="news"):
    """(when it was seen, an article that claims to be of a time)"""
    return seen, copy(number, text, kind=kind, published_at=claimed, fetched_at=seen)


# name -> (the sources' kinds, the articles in the order in which they are stored, whose the original is)
SIBLINGS = {
    "honest: both seen soon after": (
        {},
        [told(2, moment(DAY, "11:05"), moment(DAY, "11:00")), told(1, moment(DAY, "10:05"), moment(DAY, "10:00"))],
        A,
    ),
    "the same outlet tells it again, back-dated": (
        {},
        [
            told(1, moment(DAY, "10:05"), moment(DAY, "10:00")),
            (
                moment(DAY, "15:05"),
                replace(
                    copy(1, kind="news", published_at=moment(DAY, "08:00"), fetched_at=moment(DAY, "15:05")),
                    url="https://media1.id/lagi",
                    canonical_url="https://media1.id/lagi",
                ),
            ),
        ],
        A,
    ),
    "back-dated by hours": (
        {},
        [told(1, moment(DAY, "10:05"), moment(DAY, "10:00")), told(2, moment(DAY, "15:05"), moment(DAY, "08:00"))],
        A,
    ),
    "back-dated by years": (
        {},
        [
            told(1, moment(DAY, "10:05"), moment(DAY, "10:00")),
            told(2, moment(DAY, "15:05"), "2019-01-01T00:00:00+00:00"),
        ],
        A,
    ),
    "back-dated by years and edited": (
        {},
        [
            told(1, moment(DAY, "10:05"), moment(DAY, "10:00")),
            told(2, moment(DAY, "15:05"), "2019-01-01T00:00:00+00:00", NEAR),
        ],
        A,
    ),
    "dated in the future": (
        {},
        [told(2, moment(DAY, "10:05"), "2031-01-01T00:00:00+00:00"), told(1, moment(DAY, "9:05".zfill(5)), None)],
        A,
    ),
    "undated and seen first": (
        {},
        [told(2, moment(DAY, "11:05"), moment(DAY, "11:00")), told(1, moment(DAY, "10:05"), None)],
        A,
    ),
    "a release after the news": (
        {A: "kementerian"},
        [
            told(2, moment(DAY, "10:05"), moment(DAY, "10:00")),
            told(1, moment(DAY, "12:05"), moment(DAY, "12:00"), kind="press_release"),
        ],
        A,
    ),
    "an institution under its own name after the news": (
        {A: "kementerian"},
        [
            told(2, moment(DAY, "10:05"), moment(DAY, "10:00"), STORY + OWN),
            told(1, moment(DAY, "12:05"), moment(DAY, "12:00"), STORY + OWN),
        ],
        A,
    ),
    "an institution that copies a medium": (
        {B: "kementerian"},
        [told(1, moment(DAY, "10:05"), moment(DAY, "10:00")), told(2, moment(DAY, "12:05"), moment(DAY, "12:00"))],
        A,
    ),
    "two archives in their first crawl: nothing but the claims": (
        {},
        [
            told(2, moment(FIRST, "08:01"), "2025-10-02T09:00:00+00:00"),
            told(1, moment(FIRST, "08:02"), "2025-10-02T07:00:00+00:00"),
        ],
        A,
    ),
    "an archive in its first crawl, and a copy of it that comes while we watch": (
        {},
        [
            told(1, moment(FIRST, "08:02"), "2025-11-08T07:00:00+00:00"),
            told(2, moment(FIRST, "20:05"), moment(FIRST, "07:30")),
        ],
        A,
    ),
    "all that came while the crawls stood still": (
        {},
        [told(2, moment(DAY, "23:01"), moment(DAY, "18:30")), told(1, moment(DAY, "23:02"), moment(DAY, "17:40"))],
        A,
    ),
    "shown late by an honest feed": (
        {},
        [told(2, moment(DAY, "10:20"), moment(DAY, "10:10")), told(1, moment(DAY, "10:35"), moment(DAY, "09:50"))],
        A,
    ),
}


@pytest.mark.parametrize("name", SIBLINGS)
@pytest.mark.parametrize("backwards", [False, True])
def test_who_only_claims_to_be_first_is_not_the_original(database, name, backwards):
    """Both sources were crawled every quarter of an hour, but for the evening of DAY, from FIRST on."""
    kinds, articles, original = SIBLINGS[name]
    connection = database.conn
    for source in (A, B):
        connection.execute(
            "INSERT INTO sources (id, name, kind, status) VALUES (?, ?, ?, 'active')",
            (source, "Kementerian Jembatan" if source in kinds else source, kinds.get(source, "media")),
        )
    start = datetime.fromisoformat(moment(FIRST, "08:00"))
    for number in range(4 * 24 * 10 + 37):
        begun = start + timedelta(minutes=15 * number)
        values = (number + 1, begun.isoformat(), (begun + timedelta(minutes=4)).isoformat())
        connection.execute("INSERT INTO runs (id, started, finished) VALUES (?, ?, ?)", values)
        connection.executemany(
            "INSERT INTO run_sources (run_id, source_id) VALUES (?, ?)", [(number + 1, A), (number + 1, B)]
        )
    for _, article in sorted(articles, key=lambda entry: entry[0], reverse=backwards):
        keep(database, article)
    found = connection.execute("SELECT source_id, url FROM articles WHERE duplicate_of IS NULL ORDER BY id").fetchall()
    assert [source for source, _ in found] == [original]
    assert found[0][1].endswith("/jembatan")
