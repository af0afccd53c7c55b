"""Process: work the queue of fetched pages through extract -> language -> tag -> store.

Pages are read by forked workers (pipelines/read) or by an engine elsewhere; this process alone writes articles.
"""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from itertools import chain, islice
from typing import Protocol

from pipelines.archive.location import Location
from pipelines.database.open import transaction
from pipelines.queue.queue import FetchedRow, Piece, Queue
from pipelines.queue.selectors import record_selectors
from pipelines.read.pool import PAUSE
from pipelines.read.results import (
    BATCH,
    LANGUAGE,
    Failure,
    PageResult,
    SourceRules,
    Write,
    batches,
    tag_articles,
)
from pipelines.records import Article
from pipelines.store.article_rows import retag
from pipelines.store.save import CHANGED, NEW, save

# Articles a transaction while the crawl, which writes at the same time, waits for no longer than that: 60 to 80 ms;
# without it a batch. A page of the file that several of them change is written once: 64 pages an article with 8 of
# them, 40 with 16, 24 with 32.
WRITTEN = 16


@dataclass
class ProcessReport:
    """Counts of one run of `process`, and the pages that failed with their errors."""

    read: int = 0
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    covered: int = 0  # pairs of a press release and an article that took it up
    failed: list[tuple[str, str]] = field(default_factory=list)
    by_source: dict[str, tuple[int, int]] = field(default_factory=dict)  # source id -> (stored, failed)


class Engine(Protocol):
    """Reads the archive somewhere else."""

    def __call__(
        self, pieces: Iterable[Piece], rules: Mapping[str, SourceRules], write: Write
    ) -> list[tuple[str, str]]:
        """Hand the results of all pieces to `write`, in order and in batches; (archive file, why) of what failed.

        The pages of what failed stay in the queue.
        """


def process_pages(
    connection: sqlite3.Connection,
    queue: Queue,
    archive: Location,
    rules: Mapping[str, SourceRules],
    *,
    report: ProcessReport,
    workers: int | None = None,
    engine: Engine | None = None,
    more: Callable[[], bool] = lambda: False,
    on_progress: Callable[[int], None] | None = None,
) -> None:
    """Work every page in state `fetched`, in workers of this process or by `engine`; the results are the same.

    Without an engine also those that come while `more()` says that more may come. Counts in `report`. Stops cleanly on
    KeyboardInterrupt: what was stored stays stored.
    """

    def write(results: Sequence[PageResult]) -> None:
        _write(connection, queue, results, report, WRITTEN if more() else BATCH)
        if on_progress:
            on_progress(len(results))

    if engine is not None:
        failed = engine(queue.iter_pieces(), rules, write)
        with transaction(connection):
            for file, why in failed:
                queue.record_error(None, file, "extract", why)
        report.failed += failed
        return
    import nlp
    from pipelines.read.page import Reader, reader_pool

    model = nlp.load() if more() else None  # while the crawl starts: it hardly ever finds nothing
    arrived = arriving(queue, more)
    first = next((batch for batch in arrived if batch), None)
    if first is None:
        return
    cores = os.cpu_count() or 1
    count = workers or (cores if more() else min(cores, 1 + queue.count_fetched() // (2 * BATCH)))
    pool = reader_pool(Reader(archive, rules, model or nlp.load()), count)
    with closing(pool.results(chain([first], arrived))) as read:
        for results in read:
            write(results)


def arriving(queue: Queue, more: Callable[[], bool]) -> Iterator[list[FetchedRow]]:
    """Batches of the pages that wait, each page once; an empty one after PAUSE when there is nothing to do yet.

    While more may come only whole batches are given out, so that a slow crawl does not wake the workers for every page.
    """
    given: set[tuple[str, int]] = set()
    while True:
        coming = more()  # asked before the queue, so that the last pages are not missed
        something = False
        for piece in queue.iter_pieces():
            for batch in batches(row for row in piece.rows if (row.warc_file, row.warc_offset) not in given):
                if len(batch) == BATCH or not coming:
                    given.update((row.warc_file, row.warc_offset) for row in batch)
                    something = True
                    yield batch
        if not coming:
            return
        if not something:
            time.sleep(PAUSE)
            yield []


def tag_again(connection: sqlite3.Connection, *, on_progress: Callable[[int], None] | None = None) -> ProcessReport:
    """Tag every stored Indonesian article again from its stored text, replacing its tags."""
    import nlp

    report = ProcessReport()
    model = nlp.load()
    last = 0
    while rows := _articles_after(connection, last, BATCH):
        articles = [article for _, article in rows]
        tags = list(tag_articles(model, articles))
        with transaction(connection):
            for (article_id, article), found in zip(rows, tags, strict=True):
                retag(connection, article_id, article, found)
        last = rows[-1][0]
        report.read += len(rows)
        if on_progress:
            on_progress(len(rows))
    return report


def _articles_after(connection: sqlite3.Connection, last: int, limit: int) -> list[tuple[int, Article]]:
    columns = (
        "url, canonical_url, source_id, kind, title, text, published_at, published_date, date_source, author, "
        "dateline, language"
    )
    cursor = connection.execute(
        f"SELECT id, {columns} FROM articles WHERE id > ? AND language = ? ORDER BY id LIMIT ?",
        (last, LANGUAGE, limit),
    )
    return [(row[0], Article(*row[1:])) for row in cursor]


def _write(
    connection: sqlite3.Connection, queue: Queue, results: Sequence[PageResult], report: ProcessReport, together: int
) -> None:
    # Ids in publication order as far as a batch goes: searches sorted by date can then walk rowids.
    ordered = iter(sorted(results, key=_published))
    while some := list(islice(ordered, together)):
        _write_some(connection, queue, some, report)


def _published(result: PageResult) -> str:
    """When the article of a page was published; "" where that, or the article, is missing."""
    return "" if isinstance(result.outcome, Failure) else result.outcome.article.published_at or ""


def _write_some(
    connection: sqlite3.Connection, queue: Queue, results: Sequence[PageResult], report: ProcessReport
) -> None:
    with transaction(connection):
        for result in results:
            stored, failed = report.by_source.get(result.row.source_id, (0, 0))
            report.read += 1
            if result.failure:
                report.failed.append((result.row.url, result.failure.why))
            if isinstance(result.outcome, Failure):
                queue.mark_failed(result.row, result.outcome.stage, result.outcome.why, final=result.outcome.final)
                report.by_source[result.row.source_id] = (stored, failed + 1)
                continue
            outcome = save(connection, result.outcome, same_page=result.digest == result.row.digest).outcome
            queue.mark_done(result.row, result.digest)
            record_selectors(connection, result.row.source_id, result.row.fetched_at, result.tried)
            if result.untagged:
                queue.record_error(result.row.source_id, result.row.url, result.untagged.stage, result.untagged.why)
            report.new += outcome == NEW
            report.changed += outcome == CHANGED
            report.unchanged += outcome not in (NEW, CHANGED)
            report.by_source[result.row.source_id] = (stored + 1, failed)
