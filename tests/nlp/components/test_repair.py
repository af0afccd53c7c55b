"""Boundaries between a post and its holder's name."""

from __future__ import annotations

import pytest


def people_and_posts(doc):
    return [(e.label_, e.text) for e in doc.ents if e.label_ in ("PER", "TITLE")]


@pytest.mark.parametrize(
    ("text", "entities", "expected"),
    [
        (
            "Hadir Wakil Bupati Sumenep Kusumawardani, kemarin.",
            [("TITLE", "Wakil Bupati"), ("PER", "Sumenep Kusumawardani")],
            [("TITLE", "Wakil Bupati Sumenep"), ("PER", "Kusumawardani")],
        ),
        (
            "Menurut Direktur Garam Rakyat Rosmala Dewi Siregar, panen naik. Rosmala gembira.",
            [("TITLE", "Direktur Garam Rakyat Rosmala"), ("PER", "Dewi Siregar"), ("PER", "Rosmala")],
            [("TITLE", "Direktur Garam Rakyat"), ("PER", "Rosmala Dewi Siregar"), ("PER", "Rosmala")],
        ),
        (
            "Kemarin Deputi Distribusi BKPN Budi Santoso hadir.",
            [("TITLE", "Deputi Distribusi BKPN Budi Santoso")],
            [("TITLE", "Deputi Distribusi BKPN"), ("PER", "Budi Santoso")],
        ),
        (
            "Hadir Wali Kota Ambon Budi Santoso kemarin.",
            [("TITLE", "Wali Kota Ambon Budi"), ("PER", "Santoso")],
            [("TITLE", "Wali Kota Ambon"), ("PER", "Budi Santoso")],
        ),
        (
            "Hadir Damar Wisesa, Direktur Laut, dan Sekar Ayu, Kabag Humas.",
            [("PER", "Damar Wisesa"), ("TITLE", "Direktur Laut"), ("TITLE", "Kabag Humas")],
            [("PER", "Damar Wisesa"), ("TITLE", "Direktur Laut"), ("PER", "Sekar Ayu"), ("TITLE", "Kabag Humas")],
        ),
        (
            "Hadir mantan Menko Polhukam Jenderal TNI (Purn) Damar Wisesa.",
            [("TITLE", "mantan Menko Polhukam Jenderal TNI"), ("PER", "Damar Wisesa")],
            [("TITLE", "mantan Menko Polhukam"), ("PER", "Damar Wisesa")],
        ),
        (
            "Hadir KSAD Jenderal TNI Damar Wisesa dan Direktur Jenderal Sekar Ayu.",
            [
                ("ORG", "KSAD Jenderal TNI"),
                ("PER", "Damar Wisesa"),
                ("TITLE", "Direktur Jenderal"),
                ("PER", "Sekar Ayu"),
            ],
            [("TITLE", "KSAD"), ("PER", "Damar Wisesa"), ("TITLE", "Direktur Jenderal"), ("PER", "Sekar Ayu")],
        ),
        (
            "Menurut Direktur Utama PT Samudra Teguh, Tbk, Damar Wisesa, laba naik.",
            [("TITLE", "Direktur Utama PT"), ("PER", "Samudra Teguh"), ("PER", "Damar Wisesa")],
            [("TITLE", "Direktur Utama PT Samudra Teguh, Tbk"), ("PER", "Damar Wisesa")],
        ),
        (
            "Hadir Direktur Utama PT Samudra Teguh, Damar Wisesa.",
            [("TITLE", "Direktur Utama PT Samudra Teguh"), ("PER", "Damar Wisesa")],
            [("TITLE", "Direktur Utama PT Samudra Teguh"), ("PER", "Damar Wisesa")],
        ),
        (
            "Kisah Bandung Bondowoso dipentaskan di Bandung.",
            [("GPE", "Bandung"), ("GPE", "Bondowoso")],
            [("PER", "Bandung Bondowoso")],
        ),
        ("Kata I Nyoman Rai.", [("PER", "Nyoman Rai")], [("PER", "I Nyoman Rai")]),
    ],
)
def test_boundaries(rules, text, entities, expected):
    assert people_and_posts(rules(text, *entities)) == expected


def test_what_the_ner_has_right_stays(rules):
    text = "Hadir Bupati Sumenep Achmad Fauzi dan Direktur Garam Rakyat Sekar Ayu."
    entities = [
        ("TITLE", "Bupati Sumenep"),
        ("PER", "Achmad Fauzi"),
        ("TITLE", "Direktur Garam Rakyat"),
        ("PER", "Sekar Ayu"),
    ]
    assert people_and_posts(rules(text, *entities)) == entities


def test_a_headline_s_verb_is_no_name(rules):
    title = "Bos Bahari Kasih Warning"
    text = f"{title}\n\n" + "Damar Wisesa mengatakan harga garam naik di semua pasar. " * 8
    named = [("PER", "Kasih Warning"), ("PER", "Damar Wisesa")]
    assert {e.text for e in rules(text, *named, title=title).ents} == {"Damar Wisesa"}
    shorter = f"{title}\n\nDamar Wisesa mengatakan harga naik."
    assert {e.text for e in rules(shorter, *named, title=title).ents} == {"Kasih Warning", "Damar Wisesa"}
