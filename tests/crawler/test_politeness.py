"""What a site sees of a crawl: when requests come, which, and which do not."""

from __future__ import annotations

import asyncio
import itertools
import sqlite3
import time
from contextlib import closing
from datetime import UTC, datetime, timedelta

import brotli
import pytest
from scrapy.http import Response

from crawler.errors import CatalogueError
from crawler.gate import MAX_FAILURES, Gate, HostClosed
from crawler.hours import seconds_left
from crawler.retry_after import retry_after
from tests.crawler.crawling import query, run_crawl
from tests.crawler.faults import Fault, Site, catalogue, feed, http, page, serve_faults

TICK = 0.01  # seconds; what clocks and threads may differ by


def newsroom(count: int, robots: str = "", **more: bytes) -> Fault:
    """A well-behaved site with `count` articles."""

    def build(site: Site) -> None:
        paths = [f"/b/{n}" for n in range(count)]
        site.answers |= {path: http(page(f"Berita {path}")) for path in paths}
        site.answers |= {"/umpan": feed(site, *paths), "/robots.txt": http(robots, Content_Type="text/plain")}
        site.answers |= {f"/{path}": answer for path, answer in more.items()}

    return Fault("baik", build)


def gaps(site: Site) -> list[float]:
    """Seconds between the arrivals of requests."""
    return [later - earlier for (earlier, *_), (later, *_) in itertools.pairwise(site.log)]


def test_two_sources_on_one_host_share_one_delay_and_crawl_delay_wins(tmp_path):
    fault = newsroom(3, "User-agent: Pantau\nCrawl-delay: 0.3\n\nUser-agent: *\nDisallow: /\n")
    with serve_faults((fault,)) as sites:
        one = catalogue(sites, (fault,), delay=0.1)
        two = one.replace('id = "f0"', 'id = "lain"').replace("/umpan", "/umpan-2")
        site = sites["baik"]
        site.answers |= {"/umpan-2": feed(site, "/b/1", "/c/1", "/c/2"), "/c/1": http(page()), "/c/2": http(page())}
        report = run_crawl(tmp_path, one + two)
    assert sum(count.fetched for count in report.sources.values()) == 5
    assert [path for _, path, _ in site.log].count("/b/1") == 1  # both lead to it
    assert [path for _, path, _ in site.log].count("/robots.txt") == 1
    assert len(site.log) == 8
    assert gaps(site)[0] >= 0.1 - TICK
    assert min(gaps(site)[1:]) >= 0.3 - TICK


def test_a_busy_host_is_left_alone_for_as_long_as_it_asks_then_asked_again(tmp_path):
    fault = newsroom(4)
    busy = [http("", "503 Service Unavailable", Retry_After="1")]

    def once(path: str) -> bytes:
        return busy.pop() if busy else http(page())

    with serve_faults((fault,)) as sites:
        site = sites["baik"]
        del site.answers["/b/1"]
        site.otherwise = once
        report = run_crawl(tmp_path, catalogue(sites, (fault,), delay=0.02))
    assert report.outcome == "done" and report.sources["f0"].fetched == 4
    asked = [path for _, path, _ in site.log]
    assert gaps(site)[asked.index("/b/1")] >= 1 - TICK  # whatever came next
    assert asked.count("/b/1") == 2


def test_a_second_run_sends_only_conditional_requests(tmp_path):
    fault = newsroom(2)
    with serve_faults((fault,)) as sites:
        site = sites["baik"]
        site.answers["/umpan"] = site.answers["/umpan"].replace(
            b"\r\n", b"\r\nLast-Modified: Wed, 12 Nov 2025 02:00:00 GMT\r\n", 1
        )
        text = catalogue(sites, (fault,), delay=0.01)
        listing = f'{{ method = "listing", url = "{site.address}/indeks" }}'
        text = text.replace("discover = [", f"discover = [{listing}, ")
        site.answers["/indeks"] = http("<html><body><a href='/b/0?utm_source=x'>B</a></body></html>")
        assert run_crawl(tmp_path, text).sources["f0"].fetched == 2
        first = len(site.log)
        site.answers["/umpan"] = http("", "304 Not Modified")
        report = run_crawl(tmp_path, text)
    second = {path: head for _, path, head in site.log[first:]}
    assert set(second) == {"/umpan", "/indeks"}  # robots.txt is remembered for a day
    assert "If-Modified-Since: Wed, 12 Nov 2025 02:00:00 GMT" in second["/umpan"]
    assert "pantau:" not in second["/indeks"]  # our own validator is not sent
    assert (report.sources["f0"].not_modified, report.sources["f0"].found) == (2, 0)


def age_robots(folder, age):
    """As if robots.txt had been read that long ago."""
    read = (datetime.now(UTC) - age).isoformat(timespec="seconds")
    with closing(sqlite3.connect(folder / "uji.db")) as connection, connection:
        assert connection.execute("UPDATE robots SET fetched_at = ?", (read,)).rowcount == 1


