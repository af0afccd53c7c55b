"""Other names in annotated documents, and the made-up documents that train the tagger."""

from __future__ import annotations

import random

import pytest

from nlp.language import IndonesianNews
from nlp.training import people, silver
from nlp.training.corpora import annotated, in_other_case, rename
from nlp.training.synthetic import synthetic_docs

TEXT = (
    "TRIBUNBANTUL.COM, SLEMAN - Kepala BPBD Sleman, Sri Wahyuningtyas, meninjau Desa Argo, Kabupaten Sleman. "
    "Wahyuningtyas didampingi AKBP R.G. Hutagalung dan Hutagalung muda."
)
MARKS = {
    "TRIBUNBANTUL.COM": "ORG",
    "SLEMAN": "GPE",
    "Kepala BPBD Sleman": "TITLE",
    "Sri Wahyuningtyas": "PER",
    "Kabupaten Sleman": "GPE",
    "R.G. Hutagalung": "PER",
}


@pytest.fixture
def doc():
    nlp = IndonesianNews()
    spans = [(TEXT.index(name), TEXT.index(name) + len(name), label) for name, label in MARKS.items()]
    at = TEXT.index("Wahyuningtyas didampingi")
    spans.append((at, at + len("Wahyuningtyas"), "PER"))
    return annotated(nlp, TEXT, sorted(spans))


def test_people_get_other_names_the_same_throughout_and_nothing_else_changes_its_kind(doc):
    changed = regions = 0
    for seed in range(40):
        random.seed(seed)
        other = rename(doc.vocab and IndonesianNews(), doc)
        assert [entity.label_ for entity in other.ents] == [entity.label_ for entity in doc.ents]
        names = [entity.text for entity in other.ents]
        woman, alone = names[3], names[-2] if other.ents[-2].label_ == "PER" else names[-1]
        changed += woman != "Sri Wahyuningtyas"
        shared = names[4:6] if names[4] in woman or woman in names[4] else [alone]
        assert shared
        assert names[0] == "TRIBUNBANTUL.COM"
        regions += "Sleman" not in names[-2] + " ".join(names)
    assert changed > 35 and regions > 3


def test_other_case_moves_no_entity(doc):
    random.seed(3)
    for _ in range(20):
        other = in_other_case(IndonesianNews(), doc)
        assert len(other.text) == len(doc.text) and other.text.casefold() == doc.text.casefold()
        assert [(e.start_char, e.label_) for e in other.ents] == [(e.start_char, e.label_) for e in doc.ents]


def test_names_have_many_forms():
    random.seed(1)
    names = [people.full_name() for _ in range(3_000)]
    assert len(set(names)) > 2_000
    assert {len(name.split()) for name in names} >= {1, 2, 3}
    for form in (r"[A-Z]\.? [A-Z][a-z]+", r".*['’].*", r".*-[A-Z].*", r"Ni \w+ .*", r"[A-Z]\.?[A-Z]\.? \w+"):
        assert any(people.re.fullmatch(form, name) for name in names), form


def test_made_up_documents_leave_ranks_and_degrees_outside_names():
    random.seed(5)
    found = list(synthetic_docs(IndonesianNews(), 1_500))
    ranked = [doc for doc in found if " AKBP " in doc.text or " Ajun Komisaris " in doc.text]
    assert len(ranked) > 5
    for doc in ranked:
        assert not any("AKBP" in e.text or "Komisaris" in e.text for e in doc.ents if e.label_ == "PER")
    outlets = {e.text for doc in found for e in doc.ents if e.label_ == "ORG" and e.text.endswith((".COM", ".com"))}
    assert len(outlets) > 20


def test_names_that_the_corpus_agrees_on_are_marked_where_they_were_missed():
    nlp = IndonesianNews()
    sure = [(f"Warga bernama Tarjo Wibawa tiba di Kota {n}.", [(14, 26, "PER")]) for n in "ABC"]
    voted = silver.votes(sure)
    assert voted == {"Tarjo Wibawa": "PER"}
    doc, chances = silver.put_right(nlp, "Tarjo Wibawa pulang. Ambar ikut.", [(21, 26, "PER")], voted)
    assert [(e.text, e.label_) for e in doc.ents] == [("Tarjo Wibawa", "PER"), ("Ambar", "PER")]
    assert chances == [silver.SURE, silver.UNSURE]
    longer, _ = silver.put_right(nlp, "Jalan Tarjo Wibawa macet.", [(0, 18, "LOC")], voted)
    assert [e.text for e in longer.ents] == ["Jalan Tarjo Wibawa"]


def test_a_name_with_two_labels_gets_no_vote():
    texts = [("Semen Kuat menang.", [(0, 10, label)]) for label in ("ORG", "ORG", "PER", "ORG")]
    assert silver.votes(texts) == {}
