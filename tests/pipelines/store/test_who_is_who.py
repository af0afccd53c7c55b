"""Who is who across articles: one row for a person or body with all forms, two rows for namesakes, people's corrections."""

from __future__ import annotations

from dataclasses import replace

import pytest

from nlp.records import Agreement, Official, Tags
from pipelines.database.open import transaction
from pipelines.desk.corrections import apply_corrections, corrections_file, read_corrections
from pipelines.errors import UserError
from pipelines.records import TaggedArticle
from pipelines.store.article_rows import retag
from pipelines.store.save import save
from tests.pipelines.conftest import make_article, mention


@pytest.fixture
def tell(database):
    """tell(text, official=(name, title, organisation), orgs=[...], people=[...], day=...) stores one article."""
    count = 0

    def store(text, *officials, orgs=(), people=(), agreements=(), day="2025-11-12"):
        nonlocal count
        count += 1
        url = f"https://contoh.go.id/{count}"
        article = make_article(
            url=url,
            canonical_url=url,
            title=f"Berita {count}",
            text=text,
            published_date=day,
            published_at=f"{day}T02:00:00+00:00",
        )
        named = [("ORG", form) for form in orgs] + [("PER", form) for form in (*people, *(o[0] for o in officials))]
        tags = Tags(
            mentions=tuple(mention(text, label, form) for label, form in named),
            officials=tuple(Official(*official) for official in officials),
            agreements=tuple(agreements),
        )
        with transaction(database.conn):
            return article, tags, save(database.conn, TaggedArticle(article, tags)).article_id

    return store


def rows(database, sql, *values):
    return database.conn.execute(sql, values).fetchall()


def names(database):
    return sorted(name for (name,) in rows(database, "SELECT name FROM people WHERE articles > 0"))


def test_the_longer_and_the_shorter_name_with_the_same_post_are_one_person(database, tell):
    tell("Muhammad Rangga Wiratama datang.", ("Muhammad Rangga Wiratama", "Menteri", "Uji"))
    tell("Rangga Wiratama pulang.", ("Rangga Wiratama", "Menteri", "Uji"))
    assert names(database) == ["Muhammad Rangga Wiratama"]
    tell("Rangga Wiratama diam.", people=["Rangga Wiratama"])  # the form is known now, even without the post
    assert rows(database, "SELECT articles FROM people") == [(3,)]


def test_the_same_name_with_another_post_is_the_same_person(database, tell):
    tell("Sari Melati datang.", ("Sari Melati", "Menteri", "Uji"))
    tell("Sari Melati datang.", ("Sari Melati", "Ketua Umum", "Persatuan Renang Uji"))
    assert names(database) == ["Sari Melati"]
    assert rows(database, "SELECT count(*) FROM roles") == [(2,)]


def test_two_seats_that_nobody_holds_at_once_are_two_people(database, tell):
    tell("Budi Hartono datang.", ("Budi Hartono", "Menteri", "Perdagangan"))
    tell("Budi Hartono datang.", ("Budi Hartono", "Kapolsek", "Cibiru"))
    tell("Budi Hartono lagi.", ("Budi Hartono", "Kapolsek", "Cibiru"))
    assert names(database) == ["Budi Hartono", "Budi Hartono"]
    assert rows(database, "SELECT title, articles FROM roles ORDER BY title") == [("Kapolsek", 2), ("Menteri", 1)]


@pytest.mark.parametrize(("day", "people"), [("2025-06-01", 2), ("2025-04-01", 1)])
def test_a_seat_is_taken_as_held_for_half_a_year_after_it_was_told_of(database, tell, day, people):
    """164 days lie between the first pair of days, 225 between the second."""
    tell("Budi Hartono datang.", ("Budi Hartono", "Bupati", "Garut"), day=day)
    tell("Budi Hartono datang.", ("Budi Hartono", "Wali Kota", "Bandung"), day="2025-11-12")
    assert names(database) == ["Budi Hartono"] * people


def test_a_seat_after_another_is_the_same_person(database, tell):
    tell("Budi Hartono datang.", ("Budi Hartono", "Bupati", "Garut"), day="2022-01-10")
    tell("Budi Hartono datang.", ("Budi Hartono", "Wali Kota", "Bandung"), day="2025-11-12")
    assert names(database) == ["Budi Hartono"]


def test_an_acronym_learnt_in_one_article_holds_in_the_others(database, tell):
    tell("BUN menghitung.", orgs=["BUN"])
    tell("Badan Uji Nasional (BUN) rapat.", orgs=["Badan Uji Nasional", "BUN"])
    tell("BUN pulang.", orgs=["BUN"])
    assert rows(database, "SELECT name, articles, aliases FROM organisations") == [("Badan Uji Nasional", 3, '["BUN"]')]


def test_an_acronym_of_two_bodies_stands_for_neither(database, tell):
    tell("Badan Uji Nasional (BUN) rapat.", orgs=["Badan Uji Nasional", "BUN"])
    tell("Balai Ukur Nusa (BUN) rapat.", orgs=["Balai Ukur Nusa", "BUN"])
    tell("BUN pulang.", orgs=["BUN"])
    found = dict(rows(database, "SELECT name, articles FROM organisations"))
    assert found == {"Badan Uji Nasional": 1, "Balai Ukur Nusa": 1, "BUN": 1}


