"""A database on disk and made-up articles for the storage tests."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlite_utils import Database

from nlp.records import Agreement, Law, Mention, Official, Place, Quote, Tags
from pipelines.database.open import SCHEMA_VERSION, connect
from pipelines.records import Article


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = connect(tmp_path / "uji.db")
    yield opened
    opened.close()


# What takes a database of version N back to N - 1.
UNDO = {
    2: """DROP TABLE name_forms; DROP TABLE corrections; DROP INDEX agreements_same;
          ALTER TABLE agreements DROP COLUMN same_as; DROP INDEX agreement_parties_key;
          DROP INDEX agreement_parties_organisation; ALTER TABLE agreement_parties DROP COLUMN key;
          DROP INDEX article_officials_post;""",
    3: """DROP TABLE selector_health; DROP INDEX articles_seen; ALTER TABLE discoveries DROP COLUMN links;
          ALTER TABLE discoveries DROP COLUMN articles; ALTER TABLE discoveries DROP COLUMN failing_since;
          ALTER TABLE discoveries DROP COLUMN empty_since;""",
    4: """DROP INDEX pages_final; ALTER TABLE pages DROP COLUMN not_before; DROP TABLE hosts; DROP TABLE robots;""",
    5: """DROP TABLE minhash_bands; DROP INDEX articles_duplicate; ALTER TABLE articles DROP COLUMN image;""",
    6: """DROP TRIGGER coverage_new; DROP TRIGGER coverage_changed; DROP TABLE coverage; DROP TABLE coverage_todo;
          DROP TABLE coverage_articles; DROP TABLE coverage_index; DROP TABLE coverage_common;""",
    7: """DROP TABLE watches; DROP TABLE watch_receivers;""",
    8: """DROP TABLE appearances; DROP TABLE entity_months; DROP TABLE articles_by_day;
          DROP TRIGGER articles_day_ai; DROP TRIGGER articles_day_ad; DROP TRIGGER articles_day_au;
          DROP INDEX people_articles; DROP INDEX organisations_articles; DROP INDEX places_articles;
          DROP INDEX roles_articles;""",
    9: """DROP INDEX pages_archive; DROP INDEX pages_pending; DROP INDEX roles_title;
          CREATE INDEX article_officials_post ON article_officials (title, organisation);
          DROP INDEX articles_canonical; CREATE INDEX articles_canonical ON articles (canonical_url);
          DROP INDEX articles_card; DROP INDEX roles_organisation; DROP INDEX quotes_person;
          CREATE INDEX quotes_person ON quotes (person_id);
          DROP TRIGGER coverage_league_ai; DROP TRIGGER coverage_league_ad; DROP TRIGGER coverage_league_au;
          DROP TRIGGER coverage_league_day_au; DROP TABLE coverage_league;""",
}


def old_database(path: Path, version: int) -> sqlite3.Connection:
    """A database as an older version made it."""
    connect(path).close()
    connection = sqlite3.connect(path)
    for step in range(SCHEMA_VERSION, version, -1):
        connection.executescript(f"{UNDO[step]} PRAGMA user_version = {step - 1};")
    return connection


def make_article(**changes: Any) -> Article:
    """An article of an invented ministry; any field can be changed."""
    values: dict[str, Any] = {
        "url": "https://contoh.go.id/berita/satu",
        "canonical_url": "https://contoh.go.id/berita/satu",
        "source_id": "contoh",
        "kind": "press_release",
        "title": "Bupati Bogor Resmikan Pasar",
        "text": "Bupati Bogor Rangga Wiratama meresmikan pasar di Bandung. Rangga berpidato.",
        "published_at": "2025-11-12T02:30:00+00:00",
        "published_date": "2025-11-12",
        "date_source": "meta",
        "author": None,
        "dateline": None,
        "language": "id",
        "tags": ("pasar",),
        "fetched_at": "2025-11-12T03:00:00+00:00",
    }
    return Article(**(values | changes))


def make_tags(article: Article, **changes: Any) -> Tags:
    """What a tagger would say of `make_article`'s text; any kind can be changed."""
    agreement = Agreement(
        type="MoU",
        text="nota kesepahaman",
        parties=("Pemkab Bogor", "PT Sinar Uji"),
        subject="pasar",
        date="2025-11",
        place="Bandung",
        status="ditandatangani",
    )
    tags = Tags(
        mentions=(
            mention(article.text, "PER", "Rangga Wiratama"),
            mention(article.text, "GPE", "Bandung"),
            mention(article.text, "PER", "Rangga", 1),
        ),
        officials=(Official("Rangga Wiratama", "Bupati", "Bogor", aliases=("Rangga",), honorifics=("Dr.",)),),
        places=(Place("Bandung", "Kota Bandung", "kota", "32.73"),),
        agreements=(agreement,),
        laws=(Law("PP Nomor 1 Tahun 2020", "PP 1/2020", "PP", "1", 2020),),
        quotes=(Quote("Pasar ini milik kita", "Rangga", "Rangga Wiratama", "kata", 0, 20),),
    )
    return replace(tags, **changes)


def mention(text: str, label: str, name: str, occurrence: int = 0) -> Mention:
    """A name where it stands in a text, for the first time or a later one."""
    start = -1
    for _ in range(occurrence + 1):
        start = text.index(name, start + 1)
    return Mention(label, "text", start, start + len(name), name)
