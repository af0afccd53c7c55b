"""Storing: one article once, versions, duplicates, entities and their counts."""

from __future__ import annotations

import sqlite3
from dataclasses import replace

import pytest
from sqlite_utils import Database

from nlp.records import Quote, Tags
from pipelines.database.open import transaction
from pipelines.records import TaggedArticle
from pipelines.store.save import save
from tests.pipelines.conftest import make_article, make_tags


def store(database: Database, article, tags="made", **options):
    found = make_tags(article) if tags == "made" else tags
    with transaction(database.conn):
        return save(database.conn, TaggedArticle(article, found), **options)


def rows(database: Database, sql: str, *values):
    return database.conn.execute(sql, values).fetchall()


def test_an_article_is_stored_with_its_tags(database):
    stored = store(database, make_article())
    assert stored.outcome == "new"
    assert rows(database, "SELECT name, title, organisation, articles, first_seen, last_seen FROM officials") == [
        ("Rangga Wiratama", "Bupati", "Bogor", 1, "2025-11-12", "2025-11-12")
    ]
    assert rows(database, "SELECT code, name, kind, province, articles FROM cities") == [
        ("32.73", "Kota Bandung", "kota", "Jawa Barat", 1)
    ]
    assert rows(database, "SELECT type, date, place, status, parties_known, confidence FROM agreements") == [
        ("MoU", "2025-11", "Bandung", "ditandatangani", 1, 0.9)
    ]
    assert rows(database, "SELECT party FROM agreement_parties ORDER BY position") == [
        ("Pemkab Bogor",),
        ("PT Sinar Uji",),
    ]
    people = rows(database, "SELECT DISTINCT entity_id FROM mentions WHERE label = 'PER'")
    assert people == rows(database, "SELECT person_id FROM quotes") == rows(database, "SELECT id FROM people")


def test_the_same_article_again_changes_nothing(database):
    store(database, make_article())
    again = store(database, make_article(fetched_at="2025-11-13T00:00:00+00:00"))
    assert again.outcome == "unchanged"
    assert rows(database, "SELECT count(*), max(version) FROM articles") == [(1, 1)]
    assert rows(database, "SELECT articles FROM people") == [(1,)]
    assert rows(database, "SELECT articles FROM roles") == [(1,)]


def test_an_edited_article_becomes_a_version_and_is_found_by_its_new_words(database):
    store(database, make_article())
    edited = make_article(text="Bupati Bogor Rangga Wiratama meresmikan jembatan di Bandung. Rangga berpidato.")
    assert store(database, edited).outcome == "changed"
    assert rows(database, "SELECT version FROM articles") == [(2,)]
    assert [v for (v,) in rows(database, "SELECT version FROM article_versions ORDER BY 1")] == [1, 2]
    match = "SELECT count(*) FROM articles_fts WHERE articles_fts MATCH ?"
    assert rows(database, match, "jembatan") == [(1,)]
    assert rows(database, match, 'text: "meresmikan pasar"') == [(0,)]


def test_a_page_that_lost_its_date_keeps_the_one_it_had(database):
    store(database, make_article())
    store(database, make_article(published_at=None, published_date=None, date_source=None))
    assert rows(database, "SELECT published_at, published_date, date_source FROM articles") == [
        ("2025-11-12T02:30:00+00:00", "2025-11-12", "meta")
    ]
    moved = make_article(published_at="2025-11-10T02:30:00+00:00", published_date="2025-11-10", date_source="json-ld")
    store(database, moved)
    assert rows(database, "SELECT published_date, date_source FROM articles") == [("2025-11-10", "json-ld")]


@pytest.mark.parametrize(
    ("before", "now", "same_page", "stays"),
    [
        ("feed", "feed", False, True),  # the feed dates the corrected item anew
        ("feed", "feed", True, True),  # the page is read again with what the feed says now
        ("printed", "printed", False, True),  # so does the page
        ("printed", "printed", True, False),  # a better reading
        ("printed", "json-ld", False, False),  # a better witness
    ],
)
def test_a_correction_does_not_move_the_publication(database, before, now, same_page, stays):
    store(database, make_article(date_source=before))
    later = make_article(
        text="Bupati Bogor Rangga Wiratama meresmikan pasar di Bandung. Rangga pulang.",
        published_at="2025-11-16T02:30:00+00:00",
        published_date="2025-11-16",
        date_source=now,
    )
    store(database, later, same_page=same_page)
    assert rows(database, "SELECT published_date FROM articles") == [("2025-11-12" if stays else "2025-11-16",)]
    assert rows(database, "SELECT day FROM appearances GROUP BY 1") == rows(
        database, "SELECT published_date FROM articles"
    )
    earlier = replace(later, published_at="2025-11-10T02:30:00+00:00", published_date="2025-11-10")
    store(database, earlier)
    assert rows(database, "SELECT published_date FROM articles") == [("2025-11-10",)]


