"""Laws to one normal form; agreements with parties, subject, date, place and status."""

from __future__ import annotations

import pytest

from nlp.components.agreements import agreement_type
from nlp.components.dates import find_dates
from nlp.components.laws import normalise


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("PP nomor 59 tahun 2020", "PP 59/2020"),
        ("Peraturan Pemerintah No. 59/2020", "PP 59/2020"),
        ("Peraturan Pemerintah (PP) Nomor 59 Tahun 2020", "PP 59/2020"),
        ("Undang-Undang Nomor 20 Tahun 2023", "UU 20/2023"),
        ("UU No. 20 Tahun 2023", "UU 20/2023"),
        ("Perpres 79/2025", "Perpres 79/2025"),
        ("Peraturan Menteri Keuangan (PMK) Nomor 80 Tahun 2025", "PMK 80/2025"),
        ("SNI ISO 9001", "SNI ISO 9001"),
        ("UUD 1945", "UUD 1945"),
        ("Undang-Undang Cipta Kerja", "UU Cipta Kerja"),
    ],
)
def test_normal_form(text, key):
    assert normalise(text).key == key


def test_laws_are_found_by_rule_with_their_subject(rules):
    doc = rules("Hal itu diatur dalam Perda Nomor 3 Tahun 2024 tentang Izin Usaha Mikro. PP 59 saja bukan rujukan.")
    (law,) = doc._.laws
    assert (law.number, law.year, law.about) == ("3", 2024, "Izin Usaha Mikro")
    assert [(e.text, e.label_) for e in doc.ents] == [("Perda Nomor 3 Tahun 2024", "LAW")]


@pytest.mark.parametrize(
    ("text", "published", "dates"),
    [
        ("Rabu (12/11/2025)", None, ["2025-11-12"]),
        ("Senin (8/5)", "2017-05-17", ["2017-05-08"]),
        ("Rabu (30/12)", "2026-01-02", ["2025-12-30"]),
        ("(8/5)", None, []),
        ("bulan Oktober 2016", None, ["2016-10"]),
        ("5 Desember 2025", None, ["2025-12-05"]),
        ("pada 2024", None, ["2024"]),
        ("pukul 14.05 dan 45/99", None, []),
    ],
)
def test_dates(text, published, dates):
    assert [iso for _, _, iso in find_dates(text, published)] == dates


@pytest.mark.parametrize(
    ("text", "kind"),
    [("nota kesepahaman", "MoU"), ("MoU", "MoU"), ("Perjanjian Kerja Sama (PKS)", "PKS"), ("Letter of Intent", "LoI"),
     ("Nota Kesepakatan", "kesepakatan"), ("perjanjian dagang", "perjanjian"), ("komitmen bersama", "lainnya")],
)  # fmt: skip
def test_agreement_types(text, kind):
    assert agreement_type(text) == kind


def test_a_signed_agreement(rules):
    text = (
        "Kementerian Bahari dan Universitas Layar menandatangani Nota Kesepahaman (MoU) tentang pendidikan nelayan, "
        "Rabu (12/11/2025), di Ambon."
    )
    doc = rules(text, ("ORG", "Kementerian Bahari"), ("ORG", "Universitas Layar"), ("GPE", "Ambon"))
    (found,) = doc._.agreements
    assert (found.type, found.status, found.date, found.place) == ("MoU", "ditandatangani", "2025-11-12", "Ambon")
    assert found.parties == ("Kementerian Bahari", "Universitas Layar")
    assert found.subject == "pendidikan nelayan"


def test_between_with_and_planned(rules):
    text = "BKN akan menandatangani perjanjian kerja sama dengan PT Samudra dan PT Layar pekan depan."
    doc = rules(text, ("ORG", "BKN"), ("ORG", "PT Samudra"), ("ORG", "PT Layar"))
    (found,) = doc._.agreements
    assert (found.type, found.status, found.parties) == ("PKS", "direncanakan", ("BKN", "PT Samudra", "PT Layar"))
    text = "Nota kesepahaman antara Dinas Laut (DL) dan Bank Perahu dibahas."
    (found,) = rules(text, ("ORG", "Dinas Laut"), ("ORG", "Bank Perahu"))._.agreements
    assert (found.parties, found.status) == (("Dinas Laut (DL)", "Bank Perahu"), "dibahas")


def test_two_instruments_stay_two_and_one_told_twice_stays_one(rules):
    text = (
        "Dinas Laut dan Bank Perahu menandatangani nota kesepahaman. Dinas Darat dan Bank Gerobak menandatangani nota "
        "kesepahaman. Nota kesepahaman itu berlaku lima tahun."
    )
    bodies = [("ORG", name) for name in ("Dinas Laut", "Bank Perahu", "Dinas Darat", "Bank Gerobak")]
    assert [a.parties for a in rules(text, *bodies)._.agreements] == [
        ("Dinas Laut", "Bank Perahu"), ("Dinas Darat", "Bank Gerobak")
    ]  # fmt: skip
