"""One crawl of many sources: a child process with Scrapy in it, watched by this one.

The child exists because Twisted's reactor runs once a process; every page is on disk before it counts, so the child
may die at any moment.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import signal
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from datetime import time as clock
from functools import partial
from multiprocessing import get_context
from multiprocessing.connection import Connection
from typing import TYPE_CHECKING, NamedTuple

from crawler.browser import require_browser
from crawler.catalogue import Source
from crawler.errors import StorageError
from crawler.first_days import first_day
from crawler.hours import seconds_left
from crawler.records import CrawlReport, Memory, SourceCounts, Storage
from crawler.settings import require_contact
from crawler.statistics import refusals
from crawler.zone import WIB

if TYPE_CHECKING:
    from crawler.spiders.task import SourceTask

TICK = 0.5  # seconds between two progress reports
GRACE = 5.0  # seconds that the answers on the wire have when a run is out of time
GRACE_INTERRUPTED = 2.0  # the same after a signal: a command ends within five seconds
KILL = GRACE_INTERRUPTED + 1.0  # seconds after a signal when a child that does not stop is killed
# Scrapy's own lines on refusals and retries, and the names under which they are told.
SCRAPYS = {"scrapy.downloadermiddlewares.": "crawler.middlewares.", "scrapy.spidermiddlewares.": "crawler.middlewares."}

OpenStorage = Callable[[], Storage]


def crawl(
    sources: Sequence[Source],
    open_storage: OpenStorage,
    *,
    limit: int | None = None,
    since: date | None = None,
    max_minutes: float | None = None,
    poll: bool = False,
    on_progress: Callable[[dict[str, SourceCounts]], None] | None = None,
    meanwhile: Callable[[Callable[[], bool]], None] | None = None,
) -> CrawlReport:
    """Crawl every source once, all at the same time, and return what happened.

    `open_storage` is called in the child process and must be picklable; one that is also a crawler.records.Memory
    remembers robots.txt and hosts that want to be left alone. `meanwhile` is called once while the child fetches, with
    a function that says whether it still does, and should return soon after it no longer does. `poll`: only look
    whether feeds and the like that answer conditionally have something new, and fetch it (crawler/spiders/polling.py).

    KeyboardInterrupt (Ctrl-C) stops the child within seconds, with everything fetched stored; the report then says
    "interrupted". Another exception of `meanwhile` is raised when the child has been stopped. Outside the polite hours
    (crawler/hours.py) nothing is asked for and the report says "outside hours"; their end is a time budget like
    `max_minutes`. What the child logs is logged here, by the same names, as far as this process listens.

    Raises CatalogueError for polite hours that are none, and SettingError when real sites would be asked without a
    contact (crawler.settings.require_contact) or a browser that is asked for is not there (crawler.browser).
    """
    require_contact(sources)
    require_browser(sources)
    first_day()  # complains of a number of days that is none
    left = seconds_left(datetime.now(UTC))
    if left == 0:
        return CrawlReport("outside hours", {source.id: SourceCounts() for source in sources})
    budget = min((x for x in (max_minutes * 60 if max_minutes else None, left) if x is not None), default=None)
    level = logging.getLogger("crawler").getEffectiveLevel()
    begun = _midnight(since) if since else None
    work = partial(_work, list(sources), open_storage, limit, begun, budget, level, poll)
    child = _CrawlProcess(work, sources, on_progress)
    try:
        if meanwhile:
            meanwhile(child.running)
    except KeyboardInterrupt:
        child.stop()
    except BaseException:
        child.stop()
        child.wait()
        raise
    return child.wait()


class _CrawlProcess:
    """The process that fetches, and what it has said of itself: counts, or lines of its log."""

    def __init__(
        self,
        work: Callable[[Connection], None],
        sources: Sequence[Source],
        on_progress: Callable[[dict[str, SourceCounts]], None] | None,
    ) -> None:
        context = get_context("spawn")
        self.receiver, sender = context.Pipe(duplex=False)
        self.process = context.Process(target=work, args=(sender,), name="pantau-crawl")
        self.process.start()
        sender.close()
        self.on_progress = on_progress
        self.counts = {source.id: SourceCounts() for source in sources}
        self.outcome: str | None = None
        self.stopped: float | None = None  # time.monotonic() of the first stop
        self.ended = False

    def running(self, seconds: float = 0.0) -> bool:
        """Take in what the child says, waiting up to `seconds` for it; whether it is still at work."""
        try:
            while not self.ended and self.receiver.poll(seconds):
                message = self.receiver.recv()
                seconds = 0.0
                if isinstance(message, _Line):
                    logging.getLogger(message.logger).log(message.level, "%s", message.text)
                    continue
                changed, self.outcome = message
                self.counts |= changed
                if self.on_progress:
                    self.on_progress(self.counts)
        except EOFError:
            self.ended = True
        self.ended = self.ended or not (self.process.is_alive() or self.receiver.poll())
        if self.stopped and time.monotonic() > self.stopped + KILL:
            self.process.kill()
        return not self.ended

    def stop(self) -> None:
        """Let it end what is on the wire; the second time, end it at once."""
        if self.stopped:
            self.process.kill()
        elif self.process.pid and self.process.is_alive():
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.process.pid, signal.SIGINT)
        self.stopped = self.stopped or time.monotonic()

    def wait(self) -> CrawlReport:
        """Wait for its end, and say how it went."""
        while True:
            try:
                if not self.running(TICK):
                    break
            except KeyboardInterrupt:
                self.stop()
        self.process.join()
        if self.stopped:
            self.outcome = "interrupted"
        elif self.outcome is None:
            self.outcome = "failures"
            for count in self.counts.values():
                count.error = count.error or f"the crawl process ended early (exit code {self.process.exitcode})"
        return CrawlReport(self.outcome, self.counts)


class _Line(NamedTuple):
    """A line of the child's log, on its way to this process's."""

    logger: str
    level: int
    text: str


class _Reporter(logging.Handler):
    """What the child says to its parent: the counts that have changed, and what it logs."""

    def __init__(self, connection: Connection, tasks: Sequence[SourceTask]) -> None:
        super().__init__()
        self.connection = connection
        self.tasks = tasks
        self.told = {task.source.id: SourceCounts() for task in tasks}

    def listen(self, level: int, storage: Storage) -> None:
        """Take what the crawl and its storage log from `level` on, and at DEBUG what everybody logs."""
        if level <= logging.DEBUG:
            logging.getLogger().addHandler(self)
            return
        for name in ("crawler", type(storage).__module__.partition(".")[0], *SCRAPYS):
            logger = logging.getLogger(name.rstrip("."))
            logger.addHandler(self)
            logger.setLevel(level)
            logger.propagate = False

    def emit(self, record: logging.LogRecord) -> None:
        """Send a line; the parent's handlers decide what becomes of it."""
        name = record.name
        for theirs, ours in SCRAPYS.items():
            name = name.replace(theirs, ours)
        self.send(_Line(name, record.levelno, record.getMessage()))

    def tell(self, outcome: str | None) -> None:
        """Send what has changed: whole counts of hundreds of sources would soon fill the pipe."""
        for task in self.tasks:
            if task.stats is not None:
                task.counts.stats = refusals(task.stats.get_stats())
        counts = {task.source.id: replace(task.counts) for task in self.tasks}
        changed = {source_id: count for source_id, count in counts.items() if count != self.told[source_id]}
        self.told |= changed
        self.send((changed, outcome))

    def send(self, message: object) -> None:
        """One message at a time: feeds are read, and logged about, in threads."""
        with self.lock or contextlib.nullcontext(), contextlib.suppress(OSError):
            self.connection.send(message)  # the parent may be gone; what matters is in the storage


