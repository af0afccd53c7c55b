"""docs/operations.md: its commands exist with their options, and its backup opens."""

from __future__ import annotations

import re
import sqlite3

from pipelines.cli import cli
from pipelines.database import connect
from pipelines.watch import add_watch
from tests.conftest import ROOT

PAGE = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")


def test_its_commands_and_options_exist():
    found = re.findall(r"berita\.db ((?:watch run|clip|crawl|publish)[^\n'`2]*)", PAGE)
    assert {line.split()[0] for line in found} == {"watch", "clip", "crawl", "publish"}
    for line in found:
        words = line.split()
        command = cli.commands[words[0]]
        if words[0] == "watch":
            command = command.commands[words[1]]
        options = {option for parameter in command.params for option in parameter.opts}
        assert {word for word in words if word.startswith("--")} <= options, line


def test_a_backup_opens(tmp_path):
    live = connect(tmp_path / "berita.db").conn
    add_watch(live, "uji", {"query": "uji"}, ["json://x"])
    live.execute("BEGIN IMMEDIATE")  # a writer is at work
    (copy,) = re.findall(r'berita\.db "(VACUUM INTO \'\$to\.part\')"', PAGE)
    reader = sqlite3.connect(tmp_path / "berita.db")
    reader.execute(copy.replace("$to.part", str(tmp_path / "salinan.db")))
    reader.close()
    live.execute("ROLLBACK")
    with sqlite3.connect(tmp_path / "salinan.db") as other:
        assert other.execute("PRAGMA quick_check").fetchone() == ("ok",)
    other.close()
    opened = connect(tmp_path / "salinan.db", create=False).conn
    assert opened.execute("SELECT count(*) FROM watch_receivers").fetchone() == (1,)  # a backup keeps everything
    opened.close()
    live.close()
