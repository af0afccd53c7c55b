"""One crawl of many sources: a child process with Scrapy in it, watched by this one.

The child exists because Twisted's reactor runs once a process; every page is on disk before it counts, so the child
may die at any moment.
"""

from __future__ import annotations

import contextlib
import os
import signal
import time
from collections.abc import Callable, Sequence
from datetime import date
from functools import partial
from multiprocessing import get_context
from multiprocessing.connection import Connection
from typing import Any

from crawler.catalogue import Source
from crawler.errors import StorageError
from crawler.items import CrawlReport, SourceCounts, Storage

TICK = 0.5  # seconds between two progress reports
GRACE = 5.0  # seconds that a crawl has to stop in after a signal

OpenStorage = Callable[[], Storage]


def crawl(
    sources: Sequence[Source],
    open_storage: OpenStorage,
    *,
    limit: int | None = None,
    since: date | None = None,
    max_minutes: float | None = None,
    on_progress: Callable[[dict[str, SourceCounts]], None] | None = None,
) -> CrawlReport:
    """Crawl every source once, all at the same time, and return what happened.

    `open_storage` is called in the child process and must be picklable. KeyboardInterrupt (Ctrl-C) stops
    the child within seconds, with everything fetched stored; the report then says "interrupted".
    """
    context = get_context("spawn")
    receiver, sender = context.Pipe(duplex=False)
    work = partial(_work, list(sources), open_storage, limit, since.isoformat() if since else None, max_minutes)
    child = context.Process(target=work, args=(sender,), name="pantau-crawl")
    child.start()
    sender.close()
    counts = {source.id: SourceCounts() for source in sources}
    outcome: str | None = None
    interrupted = False
    while True:
        try:
            if receiver.poll(TICK):
                counts, outcome = receiver.recv()
                if on_progress:
                    on_progress(counts)
            elif not child.is_alive():
                break
        except EOFError:
            break
        except KeyboardInterrupt:
            if interrupted:
                child.kill()
            interrupted = True
            _stop(child)
    child.join()
    if interrupted:
        outcome = "interrupted"
    elif outcome is None:
        outcome = "failures"
        for count in counts.values():
            count.error = count.error or f"the crawl process ended early (exit code {child.exitcode})"
    return CrawlReport(outcome, counts)


def _stop(child: Any) -> None:
    """Ask the child to stop, then insist; a second Ctrl-C kills it."""
    try:
        for sign in (signal.SIGINT, signal.SIGTERM):
            if child.is_alive():
                with contextlib.suppress(ProcessLookupError):
                    os.kill(child.pid, sign)
            child.join(GRACE)
        if child.is_alive():
            child.kill()
    except KeyboardInterrupt:
        child.kill()


def _work(
    sources: list[Source],
    open_storage: OpenStorage,
    limit: int | None,
    since: str | None,
    max_minutes: float | None,
    report: Connection,
) -> None:
    """The child: every source a crawler of its own in one reactor, so none delays or hides another."""
    from scrapy.crawler import AsyncCrawlerProcess, Crawler
    from scrapy.settings import Settings

    from crawler.settings import scrapy_settings
    from crawler.spiders.source import SourceSpider

    storage = open_storage()
    counts = {source.id: SourceCounts() for source in sources}
    deadline = time.monotonic() + max_minutes * 60 if max_minutes else None
    process = AsyncCrawlerProcess({"LOG_LEVEL": "ERROR"})
    crawlers: list[Crawler] = []
    for source in sources:
        seconds = max(1.0, deadline - time.monotonic()) if deadline else None
        crawler = Crawler(SourceSpider, Settings(scrapy_settings(source.delay, seconds)))
        crawlers.append(crawler)
        process.crawl(crawler, source=source, storage=storage, counts=counts[source.id], limit=limit, since=since)

    def tell(outcome: str | None) -> None:
        with contextlib.suppress(OSError):  # the parent is gone; what matters is in the storage
            report.send((counts, outcome))

    _every(TICK, lambda: tell(None))
    try:
        process.start()
    finally:
        with contextlib.suppress(StorageError):  # it is every source's error by now
            storage.close()
        reasons = {str(crawler.stats.get_value("finish_reason")) for crawler in crawlers if crawler.stats}
        tell(_outcome(reasons, counts))
        report.close()


def _every(seconds: float, call: Callable[[], None]) -> None:
    from twisted.internet import reactor

    def again() -> None:
        call()
        reactor.callLater(seconds, again)  # type: ignore[arg-type]

    reactor.callWhenRunning(again)


def _outcome(reasons: set[str], counts: dict[str, SourceCounts]) -> str:
    if "closespider_timeout" in reasons:
        return "out of time"
    if "shutdown" in reasons:
        return "interrupted"
    return "failures" if any(c.error or c.failed for c in counts.values()) else "done"