@pytest.mark.parametrize(
    ("status", "days", "asked"),
    [
        ("304 Not Modified", 2, ["/umpan", "/c/1"]),
        ("429 Too Many Requests", 2, ["/umpan", "/c/1"]),
        ("503 Service Unavailable", 29, ["/umpan", "/c/1"]),
        ("503 Service Unavailable", 31, []),
        ("429 Too Many Requests", 31, []),
        ("404 Not Found", 2, ["/umpan", "/c/1", "/rahasia/1"]),
    ],
)
def test_what_robots_txt_said_holds_while_it_cannot_be_read(tmp_path, status, days, asked):
    """For a month, as RFC 9309 has it (2.3.1.3 and 2.3.1.4). Afterwards nobody knows what is forbidden."""
    fault = newsroom(1, "User-agent: *\nDisallow: /rahasia/\n")
    with serve_faults((fault,)) as sites:
        site = sites["baik"]
        text = catalogue(sites, (fault,), delay=0.01)
        assert run_crawl(tmp_path, text).sources["f0"].fetched == 1
        age_robots(tmp_path, timedelta(days=days))
        site.answers |= {"/robots.txt": http("", status), "/umpan": feed(site, "/c/1", "/rahasia/1")}
        site.answers |= {path: http(page(f"Berita {path}")) for path in ("/c/1", "/rahasia/1")}
        first = len(site.log)
        run_crawl(tmp_path, text)
    paths = [path for _, path, _ in site.log[first:]]
    assert [path for path in paths if path != "/robots.txt"] == asked
    assert paths.count("/robots.txt") >= 1


@pytest.mark.parametrize(("hours", "asked"), [(23, 0), (25, 1)])
def test_robots_txt_is_asked_for_again_after_a_day(tmp_path, hours, asked):
    """What was allowed yesterday is forbidden today: the new word holds from the first request on."""
    fault = newsroom(2)
    with serve_faults((fault,)) as sites:
        site = sites["baik"]
        text = catalogue(sites, (fault,), delay=0.01)
        assert run_crawl(tmp_path, text).sources["f0"].fetched == 2
        age_robots(tmp_path, timedelta(hours=hours))
        site.answers["/robots.txt"] = http("User-agent: *\nDisallow: /\n", Content_Type="text/plain")
        first = len(site.log)
        run_crawl(tmp_path, text)
    paths = [path for _, path, _ in site.log[first:]]
    assert paths == (["/robots.txt"] if asked else ["/umpan"])


def test_brotli_is_undone_and_a_cut_stream_is_an_error(tmp_path):
    body = brotli.compress(page("Berita yang dipadatkan").encode())
    fault = newsroom(
        0,
        umpan=b"",
        utuh=http(body, Content_Encoding="br"),
        cacat=http(body[:-30], Content_Encoding="br"),
    )
    with serve_faults((fault,)) as sites:
        sites["baik"].answers["/umpan"] = feed(sites["baik"], "/utuh", "/cacat")
        run_crawl(tmp_path, catalogue(sites, (fault,)))
    states = dict(
        query(tmp_path, "SELECT replace(url, ?, ''), coalesce(error, state) FROM pages", sites["baik"].address)
    )
    assert states["/utuh"] == "fetched" and "DataLoss" in states["/cacat"]


