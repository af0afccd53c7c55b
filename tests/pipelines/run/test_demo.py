"""`pantau demo`: every article of the sample newsroom once, the corrected ones with two versions, read as written."""

from __future__ import annotations

import contextlib
import os
import re
import socket
import sqlite3
import subprocess
import sys
from datetime import UTC, datetime, timedelta, timezone

import pytest

from crawler.demo.articles import ArticleError, load_articles
from crawler.demo.moved import LAST_DAY
from crawler.demo.newsroom import BASE_PORT, Newsroom, PortTaken
from crawler.demo.sites import SITES
from pipelines.run.demo import _known_day, newsroom
from tests.conftest import ROOT

WIB = timezone(timedelta(hours=7))


@contextlib.contextmanager
def taken(port):
    """A port that some program holds: this one, or another that was here before."""
    with socket.socket() as held, contextlib.suppress(OSError):
        held.bind(("127.0.0.1", port))
        held.listen()
        yield
        return
    yield


def run_demo(database, day=LAST_DAY):
    """As the articles are written, so that their figures and addresses are the same every day."""
    at = ["--day", str(day)] if day else []
    return subprocess.run(
        [sys.executable, "-m", "pipelines.cli", "--db", str(database), "demo", "--no-serve", *at],
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=180,
    )


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    """The database after `pantau demo` while another holds a port of its newsroom; its output both times."""
    for _ in range(3):  # "3 jam yang lalu" counts from the full hour: both runs belong in one
        folder, hour = tmp_path_factory.mktemp("demo"), datetime.now(UTC).hour
        with taken(BASE_PORT + 1):
            runs = [run_demo(folder / "d.db") for _ in range(2)]
        if datetime.now(UTC).hour == hour:
            break
    connection = sqlite3.connect(folder / "d.db")
    connection.row_factory = sqlite3.Row
    yield connection, runs
    connection.close()


def stored(connection):
    return {row["url"].split("/", 3)[3]: row for row in connection.execute("SELECT * FROM articles")}


def test_every_article_once_and_corrected_ones_twice(demo):
    connection, runs = demo
    assert [run.returncode for run in runs] == [0, 0], runs[0].stderr
    articles = load_articles(2)
    assert len(articles) >= 60
    found = stored(connection)
    assert set(found) == {article.path.lstrip("/") for article in articles}
    versions = {path: row["version"] for path, row in found.items()}
    corrected = {article.path.lstrip("/") for article in articles if article.corrected_at}
    assert len(corrected) == 3
    assert {path for path, version in versions.items() if version == 2} == corrected
    assert connection.execute("SELECT count(*) FROM article_versions").fetchone()[0] == len(articles) + 3
    assert len({row["source_id"] for row in found.values()}) == len(SITES) >= 5


def test_the_second_time_nothing_is_fetched_again(demo):
    connection, runs = demo
    assert "0 halaman diambil" in runs[1].stderr
    last = connection.execute(
        "SELECT found, fetched, not_modified, failed FROM runs ORDER BY id DESC LIMIT 1"
    ).fetchone()
    assert (last["found"], last["fetched"], last["failed"]) == (0, 0, 0)
    assert last["not_modified"] >= len(SITES)


def test_the_database_remembers_on_which_day_its_newsroom_stood(demo, tmp_path):
    connection, _ = demo
    path = tmp_path / "lama.db"
    connection.execute("VACUUM INTO ?", (str(path),))
    assert _known_day(path) == LAST_DAY and _known_day(tmp_path / "baru.db") is None
    again = run_demo(path, day=None)
    assert again.returncode == 0 and "0 halaman diambil" in again.stderr


def test_texts_titles_dates_and_datelines_are_as_written(demo):
    connection, _ = demo
    found = stored(connection)
    for article in load_articles(2):
        row = found[article.path.lstrip("/")]
        written = [p.removeprefix("## ") for p in article.paragraphs() if not p.startswith("[[")]
        read = row["text"].split("\n\n")
        assert row["title"] == article.title
        assert [p for p in written if p not in read] == [], article.slug
        extra = [p for p in read if p not in written]
        assert all(re.match(r"Biro Komunikasi Publik|Kementerian Pembangunan Pesisir", p) for p in extra), extra
        assert row["language"] == article.language
        if article.language == "id":
            assert row["dateline"] == article.dateline, article.slug
        if article.hours_ago is None:
            assert row["published_date"] == article.published.astimezone(WIB).date().isoformat(), article.slug
        if article.hours_ago is None and row["date_source"] != "printed":
            assert row["published_at"] == article.published.astimezone(UTC).isoformat(timespec="seconds")


def test_kinds_and_tagging_follow_source_and_language(demo):
    connection, _ = demo
    kinds = dict(
        connection.execute("SELECT source_id, group_concat(DISTINCT kind) FROM articles GROUP BY 1").fetchall()
    )
    assert kinds == {site.id: "press_release" if site.press_releases else "news" for site in SITES}
    tagged = connection.execute(
        """SELECT a.language, count(m.id) > 0 FROM articles a LEFT JOIN mentions m ON m.article_id = a.id GROUP BY a.id"""
    ).fetchall()
    assert all(bool(has) == (language == "id") for language, has in tagged)


