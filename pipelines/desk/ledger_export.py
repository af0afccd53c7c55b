"""The ledger for other programs: its entries, and the articles that people corrected as documents with their tags."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from typing import Any

from nlp.as_json import tags_to_json
from pipelines.store import decisions
from pipelines.store.hearing import reading
from pipelines.store.stored_tags import stored_tags


def entries(connection: sqlite3.Connection) -> Iterator[dict[str, Any]]:
    """Every entry, the oldest first; `undone` says whether it was taken back."""
    rows = connection.execute(
        f"""SELECT {", ".join("d." + name.strip() for name in decisions.COLUMNS.split(","))}, a.url, a.title,
                   EXISTS (SELECT 1 FROM decisions u WHERE u.undoes = d.id)
            FROM decisions d LEFT JOIN articles a ON a.id = d.article_id ORDER BY d.id"""
    )
    for *row, url, title, undone in rows:
        entry = decisions.decision_of(row)
        yield {
            "id": entry.id,
            "made_at": entry.made_at,
            "author": entry.author,
            "kind": entry.kind,
            "url": url,
            "title": title,
            "key": entry.key,
            "everywhere": entry.everywhere,
            "before": entry.before,
            "after": entry.after,
            "note": entry.note,
            "undoes": entry.undoes,
            "undone": bool(undone),
        }


def no_articles(connection: sqlite3.Connection) -> Iterator[dict[str, Any]]:
    """What people said is no article, as documents with `article` false."""
    for article_id, url, held in connection.execute("SELECT article_id, url, held FROM set_aside ORDER BY article_id"):
        row = json.loads(held)["article"]
        names = ("title", "text", "published_at")
        yield {"id": article_id, "url": url, **{name: row[name] for name in names}, "article": False}


def training_documents(connection: sqlite3.Connection) -> Iterator[dict[str, Any]]:
    """The articles whose tags people corrected: document, `tags` as people have them, `machine` as they were read."""
    rows = connection.execute(
        """SELECT a.id, a.url, a.title, a.text, a.published_at
           FROM machine_readings m JOIN articles a ON a.id = m.article_id WHERE m.tags IS NOT NULL ORDER BY a.id"""
    )
    for article_id, url, title, text, published_at in rows:
        _, read = reading(connection, article_id)
        if read is not None:
            told = stored_tags(connection, article_id)
            yield {
                "id": article_id,
                "url": url,
                "title": title,
                "text": text,
                "published_at": published_at,
                "tags": tags_to_json(told),
                "machine": tags_to_json(read),
            }
