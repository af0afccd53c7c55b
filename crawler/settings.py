"""Scrapy's settings for a polite crawl; the whole chain of middlewares is seen here."""

from __future__ import annotations

import os
from importlib.metadata import PackageNotFoundError, version
from typing import Any

DEFAULT_CONTACT = "https://github.com/pantau/pantau"
DOWNLOAD_TIMEOUT = 30  # seconds
DOWNLOAD_MAXSIZE = 20_000_000  # bytes; the largest real article pages are a few megabytes


def user_agent() -> str:
    """Who we are and how to reach us; the environment's PANTAU_CONTACT names the operator (an address or a mail)."""
    try:
        number = version("pantau")
    except PackageNotFoundError:
        number = "0"
    return f"Pantau/{number} (+{os.environ.get('PANTAU_CONTACT', DEFAULT_CONTACT)})"


def scrapy_settings(delay: float, max_seconds: float | None) -> dict[str, Any]:
    """Settings of one source's crawler: `delay` in seconds between requests, `max_seconds` until it closes."""
    return {
        "USER_AGENT": user_agent(),
        "ROBOTSTXT_OBEY": True,
        "DOWNLOAD_DELAY": delay,
        "RANDOMIZE_DOWNLOAD_DELAY": False,  # the delay is a minimum, not an average
        "AUTOTHROTTLE_ENABLED": delay >= 0.5,  # a delay below that is a test server's or the demo's
        "AUTOTHROTTLE_START_DELAY": delay,
        "AUTOTHROTTLE_TARGET_CONCURRENCY": 1.0,
        "CONCURRENT_REQUESTS_PER_DOMAIN": 1 if delay >= 0.5 else 4,
        "DOWNLOADER_MIDDLEWARES": {
            "crawler.middlewares.host_guard.HostGuardMiddleware": 50,  # before robots.txt (100)
            "crawler.middlewares.retry_after.RetryAfterMiddleware": 540,  # nearer the downloader than retry (550)
        },
        "SPIDER_MIDDLEWARES": {"crawler.middlewares.storage_guard.StorageGuardMiddleware": 10},
        "DOWNLOAD_TIMEOUT": DOWNLOAD_TIMEOUT,
        "DOWNLOAD_MAXSIZE": DOWNLOAD_MAXSIZE,
        "DOWNLOAD_WARNSIZE": 0,
        "RETRY_TIMES": 2,
        "REDIRECT_MAX_TIMES": 5,
        "COOKIES_ENABLED": False,
        "TELNETCONSOLE_ENABLED": False,
        "CLOSESPIDER_TIMEOUT": max_seconds or 0,
        "LOG_LEVEL": "ERROR",
        "STATS_DUMP": False,
    }
