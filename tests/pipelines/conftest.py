"""A database on disk and made-up articles for the storage tests."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
from datasette.app import Datasette
from datasette.database import connections
from jinja2.bccache import Bucket, BytecodeCache
from sqlite_utils import Database

from nlp.records import Agreement, Law, Mention, Official, Place, Quote, Tags
from pipelines.database.open import connect
from pipelines.publish.guard.mode import Mode
from pipelines.publish.serve import datasette_app
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


MINE = Mode()


class Compiled(BytecodeCache):
    """Templates as one Datasette has compiled them, for all others of this process: a page's cost a tenth of a second."""

    def __init__(self) -> None:
        self.kept: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Jinja compares what is kept with the template as it is now."""
        if bucket.key in self.kept:
            bucket.bytecode_from_string(self.kept[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self.kept[bucket.key] = bucket.bytecode_to_string()


COMPILED = Compiled()


@contextmanager
def opened(path: Path, mode: Mode = MINE) -> Iterator[Datasette]:
    """A Datasette over a database. At the end all that it opened is closed, which Datasette 0.65 leaves to its exit."""
    app = datasette_app(path, mode=mode)
    app.jinja_env.bytecode_cache = COMPILED
    try:
        yield app
    finally:
        if threads := app.setting("num_sql_threads"):
            together = Barrier(threads)
            for _ in range(threads):
                app.executor.submit(_close_own, together)
            app.executor.shutdown()
        for database in app.databases.values():
            database.close()
            if database._read_connection:  # without threads
                database._read_connection.close()


def _close_own(together: Barrier) -> None:
    """Close the connections of one of Datasette's threads, in that thread; each waits for all others to have its turn."""
    together.wait(30)
    for connection in vars(connections).values():
        connection.close()


@pytest.fixture
def open_site() -> Iterator[Callable[..., Datasette]]:
    """`open_site(path, mode)`: `opened` until the end of the test."""
    with ExitStack() as stack:
        yield lambda path, mode=MINE: stack.enter_context(opened(path, mode))


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
