"""Obeys robots.txt (RFC 9309) and its Crawl-delay; what it says is remembered for a day."""

from __future__ import annotations

import asyncio
import logging
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from protego import Protego
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.http.request import NO_CALLBACK, Request

from crawler.gate import Gate, HostClosed
from crawler.middlewares.host_guard import ROBOTS
from crawler.records import Robots
from crawler.resolver import PrivateAddress
from crawler.settings import PRODUCT
from crawler.spiders.exchange import validators
from crawler.spiders.source import SourceSpider
from crawler.urls import origin

if TYPE_CHECKING:
    from scrapy.http import Response

FRESH = timedelta(hours=24)  # RFC 9309, 2.4: a cached copy should not be used for longer,
STALE = timedelta(days=30)  # 2.3.1.4: unless the file cannot be reached
MAX_BYTES = 512_000  # 2.5: a parser must read 500 KiB at least
RESULTS = [304, *range(400, 600)]

logger = logging.getLogger(__name__)


class RobotsMiddleware:
    """Drops what robots.txt forbids (`robots/forbidden`); tells the gate its Crawl-delay or Request-rate.

    Its rules are looked up by our product's name alone. The whole user agent would also match rules for "Mozilla", or
    for a crawler whose name the operator's address happens to hold.
    Without a file (4xx) everything is allowed; while it cannot be reached (5xx, 429, no answer) an older copy counts,
    and without one the site is left alone in this run, as RFC 9309 asks. Replaces Scrapy's RobotsTxtMiddleware, which
    allows everything in that case, knows no delay and asks again on every run.
    """

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> RobotsMiddleware:
        """Built by Scrapy."""
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        """Raise IgnoreRequest for a forbidden address, HostClosed where nobody can say what is forbidden."""
        spider = self.crawler.spider
        if not isinstance(spider, SourceSpider) or request.meta.get("dont_obey_robotstxt"):
            return
        site = origin(request.url)
        loading = spider.gate.robots.get(site)
        if loading is None:  # the sources of one host share its robots.txt, and ask for it once
            loading = spider.gate.robots[site] = asyncio.ensure_future(self._load(spider.gate, site))
        rules = await asyncio.shield(loading)
        if isinstance(rules, str):
            spider.task.count("robots/unavailable")
            raise HostClosed(rules)
        spider.gate.host(request.url).obey(_delay(rules))
        if not rules.can_fetch(request.url, PRODUCT):
            spider.task.count("robots/forbidden")
            raise IgnoreRequest("Forbidden by robots.txt")

    async def _load(self, gate: Gate, site: str) -> Protego | str:
        """The rules of a site, or why they cannot be had."""
        now = datetime.now(UTC)
        known = gate.memory.robots(site) if gate.memory else None
        age = now - datetime.fromisoformat(known.fetched_at) if known else None
        if known and age is not None and age < FRESH:
            return Protego.parse(known.text)
        validators = {"If-None-Match": known.etag, "If-Modified-Since": known.last_modified} if known else {}
        request = Request(
            f"{site}/robots.txt",
            callback=NO_CALLBACK,
            priority=1000,
            headers={name: value for name, value in validators.items() if value},
            meta={
                "dont_obey_robotstxt": True,
                ROBOTS: True,
                "handle_httpstatus_list": RESULTS,
                "download_maxsize": 2 * MAX_BYTES,
            },
        )
        try:
            response = await self.crawler.engine.download_async(request)
        except HostClosed as error:
            return str(error)
        except PrivateAddress as error:  # the name will mean something else again; nobody has said what is allowed
            text, trouble = "", str(error)
        except (
            IgnoreRequest
        ):  # more than five redirects, or one to where we do not go: unavailable, like a 404 (2.3.1.2)
            text, trouble = "", ""
        except Exception as error:
            text, trouble = "", f"{type(error).__name__}: {' '.join(str(error).split())[:200]}"
        else:
            text, trouble = _read(response, known)
        if trouble:
            if known and age is not None and age < STALE:
                return Protego.parse(known.text)
            why = f"{site}/robots.txt cannot be read ({trouble}); the site is left alone in this run"
            logger.info(why)
            return why
        if gate.memory:
            etag, modified = _validators(response, known) if text else (None, None)
            gate.memory.record_robots(site, Robots(text, now.isoformat(timespec="seconds"), etag, modified))
        return Protego.parse(text)


def _read(response: Response, known: Robots | None) -> tuple[str, str]:
    """(text, trouble) of an answer."""
    if response.status == 304 and known:
        return known.text, ""
    if response.status >= 500 or response.status == 429:
        return "", f"answered {response.status}"
    return ("" if response.status >= 300 else response.body[:MAX_BYTES].decode("utf-8-sig", "ignore")), ""


def _validators(response: Response, known: Robots | None) -> tuple[str | None, str | None]:
    if response.status == 304 and known:
        return known.etag, known.last_modified
    return validators(response)


def _delay(rules: Protego) -> float:
    """Seconds between two requests that the rules ask for; 0 without such a wish."""
    rate = rules.request_rate(PRODUCT)
    return max(rules.crawl_delay(PRODUCT) or 0.0, rate.seconds / rate.requests if rate and rate.requests else 0.0)
