"""Stories of the sample newsroom: found, kept, and the same however the articles come."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
from collections import defaultdict
from contextlib import closing
from datetime import date, timedelta
from functools import cache
from pathlib import Path

import pytest

from crawler.demo.articles import SampleArticle, load_articles
from pipelines.database.open import open_connection, transaction
from pipelines.isu.hindsight import regrouped
from pipelines.isu.links import CERTAIN, merge, rank
from pipelines.isu.stories import Stories
from pipelines.isu.update import update
from pipelines.isu.vectors import days_named
from pipelines.wording.wib import stamp

ROOT = Path(__file__).parents[3]


@cache
def newsroom() -> list[SampleArticle]:
    """The dated articles of both editions, in order of time."""
    found = {(a.site, a.slug): a for edition in (1, 2) for a in load_articles(edition) if a.hours_ago is None}
    return sorted(found.values(), key=lambda article: (article.published, article.site))


def store(connection, articles):
    with transaction(connection):
        for article in articles:
            moment = stamp(article.published)
            connection.execute(
                """INSERT INTO articles (url, canonical_url, source_id, kind, title, text, published_at, first_seen,
                                         word_count) VALUES (:url, :url, :site, 'news', :title, :text, :moment, :moment, 1)""",
                {
                    "url": f"{article.site}/{article.slug}",
                    "site": article.site,
                    "title": article.title,
                    "text": article.text,
                    "moment": moment,
                },
            )


def stories(connection) -> set[frozenset[str]]:
    """The addresses of each story's articles."""
    found = defaultdict(set)
    for story, url in connection.execute(
        "SELECT i.isu_id, a.url FROM isu_articles i JOIN articles a ON a.id = i.article_id"
    ):
        found[story].add(url)
    return {frozenset(urls) for urls in found.values()}


@pytest.fixture
def connection(tmp_path):
    with closing(open_connection(tmp_path / "uji.db")) as opened:
        yield opened


@pytest.fixture
def told(connection):
    store(connection, newsroom())
    update(connection)
    return connection


def test_the_newsrooms_stories_are_found_over_its_outlets(told):
    """By design: a release and its coverage are one story, and no two releases are."""
    found = {url: story for story in stories(told) for url in story}
    releases = defaultdict(set)
    for article in newsroom():
        if article.release and article.coverage != "mention":
            releases[article.release].add(f"{article.site}/{article.slug}")
    whole = [release for release, taken in releases.items() if taken <= found[release]]
    assert len(releases) >= 15
    assert len(whole) >= len(releases) - 1
    assert len({found[release] for release in releases}) == len(releases)
    assert sum(len({url.split("/")[0] for url in story}) > 1 for story in set(found.values())) >= 20


def test_one_go_and_many_runs_give_the_same_stories(told, tmp_path):
    with closing(open_connection(tmp_path / "lain.db")) as other:
        for start in range(0, len(newsroom()), 3):
            store(other, newsroom()[start : start + 3])
            update(other)
        assert stories(other) == stories(told)


def test_nothing_new_changes_nothing_and_a_new_title_moves_no_article(told):
    before = told.execute("SELECT * FROM isu ORDER BY id").fetchall()
    assert update(told).articles == 0
    assert told.execute("SELECT * FROM isu ORDER BY id").fetchall() == before
    told.execute("UPDATE articles SET title = 'Judul lain' WHERE id = 1")
    kept = stories(told)
    update(told)
    assert stories(told) == kept
    assert told.execute("SELECT count(*) FROM isu WHERE title = 'Judul lain'").fetchone() == (1,)
    assert told.execute("SELECT count(*) FROM isu_todo").fetchone() == (0,)


def test_a_row_says_what_its_articles_say(told):
    rows = told.execute(
        """SELECT id, title, title_id, first_seen, last_seen, articles, outlets, first_outlet, summary, summary_id, grew_day
           FROM isu WHERE state = 'open'"""
    ).fetchall()
    for story, title, title_id, first, last, articles, outlets, first_outlet, summary, summary_id, grew in rows:
        own = told.execute(
            """SELECT a.id, a.title, a.published_at, a.source_id, a.text FROM isu_articles i
               JOIN articles a ON a.id = i.article_id WHERE i.isu_id = ? ORDER BY a.published_at, a.id""",
            (story,),
        ).fetchall()
        assert (articles, outlets) == (len(own), len({row[3] for row in own}))
        assert (first, last, first_outlet) == (own[0][2], own[-1][2], own[0][3])
        assert title == next(row[1] for row in own if row[0] == title_id)
        assert grew >= 1
        if articles > 1:
            assert summary in next(row[4] for row in own if row[0] == summary_id)
    assert any(row[8] for row in rows)


