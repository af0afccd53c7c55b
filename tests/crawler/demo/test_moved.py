"""The sample newsroom on another day: its dates move with it, its facts stay."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta

import pytest

from crawler.demo.articles import load_articles
from crawler.demo.dates import DAYS
from crawler.demo.moved import LAST_DAY, moved_iso, moved_text, weeks_to
from crawler.zone import WIB

WRITTEN = date(2025, 11, 6)
DATED = re.compile(r"(Senin|Selasa|Rabu|Kamis|Jumat|Jum'at|Sabtu|Minggu),? \((\d+)/(\d+)/(\d{4})\)")


@pytest.mark.parametrize("day", [LAST_DAY, date(2026, 2, 28), date(2028, 2, 29), date(2026, 12, 1), date(2025, 6, 1)])
def test_every_article_stands_in_the_weeks_before_that_day(day):
    written, moved = load_articles(2), load_articles(2, day=day)
    fixed = [article for article in moved if article.hours_ago is None]
    newest = max(article.published for article in fixed).date()
    assert timedelta(0) <= day - newest < timedelta(days=7)
    by = weeks_to(day)
    assert {(a.slug, a.published + by) for a in written if a.hours_ago is None} == {
        (a.slug, a.published) for a in fixed
    }
    assert all(a.corrected_at > a.published for a in fixed if a.corrected_at)


@pytest.mark.parametrize("day", [date(2026, 2, 28), date(2027, 8, 17)])
def test_the_dates_of_the_texts_keep_their_weekday_and_follow_the_article(day):
    count = 0
    for article in load_articles(2, day=day):
        for name, *numbers in DATED.findall(article.text):
            then = date(*map(int, reversed(numbers)))
            assert DAYS[then.weekday()].replace("'", "") == name.replace("'", "")
            assert abs(then - article.published.date()) < timedelta(days=60)
            count += 1
        assert "Nomor 125 Tahun 2022" in article.text or "Nomor 125 Tahun" not in article.text
    assert count > 30


def test_as_written_nothing_changes():
    assert load_articles(2, day=LAST_DAY) == load_articles(2, day=LAST_DAY + timedelta(days=6))
    day = datetime.now(WIB).date()
    assert [a.text for a in load_articles(2)] != [a.text for a in load_articles(2, day=day)] or weeks_to(
        day
    ) == timedelta()


@pytest.mark.parametrize(
    ("text", "moved"),
    [
        ("Kamis (6/11/2025) dan Kamis (6/11)", "Kamis (5/11/2026) dan Kamis (5/11)"),
        ("28 November 2025, 10 Desember, 6 Januari", "27 November 2026, 9 Desember, 5 Januari"),
        ("pada Mei 2025; mulai Maret", "pada Mei 2026; mulai Maret"),
        ("anggaran 2026, Hari Pesisir 2025", "anggaran 2027, Hari Pesisir 2026"),
        ("Nomor 81 Tahun 2025, SNI 4435:2025, UU 1/2025", "Nomor 81 Tahun 2025, SNI 4435:2025, UU 1/2025"),
        ("Mei Lestari dan Agustus Wenda; sejak 2008", "Mei Lestari dan Agustus Wenda; sejak 2008"),
        ("Thursday, 6 November 2025; 6 Disember 2025", "Thursday, 5 November 2026; 5 Disember 2026"),
    ],
)
def test_dates_in_texts(text, moved):
    assert moved_text(text, timedelta(weeks=52), WRITTEN) == moved
    assert moved_text(moved, -timedelta(weeks=52), WRITTEN + timedelta(weeks=52)) == text
    assert moved_text(text, timedelta(), WRITTEN) == text


@pytest.mark.parametrize(
    ("value", "moved"), [("2025-11-12", "2026-11-11"), ("2025-11", "2026-11"), ("2025", "2026"), ("lusa", "lusa")]
)
def test_dates_of_facts(value, moved):
    assert moved_iso(value, timedelta(weeks=52)) == moved
