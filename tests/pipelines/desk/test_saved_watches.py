"""Watches that are kept: what is refused, changed, removed and brought back; how they read."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys

import pytest

from pipelines.database.open import connect
from pipelines.desk.watch import told
from pipelines.desk.watch.saved import (
    add_watch,
    change_watch,
    find_watch,
    read_filters,
    remove_watch,
    restore_watch,
    watches,
)
from pipelines.errors import UserError
from tests.conftest import ROOT
from tests.pipelines.desk.test_watch import put, run


@pytest.mark.parametrize(
    ("options", "error"),
    [
        ({"filters": {}}, "a watch needs"),
        ({"filters": {"query": '"-"'}}, "no word to search for"),
        ({"receivers": ["mailto://u:terbuka@contoh.id"]}, "keep the secret out"),
        ({"quiet": "malam"}, "write it as 22:00-06:00"),
        ({"receivers": ["json://x", "surat://humas@contoh.id"]}, "no service understands"),
        ({"receivers": ["humas@contoh.id"]}, "no service understands"),
        ({"receivers": ["tgram://bukan-token/"]}, "no service understands"),
        ({"receivers": ["surat://${UJI_TIDAK_ADA}@x"]}, "no service understands"),
        ({"receivers": ["${UJI_SALAH}"]}, "no service understands"),
        ({"receivers": []}, "a watch needs"),
        ({"name": " "}, "a name of one line"),
        ({"name": "a\nBcc: b"}, "a name of one line"),
        ({"filters": {"search": {}}}, "a watch needs"),
    ],
)
def test_what_cannot_work_is_refused(database, monkeypatch, options, error):
    monkeypatch.setenv("UJI_SALAH", "surat://x")
    values = {"name": "jengkol", "filters": {"query": "jengkol"}, "receivers": ["json://x"]} | options
    with pytest.raises(UserError, match=error):
        add_watch(database.conn, **values)
    assert watches(database.conn) == []


@pytest.mark.parametrize("address", ["${UJI_TIDAK_ADA}", "json://u:${UJI_TIDAK_ADA}@x/", "tgram://${UJI_TIDAK_ADA}/-1"])
def test_what_only_the_environment_of_the_run_knows_is_taken(database, address):
    add_watch(database.conn, "jengkol", {"query": "jengkol"}, [address])
    assert len(watches(database.conn)) == 1


def test_a_removed_watch_comes_back_as_it_was_with_what_came_in_between(database):
    add_watch(database.conn, "jengkol", {"query": "jengkol"}, ["json://x", "json://y"], quiet="22:00-06:00", floor=1)
    put(database, 1)
    run(database, [])
    before = [list(database.query(f"SELECT * FROM {table}")) for table in ("watches", "watch_receivers")]
    remove_watch(database.conn, "jengkol")
    assert watches(database.conn) == [] and not list(database.query("SELECT * FROM watch_receivers"))
    put(database, 2)
    restore_watch(database.conn, "jengkol")
    after = [list(database.query(f"SELECT * FROM {table}")) for table in ("watches", "watch_receivers")]
    for old, new in zip([*before[0], *before[1]], [*after[0], *after[1]], strict=True):
        assert {k: v for k, v in old.items() if k not in ("id", "watch_id")} == {
            k: v for k, v in new.items() if k not in ("id", "watch_id")
        }
    assert [d.stories for d in run(database, [], only="jengkol")] == [1, 1]
    with pytest.raises(UserError, match="no watch of this name was removed"):
        restore_watch(database.conn, "jengkol")


def test_the_last_one_of_a_name_comes_back_and_never_over_another(database):
    for word in ("petai", "jengkol"):
        add_watch(database.conn, "sayur", {"query": word}, ["json://x"])
        remove_watch(database.conn, "sayur")
    add_watch(database.conn, "sayur", {"query": "kangkung"}, ["json://x"])
    with pytest.raises(UserError, match="there is a watch of this name"):
        restore_watch(database.conn, "sayur")
    change_watch(database.conn, "sayur", {"name": "kangkung"})
    restore_watch(database.conn, "sayur")
    assert {watch.name: watch.filters.query for watch in watches(database.conn)} == {
        "kangkung": "kangkung",
        "sayur": "jengkol",
    }


def test_a_change_keeps_what_it_does_not_name_and_the_marks_of_receivers_that_stay(database):
    add_watch(database.conn, "jengkol", {"query": "jengkol"}, ["json://x", "json://y"], every_minutes=60)
    put(database, 1)
    change_watch(database.conn, "jengkol", {"quiet": "22:00-06:00"}, ["json://y", "json://z"])
    (watch,) = watches(database.conn)
    assert (watch.every_minutes, watch.quiet, watch.filters.query) == (60, "22:00-06:00", "jengkol")
    sent = []
    run(database, sent)
    assert [address for address, *_ in sent] == ["json://y"]  # z gets what comes from now on
    add_watch(database.conn, "lain", {"query": "petai"}, ["json://x"])
    for changes, receivers, error in (
        ({"name": "lain"}, None, "there is a watch of this name"),
        ({"filters": {}}, None, "a watch needs"),
        ({}, [], "a watch needs"),
        ({}, ["surat://x"], "no service understands"),
        ({"quiet": "malam"}, None, "write it as"),
    ):
        with pytest.raises(UserError, match=error):
            change_watch(database.conn, "jengkol", changes, receivers)
    assert find_watch(database.conn, "jengkol") == next(w for w in watches(database.conn) if w.name == "jengkol")


@pytest.mark.parametrize(
    ("filters", "words", "page"),
    [
        ({"query": "harga beras"}, 'kata "harga beras"', "q=harga+beras"),
        (
            {"source": "contoh", "city": "Bandung"},
            "sumber Kementerian Contoh, kota Bandung",
            "sumber=contoh&kota=Bandung",
        ),
        ({"person": "Rangga Wiratama"}, "pejabat Rangga Wiratama", "pejabat=Rangga+Wiratama"),
        (
            {"search": {"q": "beras NOT ketan", "operator": "1", "jenis": "press_release", "perjanjian": "MoU"}},
            'kata (dengan operator) "beras NOT ketan", siaran pers, perjanjian Nota kesepahaman (MoU)',
            "operator=1",
        ),
        ({"search": {"orang": "7", "tempat": "999"}}, "orang Ujang Sastra, tempat 999", "orang=7&tempat=999"),
    ],
)
def test_a_watch_in_words(database, filters, words, page):
    database.conn.execute(
        "INSERT INTO sources (id, name, kind, status) VALUES ('contoh', 'Kementerian Contoh', 'kementerian', 'active')"
    )
    database.conn.execute("INSERT INTO people (id, name, key) VALUES (7, 'Ujang Sastra', 'ujang sastra')")
    assert told.searched(database.conn, read_filters(filters)) == words
    assert page in told.page_of(read_filters(filters))


@pytest.mark.parametrize(
    ("minutes", "words"),
    [(15, "tiap 15 menit"), (60, "tiap jam"), (90, "tiap 90 menit"), (180, "tiap 3 jam"), (1440, "sekali sehari")],
)
def test_schedules_in_words(minutes, words):
    assert told.every(minutes) == words


def test_the_command_line_changes_removes_and_restores(pantau, tmp_path):
    connect(tmp_path / "uji.db").close()
    assert pantau("watch", "add", "beras", "--query", "beras", "--city", "Bandung", "--to", "json://x").returncode == 0
    assert pantau("watch", "edit", "beras").returncode == 2
    changed = pantau(
        "watch", "edit", "beras", "--name", "pangan", "--query", "harga pangan", "--city", "", "--quiet", "22:00-06:00"
    )
    assert changed.returncode == 0, changed.stderr
    listed = pantau("watch", "list")
    assert re.search(
        r'pangan +kata "harga pangan" +tiap 15 menit, senyap 22:00-06:00 WIB +json://x +belum ada yang dikirim',
        listed.stdout,
    ), listed.stdout
    (row,) = [json.loads(line) for line in pantau("watch", "list", "--json").stdout.splitlines()]
    assert (row["name"], row["filters"]) == ("pangan", {"query": "harga pangan"})
    assert pantau("watch", "remove", "pangan").returncode == 0  # no terminal: nobody to ask
    assert pantau("watch", "list", "--json").stdout == ""
    assert pantau("watch", "restore", "pangan").returncode == 0
    assert json.loads(pantau("watch", "list", "--json").stdout) == row
    assert pantau("watch", "restore", "pangan").returncode == 2 == pantau("watch", "remove", "tidakada").returncode


def test_on_a_terminal_removal_asks_first(tmp_path):
    database = connect(tmp_path / "uji.db")
    add_watch(database.conn, "beras", {"query": "beras"}, ["json://x"])

    def answer(word):
        control, terminal = os.openpty()
        command = [sys.executable, "-m", "pipelines.cli", "--db", str(tmp_path / "uji.db"), "watch", "remove", "beras"]
        environment = os.environ | {"PYTHONPATH": str(ROOT)}
        os.write(control, f"{word}\n".encode())
        run = subprocess.run(command, stdin=terminal, capture_output=True, text=True, env=environment, timeout=60)
        os.close(control)
        os.close(terminal)
        assert "Hapus pantauan beras" in run.stderr, run.stderr
        return len(watches(database.conn))

    assert answer("n") == 1
    assert answer("y") == 0
    database.close()


def test_names_are_unique_and_removal_forgets(database):
    add_watch(database.conn, "jengkol", {"query": "jengkol"}, ["json://x"])
    with pytest.raises(UserError, match="there is a watch of this name"):
        add_watch(database.conn, "jengkol", {"query": "petai"}, ["json://x"])
    remove_watch(database.conn, "jengkol")
    with pytest.raises(UserError, match="no such watch"):
        remove_watch(database.conn, "jengkol")
