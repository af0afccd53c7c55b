"""A crawl over two real Dask workers on loopback: interrupted, resumed, and one worker killed in the middle."""

from __future__ import annotations

import itertools
import os
import re
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from pipelines.archive.warc import Archive
from tests.conftest import ROOT
from tests.crawler.server import LOREM
from tests.pipelines.scale.dask_cluster import PATIENCE, Cluster, kill_tree, wait_for

DELAY = 0.25  # seconds between two requests to a host
HOSTS = [f"127.0.0.{number}" for number in range(1, 6)]
PAGES = 16  # of a host


@dataclass
class Asked:
    """One request: when it came and was answered, for what, and from which worker."""

    begun: float
    ended: float
    path: str
    worker: str


@dataclass
class Network:
    """Web servers on several loopback addresses. The worker is told by the contact in its crawl's user agent."""

    log: dict[str, list[Asked]] = field(default_factory=dict)
    catalogue: str = ""

    def pages_of(self, worker: str) -> int:
        return sum("/berita/" in asked.path and asked.worker == worker for log in self.log.values() for asked in log)

    def pages(self) -> int:
        return sum(self.pages_by_host())

    def pages_by_host(self) -> list[int]:
        return [sum("/berita/" in asked.path for asked in log) for log in self.log.values()]


@contextmanager
def network(hosts: list[str], pages: int, delay: float) -> Iterator[Network]:
    """A server a host, each with a feed of `pages` articles."""
    net = Network()
    servers = []
    for number, host in enumerate(hosts):
        log: list[Asked] = []
        server = ThreadingHTTPServer((host, 0), _handler(log, pages))
        server.daemon_threads = True
        address = f"{host}:{server.server_address[1]}"
        net.log[address] = log
        net.catalogue += (
            f'[[source]]\nid = "situs{number}"\nname = "Situs {number}"\nkind = "media"\ndelay = {delay}\n'
            f'homepage = "http://{address}/"\ndiscover = [{{ method = "feed", url = "http://{address}/umpan" }}]\n'
        )
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        servers.append((server, thread))
    try:
        yield net
    finally:
        for server, thread in servers:
            server.shutdown()
            server.server_close()
            thread.join()


def _handler(log: list[Asked], pages: int) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            begun = time.monotonic()
            worker = re.search(r"\+(\w+)@contoh\.id\)", self.headers["User-Agent"])
            status, body = self.answer()
            self.send_response(status)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)
            log.append(Asked(begun, time.monotonic(), self.path, worker[1] if worker else "?"))

        def answer(self) -> tuple[int, bytes]:
            host = self.headers["Host"]
            if self.path == "/umpan":
                links = "".join(
                    f"<entry><title>{n}</title><link href='http://{host}/berita/{n}'/></entry>" for n in range(pages)
                )
                return 200, f"<feed xmlns='http://www.w3.org/2005/Atom'>{links}</feed>".encode()
            if not self.path.startswith("/berita/"):
                return 404, b""
            title = f"Berita {self.path[8:]} dari {host}"
            page = f"<title>{title}</title><h1>{title}</h1><p>Rabu, 12 November 2025</p><p>{LOREM}</p>"
            return 200, page.encode()

        def log_message(self, format: str, *args: Any) -> None:
            """Silence."""

    return Handler


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    running = Cluster(tmp_path_factory.mktemp("dask"))
    try:
        yield running
    finally:
        running.close()


def query(tmp_path: Path, sql: str) -> list[Any]:
    connection = sqlite3.connect(tmp_path / "uji.db")
    try:
        return connection.execute(sql).fetchall()
    finally:
        connection.close()


