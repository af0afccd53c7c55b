"""Laws to one normal form; agreements with parties, subject, date, place and status."""

from __future__ import annotations

import pytest

from nlp.components.agreements.instruments import agreement_type
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
    [
        ("nota kesepahaman", "MoU"),
        ("MoU", "MoU"),
        ("Perjanjian Kerja Sama (PKS)", "PKS"),
        ("Letter of Intent", "LoI"),
        ("Nota Kesepakatan", "kesepakatan"),
        ("perjanjian dagang", "perjanjian"),
        ("komitmen bersama", "lainnya"),
    ],
)
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
    text = "Dinas Laut (DL) dan Bank Perahu masih membahas nota kesepahaman. Draf nota kesepahaman belum selesai."
    (found,) = rules(text, ("ORG", "Dinas Laut"), ("ORG", "Bank Perahu"))._.agreements
    assert (found.parties, found.status) == (("Dinas Laut (DL)", "Bank Perahu"), "dibahas")


def test_two_instruments_stay_two_and_one_told_twice_stays_one(rules):
    text = (
        "Dinas Laut dan Bank Perahu menandatangani nota kesepahaman. Dinas Darat dan Bank Gerobak menandatangani nota "
        "kesepahaman. Nota kesepahaman itu berlaku lima tahun."
    )
    bodies = [("ORG", name) for name in ("Dinas Laut", "Bank Perahu", "Dinas Darat", "Bank Gerobak")]
    assert [a.parties for a in rules(text, *bodies)._.agreements] == [
        ("Dinas Laut", "Bank Perahu"),
        ("Dinas Darat", "Bank Gerobak"),
    ]


def test_offices_stand_in_where_no_body_signs(rules):
    text = "Wali Kota Ambara Damar Wisesa menandatangani nota kesepahaman dengan Gubernur Layar Sekar Ayu."
    doc = rules(
        text, ("TITLE", "Wali Kota Ambara"), ("PER", "Damar Wisesa"), ("TITLE", "Gubernur Layar"), ("PER", "Sekar Ayu")
    )
    assert doc._.agreements[0].parties == ("Wali Kota Ambara", "Gubernur Layar")


def test_who_stands_by_is_no_party(rules):
    text = (
        "Nota kesepahaman Dinas Laut dan Bank Perahu ditandatangani, disaksikan oleh Kementerian Bahari. "
        "Direktorat Pasar (DP) Kementerian Niaga dan PT Layar menandatangani perjanjian kerja sama."
    )
    names = ("Dinas Laut", "Bank Perahu", "Kementerian Bahari", "Direktorat Pasar", "Kementerian Niaga", "PT Layar")
    found = rules(text, *(("ORG", name) for name in names))._.agreements
    assert [a.parties for a in found] == [("Dinas Laut", "Bank Perahu"), ("Direktorat Pasar (DP)", "PT Layar")]


def test_both_countries_are_the_two_last_named(rules):
    text = (
        "Kanselir menemui utusan Norwegia dan Islandia. Kedua negara menandatangani nota kesepahaman soal kuota ikan."
    )
    doc = rules(text, ("GPE", "Norwegia"), ("GPE", "Islandia"))
    (found,) = doc._.agreements
    assert (found.type, found.parties, found.status) == ("MoU", ("Norwegia", "Islandia"), "ditandatangani")
    text = "Pemerintah Norwegia dan Islandia menandatangani nota kesepahaman."
    (found,) = rules(text, ("GPE", "Norwegia"), ("GPE", "Islandia"))._.agreements
    assert found.parties == ("Pemerintah Norwegia", "Pemerintah Islandia")


def test_a_short_form_is_the_same_instrument_here_and_later(rules):
    text = (
        "Norwegia dan Islandia menandatangani North Sea Fishing Agreement (NSFA) pada 3 Maret 2025. NSFA mengatur kuota. "
        "Perjanjian NSFA berlaku sejak itu."
    )
    doc = rules(text, ("GPE", "Norwegia"), ("GPE", "Islandia"))
    assert [e.text for e in doc.ents if e.label_ == "AGR"] == ["North Sea Fishing Agreement", "NSFA", "NSFA", "NSFA"]
    (found,) = doc._.agreements
    assert (found.type, found.date, found.text) == ("perjanjian", "2025-03-03", "North Sea Fishing Agreement")


def test_the_title_and_the_text_tell_of_one_agreement(rules):
    title = "Kemlaut dan Unilayar Teken MoU"
    text = f"{title}\n\nKementerian Laut (Kemlaut) dan Universitas Layar (Unilayar) menandatangani nota kesepahaman."
    names = ("Kementerian Laut", "Universitas Layar", "Kemlaut", "Unilayar")
    (found,) = rules(text, *(("ORG", name) for name in names), title=title)._.agreements
    assert found.parties == ("Kementerian Laut (Kemlaut)", "Universitas Layar (Unilayar)")


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("Dinas Laut dan Bank Perahu meneken nota kesepahaman.", "ditandatangani"),
        ("Dinas Laut dan Bank Perahu akan meneken nota kesepahaman.", "direncanakan"),
        ("Dinas Laut membahas nota kesepahaman dengan Bank Perahu.", "dibahas"),
        ("Bantuan itu disalurkan berdasarkan nota kesepahaman Dinas Laut dan Bank Perahu.", "berlaku"),
        (
            "Nota kesepahaman Dinas Laut dan Bank Perahu yang telah ditandatangani akan memperkuat pasar.",
            "ditandatangani",
        ),
    ],
)
def test_status(rules, text, status):
    (found,) = rules(text, ("ORG", "Dinas Laut"), ("ORG", "Bank Perahu"))._.agreements
    assert found.status == status


