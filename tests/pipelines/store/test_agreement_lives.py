"""The life of an agreement over articles, and when it ends."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path

import pytest

from nlp.records import Agreement, Tags
from pipelines.database.open import transaction
from pipelines.records import TaggedArticle
from pipelines.store.agreement_lives import end_of, link_those_without, stages_of
from pipelines.store.article_rows import replace_tags
from pipelines.store.save import save
from tests.pipelines.conftest import make_article

SEQUENCES = Path(__file__).with_name("agreement_sequences.txt")
PARTIES = ("Dinas Laut", "Universitas Perahu")


def keep(database, name, day, kind="MoU", status="ditandatangani", subject="rumput laut", parties=PARTIES, **more):
    url = f"https://contoh.go.id/{name}"
    article = make_article(
        url=url, canonical_url=url, title=name, text=f"Naskah {name}.", published_at=f"{day}T03:00:00+00:00"
    )
    article = make_article(**{f: getattr(article, f) for f in ("url", "canonical_url", "title", "text", "published_at")}
                           | {"published_date": day})  # fmt: skip
    told = Agreement(kind, "nota uji", parties, subject, None, None, status, parties_known=True, **more)
    with transaction(database.conn):
        return save(database.conn, TaggedArticle(article, Tags(agreements=(told,)))).article_id, article


def lives(database):
    return database.execute("SELECT life, stage, tellings, steps, ends FROM agreement_lives ORDER BY life").fetchall()


def test_talks_plan_signing_and_follow_up_are_one_life(database):
    keep(database, "bahas", "2025-01-10", status="dibahas")
    keep(database, "rencana", "2025-05-10", status="direncanakan")
    keep(database, "teken", "2025-08-10", months=36, until="2028-08")
    keep(database, "salinan", "2025-08-11")
    keep(database, "pks", "2026-02-01", kind="PKS", subject="bibit rumput laut")
    assert lives(database) == [(1, "ditindaklanjuti", 5, 4, "2028-08-31")]


@pytest.mark.parametrize(
    "other",
    [
        {"subject": "beasiswa nelayan"},
        {"parties": ("Dinas Laut", "Bank Karang")},
        {"day": "2029-01-01"},
    ],
)
def test_another_matter_other_parties_or_another_time_is_another_life(database, other):
    keep(database, "satu", "2025-01-10", months=12)
    keep(database, "dua", **({"day": "2025-09-01"} | other))
    assert [row[0] for row in lives(database)] == [1, 2]


def test_designed_sequences_are_told_apart(database):
    linked = wrong = missed = 0
    paragraphs = SEQUENCES.read_text(encoding="utf-8").split("\n\n")[1:]
    for number, paragraph in enumerate(paragraphs):
        lines = [[part.strip() for part in line.split(";")] for line in paragraph.strip().splitlines()]
        found = []
        for place, (day, kind, status, subject, parties, wanted) in enumerate(lines):
            told = {"kind": kind, "status": status, "subject": subject or None, "parties": tuple(parties.split(", "))}
            article, _ = keep(database, f"{number}-{place}", day, **told)
            row = database.execute("SELECT life FROM agreements WHERE article_id = ?", (article,)).fetchone()
            found.append((wanted, row[0]))
        for (one, life), (other, their_life) in combinations(found, 2):
            linked += one == other and life == their_life
            wrong += one != other and life == their_life
            missed += one == other and life != their_life
    assert len(paragraphs) == 30 and linked + missed > 40
    assert linked / (linked + wrong) >= 0.9 and linked / (linked + missed) >= 0.9, (linked, wrong, missed)


def test_what_is_read_anew_leaves_the_life_and_the_next_one_begins_it(database):
    first, article = keep(database, "bahas", "2025-01-10", status="dibahas")
    keep(database, "teken", "2025-08-10")
    with transaction(database.conn):
        replace_tags(database.conn, first, article, Tags(), article.published_date)
    assert lives(database) == [(2, "ditandatangani", 1, 1, None)]


def test_an_older_database_gets_its_lives_once(database):
    keep(database, "bahas", "2025-01-10", status="dibahas")
    keep(database, "teken", "2025-08-10")
    before = lives(database)
    database.execute("DELETE FROM agreement_lives")
    database.execute("UPDATE agreements SET life = NULL")
    link_those_without(database.conn)
    assert lives(database) == before


@pytest.mark.parametrize(
    ("told", "ends"),
    [
        ({"until": "2029"}, "2029-12-31"),
        ({"until": "2028-02"}, "2028-02-29"),
        ({"date": "2025-11-30", "months": 3}, "2026-02-28"),
        ({"date": "2025", "months": 60}, "2030-12-31"),
        ({"months": 60}, None),
        ({"until": "2025-13"}, None),
        ({"date": "9998", "months": 60}, None),
    ],
)
def test_when_an_agreement_ends(told, ends):
    assert end_of(Agreement("MoU", "nota", **told)) == ends


def test_a_cooperation_agreement_follows_up_only_a_memorandum_that_was_signed():
    assert stages_of([("PKS", "ditandatangani")]) == ["ditandatangani"]
    assert stages_of([("MoU", "direncanakan"), ("PKS", "ditandatangani")])[-1] == "ditandatangani"
    assert stages_of([("MoU", "ditandatangani"), ("PKS", "berlaku")])[-1] == "ditindaklanjuti"
