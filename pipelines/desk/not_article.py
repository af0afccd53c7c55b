"""No article: what people say is a list, an error page or an advertisement leaves every list, count and export.

The row of the article with its versions, its tags and its coverage goes into `set_aside`, from where taking the
decision back brings it again, under its own number; whatever the team has noted about it stays and shows again. The
next crawl that meets its address leaves it out (pipelines/store/save.py). For whoever trains a reader the texts are in
`pantau corrections export`.
"""

from __future__ import annotations

import json
import sqlite3
from typing import Any

from nlp.as_json import tags_from_json, tags_to_json
from pipelines.isu import neighbours
from pipelines.isu.stories import Stories
from pipelines.read.text_facts import minhash_bands
from pipelines.records import Article
from pipelines.store import duplicates, hearing
from pipelines.store.article_rows import replace_tags
from pipelines.store.stored_tags import stored_tags

DERIVED = ("coverage_todo", "isu_todo", "article_versions")  # rows of an article that go with it


def set_aside(connection: sqlite3.Connection, article_id: int) -> None:
    """Take an article out, inside the caller's transaction. One that is not there is passed over."""
    held = _rows(connection, "SELECT * FROM articles WHERE id = :id", article_id)
    if not held:
        return
    row = held[0]
    _, machine = hearing.reading(connection, article_id)
    kept = {
        "article": row,
        "versions": _rows(connection, "SELECT * FROM article_versions WHERE article_id = :id", article_id),
        "coverage": _rows(connection, "SELECT * FROM coverage WHERE release_id = :id OR article_id = :id", article_id),
        "tags": tags_to_json(machine or stored_tags(connection, article_id)),
    }
    connection.execute(
        "INSERT OR REPLACE INTO set_aside (article_id, url, held) VALUES (:id, :url, :held)",
        row | {"held": json.dumps(kept, ensure_ascii=False)},
    )
    copies = connection.execute("SELECT url FROM articles WHERE duplicate_of = ?", (article_id,)).fetchall()
    replace_tags(connection, article_id, _article(row), None, row["published_date"])
    _leave_stories(connection, article_id)
    _leave_coverage(connection, article_id)
    duplicates.forget(connection, article_id, row["text"])
    for table in DERIVED:
        connection.execute(f"DELETE FROM {table} WHERE article_id = ?", (article_id,))
    connection.execute("UPDATE articles SET duplicate_of = NULL WHERE duplicate_of = ?", (article_id,))
    connection.execute("DELETE FROM articles WHERE id = ?", (article_id,))
    connection.execute("INSERT INTO coverage_todo (article_id) VALUES (?)", (article_id,))  # its index forgets it then
    for (url,) in copies:
        duplicates.judge_again(connection, url)


def bring_back(connection: sqlite3.Connection, article_id: int) -> None:
    """Put an article back as the machine read it, inside the caller's transaction; the caller writes it anew.

    The next run puts it into its story. One that was not taken out is passed over.
    """
    found = connection.execute("SELECT held FROM set_aside WHERE article_id = ?", (article_id,)).fetchone()
    if found is None:
        return
    kept = json.loads(found[0])
    connection.execute("DELETE FROM set_aside WHERE article_id = ?", (article_id,))
    _insert(connection, "articles", kept["article"] | {"duplicate_of": None})
    for row in kept["versions"]:
        _insert(connection, "article_versions", row)
    for row in kept["coverage"]:
        others = {row["release_id"], row["article_id"]} - {article_id}
        if all(connection.execute("SELECT 1 FROM articles WHERE id = ?", (one,)).fetchone() for one in others):
            _insert(connection, "coverage", row)
    hearing.keep(connection, article_id, tags=tags_to_json(tags_from_json(kept["tags"])))
    duplicates.link_copies(connection, article_id, minhash_bands(kept["article"]["text"]))


def _leave_stories(connection: sqlite3.Connection, article_id: int) -> None:
    stories = Stories(connection)
    neighbours.drop(connection, article_id)
    stories.leave(article_id)
    stories.refresh()


def _leave_coverage(connection: sqlite3.Connection, article_id: int) -> None:
    """Take its pairs out; what went to its releases by way of it is looked at again."""
    via = "via_id = :id AND release_id IN (SELECT release_id FROM coverage WHERE article_id = :id)"
    values = {"id": article_id}
    connection.execute(
        f"INSERT OR IGNORE INTO coverage_todo (article_id) SELECT article_id FROM coverage WHERE {via}", values
    )
    connection.execute(f"UPDATE coverage SET via_id = NULL WHERE {via}", values)
    connection.execute("DELETE FROM coverage WHERE release_id = :id OR article_id = :id", values)


def _article(row: dict[str, Any]) -> Article:
    return Article(
        **{name: row[name] for name in Article.__dataclass_fields__ if name in row and name != "tags"},
        tags=tuple(json.loads(row["tags"] or "[]")),
    )


def _rows(connection: sqlite3.Connection, sql: str, article_id: int) -> list[dict[str, Any]]:
    cursor = connection.execute(sql, {"id": article_id})
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _insert(connection: sqlite3.Connection, table: str, row: dict[str, Any]) -> None:
    """A row as it was; `INSERT OR REPLACE` where what the machine found since stands in its place."""
    names = ", ".join(f'"{name}"' for name in row)
    marks = ", ".join(f":{name}" for name in row)
    connection.execute(f"INSERT OR REPLACE INTO {table} ({names}) VALUES ({marks})", row)