def test_a_better_reading_of_the_same_page_is_no_version(database):
    store(database, make_article())
    better = make_article(title="Bupati Bogor Resmikan Pasar Baru")
    store(database, better, same_page=True)
    assert rows(database, "SELECT version, title FROM articles") == [(1, better.title)]
    assert rows(database, "SELECT version, title FROM article_versions") == [(1, better.title)]


def test_another_address_of_an_article_is_the_same_article(database):
    store(database, make_article())
    amp = make_article(url="https://contoh.go.id/amp/satu", text="Teks yang dipotong.")
    store(database, amp, tags=None)
    assert rows(database, "SELECT count(*), version FROM articles") == [(1, 1)]


def test_a_site_that_calls_every_page_its_home_page_keeps_its_articles(database):
    store(database, make_article(canonical_url="https://contoh.go.id/"))
    other = make_article(
        url="https://contoh.go.id/berita/dua", canonical_url="https://contoh.go.id/", title="Judul Lain"
    )
    assert store(database, other).outcome == "new"


def test_copies_point_to_the_earliest_whatever_the_order(database):
    late = make_article(
        url="https://media.id/b",
        canonical_url="https://media.id/b",
        source_id="media",
        published_at="2025-11-13T00:00:00+00:00",
    )
    store(database, late)
    early = store(database, make_article())
    middle = replace(
        late,
        url="https://lain.id/c",
        canonical_url="https://lain.id/c",
        source_id="lain",
        published_at="2025-11-12T10:00:00+00:00",
    )
    store(database, middle)
    assert rows(database, "SELECT source_id, duplicate_of FROM articles ORDER BY source_id") == [
        ("contoh", None),
        ("lain", early.article_id),
        ("media", early.article_id),
    ]


def test_counts_follow_when_tags_go(database):
    store(database, make_article())
    store(
        database,
        make_article(url="https://contoh.go.id/2", canonical_url="https://contoh.go.id/2", published_date="2025-12-01"),
    )
    assert rows(database, "SELECT articles, first_seen, last_seen FROM people") == [(2, "2025-11-12", "2025-12-01")]
    article = make_article(text="Teks tanpa nama.")
    store(database, article, tags=Tags())
    assert rows(database, "SELECT articles, first_seen FROM people") == [(1, "2025-12-01")]
    assert rows(database, "SELECT articles FROM roles") == [(1,)]
    assert rows(database, "SELECT articles FROM places") == [(1,)]
    assert rows(database, "SELECT articles FROM laws") == [(1,)]


def test_an_article_in_another_language_is_kept_without_tags(database):
    store(database, make_article(language="en", text="The minister opened a market."), tags=None)
    assert rows(database, "SELECT language, (SELECT count(*) FROM mentions) FROM articles") == [("en", 0)]


def test_a_failing_batch_leaves_nothing_behind(database):
    broken = make_tags(make_article(), quotes=(Quote(object()),))
    with pytest.raises(sqlite3.Error, match="type 'object' is not supported"):
        store(database, make_article(), tags=broken)
    assert rows(database, "SELECT count(*) FROM articles") == [(0,)]
    assert not database.conn.in_transaction


def test_full_text_index_is_sound_after_updates(database):
    store(database, make_article())
    store(database, make_article(title="Lain", text="Lain sama sekali."), tags=None)
    try:
        database.conn.execute("INSERT INTO articles_fts(articles_fts, rank) VALUES ('integrity-check', 1)")
    except sqlite3.DatabaseError as error:  # pragma: no cover - the assertion is the message
        pytest.fail(f"articles_fts is corrupt: {error}")


def test_reading_again_what_has_not_changed_leaves_the_rows_alone(database):
    article = make_article()
    store(database, article)
    written = rows(database, "SELECT id, entity_id FROM mentions"), rows(database, "SELECT id, same_as FROM agreements")
    before = database.conn.total_changes
    assert store(database, article, same_page=True).outcome == "unchanged"
    assert database.conn.total_changes == before
    store(database, article, make_tags(article, quotes=()), same_page=True)
    assert rows(database, "SELECT count(*) FROM quotes") == [(0,)]
    assert (
        rows(database, "SELECT id, entity_id FROM mentions"),
        rows(database, "SELECT id, same_as FROM agreements"),
    ) == written


def test_a_post_that_was_misread_does_not_make_two_people_of_one(database):
    article = make_article()
    (official,) = make_tags(article).officials
    wrong = replace(official, organisation="Bantul")  # another region's Bupati in the same month is somebody else
    store(database, article, make_tags(article, officials=(wrong,)))
    store(database, article, same_page=True)
    assert rows(database, "SELECT name, organisation, articles FROM officials") == [("Rangga Wiratama", "Bogor", 1)]
    assert rows(database, "SELECT count(*) FROM people") == [(1,)]
