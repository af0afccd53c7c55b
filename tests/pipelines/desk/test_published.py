"""What is proposed as the published clarification: of the same outlet, of the same matter, later, and saying so."""

from __future__ import annotations

import pytest

from pipelines.database.open import connect, transaction
from pipelines.desk.published import SAYS_SO, proposals, proposed
from pipelines.records import TaggedArticle
from pipelines.store.save import save
from tests.pipelines.conftest import make_article

PLAIN = "Warga menunggu kabar dari kantor desa sejak pagi."
# (id, source, kind, title, text, day of November 2025, in the isu)
ARTICLES = (
    (1, "media1", "news", "Dinas Bantah Beras Apak", "Dinas membantah.", 10, True),
    (2, "media1", "news", "Klarifikasi Lama", PLAIN, 8, True),
    (3, "media1", "news", "Klarifikasi Dinas soal Beras", PLAIN, 13, True),
    (4, "media2", "news", "Klarifikasi Dinas di Media Lain", PLAIN, 13, True),
    (5, "media1", "news", "Beras Dibagikan Lagi", PLAIN, 13, True),
    (6, "media1", "news", "Beras Baru Datang", f"Dinas mengirim hak jawab. {PLAIN}", 12, True),
    (7, "media1", "news", "Ralat Skor Sepak Bola", PLAIN, 13, False),
    (8, "dinas", "press_release", "Siaran Dinas", PLAIN, 12, True),
    (9, "media1", "news", "Hak Jawab Dinas Pangan", PLAIN, 14, False),
    (10, "media1", "news", "Harga Beras Terkoreksi", PLAIN, 13, True),
    (11, "dinas", "press_release", "Siaran Awal", PLAIN, 9, False),
    (12, "media1", "news", "Koreksi: Beras Layak", PLAIN, 12, False),
)


def pair(connection, release, article, confirmed=None):
    columns = (
        "kept, copied, retold, longest, quotes, quotes_kept, numbers, numbers_kept, officials, officials_kept, "
        "evidence, numbers_changed, other_voices, shared, spans, reasons"
    )
    connection.execute(
        f"""INSERT INTO coverage (release_id, article_id, label, compared_at, confirmed, {columns})
            VALUES (?, ?, 'edited', '', ?, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, '', '', '', '', '')""",
        (release, article, confirmed),
    )


@pytest.fixture(scope="module")
def filled(tmp_path_factory):
    database = connect(tmp_path_factory.mktemp("dimuat") / "uji.db")
    connection = database.conn
    connection.execute(
        """INSERT INTO isu (id, title, first_seen, last_seen, articles, outlets, grew_hour, grew_day, state)
           VALUES (1, 'Beras', '', '', 8, 3, 0, 0, 'open')"""
    )
    for number, source, kind, title, text, day, joined in ARTICLES:
        when = f"2025-11-{day:02}T0{number % 10}:00:00+00:00"
        address = f"https://{source}.id/{number}"
        article = make_article(
            url=address,
            canonical_url=address,
            source_id=source,
            kind=kind,
            title=title,
            text=f"{text} Artikel nomor {number}.",
            published_at=when,
            published_date=when[:10],
        )
        with transaction(connection):
            assert save(connection, TaggedArticle(article, None)).article_id == number
        if joined:
            connection.execute(
                "INSERT INTO isu_articles (article_id, isu_id, published_at, source_id, reason) VALUES (?, 1, ?, ?, '')",
                (number, when, source),
            )
    pair(connection, 8, 9)  # of a release of the isu
    pair(connection, 11, 1)  # article and clarification took up the same release
    pair(connection, 11, 12)
    yield connection
    database.close()


def test_later_articles_of_the_outlet_on_the_matter_that_say_so_headlines_first(filled):
    found = proposals(filled, 1, "2025-11-12")
    assert [offer.article_id for offer in found] == [12, 3, 9]  # 6 says so in its lead only, and three are shown
    assert (found[1].day, found[1].url) == ("2025-11-13", "https://media1.id/3")
    assert [offer.article_id for offer in proposals(filled, 1, "2025-11-14")] == [9]
    assert proposals(filled, 1, "2025-11-15") == []


def test_without_a_day_all_after_the_article_and_its_lead_counts(filled):
    assert [offer.article_id for offer in proposals(filled, 5, "")] == [9]  # 3 came before it on the same day
    filled.execute("UPDATE coverage SET confirmed = 'none' WHERE release_id IN (8, 11)")
    try:
        assert [offer.article_id for offer in proposals(filled, 1, "")] == [3, 6]
        assert proposals(filled, 5, "") == []
    finally:
        filled.execute("UPDATE coverage SET confirmed = NULL")


def test_only_what_has_a_proposal_is_told_and_what_is_not_there_has_none(filled):
    assert set(proposed(filled, [(1, "2025-11-12"), (7, ""), (4, ""), (999, "")])) == {1}


def test_no_table_is_read_whole(filled):
    statements = []
    filled.set_trace_callback(statements.append)
    proposals(filled, 1, "2025-11-12")
    filled.set_trace_callback(None)
    plans = [row[3] for sql in statements for row in filled.execute(f"EXPLAIN QUERY PLAN {sql}")]
    scans = [step for step in plans if step.startswith("SCAN") and step.split()[1] not in ("f", "r", "told")]
    assert plans and not scans, scans


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("Wali Kota Klarifikasi Soal Parkir", True),
        ("RALAT: Tanggal Rapat", True),
        ("Hak  jawab Dinas Pangan", True),
        ("Rektor membantahnya", True),
        ("Redaksi mengoreksi angka itu", True),
        ("IHSG terkoreksi tipis", False),
        ("Petani meratakan tanah", False),
        ("Hak warga dijawab", False),
    ],
)
def test_which_words_say_so(text, says):
    assert bool(SAYS_SO.search(text)) is says