@pytest.mark.timing
def test_the_time_budget_ends_a_run_cleanly_though_a_host_hangs(tmp_path):
    async def hang(writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(90)

    good, bad = newsroom(200), Fault("buruk", lambda site: site.answers.update({"/robots.txt": hang}))
    with serve_faults((good, bad)) as sites:
        begun = time.monotonic()
        report = run_crawl(tmp_path, catalogue(sites, (good, bad), delay=0.05), timeout=90, max_minutes=3 / 60)
    assert time.monotonic() - begun < 60  # two hundred pages, or a host that hangs for its thirty seconds, take longer
    assert report.outcome == "out of time"
    assert report.sources["f1"].failed == 0 and report.sources["f0"].error is None
    states = dict(query(tmp_path, "SELECT state, count(*) FROM pages GROUP BY state"))
    assert states["fetched"] == report.sources["f0"].fetched > 10
    assert states["fetched"] + states["found"] == 200
    assert not list((tmp_path / "uji-archive").glob("*.open"))


def answer(status: int, **headers: str) -> Response:
    return Response("https://a.id/", status=status, headers=headers)


def test_the_gate_adapts_to_slow_hosts_and_closes_failing_ones():
    async def scenario() -> None:
        gate = Gate()
        host = gate.host("https://www.a.id/x", 2.0)
        assert gate.host("http://m.a.id:80/y", 1.0) is host and host.delay == 2.0
        host.started, host.ended = 100.0, 108.0  # it took eight seconds to answer
        host.answered(answer(200))
        assert host.next_start() == 110.0
        host.started, host.ended = 200.0, 201.0
        host.answered(answer(404))  # an error page is quick, and says nothing about the next
        assert host.throttle == 8.0
        host.obey(30.0)
        assert host.next_start() == 231.0
        host.answered(answer(429))  # without Retry-After
        assert host.next_start() == 201.0 + 10 * 30.0
        for _ in range(MAX_FAILURES):
            host.answered(answer(500))
        with pytest.raises(HostClosed, match="failures in a row"):
            await host.ask(lambda: asyncio.sleep(0))  # type: ignore[arg-type, return-value]

    asyncio.run(scenario())


def test_only_failures_in_a_row_close_a_host_and_only_for_this_run():
    async def scenario() -> None:
        gate = Gate()
        host = gate.host("https://a.id/", 0.0)
        for _ in range(3):
            for _ in range(MAX_FAILURES - 1):
                host.answered(answer(503))
            host.answered(answer(404))  # it answers: nothing is wrong with the host
        assert host.closed is None
        host.answered(answer(500))
        for _ in range(MAX_FAILURES - 1):
            host.failed(TimeoutError())
        assert host.closed and "in this run" in host.closed
        assert Gate().host("https://a.id/", 0.0).closed is None

    asyncio.run(scenario())


@pytest.mark.parametrize(("seconds", "waits"), [(119, True), (121, False), (3600, False)])
def test_a_host_that_asks_for_more_than_two_minutes_is_left_for_the_next_run(monkeypatch, seconds, waits):
    async def scenario() -> None:
        gate = Gate()
        host = gate.host("https://a.id/", 1.0)
        slept = []

        async def sleep(asked: float) -> None:
            slept.append(asked)
            host.not_before = 0.0

        monkeypatch.setattr(gate, "sleep", sleep)
        host.not_before = time.monotonic() + seconds
        try:
            await host.ask(lambda: asyncio.sleep(0, answer(200)))  # type: ignore[arg-type, return-value]
        except HostClosed:
            assert not slept
        assert bool(slept) is waits

    asyncio.run(scenario())


def test_who_waits_is_turned_away_when_the_gate_closes():
    async def scenario() -> None:
        gate = Gate()
        host = gate.host("https://a.id/", 30.0)
        host.ended = time.monotonic()
        waiting = asyncio.ensure_future(host.ask(lambda: asyncio.sleep(0)))  # type: ignore[arg-type, return-value]
        await asyncio.sleep(0.05)
        gate.close("interrupted")
        with pytest.raises(HostClosed):
            await asyncio.wait_for(waiting, 15)  # of the thirty seconds that it would wait

    asyncio.run(scenario())


@pytest.mark.parametrize(
    ("hours", "clock", "left"),
    [
        ("", 12, None),
        ("22-05", 23, 6 * 3600),
        ("22-05", 12, 0),
        ("8-17", 9, 8 * 3600),
        ("8-17", 17, 0),
        ("0-24", 3, 75600),
    ],
)
def test_polite_hours(hours, clock, left):
    present = datetime(2025, 11, 12, (clock - 7) % 24, tzinfo=UTC)  # WIB is UTC+7
    assert seconds_left(present, hours) == left


@pytest.mark.parametrize(
    ("hours", "clock", "left"),
    [
        ("22-05", "21:59:59", 0),
        ("22-05", "22:00:00", 7 * 3600),
        ("22-05", "04:59:30", 30),
        ("22-05", "05:00:00", 0),
        ("22-05", "05:30:00", 0),
        ("8-17", "07:59:59", 0),
        ("8-17", "08:00:00", 9 * 3600),
        ("8-17", "16:59:00", 60),
        ("8-17", "17:00:00", 0),
        ("8-17", "17:30:00", 0),
    ],
)
def test_polite_hours_begin_and_end_on_the_minute(hours, clock, left):
    present = datetime.fromisoformat(f"2025-11-12T{clock}+07:00")
    assert seconds_left(present, hours) == pytest.approx(left, abs=0.01)


@pytest.mark.parametrize("hours", ["malam", "22", "25-3", "5-5"])
def test_polite_hours_that_are_none(hours):
    with pytest.raises(CatalogueError, match="PANTAU_POLITE_HOURS"):
        seconds_left(datetime.now(UTC), hours)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        (b"120", 120),
        (b"Wed, 12 Nov 2025 03:00:30 GMT", 30),
        (b"Wed, 12 Nov 2020 03:00:30 GMT", 0),
        (b"nanti", 0),
        (None, 0),
    ],
)
def test_retry_after(value, seconds):
    assert retry_after(value, datetime(2025, 11, 12, 3, tzinfo=UTC)) == seconds