def test_the_day_of_signing_may_stand_in_the_next_sentence(rules):
    text = "Dinas Laut dan Bank Perahu meneken nota kesepahaman. Acara berlangsung di Ambon, Rabu (12/11/2025)."
    doc = rules(text, ("ORG", "Dinas Laut"), ("ORG", "Bank Perahu"), published_at="2025-11-13")
    assert doc._.agreements[0].date == "2025-11-12"
    text = "Dinas Laut dan Bank Perahu meneken nota kesepahaman pada 12 November 2020."
    doc = rules(text, ("ORG", "Dinas Laut"), ("ORG", "Bank Perahu"), published_at="2025-11-13")
    assert (doc._.agreements[0].date, doc._.agreements[0].status) == ("2020-11-12", "berlaku")


def test_what_names_no_agreement_and_no_law(rules):
    text = "Pegawai menandatangani Perjanjian Kinerja dan menunggu Pergub serta UU Perikanan."
    doc = rules(text, ("AGR", "Perjanjian Kinerja"), ("LAW", "Pergub"))
    assert doc._.agreements == []
    assert [(e.text, e.label_) for e in doc.ents] == [("UU Perikanan", "LAW")]


def test_what_the_ner_missed_or_mistook_for_something_else(rules):
    text = "Dinas Laut dan Bank Perahu menandatangani Letter of Intent (LoI) kemarin. LoI itu berlaku setahun."
    doc = rules(text, ("LAW", "LoI"), ("ORG", "Dinas Laut"), ("ORG", "Bank Perahu"))
    assert {e.label_ for e in doc.ents if "LoI" in e.text} == {"AGR"}
    assert [a.type for a in doc._.agreements] == ["LoI"]


def test_a_name_with_a_slash_or_a_qualifier_is_one_mention(rules):
    text = "Dinas Laut meneken Memorandum of Understanding/MoU. PKS Induk Tahap II dan Perjanjian Kerja Sama (PKS) Tripartit."
    doc = rules(text, ("ORG", "Dinas Laut"), ("AGR", "PKS"))
    assert [e.text for e in doc.ents if e.label_ == "AGR"] == [
        "Memorandum of Understanding/MoU",
        "PKS Induk Tahap II",
        "Perjanjian Kerja Sama (PKS) Tripartit",
    ]


def test_counted_instruments_are_told_apart_by_their_pairs_or_titles(rules):
    names = ("PT Samudra", "Bank Perahu", "Kopi Layar", "PT Teluk")
    bodies = [("ORG", name) for name in names]
    text = "PT Samudra hadir. Ada dua nota kesepahaman antara PT Samudra dan Bank Perahu, serta antara Kopi Layar dan PT Teluk."
    assert [a.parties for a in rules(text, *bodies)._.agreements] == [names[:2], names[2:]]
    text = "Norwegia dan Islandia menandatangani dua MoU hari ini. Keduanya: MoU Kuota Ikan Utara; dan MoU Kabel Bawah Laut."
    found = rules(text, ("GPE", "Norwegia"), ("GPE", "Islandia"))._.agreements
    assert [a.parties for a in found] == [("Norwegia", "Islandia")] * 2


def test_one_more_instrument_with_another_partner(rules):
    text = (
        "Dinas Laut dan Bank Perahu menandatangani nota kesepahaman. Selain dengan Bank Perahu, Dinas Laut juga "
        "menandatangani nota kesepahaman dengan PT Layar. Nota kesepahaman dengan PT Layar itu berlaku setahun."
    )
    found = rules(text, ("ORG", "Dinas Laut"), ("ORG", "Bank Perahu"), ("ORG", "PT Layar"))._.agreements
    assert [a.parties for a in found] == [("Dinas Laut", "Bank Perahu"), ("Dinas Laut", "PT Layar")]


def test_partners_that_the_next_sentence_lists(rules):
    text = "Bank Perahu meneken perjanjian kerja sama dengan dua nasabah. Keduanya yaitu PT Layar dan PT Teluk."
    (found,) = rules(text, ("ORG", "Bank Perahu"), ("ORG", "PT Layar"), ("ORG", "PT Teluk"))._.agreements
    assert found.parties == ("Bank Perahu", "PT Layar", "PT Teluk")


