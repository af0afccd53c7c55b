"""Processing what is stored or waits: every article and every page once, at the borders of batches, too."""

from __future__ import annotations

import pytest

from pipelines.database.open import transaction
from pipelines.records import TaggedArticle
from pipelines.run import process
from pipelines.store.save import save
from tests.pipelines.conftest import make_article


@pytest.mark.parametrize("count", [4, 5])
def test_every_stored_article_is_tagged_again(database, monkeypatch, count):
    """In batches of two: the last of each batch and a last batch of one article are no exceptions."""
    monkeypatch.setattr(process, "BATCH", 2)
    for number in range(count):
        url = f"https://contoh.go.id/{number}"
        with transaction(database.conn):
            save(database.conn, TaggedArticle(make_article(url=url, canonical_url=url, title=f"Berita {number}"), None))
    report = process.tag_again(database.conn, workers=1)
    tagged = database.conn.execute("SELECT count(DISTINCT article_id) FROM article_officials").fetchone()
    assert (report.read, report.failed, tagged) == (count, [], (count,))
