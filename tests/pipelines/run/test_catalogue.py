"""A team's own sources reach every command that speaks of sources."""

from __future__ import annotations

import ast
import json

import pytest

from tests.conftest import ROOT
from tests.crawler.crawling import query
from tests.crawler.server import Answer, catalogue, feed, serve


@pytest.fixture
def site():
    with serve() as running:
        running.article("/berita/1", "Dermaga baru dibuka di kampung nelayan")
        running.answers["/umpan"] = Answer(feed(running, "/berita/1"))
        yield running


@pytest.fixture
def entry(site):
    return catalogue(site, f'{{ method = "feed", url = "{site.address}/umpan" }}')


def test_they_are_crawled_listed_checked_watched_and_exported(pantau, tmp_path, entry):
    """The catalogue beside them has one source, which the team switches off."""
    dead = 'id = "mati"\nname = "Mati"\nkind = "media"\nhomepage = "http://127.0.0.1:9/"\n'
    dead = f'[[source]]\n{dead}discover = [{{ method = "feed", url = "http://127.0.0.1:9/" }}]\n'
    (tmp_path / "katalog.toml").write_text(dead, encoding="utf-8")
    (tmp_path / "sources").mkdir()
    (tmp_path / "sources" / "kami.toml").write_text(
        entry + '[[source]]\nid = "mati"\nstatus = "paused"\nnote = "tutup"\n', encoding="utf-8"
    )
    given = ("--catalogue", "katalog.toml")
    listed = pantau("sources", "list", *given, "--json")
    assert {row["id"]: row["status"] for row in map(json.loads, listed.stdout.splitlines())} == {
        "mati": "paused",
        "uji": "active",
    }
    crawl = pantau("crawl", *given)
    assert crawl.returncode == 0, crawl.stderr
    assert query(tmp_path, "SELECT id, status FROM sources ORDER BY id") == [("mati", "paused"), ("uji", "active")]
    assert query(tmp_path, "SELECT DISTINCT source_id FROM run_sources") == [("uji",)]
    assert pantau("sources", "check", *given).stdout.count("putusan") == 1
    states = {row["id"]: row["state"] for row in map(json.loads, pantau("status", "--json").stdout.splitlines())}
    assert states == {"uji": "ok", "mati": "inactive"}
    assert "Situs uji" in pantau("export", "articles", "--format", "csv").stdout
    assert pantau("process", "--again", "extract", *given).returncode == 0


def test_the_setting_names_another_folder_and_one_that_is_not_there_is_an_error(pantau, tmp_path, entry, monkeypatch):
    (tmp_path / "k.toml").write_text(entry.replace('"uji"', '"lain"'), encoding="utf-8")
    (tmp_path / "pantau.toml").write_text('catalogue = "k.toml"\nsources = "milik kami"\n', encoding="utf-8")
    missing = pantau("sources", "list")
    assert missing.returncode == 2 and "milik kami" in missing.stderr and "tidak ada folder" in missing.stderr
    (tmp_path / "milik kami").mkdir()
    (tmp_path / "milik kami" / "a.toml").write_text(entry, encoding="utf-8")
    assert [line.split()[0] for line in pantau("sources", "list").stdout.splitlines()[1:]] == ["lain", "uji"]


@pytest.mark.parametrize(
    "command", [("sources", "list"), ("sources", "check"), ("crawl",), ("process",), ("schedule",)]
)
def test_what_is_wrong_in_them_stops_every_command_before_it_begins(pantau, tmp_path, command):
    (tmp_path / "sources").mkdir()
    (tmp_path / "sources" / "a.toml").write_text('[[source]]\nid = "tempo"\ndelay = "lama"\n', encoding="utf-8")
    run = pantau(*command)
    assert run.returncode == 2
    assert "a.toml" in run.stderr and "'tempo'" in run.stderr and "'delay'" in run.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["sources"]


def test_nobody_else_asks_the_catalogue():
    """A command that reads it by itself does not know the team's own sources."""
    askers = {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "pipelines").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom) and any(name.name == "load_catalogue" for name in node.names)
    }
    # The demo has a catalogue of its own; the page docs/sources.md is of ours.
    assert askers == {"pipelines/run/demo.py", "pipelines/commands/sources.py"}
