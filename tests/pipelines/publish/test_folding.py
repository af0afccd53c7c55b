"""Hits of a search fold by story, and say how many others the whole search finds there: as many as the link leads to."""

from __future__ import annotations

import asyncio
import re
from contextlib import closing

import pytest

from pipelines.database.open import connect
from pipelines.publish.mounted import database
from pipelines.search import by_story
from pipelines.search.asked import Search
from tests.pipelines.conftest import opened

SMALL, LARGE = 600, 3_000
# {n} articles, a minute apart, whose ids end with the newest; every 25th is of story 1, every 40th but those of story 2.
FILL = """
INSERT INTO sources (id, name, kind, status) VALUES ('warta', 'Warta', 'media', 'active');
CREATE TEMP TABLE made AS WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < {n})
  SELECT n, strftime('%Y-%m-%dT%H:%M:%S+00:00', '2025-11-01', (n - {n}) || ' minutes') AS moment,
    iif(n > {n} - 600, iif(n % 25 = 0, 1, iif(n % 40 = 0, 2, n + 10)), n + 10) AS story FROM c;
INSERT INTO articles (id, url, canonical_url, source_id, kind, title, text, published_at, published_date, language,
    word_count, first_seen)
  SELECT n, 'https://warta.example/' || n, 'x', 'warta', iif(n % 50, 'news', 'press_release'),
    'Judul ' || iif(story = 1, 'waduk', 'jembatan'), iif(n % 3, 'Warga melihat air.', 'Warga melihat jalan.'), moment,
    date(moment), 'id', 3, moment FROM made;
INSERT INTO isu (id, title, first_seen, last_seen, articles, outlets, grew_hour, grew_day, state)
  SELECT story, 'Isu', min(moment), max(moment), count(*), 1, 1, 1, 'open' FROM made GROUP BY story;
INSERT INTO isu_articles (article_id, isu_id, published_at, source_id, reason)
  SELECT n, story, moment, 'warta', 'x' FROM made;
"""


@pytest.fixture(scope="module")
def archives(tmp_path_factory):
    folder = tmp_path_factory.mktemp("lipat")
    paths = [folder / f"{n}.db" for n in (SMALL, LARGE)]
    for path, n in zip(paths, (SMALL, LARGE), strict=True):
        with closing(connect(path)) as made:
            made.conn.executescript(FILL.format(n=n))
    return paths


def told(app, address):
    """(how many others are told, the address of all of them) of the first story that has others."""
    text = asyncio.run(app.client.get(address)).text
    found = re.search(r"<summary>([^<]+) artikel lain tentang isu yang sama</summary>.*?</details>", text, re.DOTALL)
    link = re.search(r'<a href="(/cari[^"]+)">Semua hasil tentang isu ini', found[0])
    return found[1], link and link[1].replace("&amp;", "&")


def hits(app, address):
    return int(re.search(r'data-hitungan="(\d+)"', asyncio.run(app.client.get(address)).text)[1])


@pytest.mark.parametrize(
    "asked",
    [
        "q=warga",
        "q=warga&urut=terbaru",
        "q=air",
        "q=waduk",
        "q=warga&jenis=press_release",
        "jenis=news&hal=2",
        "q=air&dari=2025-10-31",
        "q=warga&urut=terbaru&hal=2",
    ],
)
def test_others_are_counted_over_the_whole_search(archives, asked):
    with opened(archives[0]) as app:
        others, link = told(app, f"/cari?{asked}")
        text = asyncio.run(app.client.get(f"/cari?{asked}")).text
        assert "sedikitnya" not in text
        if link:
            assert hits(app, link) == int(others) + 1
        else:  # all of them are on this page
            first = re.search(r'<details class="lipat">.*?</details>', text, re.DOTALL)[0]
            assert first.count('class="kartu') == int(others)
        assert link or asked != "q=warga"


def test_a_search_within_a_story_is_not_folded(archives):
    with opened(archives[0]) as app:
        text = asyncio.run(app.client.get("/cari?q=warga&isu=1")).text
    assert text.count('class="kartu') == 20 and 'class="lipat"' not in text


def test_where_too_many_hits_lie_between_the_number_is_the_least(archives, monkeypatch):
    monkeypatch.setattr(by_story, "MOST_WALKED", 100)
    with opened(archives[0]) as app:
        assert told(app, "/cari?q=warga&urut=terbaru")[0] == "sedikitnya 4"  # of 101 hits, each 25th


def test_counting_costs_the_same_in_a_large_archive(archives, steps, monkeypatch):
    monkeypatch.setattr(by_story, "MOST_WALKED", 400)
    taken = []
    for path in archives:
        with opened(path) as app:
            db = database(app)
            for wanted in (Search(query="warga"), Search(query="warga", kind="news"), Search(kind="news")):
                least = []
                for _ in range(3):  # the first may share its connection with what a new Datasette looks up
                    steps[0] = 0
                    asyncio.run(by_story.hits_in(db, wanted, [1, 2, *range(SMALL - 10, SMALL + 8)]))
                    least.append(steps[0])
                taken.append(min(least))
    print(taken)
    assert all(large <= 1.2 * small + 20 for small, large in zip(taken[:3], taken[3:], strict=True))
