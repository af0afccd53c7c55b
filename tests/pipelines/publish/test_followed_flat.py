"""Promises, lives of agreements and reports cost what they show, however large the archive: in SQLite's instructions."""

from __future__ import annotations

import asyncio
from contextlib import closing
from datetime import UTC, date, datetime

import pytest

from pipelines.database.open import connect, open_connection
from pipelines.desk.report.gather import gather
from pipelines.desk.report.period import period_of
from pipelines.health.ailing import ailing
from pipelines.publish.views import calendar, promises
from tests.pipelines.conftest import opened

SMALL, LARGE = 2_000, 20_000
ALLOWED = 1.5
TODAY = date(2026, 3, 2)
# {n} articles of which 500 are of the last seven days, the others older; each has a quote, a promise, and an agreement
# of a life of its own. So the large archive has ten times as much, and as much in the week that is looked at.
FILL = """
INSERT INTO sources (id, name, kind, status) VALUES ('contoh', 'Contoh', 'media', 'active');
CREATE TEMP TABLE made AS WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < {n})
  SELECT n, CASE WHEN n <= 500 THEN date('2026-03-01', '-' || (n % 7) || ' days')
                 ELSE date('2025-12-01', '-' || (n % 2000) || ' days') END AS day FROM c;
INSERT INTO articles (id, url, canonical_url, source_id, kind, title, text, published_at, published_date, language,
    word_count, first_seen)
  SELECT n, 'https://contoh.go.id/' || n, 'x', 'contoh', 'news', 'Judul ' || n, 'Isi', day || 'T03:00:00+00:00', day,
    'id', 2, day FROM made;
INSERT INTO people (id, key, name) VALUES (1, 'siti laras', 'Siti Laras');
INSERT INTO quotes (article_id, speaker, person_id, text, verb, start, "end") SELECT n, 'x', 1, 'y', 'z', 0, 1 FROM made;
INSERT INTO agreements (id, article_id, type, title, status, life, ends, parties_known, confidence)
  SELECT n, n, 'MoU', 'nota', 'ditandatangani', n, date(day, '+30 days'), 1, 0.9 FROM made;
INSERT INTO agreement_lives SELECT n, 'ditandatangani', day, day, 1, 1, date(day, '+30 days'), 0.9 FROM made;
INSERT INTO promises (article_id, text, who, kind, who_key, cue, due, due_text, last, start, "end")
  SELECT n, 'Kalimat ' || n, 'Dinas Laut', 'organisation', 'dinas laut', 'x', '2026', 'x', date(day, '+30 days'), 0, 1
  FROM made;
"""


def fill(path, articles):
    with closing(connect(path)) as database:
        database.conn.executescript(FILL.format(n=articles))


def instructions(path, work):
    """What SQLite's machine carries out for `work(connection)`, in tens."""
    told = [0]

    def count():
        told[0] += 1

    with closing(open_connection(path)) as connection:
        connection.set_progress_handler(count, 10)
        work(connection)
        connection.set_progress_handler(None, 0)
    return told[0]


@pytest.fixture(scope="module")
def archives(tmp_path_factory):
    folder = tmp_path_factory.mktemp("datar")
    paths = [folder / f"{n}.db" for n in (SMALL, LARGE)]
    for path, articles in zip(paths, (SMALL, LARGE), strict=True):
        fill(path, articles)
    return paths


def test_a_report_costs_its_period(archives):
    week, now = period_of("minggu", date(2026, 2, 25)), datetime(2026, 3, 2, tzinfo=UTC)
    small, large = (
        instructions(path, lambda connection: gather(connection, week, ailing(connection, now))) for path in archives
    )
    print(small, large)
    assert large <= ALLOWED * small + 100


@pytest.mark.parametrize(
    "address", ["/janji", "/janji/1", "/perjanjian/1", "/kalender.ics", "/artikel/1", "/pejabat/1/kutipan"]
)
def test_pages_cost_what_they_show(archives, address, steps, monkeypatch):
    for module in (promises, calendar):
        monkeypatch.setattr(module, "today", lambda: TODAY)
    counts = []
    for path in archives:
        with opened(path) as app:
            asyncio.run(app.client.get(address))
            steps[0] = 0
            assert asyncio.run(app.client.get(address)).status_code == 200
            counts.append(steps[0])
    print(address, counts)
    assert 0 < counts[1] <= ALLOWED * counts[0] + 200