def test_copies_go_with_their_original_however_far_their_words_are(connection):
    one, other = newsroom()[0], newsroom()[1]
    store(connection, [one])
    store(connection, [other])
    connection.execute(
        "UPDATE articles SET duplicate_of = 1, published_at = (SELECT published_at FROM articles) WHERE id = 2"
    )
    update(connection)
    assert len(stories(connection)) == 1
    assert (
        connection.execute("SELECT reason FROM isu_articles WHERE article_id = 2").fetchone()[0].startswith("salinan")
    )


def test_articles_a_month_apart_are_no_story_however_alike(connection):
    store(connection, [newsroom()[0]])
    late = newsroom()[0].published + timedelta(days=30)
    connection.execute(
        """INSERT INTO articles (url, canonical_url, source_id, kind, title, text, published_at, first_seen, word_count)
           SELECT 'x', 'x', 'lain', kind, title, text, :late, :late, 1 FROM articles""",
        {"late": stamp(late)},
    )
    update(connection)
    assert len(stories(connection)) == 2


def test_what_left_the_window_leaves_no_rows_to_compare(told):
    last = told.execute("SELECT max(day) FROM isu_vectors").fetchone()[0]
    assert told.execute("SELECT min(day) FROM isu_vectors").fetchone()[0] >= last - 10
    gone = "NOT IN (SELECT article_id FROM isu_vectors)"
    for table in ("isu_index", "isu_pairs"):
        assert told.execute(f"SELECT count(*) FROM {table} WHERE article_id {gone}").fetchone() == (0,)
    counted = told.execute("SELECT count(*) FROM isu_vectors WHERE counted").fetchone()
    assert told.execute("SELECT articles FROM isu_window").fetchone() == counted
    assert told.execute("SELECT max(articles) FROM isu_words").fetchone()[0] <= counted[0]


def test_a_story_that_is_joined_to_another_leads_there(connection):
    """Two stories that a third article shows to be one: the greater keeps its id."""
    store(connection, newsroom()[:6])
    update(connection)
    kept = Stories(connection)
    ids = [
        row[0]
        for row in connection.execute("SELECT id FROM isu WHERE state = 'open' ORDER BY articles DESC, id LIMIT 3")
    ]
    with transaction(connection):
        first = kept.merge(ids[1], ids[0])
        second = kept.merge(first, ids[2])
        kept.refresh()
    rows = dict(connection.execute("SELECT id, merged_into FROM isu WHERE state = 'merged'"))
    assert set(rows.values()) == {second}
    assert set(ids) == {second, *rows}


DIES = """
import os, signal, sys
from pathlib import Path
from pipelines.database.open import open_connection
from pipelines.isu import update as module
module.CHUNK = 5
for kill_at in map(int, sys.argv[2:]):
    if os.fork() == 0:
        connection = open_connection(Path(sys.argv[1]))
        steps = 0
        def step():
            global steps
            steps += 1
            if steps == kill_at:
                os.kill(os.getpid(), signal.SIGKILL)
        connection.set_progress_handler(step, 1000)
        module.update(connection)
        os._exit(0)
    print(os.wait()[1])
"""
KILLS = 10


