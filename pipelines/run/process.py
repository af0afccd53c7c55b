"""Process: work the queue of fetched pages through extract -> language -> tag -> store.

Pages are read by forked workers (pipelines/read) or by an engine elsewhere; this process alone writes articles.
"""

from __future__ import annotations

import os
import sqlite3
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from datetime import UTC, datetime
from functools import partial
from itertools import chain, islice

from pipelines.archive.location import Location
from pipelines.coverage.people import refresh_people
from pipelines.database.open import transaction
from pipelines.queue.host_titles import record_heads
from pipelines.queue.runs import record_error
from pipelines.queue.selectors import record_selectors
from pipelines.queue.waiting import WaitingPage, WaitingPages
from pipelines.read.pool import PAUSE
from pipelines.read.results import BATCH, LANGUAGE, Failure, PageResult, SourceRules, batches, tag_articles
from pipelines.read.tagging import tagging_pool
from pipelines.records import Article
from pipelines.run.engines import ReadingEngine
from pipelines.run.report import ProcessReport
from pipelines.store.agreement_places import link_those_without
from pipelines.store.article_rows import retag
from pipelines.store.save import CHANGED, DOUBTED, NEW, save
from pipelines.wording.wib import parse_time

# Articles in one transaction while the crawl writes, too, and waits for it: 60 to 80 ms. When nothing is crawled it is
# a whole batch. More articles in a transaction are cheaper, since a page of the database that several of them change is
# written once: 64 pages for each article with 8 in a transaction, 40 with 16, 24 with 32.
WRITTEN = 16


