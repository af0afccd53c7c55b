"""Patterns tried only where they can begin find what re finds everywhere."""

import re

import pytest

from nlp.components.agreements import bodies, cues, judging
from nlp.components.agreements.component import BEGINS, NAMED, NAMED_WITHOUT_ENGLISH
from nlp.components.dates import BEGINS as DATE_BEGINS
from nlp.components.dates import DATE
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


def alternatives(pattern):
    """Texts that a pattern of words, of our own making, matches: one for each of its alternatives in the outermost set."""
    words = pattern.pattern.removeprefix(r"\b(?:").removesuffix(r")\b")
    plain = re.sub(r"\\w\*|\\s\?", "", re.sub(r" \?", " ", words))
    return [
        f"{head}{tail}"
        for word in re.findall(r"(?:\([^)]*\)|[^|(])+", plain)
        for heads, tail in [re.fullmatch(r"(?:\(\?:([^)]*)\)\??)?(.*)", word).groups()]
        for head in (heads or "").split("|")
    ]


@pytest.mark.parametrize(
    ("pattern", "begins"),
    [
        (bodies.SIGNS, bodies._SIGNS_BEGIN),
        (bodies.TOPIC, bodies._TOPIC_BEGINS),
        (cues.CUES["sign"], cues._BEGINS_SIGNING),
    ],
)
def test_words_of_signing_begin_as_said(pattern, begins):
    words = alternatives(pattern)
    assert len(words) > 4 and all(pattern.search(word) for word in words)
    text = f"{'; '.join(words)}. {' '.join(words).upper()}, x{' x'.join(words)}"
    assert spans(matches_at(pattern, text, starts(begins, text))) == spans(pattern.finditer(text))


@pytest.mark.parametrize(
    "text", ["hari ini, Hari ini (Senin), (SABTU) (Jumat) (jum'at), harian ini, sehari ini, (Kami)"]
)
def test_days_of_the_article_begin_as_said(text):
    found = matches_at(judging.TODAY, text, starts(judging._TODAY_BEGINS, text))
    assert spans(found) == spans(judging.TODAY.finditer(text)) != []


def test_dates_begin_as_said():
    months = "Januari jan Pebruari FEB maret Mar apr Mei juni Jul agustus Agt ags agu Sept okt Nopember nov Des".split()
    text = " ".join(f"{n} {month} 2025, {month} tahun 2024, x{month} 2023;" for n, month in enumerate(months, start=1))
    text += " (8/5) 12-11-2025, tahun 2019, pada 2020, a7/8/2025"
    assert spans(matches_at(DATE, text, starts(DATE_BEGINS, text))) == spans(DATE.finditer(text))


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
