"""Ctrl-C, SIGTERM and SIGHUP end every command, and everything that it has started, within five seconds."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import ExitStack, closing
from pathlib import Path

import pytest

from pipelines.database.open import connect, open_connection
from pipelines.desk.watch.saved import add_watch
from tests.conftest import ROOT
from tests.pipelines.commands.test_broken_databases import CATALOGUE
from tests.pipelines.conftest import make_article
from tests.pipelines.store.test_save import store

pytestmark = pytest.mark.timing
SECONDS = 5.0
SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"]
PANTAU = "from pipelines.cli import main; main()"
COVERAGE = """
import os, time
from pipelines.commands.signals import end_on_signals
from pipelines.coverage.workers import Workers
def hang(number):
    os.write(1, b"at work\\n")  # in one piece: two workers say it at once
    time.sleep(60)
end_on_signals()
with Workers(1_000) as workers:
    list(workers.map(hang, range(1_000)))
"""
SQLITE = """
import sqlite3
from pipelines.commands.signals import end_on_signals
end_on_signals()
print("at work", flush=True)
sqlite3.connect(":memory:").execute("WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT sum(x) FROM c")
"""


@pytest.fixture
def deaf():
    """A server that takes a connection and never answers: its port, and what waits for the connection."""
    with socket.create_server(("127.0.0.1", 0)) as listener, ExitStack() as taken:
        listener.settimeout(60)
        yield listener.getsockname()[1], lambda run: taken.enter_context(listener.accept()[0])


def in_session(session: int) -> list[int]:
    """The processes of a session that are alive."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, _, _, own = stat.read_text().rpartition(") ")[2].split()[:4]
        except (OSError, ValueError):
            continue
        if int(own) == session and state != "Z":
            found.append(int(stat.parent.name))
    return found


def ends(program, words, folder, at_work, name, *, group=False):
    """Start a command, signal it once it is at work, and see all of its session end."""
    with subprocess.Popen(
        [sys.executable, "-c", program, *words],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
        env=os.environ | {"PYTHONPATH": str(ROOT), "PANTAU_CONTACT": "uji@contoh.id"},
    ) as run:
        try:
            at_work(run)
            begun = time.monotonic()
            (os.killpg if group else os.kill)(run.pid, getattr(signal, name))
            while in_session(run.pid) and time.monotonic() < begun + 2 * SECONDS:
                time.sleep(0.05)
            took = time.monotonic() - begun
            assert in_session(run.pid) == []
            assert took < SECONDS, f"{took:.1f} s"
            assert run.wait(10) == 130 or program in (COVERAGE, SQLITE), run.stderr.read()
            return took
        finally:
            for left in in_session(run.pid):
                os.kill(left, signal.SIGKILL)


def said(run):
    line = run.stdout.readline()
    if line != b"at work\n":
        os.killpg(run.pid, signal.SIGKILL)  # so that what it says has an end
        pytest.fail(f"{line!r}, {run.stderr.read()!r}")


@pytest.mark.parametrize("name", SIGNALS)
def test_a_crawl_of_a_site_that_never_answers(tmp_path, deaf, name):
    catalogue = CATALOGUE.replace("127.0.0.1:9", f"127.0.0.1:{deaf[0]}")
    (tmp_path / "katalog.toml").write_text(catalogue, encoding="utf-8")
    words = ["--db", "uji.db", "crawl", "--catalogue", "katalog.toml"]
    ends(PANTAU, words, tmp_path, deaf[1], name, group=name == "SIGHUP")


@pytest.mark.parametrize("name", SIGNALS)
def test_workers_of_coverage(tmp_path, name):
    ends(COVERAGE, [], tmp_path, said, name)


@pytest.mark.parametrize("name", SIGNALS)
def test_a_statement_of_sqlite_that_goes_on_and_on(tmp_path, name):
    ends(SQLITE, [], tmp_path, said, name)


@pytest.mark.parametrize("name", ["SIGTERM"])
def test_a_watch_whose_receiver_never_answers(tmp_path, deaf, name):
    with closing(open_connection(tmp_path / "uji.db")) as connection:
        address = f"json://127.0.0.1:{deaf[0]}/x"
        add_watch(connection, "pasar", {"query": "pasar"}, (address,), every_minutes=15, floor=1, ceiling=9)
    with connect(tmp_path / "uji.db") as database:
        store(database, make_article())
    ends(PANTAU, ["--db", "uji.db", "watch", "run"], tmp_path, deaf[1], name)


@pytest.mark.parametrize("name", ["SIGHUP"])
def test_a_kliping_of_a_very_long_day(tmp_path, name):
    with connect(tmp_path / "uji.db") as database:
        store(database, make_article(text="Bupati meresmikan pasar yang baru itu. " * 60_000), tags=None)

    def at_work(run):
        time.sleep(1.5)
        if run.poll() is not None:
            pytest.skip("the kliping was ready before it could be ended")

    ends(PANTAU, ["--db", "uji.db", "clip", "--date", "2025-11-12"], tmp_path, at_work, name)
