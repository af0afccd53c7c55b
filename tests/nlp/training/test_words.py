"""How common words and words of names are counted."""

from __future__ import annotations

from nlp.language import IndonesianNews
from nlp.training.words import common_words, name_words


def test_common_words_stand_in_small_letters_in_many_texts():
    texts = [("Ratri Gugat Lurah", "Kata Ratri, warga menggugat pasar Melati dan warga menang, gugat lagi.")] * 10
    assert common_words(texts, frozenset(("pasar",))) == ["dan", "gugat", "lagi", "menang", "menggugat", "warga"]
    assert common_words(texts[:5], frozenset()) == []


def test_words_of_names_are_those_that_people_have():
    nlp = IndonesianNews()
    docs = [nlp.make_doc(f"Hadir Ratri {name} di Pasar {name} Melati.") for name in ("Santika", "Wiku")]
    for doc in docs:
        doc.set_ents([doc.char_span(6, 6 + doc.text.index(" di") - 6, label="PER")])
    assert name_words(docs, (), ["Badra Kusnandar", "Sekar"]) == ["Badra", "Kusnandar", "Ratri"]
    assert name_words(docs, ("ratri",), []) == []