def test_most_officials_and_cities_that_the_texts_name_are_found(demo):
    """A gate on the tagger with names that nothing was trained on; raise it as the tagger gets better."""
    connection, _ = demo
    found = stored(connection)
    named = hit = placed = right = 0
    for article in load_articles(2):
        key = (found[article.path.lstrip("/")]["id"],)
        names = {row[0] for row in connection.execute("SELECT name FROM article_officials WHERE article_id = ?", key)}
        named += len(article.officials)
        hit += sum(official["name"] in names for official in article.officials)
        sql = "SELECT code FROM article_places l JOIN places p ON p.id = l.place_id WHERE l.article_id = ?"
        here = {row[0] for row in connection.execute(sql, key)}
        placed += len(article.cities)
        right += sum(code in here for code in article.cities)
    assert hit / named >= 0.72
    assert right / placed >= 0.88


def test_every_designed_coverage_is_found_with_its_label_and_none_invented(demo):
    connection, _ = demo
    articles = load_articles(2)
    names = {article.path.lstrip("/"): f"{article.site}/{article.slug}" for article in articles}
    designed = {(a.release, f"{a.site}/{a.slug}"): (a.coverage, a.via) for a in articles if a.release}
    rows = connection.execute(
        """SELECT r.url, a.url, c.label, v.url FROM coverage c JOIN articles r ON r.id = c.release_id
           JOIN articles a ON a.id = c.article_id LEFT JOIN articles v ON v.id = c.via_id"""
    ).fetchall()
    found = {}
    for release, article, label, via in rows:
        release, article, via = (url and names[url.split("/", 3)[3]] for url in (release, article, via))
        # A mention has no passages to follow to a wire.
        found[release, article] = (label, via)
    assert found == designed
    assert len(designed) >= 29
    assert {label for label, _ in designed.values()} == {"verbatim", "edited", "partial", "mention"}


def test_the_first_edition_and_wrong_articles(tmp_path):
    assert len(load_articles(1)) == len(load_articles(2)) - 2
    folder = tmp_path / "kempesisir"
    folder.mkdir()
    (folder / "salah.md").write_text('+++\ntitel = "x"\n+++\nteks', encoding="utf-8")
    with pytest.raises(ArticleError, match=r"salah\.md: unknown key 'titel'"):
        load_articles(1, tmp_path)


def test_a_taken_port_is_named():
    with Newsroom(base_port=0) as room:
        port = room.servers["kempesisir"].server_address[1]
        with (
            pytest.raises(PortTaken, match=f"port {port} of the sample newsroom is in use"),
            Newsroom(base_port=port - 1),
        ):
            pass


def ports_of(path):
    with contextlib.closing(sqlite3.connect(path)) as connection:
        return {int(url.rsplit(":", 1)[1].strip("/")) for (url,) in connection.execute("SELECT homepage FROM sources")}


def test_taken_ports_are_left_to_whoever_has_them_and_the_next_demo_stays_where_this_one_was(demo):
    connection, runs = demo
    path = connection.execute("PRAGMA database_list").fetchone()["file"]
    (moved,) = [line for line in runs[0].stderr.splitlines() if "sudah dipakai" in line]
    assert re.match(rf"porta {BASE_PORT + 1} sudah dipakai; ruang redaksi contoh pindah ke porta \d+(, \d+)+$", moved)
    assert ports_of(path) == {int(port) for port in moved.split("pindah ke porta ")[1].split(", ")}
    assert BASE_PORT + 1 not in ports_of(path)
    assert "sudah dipakai" not in runs[1].stderr  # and nothing was fetched again, as the test above says


def test_a_demo_that_has_to_move_says_that_its_articles_come_again_and_still_works(demo, tmp_path):
    connection, _ = demo
    path = tmp_path / "pindah.db"
    connection.execute("VACUUM INTO ?", (str(path),))
    before = ports_of(path)
    count = len(load_articles(2))
    with taken(min(before)):
        run = run_demo(path)
        assert run.returncode == 0, run.stderr
        assert "sudah dipakai" in run.stderr and "artikelnya disimpan sekali lagi, dengan alamat baru" in run.stderr
        assert f"{count} halaman diambil" in run.stderr
        again = run_demo(path)
    assert again.returncode == 0, again.stderr
    assert "0 halaman diambil" in again.stderr and "sudah dipakai" not in again.stderr
    assert not before & ports_of(path)
    with contextlib.closing(sqlite3.connect(path)) as moved:
        (stored, copies) = moved.execute("SELECT count(*), count(duplicate_of) FROM articles").fetchone()
    (copies_before,) = connection.execute("SELECT count(duplicate_of) FROM articles").fetchone()
    assert stored == 2 * count
    assert stored - copies == count - copies_before  # the new ones are copies of the old ones: lists show each once


def test_a_first_demo_takes_its_usual_ports_or_says_where_it_went():
    said = []
    with newsroom({}, said.append) as room:
        ports = {int(room.address(site.id).rsplit(":", 1)[1]) for site in SITES}
    usual = {BASE_PORT + site.port for site in SITES}
    assert (ports == usual and not said) or (not ports & usual and len(said) == 1 and "sekali lagi" not in said[0])
