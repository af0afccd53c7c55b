"""Shards without Dask: who goes with whom, what is merged, and two attempts at one shard on a real site."""

from __future__ import annotations

import itertools
import os
import pickle
import subprocess
import sys
import threading
import time
from collections import Counter
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from crawler.catalogue import Discovery, Source, load_catalogue
from crawler.records import CrawlReport, Link, Robots, SourceCounts
from pipelines.archive.warc import Archive
from pipelines.database.lock import LockHeld
from pipelines.database.open import connect
from pipelines.errors import UserError
from pipelines.queue.hosts import Hosts
from pipelines.queue.orders import Orders
from pipelines.queue.runs import Runs
from pipelines.queue.waiting import WaitingPages
from pipelines.scale.attempt import ShardStorage, attempt
from pipelines.scale.cluster import _check_workers, _probe
from pipelines.scale.lease import Lease, when_it_ends
from pipelines.scale.merge import merge_leftovers, merge_shard
from pipelines.scale.shards import Attempt, Work, open_shard, shards_folder, take_lock, write_attempt, write_shard
from pipelines.scale.sites import deal, group_by_site, site_of, sites_of
from tests.conftest import ROOT
from tests.crawler.server import Answer, feed, serve
from tests.pipelines.archive.fetched import page
from tests.pipelines.scale.dask_cluster import wait_for


def source(source_id: str, *urls: str, delay: float = 0.0) -> Source:
    feeds = tuple(Discovery("feed", url) for url in urls)
    return Source(source_id, source_id, "media", urls[0], feeds, delay=delay)


def test_sources_that_can_reach_a_common_host_stay_together():
    first = source("a", "https://www.kemenuji.go.id/umpan")
    second = source("b", "https://berita.kemenuji.go.id/umpan", "https://cdn.contoh.co.id/umpan")
    third = source("c", "https://m.contoh.co.id/umpan")
    other = source("d", "https://lain.go.id/umpan")
    groups = group_by_site([first, third, other, second])
    assert sorted(sorted(s.id for s in group) for group in groups) == [["a", "b", "c"], ["d"]]
    assert [site_of(host) for host in ("127.0.0.1:8801", "127.0.0.1:8802", "WWW.Uji.go.id:8080", "uji.go.id")] == [
        "127.0.0.1:8801",
        "127.0.0.1:8802",
        "uji.go.id",
        "uji.go.id",
    ]


def test_the_catalogue_is_dealt_evenly_and_no_site_twice():
    sources = load_catalogue()
    shards = deal(group_by_site(sources), 8, {sources[0].id: 100})
    assert sorted(s.id for shard in shards for s in shard) == sorted(s.id for s in sources)
    sites = [frozenset().union(*map(sites_of, shard)) for shard in shards]
    assert sum(map(len, sites)) == len(frozenset().union(*sites))
    sizes = sorted(map(len, shards))
    assert sizes[0] < 5 and max(sizes[1:]) - min(sizes[1:]) <= 3  # the source with 100 pages waiting has few companions
    assert len(deal(group_by_site(sources[:3]), 8, {})) == 3


@pytest.fixture
def run(tmp_path, database):
    """A database with known pages of two sources, and a shard of the first."""
    orders, runs, waiting = Orders(database.conn), Runs(database.conn), WaitingPages(database.conn)
    one, two = source("satu", "https://satu.go.id/umpan"), source("dua", "https://dua.go.id/umpan")
    runs.upsert_sources([one, two, source("tiga", "https://tiga.satu.go.id/umpan")])
    for name in ("satu", "dua", "tiga"):
        orders.plan(name, [Link(f"https://{name}.go.id/{n}") for n in range(3)])
    orders.record_fetched(page("https://satu.go.id/0", etag='"lama"'), "lama.warc.gz", 7)
    waiting.mark_done(next(waiting.slices()).pages[0], "d1")
    work = Work(runs.begin(), (one,), tmp_path / "arsip", 3, None)
    folder = shards_folder(work.archive) / "1" / "0"
    write_shard(database.conn, folder, work)
    return database.conn, folder, work


def pages(connection):
    return dict(connection.execute("SELECT url, state FROM pages"))


