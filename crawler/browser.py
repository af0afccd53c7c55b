"""A browser for sources whose pages hold nothing without one: the extra `browser`, off unless it is asked for.

The browser (Debian's chromium, driven by Playwright) never asks the network. Scrapy has the page's own document
already; whatever its programs ask for is handed to `Page.ask`, which sends it through the crawl's own chain of
middlewares: the same guards, robots.txt, delays, name and limits. What gets past that meets a proxy and a resolver
that lead nowhere. One page at a time is drawn in a process, whichever source it is of.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import time
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from crawler.catalogue import Source
from crawler.errors import SettingError
from crawler.urls import is_private

if TYPE_CHECKING:
    from playwright.async_api import BrowserContext, Request, Route

DRAW = "draw"  # in the meta of a request for a page that is to be drawn (crawler/middlewares/browser.py)
ASKED, CHROMIUM = "PANTAU_BROWSER", "PANTAU_CHROMIUM"
NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
YES = ("1", "true", "yes", "on", "ya")
START = 30.0  # seconds in which the browser must be there
LONGEST = 120.0  # seconds for a page: with a delay of two seconds it may have thirty programs and answers of its own
QUIET = 0.7  # seconds without a request of its programs after which a page counts as drawn
MOST_REQUESTS = 60  # of a page's programs; one that asks without end is taken as it is
TAKEN = frozenset(("script", "xhr", "fetch"))  # all others (pictures, fonts, media, styles, frames) draw no words
DATA = frozenset(("xhr", "fetch"))
HEADERS = frozenset(("accept", "accept-language", "content-type", "origin", "authorization", "x-requested-with"))
# A proxy and a resolver for whatever passes no route: prefetches, sockets, WebRTC. Both lead nowhere.
NOWHERE = "http://127.0.0.1:9"
ARGUMENTS = (
    "--host-resolver-rules=MAP * ~NOTFOUND",
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--disable-background-networking",
    "--disable-gpu",
)


class BrowserError(Exception):
    """The browser cannot be started, or could not draw a page; the message says why."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a program of a page asks for. is_data: an answer for the program, rather than a further program."""

    url: str
    method: str
    headers: dict[str, str]
    body: bytes
    is_data: bool


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer for a program of a page; headers without those of its encoding."""

    status: int
    headers: dict[str, str]
    body: bytes


Ask = Callable[[Asked], Awaitable[Answered | None]]


@dataclass
class Drawn:
    """A page as the browser has drawn it.

    html      the document, serialised
    refused   requests of its programs that nobody answered: pictures, foreign hosts, what robots.txt forbids
    settled   whether its programs had come to rest; else it was taken as it was when its time was over
    """

    html: str = ""
    refused: int = 0
    settled: bool = True


def is_asked_for() -> bool:
    """Whether pages are to be drawn: the setting `browser`, or `crawl --browser`."""
    return os.environ.get(ASKED, "").strip().lower() in YES


def draws(source: Source) -> bool:
    """Whether a source's pages are drawn by a browser in this crawl."""
    return source.status == "needs-browser" and is_asked_for()


def chromium() -> str | None:
    """The path of the system's browser: PANTAU_CHROMIUM, else Debian's chromium and its like."""
    named = os.environ.get(CHROMIUM, "").strip()
    return named or next((path for name in NAMES if (path := shutil.which(name))), None)


def require_browser(sources: Iterable[Source]) -> None:
    """Raise SettingError, with what to do, where a browser is asked for and one of `sources` needs it, but it cannot
    be had."""
    drawn = [source for source in sources if draws(source)]
    if not drawn:
        return
    wanted = drawn[0].id
    if find_spec("playwright") is None:
        raise SettingError(f"{wanted} needs a browser: Playwright is not installed; run pip install 'pantau[browser]'")
    path = chromium()
    if path is None:
        raise SettingError(
            f"{wanted} needs a browser: chromium is not installed; run apt-get install chromium, or give its path in "
            f"{CHROMIUM}"
        )
    if not os.access(path, os.X_OK) or Path(path).is_dir():
        raise SettingError(f"{wanted} needs a browser: {CHROMIUM}={path} is no program; give the path of chromium")
    strangers = [source.id for source in drawn if any(not is_private(f"http://{host}/") for host in source.hosts)]
    if strangers and _is_root():
        raise SettingError(
            f"{strangers[0]} needs a browser, whose sandbox does not work for root; run the crawl as an ordinary user"
        )