@pytest.mark.parametrize(
    ("text", "subject"),
    [
        ("penyerapan 25.000 ton garam rakyat", "penyerapan 25.000 ton garam rakyat"),
        ("pembangunan 1.200.000 rumah", "pembangunan 1.200.000 rumah"),
        ("layanan situs uji.go.id bagi warga", "layanan situs uji.go.id bagi warga"),
        ("penyerapan garam. 25.000 ton sudah terjual", "penyerapan garam"),
    ],
)
def test_a_point_within_a_number_ends_no_subject(rules, text, subject):
    parties = ("ORG", "Kementerian Uji"), ("ORG", "PT Uji")
    doc = rules(f"Kementerian Uji dan PT Uji menandatangani nota kesepahaman tentang {text}.", *parties)
    assert doc._.agreements[0].subject == subject


def test_an_english_name_keeps_its_letters_as_subject(rules):
    text = "Norwegia dan Islandia meluncurkan Nordic Union Cooperation Framework."
    doc = rules(text, ("GPE", "Norwegia"), ("GPE", "Islandia"), ("AGR", "Nordic Union Cooperation Framework"))
    assert doc._.agreements[0].subject == "Nordic Union"


def test_another_word_for_a_formal_instrument_is_the_same_agreement(rules):
    text = (
        "Kementerian Komunikasi dan Digital menandatangani nota kesepakatan dengan Pemerintah Provinsi Jawa Timur. "
        "MoU antara Komdigi dan Pemprov Jatim itu berlaku setahun."
    )
    bodies = ("Kementerian Komunikasi dan Digital", "Pemerintah Provinsi Jawa Timur", "Komdigi", "Pemprov Jatim")
    (found,) = rules(text, *[("ORG", name) for name in bodies])._.agreements
    assert found.type == "MoU"
    text = "Dinas Laut meneken MoU dengan Bank Perahu. Dinas Laut dan PT Layar menyepakati kesepakatan damai."
    doc = rules(text, *[("ORG", name) for name in ("Dinas Laut", "Bank Perahu", "PT Layar")])
    assert [a.type for a in doc._.agreements] == ["MoU", "kesepakatan"]


def test_a_word_that_points_back_makes_no_agreement_of_its_own(rules):
    text = (
        "Norwegia dan Islandia menandatangani Perjanjian Kuota Ikan. Kesepakatan tersebut berlaku setelah ratifikasi oleh "
        "parlemen Norwegia dan Islandia."
    )
    doc = rules(
        text, ("GPE", "Norwegia"), ("GPE", "Islandia"), ("AGR", "Perjanjian Kuota Ikan"), ("AGR", "Kesepakatan")
    )
    assert [a.type for a in doc._.agreements] == ["perjanjian"]


@pytest.mark.parametrize(
    "text",
    [
        "Harga di pabrik kelapa sawit turun. Tercatat ada dua PKS tersebut yang tutup.",
        "Warga berharap kunjungan itu menghasilkan MoU yang konkret.",
    ],
)
def test_palm_oil_mills_and_hopes_are_no_agreements(rules, text):
    assert rules(text)._.agreements == []


def test_capitals_stand_for_their_countries(rules):
    text = "Kesepakatan damai antara Oslo dan Kopenhagen belum tercapai. Norwegia menunggu jawaban."
    doc = rules(text, ("GPE", "Oslo"), ("GPE", "Kopenhagen"), ("GPE", "Norwegia"))
    assert doc._.agreements[0].parties == ("Norwegia", "Denmark")


def test_a_listed_company_keeps_what_stands_behind_its_name(rules):
    text = "Dinas Laut menandatangani MoU dengan PT Bank Perahu (Persero) Tbk. (BPN) di Bandung."
    (found,) = rules(text, ("ORG", "Dinas Laut"), ("ORG", "PT Bank Perahu"), ("GPE", "Bandung"))._.agreements
    assert found.parties == ("Dinas Laut", "PT Bank Perahu (Persero) Tbk. (BPN)")


@pytest.mark.parametrize(
    ("following", "about"),
    [
        (" tentang Tata Tebat dan Peraturan Pemerintah Nomor 8 Tahun 2019 tentang Parit", "Tata Tebat"),
        (" tentang Ladang serta Undang-Undang Nomor 9 Tahun 2022 tentang Huma, katanya.", "Ladang"),
        (
            " tentang Perubahan atas Undang-Undang Nomor 9 Tahun 2022 tentang Huma",
            "Perubahan atas Undang-Undang Nomor 9 Tahun 2022 tentang Huma",
        ),
        (" tentang Kedudukan dan Peraturan Daerah.", "Kedudukan dan Peraturan Daerah"),
    ],
)
def test_the_next_law_of_a_list_is_no_part_of_a_laws_subject(following, about):
    assert normalise("PP Nomor 1 Tahun 2018", following).about == about


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("Surat Edaran Kepala BRTK Nomor 4 Tahun 2025", "SE Kepala BRTK 4/2025"),
        ("PERDA KABUPATEN BOGOR NOMOR 5 TAHUN 2023", "Perda Kabupaten Bogor 5/2023"),
        ("Perda DKI Jakarta Nomor 7 Tahun 2012", "Perda DKI Jakarta 7/2012"),
    ],
)
def test_an_issuers_acronym_stays_in_capitals(text, key):
    assert normalise(text).key == key
