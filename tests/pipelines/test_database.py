"""Opening the database: what is ours, what is not."""

from __future__ import annotations

import sqlite3
import threading

import pytest

from pipelines.database.open import SCHEMA_VERSION, connect, naming_full_disk, transaction
from pipelines.errors import UserError


def test_a_new_file_gets_the_schema_and_opens_again(tmp_path):
    path = tmp_path / "baru.db"
    connect(path).close()
    database = connect(path, create=False)
    assert {"pages", "articles", "people", "agreements"} <= set(database.table_names())
    assert {"officials", "cities"} <= set(database.view_names())
    assert database.conn.execute("PRAGMA journal_mode").fetchone()[0] == "wal"
    database.close()


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
        naming_full_disk(path),
        transaction(database.conn),
    ):
        database.conn.execute(sql, ("baru", "x" * 100_000))
    assert not database.conn.in_transaction
    assert database.conn.execute("SELECT id FROM sources").fetchall() == [("lama",)]
    database.close()
