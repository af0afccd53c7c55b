"""What parts two articles of one wording: the day, the company, the volcano that their titles name."""

from __future__ import annotations

import pytest

from pipelines.isu import frequencies
from pipelines.isu.compare import instalments
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
