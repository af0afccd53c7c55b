"""What a quarter-hourly run with 100 new articles costs on databases of different sizes.

    python -m benchmarks.flat make FOLDER/N.db --articles N        # resumable; a million take most of an hour
    python -m benchmarks.flat measure SMALL.db LARGE.db [--rounds 3]
    python -m benchmarks.flat known FOLDER/known.db --pages 10000000

`make` writes a made-up archive (benchmarks/made_up.py), lets coverage index its last 45 days, puts all of it into
stories (benchmarks/made_isu.py), and makes the database known to the present schema. `measure` serves ten sites on
loopback, whose feeds have 10 new and up to 90 known articles each, and runs the whole of `pantau crawl` on each
database in turn: the same pages, which tell of the people and places that the archives tell of most. It writes into the
databases. Per round and step: seconds, and the instructions that SQLite's virtual machine carried out for the writer,
which no busy machine changes.
`known` fills a queue with pages that were read before and times what a crawl asks it: feeds of 100 links, 10 new.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import resource
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from benchmarks import made_isu
from benchmarks.bulk import make as make_archive
from benchmarks.made_up import LAST, Archive
from benchmarks.pages import Pages
from pipelines.coverage.index import DAYS_KEPT
from pipelines.coverage.update import update as update_coverage
from pipelines.database.open import connect

SITES, NEW, KNOWN = 10, 10, 90  # a feed's articles
PORT = 8879  # of all sites, so that their pages are known in the next round, too
OPCODES = 1_000  # of SQLite's virtual machine between two calls that count them
ROOT = Path(__file__).resolve().parents[1]


def make(path: Path, total: int) -> None:
    """The archive, with coverage's index of the last days."""
    make_archive(path, total)
    age(path)


def age(path: Path) -> None:
    """Let coverage index the articles of the archive's last DAYS_KEPT days, and all be in stories, unless they are."""
    connection = connect(path).conn
    connection.execute("PRAGMA synchronous = OFF")
    if not connection.execute("SELECT count(*) FROM coverage_articles").fetchone()[0]:
        first = (LAST - timedelta(days=DAYS_KEPT)).isoformat()
        connection.execute(
            "INSERT OR IGNORE INTO coverage_todo SELECT id FROM articles WHERE published_date >= ?", (first,)
        )
        done = 0

        def show(count: int) -> None:
            nonlocal done
            done += count
            print(f"\rcoverage: {done:,}", end="", file=sys.stderr, flush=True)

        update_coverage(connection, on_progress=show)
        # As if the archive ended today, and had been indexed as it came in: what is new counts with it, and forgetting
        # begins in 45 days.
        today = "unixepoch() / 86400"
        shift = connection.execute(f"SELECT {today} - max(day) FROM coverage_articles").fetchone()[0] or 0
        connection.execute(f"UPDATE coverage_articles SET indexed_on = {today}, day = day + {shift}")
        connection.execute(f"UPDATE coverage_index SET day = day + {shift}")
        connection.execute(f"UPDATE coverage_common SET since = since + {shift}, noted_on = {today}")
        print(file=sys.stderr)
    made_isu.fill(connection, LAST)
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()


class Sites:
    """Ten newsrooms on loopback addresses; `round` decides what they have published."""

    def __init__(self) -> None:
        archive = Archive(1)
        places = [place.name for place in archive.places[:200]]
        first = datetime.now(UTC) - timedelta(hours=6)
        self.pages = Pages(timedelta(seconds=1), first, archive.people[:2_000], places)
        self.round = 0
        self.hosts = [f"127.0.0.{n + 2}" for n in range(SITES)]
        self.servers: list[ThreadingHTTPServer] = []

    def catalogue(self) -> str:
        """The sites as sources, without a delay: what is measured is our work."""
        return "".join(
            f'[[source]]\nid = "situs{n}"\nname = "Situs {n}"\nkind = "media"\nhomepage = "http://{host}:{PORT}/"\n'
            f'delay = 0.0\ndiscover = [{{ method = "feed", url = "http://{host}:{PORT}/umpan" }}]\n'
            for n, host in enumerate(self.hosts)
        )

    def answer(self, host: str, path: str) -> tuple[int, str, bytes]:
        """(status, content type, body)."""
        site = self.hosts.index(host.rpartition(":")[0])
        if path == "/umpan":
            newest = (self.round + 1) * NEW
            links = "".join(
                f"<entry><title>{n}</title><link href='http://{host}/berita/{n * SITES + site}'/></entry>"
                for n in range(newest - 1, max(-1, newest - NEW - KNOWN - 1), -1)
            )
            return 200, "application/atom+xml", f"<feed xmlns='http://www.w3.org/2005/Atom'>{links}</feed>".encode()
        if path.startswith("/berita/"):
            return 200, "text/html; charset=utf-8", self.pages.page(int(path[8:]), f"http://{host}").body
        return 404, "text/plain", b""

    @contextmanager
    def running(self) -> Iterator[Sites]:
        """Serve until the end of the block."""
        sites = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                status, kind, body = sites.answer(self.headers["Host"], self.path)
                self.send_response(status)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: Any) -> None:
                """Silence."""

        for host in self.hosts:
            server = ThreadingHTTPServer((host, PORT), Handler)
            server.daemon_threads = True
            threading.Thread(target=server.serve_forever, daemon=True).start()
            self.servers.append(server)
        try:
            yield self
        finally:
            for server in self.servers:
                server.shutdown()
                server.server_close()


