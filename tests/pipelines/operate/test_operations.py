"""docs/operations.md: its commands exist with their options; its backup and restore are run as written."""

from __future__ import annotations

import os
import re
import sqlite3
import subprocess
import sys
from datetime import date
from pathlib import Path

import click

from pipelines.cli import cli
from pipelines.database.open import connect
from pipelines.desk.watch.saved import add_watch
from tests.conftest import ROOT

PAGE = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8").replace("\\\n", " ")


def test_its_commands_and_options_exist():
    found = re.findall(r"^(?:\S*/)?pantau --db \S*berita\.db ([^\n#>]*)", PAGE, re.MULTILINE)
    assert {line.split()[0] for line in found} == {"schedule", "backup", "status"}
    for line in found:
        command = cli.commands[line.split()[0]]
        assert isinstance(command, click.Command)
        options = {option for parameter in command.params for option in parameter.opts}
        assert {word for word in line.split() if word.startswith("--")} <= options, line


def test_its_settings_hold_and_give_every_line(pantau, tmp_path):
    for folder in ("data", "kliping", "cadangan", "publik"):
        (tmp_path / folder).mkdir()
    example = re.search(r"```toml\n(.*?)```", PAGE, re.DOTALL)[1].replace("/srv/pantau", str(tmp_path))
    (tmp_path / "data" / "pantau.toml").write_text(example, encoding="utf-8")
    (tmp_path / "rahasia").touch()
    connect(tmp_path / "data" / "berita.db").close()
    printed = pantau("--db", tmp_path / "data" / "berita.db", "schedule")
    assert printed.returncode == 0, printed.stderr
    lines = [line for line in printed.stdout.splitlines() if re.match(r"[*\d]", line)]
    named = [re.search(r"--db \S+ (\w+)", line)[1] for line in lines]
    assert named == ["crawl", "watch", "clip", "publish", "backup", "prune", "clip", "status"]
    assert f". {tmp_path}/rahasia;" in lines[1] and 'MAILTO="humas@contoh.id"' in printed.stdout


def test_backup_and_restore_as_written(tmp_path):
    """A backup while a writer is at work; then the database is ruined, its WAL is left behind, and it is restored."""
    for folder in ("data", "cadangan"):
        (tmp_path / folder).mkdir()
    backup, restore = re.findall(r"```\n(.*?)```", PAGE.partition("## Backup")[2].partition("\n## ")[0], re.DOTALL)
    database = tmp_path / "data" / "berita.db"

    def run(commands):
        lines = [line for line in commands.splitlines() if not line.startswith(("crontab", "chown"))]
        script = "\n".join(lines).replace("/srv/pantau", str(tmp_path))
        script = re.sub(r"berita-\d", f"berita-{date.today().isoweekday()}", script)
        path = f"{Path(sys.executable).parent}:/usr/bin:/bin"
        environment = os.environ | {"PYTHONPATH": str(ROOT), "PATH": path}
        done = subprocess.run(["/bin/sh", "-ec", script], capture_output=True, text=True, env=environment, timeout=60)
        assert done.returncode == 0, done.stderr
        return done

    live = connect(database).conn
    add_watch(live, "uji", {"query": "uji"}, ["json://x"])
    live.execute("BEGIN IMMEDIATE")
    live.execute("DELETE FROM watches")
    assert run(backup).stdout == ""
    live.execute("COMMIT")  # stays in the WAL while the connection is open
    database.write_bytes(b"SQLite format 3\x00" + b"rusak" * 4_000)
    assert "uji" not in run(restore).stdout
    live.close()
    opened = sqlite3.connect(database)
    assert opened.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert opened.execute("SELECT name FROM watches").fetchall() == [("uji",)]
    opened.close()


def test_a_backup_that_cannot_be_made_leaves_last_weeks(pantau, tmp_path):
    connect(tmp_path / "uji.db").close()
    (tmp_path / "cadangan").mkdir()
    targets = [tmp_path / "cadangan" / f"uji-{day}.db" for day in range(1, 8)]  # midnight may pass meanwhile
    for target in targets:
        target.write_text("pekan lalu", encoding="utf-8")
    (tmp_path / "uji.db").write_bytes(b"rusak" * 1_000)
    for folder in ("cadangan", "tidakada"):
        done = pantau("backup", folder)
        assert done.returncode == 2 and done.stderr
    assert {target.read_text(encoding="utf-8") for target in targets} == {"pekan lalu"}
    assert len(list((tmp_path / "cadangan").iterdir())) == 7
