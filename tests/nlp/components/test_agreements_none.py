"""What is no agreement though its words look like one, by what stands around them; and how sure one must be told of."""

from __future__ import annotations

import pytest
from spacy.tokens import Span

from nlp.components.agreements.component import _is_none
from nlp.components.agreements.weighing import LEAST_GROUP, is_told
from nlp.records import Agreement


@pytest.mark.parametrize(
    ("text", "phrase"),
    [
        ("Tokoh dalam Perjanjian Baru yang lahir di Betlehem.", "Perjanjian Baru"),
        ("Kitab Perjanjian Lama dibaca pagi ini.", "Perjanjian Lama"),
        ("Perusahaan itu memegang Adendum AMDAL Tipe A.", "Adendum AMDAL"),
        ("Nilai transaksi Repurchase Agreement naik.", "Repurchase Agreement"),
        ("Ujar politisi PKS ini di Lembayan.", "PKS"),
        ("Kata kader PKB tersebut.", "PKB"),
        ("Raja itu menolak kesepakatan gencatan senjata.", "kesepakatan gencatan senjata"),
        ("Setiap kesepakatan dengan Lembayan harus diawasi.", "kesepakatan"),
        ("Pasar menyambut peluang kesepakatan dagang baru.", "kesepakatan dagang"),
        ("Klub Lanjut Nego buat pemain muda.", "Lanjut Nego"),
        ("Bek itu menandatangani kontrak multiyears bersama tim; pemain lain menyusul.", "kontrak multiyears"),
        ("Pembalap itu pindah musim depan; kesepakatan Layar MotoGP selesai di tim lain.", "kesepakatan Layar"),
    ],
)
def test_what_is_none(rules, text, phrase):
    doc = rules(text)
    assert _is_none(_span(doc, phrase))


@pytest.mark.parametrize(
    ("text", "phrase"),
    [
        ("Keduanya membuat perjanjian baru soal air.", "perjanjian baru"),
        ("Kedua dinas meneken PKS tentang air.", "PKS"),
        ("Kedua raja meneken kesepakatan gencatan senjata.", "kesepakatan gencatan senjata"),
        ("Klub dan tim itu meneken kesepakatan sponsor bagi pemain musim depan.", "kesepakatan sponsor"),
        ("Kedua negara meneken kesepakatan dagang baru.", "kesepakatan dagang"),
    ],
)
def test_what_may_be_one(rules, text, phrase):
    doc = rules(text)
    assert not _is_none(_span(doc, phrase))


@pytest.mark.parametrize(
    ("kind", "text", "parties", "least"),
    [
        ("kesepakatan", "kesepakatan damai", (), 0.8),
        ("PKS", "perjanjian kerja sama", (), 0.8),
        ("kesepakatan", "kesepakatan", ("Layar",), 0.6),
        ("PKS", "Perjanjian Kerja Sama", (), LEAST_GROUP),
        ("PKS", "perjanjian kerja sama", ("Layar",), LEAST_GROUP),
        ("kesepakatan", "kesepakatan", ("Layar", "Lembayan"), LEAST_GROUP),
    ],
)
def test_the_fewer_parties_are_known_the_surer_it_must_be(kind, text, parties, least):
    agreement = {"type": kind, "text": text, "parties": parties, "status": "ditandatangani"}
    assert is_told([Agreement(**agreement, confidence=least)])
    assert not is_told([Agreement(**agreement, confidence=least - 0.01)])


def _span(doc, phrase) -> Span:
    start = doc.text.index(phrase)
    span = doc.char_span(start, start + len(phrase), label="AGR")
    assert span is not None
    return span