class Steps:
    """Seconds and SQLite's instructions by step of one run; of the crawl with what is read and stored meanwhile."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = defaultdict(float)
        self.opcodes: dict[str, int] = defaultdict(int)
        self.counted = 0

    def count(self) -> None:
        """SQLite's progress handler."""
        self.counted += OPCODES

    def timed(self, name: str, call: Callable[..., Any]) -> Callable[..., Any]:
        """`call`, with its cost put down under `name`."""

        def wrapped(*args: Any, **kwargs: Any) -> Any:
            began, before = time.perf_counter(), self.counted
            try:
                return call(*args, **kwargs)
            finally:
                self.seconds[name] += time.perf_counter() - began
                self.opcodes[name] += self.counted - before

        return wrapped


def one_run(database: Path, catalogue: Path) -> None:
    """In a process of its own: `pantau crawl`, then `pantau status`, step by step; prints JSON."""
    from pipelines.commands.terminal import show_progress
    from pipelines.health import status
    from pipelines.run import process, run

    steps, opening = Steps(), run.open_connection

    def open_counted(*args: Any, **kwargs: Any) -> sqlite3.Connection:
        connection = opening(*args, **kwargs)
        connection.set_progress_handler(steps.count, OPCODES)
        return connection

    run.open_connection = open_counted
    for module, name, step in (
        (run, "open_connection", "open"),
        (run, "apply_corrections", "corrections"),
        (run, "merge_leftovers", "leftovers of shards"),
        (run.Runs, "upsert_sources", "sources"),
        (run.Runs, "retire_sources", "sources"),
        (run.WaitingPages, "count", "queue"),
        (run.LocalCrawl, "__call__", "crawl"),
        (process, "_write", "store"),
        (run, "update_coverage", "coverage"),
        (run, "update_stories", "isu"),
        (run.Runs, "end", "end"),
    ):
        setattr(module, name, steps.timed(step, getattr(module, name)))
    began = time.perf_counter()
    report = run.crawl_and_process(
        database, catalogue=catalogue, only=(), limit=None, since=None, max_minutes=None, progress=show_progress
    )
    seconds = time.perf_counter() - began
    connection = sqlite3.connect(database)
    connection.set_progress_handler(steps.count, OPCODES)
    steps.timed("status", status.source_statuses)(connection)
    connection.close()
    own, children = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    print(
        json.dumps(
            {
                "run": seconds,
                "cpu": own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime,
                "new": report.processed.new,
                "failed": len(report.failures),
                "covered": report.processed.covered,
                "seconds": steps.seconds,
                "opcodes": steps.opcodes,
            }
        )
    )


def measure(databases: list[Path], rounds: int) -> dict[str, Any]:
    """Run the same rounds on each database in turn, after one that is not counted."""
    results: dict[str, list[dict[str, Any]]] = {database.name: [] for database in databases}
    with tempfile.TemporaryDirectory() as folder, Sites().running() as sites:
        catalogue = Path(folder, "katalog.toml")
        catalogue.write_text(sites.catalogue(), encoding="utf-8")
        first = max(_rounds_known(database) for database in databases)
        for number in range(rounds + 1):
            sites.round = first + number
            for database in databases if number % 2 else databases[::-1]:
                answer = subprocess.run(
                    [sys.executable, "-m", "benchmarks.flat", "one", str(database), str(catalogue)],
                    check=True,
                    stdout=subprocess.PIPE,
                    text=True,
                    cwd=ROOT,
                    env=os.environ,
                )
                result = json.loads(answer.stdout.splitlines()[-1])
                print(f"{database.name}: {result['run']:.1f} s, {result['new']} new", file=sys.stderr)
                if number:
                    results[database.name].append(result)
    return {name: _median(found) for name, found in results.items()} | {"rounds": rounds}


