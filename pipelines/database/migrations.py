"""Making a database what schema.sql says: a new one from nothing, an older one without losing a row.

Nearly every change of the schema adds something, and `complete` adds whatever is missing by comparing the database with
schema.sql. So a new table, column or index needs no migration. What a comparison cannot know is a step below: rows that
have to be filled in, an index that is no longer wanted, a column that was renamed. sqlite-utils keeps the names of the
steps that a database has had. A name is safer than a number here: once two branches both gave out number 3.

Every step looks before it changes anything, because databases made before schema 11 kept no such list.
"""

from __future__ import annotations

import re
from contextlib import closing

from sqlite_utils import Database, Migrations
from sqlite_utils.db import Column, Table

from pipelines.database.coverage_days import key_by_day
from pipelines.database.fortnights import key_by_fortnight
from pipelines.database.schema import APPLICATION_ID, SCHEMA, SCHEMA_VERSION
from pipelines.language.bylines import byline

steps = Migrations("pantau")


@steps()
def indexes_that_cost_and_bring_nothing(db: Database) -> None:
    """Schema 9 asks for posts by other columns."""
    db.execute("DROP INDEX IF EXISTS article_officials_post")


@steps()
def forms_of_the_names_that_are_known(db: Database) -> None:
    """Schema 2: every person and institution is known at least by its own name."""
    if not db["name_forms"].count:
        db.execute("INSERT INTO name_forms SELECT 'person', key, id FROM people")
        db.execute("INSERT INTO name_forms SELECT 'organisation', key, id FROM organisations")


@steps()
def since_when_discoveries_fail(db: Database) -> None:
    """Schema 3: the last error is the earliest that is known."""
    db.execute("UPDATE discoveries SET failing_since = fetched_at WHERE error IS NOT NULL AND failing_since IS NULL")


@steps()
def counts_by_day_and_month(db: Database) -> None:
    """Schema 8: the rollups of what is stored; from then on the store and triggers keep them."""
    if not db["appearances"].count:
        db.execute(
            """INSERT INTO appearances
               SELECT DISTINCT m.label, m.entity_id, coalesce(a.published_date, ''), a.id
               FROM mentions m JOIN articles a ON a.id = m.article_id
               WHERE m.label IN ('PER', 'ORG') AND m.entity_id IS NOT NULL
               UNION SELECT 'PER', o.person_id, coalesce(a.published_date, ''), a.id
               FROM article_officials o JOIN articles a ON a.id = o.article_id
               UNION SELECT 'GPE', p.place_id, coalesce(a.published_date, ''), a.id
               FROM article_places p JOIN articles a ON a.id = p.article_id
               UNION SELECT 'LAW', l.law_id, coalesce(a.published_date, ''), a.id
               FROM article_laws l JOIN articles a ON a.id = l.article_id"""
        )
    if not db["entity_months"].count:
        db.execute(
            """INSERT INTO entity_months (label, entity_id, month, articles)
               SELECT label, entity_id, substr(day, 1, 7), count(*) FROM appearances WHERE day <> '' GROUP BY 1, 2, 3"""
        )
    if not db["articles_by_day"].count:
        db.execute(
            """INSERT INTO articles_by_day
               SELECT coalesce(published_date, ''), coalesce(source_id, ''), kind, count(*)
               FROM articles GROUP BY 1, 2, 3"""
        )


@steps()
def agreements_whose_parties_are_known(db: Database) -> None:
    """Schema 12: what the store would have written; how sure each is, only tagging again can tell."""
    db.execute(
        """UPDATE agreements SET parties_known = 1
           WHERE parties_known = 0
             AND (SELECT count(*) FROM agreement_parties p WHERE p.agreement_id = agreements.id) >= 2"""
    )


@steps()
def pairs_of_the_league_tables(db: Database) -> None:
    """Schema 9: the narrow copy of `coverage`; from then on triggers keep it."""
    if not db["coverage_league"].count:
        db.execute(
            """INSERT INTO coverage_league
               SELECT c.release_id, c.article_id, coalesce(r.published_date, ''), coalesce(r.source_id, ''),
                      coalesce(a.source_id, ''), coalesce(c.confirmed, c.label), c.copied, c.lag_minutes
               FROM coverage c JOIN articles r ON r.id = c.release_id JOIN articles a ON a.id = c.article_id
               WHERE coalesce(c.confirmed, c.label) <> 'none'"""
        )


@steps()
def where_stored_articles_were_read(db: Database) -> None:
    """Schema 12: a page that has been read was read from where its last answer is."""
    db.execute(
        """UPDATE pages SET read_file = warc_file, read_offset = warc_offset
           WHERE state = 'done' AND warc_file IS NOT NULL AND read_file IS NULL"""
    )


@steps()
def coverage_of_every_week_by_itself(db: Database) -> None:
    """Schema 13: pipelines/database/coverage_days.py."""
    key_by_day(db)


