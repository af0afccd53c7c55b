"""The named statistics of a source's crawl: what was refused, skipped or tried again. Nothing vanishes silently.

Scrapy's collector counts them (`crawler.stats`), with much that only its developers ask for. What is named here goes
into the run's report, is stored with it (`run_sources.stats`), and is told by `pantau status -v`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

NAMED = {
    # Politeness and safety (crawler/middlewares, crawler/gate.py, crawler/resolver.py)
    "robots/forbidden": "addresses that robots.txt forbids",
    "robots/unavailable": "requests to a site whose robots.txt cannot be read",
    "gate/closed": "requests to a host that is left alone",
    "host_guard/refused": "requests, mostly redirects, to a host that is not the source's",
    "resolver/refused": "public names that mean a private address",
    # Links of feeds, sitemaps and listings (crawler/spiders/discover.py)
    "links/malformed": "links that are no http(s) address, or too long for one",
    "links/foreign": "links to a host that is not the source's",
    "links/other": "links that the source's article_url does not take for articles",
    "links/trap": "links into calendars and circles",
    "links/old": "links to articles older than --since",
    "links/before": "links of large sitemaps to articles from long before the first crawl",
    "sitemaps/before": "sitemaps of an index that end long before the first crawl",
    "sitemaps/current": "sitemaps of an index that were read since their last change",
    "sitemaps/refused": "sitemaps on a host that is not the source's, or in too deep an index",
    "sitemaps/left": "sitemaps of an index beyond the number that a run reads",
    "discovery/polled": "looks at the feeds and the like of hot sources",
    "discovery/failed": "feeds, sitemaps and listings that could not be read",
    # Pages (crawler/spiders/fetch.py)
    "pages/left": "pages beyond the number that a run asks for",
    "pages/asked": "pages that another source asks for in the same run",
    "pages/failed": "pages that gave no whole answer",
    "pages/text": "articles kept as their feed or API tells them, in the place of their page",
    "pages/incomplete": "articles kept without their further pages, which could not be had",
    "refused/status": "pages answered with an error",
    "refused/challenge": "pages that only check the browser",
    "refused/empty": "empty pages",
    "refused/type": "files that are no pages",
    "refused/gone": "pages that lead to the home page or say that they do not exist",
    "refused/login": "pages that ask for a login",
    "refused/detour": "pages that lead to a request for consent or a login first",
    "storage/failed": "answers that could not be kept",
    # Pages that a browser draws (crawler/middlewares/browser.py)
    "browser/drawn": "pages that were drawn by a browser",
    "browser/refused": "pictures, foreign addresses and the like that such a page asked for and did not get",
    "browser/unsettled": "pages that were taken before their programs came to rest",
    "browser/failed": "pages that the browser could not draw",
    # Scrapy's own
    "retry/count": "requests that were tried again",
    "retry/max_reached": "requests that were given up",
    "urllength/request_ignored_count": "requests to too long an address",
    "spider_exceptions/count": "answers on which the crawler itself failed",
}


def refusals(stats: Mapping[str, Any]) -> dict[str, int]:
    """The named statistics among all that Scrapy has counted; those that are zero are left out."""
    return {name: int(stats[name]) for name in NAMED if stats.get(name)}
