"""How long an agreement holds, read off the text."""

from __future__ import annotations

import pytest

from nlp.components.agreements.terms import term_in


@pytest.mark.parametrize(
    ("text", "term"),
    [
        ("Nota kesepahaman itu berlaku selama lima tahun sejak diteken.", (60, None)),
        ("Jangka waktu kerja sama 36 (tiga puluh enam) bulan dan dapat diperpanjang.", (36, None)),
        ("Perjanjian ini berlaku sampai 31 Desember 2029.", (None, "2029-12-31")),
        ("MoU berlaku hingga tahun 2028.", (None, "2028")),
        ("Kerja sama itu berakhir pada Juni 2027.", (None, "2027-06")),
        ("Aturan itu berlaku selama dua tahun 2025 dan 2026.", None),
        ("Kerja sama itu berakhir pada Juni 2020.", None),  # past, told in 2025
        ("Nota kesepahaman itu diteken lima tahun lalu.", None),
    ],
)
def test_the_term_that_a_sentence_tells(text, term):
    assert term_in(text, "2025-11-12") == term


def test_the_term_stands_at_its_agreement(rules):
    text = (
        "Dinas Laut dan Universitas Perahu menandatangani nota kesepahaman tentang rumput laut. "
        "Nota kesepahaman itu berlaku selama tiga tahun."
    )
    doc = rules(text, ("ORG", "Dinas Laut"), ("ORG", "Universitas Perahu"), published_at="2025-11-12")
    assert [agreement.months for agreement in doc._.agreements] == [36]
