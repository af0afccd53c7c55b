"""What all tests share: where the shared data is, and a command line run as a user runs it."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
import threading
import zlib
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import datasette.utils
import datasette.utils.sqlite
import pytest

ROOT = Path(__file__).resolve().parents[1]
SHARED = ROOT.parent / "shared"

# To learn what SQLite can, Datasette 0.65 opens databases in memory that it never closes, which is a warning from
# Python 3.13 on. It is told the answers here, before anything of it is imported.
datasette.utils.detect_json1 = lambda conn=None: True
datasette.utils.sqlite._cached_sqlite_version = sqlite3.sqlite_version_info

# Files that every share of the tests has: what a new Python has broken before, or would break first.
IN_EVERY_SHARE = (
    "tests/test_cli.py",
    "tests/crawler/test_crawl.py",
    "tests/nlp/test_tag.py",
    "tests/pipelines/archive/test_foreign.py",
    "tests/pipelines/database/test_open.py",
    "tests/pipelines/publish/test_pages.py",
    "tests/pipelines/read/test_pool.py",
)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Of all files those of the share that PANTAU_TEST_SHARE asks for ("2/3"); those with slow tests first."""
    share, shares = map(int, os.environ.get("PANTAU_TEST_SHARE", "1/1").split("/"))
    kept, left, slow = [], [], set()
    for item in items:
        file = item.path.relative_to(ROOT).as_posix()
        mine = file in IN_EVERY_SHARE or zlib.crc32(file.encode()) % shares == share - 1
        (kept if mine else left).append(item)
        if item.get_closest_marker("slow") or item.get_closest_marker("browser"):
            slow.add(item.path)
    if left:
        config.hook.pytest_deselected(items=left)
    items[:] = sorted(kept, key=lambda item: item.path not in slow)


needs_shared = pytest.mark.skipif(not SHARED.is_dir(), reason="the shared data is not beside the checkout")


@pytest.fixture
def pantau(tmp_path: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Runs `pantau ARGUMENTS` in an empty folder; the database is uji.db there."""

    def run(*arguments: str | Path, stdin: str | None = None, timeout: float = 120) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "pipelines.cli", *map(str, arguments)],
            cwd=tmp_path,
            input=stdin,
            capture_output=True,
            text=True,
            timeout=timeout,
            env=os.environ | {"PANTAU_DB": str(tmp_path / "uji.db"), "PYTHONPATH": str(ROOT)},
        )

    return run


@pytest.fixture
def english(pantau: Callable[..., subprocess.CompletedProcess[str]]) -> Callable[..., subprocess.CompletedProcess[str]]:
    """The same, in English: for errors, which are written in it."""
    return lambda *arguments, **more: pantau("--lang", "en", *arguments, **more)


@pytest.fixture
def webhook() -> Iterator[HTTPServer]:
    """A server that keeps what is posted to it as (path, JSON) in `received`; it answers with `status` and `location`."""
    received = []

    class Hook(BaseHTTPRequestHandler):
        def do_POST(self):
            received.append((self.path, json.loads(self.rfile.read(int(self.headers["Content-Length"])))))
            self.send_response(self.server.status)
            self.send_header("Content-Length", "0")
            if self.server.location:
                self.send_header("Location", self.server.location)
            self.end_headers()

        do_GET = do_POST  # where a redirect would be followed to

        def log_message(self, *_):
            pass

    server = HTTPServer(("127.0.0.1", 0), Hook)
    server.status, server.received, server.location = 200, received, None
    server.address = f"json://127.0.0.1:{server.server_address[1]}/kait"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
