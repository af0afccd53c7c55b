"""The state of a source: one word for it on the command line, in mails and on the pages, and never the machine's."""

from __future__ import annotations

import asyncio
import json
import re
from datetime import UTC, datetime, timedelta
from typing import get_args

import pytest

from pipelines.database.open import connect
from pipelines.health.sentences import overview, plain_error, say_recorded, tell, tell_failure, usual
from pipelines.health.status import State, source_statuses
from pipelines.queue.orders import Orders
from pipelines.wording.states import STATES

NOW = datetime.now(UTC)
RAW = "failed: TypeError: 'NoneType' object is not subscriptable"


@pytest.fixture
def six(tmp_path):
    """A database with a source in every state; its id is the state."""
    database = connect(tmp_path / "uji.db")
    connection = database.conn
    for state in get_args(State):
        status = {"inactive": "paused", "tried": "unproven"}.get(state, "active")
        connection.execute(
            "INSERT INTO sources (id, name, kind, status) VALUES (?, ?, 'media', ?)", (state, f"Sumber {state}", status)
        )
        if state == "new":
            continue
        crawled(connection, state, NOW - timedelta(days=30))
        if state != "stale":
            crawled(connection, state, NOW - timedelta(minutes=5))
    for day in range(29, 9, -1):
        for number in range(3):
            arrived(connection, "quiet", NOW - timedelta(days=day, hours=number))
    error = f"feed http://uji/umpan {RAW}"
    Orders(connection).record_discovery("faulty", "feed", "http://uji/umpan", 0, None, None, error)
    crawled(connection, "faulty", NOW - timedelta(hours=2), error)
    yield tmp_path / "uji.db", connection
    database.close()


def crawled(connection, source, at, error=None):
    stamp = at.isoformat(timespec="seconds")
    run = connection.execute("INSERT INTO runs (started, finished, outcome) VALUES (?, ?, 'done')", (stamp, stamp))
    connection.execute(
        "INSERT INTO run_sources (run_id, source_id, error) VALUES (?, ?, ?)", (run.lastrowid, source, error)
    )


def arrived(connection, source, at):
    number = connection.execute("SELECT count(*) FROM articles").fetchone()[0]
    connection.execute(
        """INSERT INTO articles (url, canonical_url, source_id, kind, title, text, word_count, published_at, first_seen)
           VALUES (:url, :url, :source, 'news', 't', 't', 1, :at, :at)""",
        {"url": f"https://uji/{number}", "source": source, "at": at.isoformat(timespec="seconds")},
    )


def page(app, address):
    response = asyncio.run(app.client.get(address))
    assert response.status_code == 200
    return re.sub(r"<(script|style)\b.*?</\1>", "", response.text, flags=re.DOTALL)


def shown(html):
    """The words in badges of state, as a reader sees them."""
    return re.findall(r'<span class="keadaan [a-z]+">([^<]*)</span>', html)


def test_command_line_and_pages_say_the_same_word_for_every_state(six, pantau, open_site):
    path, connection = six
    assert {entry.id: entry.state for entry in source_statuses(connection)} == {
        state: state for state in get_args(State)
    }
    words = {state: STATES[state].word for state in get_args(State)}
    lines = pantau("status").stdout.splitlines()[1:]
    assert {line.split()[0]: line[len(line.split()[0]) :].strip().split("  ")[0] for line in lines} == words
    app = open_site(path)
    told = {status.id: tell(status, NOW) for status in source_statuses(connection)}
    assert sorted(shown(page(app, "/sumber"))) == sorted(words.values())
    for state, word in words.items():
        html = page(app, f"/sumber/{state}")
        assert shown(html) == [word]
        assert told[state].meaning in html
    assert sorted(shown(page(app, "/dasbor"))) == sorted(words[state] for state in ("quiet", "faulty", "stale"))


def test_the_dashboard_counts_those_that_the_command_line_complains_of(six, pantau, open_site):
    path, _ = six
    complained = {line.split(": ")[1] for line in pantau("status").stderr.splitlines()}
    app = open_site(path)
    html = page(app, "/dasbor")
    assert f'data-jumlah="{len(complained)}"' in html and "Dari 7 sumber 3 perlu dilihat" in html
    assert set(re.findall(r'<a href="/sumber/(\w+)">', page(app, "/sumber?keadaan=perlu"))) == complained
    assert asyncio.run(app.client.get("/unduh/daftar/sumber.json?keadaan=perlu")).text.count("\n") == len(complained)


