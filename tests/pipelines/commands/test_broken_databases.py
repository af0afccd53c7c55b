"""Every command with a database that it cannot use: one line that says what to do, and exit code 2."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from contextlib import closing

import pytest

from pipelines.database.open import open_connection
from tests.conftest import ROOT

COMMANDS = {
    "crawl": ["crawl", "--catalogue", "katalog.toml"],
    "process": ["process", "--again", "extract"],
    "status": ["status"],
    "export": ["export", "articles"],
    "watch add": ["watch", "add", "x", "--query", "jembatan", "--to", "json://127.0.0.1:9/x"],
    "watch list": ["watch", "list"],
    "watch remove": ["watch", "remove", "x"],
    "watch run": ["watch", "run"],
    "clip": ["clip", "--format", "html"],
    "coverage": ["coverage"],
    "coverage again": ["coverage", "--again"],
    "publish": ["publish", "--output", "umum.db"],
    "backup": ["backup", "cadangan"],
    "prune": ["prune", "--records-days", "60"],
}
CATALOGUE = """
[[source]]
id = "uji"
name = "Uji"
kind = "media"
homepage = "http://127.0.0.1:9/"
[[source.discover]]
method = "feed"
url = "http://127.0.0.1:9/rss"
"""
# All commands in one process, as the command line runs each of them, with a short wait for a lock.
PROGRAM = """
import io, json, sys, traceback
from contextlib import redirect_stderr, redirect_stdout
import pipelines.database.open as opened
from pipelines.cli import main
opened.BUSY_SECONDS = 0.05
for name, words in json.loads(sys.argv[1]).items():
    sys.argv = ["pantau", "--db", "uji.db", *words]
    said, code = io.StringIO(), None
    with redirect_stderr(said), redirect_stdout(io.TextIOWrapper(io.BytesIO())):
        try:
            main()
        except SystemExit as end:
            code = end.code
        except BaseException:
            traceback.print_exc()
    print(json.dumps([name, code, said.getvalue()]), file=sys.__stdout__)
"""


def run_all(folder, commands=COMMANDS):
    """(exit code, stderr) of each command."""
    (folder / "katalog.toml").write_text(CATALOGUE, encoding="utf-8")
    (folder / "cadangan").mkdir(exist_ok=True)
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, json.dumps(commands)],
        cwd=folder,
        capture_output=True,
        text=True,
        check=True,
        env=os.environ | {"PYTHONPATH": str(ROOT), "PANTAU_CONTACT": "uji@contoh.id", "LC_ALL": "en_US.UTF-8"},
        timeout=300,
    )
    return {name: (code, said) for name, code, said in map(json.loads, done.stdout.splitlines())}


def overwrite(path, pages):
    """Write what is no page over pages of a database."""
    with path.open("r+b") as file:
        for page in pages:
            file.seek((page - 1) * 4096)
            file.write(b"\xa5" * 4096)


def damaged_tables(folder):
    """The schema can be read, and no row of any table."""
    with closing(open_connection(folder / "uji.db")) as connection:
        connection.execute(
            "INSERT INTO articles (url, canonical_url, kind, title, text, word_count, first_seen, published_at)"
            " VALUES ('http://a/b', 'http://a/b', 'news', 'a', 'b', 1, '2025-01-01', '2025-01-01')"
        )
        roots = [row[0] for row in connection.execute("SELECT rootpage FROM sqlite_master WHERE rootpage > 0")]
    overwrite(folder / "uji.db", roots)


def damaged_schema(folder):
    open_connection(folder / "uji.db").close()
    overwrite(folder / "uji.db", range(2, (folder / "uji.db").stat().st_size // 4096 + 1))


def no_database(folder):
    (folder / "uji.db").write_text("bukan basis data " * 500)


def foreign(folder):
    with closing(sqlite3.connect(folder / "uji.db")) as connection:
        connection.execute("CREATE TABLE resep (nama)")


def a_folder(folder):
    (folder / "uji.db").mkdir()


SAID = {
    damaged_tables: "is damaged; stop the crawls and restore a backup",
    damaged_schema: "is damaged; stop the crawls and restore a backup",
    no_database: "file is not a database; give --db another file",
    foreign: "is not a Pantau database; give --db another file",
    a_folder: "is a folder; give --db the path of a database file",
}


@pytest.mark.parametrize("broken", SAID, ids=lambda broken: broken.__name__)
def test_a_database_that_cannot_be_used_is_said_in_one_line(tmp_path, broken):
    broken(tmp_path)
    for name, (code, said) in run_all(tmp_path).items():
        assert code == 2, (name, said)
        assert said.splitlines()[-1].startswith(f"pantau: uji.db: {SAID[broken]}"), name
        assert "Traceback" not in said, name
        assert len(said.splitlines()) == (3 if (broken, name) == (damaged_tables, "status") else 1), name


def test_a_locked_database_is_said_in_one_line(tmp_path):
    open_connection(tmp_path / "uji.db").close()
    with closing(sqlite3.connect(tmp_path / "uji.db", isolation_level=None)) as holder:
        holder.execute("PRAGMA locking_mode = EXCLUSIVE")
        holder.execute("BEGIN EXCLUSIVE")
        for name, (code, said) in run_all(tmp_path).items():
            assert (code, said.count("\n")) == (2, 1), (name, said)
            assert "uji.db: is locked by another program; try again" in said, name


def test_a_database_that_another_program_writes_is_said_in_one_line(tmp_path):
    """Readers go on beside a writer; who writes waits, and then says so."""
    open_connection(tmp_path / "uji.db").close()
    writers = {name: COMMANDS[name] for name in ("crawl", "process", "watch add", "coverage again", "prune")}
    with closing(sqlite3.connect(tmp_path / "uji.db", isolation_level=None)) as holder:
        holder.execute("BEGIN IMMEDIATE")
        for name, (code, said) in run_all(tmp_path, writers).items():
            assert (code, said.count("\n")) == (2, 1), (name, said)
            assert "uji.db: is locked by another program; try again" in said, name


def test_an_empty_file_is_no_database_yet(tmp_path):
    (tmp_path / "uji.db").touch()
    others = {name: words for name, words in COMMANDS.items() if name != "crawl"}
    for name, (code, said) in run_all(tmp_path, others).items():
        assert (code, said) == (2, "pantau: uji.db: no such database; run `pantau crawl` first or give --db FILE\n"), (
            name
        )
    assert run_all(tmp_path, {"crawl": COMMANDS["crawl"]})["crawl"][0] == 1  # it crawls; the only source is dead


def test_status_says_once_a_day_that_a_page_is_damaged(tmp_path, pantau):
    """A page that `status` itself never reads."""
    path = tmp_path / "uji.db"
    with closing(open_connection(path)) as connection:
        root = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'quotes'").fetchone()[0]
    assert pantau("status").returncode == 0
    mark = tmp_path / "uji.db.checked"
    assert mark.exists()
    overwrite(path, [root])
    assert pantau("status").returncode == 0  # looked at a moment ago
    os.utime(mark, (mark.stat().st_mtime - 90_000,) * 2)
    for _ in range(2):  # and from then on every time, until it is mended
        run = pantau("status", "--problems")
        assert run.returncode == 1
        assert "uji.db: berkas basis data ini rusak" in run.stderr
        assert "pulihkan dari cadangan" in run.stderr
