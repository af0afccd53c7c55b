"""Scrapy's settings for a polite crawl; the whole chain of middlewares is seen here."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from crawler.catalogue import Source
from crawler.contact import VARIABLE, contact
from crawler.errors import SettingError
from crawler.limits import DOWNLOAD_MAXSIZE
from crawler.urls import is_private

PRODUCT = "Pantau"  # the name that a robots.txt may speak of (RFC 9309, 2.2.1)
DOWNLOAD_TIMEOUT = 30  # seconds
HANDLER = "crawler.handler.PoliteDownloadHandler"


def require_contact(sources: Iterable[Source]) -> None:
    """Raise SettingError when `sources` are real sites and nobody has said who asks them.

    Loopback and private hosts (tests, the sample newsroom) may be asked without: they are the operator's own.
    """
    if contact() is not None:
        return
    real = sorted({host for source in sources for host in source.hosts if not is_private(f"http://{host}/")})
    if real:
        others = f" and {len(real) - 1} more" if len(real) > 1 else ""
        raise SettingError(
            f"{VARIABLE} is not set, and {real[0]}{others} would be asked by somebody whom their owners cannot reach; "
            f"set it to your mail address or web page ({VARIABLE}=humas@contoh.id) and run again"
        )


def user_agent(before: str = "Mozilla/5.0") -> str:
    """Who asks, in the form that crawlers have made usual: "Mozilla/5.0 (compatible; Pantau/0.1.0; +contact)".

    `before`: what a source's entry has in the place of "Mozilla/5.0"; who we are stands behind it all the same.
    """
    said = contact()
    return f"{before} (compatible; {PRODUCT}/{_version()}{f'; +{said}' if said else ''})"


@cache
def _version() -> str:
    try:
        return version("pantau")
    except PackageNotFoundError:
        return "0"


def process_settings() -> dict[str, Any]:
    """Settings of the process that all crawlers share."""
    return {"LOG_LEVEL": "ERROR", "TWISTED_DNS_RESOLVER": "crawler.resolver.PublicResolver", "DNS_TIMEOUT": 15}


def scrapy_settings(source: Source) -> dict[str, Any]:
    """Settings of one source's crawler; its `delay` between requests is the gate's to keep."""
    return {
        "USER_AGENT": user_agent(source.user_agent) if source.user_agent else user_agent(),
        "DEFAULT_REQUEST_HEADERS": {
            "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
            "Accept-Language": "id,en;q=0.5",  # some sites have two editions at one address
            **source.headers,
        },
        "DOWNLOAD_HANDLERS": {"http": HANDLER, "https": HANDLER, "ftp": None, "s3": None, "file": None, "data": None},
        # The gate (crawler/gate.py) keeps delays over all sources of a host, and is where AutoThrottle's rule lives.
        "DOWNLOAD_DELAY": 0,
        "CONCURRENT_REQUESTS_PER_DOMAIN": 1 if source.delay else 4,
        # What an answer leads to, at a time: Scrapy starts so many tasks for each answer, 100 if not told.
        "CONCURRENT_ITEMS": 1,
        "CONCURRENT_REQUESTS": 8,  # few wait in the downloader, so that new discoveries need not
        "SCHEDULER_MEMORY_QUEUE": "scrapy.squeues.FifoMemoryQueue",  # as feeds and listings have them: newest first
        # Whole chains: what Scrapy adds unasked is imported, two fifths of the crawl's start, even where it is switched
        # off; and among its extensions are a console and a server through which others run code in the crawl.
        "EXTENSIONS_BASE": {},
        "DOWNLOADER_MIDDLEWARES_BASE": {
            "crawler.middlewares.host_guard.HostGuardMiddleware": 50,
            "crawler.middlewares.robots.RobotsMiddleware": 100,
            "scrapy.downloadermiddlewares.downloadtimeout.DownloadTimeoutMiddleware": 350,
            "scrapy.downloadermiddlewares.defaultheaders.DefaultHeadersMiddleware": 400,
            "scrapy.downloadermiddlewares.useragent.UserAgentMiddleware": 500,
            "scrapy.downloadermiddlewares.retry.RetryMiddleware": 550,
            "crawler.middlewares.browser.BrowserMiddleware": 575,
            "crawler.middlewares.meta_refresh.MetaRefreshMiddleware": 580,
            "scrapy.downloadermiddlewares.httpcompression.HttpCompressionMiddleware": 590,
            "scrapy.downloadermiddlewares.redirect.RedirectMiddleware": 600,
            "scrapy.downloadermiddlewares.httpproxy.HttpProxyMiddleware": 750,
        },
        "SPIDER_MIDDLEWARES_BASE": {
            "crawler.middlewares.exception_guard.ExceptionGuardMiddleware": 10,
            "scrapy.spidermiddlewares.start.StartSpiderMiddleware": 25,
            "scrapy.spidermiddlewares.httperror.HttpErrorMiddleware": 50,
            "scrapy.spidermiddlewares.referer.RefererMiddleware": 700,
            "scrapy.spidermiddlewares.urllength.UrlLengthMiddleware": 800,
        },
        "DOWNLOAD_TIMEOUT": DOWNLOAD_TIMEOUT,
        "DOWNLOAD_MAXSIZE": DOWNLOAD_MAXSIZE,
        "DOWNLOAD_WARNSIZE": 0,
        "RETRY_TIMES": 1,  # later runs try again
        "RETRY_GIVE_UP_LOG_LEVEL": "INFO",
        "REDIRECT_MAX_TIMES": 5,
        "METAREFRESH_MAXDELAY": 3,  # seconds; later ones are pages that reload themselves
        "WARN_ON_GENERATOR_RETURN_VALUE": False,  # it would parse a callback's source for every answer
        "LOG_LEVEL": "ERROR",
        "STATS_DUMP": False,
    }