FILL_QUEUE = """
INSERT INTO pages (url, source_id, state, http_status, etag, last_modified, fetched_at, warc_file, warc_offset,
    found_at, final_url, content_type, digest, hints, processed_at)
  WITH RECURSIVE c(n) AS (SELECT {first} UNION ALL SELECT n + 1 FROM c WHERE n < {last}),
    made AS (SELECT n, n * 300 / {count} AS s, strftime('%Y-%m-%dT%H:%M:%S+00:00', 1600000000 + n * 9, 'unixepoch') AS t
             FROM c),
    named AS (SELECT *, printf('https://s%03d.contoh.id/berita/judul-berita-yang-panjang-%09d', s, n) AS url FROM made)
  SELECT url, 's' || s, 'done', 200, '"' || n || '"', t, t, printf('pantau-%08d.warc.gz', n / 60000), n % 60000 * 15000,
    t, url, 'text/html; charset=utf-8', hex(randomblob(32)), json_object('published_at', t), t FROM named
"""


def known(path: Path, count: int) -> dict[str, Any]:
    """Milliseconds of what a run asks a queue of `count` known pages; medians of 20, each about other pages."""
    from crawler.records import Link
    from pipelines.queue.orders import Orders
    from pipelines.queue.waiting import WaitingPages

    connection = connect(path).conn
    connection.execute("PRAGMA synchronous = OFF")
    indexes = connection.execute(
        "SELECT name, sql FROM sqlite_master WHERE tbl_name = 'pages' AND type = 'index' AND sql IS NOT NULL"
    ).fetchall()
    if not connection.execute("SELECT 1 FROM pages LIMIT 1").fetchone():
        for name, _ in indexes:
            connection.execute(f"DROP INDEX {name}")
        for first in range(0, count, 500_000):
            last = min(first + 500_000, count) - 1
            connection.execute(FILL_QUEUE.format(first=first, last=last, count=count))
            print(f"\r{last + 1:,} pages", end="", file=sys.stderr, flush=True)
        for name, sql in indexes:
            print(f"\r{name:40}", end="", file=sys.stderr, flush=True)
            connection.execute(sql)
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.execute("PRAGMA synchronous = NORMAL")
    orders, waiting, times = Orders(connection), WaitingPages(connection), defaultdict[str, list[float]](list)
    random_ = random.Random(time.time_ns())

    def timed(name: str, call: Callable[..., Any], *values: Any) -> Any:
        began = time.perf_counter()
        answer = call(*values)
        times[name].append(1_000 * (time.perf_counter() - began))
        return answer

    for _ in range(20):
        source, start = random_.randrange(300), random_.randrange(count)
        urls = [
            url
            for (url,) in connection.execute(
                "SELECT url FROM pages WHERE source_id = ? AND rowid > ? LIMIT 90", (f"s{start * 300 // count}", start)
            )
        ]
        links = [Link(url) for url in urls]
        links += [Link(f"https://s{source}.contoh.id/baru/{random_.getrandbits(60)}") for _ in range(10)]
        timed("a feed of 100 links, 10 of them new", orders.plan, f"s{source}", links)
        timed("pages that wait to be asked for", orders.pending, f"s{source}")
        timed("pages that wait to be read, counted", waiting.count)
        timed("pages that wait to be read, listed", lambda: list(waiting.slices()))
    size = path.stat().st_size / 1e9
    connection.close()
    return {
        "pages": count,
        "gigabytes": round(size, 2),
        "milliseconds": {name: round(statistics.median(values), 2) for name, values in times.items()},
    }


def _rounds_known(database: Path) -> int:
    """How many rounds a database has had."""
    connection = sqlite3.connect(database)
    known = connection.execute("SELECT count(*) FROM pages WHERE source_id = 'situs0'").fetchone()[0]
    connection.close()
    return -(-int(known) // NEW)


def _median(runs: list[dict[str, Any]]) -> dict[str, Any]:
    def of(values: list[Any]) -> Any:
        if isinstance(values[0], dict):
            return {key: of([value.get(key, 0) for value in values]) for key in values[0]}
        return round(statistics.median(values), 3)

    return {key: of([run[key] for run in runs]) for key in runs[0]}


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    command = commands.add_parser("make")
    command.add_argument("database", type=Path)
    command.add_argument("--articles", type=int, default=1_000_000)
    command = commands.add_parser("measure")
    command.add_argument("databases", type=Path, nargs="+")
    command.add_argument("--rounds", type=int, default=3)
    command = commands.add_parser("known")
    command.add_argument("database", type=Path)
    command.add_argument("--pages", type=int, default=10_000_000)
    command = commands.add_parser("one")
    command.add_argument("database", type=Path)
    command.add_argument("catalogue", type=Path)
    arguments = parser.parse_args()
    if arguments.command == "make":
        make(arguments.database, arguments.articles)
    elif arguments.command == "known":
        print(json.dumps(known(arguments.database, arguments.pages), indent=1))
    elif arguments.command == "one":
        one_run(arguments.database.resolve(), arguments.catalogue)
    else:
        print(json.dumps(measure(arguments.databases, arguments.rounds), indent=1))


if __name__ == "__main__":
    main()
