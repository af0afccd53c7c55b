"""Patterns tried only where they can begin find what re finds everywhere."""

import re

import pytest

from nlp.components.agreements.component import BEGINS, NAMED, NAMED_WITHOUT_ENGLISH
from nlp.components.laws import NUMBERED, NUMBERED_BEGINS
from nlp.components.matching import matches_at


def starts(begins, text):
    return (begin.start() for begin in begins.finditer(text))


def spans(matches):
    return [match.span() for match in matches]


def test_matches_do_not_overlap():
    pattern = re.compile("(?:ab)+")
    assert spans(matches_at(pattern, "ababxab", [0, 2, 5])) == spans(pattern.finditer("ababxab")) == [(0, 4), (5, 7)]


@pytest.mark.parametrize(
    "text",
    [
        "Nota Kesepahaman, NOTA KESEPAHAMAN dan nota  kesepakatan; memorandum of understanding, Letter of Intent.",
        "MoU, MOU, LoI, PKS tentang data, I-EU CEPA, RCEP dan FTA, Surat Edaran Bersama, surat keputusan bersama",
        "perjanjian kerja sama, Perjanjian kerjasama, kesepakatan damai, Kesepahaman Bersama, perjanjian pinjaman",
        "xMoU, daftarMOU, pernota kesepahaman",
    ],
)
def test_names_of_instruments_begin_as_said(text):
    assert spans(matches_at(NAMED_WITHOUT_ENGLISH, text, starts(BEGINS, text))) == spans(NAMED.finditer(text))


@pytest.mark.parametrize(
    "kind",
    """Perppu,Perpu,UU,Undang-Undang,PP,Perpres,Keppres,Inpres,PMK,PBI,POJK,Perma,Perkap,Perda,Pergub,Perbup,Perwali,
    Perwal,Qanun,PKPU,SEOJK,SKB,Permendagri,Perban,Kepmen,SE,Peraturan,Keputusan,Instruksi,Ketetapan MPR,TAP MPR,
    Surat Edaran,Standar Nasional Indonesia,peraturan daerah,undang undang""".replace("\n    ", "").split(","),
)
def test_regulations_begin_as_said(kind):
    assert spans(NUMBERED.finditer(f"{kind} Nomor 12 Tahun 2020"))
    for text in (f"menurut {kind} Nomor 12 Tahun 2020", f"{kind.upper()} NO. 3", f"({kind} 5/2021)"):
        assert spans(matches_at(NUMBERED, text, starts(NUMBERED_BEGINS, text))) == spans(NUMBERED.finditer(text))
