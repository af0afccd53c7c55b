"""Who wrote an article, where its byline surely names a person: a row in `bylines` for an author of its outlet."""

from __future__ import annotations

import sqlite3

from pipelines.language.bylines import byline
from pipelines.records import Article


def write_byline(connection: sqlite3.Connection, article_id: int, article: Article) -> None:
    """Write, change or take away the row of an article; triggers count its author's articles and follow its day."""
    name, source = byline(article.author), article.source_id or ""
    if name is None:
        connection.execute("DELETE FROM bylines WHERE article_id = ?", (article_id,))
        return
    connection.execute("INSERT OR IGNORE INTO authors (source_id, name) VALUES (?, ?)", (source, name))
    connection.execute(
        """INSERT INTO bylines (article_id, author_id, day)
           SELECT a.id, w.id, coalesce(a.published_date, '') FROM articles a INDEXED BY articles_card, authors w
           WHERE a.id = :article AND w.source_id = :source AND w.name = :name
           ON CONFLICT (article_id) DO UPDATE SET author_id = excluded.author_id
             WHERE author_id <> excluded.author_id""",
        {"article": article_id, "source": source, "name": name},
    )
