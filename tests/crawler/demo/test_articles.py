"""The sample newsroom's article files: what is wrong in one is refused by its name."""

from __future__ import annotations

import pytest

from crawler.demo.articles import ArticleError, load_articles
from crawler.demo.newsroom import Newsroom

GOOD = 'title = "Judul"\npublished = 2025-11-12T09:30:00+07:00\n'
TEXT = " ".join(["Kata"] * 30)


@pytest.mark.parametrize(
    ("name", "head", "text", "error"),
    [
        ("kempesisir/a.md", 'titel = "x"', TEXT, "unknown key 'titel'"),
        ("kempesisir/a.md", "title = ", TEXT, "front matter is not TOML"),
        ("kempesisir/a.md", 'title = "x"', TEXT, "published is missing or has no zone"),
        (
            "kempesisir/a.md",
            'title = "x"\npublished = 2025-11-12T09:30:00',
            TEXT,
            "published is missing or has no zone",
        ),
        ("kempesisir/a.md", GOOD + "published_hours_ago = 3", TEXT, "both published and published_hours_ago"),
        ("jatengprov/a.md", 'title = "x"\npublished_hours_ago = 3', TEXT, "would move the article every day"),
        ("kempesisir/a.md", GOOD, "Pendek.", "no title or hardly any text"),
        ("entah/a.md", GOOD, TEXT, "'entah' is no site"),
        ("kempesisir/a.md", GOOD + 'language = "jv"', TEXT, "language is none of id, en, ms"),
        ("kempesisir/a.md", GOOD + 'cities = ["3374"]', TEXT, "'3374' is no Kemendagri code"),
        ("kempesisir/a.md", GOOD + 'officials = [{name = "Siapa"}]', TEXT, "'Siapa' is not in the text"),
        (
            "kempesisir/a.md",
            GOOD + 'officials = [{nama = "Kata"}]',
            TEXT,
            "an official has name, title and organisation",
        ),
        ("kempesisir/a.md", GOOD + 'agreements = [{type = "akad"}]', TEXT, "agreement's type is none of"),
        ("kempesisir/a.md", GOOD, TEXT + "\n\n[[baca-juga: hilang]]", "baca-juga 'hilang' is no article"),
        ("kempesisir/a.md", GOOD, TEXT + "\n\n[[baca juga: a]]", "is no marker"),
        ("kempesisir/a.edisi2.md", GOOD, TEXT, "corrects a.md, which is not there"),
        ("wartakita/a.md", GOOD + 'release = "kempesisir/x"', TEXT, "release and coverage go together"),
        (
            "wartakita/a.md",
            GOOD + 'release = "kempesisir/x"\ncoverage = "edited"',
            TEXT,
            "'kempesisir/x' is no article",
        ),
        ("wartakita/a.md", GOOD + 'release = "wartakita/a"\ncoverage = "edited"', TEXT, "is no press release"),
        ("kempesisir/a.md", GOOD + 'release = "kempesisir/a"\ncoverage = "edited"', TEXT, "only a medium covers"),
    ],
)
def test_a_wrong_article_is_refused_by_name(tmp_path, name, head, text, error):
    path = tmp_path / name
    path.parent.mkdir(parents=True)
    path.write_text(f"+++\n{head}\n+++\n{text}\n", encoding="utf-8")
    with pytest.raises(ArticleError, match=error) as raised, Newsroom(base_port=0, articles=tmp_path, edition=2):
        pass
    assert name.removesuffix(".md") in str(raised.value)


def test_a_correction_needs_its_time(tmp_path):
    (tmp_path / "kempesisir").mkdir()
    for name in ("a.md", "a.edisi2.md"):
        (tmp_path / "kempesisir" / name).write_text(f"+++\n{GOOD}\n+++\n{TEXT}\n", encoding="utf-8")
    assert len(load_articles(1, tmp_path)) == 1
    with pytest.raises(ArticleError, match=r"a\.edisi2\.md: corrected_at is missing"):
        load_articles(2, tmp_path)
