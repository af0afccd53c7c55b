"""Every schema that ever was opens: same tables as a new database's, every row kept, a copy beside it."""

from __future__ import annotations

import hashlib
import os
import re
import signal
import sqlite3
import stat
import subprocess
import sys
import threading
from contextlib import closing

import pytest

from pipelines.database import migrations
from pipelines.database.open import SCHEMA_VERSION, open_connection
from pipelines.database.schema import INTERNAL, SCHEMA
from pipelines.errors import UserError
from tests.conftest import ROOT
from tests.pipelines.conftest import SCHEMAS, old_database

EVERY = sorted(SCHEMAS.glob("*.sql"), key=lambda file: (int(file.stem.partition("-")[0]), file.stem))

VERSIONS = {  # of schema.sql -> digest of its statements; a line for each version from 11 on
    11: "e469dbc270e70971",
    12: "f7a47ff3f51d61c7",
    13: "2cab4206286a7a2c",
    14: "20dad227d20537ab",
}

# What the rows of the fixtures come to in the tables that a migration fills in.
FILLED = {
    "name_forms": {("organisation", "kementerian uji", 1), ("person", "rangga wiratama", 1)},
    "appearances": {
        ("GPE", 1, "2025-11-12", 1),
        ("LAW", 1, "2025-11-12", 1),
        ("ORG", 1, "2025-11-12", 1),
        ("PER", 1, "2025-11-12", 1),
        ("PER", 1, "2025-11-13", 2),
    },
    "entity_months": {
        ("GPE", "2025-11", 1, 1),
        ("LAW", "2025-11", 1, 1),
        ("ORG", "2025-11", 1, 1),
        ("PER", "2025-11", 1, 2),
    },
    "articles_by_day": {
        ("2025-11-12", "uji", "press_release", 1),
        ("2025-11-13", "kabar", "news", 1),
        ("", "", "news", 1),
    },
    "day_totals": {("2025-11-12", "press_release", 1, 1, 1), ("2025-11-13", "news", 1, 2, 2), ("", "news", 1, 3, 3)},
}
PAIR = (1, 2, "2025-11-12", "uji", "kabar", "verbatim", 0.7, 1530)  # of coverage_league, where there was a coverage


def described(connection: sqlite3.Connection) -> dict[str, object]:
    """All that a schema decides: columns in order, keys, table options, and the words of indexes, triggers, views."""
    found: dict[str, object] = {}
    for kind, name, sql in connection.execute("SELECT type, name, sql FROM sqlite_master").fetchall():
        if kind == "table":
            found[name] = [
                connection.execute(f"PRAGMA {pragma}('{name}')").fetchall()
                for pragma in ("table_xinfo", "foreign_key_list", "table_list")
            ]
        else:
            found[name] = (kind, re.sub(r"--[^\n]*", "", sql or "").split())
    return found


def rows(connection: sqlite3.Connection) -> dict[str, list[dict[str, object]]]:
    """Every row of every table, by column."""
    found = {}
    tables = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE '%VIRTUAL%'")
    for (table,) in tables.fetchall():
        if not table.startswith(("articles_fts", "_")):
            cursor = connection.execute(f"SELECT * FROM {table}")
            names = [column[0] for column in cursor.description]
            found[table] = [dict(zip(names, row, strict=True)) for row in cursor]
    return found


def tuples(connection: sqlite3.Connection, table: str) -> set[tuple[object, ...]]:
    return set(connection.execute(f"SELECT * FROM {table}"))