def _midnight(day: date) -> str:
    """When a day begins in WIB, as links tell their times: ISO 8601 in UTC."""
    return datetime.combine(day, clock(), WIB).astimezone(UTC).isoformat(timespec="seconds")


def _work(
    sources: list[Source],
    open_storage: OpenStorage,
    limit: int | None,
    since: str | None,
    budget: float | None,
    log_level: int,
    poll: bool,
    report: Connection,
) -> None:
    """The child: every source a crawler of its own in one reactor, so none delays or hides another.

    `budget`: seconds, after which it stops as after SIGINT, SIGTERM and SIGHUP: nothing more is asked for, and the
    answers on the wire have GRACE seconds (GRACE_INTERRUPTED after a signal).
    """
    from scrapy.crawler import AsyncCrawlerProcess, Crawler
    from scrapy.settings import Settings

    from crawler.gate import Gate
    from crawler.history import History
    from crawler.settings import process_settings, scrapy_settings
    from crawler.spiders.history import HistorySpider
    from crawler.spiders.source import SourceSpider
    from crawler.spiders.task import SourceTask

    begun = time.monotonic()
    storage = open_storage()
    process = AsyncCrawlerProcess(process_settings())
    gate = Gate(storage if isinstance(storage, Memory) else None)
    tasks = [SourceTask(source, storage, gate, SourceCounts(), limit, since, poll=poll) for source in sources]
    gate.working = {source.id for source in sources if not source.hot}
    reporter = _Reporter(report, tasks)
    reporter.listen(log_level, storage)
    spider = HistorySpider if isinstance(storage, History) else SourceSpider
    for task in tasks:
        crawling = process.crawl(Crawler(spider, Settings(scrapy_settings(task.source))), task=task)
        crawling.add_done_callback(partial(_ended, task))

    def stop(outcome: str, grace: float) -> None:
        if not gate.closed:
            gate.close(outcome)
            _soon(grace, _halt)
            task = asyncio.ensure_future(process.stop())
            task.add_done_callback(lambda _: None)

    _when_running(lambda: _on_signals(partial(stop, "interrupted", GRACE_INTERRUPTED)))
    if budget is not None:
        _when_running(lambda: _soon(max(0.0, begun + budget - time.monotonic()), partial(stop, "out of time", GRACE)))
    _every(TICK, lambda: reporter.tell(None))
    try:
        process.start(install_signal_handlers=False)
    finally:
        with contextlib.suppress(StorageError):  # it is every source's error by now
            storage.close()
        failed = any(task.counts.error or task.counts.failed for task in tasks)
        reporter.tell(gate.closed or ("failures" if failed else "done"))
        report.close()