def test_sources_that_nobody_asked_yet_are_not_called_well(tmp_path, open_site):
    database = connect(tmp_path / "baru.db")
    for name in ("satu", "dua"):
        database.execute("INSERT INTO sources (id, name, kind, status) VALUES (?, ?, 'media', 'active')", (name, name))
    database.close()
    app = open_site(tmp_path / "baru.db")
    for path in ("/dasbor", "/sumber", "/tahu", "/"):
        html = page(app, path)
        assert "Belum satu pun dari 2 sumber pernah dirayapi." in html, path
        assert "Belum ada artikel" in html or path == "/sumber"
        assert "Sampai artikel terbaru" not in html


def test_one_sentence_for_all_sources(six):
    _, connection = six
    statuses = source_statuses(connection)
    assert (
        overview(statuses) == "Dari 7 sumber 3 perlu dilihat, 1 tidak aktif, 1 belum pernah dirayapi, 1 baik, 1 dicoba."
    )
    assert overview([s for s in statuses if s.state == "ok"]) == "Dari 1 sumber 1 baik."
    assert overview([]) == "Belum ada sumber."


@pytest.mark.parametrize(
    ("a_day", "said"),
    [
        (8.6, "8,6 artikel sehari"),
        (0.4, "2,8 artikel seminggu"),
        (0.05, "1,5 artikel sebulan"),
        (0.004, "kurang dari satu artikel sebulan"),
    ],
)
def test_what_is_usual_is_never_nothing(a_day, said):
    assert usual(a_day) == said


def test_the_json_keeps_its_machine_words(six, pantau):
    rows = [json.loads(line) for line in pantau("status", "--json").stdout.splitlines()]
    assert {row["id"]: row["state"] for row in rows} == {state: state for state in get_args(State)}


def test_pages_and_command_line_say_the_same_sentences_and_advice(six, pantau, open_site):
    path, _ = six
    run = pantau("status", "--problems")
    app = open_site(path)
    for source in ("quiet", "faulty", "stale"):
        html = re.sub(r"</?code>", "`", page(app, f"/sumber/{source}")).replace("&#39;", "'")
        said = [line.split(": ", 2) for line in run.stderr.splitlines() if line.split(": ")[1] == source]
        assert [kind for kind, _, _ in said] == ["perlu dilihat", "saran"]
        for _, _, sentence in said:
            assert sentence in html


def test_no_page_names_a_python_exception(six, open_site):
    path, _ = six
    html = page(open_site(path), "/sumber/faulty")
    assert "TypeError" not in html
    assert html.count("umpan http://uji/umpan") == 2  # the state's sentence, and the run's error


@pytest.mark.parametrize(
    ("recorded", "said"),
    [
        (
            "feed http://a/x answered 503",
            "umpan http://a/x: menjawab 503 (situs itu sedang sibuk atau ditutup sementara)",
        ),
        (
            "sitemap http://a/x is no sitemap: its root is <html>",
            "peta situs http://a/x: halaman HTML, bukan peta situs",
        ),
        (
            "a.id is left alone in this run: 6 failures in a row, the last: ConnectError",
            "hostnya sedang bermasalah, jadi dibiarkan dulu",
        ),
        ("answered 200 with a challenge page (Just a moment)", "halaman pemeriksaan peramban, bukan artikel"),
        ("failed: ResponseDataLossError: the body was cut off", "jawabannya terputus di tengah"),
        ("the crawl process ended early (exit code -9)", "perayapannya berhenti sebelum selesai"),
        (RAW, "galat yang belum dikenal ('NoneType' object is not subscriptable)"),
        ("KeyError:", "galat yang belum dikenal (KeyError)"),
    ],
)
def test_what_was_recorded_is_said_plainly(recorded, said):
    assert say_recorded(recorded) == said


@pytest.mark.parametrize(
    ("recorded", "said"),
    [
        (
            "http://a/robots.txt cannot be read (DownloadConnectionRefusedError: refused: 111); the site is left alone",
            "robots.txt situs itu tidak dapat dibaca (hostnya menolak sambungan), jadi situsnya dibiarkan dulu",
        ),
        ("KeyError: x", "KeyError: x"),
    ],
)
def test_a_command_says_an_error_plainly_where_it_is_known_and_else_exactly(recorded, said):
    assert tell_failure(recorded) == said


def test_an_error_that_is_no_exception_stays_as_it_is():
    assert plain_error("sesuatu yang belum dikenal") == "sesuatu yang belum dikenal"
