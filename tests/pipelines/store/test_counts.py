"""The rollup tables say what the stored tags say, whatever happened to the articles."""

from __future__ import annotations

from pipelines.database.open import transaction
from pipelines.records import TaggedArticle
from pipelines.store import counts
from pipelines.store.article_rows import retag
from pipelines.store.save import save
from tests.pipelines.conftest import make_article, make_tags

TABLES = ("appearances", "entity_months", "people", "places", "laws", "organisations", "roles")


def state(connection):
    columns = {"roles": "person_id, title, organisation, status, first_seen, last_seen, articles"}
    return {t: sorted(map(tuple, connection.execute(f"SELECT {columns.get(t, '*')} FROM {t}"))) for t in TABLES}


def recounted(connection):
    with transaction(connection):
        for table in counts.LABEL_OF:
            counts.recount(
                connection, {table: {row[0] for row in connection.execute(f"SELECT id FROM {table}").fetchall()}}
            )
    return state(connection)


def test_articles_that_come_later_and_are_older_move_the_first_day_and_not_the_last(database):
    connection = database.conn
    for day in ("2025-11-12", "2025-12-01", "2025-10-05"):
        url = f"https://contoh.go.id/{day}"
        article = make_article(url=url, canonical_url=url, title=day, published_date=day)
        with transaction(connection):
            save(connection, TaggedArticle(article, make_tags(article)))
    for table in ("people", "places", "laws", "roles"):
        found = connection.execute(f"SELECT DISTINCT first_seen, last_seen, articles FROM {table}").fetchall()
        assert found == [("2025-10-05", "2025-12-01", 3)], table
    assert state(connection) == recounted(connection)


def test_rollups_follow_new_edited_moved_and_retagged_articles(database):
    connection = database.conn
    days = (("2025-11-12", "a"), ("2025-11-12", "b"), ("2025-12-01", "c"), (None, "d"))
    for day, name in days:
        url = f"https://contoh.go.id/{name}"
        moment = f"{day}T02:00:00+00:00" if day else None
        article = make_article(url=url, canonical_url=url, title=name, published_date=day, published_at=moment)
        with transaction(connection):
            save(connection, TaggedArticle(article, make_tags(article)))
    assert state(connection) == recounted(connection)
    moved = make_article(
        url="https://contoh.go.id/a",
        canonical_url="https://contoh.go.id/a",
        title="a",
        published_date="2024-01-05",
        published_at="2024-01-05T02:00:00+00:00",
    )
    with transaction(connection):
        save(connection, TaggedArticle(moved, make_tags(moved)))
    lighter = make_article(url="https://contoh.go.id/b", canonical_url="https://contoh.go.id/b", title="b")
    with transaction(connection):
        retag(connection, 2, lighter, make_tags(lighter, places=(), mentions=()))
        retag(connection, 3, lighter, None)
    after = state(connection)
    assert ("GPE", 1, "2024-01-05", 1) in after["appearances"]
    assert not [row for row in after["appearances"] if row[3] == 3]
    assert after == recounted(connection)


def test_articles_by_day_follows_the_articles(database):
    connection = database.conn
    for name, day in (("a", "2025-11-14"), ("b", "2025-11-13"), ("a", "2025-11-13")):
        url = f"https://contoh.go.id/{name}"
        article = make_article(
            url=url, canonical_url=url, title=name, published_date=day, published_at=f"{day}T02:00:00+00:00"
        )
        with transaction(connection):
            save(connection, TaggedArticle(article, make_tags(article)))
    rows = connection.execute(
        "SELECT day, source_id, kind, articles FROM articles_by_day WHERE articles > 0"
    ).fetchall()
    assert [tuple(row) for row in rows] == [("2025-11-13", "contoh", "press_release", 2)]


def test_counting_an_article_reads_only_its_own_mentions(database):
    """Without statistics SQLite would rather read the index of all mentions of a label; a million articles have many."""
    asked: list[str] = []
    database.conn.set_trace_callback(asked.append)
    counts.entities_of(database.conn, 1)
    database.conn.set_trace_callback(None)
    plans = [step for sql in asked for *_, step in database.conn.execute(f"EXPLAIN QUERY PLAN {sql}")]
    read = [step for step in plans if "mentions" in step]
    assert len(read) == 2
    assert all("article_id=?" in step for step in read)
