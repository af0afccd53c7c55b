"""Status: each source against its own week, and since when what of it is broken, in plain Indonesian."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone

import pytest

from pipelines.database.open import connect
from pipelines.health.rhythm import rhythm
from pipelines.health.sentences import plain_error, say_problem, say_status
from pipelines.health.status import MISSES, Problem, source_statuses
from pipelines.queue.orders import Orders
from pipelines.queue.runs import Runs
from pipelines.queue.selectors import forget_selectors, record_selectors
from tests.crawler.server import Answer, catalogue, serve

WIB = timezone(timedelta(hours=7))
MONDAY = datetime(2025, 11, 17, tzinfo=WIB)  # 00.00 WIB


@pytest.fixture
def connection(tmp_path):
    database = connect(tmp_path / "uji.db")
    database.conn.execute("INSERT INTO sources (id, name, kind, status) VALUES ('uji', 'Uji', 'media', 'active')")
    yield database.conn
    database.close()


def crawled(connection, at, error=None):
    stamp = at.astimezone(UTC).isoformat(timespec="seconds")
    run = connection.execute("INSERT INTO runs (started, finished, outcome) VALUES (?, ?, 'done')", (stamp, stamp))
    connection.execute(
        "INSERT INTO run_sources (run_id, source_id, error) VALUES (?, 'uji', ?)", (run.lastrowid, error)
    )


def arrived(connection, at, published=None):
    number = connection.execute("SELECT count(*) FROM articles").fetchone()[0]
    seen, when = (time.astimezone(UTC).isoformat(timespec="seconds") for time in (at, published or at))
    connection.execute(
        """INSERT INTO articles (url, canonical_url, source_id, kind, title, text, word_count, published_at, first_seen)
           VALUES (?, ?, 'uji', 'news', 't', 't', 1, ?, ?)""",
        (f"https://uji/{number}", f"https://uji/{number}", when, seen),
    )


def office_weeks(connection, last):
    """Twelve articles on each working day of five weeks before `last`, between 08.00 and 19.00 WIB."""
    crawled(connection, MONDAY - timedelta(days=35))
    for back in range(35, 0, -1):
        day = MONDAY - timedelta(days=back)
        if day.weekday() < 5:
            for hour in range(8, 20):
                if day + timedelta(hours=hour) <= last:
                    arrived(connection, day + timedelta(hours=hour))


def status_at(connection, now):
    crawled(connection, now - timedelta(minutes=5))
    (entry,) = source_statuses(connection, now)
    return entry


def test_states_of_a_source(connection):
    def state(at):
        (entry,) = source_statuses(connection, at)
        return entry.state

    now = datetime(2025, 12, 1, tzinfo=UTC)
    assert state(now) == "new"
    crawled(connection, now - timedelta(days=10))
    assert state(now - timedelta(days=9, hours=20)) == "ok"
    assert state(now) == "stale"
    crawled(connection, now, error="feed answered 500")
    assert state(now) == "stale"
    crawled(connection, now)
    assert state(now) == "ok"
    connection.execute("UPDATE sources SET status = 'paused'")
    assert state(now) == "inactive"


def test_an_office_that_rests_on_sundays_is_not_quiet_on_monday_morning(connection):
    office_weeks(connection, MONDAY)
    entry = status_at(connection, MONDAY + timedelta(hours=9))  # 62 hours after Friday's last one
    assert entry.state == "ok"
    assert entry.weekdays[0] == pytest.approx(12, abs=1)
    assert entry.weekdays[5:] == (0, 0)


def test_the_same_silence_in_the_week_is_said_with_day_and_normal(connection):
    office_weeks(connection, MONDAY - timedelta(days=6) + timedelta(hours=23))  # Tuesday's was the last
    now = MONDAY - timedelta(days=3) + timedelta(hours=13)  # Friday 13.00: 62 hours later
    entry = status_at(connection, now)
    assert entry.state == "quiet"
    assert entry.missing > 20
    assert say_status(entry, now) == ["tidak ada artikel baru sejak Selasa, 11 November; biasanya 8,6 artikel sehari"]


def test_quiet_is_said_only_of_a_source_that_was_watched_for_two_weeks(connection):
    """A site watched for days that then rests for three: before two weeks nobody knows which days are its own."""
    last = MONDAY - timedelta(days=3)
    begun = last - timedelta(days=13, hours=12)
    crawled(connection, begun)
    for hour in range(0, 13 * 24 + 12, 2):  # twelve a day, around the clock
        arrived(connection, begun + timedelta(hours=hour))
    arrived(connection, last)
    entry = status_at(connection, MONDAY)
    assert (entry.state, entry.missing > 30) == ("ok", True)
    connection.execute("UPDATE runs SET started = ? WHERE id = 1", ((last - timedelta(days=14)).isoformat(),))
    (entry,) = source_statuses(connection, MONDAY)
    assert (entry.state, entry.is_stale) == ("quiet", True)


@pytest.mark.parametrize(("hours", "state", "code"), [(35, "ok", 0), (37, "stale", 1)])
def test_a_source_that_stopped_answering_gives_exit_code_1(pantau, connection, hours, state, code):
    connection.execute("INSERT INTO sources (id, name, kind, status) VALUES ('lain', 'Lain', 'media', 'paused')")
    crawled(connection, datetime.now(UTC) - timedelta(hours=hours))
    run = pantau("status", "--json")
    states = {row["id"]: row["state"] for row in map(json.loads, run.stdout.splitlines())}
    assert (states, run.returncode) == ({"uji": state, "lain": "inactive"}, code)
    assert pantau("status").returncode == code  # the table, too
    assert pantau("status", "--problems").returncode == code


def test_a_silent_source_gives_exit_code_1(pantau, connection):
    now = datetime.now(UTC)
    crawled(connection, now - timedelta(days=20))
    for hour in range(0, 18 * 24, 2):
        arrived(connection, now - timedelta(days=20) + timedelta(hours=hour))
    crawled(connection, now - timedelta(minutes=5))
    run = pantau("status", "--json")
    assert (json.loads(run.stdout)["state"], run.returncode) == ("quiet", 1)


@pytest.mark.parametrize(("hours", "state"), [(6, "ok"), (8, "quiet")])
def test_a_source_is_quiet_when_seven_articles_are_missing(connection, hours, state):
    """It brings one an hour. Where seven are usual, none at all is chance once in a thousand times."""
    crawled(connection, MONDAY - timedelta(days=21))
    for back in range(21 * 24, -1, -1):
        arrived(connection, MONDAY - timedelta(hours=back))
    entry = status_at(connection, MONDAY + timedelta(hours=hours))
    assert (entry.state, entry.missing) == (state, pytest.approx(hours, abs=0.5))


def test_today_and_errors_are_those_of_the_last_day(connection):
    now = datetime(2025, 12, 1, 5, tzinfo=UTC)
    for hours in (1, 23, 25, 200):
        arrived(connection, now - timedelta(hours=hours))
        seen = (now - timedelta(hours=hours)).isoformat(timespec="seconds")
        connection.execute("INSERT INTO errors (source_id, stage, error, seen_at) VALUES ('uji', 'x', 'x', ?)", (seen,))
    entry = status_at(connection, now)
    assert (entry.articles, entry.today, entry.errors) == (4, 2, 2)


@pytest.mark.parametrize(("failed", "said"), [(2, []), (3, ["pages"])])
def test_a_source_of_which_no_page_could_be_read_is_a_problem(connection, failed, said):
    now = datetime(2025, 12, 1, tzinfo=UTC)
    for number in range(failed):
        connection.execute(
            "INSERT INTO pages (url, source_id, state, found_at) VALUES (?, 'uji', 'quarantined', ?)",
            (f"https://uji/{number}", now.isoformat()),
        )
    assert [problem.kind for problem in status_at(connection, now).problems] == said


def test_a_busy_site_is_not_quiet_because_it_sleeps_at_night(connection):
    crawled(connection, MONDAY - timedelta(days=28))
    for back in range(28, 0, -1):
        for minute in range(0, 15 * 60, 18):  # fifty a day between 06.00 and 21.00
            arrived(connection, MONDAY - timedelta(days=back) + timedelta(hours=6, minutes=minute))
    assert status_at(connection, MONDAY + timedelta(hours=5, minutes=30)).state == "ok"
    assert status_at(connection, MONDAY + timedelta(hours=9)).state == "quiet"


def test_what_was_published_before_the_first_crawl_is_no_normal(connection):
    crawled(connection, MONDAY - timedelta(days=20))
    for _ in range(500):  # the whole feed, at once
        arrived(connection, MONDAY - timedelta(days=20), MONDAY - timedelta(days=90))
    arrived(connection, MONDAY - timedelta(days=1))
    assert status_at(connection, MONDAY).normal < 0.2


def test_a_rhythm_counts_parts_of_days():
    start = MONDAY + timedelta(hours=12)
    own = rhythm([start + timedelta(hours=1), start + timedelta(days=7, hours=1)], start, start + timedelta(days=14))
    assert own.days[0] == pytest.approx(1)  # two articles on two Mondays: half a one, a whole one, half a one
    assert own.expected(start, start + timedelta(days=7)) == pytest.approx(1, abs=0.1)


def test_a_rhythm_and_what_is_said_of_it_go_by_the_days_of_wib():
    """Half past eleven at night in WIB is still the same day, half past midnight the next."""
    late, early = MONDAY + timedelta(hours=23, minutes=30), MONDAY + timedelta(days=1, minutes=30)
    assert rhythm([late], MONDAY, MONDAY + timedelta(days=7)).days[:2] == (1, 0)
    assert rhythm([early], MONDAY, MONDAY + timedelta(days=7)).days[:2] == (0, 1)
    assert status_day(late.astimezone(UTC)) == "Senin, 17 November"
    assert status_day(early.astimezone(UTC)) == "Selasa, 18 November"


def status_day(moment):
    """The day that a sentence names for a fault since that moment."""
    problem = Problem("empty", "feed http://uji/umpan", moment.isoformat(), "0")
    return say_problem(problem, MONDAY).partition(" sejak ")[2]


def record(connection, url, error=None, method="feed", **counts):
    status = 500 if error else 200
    Orders(connection).record_discovery("uji", method, url, status, None, None, error, **counts)


def test_a_discovery_says_since_when_it_fails_and_the_source_lives_by_the_other(connection):
    now = datetime.now(UTC)
    crawled(connection, now - timedelta(days=4))
    record(connection, "http://uji/lain")
    record(connection, "http://uji/umpan", "feed http://uji/umpan answered 500")
    connection.execute(
        "UPDATE discoveries SET failing_since = '2025-11-10T02:00:00+00:00' WHERE failing_since IS NOT NULL"
    )
    record(connection, "http://uji/umpan", "feed http://uji/umpan answered 503")
    crawled(connection, now - timedelta(minutes=1), error="feed http://uji/umpan answered 503")
    entry = source_statuses(connection, now)[0]
    assert (entry.state, entry.is_stale, entry.needs_look) == ("faulty", False, True)
    assert say_status(entry, datetime(2025, 11, 20, tzinfo=UTC)) == [
        "umpan http://uji/umpan gagal sejak Senin, 10 November: menjawab 503 (situs itu sedang sibuk atau ditutup "
        "sementara)"
    ]
    record(connection, "http://uji/umpan", links=3, articles=3)
    assert source_statuses(connection, now)[0].state == "ok"


def test_a_listing_whose_selector_or_pattern_fits_nothing(connection):
    now = datetime.now(UTC)
    crawled(connection, now - timedelta(minutes=1))
    record(connection, "http://uji/a", method="listing", links=0, articles=0)
    record(connection, "http://uji/b", method="listing", links=20, articles=0)
    record(connection, "http://uji/c", links=0, articles=0)
    record(connection, "http://uji/d", method="sitemap", links=None, articles=None)
    said = say_status(source_statuses(connection, now)[0], now)
    assert [" ".join(sentence.split(" sejak ")[0].split()[2:5]) for sentence in said] == [
        "pemilih `links` tidak",
        "tidak satu pun",
        "kosong",
    ]
    first = connection.execute("SELECT empty_since FROM discoveries WHERE url = 'http://uji/a'").fetchone()
    Orders(connection).record_discovery("uji", "listing", "http://uji/a", 304, None, None, None)  # still the same page
    assert connection.execute("SELECT empty_since FROM discoveries WHERE url = 'http://uji/a'").fetchone() == first
    for address in "abc":
        record(connection, f"http://uji/{address}", links=9, articles=9)
    assert source_statuses(connection, now)[0].problems == ()


def test_a_selector_that_stopped_matching_is_named_with_its_first_miss(connection):
    def page(day, found, selector="div.isi"):
        at = datetime(2025, 11, day, 3, tzinfo=UTC).isoformat(timespec="seconds")
        record_selectors(connection, "uji", at, {"body": (selector, found)})

    page(1, True)
    for day in range(3, 3 + MISSES - 1):
        page(day, False)
    assert source_statuses(connection)[0].problems == ()  # one page may well be another kind
    page(10, False)
    page(2, True)  # an old page, read again, says nothing new
    crawled(connection, datetime.now(UTC))
    (problem,) = source_statuses(connection)[0].problems
    assert (problem.kind, problem.subject, problem.since[:10]) == ("selector", "body div.isi", "2025-11-03")
    page(11, False, "article")  # a new selector begins anew
    assert source_statuses(connection)[0].problems == ()
    page(12, True, "article")
    assert connection.execute("SELECT misses, missed_since FROM selector_health").fetchall() == [(0, None)]
    forget_selectors(connection, {"uji": {"title": "h1"}})
    assert connection.execute("SELECT count(*) FROM selector_health").fetchone() == (0,)


def test_a_source_that_left_the_catalogue_is_not_waited_for(connection):
    crawled(connection, datetime.now(UTC) - timedelta(days=30))
    assert source_statuses(connection)[0].state == "stale"
    Runs(connection).retire_sources([])
    assert source_statuses(connection)[0].state == "inactive"


@pytest.mark.parametrize(
    ("error", "words"),
    [
        ("answered 404", "menjawab 404 (tidak ditemukan)"),
        ("answered 418", "menjawab 418 (permintaan ditolak)"),
        ("failed: DNSLookupError: DNS lookup failed", "nama hostnya tidak ditemukan (DNS)"),
        ("is no feed: its root is <html>", "halaman HTML, bukan umpan"),
        ("failed: IgnoreRequest: Forbidden by robots.txt", "dilarang oleh robots.txt situs itu"),
        ("sesuatu yang belum dikenal", "sesuatu yang belum dikenal"),
    ],
)
def test_errors_in_plain_words(error, words):
    assert plain_error(error, "feed") == words


def test_a_crawl_records_what_status_then_says(pantau, tmp_path):
    """Over real HTTP: a broken feed beside a listing that works, and a body selector that fits nothing."""
    with serve() as site:
        for number in range(MISSES):
            site.article(f"/berita/{number}", f"Berita nomor {number} dari desa")
        links = "".join(f"<h2><a href='/berita/{number}'>x</a></h2>" for number in range(MISSES))
        site.answers["/indeks"] = Answer(links)
        site.answers["/umpan"] = Answer("<html>Pindah</html>")
        discover = (
            f'{{ method = "feed", url = "{site.address}/umpan" }}, '
            f'{{ method = "listing", url = "{site.address}/indeks", links = "h2 a" }}, '
            f'{{ method = "sitemap", url = "{site.address}/peta.xml" }}'
        )
        index = f"<sitemap><loc>{site.address}/kategori.xml</loc></sitemap>"  # leads to no article, and is no fault
        site.answers["/peta.xml"] = Answer(f"<sitemapindex>{index}</sitemapindex>")
        site.answers["/kategori.xml"] = Answer(f"<urlset><url><loc>{site.address}/desa</loc></url></urlset>")
        extract = "article_url = '/berita/'\n" + '[source.extract]\nbody = "div.tidak-ada"\ntitle = "h1"'
        (tmp_path / "k.toml").write_text(catalogue(site, discover, extract), encoding="utf-8")
        assert pantau("crawl", "--catalogue", "k.toml").returncode == 1
    run = pantau("status", "--json", "--problems")
    assert run.returncode == 0  # the source lives
    (row,) = [json.loads(line) for line in run.stdout.splitlines()]
    assert [problem["kind"] for problem in row["problems"]] == ["discovery", "selector"]
    assert "halaman HTML, bukan umpan" in row["said"][0]
    assert "pemilih isi (div.tidak-ada)" in row["said"][1]
    assert f"perlu dilihat: uji: {row['said'][0]}" in run.stderr
    assert "terganggu" in pantau("status").stdout


def test_status_problems_says_nothing_when_all_is_well(pantau, connection):
    crawled(connection, datetime.now(UTC))
    run = pantau("status", "--problems")
    assert (run.returncode, run.stdout, run.stderr) == (0, "", "")
