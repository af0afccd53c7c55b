"""Schema 13: the index of coverage by hash and day, since what is common is counted in the weeks around an article."""

from __future__ import annotations

import re

from sqlite_utils import Database

from pipelines.database.schema import SCHEMA

KEYS = {"coverage_index": ["hash", "day", "article_id"], "coverage_common": ["hash", "since"]}
COLUMNS = {"coverage_index": "hash, day, article_id, is_release", "coverage_common": "hash, since, noted_on"}


def key_by_day(db: Database) -> None:
    """Give the tables the keys that schema.sql has for them; their rows stay, and are noted on the day they name."""
    for table, columns in COLUMNS.items():
        if db.table(table).pks == KEYS[table]:
            continue
        db.execute(f"ALTER TABLE {table} RENAME TO {table}_before")
        db.execute(statement(table))
        found = columns.replace("noted_on", "since")
        db.execute(f"INSERT INTO {table} ({columns}) SELECT {found} FROM {table}_before ORDER BY 1, 2, 3")
        db.execute(f"DROP TABLE {table}_before")


def statement(table: str) -> str:
    """The CREATE TABLE of schema.sql for a table."""
    found = re.search(rf"^CREATE TABLE {table} .*?;$", SCHEMA, re.MULTILINE | re.DOTALL)
    assert found is not None
    return found[0]
