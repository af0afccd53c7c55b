"""Languages: the sets of our own writing as a gate, what articles of other languages become, what cannot be told."""

from __future__ import annotations

import json

import pytest

from benchmarks import language as benchmark
from crawler.demo.articles import load_articles
from pipelines.language.detect import detect
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