def begin(tmp_path: Path, net: Network, scheduler: str) -> subprocess.Popen[str]:
    tmp_path.mkdir(exist_ok=True)
    file = tmp_path / "katalog.toml"
    file.write_text(net.catalogue, encoding="utf-8")
    return subprocess.Popen(
        [
            sys.executable,
            "-m",
            "pipelines.cli",
            "--db",
            str(tmp_path / "uji.db"),
            "crawl",
            "--catalogue",
            str(file),
            "--engine",
            "dask",
            "--scheduler",
            scheduler,
        ],
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        # A suite that runs in the background has inherited "ignore", and so would the run.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )


def end(run: subprocess.Popen[str]) -> str:
    _, errors = run.communicate(timeout=PATIENCE)
    return errors


@pytest.mark.timing
@pytest.mark.slow
def test_one_of_two_workers_is_killed_and_every_page_comes_once(tmp_path, cluster):
    workers = {name: cluster.worker(name) for name in ("satu", "dua")}
    with network(HOSTS, PAGES, DELAY) as net:
        nobody = begin(tmp_path / "lain", net, "tcp://127.0.0.1:9")
        cluster.wait_for_workers(2)
        run = begin(tmp_path, net, cluster.address())
        wait_for(lambda: net.pages_of("satu") >= 8)
        kill_tree(workers["satu"])
        killed_at = time.monotonic()
        errors = end(run)
    (line,) = end(nobody).splitlines()
    assert (nobody.returncode, "tidak ada penjadwal Dask yang menjawab" in line) == (2, True), line
    assert [path.name for path in (tmp_path / "lain").iterdir()] == ["katalog.toml"]
    assert run.returncode == 0, errors
    assert "4 bagian di 2 pekerja Dask; 2 diambil alih" in errors
    ((rows, urls, articles),) = query(
        tmp_path,
        "SELECT count(*), count(DISTINCT url), (SELECT count(*) FROM articles) FROM pages WHERE state = 'done'",
    )
    assert rows == urls == articles == len(HOSTS) * PAGES
    print(f"\n{what_happened(net, killed_at)}")
    assert query(tmp_path, "SELECT outcome, found, fetched FROM runs") == [("done", rows, rows)]
    archive = Archive(tmp_path / "uji-archive")
    for file, offset in query(tmp_path, "SELECT warc_file, warc_offset FROM pages"):
        assert LOREM.encode() in archive.read(file, offset)
    assert not (tmp_path / "uji-archive" / "shards").exists()


@pytest.mark.timing
@pytest.mark.slow
def test_ctrl_c_stops_the_workers_and_merges_what_is_there(tmp_path, cluster):
    cluster.worker("tiga")
    with network(HOSTS[:2], 200, 0.1) as net:
        cluster.wait_for_workers(1)
        run = begin(tmp_path, net, cluster.address())
        wait_for(lambda: min(net.pages_by_host()) >= 2)  # by then the feeds of both have been read
        os.killpg(run.pid, signal.SIGINT)
        errors = end(run)
        assert run.returncode == 130, errors
        time.sleep(0.5)  # what was answered last is in the log
        asked = net.pages()
        time.sleep(0.5)
        assert net.pages() == asked < 400  # nobody goes on, openly or in secret
    ((fetched, found),) = query(tmp_path, "SELECT sum(state = 'fetched'), count(*) FROM pages")
    assert (found, query(tmp_path, "SELECT outcome, found, fetched FROM runs")) == (
        400,
        [("interrupted", 400, fetched)],
    )
    assert asked - len(HOSTS[:2]) <= fetched <= asked  # at most the answer in flight of each host is lost
    assert not (tmp_path / "uji-archive" / "shards").exists()


def what_happened(net: Network, killed_at: float) -> str:
    """Check every host's log: one worker at a time, never closer than the delay, no page twice but those in flight."""
    gaps, takeovers, again = [], [], []
    for log in net.log.values():
        log.sort(key=lambda asked: asked.begun)
        for first, second in itertools.pairwise(log):
            gaps.append(second.begun - first.begun)
            if first.worker != second.worker:
                assert first.ended <= second.begun
                takeovers.append(second.begun - first.begun)
        turns = [worker for worker, _ in itertools.groupby(log, key=lambda asked: asked.worker)]
        assert len(turns) <= 2, turns
        pages = [asked.path for asked in log if "/berita/" in asked.path]
        assert set(pages) == {f"/berita/{n}" for n in range(PAGES)}
        twice = {path for path in pages if pages.count(path) > 1}
        for path in twice:
            # Killed between the answer and the archive: nobody had this page.
            assert all(
                abs(asked.ended - killed_at) < 1 or asked.begun > killed_at for asked in log if asked.path == path
            )
        again += twice
    assert min(takeovers) >= DELAY
    assert sorted(gaps)[len(gaps) // 20] >= DELAY - 0.05  # a busy machine sends some requests late, the next in time
    assert min(gaps) >= DELAY / 2
    return (
        f"{net.pages()} page requests for {len(net.log) * PAGES} pages ({len(again)} in flight at the kill), "
        f"closest two requests to a host {min(gaps):.3f} s, {len(takeovers)} changes of worker, "
        f"the closest after {min(takeovers):.2f} s"
    )
