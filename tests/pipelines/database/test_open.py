"""Opening the database: what is ours, what is not."""

from __future__ import annotations

import json
import re
import signal
import sqlite3
import subprocess
import sys
import threading
from contextlib import suppress

import pytest

from pipelines.database import open as opening
from pipelines.database.open import SCHEMA_VERSION, connect, naming_faults, transaction
from pipelines.database.schema import SCHEMA
from pipelines.errors import UserError
from pipelines.run.run import check_database
from tests.conftest import ROOT


def test_a_new_file_gets_the_schema_and_opens_again(tmp_path):
    path = tmp_path / "baru.db"
    connect(path).close()
    database = connect(path, create=False)
    assert {"pages", "articles", "people", "agreements"} <= set(database.table_names())
    assert {"officials", "cities"} <= set(database.view_names())
    assert database.conn.execute("PRAGMA journal_mode").fetchone()[0] == "wal"
    database.close()


# Opens the database argv[1]; SQLite's statement number argv[2] kills the process, files may have argv[3] bytes.
CREATION = """
import os, resource, signal, sqlite3, sys
from pathlib import Path
from pipelines.database import open as opened, migrations
stage, size = int(sys.argv[2]), int(sys.argv[3])
connect, count = sqlite3.connect, 0
def traced(path, **options):
    connection = connect(path, **options)
    def run(sql):
        global count
        count += 1
        if count == stage:
            os.kill(os.getpid(), signal.SIGKILL)
    connection.set_trace_callback(run)
    return connection
sqlite3.connect = traced
if size >= 0:
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
try:
    opened.open_connection(Path(sys.argv[1])).close()
    print(count)
except opened.UserError as error:
    print(error)
"""


def create(path, stage=0, size=-1):
    return subprocess.run(
        [sys.executable, "-c", CREATION, path, str(stage), str(size)], cwd=ROOT, capture_output=True, text=True
    )


