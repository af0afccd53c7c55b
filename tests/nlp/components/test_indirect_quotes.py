"""Told speech: sentences that tell what somebody said, and sentences that only look like it."""

from __future__ import annotations

import pytest
from spacy.language import Language

from nlp.components.officials.component import OfficialTagger
from nlp.components.quotes.component import QuoteTagger
from nlp.components.sentences import SentenceSplitter
from nlp.language import IndonesianNews
from nlp.records import Quote
from tests.nlp.components.test_officials import marked

TOLD = "pembangunan jembatan itu akan selesai pada akhir tahun"
BEGIN = "[TITLE Bupati Garut] [PER Ratri Santikawati] datang bersama [TITLE Kapolsek Melati] [PER Wirda Sasmita]. "


@pytest.fixture(scope="module")
def nlp() -> Language:
    return IndonesianNews()


def quotes(nlp: Language, source: str) -> list[Quote]:
    doc = SentenceSplitter()(marked(nlp, source))
    found: list[Quote] = QuoteTagger()(OfficialTagger()(doc))._.quotes
    assert all(doc.text[quote.start : quote.end] == quote.text for quote in found)
    return found


@pytest.mark.parametrize(
    "source",
    [
        f"[PER Ratri] mengatakan bahwa {TOLD}.",
        f"[PER Ratri] mengatakan, {TOLD}.",
        f"[PER Ratri] mengatakan {TOLD}.",
        f"[PER Ratri] menilai {TOLD}.",
        f"[PER Ratri] menyebut {TOLD}.",
        f"[PER Ratri] juga menegaskan {TOLD}.",
        f"[PER Ratri] kemudian menambahkan bahwa {TOLD}.",
        f"[PER Ratri] menyampaikan kepada warga di alun-alun bahwa {TOLD}.",
        f"[PER Ratri], [TITLE Bupati Garut], menjelaskan bahwa {TOLD}.",
        f"[PER Ratri] (51) menuturkan, {TOLD}.",
        f"Menurut [PER Ratri], {TOLD}.",
        f"Menurut [TITLE Bupati Garut] Dr. [PER Ratri], {TOLD}.",
        f"{TOLD.capitalize()}, kata [PER Ratri].",
        f"{TOLD.capitalize()}, ujar [TITLE Bupati Garut] [PER Ratri], Senin (5/5/2025).",
        f"[PER Ratri] memastikan {TOLD}, Selasa (6/5/2025).",
        f"[TITLE Bupati] mengatakan bahwa {TOLD}.",
        f"[TITLE Bupati Garut] [PER Ratri Santikawati] menyatakan {TOLD}.",
        f"Di Garut, [PER Ratri] mengungkapkan bahwa {TOLD}.",
        f"[PER Ratri] mengklaim bahwa {TOLD}, katanya.",
        f"[PER Ratri] mengakui bahwa {TOLD}.",
    ],
)
def test_what_somebody_tells(nlp: Language, source: str) -> None:
    (found,) = quotes(nlp, BEGIN + source)
    assert found.text.lower() == TOLD
    assert (found.name, found.kind) == ("Ratri Santikawati", "tidak langsung")


@pytest.mark.parametrize(
    "source",
    [
        "[PER Ratri] mengatakan hal itu saat meninjau pasar.",
        "[PER Ratri] menyampaikan apresiasi kepada warga yang telah membantu.",
        f"[PER Ratri] tidak mengatakan bahwa {TOLD}.",
        f"[PER Ratri] belum mengatakan {TOLD}.",
        f"[PER Ratri] membantah pernah mengatakan bahwa {TOLD}.",
        f"Jika [PER Ratri] mengatakan bahwa {TOLD}, warga akan senang.",
        f"Dikatakan bahwa {TOLD}.",
        f"Disampaikan oleh [PER Ratri] bahwa {TOLD}.",
        f"Warga mengatakan kepada [PER Ratri] bahwa {TOLD}.",
        f"Apakah [PER Ratri] mengatakan bahwa {TOLD}?",
        f"[PER Ratri] bertanya apakah {TOLD}.",
        "[PER Ratri] menjelaskan secara rinci tentang jembatan yang akan dibangun.",
        "[PER Ratri] menjelaskan latar belakang pihaknya membangun jembatan.",
        "[PER Ratri] menyebut nama tiga pejabat daerah lain.",
        "Menurut data, harga beras akan turun pada pekan depan.",
        f"Menurut warga, [PER Ratri] mengetahui {TOLD}.",
        f"Sumber lain menyebut bahwa {TOLD}.",
        "[PER Ratri] menilai lomba masak antarkelurahan.",
        "Kata [PER Ratri] dalam sambutannya.",
        f"[PER Ratri] diminta mengatakan bahwa {TOLD}.",
    ],
)
def test_what_tells_nothing(nlp: Language, source: str) -> None:
    assert quotes(nlp, BEGIN + source) == []


def test_direct_speech_stays_what_it_was(nlp: Language) -> None:
    source = f'[PER Ratri] mengatakan bahwa "{TOLD}." "Kami akan bekerja siang dan malam di sana," kata [PER Wirda].'
    assert [(q.kind, q.name) for q in quotes(nlp, BEGIN + source)] == [
        ("langsung", "Ratri Santikawati"),
        ("langsung", "Wirda Sasmita"),
    ]


def test_who_spoke_last_speaks_on(nlp: Language) -> None:
    source = f"[PER Wirda] mengatakan bahwa jalan akan ditutup besok pagi. Ia menambahkan bahwa {TOLD}. Menurutnya, {TOLD[5:]}."
    found = quotes(nlp, BEGIN + source)
    assert [q.name for q in found] == ["Wirda Sasmita"] * 3


def test_a_post_alone_that_nobody_or_several_hold_says_nothing(nlp: Language) -> None:
    assert quotes(nlp, f"{BEGIN}Kanit mengatakan bahwa {TOLD}. {TOLD.capitalize()}, kata Kanit.") == []
    (found,) = quotes(nlp, f"{BEGIN}{TOLD.capitalize()}, kata Kapolsek.")
    assert found.name == "Wirda Sasmita"


def test_a_text_of_nothing_but_verbs_takes_no_long_time(nlp: Language) -> None:
    assert quotes(nlp, "[PER Ratri] " + "mengatakan bahwa Ratri " * 3_000) is not None