def test_the_stories_are_the_same_after_any_kill(told, tmp_path):
    """Ten runs, one after the other, each killed while it stores; the next goes on, whether or not one got to its end."""
    path, draw = tmp_path / "mati.db", random.Random(23)
    with closing(open_connection(path)) as other:
        store(other, newsroom())
    moments = [str(draw.randrange(10, 70)) for _ in range(KILLS)]
    run = subprocess.run(
        [sys.executable, "-c", DIES, path, *moments],
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    assert run.stdout.split() == [str(int(signal.SIGKILL))] * KILLS
    with closing(open_connection(path)) as other:
        left = other.execute("SELECT count(*) FROM isu_todo").fetchone()[0]
        assert 0 < left < len(newsroom())  # some of their transactions were written, and not all
        update(other)
        assert stories(other) == stories(told)
        assert not other.execute("SELECT count(*) FROM isu_todo").fetchone()[0]


def test_the_nearest_story_comes_first_and_a_certain_one_before_it():
    assert [story for _, story in rank([(1, 2.0), (2, 3.0), (1, 2.5)], {1: 2, 2: 1}, 1)] == [2, 1]
    assert rank([(1, CERTAIN), (2, 5.0)], {1: 50, 2: 1}, 1)[0][1] == 1
    assert merge(0.0, 1, 3)
    assert not merge(0.0, 1, 1)


def test_hindsight_parts_what_one_chance_likeness_had_joined():
    close, far = 4.0, -5.0
    odds = {1: {2: close, 3: 1.0, 4: far}, 2: {1: close, 3: far, 4: far}, 3: {1: 1.0, 2: far, 4: close}, 4: {3: close}}
    both = {a: {b: odds.get(a, {}).get(b, odds.get(b, {}).get(a, far)) for b in odds if b != a} for a in odds}
    assert regrouped(odds, both) == [[1, 2], [3, 4]]


def test_the_command_groups_documents_in_any_order_and_names_what_it_cannot_date(pantau, tmp_path):
    rows = [
        {"id": f"{a.site}/{a.slug}", "url": f"https://{a.site}.example/{a.slug}", "title": a.title}
        | {"date": a.published.isoformat(), "text": a.text}
        for a in newsroom()
    ]
    file = tmp_path / "dokumen.jsonl"
    file.write_text("".join(json.dumps(row) + "\n" for row in reversed(rows)), encoding="utf-8")
    said = [json.loads(line) for line in pantau("isu", str(file)).stdout.splitlines()]
    assert [row["id"] for row in said] == [row["id"] for row in reversed(rows)]
    story = {row["id"]: row["story"] for row in said}
    assert story["jatengprov/panen-raya-demak"] == story["wartakita/panen-demak-tujuh-ton"]
    assert len(set(story.values())) > 30
    file.write_text(json.dumps(rows[0] | {"date": "kemarin"}) + "\n", encoding="utf-8")
    run = pantau("isu", str(file))
    assert run.returncode == 2
    assert "kemarin" in run.stderr
    assert rows[0]["id"] in run.stderr


def test_the_days_of_a_title_are_those_that_it_names():
    published = (date(2025, 6, 19) - date(1970, 1, 1)).days
    for title, days in {
        "Harga Emas 19 Juni 2025": [0],
        "Harga Emas Hari Ini, 20 Juni": [0, 1],
        "Jadwal Sidang 18/6": [-1],
        "Libur 1 Januari": [-169],
        "Target 30 Juni, 31 Februari": [11],
        "Skor 3-1, Gempa 5,8 di Juni": [],
    }.items():
        assert [day - published for day in days_named(title, published)] == sorted(days), title


def test_a_days_price_is_another_story_than_the_next_days(connection):
    """The same series in two outlets: each day is one story, though its words are the same on both days."""
    text = (
        "Harga emas batangan di gerai Logam Uji {turn} dibandingkan perdagangan sebelumnya. Berikut rincian harga emas "
        "menurut pecahan, dari setengah gram sampai satu kilogram, beserta harga beli kembali dan pajaknya."
    )
    for number, (outlet, day, turn) in enumerate(
        (("lintas", 18, "turun"), ("warta", 18, "melemah"), ("lintas", 19, "naik"), ("warta", 19, "menguat"))
    ):
        title = f"Harga Emas Logam Uji {day} Juni 2025 {turn.title()}, Simak Rinciannya"
        moment = f"2025-06-{day}T0{number}:00:00+00:00"
        connection.execute(
            """INSERT INTO articles (url, canonical_url, source_id, kind, title, text, published_at, first_seen,
                                     word_count) VALUES (:url, :url, :outlet, 'news', :title, :text, :moment, :moment, 1)""",
            {
                "url": f"{outlet}-{day}",
                "outlet": outlet,
                "title": title,
                "text": text.format(turn=turn),
                "moment": moment,
            },
        )
    update(connection, settle=True)
    assert stories(connection) == {frozenset({"lintas-18", "warta-18"}), frozenset({"lintas-19", "warta-19"})}


def test_no_text_and_no_moment_stops_a_run(connection):
    rows = [("", "", "2025-06-01"), ("\x00 !", "a" * 100_000, "bukan tanggal"), ("Sama", "1 " * 9_000, "9999-12-31")]
    for number, (title, text, moment) in enumerate(rows):
        connection.execute(
            """INSERT INTO articles (url, canonical_url, kind, title, text, published_at, first_seen, word_count)
               VALUES (:url, :url, 'news', :title, :text, :moment, :moment, 1)""",
            {"url": str(number), "title": title, "text": text, "moment": moment},
        )
    assert update(connection, settle=True).articles == len(rows)
    assert len(stories(connection)) == len(rows)


def test_documents_may_hold_what_no_database_can(pantau, tmp_path):
    file = tmp_path / "dokumen.jsonl"
    row = {"id": 1, "url": "http://[x", "title": "\ud800", "text": "\udfff aneh", "date": "2025-06-01"}
    file.write_text(json.dumps(row) + "\n" + json.dumps(row | {"id": 2, "text": "", "url": None}), encoding="utf-8")
    said = [json.loads(line) for line in pantau("isu", str(file)).stdout.splitlines()]
    assert [one["id"] for one in said] == [1, 2]
    file.write_text(json.dumps(row) + "\n" + json.dumps(row), encoding="utf-8")
    assert pantau("isu", str(file)).returncode == 2
