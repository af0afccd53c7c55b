"""The list of stories costs what it shows, however many there are: counted in instructions of SQLite's machine."""

from __future__ import annotations

import asyncio
import re
from contextlib import closing

import pytest

from pipelines.database.open import connect
from pipelines.publish.queries import isu as queries
from tests.pipelines.conftest import opened

SMALL, LARGE = 1_200, 4_800
ALLOWED = 1.2
# {n} articles of one day after the other, all naming one place and one person; three in four are alone in their story.
FILL = """
INSERT INTO sources (id, name, kind, status) VALUES ('warta', 'Warta', 'media', 'active'), ('dinas', 'Dinas', 'pemda', 'active');
CREATE TEMP TABLE made AS WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < {n})
  SELECT n, date('2025-11-01', ((n - {n}) / 40) || ' days') AS day, iif(n % 8 < 2, n - n % 8, n) AS story FROM c;
INSERT INTO articles (id, url, canonical_url, source_id, kind, title, text, published_at, published_date, language,
    word_count, first_seen)
  SELECT n, 'https://warta.example/' || n, 'x', 'warta', 'news', 'Judul ' || n, 'Isi', day || 'T03:00:00+00:00', day,
    'id', 1, day FROM made;
INSERT INTO people (id, key, name, articles) VALUES (1, 'siti laras', 'Siti Laras', {n});
INSERT INTO places (id, key, code, name, kind, articles) VALUES (1, '32.73', '32.73', 'Kota Bandung', 'kota', {n});
INSERT INTO appearances SELECT label, 1, day, n FROM made, (SELECT 'PER' AS label UNION SELECT 'GPE');
INSERT INTO isu (id, title, title_id, first_seen, last_seen, articles, outlets, grew_hour, grew_day, state)
  SELECT max(story, 1), 'Isu ' || story, min(n), min(day) || 'T03:00:00+00:00', max(day) || 'T03:00:00+00:00', count(*), 1, 1,
    iif(story % 16, count(*), 0), 'open' FROM made GROUP BY max(story, 1);
UPDATE isu SET articles = 3 WHERE articles > 1;
INSERT INTO isu_articles (article_id, isu_id, published_at, source_id, reason)
  SELECT n, max(story, 1), day || 'T03:00:00+00:00', 'warta', 'x' FROM made;
"""


@pytest.fixture(scope="module")
def archives(tmp_path_factory):
    folder = tmp_path_factory.mktemp("isu")
    paths = [folder / f"{n}.db" for n in (SMALL, LARGE)]
    for path, n in zip(paths, (SMALL, LARGE), strict=True):
        with closing(connect(path)) as made:
            made.conn.executescript(FILL.format(n=n))
    return paths


@pytest.fixture(autouse=True)
def smaller(monkeypatch):
    """The limits as much smaller than the product's as these archives are than a real one."""
    for name, most in (("MOST_COUNTED", 100), ("MOST_NAMING", 400), ("MOST_OF_KIND", 60)):
        monkeypatch.setattr(queries, name, most)


FILTERS = (
    "",
    "&tumbuh=1",
    "&kota=bandung",
    "&pejabat=siti",
    "&jenis=media",
    "&jenis=pemda",
    "&pejabat=siti&jenis=media",
)


@pytest.mark.parametrize("asked", FILTERS)
def test_all_days_cost_the_same_in_a_large_archive(archives, asked, steps):
    taken = []
    for path in archives:
        with opened(path) as app:
            steps[0] = 0
            assert asyncio.run(app.client.get(f"/isu?hari=semua{asked}")).status_code == 200
            taken.append(steps[0])
    print(asked, taken)
    assert 0 < taken[1] <= ALLOWED * taken[0] + 100


def test_a_list_that_leaves_older_ones_out_says_so_and_its_file_does_not(archives):
    with opened(archives[1]) as app:

        def get(address):
            return asyncio.run(app.client.get(address)).text

        for asked in ("&kota=bandung", "&jenis=media"):
            page = get(f"/isu?hari=semua{asked}")
            shown = re.search(r'role="status">lebih dari (\d+) isu<', page)
            assert shown and 20 < int(shown[1]) < 100
            assert get(f"/unduh/daftar/isu.csv?hari=semua{asked}").count("\n") > 500
            assert "Yang lebih lama" in page
        assert "Yang lebih lama" not in get("/isu?hari=semua") + get("/isu?hari=2025-11-01&kota=bandung")


def test_a_list_that_found_nothing_in_what_is_newest_says_no_number_above_it(archives, monkeypatch):
    monkeypatch.setattr(queries, "MOST_OF_KIND", 1)
    with opened(archives[1]) as app:
        page = asyncio.run(app.client.get("/isu?hari=semua&jenis=bumn")).text
    assert 'role="status">0 isu<' in page and "Yang lebih lama" in page
