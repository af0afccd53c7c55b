"""Names, posts and bodies made whole, and what only looks like them stays."""

from __future__ import annotations

import pytest
from spacy.tokens import Doc, Span

from nlp.components import whole
from nlp.language import IndonesianNews


def told(step, text, *entities):
    """The entities (text, label) after a step; `entities`: those before, in their order."""
    doc: Doc = IndonesianNews().make_doc(text)
    spans, at = [], 0
    for name, label in entities:
        start = text.index(name, at)
        spans.append(doc.char_span(start, start + len(name), label=label))
        at = start + len(name)
    after = step(doc, spans)
    return None if after is None else [(span.text, span.label_) for span in after if isinstance(span, Span)]


@pytest.mark.parametrize(
    ("text", "name", "longer"),
    [
        ("Menurut Park Ji-hoon, kota itu siap.", "Park Ji", "Park Ji-hoon"),
        ("Menurut Kim Soo-yeon kota itu siap.", "Kim Soo", "Kim Soo-yeon"),
        ("Pasangan Sari-Doni menang.", "Sari", None),
        ("Menurut Sari - warga lama - kota itu siap.", "Sari", None),
    ],
)
def test_a_name_cut_at_its_hyphen(text, name, longer):
    assert told(whole.whole_at_hyphens, text, (name, "PER")) == ([(longer, "PER")] if longer else None)


def test_an_explained_acronym_is_no_person_but_initials_are():
    text = "Jaringan Kota Hijau (JKH) bersidang. Presiden JKH pulang."
    after = told(whole.explained_acronyms, text, ("Jaringan Kota Hijau", "ORG"), ("JKH pulang"[:3], "PER"))
    assert after == [("Jaringan Kota Hijau", "ORG"), ("JKH", "ORG")]
    text = "Polisi menahan Siti Aminah (SA). SA menangis."
    assert told(whole.explained_acronyms, text, ("Siti Aminah", "PER"), ("SA", "PER")) is None
    assert told(whole.explained_acronyms, "Kata JKH begitu.", ("JKH", "PER")) is None


@pytest.mark.parametrize(
    ("text", "post"),
    [
        ("didampingi Edi Harsono Kasubdit Data dan Informasi, Ditjen Laut.", "Kasubdit Data dan Informasi"),
        ("didampingi Edi Harsono, Kabag Humas Setda Teluk.", "Kabag Humas Setda Teluk"),
        ("didampingi Edi Harsono kabag humas.", None),
        ("didampingi Edi Harsono dan Kabag Humas.", None),
    ],
)
def test_a_post_right_behind_a_name(text, post):
    found = told(whole.posts_behind_names, text, ("Edi Harsono", "PER"))
    assert found == ([("Edi Harsono", "PER"), (post, "TITLE")] if post else None)


def test_the_government_of_a_region_that_nobody_knows_is_a_body():
    text = "Pemerintah Kabupaten Galuhan dan Pemkot Bogor bertemu pemerintah kota itu."
    assert told(whole.governments, text, ("Pemkot Bogor", "ORG")) == [
        ("Pemerintah Kabupaten Galuhan", "ORG"),
        ("Pemkot Bogor", "ORG"),
    ]
    assert told(whole.governments, text, ("Pemerintah Kabupaten Galuhan", "ORG"), ("Bogor", "GPE")) is None


def test_a_unit_belongs_to_the_institution_behind_it():
    text = "Kabag Humas, Sekretariat Jenderal, Kementerian Rawa"
    assert told(whole.units_before_bodies, text, ("Kabag Humas", "TITLE"), ("Kementerian Rawa", "ORG")) == [
        ("Kabag Humas", "TITLE"),
        ("Sekretariat Jenderal, Kementerian Rawa", "ORG"),
    ]
    text = "hadir Sekretariat Jenderal, Kementerian Rawa"
    seen = told(whole.units_before_bodies, text, ("Sekretariat Jenderal", "ORG"), ("Kementerian Rawa", "ORG"))
    assert seen is None  # it is one by itself
