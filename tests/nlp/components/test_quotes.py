"""Quotes: direct speech, its speaker and its verb."""

from __future__ import annotations

import pytest
from spacy.language import Language

from nlp.components.officials.component import OfficialTagger
from nlp.components.quotes.component import QuoteTagger
from nlp.language import IndonesianNews
from nlp.records import Quote
from tests.nlp.components.test_officials import marked

SPEECH = "Kami akan membangun dua jembatan baru tahun ini"


@pytest.fixture(scope="module")
def nlp() -> Language:
    return IndonesianNews()


def quotes(nlp: Language, source: str) -> list[Quote]:
    doc = marked(nlp, source)
    found: list[Quote] = QuoteTagger()(OfficialTagger()(doc))._.quotes
    assert all(doc.text[quote.start : quote.end] == quote.text for quote in found)
    return found


def said(nlp: Language, source: str) -> list[tuple[str, str | None, str | None, str | None]]:
    return [(q.text, q.speaker, q.name, q.verb) for q in quotes(nlp, source)]


INTRODUCTION = "[TITLE Bupati Garut] [PER Ratri Santikawati] datang. "


@pytest.mark.parametrize(
    ("source", "speaker", "verb"),
    [
        (f'"{SPEECH}," ujar [PER Ratri].', "Ratri", "ujar"),
        (f"“{SPEECH},” kata [TITLE Bupati Garut] [PER Ratri], Senin.", "Ratri", "kata"),
        (f'"{SPEECH}", jelas [PER Santi].', "Santi", "jelas"),
        (f"‘{SPEECH},’ tutur [PER Ratri].", "Ratri", "tutur"),
        (f'[PER Ratri] mengatakan, "{SPEECH}."', "Ratri", "mengatakan"),
        (f'Menurut [PER Ratri], "{SPEECH}."', "Ratri", "Menurut"),
        (f'"{SPEECH}," kata Plt. Bupati Garut Dr. [PER Ratri].', "Ratri", "kata"),
    ],
)
def test_speaker_before_and_after(nlp: Language, source: str, speaker: str, verb: str) -> None:
    (found,) = said(nlp, INTRODUCTION + source)
    text, *rest = found
    assert text.rstrip(".") == SPEECH
    assert rest == [speaker, "Ratri Santikawati", verb]


@pytest.mark.parametrize("verb", ["ujarnya", "katanya", "ungkapnya"])
def test_suffix_is_the_last_speaker(nlp: Language, verb: str) -> None:
    source = f'"{SPEECH}," ujar [PER Ratri]. Warga [PER Badra] setuju.\n"Jalan pun akan kami perbaiki segera," {verb}.'
    _, second = said(nlp, INTRODUCTION + source)
    assert second[1:] == ("Ratri", "Ratri Santikawati", verb)


def test_pronoun_is_the_last_speaker(nlp: Language) -> None:
    source = f'"{SPEECH}," ujar [PER Ratri].\n"Jalan pun akan kami perbaiki segera," kata dia dekat [PER Badra].'
    assert said(nlp, INTRODUCTION + source)[1][1] == "Ratri"


def test_speech_goes_on_after_its_verb(nlp: Language) -> None:
    source = f'"{SPEECH}," ujar [PER Ratri]. "Jalan pun akan kami perbaiki segera."'
    assert [(q[1], q[3]) for q in said(nlp, INTRODUCTION + source)] == [("Ratri", "ujar"), ("Ratri", None)]


def test_nested_and_unclosed_marks(nlp: Language) -> None:
    nested = f"“{SPEECH} lewat program “Jembatan Desa” yang baru,” ujar [PER Ratri]."
    unclosed = f"“{SPEECH} lewat program “Jembatan Desa,” ujar [PER Ratri]."
    assert [q[0] for q in said(nlp, nested)] == [f"{SPEECH} lewat program “Jembatan Desa” yang baru"]
    assert [q[0] for q in said(nlp, unclosed)] == [f"{SPEECH} lewat program “Jembatan Desa"]


def test_mixed_marks(nlp: Language) -> None:
    assert [q[0] for q in said(nlp, f'“{SPEECH}," ujar [PER Ratri].')] == [SPEECH]


def test_open_mark_ends_with_its_paragraph(nlp: Language) -> None:
    source = f'"Tanpa penutup sama sekali di sini.\n"{SPEECH}," ujar [PER Ratri].'
    assert [q[0] for q in said(nlp, source)] == [SPEECH]


@pytest.mark.parametrize(
    "source",
    [
        'Acara bertema "Jembatan Desa" itu dibuka [PER Ratri].',
        'Tonton juga "Warga Desa Gelar Pesta Panen Raya Besar" di sini.',
        'Ia menyebutnya "jembatan emas" bagi warga.',
        "Rumah Pak Ma'ruf dan Jum'at pagi.",
        "",
    ],
)
def test_scare_quotes_and_titles_are_not_speech(nlp: Language, source: str) -> None:
    assert said(nlp, source) == []


def test_long_text_of_opening_marks_is_read_in_linear_time(nlp: Language) -> None:
    assert quotes(nlp, '"a ' * 4000 + "“ " * 4000) == []


@pytest.mark.parametrize("subject", ["Kapolsek.", "Kapolsek itu.", "Kapolsek kepada wartawan."])
def test_a_post_alone_speaks_for_its_holder(rules, subject):
    text = f'Hadir Kapolsek Melati Ratri Santika. "{SPEECH}," kata Badra Kusnandar. "Jalan pun akan kami jaga," ujar {subject}'
    entities = [("TITLE", "Kapolsek Melati"), ("PER", "Ratri Santika"), ("PER", "Badra Kusnandar")]
    assert [quote.name for quote in rules(text, *entities)._.quotes] == ["Badra Kusnandar", "Ratri Santika"]


def test_a_post_alone_that_nobody_holds_has_no_name(rules):
    text = f'"{SPEECH}," kata Badra Kusnandar. "Jalan pun akan kami jaga," ujar Kanit.'
    assert [quote.name for quote in rules(text, ("PER", "Badra Kusnandar"))._.quotes] == ["Badra Kusnandar", None]
