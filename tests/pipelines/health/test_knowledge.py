"""What is known of a source and what is not, in words: on the pages, for one source and for all."""

from __future__ import annotations

import asyncio
from contextlib import closing

import pytest

from pipelines.database.open import connect
from pipelines.health.knowledge import knowledge, say_known, say_reasons, say_unknown
from pipelines.publish.snapshot import publish

PAGES = {
    "https://satu.example/1": ("satu", "done", None),
    "https://satu.example/2": ("satu", "failed", "https://satu.example/2 answered 503"),
    "https://satu.example/3": ("satu", "quarantined", "failed: TypeError: 'NoneType' object is not subscriptable"),
    "https://satu.example/4": ("satu", "found", None),
    "https://dua.example/1": ("dua", "done", None),
}
ARTICLES = (
    ("satu", "2025-11-01", "id"),
    ("satu", "2025-11-02", "en"),
    ("satu", None, "id"),
    ("dua", "2025-10-01", "id"),
)


@pytest.fixture
def two(tmp_path):
    database = connect(tmp_path / "uji.db")
    for name in ("satu", "dua"):
        database.execute("INSERT INTO sources (id, name, kind, status) VALUES (?, ?, 'media', 'active')", (name, name))
    for url, (source, state, error) in PAGES.items():
        database.execute(
            "INSERT INTO pages (url, source_id, state, error, found_at) VALUES (?, ?, ?, ?, '2025-11-01T00:00:00+00:00')",
            (url, source, state, error),
        )
    for number, (source, day, language) in enumerate(ARTICLES):
        database.execute(
            """INSERT INTO articles (url, canonical_url, source_id, kind, title, text, word_count, published_date,
                                     language, first_seen)
               VALUES (:url, :url, :source, 'news', 't', 't', 1, :day, :language, '2025-11-03T00:00:00+00:00')""",
            {"url": f"https://uji/{number}", "source": source, "day": day, "language": language},
        )
    yield tmp_path / "uji.db", database.conn
    database.close()


def test_a_source_in_words(two):
    known = knowledge(two[1], "satu")
    said = " ".join(say_known(known))
    assert "3 artikel tersimpan; yang pertama disimpan Senin, 3 November 2025" in said
    assert "antara Sabtu, 1 November 2025 dan Minggu, 2 November 2025" in said
    assert "2,1 artikel sebulan" in said
    assert "Dari 4 halaman yang ditemukan, 1 sudah dibaca (25%)." in said
    missing = " ".join(say_unknown(known))
    for part in (
        "1 halaman sudah ditemukan tetapi belum dibaca",
        "1 halaman gagal",
        "1 halaman tidak dicoba lagi",
        "1 artikel tidak diketahui hari terbitnya",
    ):
        assert part in missing
    reasons = " ".join(say_reasons(known.reasons))
    assert "menjawab 503 (situs itu sedang sibuk atau ditutup sementara): 1 halaman" in reasons
    assert "TypeError" not in reasons


def test_all_sources_together(two):
    known = knowledge(two[1])
    assert (known.articles, known.first_day, sum(known.pages.values())) == (4, "2025-10-01", 5)


def test_the_pages_say_it_and_a_snapshot_tells_nothing_of_the_crawl(two, tmp_path, open_site):
    def page(path, address):
        response = asyncio.run(open_site(path).client.get(address))
        assert response.status_code == 200
        return response.text

    assert "Dari 4 halaman yang ditemukan" in page(two[0], "/sumber/satu/tahu")
    assert "Dari 5 halaman yang ditemukan" in page(two[0], "/tahu")
    publish(two[0], tmp_path / "publik.db")
    html = page(tmp_path / "publik.db", "/tahu")
    assert (
        "4 artikel tersimpan" in html and "halaman yang ditemukan" not in html and "Mengapa halaman gagal" not in html
    )


def test_nothing_is_known_of_an_empty_database(tmp_path):
    with closing(connect(tmp_path / "kosong.db").conn) as connection:
        known = knowledge(connection)
    assert say_known(known) == ["Belum ada artikel yang tersimpan."] and say_unknown(known) == []
