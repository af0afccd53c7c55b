"""Coverage where texts are hard: reworded releases, stock phrases, short quotations, siblings; whatever the runs."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from benchmarks.coverage import Writer
from pipelines.coverage import update as updating
from pipelines.coverage.compare import read_words, tile
from pipelines.coverage.features import facts, features
from pipelines.coverage.report import of_release
from pipelines.coverage.update import house_of, update
from pipelines.database.open import connect
from pipelines.wording.lags import away
from tests.pipelines.coverage.test_coverage import OTHER, filled, put, rows  # noqa: F401 (the fixture)

REWORDED = [
    json.loads(line)
    for line in (Path(__file__).parent / "texts" / "reworded.jsonl").read_text(encoding="utf-8").splitlines()
]
LONGEST = 8  # words; a longer common run would be a copied passage
COURT = (
    "Majelis Hakim Pengadilan Negeri Wondama menyatakan terdakwa terbukti secara sah dan meyakinkan bersalah melakukan "
    "tindak pidana korupsi secara bersama-sama sebagaimana dakwaan alternatif kedua. Apabila denda tidak dibayar, maka "
    "diganti dengan pidana kurungan selama enam bulan."
)
QUOTES = (
    "Kami menanam bakau ini untuk cucu yang belum lahir",
    "Jangan tunggu sungai kering baru kita belajar menyimpan air",
    "Harga kopi boleh turun tetapi upah pemetik tetap naik",
    "Anak nelayan berhak duduk di bangku universitas mana pun",
    "Pasar ini dibangun dari keringat pedagang sayur sejak subuh",
    "Tidak ada jembatan yang lebih penting daripada kepercayaan warga",
    "Listrik pertama menyala dan ibu saya langsung menangis haru",
    "Kapal tua itu masih sanggup melawan ombak bulan Desember",
    "Hutan tidak bisa menunggu rapat kita yang kelima belas",
    "Beras di gudang cukup sampai dua musim tanam berikutnya",
)


def test_reworded_releases_are_edited_and_other_stories_of_their_people_are_not(filled):  # noqa: F811
    wanted, others = set(), set()
    for number, case in enumerate(REWORDED):
        words = read_words(case["release"]).folded
        title = case["release"].split(" – ", 1)[1].split(".")[0]
        release = put(filled, f"r{number}", case["release"], kind="press_release", source="balai", title=title)
        for at, text in enumerate(case["reworded"]):
            assert max((n for *_, n in tile(words, read_words(text).folded)), default=0) < LONGEST
            wanted.add((release, put(filled, f"a{number}-{at}", text, hours=2 + at, source=("media", "wara")[at])))
        others.add(put(filled, f"o{number}", case["other"], hours=5))
    update(filled)
    found = rows(filled)
    assert len(wanted) == 20
    assert sum(found.get(pair) == "edited" for pair in wanted) >= 18, {pair: found.get(pair) for pair in wanted}
    assert {pair for pair, label in found.items() if label != "mention"} <= wanted
    assert not others & {article for (_, article), label in found.items() if label != "mention"}


def test_what_was_in_the_news_before_the_release_is_no_passage_of_it(filled):  # noqa: F811
    """The same formulas in two verdicts, of which the release tells one; an earlier verdict had them, too."""
    put(filled, "lama", f"Bekas lurah Obed Karubaga dihukum karena beras bantuan. {COURT}", hours=-24 * 6)
    one = (
        "Kejaksaan mengumumkan putusan atas Bendahara Dinas Pasar Melki Sroyer, yang menyewakan kios kosong kepada "
        f"saudaranya sendiri selama tiga tahun tanpa sepengetahuan kepala dinas. {COURT} Uang pengganti sudah disetor."
    )
    release = put(filled, "rilis", one, kind="press_release", source="balai")
    put(filled, "lain", f"{OTHER} Kasus Yunus Ramandey diputus terpisah. {COURT}", hours=3)
    own = put(filled, "sama", f"{OTHER} {one}", hours=4)
    update(filled)
    found = rows(filled)
    assert found.pop((release, own)) == "partial"
    assert set(found.values()) <= {"mention"}  # the other verdict


def test_without_anything_before_the_same_words_are_passages(filled):  # noqa: F811
    release = put(filled, "rilis", f"Kejaksaan mengumumkan putusan. {COURT}", kind="press_release", source="balai")
    article = put(filled, "berita", f"{OTHER} {COURT}", hours=3)
    update(filled)
    assert rows(filled) == {(release, article): "partial"}


def test_quotations_of_eight_to_eleven_words_are_found(filled):  # noqa: F811
    wanted = set()
    for number, quote in enumerate(QUOTES):
        assert 8 <= len(quote.split()) <= 11
        about = "".join(f"Ruas{number} Tepi{number}{word} berubah sejak Lurah{word} pergi. " for word in "abcdefg")
        text = f'Balai mengumumkan hasil kerjanya. "{quote}," kata kepala balai. {about}'
        release = put(filled, f"r{number}", text, kind="press_release", source="balai", hours=number)
        own = OTHER.replace("layang-layang", f"gasing{number}").replace("Wahab Dunggio", f"Wahab Dunggio{number}")
        article = put(filled, f"a{number}", f'{own} "{quote}," katanya menirukan.', hours=number + 5)
        wanted.add((release, article))
    update(filled)
    assert rows(filled) == dict.fromkeys(wanted, "partial")


def test_a_release_is_no_coverage_of_its_sibling(filled):  # noqa: F811
    for source, page in (("balai", "https://balai.go.id/"), ("wara", "https://humas.balai.go.id/kabar")):
        filled.execute("UPDATE sources SET homepage = ? WHERE id = ?", (page, source))
    text = REWORDED[0]["release"]
    release = put(filled, "rilis", text, kind="press_release", source="balai")
    put(filled, "berita", f"Berita balai. {text}", source="balai", hours=1)
    put(filled, "humas", f"Kabar humas. {text}", source="wara", hours=1)
    outlet = put(filled, "media", f"Kabar pagi. {text}", hours=1)
    update(filled)
    assert rows(filled) == {(release, outlet): "verbatim"}
    assert (house_of("https://www.kominfo.example.com"), house_of("https://[salah")) == ("", "")


def test_where_only_the_day_is_known_days_tell_how_far_apart(filled):  # noqa: F811
    midnight = -12  # 00.00 WIB of that day: what is stored where a page prints only the day
    release = put(filled, "rilis", COURT * 2, kind="press_release", source="balai", hours=midnight)
    article = put(filled, "berita", COURT * 2, hours=30)
    filled.execute("UPDATE articles SET published_date = '2025-11-12' WHERE id = ?", (release,))
    filled.execute("UPDATE articles SET published_date = '2025-11-13' WHERE id = ?", (article,))
    update(filled)
    (row,) = of_release(filled, release)
    assert (row["lag_minutes"], row["lag_days"]) == (None, 1)
    assert away(row["lag_minutes"], row["lag_days"]) == "1 hari (tanpa jam)"


def test_words_of_the_law_of_offices_and_of_dates_are_no_names():
    text = "Menurut Pasal 12 Undang-Undang Nomor 20 Tahun 2001, Ketua Majelis Hakim bersidang pada Senin 3 Maret."
    assert facts(text) == (set(), {"12", "20", "3"})
    assert facts(f"{text} Begitu kata Hakim Obed Karubaga.")[0] == {"obed", "karubaga"}
    found = {packed[0] for packed in features("", f"Sidang. {text} Kata Hakim Obed Karubaga.").values()}
    assert {"Obed", "Karubaga"} <= found and not {"Undang", "Nomor", "Ketua", "Senin", "menurut"} & found


def archive(path):
    """320 articles of 200 days from made-up words, a third of them releases or copies of parts of them."""
    connection = connect(path).conn
    writer, begin = Writer(3), datetime(2024, 1, 1, tzinfo=UTC)
    for source in ("balai", "media"):
        connection.execute(
            "INSERT INTO sources (id, name, kind, status) VALUES (?, ?, 'media', 'active')", (source,) * 2
        )
    release: list[str] = []
    for number in range(320):
        kind = "press_release" if number % 5 == 0 else "news"
        story = writer.story(6)
        if kind == "press_release":
            release = story
        elif number % 5 < 4:
            story = [*release[: 2 * (number % 5)], *story[2:]]
        when = begin + timedelta(hours=15 * number)
        put(
            connection,
            f"n{number}",
            " ".join(story),
            kind=kind,
            source="balai" if kind == "press_release" else "media",
            hours=(when - datetime(2025, 11, 12, 5, tzinfo=UTC)).total_seconds() / 3600,
            title=" ".join(writer.random.sample(story[0].split(), 3)),
        )
    return connection


@pytest.fixture(scope="module")
def in_one_go(tmp_path_factory):
    """The pairs of the archive as one import finds them that forgets on its way."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(updating, "BULK", 200)
        patch.setattr(updating, "CHUNK", 90)
        connection = archive(tmp_path_factory.mktemp("sekaligus") / "uji.db")
        update(connection)
        kept = connection.execute("SELECT count(*), min(indexed_on = day) FROM coverage_articles").fetchone()
        found = told(connection)
        connection.close()
    assert kept[0] < 100 and kept[1] == 1  # the days of the articles are stored, and all but the last weeks forgotten
    return found


def told(connection):
    measured = "SELECT r.url, a.url, c.label, c.evidence, c.copied FROM coverage c"
    return set(
        connection.execute(
            f"{measured} JOIN articles r ON r.id = c.release_id JOIN articles a ON a.id = c.article_id"
        ).fetchall()
    )


@pytest.mark.parametrize("runs", [100, 7])
def test_one_import_or_a_hundred_runs_find_the_same_pairs(tmp_path, in_one_go, runs):
    connection = archive(tmp_path / "uji.db")
    ids = [row[0] for row in connection.execute("SELECT id FROM articles ORDER BY published_at, id")]
    connection.execute("DELETE FROM coverage_todo")
    for run in range(runs):
        part = ids[len(ids) * run // runs : len(ids) * (run + 1) // runs]
        connection.executemany("INSERT INTO coverage_todo VALUES (?)", [(number,) for number in part])
        assert update(connection).articles == len(part)
    assert told(connection) == in_one_go
    labels = [label for _, _, label, *_ in in_one_go]
    assert len(labels) > 100 and {"edited", "partial"} <= set(labels)
    connection.close()
