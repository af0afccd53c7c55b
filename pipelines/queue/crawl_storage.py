"""What the crawl writes to: the archive, then the queue, and what is remembered of hosts."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import ParamSpec, TypeVar

from crawler.errors import StorageError
from crawler.records import FetchedPage
from pipelines.archive.warc import Archive, mend
from pipelines.database.open import open_connection
from pipelines.queue.hosts import Hosts
from pipelines.queue.orders import Orders

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")


class CrawlStorage:
    """crawler.records.Storage and Memory over an archive and a queue; opened in the crawl's own process.

    Opening it mends what a killed writer left in the archive.

    What the disk or the database refuses is raised as crawler.errors.StorageError.
    """

    def __init__(self, database: Path, folder: Path, run_id: int | None, *, exclusive: bool = False) -> None:
        self.connection = open_connection(database, create=False, exclusive=exclusive)
        self.archive = Archive(folder)
        orders, hosts = Orders(self.connection, run_id), Hosts(self.connection)
        for file, size in mend(folder):
            orders.forget_lost(file, size)
        self._record_in_queue = orders.record_fetched
        self.plan = kept(orders.plan)
        self.pending = kept(orders.pending)
        self.validators = kept(orders.validators)
        self.known_sitemaps = kept(orders.known_sitemaps)
        self.unfinished = kept(orders.unfinished)
        self.read_at = kept(orders.read_at)
        self.read_as_listed = kept(orders.read_as_listed)
        self.record_listed = kept(orders.record_listed)
        self.first_crawl = kept(orders.first_crawl)
        self.record_discovery = kept(orders.record_discovery)
        self.record_not_modified = kept(orders.record_not_modified)
        self.record_failed = kept(orders.record_failed)
        self.record_fetched = kept(self._record_fetched)
        self.pause = kept(hosts.pause)
        self.record_pause = kept(hosts.record_pause)
        self.robots = kept(hosts.robots)
        self.record_robots = kept(hosts.record_robots)
        self.close = kept(self._close)

    def _record_fetched(self, page: FetchedPage) -> None:
        # Archive first, queue second: a crash in between leaves a record nobody points to, never a lost page.
        self._record_in_queue(page, *self.archive.write(page))

    def _close(self) -> None:
        try:
            self.archive.close()
        finally:
            self.connection.close()


def kept(call: Callable[Arguments, Result]) -> Callable[Arguments, Result]:
    """`call`, with what the disk or the database refuses raised as StorageError."""

    @wraps(call)
    def keep(*args: Arguments.args, **kwargs: Arguments.kwargs) -> Result:
        try:
            return call(*args, **kwargs)
        except (OSError, sqlite3.Error) as error:
            raise StorageError(f"cannot be stored: {error}") from error

    return keep
