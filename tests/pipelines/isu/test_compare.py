"""What parts two articles of one wording: the day, the company, the volcano that their titles name."""

from __future__ import annotations

import pytest

from pipelines.isu import frequencies
from pipelines.isu.compare import features, instalments
from pipelines.isu.frequencies import Frequencies
from pipelines.isu.vectors import Vectors, unpacked, vectors, words

DAY = 20_256  # 2025-06-17
TEXT = "Rapat umum pemegang saham membahas laba tahun lalu, dividen dan susunan pengurus. " * 5


def read(title: str) -> Vectors:
    """The vectors of an article of DAY with this title."""
    return vectors(words(title, TEXT, DAY), Frequencies(frequencies.shipped()))


@pytest.mark.parametrize(
    ("one", "other", "parted"),
    [
        ("Sagara Boga (SGBG) Gelar RUPS, Simak Agendanya", "Tirta Laut (TRLT) Gelar RUPS, Simak Agendanya", True),
        ("Sagara Boga (SGBG) Gelar RUPS", "Laba Sagara Boga (SGBG) Naik, Dividen Dibagi", False),
        ("Sagara Boga (SGBG) Gelar RUPS", "Sagara Boga Gelar RUPS, Ini Pengurus Barunya", False),
        ("Gunung Lawe Erupsi, Warga Mengungsi", "Gunung Api Tandi Erupsi Dini Hari", True),
        ("Gunung Lawe Erupsi, Warga Mengungsi", "Bandara Ditutup karena Abu Gunung Lawe", False),
        ("Rincian Harga Emas Batangan 17 Juni", "Rincian Harga Emas Batangan 18 Juni", True),
        ("Menteri Tiba 17 Juni di Kota Lama", "Sidang Perkara Gula 18 Juni Ditunda", False),
        ("Gunung Lawe Erupsi", "Harga Emas 18 Juni Turun", False),
    ],
)
def test_titles_of_one_wording_that_name_another_thing_are_instalments(one: str, other: str, parted: bool) -> None:
    assert instalments(read(one), read(other)) is parted
    assert instalments(read(other), read(one)) is parted


def test_vectors_are_as_exact_as_they_are_stored() -> None:
    made = read("Sagara Boga (SGBG) Gelar RUPS 17 Juni")
    assert unpacked(made.packed()) == made


def test_what_was_stored_before_the_leads_words_were_kept_is_still_compared() -> None:
    one, other = read("Sagara Boga Gelar RUPS 17 Juni"), read("Sagara Boga Bagi Dividen 17 Juni")
    old = unpacked(one.packed()[: -4 - 8 * len(one.rare)])
    assert (old.lead, old.rare) == (one.lead, {})
    before, now = features(old, other, 3.0), features(one, other, 3.0)
    assert before[:-2] == now[:-2] and before[-2] == 0.0
    assert 0 < before[-1] < now[-1]


def test_a_rare_word_that_both_leads_have_speaks_for_one_event_and_a_common_one_less() -> None:
    rare, common = (
        features(read(f"Warga {word} Sambut Bantuan"), read(f"Petugas {word} Terima Laporan"), 3.0)[-2:]
        for word in ("Krueng", "Jakarta")
    )
    assert rare[0] > common[0] and rare[1] > common[1]
