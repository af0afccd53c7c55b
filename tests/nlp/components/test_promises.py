"""Promises: who says that what will have been done by when; and the sentences that are none."""

from __future__ import annotations

from datetime import date

import pytest

from nlp.components.promises.deadlines import deadlines_in

DAY = "2025-11-12"


def promised(rules, text, *entities, day=DAY):
    doc = rules(text, *entities, published_at=day)
    return [(p.who, p.kind, p.due, p.amount) for p in doc._.promises]


@pytest.mark.parametrize(
    ("words", "due", "last"),
    [
        ("pada Desember 2026", "2026-12", date(2026, 12, 31)),
        ("paling lambat 31 Maret", "2026-03-31", date(2026, 3, 31)),  # the next one, told in November
        ("pada 30 November", "2025-11-30", date(2025, 11, 30)),
        ("triwulan II 2026", "2026-06", date(2026, 6, 30)),
        ("semester I tahun depan", "2026-06", date(2026, 6, 30)),
        ("pada akhir tahun ini", "2025-12", date(2025, 12, 31)),
        ("pada 2027", "2027", date(2027, 12, 31)),
        ("bulan depan", "2025-12", date(2025, 12, 31)),
        ("dalam tiga tahun ke depan", "2028", date(2028, 12, 31)),
        ("dalam 30 hari ke depan", "2025-12-12", date(2025, 12, 12)),
        ("29 Februari 2028", "2028-02-29", date(2028, 2, 29)),
    ],
)
def test_a_deadline_is_a_period_of_which_the_last_day_counts(words, due, last):
    text = f"Jembatan ditargetkan rampung {words}, kata bupati."
    (found,) = deadlines_in(text, 0, len(text), date.fromisoformat(DAY))
    assert (found.due, found.last) == (due, last)


@pytest.mark.parametrize(
    "words",
    [
        "pada Maret 2025",  # past
        "sejak Desember 2025",
        "pada 31 Februari 2026",
        "1 Februari hingga 15 Maret 2025",  # the year stands behind the second day
        "sebanyak 2027 ekor",
    ],
)
def test_what_is_no_deadline(words):
    text = f"Jembatan ditargetkan rampung {words}."
    assert not list(deadlines_in(text, 0, len(text), date.fromisoformat(DAY)))


def test_the_speaker_of_a_sentence_is_who_promises(rules):
    text = '"Pasar ini kami targetkan, maksudnya ditargetkan rampung pada Juni 2026," kata Ratri Wiguna.'
    assert promised(rules, text, ("PER", "Ratri Wiguna")) == [("Ratri Wiguna", "person", "2026-06", None)]


def test_the_subject_of_a_verb_that_binds_is_who_promises(rules):
    text = "Kementerian Uji menargetkan 1.200 sekolah tersambung internet pada 2027. Cuaca cerah."
    found = promised(rules, text, ("ORG", "Kementerian Uji"))
    assert found == [("Kementerian Uji", "organisation", "2027", "1.200 sekolah")]


def test_of_a_passive_the_subject_is_what_is_to_be_done(rules):
    text = "Menurut Ratri Wiguna, gedung PT Sinar Uji ditargetkan selesai pada Juli 2026."
    assert promised(rules, text, ("PER", "Ratri Wiguna"), ("ORG", "PT Sinar Uji")) == [
        ("Ratri Wiguna", "person", "2026-07", None)
    ]


def test_a_deadline_of_another_clause_is_not_its_own(rules):
    text = "Tahun depan Kementerian Uji menargetkan 71 ribu bibit, dan pada 2031 sudah menanam 420 ribu bibit."
    assert promised(rules, text, ("ORG", "Kementerian Uji"))[0][2] == "2026"
    paid = "Kementerian Uji akan membayar upah lembur bagi pekerjanya yang masuk pada 27 Desember 2025."
    assert promised(rules, paid, ("ORG", "Kementerian Uji")) == []


def test_the_government_needs_no_entity(rules):
    text = "Tahun depan pemerintah akan membangun 300 rumah di Bogor."
    assert promised(rules, text, ("GPE", "Bogor")) == [("Pemerintah", "organisation", "2026", "300 rumah")]


@pytest.mark.parametrize(
    "text",
    [
        "Kementerian Uji diperkirakan menyelesaikan pasar itu pada Juni 2026 menurut pengamat.",
        "Kementerian Uji akan menyelesaikan pasar itu pada Juni 2026 jika anggarannya disetujui.",
        "Warga meminta Kementerian Uji segera menyelesaikan pasar itu pada Juni 2026.",
        "Kementerian Uji menargetkan juara di turnamen tenis meja pada Juni 2026 itu.",
        "Kementerian Uji menyelesaikan pasar itu pada Juni 2024 dan akan membangun lagi.",
        "Kementerian Uji akan meningkatkan pelayanan kepada semua warga tahun depan.",  # nothing to check
        "Pasar itu ditargetkan rampung pada Juni 2026, dengan 40 kios di dalamnya.",  # nobody says it
    ],
)
def test_what_is_no_promise(rules, text):
    assert promised(rules, text, *[("ORG", "Kementerian Uji")] * ("Kementerian Uji" in text)) == []


def test_without_the_articles_day_nothing_is_promised(rules):
    text = "Kementerian Uji menargetkan 1.200 sekolah tersambung internet pada 2027."
    assert promised(rules, text, ("ORG", "Kementerian Uji"), day=None) == []


def test_a_promise_points_to_its_sentence_in_the_text(tagger):
    from nlp.records import Document
    from nlp.tag import tag_texts

    text = "Hujan turun.\xa0 Pemerintah akan membangun 300 rumah di Bogor pada Mei 2026. Warga pulang."
    (tags,) = tag_texts(tagger, [Document("Judul berita", text, DAY)])
    (found,) = tags.promises
    assert text[found.start : found.end] == found.text == "Pemerintah akan membangun 300 rumah di Bogor pada Mei 2026."