def test_ministries_are_known_by_their_short_names(database, tell):
    tell("Kemenhub dan Kementerian Perhubungan RI.", orgs=["Kemenhub", "Kementerian Perhubungan RI"])
    tell("Kementerian Perhubungan rapat.", orgs=["Kementerian Perhubungan"])
    assert rows(database, "SELECT count(*), max(articles) FROM organisations WHERE articles > 0") == [(1, 2)]


def agreement(*parties, kind="MoU", date=None):
    return Agreement(kind, "nota kesepahaman", parties, date=date, status="ditandatangani")


def test_one_agreement_told_by_three_articles_is_one(database, tell):
    tell("Satu.", agreements=[agreement("Kemenhub", "PT Uji Jaya", date="2025-11-12")])
    tell("Dua.", agreements=[agreement("Kementerian Perhubungan (Kemenhub)", "PT Uji Jaya")])
    tell("Tiga.", agreements=[agreement("PT Uji Jaya", "Kemenhub", date="2025-11")])
    tell("Lain.", agreements=[agreement("PT Uji Jaya", "Kemenkes")])
    tell("Lain hari.", agreements=[agreement("PT Uji Jaya", "Kemenhub", date="2025-10-01")])
    assert rows(database, "SELECT id, same_as FROM agreements ORDER BY id") == [
        (1, None),
        (2, 1),
        (3, 1),
        (4, None),
        (5, None),
    ]


def test_when_the_first_telling_goes_the_next_one_takes_its_place(database, tell):
    article, tags, first = tell("Satu.", agreements=[agreement("Indonesia", "Singapura")])
    tell("Dua.", agreements=[agreement("RI", "Singapura")])
    tell("Tiga.", agreements=[agreement("Pemerintah Indonesia", "Pemerintah Singapura")])
    with transaction(database.conn):
        retag(database.conn, first, article, replace(tags, agreements=()))
    assert rows(database, "SELECT id, same_as FROM agreements ORDER BY id") == [(2, None), (3, 2)]


CORRECTIONS = """
[[merge]]
kind = "person"
name = "Rangga Wiratama"
forms = ["Ranga Wiratama"]
[[split]]
kind = "person"
name = "Budi Hartono"
where = "Dinas Kesehatan"
into = "Budi Hartono (Dinas Kesehatan)"
[[rename]]
kind = "organisation"
name = "Bdan Uji"
to = "Badan Uji"
"""


def test_corrections_change_what_is_stored_and_survive_tagging_anew(database, tell, tmp_path):
    article, tags, spelt = tell(
        "Ranga Wiratama di Bdan Uji.", ("Ranga Wiratama", "Kepala", "Bdan Uji"), orgs=["Bdan Uji"]
    )
    tell("Rangga Wiratama datang.", ("Rangga Wiratama", "Bupati", "Bogor"))
    tell("Budi Hartono hadir.", ("Budi Hartono", "Direktur", "Bank Uji"))
    tell("Budi Hartono hadir.", ("Budi Hartono", "Kepala Bidang", "Dinas Kesehatan Bogor"))
    assert names(database) == ["Budi Hartono", "Ranga Wiratama", "Rangga Wiratama"]
    file = tmp_path / "corrections.toml"
    file.write_text(CORRECTIONS)
    assert apply_corrections(database.conn, read_corrections(file)) == 4
    assert apply_corrections(database.conn, read_corrections(file)) == 0
    for _ in range(2):
        assert names(database) == ["Budi Hartono", "Budi Hartono (Dinas Kesehatan)", "Rangga Wiratama"]
        assert rows(database, "SELECT articles FROM people WHERE name = 'Rangga Wiratama'") == [(2,)]
        assert rows(database, "SELECT name FROM organisations WHERE articles > 0") == [("Badan Uji",)]
        with transaction(database.conn):
            retag(database.conn, spelt, article, tags)
    apply_corrections(database.conn, set())  # taken back
    assert names(database) == ["Budi Hartono", "Ranga Wiratama", "Rangga Wiratama"]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("[[merge]]\nkind = 'person'\nname = 'A'\n", r"corrections.toml: merge 1: forms: missing"),
        ("[[merge]]\nkind = 'dog'\nname = 'A'\nforms = ['B']\n", r"merge 1: kind: 'dog' is neither"),
        ("[[rename]]\nkind = 'person'\nname = 'A'\nto = 'B'\nwhy = 'x'\n", r"rename 1: unknown key 'why'"),
        ("[[gabung]]\n", r"'gabung' is none of"),
        ("[[original]]\nkind = 'person'\nurl = 'https://a.id/1'\n", r"original 1: unknown key 'kind'"),
        ("[[original]]\n", r"original 1: url: missing"),
        ("[[rename]\n", r"corrections.toml: cannot be read"),
        (
            "[[rename]]\nkind='person'\nname='A'\nto='B'\n[[rename]]\nkind='person'\nname='B'\nto='C'\n",
            r"name the last one",
        ),
        (
            "[[rename]]\nkind='person'\nname='A'\nto='B'\n[[rename]]\nkind='person'\nname='A'\nto='C'\n",
            r"keep one of them",
        ),
    ],
)
def test_a_wrong_corrections_file_is_named_with_entry_and_key(tmp_path, content, message):
    file = corrections_file(tmp_path / "uji.db")
    file.write_text(content)
    with pytest.raises(UserError, match=message):
        read_corrections(file)
