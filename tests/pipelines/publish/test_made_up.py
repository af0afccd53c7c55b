"""The made-up archive of the benchmarks is what the store would have written."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from benchmarks import bulk, made_up
from pipelines.database.open import connect, transaction
from pipelines.records import TaggedArticle
from pipelines.store.save import save

ARTICLES = 40
# Ids that are given by order of writing, the random bands, and what comes from fetching rather than storing.
OWN_IDS = {
    "mentions": {"id"},
    "quotes": {"id"},
    "roles": {"id"},
    "agreements": {"id", "same_as", "life"},
    "agreement_lives": {"life"},
    "agreement_parties": {"agreement_id"},
    "agreement_places": {"agreement_id"},
    "promises": {"id", "same_as"},
    "authors": {"id"},
    "bylines": {"author_id"},
}
LEFT_OUT = {"minhash_bands", "pages", "coverage_todo", "isu_todo", "_sqlite_migrations"}


@pytest.fixture
def archives(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Any, Any]]:
    """The same articles in bulk and through the store."""
    monkeypatch.setattr(made_up, "LENGTH", (24, 32))  # stems of made-up words cost a millisecond each
    monkeypatch.setattr(made_up, "WORDS", 8_000)
    monkeypatch.setattr(made_up, "PEOPLE", 200)
    monkeypatch.setattr(made_up, "ORGANISATIONS", 600)
    bulk.make(tmp_path / "bulk.db", ARTICLES, workers=0)
    archive = made_up.Archive(ARTICLES)
    with (
        closing(connect(tmp_path / "stored.db").conn) as stored,
        closing(connect(tmp_path / "bulk.db").conn) as made_in_bulk,
    ):
        with transaction(stored):
            bulk._entities(stored, archive)
            for made in archive.batch(0, ARTICLES):
                save(stored, TaggedArticle(made.article, made.tags))
        yield made_in_bulk, stored


def test_bulk_rows_are_those_of_the_store(archives):
    made, stored = archives
    tables = [row[0] for row in stored.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    compared = 0
    for table in (t for t in tables if not t.startswith(("articles_fts", "sqlite_")) and t not in LEFT_OUT):
        names = [row[1] for row in stored.execute(f"PRAGMA table_info({table})")]
        columns = ", ".join(f'"{name}"' for name in names if name not in OWN_IDS.get(table, ()))
        rows = [sorted(map(repr, c.execute(f"SELECT {columns} FROM {table}"))) for c in archives]
        assert rows[0] == rows[1], table
        compared += bool(rows[0])
    assert compared > 15
    words = f'"{made_up.COMMON}"'
    hits = [
        c.execute("SELECT rowid FROM articles_fts WHERE articles_fts MATCH ?", (words,)).fetchall() for c in archives
    ]
    assert hits[0] == hits[1] != []
    definitions = [
        sorted(c.execute("SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL")) for c in archives
    ]
    assert definitions[0] == definitions[1]
    made.execute("INSERT INTO articles_fts (articles_fts) VALUES ('integrity-check')")
    assert made.execute("SELECT count(*) FROM minhash_bands").fetchone()[0] == 32 * ARTICLES


def test_words_are_as_frequent_as_in_the_news():
    archive = made_up.Archive(2 * made_up.BATCH)
    texts = [f" {made.article.title.lower()} {made.article.text.lower()} " for made in archive.batch(0)]
    share = {
        word: sum(f" {word} " in text for text in texts) / len(texts)
        for word in (archive.words[0], made_up.COMMON, archive.words[made_up.MIDDLE][60], made_up.RARE)
    }
    assert list(share) == [archive.words[0], made_up.COMMON, archive.words[made_up.MIDDLE][60], made_up.RARE]
    first, common, middle, rare = share.values()
    assert first > 0.95
    assert 0.5 < common < 0.7
    assert 0.005 < middle < 0.02
    assert rare * len(texts) == pytest.approx(made_up.RARE_ARTICLES / 2, abs=2)
