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
from pipelines.database.open import connect
from pipelines.queue.orders import Orders
from pipelines.records import Article


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = connect(tmp_path / "uji.db")
    yield opened
    opened.close()


@pytest.fixture
def orders(database: Database) -> Orders:
    return Orders(database.conn)


SCHEMAS = Path(__file__).parent / "database" / "schemas"  # VERSION-COMMIT.sql: as that commit made it, with rows


def old_database(path: Path, name: str) -> sqlite3.Connection:
    """A database as an older Pantau made it; `name` is a file of SCHEMAS without its ending."""
    connection = sqlite3.connect(path)
    connection.executescript(f"BEGIN;{(SCHEMAS / f'{name}.sql').read_text(encoding='utf-8')}COMMIT;")
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
        parties_known=True,
        confidence=0.9,
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
