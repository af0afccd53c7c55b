"""The blocks of docs/notebook.md run as they stand, one after the other as in a notebook."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from pipelines.desk.export import export
from pipelines.search.filters import Filters
from tests.pipelines.publish.conftest import fill, fill_coverage

GUIDE = (Path(__file__).parents[3] / "docs" / "notebook.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```python\n(.*?)^```$", GUIDE, re.MULTILINE | re.DOTALL)
EXPORTS = re.findall(r"^pantau export (\w+) --format (\w+) --output (\S+)$", GUIDE, re.MULTILINE)


def exported(database, folder):
    """Write the files that the guide says."""
    with closing(sqlite3.connect(database)) as connection:
        for table, form, name in EXPORTS:
            export(connection, table, form, Filters(), folder / name)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize("filled", [fill, fill_coverage])
def test_the_blocks_run_as_they_stand_and_find_what_is_there(tmp_path, monkeypatch, filled):
    for name in ("duckdb", "pandas"):
        pytest.importorskip(name, reason="pip install duckdb pandas")
    filled(tmp_path / "berita.db")
    exported(tmp_path / "berita.db", tmp_path)
    monkeypatch.chdir(tmp_path)
    notebook = {}
    for block in BLOCKS:
        exec(compile(block, "docs/notebook.md", "exec"), notebook)
    with closing(sqlite3.connect(tmp_path / "berita.db")) as connection:
        (articles,) = connection.execute(
            "SELECT count(*) FROM articles WHERE duplicate_of IS NULL AND published_date IS NOT NULL"
        ).fetchone()
        (speakers,) = connection.execute(
            "SELECT count(DISTINCT person_id) FROM quotes WHERE kind = 'langsung' AND person_id IS NOT NULL"
        ).fetchone()
        (pairs,) = connection.execute("SELECT count(*) FROM coverage WHERE label <> 'none'").fetchone()
        (all_articles,) = connection.execute("SELECT count(*) FROM articles").fetchone()
    assert notebook["weekly"]["articles"].sum() == articles > 0
    assert len(notebook["speakers"]) == speakers
    assert notebook["taken_up"]["articles"].sum() == pairs
    assert notebook["sources"]["articles"].sum() == all_articles
    assert speakers > 0 if filled is fill else pairs > 0


def test_the_files_that_the_blocks_read_are_those_that_are_exported():
    assert len(BLOCKS) == 4 and {name for _, _, name in EXPORTS} == set(
        re.findall(r"'(\w+\.parquet)'", "".join(BLOCKS))
    )