def test_a_shard_knows_its_sites_pages_and_its_changes_are_merged_once_and_the_same_again(run):
    connection, folder, work = run
    storage = ShardStorage(folder, work)
    assert {order.url for order in storage.pending("satu")} == {"https://satu.go.id/1", "https://satu.go.id/2"}
    orders, fresh = storage.plan("satu", [Link(f"https://{host}.go.id/0") for host in ("satu", "baru", "tiga")])
    assert ([order.url for order in orders], fresh) == (["https://baru.go.id/0"], 1)
    storage.record_fetched(page("https://baru.go.id/0", source_id="satu", body=b"isi baru"))
    storage.record_failed("satu", "https://satu.go.id/1", 500, "answered 500")
    storage.record_discovery("satu", "feed", "https://satu.go.id/umpan", 200, '"1"', None, None)
    storage.close()
    write_attempt(folder, 1, Attempt("w1", None, {"satu": counts(failed=1)}))  # killed before it counted the rest
    write_attempt(folder, 2, Attempt("w2", "done", {"satu": counts(not_modified=2)}))
    before = pages(connection)
    kept = (folder / "work.pickle").read_bytes()
    for _ in range(2):
        (folder / "work.pickle").write_bytes(kept)  # as if the run had died between the merge and this
        merged = merge_shard(connection, folder)
        assert pages(connection) == before | {"https://baru.go.id/0": "fetched", "https://satu.go.id/1": "failed"}
        assert connection.execute("SELECT run_id, url, error FROM errors").fetchall() == [
            (work.run_id, "https://satu.go.id/1", "answered 500")
        ]
        assert Orders(connection).validators("https://satu.go.id/umpan") == ('"1"', None)
        total = merged.sources["satu"]
        assert (total.found, total.fetched, total.failed, total.not_modified) == (1, 1, 1, 2)
    digest = "SELECT digest, etag, warc_offset FROM pages WHERE url = 'https://satu.go.id/0'"
    assert connection.execute(digest).fetchone() == ("d1", '"lama"', 7)
    place = connection.execute("SELECT warc_file, warc_offset FROM pages WHERE url LIKE '%baru%'").fetchone()
    assert Archive(work.archive).read(*place) == b"isi baru"


def counts(**values):
    return SourceCounts(**values)


def test_a_further_attempt_leaves_what_failed_and_keeps_to_the_limit(run):
    _, folder, work = run
    storage = ShardStorage(folder, work)  # --limit 3
    storage.plan("satu", [Link(f"https://satu.go.id/{n}") for n in range(3, 9)])
    storage.record_failed("satu", "https://satu.go.id/1", None, "failed: ConnectionLost")
    storage.record_fetched(page("https://satu.go.id/2", source_id="satu"))
    storage.close()
    storage = ShardStorage(folder, work)
    asked = [order.url for order in storage.pending("satu")]
    again, _ = storage.plan("satu", [Link(f"https://satu.go.id/{n}") for n in range(9)])
    assert len(asked) == 1 and asked == [order.url for order in again]
    assert asked[0] in {f"https://satu.go.id/{n}" for n in range(3, 9)}
    storage.close()


def test_a_record_that_never_reached_the_disk_is_asked_for_again(run):
    connection, folder, work = run
    storage = ShardStorage(folder, work)
    for number in (1, 2):
        storage.record_fetched(page(f"https://satu.go.id/{number}", source_id="satu", body=os.urandom(3_000)))
    storage.close()
    (file,) = work.archive.glob("*.warc.gz")
    file.write_bytes(file.read_bytes()[:-2_000])
    merged = merge_shard(connection, folder)
    assert (merged.torn, merged.sources["satu"].fetched) == (1, 1)
    assert pages(connection)["https://satu.go.id/1"] == "fetched"
    assert pages(connection)["https://satu.go.id/2"] == "found"