@pytest.mark.parametrize("file", EVERY, ids=lambda file: file.stem)
def test_a_database_of_every_earlier_schema_opens_and_loses_nothing(file, tmp_path, caplog):
    path = tmp_path / "lama.db"
    with closing(old_database(path, file.stem)) as old:
        before, version = rows(old), old.execute("PRAGMA user_version").fetchone()[0]
    assert all(before[table] for table in before)  # every table has a row to lose

    with closing(open_connection(path)) as opened, closing(open_connection(tmp_path / "baru.db")) as new:
        assert described(opened) == described(new)
        after = rows(opened)
        for table, kept in before.items():
            assert [{name: row[name] for name in kept[0]} for row in after[table]] == kept, table
        assert opened.execute("PRAGMA user_version").fetchone() == (SCHEMA_VERSION,)
        failing = opened.execute("SELECT url, failing_since FROM discoveries WHERE failing_since IS NOT NULL")
        since = (
            "2025-11-10T00:00:00+00:00" if "failing_since" in before["discoveries"][0] else "2025-11-12T02:30:00+00:00"
        )
        assert failing.fetchall() == [("https://kabar.id/rss", since)]
        assert {table: tuples(opened, table) for table in FILLED} == FILLED
        assert tuples(opened, "coverage_league") == ({PAIR} if "coverage" in before else set())
        opened.execute("INSERT INTO articles_fts(articles_fts, rank) VALUES ('integrity-check', 1)")

    (copy,) = tmp_path.glob("lama.db.schema-*")
    assert copy.name == f"lama.db.schema-{version}.bak"
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    with closing(sqlite3.connect(copy)) as kept_copy:
        assert rows(kept_copy) == before
    assert str(copy) in caplog.text
    open_connection(path).close()  # nothing is left to do
    assert len(list(tmp_path.glob("lama.db.schema-*"))) == 1


def test_what_is_said_of_an_upgrade_goes_to_stderr_and_spoils_no_json(tmp_path, pantau):
    old_database(tmp_path / "uji.db", "3-6007653").close()
    run = pantau("status", "--json")
    assert "uji.db.schema-3.bak" in run.stderr
    assert "schema-3" not in run.stdout
    assert "schema" not in pantau("status", "--json").stderr


def test_a_change_of_the_schema_has_a_version_of_its_own():
    """Without one the databases made before would never learn of the change (docs/adding-a-table.md)."""
    statements = re.sub(r"--[^\n]*", "", SCHEMA).split()
    digest = hashlib.sha256(" ".join(statements).encode()).hexdigest()[:16]
    assert digest == VERSIONS.get(SCHEMA_VERSION), (
        f"schema.sql has changed: raise its PRAGMA user_version, then add the line `{SCHEMA_VERSION}: {digest!r}`"
    )


def test_older_agreements_say_whether_their_parties_are_known_but_not_how_sure_they_are(tmp_path):
    path = tmp_path / "lama.db"
    with closing(old_database(path, "9-98a8e96")) as old:
        old.execute("DELETE FROM agreement_parties")
        old.executemany(
            "INSERT INTO agreement_parties (agreement_id, position, party, key) VALUES (1, ?, ?, ?)",
            [(0, "Dinas Laut", "dinas laut"), (1, "Bank Perahu", "bank perahu")],
        )
        old.commit()
    with closing(open_connection(path)) as connection:
        found = connection.execute("SELECT id, parties_known, confidence FROM agreements ORDER BY id").fetchall()
    assert [tuple(row) for row in found][:2] == [(1, 1, None), (2, 0, None)]


def test_an_index_of_stories_made_without_their_growth_is_made_anew(tmp_path):
    path = tmp_path / "lama.db"
    with closing(open_connection(path)) as made:
        made.executescript(
            """DROP INDEX isu_several; CREATE INDEX isu_several ON isu (last_seen) WHERE state = 'open';
               DELETE FROM _sqlite_migrations WHERE name = 'growth_of_stories_in_their_index';
               PRAGMA user_version = 13;"""
        )
    with closing(open_connection(path)) as opened:
        (sql,) = opened.execute("SELECT sql FROM sqlite_master WHERE name = 'isu_several'").fetchone()
    assert sql == re.findall(r"^(CREATE INDEX isu_several [^;]+)", SCHEMA, re.MULTILINE)[0]