def test_a_death_at_any_stage_of_the_creation_leaves_what_the_next_run_finishes(tmp_path):
    statements = int(create(tmp_path / "utuh.db").stdout)
    assert statements > 150
    for stage in (1, 2, 4, 6, 8, 10, 12, 40, statements // 2, statements - 2, statements):
        path = tmp_path / f"mati{stage}.db"
        assert create(path, stage).returncode == -signal.SIGKILL
        check_database(path)
        with connect(path) as database:
            assert database.conn.execute("PRAGMA quick_check").fetchone() == ("ok",)
            assert {"pages", "articles", "people"} <= set(database.table_names()), stage


@pytest.mark.parametrize("size", [0, 1_000, 4_096, 40_000, 200_000])
def test_a_disk_that_is_full_while_the_database_is_made_is_said_and_then_forgotten(tmp_path, size):
    path = tmp_path / "penuh.db"
    run = create(path, size=size)
    assert run.stdout.startswith(f"{path}: cannot be read or written; check the disk, its space and its quota"), run
    check_database(path)
    with connect(path) as database:
        assert {"pages", "articles", "people"} <= set(database.table_names())


def test_a_database_that_fills_while_it_is_recognised_is_not_taken_for_a_strangers(tmp_path):
    path = tmp_path / "berdua.db"
    connection, other = sqlite3.connect(path, isolation_level=None), []

    def another_first_crawl(sql):
        if "user_version" in sql and not other:
            other.append(subprocess.Popen([sys.executable, "-c", CREATION, path, "0", "-1"], cwd=ROOT))
            with suppress(subprocess.TimeoutExpired):
                other[0].wait(5)  # it waits for us, until we have read all

    connection.set_trace_callback(another_first_crawl)
    assert opening._recognise(connection, path) in (0, SCHEMA_VERSION)
    connection.close()
    assert other[0].wait(60) == 0


def test_first_crawls_at_once_all_get_the_database(tmp_path):
    """In whatever state one finds what another has begun."""
    path = tmp_path / "bersama.db"
    path.touch()
    program = "import sys; from pathlib import Path; from pipelines.run.run import check_database, open_connection; "
    program += "check_database(Path(sys.argv[1])); open_connection(Path(sys.argv[1])).close()"
    crawls = [subprocess.Popen([sys.executable, "-c", program, path], cwd=ROOT) for _ in range(4)]
    assert [crawl.wait(60) for crawl in crawls] == [0] * 4


def test_a_missing_database_is_named(tmp_path):
    with pytest.raises(UserError, match=r"tidakada\.db: no such database"):
        connect(tmp_path / "tidakada.db", create=False)


def test_a_foreign_database_is_left_alone(tmp_path):
    path = tmp_path / "lain.db"
    foreign = sqlite3.connect(path)
    foreign.execute("CREATE TABLE resep (nama)")
    foreign.commit()
    foreign.close()
    before = path.read_bytes()
    with pytest.raises(UserError, match="is not a Pantau database"):
        connect(path)
    assert path.read_bytes() == before


def test_a_file_that_is_no_database_is_left_alone(tmp_path):
    path = tmp_path / "catatan.db"
    path.write_text("bukan basis data, hanya catatan " * 100)
    with pytest.raises(UserError, match=r"catatan\.db: file is not a database"):
        connect(path)
    assert path.read_text().startswith("bukan basis data")


def test_a_database_of_a_newer_pantau_is_refused(tmp_path):
    path = tmp_path / "nanti.db"
    database = connect(path)
    database.conn.execute(f"PRAGMA user_version = {SCHEMA_VERSION + 1}")
    database.close()
    with pytest.raises(UserError, match="newer Pantau"):
        connect(path)


def test_two_writers_take_turns_and_neither_loses_what_it_read(tmp_path):
    """Each reads a number and writes the next one. A transaction that locked only when it writes would fail here."""
    path = tmp_path / "berdua.db"
    first = connect(path).conn
    first.execute("INSERT INTO sources (id, name, kind, status) VALUES ('a', '0', 'media', 'active')")
    began = threading.Event()

    def add_one(connection):
        with transaction(connection):
            number = int(connection.execute("SELECT name FROM sources").fetchone()[0])
            if connection is first:
                began.set()
                other.join(0.3)  # time for the other writer to come in between, if it is let in
            connection.execute("UPDATE sources SET name = ?", (number + 1,))

    def second():
        began.wait(10)
        connection = connect(path).conn
        add_one(connection)
        connection.close()

    other = threading.Thread(target=second)
    other.start()
    add_one(first)
    other.join(30)
    assert first.execute("SELECT name FROM sources").fetchall() == [("2",)]
    first.close()


def test_a_full_disk_is_named_and_what_was_stored_stays(tmp_path):
    path = tmp_path / "penuh.db"
    database = connect(path)
    sql = "INSERT INTO sources (id, name, kind, status) VALUES (?, ?, 'media', 'active')"
    with transaction(database.conn):
        database.conn.execute(sql, ("lama", "Lama"))
    pages = database.conn.execute("PRAGMA page_count").fetchone()[0]
    database.conn.execute(f"PRAGMA max_page_count = {pages}")  # SQLite then says "database or disk is full"
    with (
        pytest.raises(UserError, match=r"penuh\.db: the disk is full"),
        naming_faults(path),
        transaction(database.conn),
    ):
        database.conn.execute(sql, ("baru", "x" * 100_000))
    assert not database.conn.in_transaction
    assert database.conn.execute("SELECT id FROM sources").fetchall() == [("lama",)]
    database.close()


def test_a_database_closes_with_its_block_whichever_face_it_has(tmp_path):
    with connect(tmp_path / "uji.db") as database:
        database.table("sources").upsert({"id": "uji", "name": "Uji", "kind": "media", "status": "active"}, pk="id")
        assert database.conn.execute("SELECT name FROM sources").fetchall() == [("Uji",)]
    with pytest.raises(sqlite3.ProgrammingError, match="closed"):
        database.conn.execute("SELECT 1")


def test_status_does_not_wait_for_sqlite_utils(tmp_path):
    """It is asked by people and monitors, and importing sqlite-utils with NumPy takes longer than all the rest."""
    connect(tmp_path / "uji.db").close()
    said = "import sys; from pipelines.cli import cli; cli(['--db', sys.argv[1], 'status'], standalone_mode=False); "
    said += "print(sorted({'sqlite_utils', 'numpy', 'spacy', 'scrapy'} & set(sys.modules)))"
    run = subprocess.run(
        [sys.executable, "-c", said, tmp_path / "uji.db"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert run.stdout.splitlines()[-1] == "[]"


def test_every_table_and_view_is_explained_and_described():
    tables = set(re.findall(r"^CREATE (?:VIRTUAL TABLE|TABLE|VIEW) (\w+)", SCHEMA, re.MULTILINE))
    page = (ROOT / "docs" / "database.md").read_text(encoding="utf-8")
    explained = {
        name for row in re.findall(r"^\|([^|]*)\|", page, re.MULTILINE) for name in re.findall(r"`(\w+)`", row)
    }
    assert tables <= explained
    described = json.loads((ROOT / "datasette_metadata.json").read_text(encoding="utf-8"))
    assert set(described["databases"]["pantau"]["tables"]) == tables | {"_sqlite_migrations"}