def _ended(task: SourceTask, crawling: asyncio.Task[None]) -> None:
    """A crawl has ended. One that could not even begin, or that broke as a whole, is its source's error."""
    task.gate.working.discard(task.source.id)
    error = None if crawling.cancelled() else crawling.exception()
    if error is not None:
        task.counts.error = task.counts.error or task.broke("its crawl", error)


def _when_running(call: Callable[[], None]) -> None:
    from twisted.internet import reactor

    reactor.callWhenRunning(call)


def _soon(seconds: float, call: Callable[[], None]) -> None:
    from twisted.internet import reactor

    reactor.callLater(seconds, call)  # type: ignore[arg-type]


def _every(seconds: float, call: Callable[[], None]) -> None:
    def again() -> None:
        call()
        _soon(seconds, again)

    _when_running(again)


def _on_signals(call: Callable[[], None]) -> None:
    """Call on SIGINT, SIGTERM and SIGHUP: a terminal and systemd send them to the child as well as to its parent."""
    loop = asyncio.get_event_loop()
    signs = {signal.SIGINT, signal.SIGTERM, signal.SIGHUP}
    if signal.getsignal(signal.SIGHUP) == signal.SIG_IGN:  # nohup
        signs.remove(signal.SIGHUP)
    for sign in signs:
        loop.add_signal_handler(sign, call)


def _halt() -> None:
    from twisted.internet import reactor

    if reactor.running:
        reactor.stop()  # type: ignore[misc]
