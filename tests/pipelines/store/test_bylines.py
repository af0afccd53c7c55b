"""Authors: only bylines that surely name a person count, and the counts follow whatever happens to the articles."""

from __future__ import annotations

import pytest

from pipelines.database.open import transaction
from pipelines.language.bylines import byline
from pipelines.records import TaggedArticle
from pipelines.store.save import save
from tests.pipelines.conftest import make_article


@pytest.mark.parametrize(
    ("author", "name"),
    [
        ("Ratna Wulandari", "Ratna Wulandari"),
        ("RATNA WULANDARI", "Ratna Wulandari"),
        ("M. Rizki Hidayat", "M. Rizki Hidayat"),
        ("M Hidayat", "M Hidayat"),
        ("Nur'aini Sri-Lestari", "Nur'aini Sri-Lestari"),
        *((none, None) for none in ("Redaksi", "Tim Redaksi", "CK", "Ratna", "ratna wulandari", "(ant/rw)", "R W")),
        *(
            (none, None)
            for none in ("Biro Humas", "Kabar Pesisir", "Jawa Barat", "Ratna99 Wulan", "Humas Pemkab Bogor")
        ),
        *((none, None) for none in ("", None, "Ratna Wulandari Kusuma Dewi Lestari", "Admin Satu", "Dr. Ir.")),
    ],
)
def test_only_names_of_persons_are_sure(author, name):
    assert byline(author) == name


def store(connection, number, author, day="2025-11-12", source="contoh"):
    url = f"https://contoh.go.id/{number}"
    article = make_article(
        url=url,
        canonical_url=url,
        title=f"Judul {number}",
        text=f"Isi nomor {number} tentang pasar di Bandung.",
        source_id=source,
        author=author,
        published_date=day,
        published_at=f"{day}T02:00:00+00:00",
    )
    with transaction(connection):
        save(connection, TaggedArticle(article, None))


def told(connection):
    return [
        tuple(row)
        for row in connection.execute(
            """SELECT w.source_id, w.name, w.articles, group_concat(b.day) FROM authors w
               LEFT JOIN (SELECT * FROM bylines ORDER BY author_id, day) b ON b.author_id = w.id GROUP BY w.id ORDER BY 1, 2"""
        )
    ]


def test_authors_follow_new_reread_redated_and_removed_articles(database):
    connection = database.conn
    for number, author in enumerate(("Ratna Wulandari", "RATNA WULANDARI", "Redaksi", None, "Bagas Alam")):
        store(connection, number, author)
    store(connection, 5, "Ratna Wulandari", source="lain")
    first = [("contoh", "Bagas Alam", 1, "2025-11-12"), ("contoh", "Ratna Wulandari", 2, "2025-11-12,2025-11-12")]
    assert told(connection) == [*first, ("lain", "Ratna Wulandari", 1, "2025-11-12")]
    store(connection, 0, "Bagas Alam", day="2025-11-10")  # another byline and day on a second reading
    store(connection, 1, "Tim Redaksi")
    connection.execute("UPDATE articles SET published_date = '2025-11-09' WHERE id = 5")
    assert told(connection)[:2] == [
        ("contoh", "Bagas Alam", 2, "2025-11-09,2025-11-10"),
        ("contoh", "Ratna Wulandari", 0, None),
    ]
    connection.execute("DELETE FROM article_versions WHERE article_id = 5")
    connection.execute("DELETE FROM minhash_bands WHERE article_id = 5")
    connection.execute("DELETE FROM articles WHERE id = 5")
    assert told(connection)[0] == ("contoh", "Bagas Alam", 1, "2025-11-10")
