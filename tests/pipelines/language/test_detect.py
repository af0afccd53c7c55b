"""Languages: the sets of our own writing as a gate, what articles of other languages become, what cannot be told."""

from __future__ import annotations

import json

import pytest

from benchmarks import language as benchmark
from crawler.demo.articles import load_articles
from pipelines.language.detect import OTHER, detect
from tests.conftest import ROOT

COMMITTED = json.loads((ROOT / "benchmarks" / "language.json").read_text(encoding="utf-8"))["pantau"]


@pytest.mark.parametrize("language", benchmark.LANGUAGES)
def test_the_languages_of_indonesian_sites_are_told_apart(language):
    texts = benchmark.texts(language)
    assert len(texts) >= 40
    right = sum(detect(text) == language for _, text in texts)
    assert right >= COMMITTED[language]["right"], [text for _, text in texts if detect(text) != language]


def test_every_article_of_the_sample_newsroom():
    for article in load_articles(2):
        assert detect(article.text, article.title) == article.language, article.slug


def test_a_page_of_two_languages_is_what_most_of_it_is():
    indonesian = " ".join(text for kind, text in benchmark.texts("id") if kind == "text")
    malay = " ".join(text for kind, text in benchmark.texts("ms") if kind == "text")
    english = " ".join(text for kind, text in benchmark.texts("en") if kind == "text")
    assert detect(indonesian[:2_000] + english[:700]) == "id"
    assert detect(english[:2_000] + indonesian[:700]) == "en"
    assert detect(malay[:2_000] + indonesian[:500]) == "ms"


def whole(language):
    return " ".join(text for kind, text in benchmark.texts(language) if kind == "text")


@pytest.mark.parametrize("other", ["en", "jv", "su"])
def test_what_quotes_or_repeats_another_language_at_equal_length_stays_indonesian(other):
    own, foreign = whole("id"), whole(other)
    for half in (900, 2_500):
        assert detect(own[:half] + " " + foreign[:half]) == "id"
        assert detect(foreign[:half] + " " + own[:half]) == "id"
        assert detect(f"{own[: half // 2]} {foreign[:half]} {own[half // 2 : half]}") == "id"
    assert detect(foreign[:3_000]) == other


def test_what_follows_a_long_quotation_is_read_as_well():
    quotation = whole("en")[:2_900]
    assert detect(f"{quotation} {whole('id')[:4_000]} {quotation[:2_000]} {whole('id')[:2_000]}") == "id"


def test_capitals_are_no_other_language():
    for kind, text in benchmark.texts("id"):
        if kind == "text":
            assert detect(text.upper()) == "id"


def test_one_malay_mark_makes_no_malay_article():
    for mark in ("peminat", "skuad", "cukai", "penyerang", "dilaporkan", "selepas", "syarikat", "kelab"):
        assert detect(f"{whole('id')[:900]} {mark}.", f"Rapat {mark} digelar") == "id"


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("min", "Urang di siko indak pai ka pasa dek hari hujan, tapi inyo alah mambuek makanan untuak kito di rumah."),
        ("min", "Ambo nio batanyo, apo iko bana tampek nan lamak untuak duduak samo kawan-kawan?"),
        ("bjn", "Ulun kada kawa tulak ka pasar wahini, jadi ulun handak maulah wadai gasan bubuhan pian haja."),
        ("bjn", "Matan isuk inya sudah bagawi di sawah lawan abahnya wan kada suah bamalas."),
        ("bug", "Engka seddi tau lokka ri pasae melli bale nasaba maega to manre ri bolana esso iyae."),
        ("mak", "Anjo taua mange ri pasaraka siagang anakna, mingka tena nakulle ammalli juku nasabak jai tau."),
        ("ace", "Uroe nyoe lon hana jak u keude, watee ujeun rayek that, meunyo singoh lon jak ngon kamoe."),
        ("ban", "Tiang lakar ka peken semengan, sakewala tusing ada anak ane ngadep jukut, yening benjang suba liu."),
        ("mad", "Engkok ben oreng towa entar ka pasar polana terro melleya kakanan se bennya ghebey tamoy."),
        ("btk", "Nunga adong halak na ro tu jabu, alai ndang boi hami mambahen indahan ala so adong aek."),
        ("tl", "Ang mga bata ay hindi pumasok sa paaralan dahil malakas ang ulan noong umaga at binaha ang kalsada."),
    ],
)
def test_regional_languages_and_tagalog_are_not_indonesian(code, text):
    assert detect(text) == code


def test_a_language_without_a_list_is_another():
    words = "molangu sebaki tirando kolimu pasena duwaki renggola mitusa balongi tarumi sokanda pelimu wanteka gorasi "
    assert detect("Warga yang datang. " + words * 6) == OTHER


@pytest.mark.parametrize(
    ("code", "text"),
    [
        (
            "nl",
            "De minister zei dat de nieuwe weg volgend jaar klaar zou zijn omdat er genoeg geld beschikbaar was voor het werk.",
        ),
        (
            "fr",
            "Le ministre a déclaré que la nouvelle route serait terminée l'année prochaine grâce aux fonds disponibles.",
        ),
        ("ar", "قال الوزير إن الطريق الجديد سيكتمل العام المقبل لأن الأموال كانت متاحة للعمل."),
        (
            "ja",
            "大臣は、資金が用意できたため、新しい道路は来年完成すると述べた。会見は東京で開かれた。 工事は 来月 始まる。",
        ),
    ],
)
def test_languages_from_further_away_are_langdetects_business(code, text):
    assert detect(text) == code


def test_the_same_answer_every_time_and_never_an_error():
    assert {detect("Rapat digelar di kantor bupati pada hari Senin pagi.") for _ in range(5)} == {"id"}
    for text in ("", "12345", "...", "a", "☃" * 50, "\x00 \ud800 abc"):
        assert detect(text) is None or isinstance(detect(text), str)