def test_a_migration_that_fails_leaves_the_database_as_it_was(tmp_path, monkeypatch):
    path = tmp_path / "lama.db"
    with closing(old_database(path, "8-3e23df5")) as old:
        before, schema = rows(old), described(old)

    def fail(db):
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr(migrations.steps, "apply", fail)
    with pytest.raises(UserError, match=r"lama\.db: the disk is full"):
        open_connection(path)
    with closing(sqlite3.connect(path)) as connection:
        assert (rows(connection), described(connection)) == (before, schema)
    assert sorted(file.name for file in tmp_path.iterdir()) == ["lama.db"]


def test_without_room_for_the_copy_nothing_is_changed(tmp_path, monkeypatch):
    path = tmp_path / "lama.db"
    old_database(path, "8-3e23df5").close()
    monkeypatch.setattr(os, "open", lambda *_: (_ for _ in ()).throw(OSError(28, "No space left on device")))
    with pytest.raises(UserError, match=r"lama\.db: cannot be copied .*No space left.*free some space"):
        open_connection(path)
    monkeypatch.undo()
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (8,)


def test_a_copy_that_is_there_is_never_written_over(tmp_path):
    for _ in range(2):
        path = tmp_path / "lama.db"
        path.unlink(missing_ok=True)
        old_database(path, "8-3e23df5").close()
        open_connection(path).close()
    names = {file.name for file in tmp_path.glob("lama.db.schema-*")}
    assert names == {"lama.db.schema-8.bak", "lama.db.schema-8.bak-2"}


@pytest.mark.parametrize("name", [None, "3-6007653"])
def test_two_that_open_at_once_both_get_the_whole_database(tmp_path, name):
    """Two first crawls, or two commands just after an upgrade; one does the work, the other waits for it."""
    for turn in range(5):
        path = tmp_path / f"{turn}.db"
        if name:
            old_database(path, name).close()
        gate, failed, found = threading.Barrier(4), [], []

        def begin(path=path, gate=gate, failed=failed, found=found):
            gate.wait()
            try:
                with closing(open_connection(path)) as connection:
                    found.append(described(connection))
            except UserError as error:
                failed.append(error)

        threads = [threading.Thread(target=begin) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert (failed, len(found)) == ([], 4)
        assert all(schema == found[0] for schema in found)
        assert len(list(tmp_path.glob(f"{turn}.db.schema-*"))) == bool(name)


DIES = """
import os, signal, sys
from pathlib import Path
from pipelines.database import migrations, open as opening
migrations.migrate = lambda db: os.kill(os.getpid(), signal.SIGKILL)
opening.open_connection(Path(sys.argv[1]))
"""


@pytest.mark.parametrize("name", [None, "8-3e23df5"])
def test_a_death_while_the_database_is_made_is_mended_by_the_next_run(tmp_path, name):
    path = tmp_path / "uji.db"
    if name:
        old_database(path, name).close()
    died = subprocess.run([sys.executable, "-c", DIES, path], env=os.environ | {"PYTHONPATH": str(ROOT)}, check=False)
    assert died.returncode == -signal.SIGKILL
    assert path.stat().st_size or not name
    with closing(open_connection(path)) as opened, closing(open_connection(tmp_path / "baru.db")) as new:
        assert described(opened) == described(new)


def test_what_is_the_operators_own_stays(tmp_path):
    path = tmp_path / "lama.db"
    with closing(old_database(path, "8-3e23df5")) as old:
        old.executescript("CREATE TABLE milik_kami (isi TEXT); CREATE INDEX cepat ON articles (author);")
    with closing(open_connection(path)) as opened:
        names = {name for (name,) in opened.execute("SELECT name FROM sqlite_master")}
    assert {"milik_kami", "cepat"} <= names


def test_a_table_without_the_mark_is_not_for_the_public():
    assert {"watches", "watch_receivers", "errors", "_sqlite_migrations"} <= set(INTERNAL)
    assert not {"articles", "people", "coverage"} & set(INTERNAL)