def test_every_table_of_a_source_that_a_crawl_writes_is_merged(run):
    """A new table with a source_id wants a place in merge_shard and write_shard, or in this list."""
    connection, _, _ = run
    tables = {
        table
        for (table,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        if "source_id" in [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]
    }
    assert tables == {"pages", "discoveries", "errors"} | {
        "articles",
        "articles_by_day",
        "backfills",
        "run_sources",
        "selector_health",
        *("coverage_league", "isu_articles", "authors"),
    }  # the latter eight: the main process


def test_what_is_known_of_a_host_goes_with_the_shard_and_comes_back(tmp_path, database):
    connection = database.conn
    for host in ("satu.go.id", "dua.go.id"):
        Hosts(connection).record_pause(host, "2999-01-01T00:00:00+00:00", "Retry-After")
    work = Work(1, (source("satu", "https://satu.go.id/umpan"),), tmp_path / "arsip", None, None)
    folder = shards_folder(work.archive) / "1" / "0"
    write_shard(connection, folder, work)
    storage = ShardStorage(folder, work)
    assert storage.pause("satu.go.id")[0] == "2999-01-01T00:00:00+00:00"
    assert storage.pause("dua.go.id")[0] is None  # another shard's
    storage.record_pause("satu.go.id", "2999-02-02T00:00:00+00:00", "429")
    storage.record_robots("https://satu.go.id", Robots("User-agent: *\nCrawl-delay: 9", "2026-01-01T00:00:00+00:00"))
    storage.close()
    merge_shard(connection, folder)
    hosts = Hosts(connection)
    assert [hosts.pause(host)[0][:7] for host in ("satu.go.id", "dua.go.id")] == ["2999-02", "2999-01"]
    assert "Crawl-delay: 9" in hosts.robots("https://satu.go.id").text


def test_leftovers_of_a_dead_run_are_merged_and_a_living_crawl_is_waited_for(run):
    connection, folder, work = run
    storage = ShardStorage(folder, work)
    storage.record_fetched(page("https://satu.go.id/2", source_id="satu"))
    storage.close()
    lock = take_lock(folder, 0)
    assert lock is not None
    with pytest.raises(LockHeld, match="a crawl of an earlier run is still at work"):
        merge_leftovers(connection, work.archive, seconds=0)
    os.close(lock)
    assert merge_leftovers(connection, work.archive, seconds=0) == 1
    assert pages(connection)["https://satu.go.id/2"] == "fetched"
    assert not shards_folder(work.archive).exists()


@pytest.mark.timing
def test_the_lease_tells_when_it_is_stopped_and_when_nobody_renews_it(tmp_path, monkeypatch):
    reasons: list[str] = []
    monkeypatch.setattr("pipelines.scale.lease.RENEWED", 0.02)
    monkeypatch.setattr("pipelines.scale.lease.LOST", 1.5)
    with Lease(tmp_path / "lease", 90) as lease:
        when_it_ends(tmp_path / "lease", reasons.append)
        time.sleep(2)
        assert reasons == []
        assert 85 < (lease.remaining() or 0) < 90
    deadline = time.monotonic() + 30
    while not reasons and time.monotonic() < deadline:
        time.sleep(0.02)
    assert "has not been heard of" in reasons.pop()
    with Lease(tmp_path / "lease", None) as lease:
        when_it_ends(tmp_path / "lease", reasons.append)
        lease.stop()
        while not reasons and time.monotonic() < deadline:
            time.sleep(0.02)
    assert "asked it to stop" in reasons.pop()


@pytest.fixture
def start():
    """Starts attempts as a Dask worker does; none outlives the test."""
    started = []

    def begin(folder: Path, name: str) -> subprocess.Popen[bytes]:
        process = subprocess.Popen(
            [sys.executable, "-m", "pipelines.scale.attempt", str(folder), name],
            stdin=subprocess.PIPE,
            env=os.environ | {"PANTAU_CONTACT": f"{name}@contoh.id", "PYTHONPATH": str(ROOT)},
        )
        started.append(process)
        return process

    yield begin
    for process in started:
        process.stdin.close()
        process.kill()
        process.wait()


@pytest.mark.timing
@pytest.mark.slow
def test_attempts_at_one_shard_wait_for_each_other_and_ask_for_nothing_twice(tmp_path, database, start):
    """The first dies alone and leaves its crawl's child behind, the second loses its worker; the third ends it."""
    with serve() as site:
        paths = [f"/berita/{number}" for number in range(60)]
        for path in paths:
            site.article(path, f"Berita {path} dari pelabuhan")
        site.answers["/umpan"] = Answer(feed(site, *paths))
        here = source("uji", f"{site.address}/umpan", delay=0.07)
        work = Work(1, (here,), tmp_path / "arsip", 50, None)
        folder = shards_folder(work.archive) / "1" / "0"
        write_shard(database.conn, folder, work)
        with Lease(folder.parent / "lease", None):
            first = start(folder, "satu")
            wait_for(lambda: len(site.log) >= 4)
            first.kill()
            first.wait()
            assert take_lock(folder, 0) is None  # its child still answers for what it has in hand
            attempts = {name: start(folder, name) for name in ("dua", "tiga")}

            def at_work() -> str | None:
                counted = Counter(
                    name for *_, headers in site.log for name in attempts if name in headers["User-Agent"]
                )
                return next((name for name, count in counted.items() if count >= 4), None)

            wait_for(at_work)
            second = attempts.pop(at_work() or "")
            assert second.stdin
            second.stdin.close()
            second.wait(timeout=60)
            (last,) = attempts.values()
            assert last.wait(timeout=120) == 0
            attempt(folder, "empat")  # the shard is done: nothing is asked
    asked = [path for _, path, _, _ in site.log if path.startswith("/berita/")]
    assert len(asked) == len(set(asked)) == 50  # --limit, over all attempts together
    turns = [agent for agent, _ in itertools.groupby(headers["User-Agent"] for *_, headers in site.log)]
    assert len(turns) == len(set(turns)) == 3  # never two at a time
    merged = merge_shard(database.conn, folder)
    assert (merged.outcome, merged.sources["uji"].found, merged.sources["uji"].fetched) == ("done", 60, 50)
    assert dict(database.execute("SELECT state, count(*) FROM pages GROUP BY state").fetchall()) == {
        "fetched": 50,
        "found": 10,
    }


@pytest.mark.timing
def test_a_takeover_begins_the_longest_delay_after_the_lock_is_free(run, monkeypatch):
    _, folder, work = run
    slow = replace(work, sources=(*work.sources, source("lambat", "https://lambat.go.id/umpan", delay=0.6)))
    (folder / "work.pickle").write_bytes(pickle.dumps(slow))
    write_attempt(folder, 1, Attempt("w1", None, {item.id: counts() for item in slow.sources}))
    begun: list[float] = []

    def crawl(sources, *_, **__):
        begun.append(time.monotonic())
        return CrawlReport("done", {item.id: counts() for item in sources})

    monkeypatch.setattr("pipelines.scale.attempt.crawl", crawl)
    lock = take_lock(folder, 0)
    assert lock is not None
    thread = threading.Thread(target=attempt, args=(folder, "w2"))
    thread.start()
    time.sleep(0.3)
    freed = time.monotonic()
    os.close(lock)
    thread.join(timeout=60)
    assert begun and begun[0] - freed >= 0.6


class Workers:
    """Stands for a Dask client: what its workers answer to a probe."""

    def __init__(self, **answers):
        self.answers = answers

    def nthreads(self):
        return dict.fromkeys(self.answers, 1)

    def run(self, probe, folder, name, token, on_error):
        assert (folder / name).read_text() == token
        return {
            worker: answer(folder, name, token) if callable(answer) else answer
            for worker, answer in self.answers.items()
        }


@pytest.mark.parametrize(
    ("answer", "complaint"),
    [
        (
            lambda folder, name, token: _probe(folder.parent / "tidakada", name, token),
            "worker w: cannot read and write .*arsip",
        ),
        (lambda folder, name, token: _probe(folder, name, "lain"), "worker w: cannot read and write .*arsip"),
        ({"shared": True, "pantau": "0.0, database 1"}, "worker w: has Pantau 0.0, database 1, this is"),
        (ModuleNotFoundError("No module named 'pipelines'"), r"worker w: cannot load Pantau .*pantau\[scale\]"),
        (None, "tcp://uji:1: has no workers"),
    ],
)
def test_workers_that_cannot_do_the_work_are_named_and_nothing_is_left_behind(tmp_path, answer, complaint):
    client = Workers(baik=_probe, w=answer) if answer is not None else Workers()
    with pytest.raises(UserError, match=complaint):
        _check_workers(client, "tcp://uji:1", tmp_path / "baru" / "arsip")
    assert list(tmp_path.iterdir()) == []


def test_workers_that_can_are_let_through(tmp_path):
    _check_workers(Workers(satu=_probe, dua=_probe), "tcp://uji:1", tmp_path / "arsip")
    assert list(tmp_path.iterdir()) == []


def test_dask_missing_or_half_an_option_is_one_line_and_changes_nothing(pantau, tmp_path):
    def refused(*arguments, **environment):
        run = subprocess.run(
            [sys.executable, "-m", "pipelines.cli", "crawl", "--source", "bappenas", *arguments],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
            env=os.environ
            | {"PANTAU_DB": "uji.db", "PANTAU_CONTACT": "uji@contoh.id", "PYTHONPATH": f"{tmp_path / 'tanpa'}:{ROOT}"},
        )
        (line,) = run.stderr.splitlines()
        assert run.returncode == 2
        return line

    (tmp_path / "tanpa").mkdir()
    (tmp_path / "tanpa" / "distributed.py").write_text("raise ImportError('No module named distributed')")
    assert "pip install pantau[scale]" in refused("--engine", "dask", "--scheduler", "tcp://127.0.0.1:9")
    for half in (("--engine", "dask"), ("--scheduler", "tcp://127.0.0.1:9")):
        assert "harus bersama" in refused(*half)
    assert [path.name for path in tmp_path.iterdir()] == ["tanpa"]


def test_a_shard_database_is_one_that_attach_takes_anywhere(run):
    _, folder, work = run
    storage = ShardStorage(folder, work)
    storage.plan("satu", [Link("https://satu.go.id/baru")])
    assert not (folder / "shard.db-shm").exists()  # no shared memory, which a network file system does not have
    storage.close()
    with open_shard(folder) as shard:
        assert shard.execute("SELECT count(*) FROM pages WHERE url LIKE '%baru'").fetchone() == (1,)
    assert sorted(path.name for path in folder.iterdir()) == ["shard.db", "work.pickle"]
    with closing(connect(folder / "shard.db", create=False).conn) as whole:
        assert whole.execute("PRAGMA integrity_check").fetchone() == ("ok",)