def process_pages(
    connection: sqlite3.Connection,
    waiting: WaitingPages,
    archive: Location,
    rules: Mapping[str, SourceRules],
    *,
    report: ProcessReport,
    workers: int | None = None,
    engine: ReadingEngine | None = None,
    more: Callable[[], bool] = lambda: False,
    patience: float | None = None,
    on_progress: Callable[[int], None] | None = None,
) -> None:
    """Work every page in state `fetched`, in workers of this process or by `engine`; the results are the same.

    Without an engine also those that come while `more()` says that more may come. Counts in `report`. Stops cleanly on
    KeyboardInterrupt: what was stored stays stored.

    patience   seconds after which a page is read though it fills no batch (hot sources); None: when the crawl is over
    """

    link_those_without(connection)

    def write(results: Sequence[PageResult]) -> None:
        _write(connection, waiting, results, report, WRITTEN if more() else BATCH)
        if on_progress:
            on_progress(len(results))

    if engine is not None:
        failed = engine(waiting.slices(), rules, write)
        with transaction(connection):
            for file, why in failed:
                waiting.record_error(None, file, "extract", why)
        report.failed += failed
        return
    import nlp
    from pipelines.read.page import Reader, reader_pool

    # While the crawl starts: it hardly ever finds nothing, unless it looks every two minutes.
    model = nlp.load() if more() and patience is None else None
    arrived = arriving(waiting, more, patience)
    first = next((batch for batch in arrived if batch), None)
    if first is None:
        return
    cores = os.cpu_count() or 1
    # A second worker is worth its fork from two batches on. While a crawl goes on, nobody knows how many will come.
    count = workers or (cores if more() else min(cores, 1 + waiting.count() // (2 * BATCH)))
    pool = reader_pool(Reader(archive, rules, model or nlp.load()), count)
    with closing(pool.results(chain([first], arrived))) as read:
        for results in read:
            write(results)


def arriving(
    waiting: WaitingPages, more: Callable[[], bool], patience: float | None = None
) -> Iterator[list[WaitingPage]]:
    """Batches of the pages that wait, each page once; an empty one after PAUSE when there is nothing to do yet.

    While more may come only whole batches are given out, so that a slow crawl does not wake the workers for every page;
    and with `patience` those whose first page was fetched so many seconds ago.
    """
    given: set[tuple[str, int]] = set()
    while True:
        coming = more()  # asked before the queue, so that the last pages are not missed
        something = False
        for part in waiting.slices():
            for batch in batches(page for page in part.pages if (page.warc_file, page.warc_offset) not in given):
                if len(batch) == BATCH or not coming or _is_late(batch[0], patience):
                    given.update((page.warc_file, page.warc_offset) for page in batch)
                    something = True
                    yield batch
        if not coming:
            return
        if not something:
            time.sleep(PAUSE)
            yield []


def _is_late(page: WaitingPage, patience: float | None) -> bool:
    """Whether a page has waited for longer than that."""
    return patience is not None and (datetime.now(UTC) - parse_time(page.fetched_at)).total_seconds() >= patience


def tag_again(
    connection: sqlite3.Connection,
    *,
    workers: int | None = None,
    on_progress: Callable[[int], None] | None = None,
) -> ProcessReport:
    """Tag every stored Indonesian article again from its stored text, in workers, replacing its tags.

    An article that takes too long, or breaks the tagger, keeps the tags that it has; its error is recorded.
    """
    import nlp

    report = ProcessReport()
    model = nlp.load()
    given: deque[tuple[int, Article]] = deque()
    pool = tagging_pool(partial(tag_articles, model), workers or os.cpu_count() or 1)
    with closing(pool.results(_stored_articles(connection, given))) as results:
        for found in results:
            with transaction(connection):
                for tags in found:
                    article_id, article = given.popleft()
                    if isinstance(tags, Failure):
                        record_error(connection, None, article.source_id, article.url, tags.stage, tags.why)
                        report.failed.append((article.url, tags.why))
                        continue
                    retag(connection, article_id, article, tags)
                    refresh_people(connection, article_id)
            report.read += len(found)
            if on_progress:
                on_progress(len(found))
    return report


def _stored_articles(connection: sqlite3.Connection, given: deque[tuple[int, Article]]) -> Iterator[list[Article]]:
    """Batches of the stored Indonesian articles; each goes into `given` with its id as well."""
    last = 0
    while rows := _articles_after(connection, last, BATCH):
        last = rows[-1][0]
        given.extend(rows)
        yield [article for _, article in rows]


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
    connection: sqlite3.Connection,
    waiting: WaitingPages,
    results: Sequence[PageResult],
    report: ProcessReport,
    together: int,
) -> None:
    # Ids in publication order as far as a batch goes: searches sorted by date can then walk rowids.
    ordered = iter(sorted(results, key=_published))
    while some := list(islice(ordered, together)):
        _write_some(connection, waiting, some, report)


def _published(result: PageResult) -> str:
    """When the article of a page was published; "" where that, or the article, is missing."""
    return "" if isinstance(result.outcome, Failure) else result.outcome.article.published_at or ""


def _write_some(
    connection: sqlite3.Connection, waiting: WaitingPages, results: Sequence[PageResult], report: ProcessReport
) -> None:
    with transaction(connection):
        for result in results:
            stored, failed = report.by_source.get(result.page.source_id, (0, 0))
            report.read += 1
            if result.failure:
                report.failed.append((result.page.url, result.failure.why))
            if isinstance(result.outcome, Failure):
                _give_back(waiting, result.page, result.outcome, read_before=result.digest == result.page.digest)
                report.by_source[result.page.source_id] = (stored, failed + 1)
                continue
            saved = save(connection, result.outcome, same_page=result.digest == result.page.digest)
            if saved.outcome == DOUBTED:
                waiting.mark_doubted(result.page, "extract", saved.why)
                report.failed.append((result.page.url, saved.why))
                report.by_source[result.page.source_id] = (stored, failed + 1)
                continue
            if saved.outcome != NEW:
                refresh_people(connection, saved.article_id)
            waiting.mark_done(result.page, result.digest)
            record_selectors(connection, result.page.source_id, result.page.fetched_at, result.tried)
            if result.heads:
                record_heads(connection, result.page.url, result.page.fetched_at, result.heads)
            if result.untagged:
                waiting.record_error(result.page.source_id, result.page.url, result.untagged.stage, result.untagged.why)
            report.new += saved.outcome == NEW
            report.changed += saved.outcome == CHANGED
            report.unchanged += saved.outcome not in (NEW, CHANGED)
            report.by_source[result.page.source_id] = (stored + 1, failed)


def _give_back(waiting: WaitingPages, page: WaitingPage, failure: Failure, *, read_before: bool) -> None:
    """A page that could not be read goes back into the queue, to be read again, asked for again, or given up.

    read_before   whether its article was read from the very same bytes: to ask for them again is useless
    """
    if failure.final and (failure.passing or page.digest) and not read_before:
        waiting.mark_doubted(page, failure.stage, failure.why)
    else:
        waiting.mark_failed(page, failure.stage, failure.why, final=failure.final)
