"""The gate: every request of a run passes it, and leaves a host alone for as long as it should be.

One gate a process, whichever source asks: two sources on one host share its delay. What counts as one host is
crawler.urls.host_key. Feeds, sitemaps, robots.txt, redirects and retries pass like pages do, because the gate sits in
the download handler (crawler/handler.py), behind every middleware.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

from protego import Protego
from scrapy.exceptions import DownloadCancelledError, IgnoreRequest, ResponseDataLossError
from scrapy.http import Response

from crawler.records import Memory
from crawler.retry_after import retry_after
from crawler.urls import host_key

LONGEST_WAIT = 120.0  # seconds; a host that asks for more is left for the next run
LONGEST_THROTTLE = 60.0  # seconds; Scrapy's AUTOTHROTTLE_MAX_DELAY
MAX_FAILURES = 6  # in a row; then a host is in trouble, and more requests would add to it
BUSY = (429, 503)
PATIENCE = 10  # delays to wait after a 429 without Retry-After
LOOK = 0.5  # seconds between two looks at whether others are still at work
POLITE = 0.5  # seconds; a source with a smaller delay is a test server or the demo, and is not slowed down further

logger = logging.getLogger(__name__)


class HostClosed(IgnoreRequest):
    """A host is left alone for the rest of the run; the message says why. Nothing is wrong with the page."""


class Host:
    """What the gate knows of one host. Times in seconds of time.monotonic()."""

    def __init__(self, name: str, gate: Gate) -> None:
        self.name = name
        self.gate = gate
        self.delay = 0.0  # the largest that a source of this host asks for in the catalogue
        self.crawl_delay = 0.0  # robots.txt's
        self.throttle = 0.0  # AutoThrottle's: about as long as the host takes to answer
        self.started = self.ended = -3600.0  # the last request, and the end of its answer
        self.not_before = 0.0
        self.reason = ""
        self.closed: str | None = None
        self.failures = 0
        self.turn = asyncio.Lock()

    @property
    def least(self) -> float:
        """Seconds that lie between the end of an answer and the next request at least."""
        return max(self.delay, self.crawl_delay)

    def obey(self, crawl_delay: float) -> None:
        """Take a delay of robots.txt into account; a host of several sites keeps the longest."""
        self.crawl_delay = max(self.crawl_delay, crawl_delay)

    def next_start(self) -> float:
        """The earliest time of the next request.

        The delay counts from the end of the last answer, so that no network can bring two requests closer to each
        other; AutoThrottle's counts from its start, as Scrapy's does.
        """
        return max(self.ended + self.least, self.started + self.throttle, self.not_before)

    async def ask(self, send: Callable[[], Awaitable[Response]]) -> Response:
        """Await this request's turn, then `send` it. Raises HostClosed when the host is left for the next run."""
        if not self.least:  # a test server
            return await self._send(send)
        async with self.turn:
            return await self._send(send)

    async def _send(self, send: Callable[[], Awaitable[Response]]) -> Response:
        while True:
            if why := self.gate.closed or self.closed:
                raise HostClosed(why)
            seconds = self.next_start() - time.monotonic()
            if seconds <= 0:
                break
            if seconds > LONGEST_WAIT:
                raise HostClosed(self.leave(seconds))
            await self.gate.sleep(seconds)
        self.started = time.monotonic()
        try:
            response = await send()
        except Exception as error:
            self.failed(error)
            raise
        finally:
            self.ended = time.monotonic()
        self.answered(response)
        return response

    def leave(self, seconds: float) -> str:
        """Close the host for this run, and remember until when it wants to be left alone; why, in words."""
        until = datetime.now(UTC) + timedelta(seconds=seconds)
        why = self.reason or f"a delay of {self.least:.0f} s"
        self.closed = f"{self.name} is left alone until {until:%Y-%m-%d %H:%M} UTC: {why}"
        logger.info("%s", self.closed)
        if self.gate.memory:
            self.gate.memory.record_pause(self.name, until.isoformat(timespec="seconds"), why)
        return self.closed

    def answered(self, response: Response) -> None:
        """Learn from an answer: how fast the host is, whether it is in trouble, how long it wants to be left alone."""
        if response.status in BUSY:
            seconds = retry_after(response.headers.get("Retry-After"), datetime.now(UTC))
            if not seconds and response.status == 429:
                seconds = PATIENCE * self.least
            if seconds:
                self.not_before = max(self.not_before, self.ended + seconds)
                self.reason = f"answered {response.status} and asks to wait"
                logger.info("%s %s: %.0f s", self.name, self.reason, seconds)
        if response.status >= 500 or response.status == 429:
            self._count(f"answered {response.status}")
            return
        self.failures = 0
        self._adapt(self.ended - self.started, response.status)

    def failed(self, error: Exception) -> None:
        """Learn from a request without an answer."""
        if isinstance(error, IgnoreRequest | DownloadCancelledError | ResponseDataLossError):
            return  # the page's own fault, not the host's
        self._count(type(error).__name__)

    def _count(self, what: str) -> None:
        self.failures += 1
        if self.failures >= MAX_FAILURES and not self.closed:
            self.closed = f"{self.name} is left alone in this run: {self.failures} failures in a row, the last: {what}"
            logger.info("%s", self.closed)

    def _adapt(self, latency: float, status: int) -> None:
        """AutoThrottle's rule (scrapy.extensions.throttle) at a target concurrency of one."""
        if self.delay < POLITE:
            return
        throttle = min(max(latency, (self.throttle + latency) / 2), LONGEST_THROTTLE)
        if status == 200 or throttle > self.throttle:  # error pages are quick and would speed us up
            self.throttle = throttle


class Gate:
    """Every host of a run. `memory`: where a host's wish to be left alone outlives the run, if anywhere."""

    def __init__(self, memory: Memory | None = None) -> None:
        self.memory = memory
        self.hosts: dict[str, Host] = {}
        self.robots: dict[str, asyncio.Future[Protego | str]] = {}  # origin -> its rules, or why there are none
        self.ordered: dict[str, str] = {}  # article pages that are asked for in this run, and by which source
        self.working: set[str] = set()  # the sources whose ordinary crawl goes on
        self.closed: str | None = None
        self._closing = asyncio.Event()

    def host(self, url: str, delay: float = 0.0) -> Host:
        """The host of an address, which its source wants to be asked every `delay` seconds at most."""
        name = host_key(url)
        host = self.hosts.get(name)
        if host is None:
            host = self.hosts[name] = Host(name, self)
            until, reason = self.memory.pause(name) if self.memory else (None, "")
            if until:
                seconds = (datetime.fromisoformat(until) - datetime.now(UTC)).total_seconds()
                host.not_before, host.reason = time.monotonic() + seconds, reason
        host.delay = max(host.delay, delay)
        return host

    def close(self, why: str) -> None:
        """End the run: whoever waits, or comes from now on, is turned away."""
        self.closed = self.closed or why
        self._closing.set()

    async def lasts(self, seconds: float) -> bool:
        """Wait so long while ordinary crawls go on; False as soon as none does, or the run is ending."""
        until = time.monotonic() + seconds
        while self.working and not self.closed:
            left = until - time.monotonic()
            if left <= 0:
                return True
            await self.sleep(min(left, LOOK))
        return False

    async def sleep(self, seconds: float) -> None:
        """Sleep, but wake up when the gate closes."""
        try:
            await asyncio.wait_for(self._closing.wait(), seconds)
        except TimeoutError:
            return