class Browser:
    """The one browser of a process: started for the first page, ended when the last source that used it is done."""

    def __init__(self) -> None:
        self.turn = asyncio.Lock()
        self.users: set[object] = set()
        self._playwright: Any = None
        self._browser: Any = None

    async def draw(self, user: object, url: str, document: Answered, user_agent: str, ask: Ask) -> Drawn:
        """Draw a page whose document is there already. Raises BrowserError.

        user   who must `leave` in the end
        ask    answers what the page's programs ask for; None where it may not be had
        """
        async with self.turn:
            self.users.add(user)
            try:
                await self._start()
                context = await self._browser.new_context(
                    user_agent=user_agent,
                    locale="id-ID",
                    timezone_id="Asia/Jakarta",
                    service_workers="block",
                    accept_downloads=False,
                )
                try:
                    return await _Page(context, url, document, ask).draw()
                finally:
                    await context.close()
            except _errors() as error:
                await self._end()  # a browser that has died is started anew for the next page
                raise BrowserError(_first_line(error)) from error

    async def leave(self, user: object) -> None:
        """A user is done; the last one ends the browser."""
        self.users.discard(user)
        if not self.users:
            await self._end()

    async def _start(self) -> None:
        if self._browser is not None and self._browser.is_connected():
            return
        from playwright.async_api import async_playwright

        path = chromium()
        if path is None:  # without a path Playwright would look for a browser of its own
            raise BrowserError("chromium is not installed")
        self._playwright = await async_playwright().start()
        self._browser = await self._playwright.chromium.launch(
            executable_path=path,
            args=list(ARGUMENTS),
            chromium_sandbox=not _is_root(),  # which then draws one's own hosts alone (require_browser)
            proxy={"server": NOWHERE},
            timeout=START * 1_000,
            handle_sigint=False,
            handle_sigterm=False,
            handle_sighup=False,
        )

    async def _end(self) -> None:
        browser, playwright = self._browser, self._playwright
        self._browser = self._playwright = None
        for close in (browser and browser.close, playwright and playwright.stop):
            if close:
                with contextlib.suppress(Exception):
                    await asyncio.wait_for(close(), START)


class _Page:
    """One page while it is drawn."""

    def __init__(self, context: BrowserContext, url: str, document: Answered, ask: Ask) -> None:
        self.context, self.url, self.document, self.ask = context, url, document, ask
        self.drawn = Drawn()
        self.opened = False
        self.asked = self.waiting = 0
        self.last = time.monotonic()

    async def draw(self) -> Drawn:
        """Open the document, and wait until its programs rest."""
        until = time.monotonic() + LONGEST
        await self.context.route("**/*", self._route)
        await self.context.route_web_socket("**/*", lambda socket: socket.close())
        page = await self.context.new_page()
        page.on("dialog", lambda dialog: asyncio.ensure_future(dialog.dismiss()))
        await page.goto(self.url, wait_until="domcontentloaded", timeout=LONGEST * 1_000)
        self.last = time.monotonic()
        while self.waiting or time.monotonic() < self.last + QUIET:
            if time.monotonic() > until:
                self.drawn.settled = False
                break
            await asyncio.sleep(0.05)
        self.drawn.html = await asyncio.wait_for(page.content(), START)
        self.drawn.settled = self.drawn.settled and self.asked < MOST_REQUESTS
        return self.drawn

    async def _route(self, route: Route, request: Request) -> None:
        if request.is_navigation_request():
            # The page itself, once: where a program leads elsewhere, or a frame holds another page, it stays.
            if self.opened:
                await self._refuse(route)
                return
            self.opened = True
            await _fulfil(route, self.document)
            return
        if request.resource_type not in TAKEN or self.asked >= MOST_REQUESTS:
            await self._refuse(route)
            return
        self.asked += 1
        self.waiting += 1
        try:
            answer = await self.ask(await _asked(request))
            await (_fulfil(route, answer) if answer else self._refuse(route))
        except _errors():
            self.drawn.refused += 1  # the page is gone, or an address that the browser alone understands
        finally:
            self.waiting -= 1
            self.last = time.monotonic()

    async def _refuse(self, route: Route) -> None:
        self.drawn.refused += 1
        await route.abort("blockedbyclient")


async def _fulfil(route: Route, answer: Answered) -> None:
    await route.fulfill(status=answer.status, headers=answer.headers, body=answer.body)


async def _asked(request: Request) -> Asked:
    headers = {name: value for name, value in request.headers.items() if _is_sent(name)}
    is_data = request.resource_type in DATA
    return Asked(request.url, request.method, headers, request.post_data_buffer or b"", is_data)


def _is_sent(name: str) -> bool:
    """Whether a program's header goes to the site: who asks is ours to say, and no cookie is kept."""
    return name in HEADERS or (name.startswith("x-") and not name.startswith(("x-forwarded", "x-real")))


def _is_root() -> bool:
    """For root chromium's sandbox does not work."""
    return os.geteuid() == 0


def _errors() -> tuple[type[Exception], ...]:
    """What goes wrong in a browser: Playwright's errors, and time that is over."""
    from playwright.async_api import Error

    return Error, TimeoutError, OSError


def _first_line(error: Exception) -> str:
    said = str(error).strip().splitlines() or [type(error).__name__]
    return f"the browser failed: {said[0][:200]}"


@cache
def shared() -> Browser:
    """The browser of this process."""
    return Browser()
