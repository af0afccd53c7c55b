"""One crawl in the test's own process tree, without the reading of pages: crawler.run.crawl into a real database."""

from __future__ import annotations

import os
import socket
import sqlite3
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any
from unittest.mock import patch

from crawler.catalogue import load_catalogue
from crawler.records import CrawlReport
from crawler.run import crawl
from pipelines.archive.warc import archive_folder
from pipelines.database.open import open_connection
from pipelines.queue.crawl_storage import CrawlStorage
from pipelines.queue.runs import Runs

TIMEOUT = 4  # seconds instead of half a minute, so that hanging sites cost a test little, and a busy machine no page
PUBLIC = "umum.example"  # a public name that means 127.0.0.1
CONTACT = "uji@contoh.id"


def open_storage(database: Path, timeout: float) -> CrawlStorage:
    """Opened in the crawl's process. A test may put another one here that breaks something first."""
    return plain_storage(database, timeout)


def plain_storage(database: Path, timeout: float) -> CrawlStorage:
    """The storage, with the process's timeout shortened and a name invented."""
    import crawler.settings

    crawler.settings.DOWNLOAD_TIMEOUT = timeout
    resolve = socket.gethostbyname
    socket.gethostbyname = lambda name: "127.0.0.1" if name == PUBLIC else resolve(name)
    connection = sqlite3.connect(database)
    run_id = connection.execute("SELECT max(id) FROM runs").fetchone()[0]
    connection.close()
    return CrawlStorage(database, archive_folder(database), run_id)


def run_crawl(folder: Path, catalogue: str, *, timeout: float = TIMEOUT, **options: Any) -> CrawlReport:
    """Crawl every source of a catalogue (TOML) into folder/uji.db."""
    file = folder / "katalog.toml"
    file.write_text(catalogue, encoding="utf-8")
    database = folder / "uji.db"
    sources = load_catalogue(file)
    with closing(open_connection(database)) as connection:
        runs = Runs(connection)
        runs.upsert_sources(sources)
        runs.begin()
    with patch.dict(os.environ, PANTAU_CONTACT=CONTACT):  # which the child inherits
        return crawl(sources, partial(open_storage, database, timeout), **options)


def query(folder: Path, sql: str, *values: Any) -> list[Any]:
    """Rows of folder/uji.db."""
    connection = sqlite3.connect(folder / "uji.db")
    try:
        return connection.execute(sql, values).fetchall()
    finally:
        connection.close()
