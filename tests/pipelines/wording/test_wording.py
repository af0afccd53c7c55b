"""The words, numbers and dates that people read: as Indonesians write them, and a word for every code."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from typing import get_args

import pytest

import nlp.records
from crawler import catalogue
from crawler.demo import articles as newsroom
from pipelines.coverage.labels import LABELS, NONE
from pipelines.desk.export_tables import TABLES
from pipelines.desk.writers import WRITERS
from pipelines.extract.dates import HANDS
from pipelines.extract.selectors import FINDING
from pipelines.health.status import State
from pipelines.wording import dates, labels, lags, numbers
from pipelines.wording.states import STATES
from tests.conftest import ROOT

DAYS = ("Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu")
MONTHS = (
    "Januari",
    "Februari",
    "Maret",
    "April",
    "Mei",
    "Juni",
    "Juli",
    "Agustus",
    "September",
    "Oktober",
    "November",
    "Desember",
)


def test_every_day_of_four_years_is_written_as_people_write_it():
    """Babel's locale data may change with a release; what the pages promise may not."""
    for number in range(1461):
        when = date(2017, 1, 1) + timedelta(days=number)
        written = f"{DAYS[when.weekday()]}, {when.day} {MONTHS[when.month - 1]} {when.year}"
        assert dates.day(when.isoformat()) == written
    assert [dates.month_name(number) for number in range(1, 13)] == list(MONTHS)
    assert [dates.short_month_name(number) for number in range(1, 13)] == [name[:3] for name in MONTHS]


def test_moments_are_in_wib_and_midnight_says_no_hour():
    assert dates.moment("2017-05-17T07:05:00+00:00") == "Rabu, 17 Mei 2017, 14.05 WIB"
    assert dates.moment("2017-05-17T07:05:00") == "Rabu, 17 Mei 2017, 14.05 WIB"  # without a zone it is UTC
    assert dates.moment("2017-05-16T17:00:00+00:00") == "Rabu, 17 Mei 2017"
    assert (dates.clock("2017-05-17T07:05:00+00:00"), dates.clock("2017-05-16T17:00:00+00:00")) == ("14.05 WIB", "")
    assert dates.short_moment("2017-05-16T17:30:00+00:00") == "17-05-2017 00.30 WIB"
    assert dates.weekday(datetime(2017, 5, 16, 17, tzinfo=UTC)) == "Rabu"


def test_who_doubts_a_date_is_told_in_words():
    warning = "printed 2017-05-19, feed 2017-05-20"
    said = "Teks halaman menyebut Jumat, 19 Mei 2017; umpan menyebut Sabtu, 20 Mei 2017"
    assert (dates.doubt(warning), dates.doubt(None), dates.doubt("")) == (said, "", "")
    assert set(labels.DATE_SOURCES) == set(HANDS)


@pytest.mark.parametrize("moment", ["2026-11-24T17:00:00+00:00", "2026-11-25T16:59:00Z", "2026-11-25T00:00:00+07:00"])
def test_the_day_of_a_moment_is_that_of_wib(moment):
    assert (dates.day(moment), dates.short_day(moment)) == ("Rabu, 25 November 2026", "25 Nov 2026")


def test_what_is_no_date_is_shown_as_it_is():
    for written in (dates.day, dates.moment, dates.partial_date):
        assert (written(None), written(""), written("kemarin")) == ("", "", "kemarin")
    assert dates.moment("9999-12-31T23:00:00+00:00") == "9999-12-31T23:00:00+00:00"  # no such day in WIB
    assert (dates.clock(None), dates.clock("kemarin")) == ("", "")


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("2016-10-08", "Sabtu, 8 Oktober 2016"),
        ("2016-10", "Oktober 2016"),
        ("2016", "2016"),
        ("2016-13", "2016-13"),
        ("2016-02-31", "2016-02-31"),
    ],
)
def test_dates_of_any_precision(value, written):
    assert dates.partial_date(value) == written


def test_a_day_has_its_year_when_it_is_another():
    now = datetime(2025, 11, 20, tzinfo=UTC)
    assert dates.spoken_day("2025-11-10T17:00:00+00:00", now) == "Selasa, 11 November"
    assert dates.spoken_day("2024-11-10T16:59:00+00:00", now) == "Minggu, 10 November 2024"


def test_numbers():
    assert (numbers.number(1234567), numbers.number(None)) == ("1.234.567", "0")
    assert (numbers.share(0.254), numbers.share(None)) == ("25%", "0%")
    assert [numbers.mean(value) for value in (0, 0.26, 1, 2.5, 9.96, 12.4)] == ["0", "0,3", "1", "2,5", "10", "12"]


@pytest.mark.parametrize(
    ("minutes", "words"),
    [
        (None, ""),
        (0, "0 menit"),
        (45, "45 menit"),
        (185, "3 jam 5 menit"),
        (3125, "2 hari 4 jam"),
        (-60, "1 jam sebelumnya"),
    ],
)
def test_lags(minutes, words):
    assert lags.lag(minutes) == words


def test_lags_in_english():
    assert [lags.lag(minutes, "en") for minutes in (None, 0, 1, 185, 3125, -60)] == [
        "",
        "0 minutes",
        "1 minute",
        "3 hours 5 minutes",
        "2 days 4 hours",
        "1 hour before",
    ]
    assert (lags.away(None, 0, "en"), lags.away(None, 2, "en")) == (
        "the same day (no hour known)",
        "2 days (no hour known)",
    )


def test_without_an_hour_days_tell_how_far_apart():
    assert lags.apart(None, "2025-11-12", "2025-11-12") == "hari yang sama (tanpa jam)"
    assert lags.apart(None, "2025-11-12", "2025-11-14") == "2 hari (tanpa jam)"
    assert (lags.apart(90, "x", "y"), lags.apart(None, None, "2025-11-12"), lags.apart(None, "x", "y")) == (
        "1 jam 30 menit",
        "",
        "",
    )


@pytest.mark.parametrize(
    ("words", "codes"),
    [
        (labels.ENTITY_LABELS, nlp.records.LABELS),
        (labels.AGREEMENT_TYPES, nlp.records.AGREEMENT_TYPES),
        (labels.AGREEMENT_TYPES, newsroom.AGREEMENT_TYPES),  # its own, since crawler imports nothing of nlp
        (labels.AGREEMENT_STATUSES, nlp.records.AGREEMENT_STATUSES),
        (labels.PLACE_KINDS, nlp.records.PLACE_KINDS),
        (labels.SOURCE_KINDS, catalogue.KINDS),
        (labels.DISCOVERY_METHODS, catalogue.METHODS),
        (labels.SELECTORS, FINDING),
        (labels.COVERAGE_LABELS, (*LABELS, NONE)),
        (labels.EXPORTED_TABLES, tuple(TABLES)),
        (labels.FILE_FORMATS, tuple(WRITERS)),
        (STATES, get_args(State)),
    ],
)
def test_every_code_has_a_word_and_every_word_a_code(words, codes):
    assert sorted(words) == sorted(codes)


def test_wib_is_written_down_once():
    homes = [
        path.relative_to(ROOT).as_posix()
        for package in ("crawler", "nlp", "pipelines", "benchmarks")
        for path in (ROOT / package).rglob("*.py")
        if re.search(r"timezone\(timedelta\((?:hours=)?7\b", path.read_text(encoding="utf-8"))
    ]
    assert homes == ["crawler/zone.py"]