@steps()
def stories_of_the_last_days(db: Database) -> None:
    """Schema 13: the articles of the last month wait for their stories; from then on a trigger notes what is new."""
    if not db["isu_articles"].count:
        db.execute(
            """INSERT OR IGNORE INTO isu_todo SELECT id FROM articles
               WHERE published_at >= (SELECT date(max(published_at), '-30 days') FROM articles
                                      WHERE published_at <= strftime('%Y-%m-%dT%H:%M:%S+00:00', 'now'))"""
        )


@steps()
def bands_of_every_fortnight(db: Database) -> None:
    """Schema 14: pipelines/database/fortnights.py."""
    key_by_fortnight(db)


@steps()
def growth_of_stories_in_their_index(db: Database) -> None:
    """Schema 14: pages of all days ask for it."""
    made = db.execute("SELECT sql FROM sqlite_master WHERE name = 'isu_several'").fetchone()
    if made and "grew_day" not in made[0]:
        db.execute("DROP INDEX isu_several")
        db.execute(re.findall(r"^CREATE INDEX isu_several [^;]+", SCHEMA, re.MULTILINE)[0])


@steps()
def totals_of_every_day(db: Database) -> None:
    """Schema 14: all articles of a day, from what is counted by source; from then on triggers keep it."""
    if not db["day_totals"].count:
        db.execute(
            """INSERT INTO day_totals (day, kind, articles)
               SELECT day, kind, sum(articles) FROM articles_by_day GROUP BY 1, 2"""
        )


@steps()
def ids_of_every_day(db: Database) -> None:
    """Schema 14: between which ids the articles of a day lie; from then on triggers keep it."""
    db.execute(
        """UPDATE day_totals SET low = told.low, high = told.high
           FROM (SELECT coalesce(published_date, '') AS day, kind, min(id) AS low, max(id) AS high FROM articles
                 GROUP BY 1, 2) told
           WHERE told.day = day_totals.day AND told.kind = day_totals.kind"""
    )


@steps()
def authors_of_what_is_stored(db: Database) -> None:
    """Schema 14: what the store would have written of the bylines."""
    if db["bylines"].count:
        return
    db.conn.create_function("byline_of", 1, byline, deterministic=True)
    db.execute(
        """CREATE TEMP TABLE told AS SELECT id, coalesce(source_id, '') AS source, byline_of(author) AS name,
                                            coalesce(published_date, '') AS day
           FROM articles WHERE author IS NOT NULL"""
    )
    db.execute("INSERT INTO authors (source_id, name) SELECT DISTINCT source, name FROM told WHERE name IS NOT NULL")
    db.execute(
        """INSERT INTO bylines (article_id, author_id, day) SELECT t.id, w.id, t.day FROM told t
           JOIN authors w ON w.source_id = t.source AND w.name = t.name"""
    )
    db.execute("DROP TABLE told")


def migrate(db: Database) -> bool:
    """Make an empty or older database what schema.sql says, inside the caller's transaction.

    Returns whether there was anything to do: another process may have done it a moment ago.
    """
    if db.execute("PRAGMA user_version").fetchone()[0] >= SCHEMA_VERSION:
        return False
    complete(db)
    steps.apply(db)
    db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    db.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
    return True


def complete(db: Database) -> None:
    """Add what schema.sql has and `db` has not: tables, columns, indexes, triggers and views.

    An index, trigger or view whose text has changed is made anew. Nothing else is removed: a table, column or index
    that schema.sql does not know may be somebody's own.
    """
    wanted = Database(memory=True, execute_plugins=False)
    with closing(wanted):
        wanted.executescript(SCHEMA)
        shadows = {name for (name,) in wanted.execute("SELECT name FROM pragma_table_list WHERE type = 'shadow'")}
        there = dict(db.execute("SELECT name, sql FROM sqlite_master").fetchall())
        for kind, name, sql in wanted.execute("SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL"):
            if name in shadows:
                continue  # FTS5's own tables, which it makes itself
            if kind == "table" and name in there:
                _add_columns(db.table(name), wanted.table(name))
            elif _words(there.get(name, "")) != _words(sql):
                if name in there:
                    db.execute(f"DROP {kind} {name}")
                db.execute(sql)


def _add_columns(table: Table, wanted: Table) -> None:
    for column in wanted.columns:
        if column.name not in table.columns_dict:
            table.db.execute(f"ALTER TABLE {table.name} ADD COLUMN {_definition(wanted, column)}")


def _definition(table: Table, column: Column) -> str:
    """As CREATE TABLE has it. `Table.add_column` would copy the whole table where the column refers to another one."""
    words = [f'"{column.name}"', column.type]
    words += [f"NOT NULL DEFAULT {column.default_value}"] if column.notnull else []
    words += [
        f"REFERENCES {key.other_table}({key.other_column})" for key in table.foreign_keys if key.column == column.name
    ]
    return " ".join(words)


def _words(sql: str) -> list[str]:
    """A statement without its comments and its spacing, for comparing two of them."""
    return re.sub(r"--[^\n]*", "", sql).replace("(", " ( ").replace(")", " ) ").split()
