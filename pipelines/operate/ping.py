"""A dead man's switch: an address that is called after every good crawl. Who watches it alarms when it falls silent.

A service of that kind (Healthchecks, Cronitor, an own page) says what to call, and how long a silence may be. Nothing
is sent but the call itself.
"""

from __future__ import annotations

import logging
import urllib.request
from urllib.parse import urlsplit

from crawler.records import CrawlReport
from pipelines.settings.load import setting

SECONDS = 10.0
GOOD = ("done", "failures", "out of time")  # that some source failed is for `pantau status`; see is_well
LOG = logging.getLogger(__name__)


def is_well(report: CrawlReport | None) -> bool:
    """Whether a crawl was good: it ended by itself or with its time, and some source answered.

    Outside the polite hours nobody is asked, which is as it should be.
    """
    if report is None:
        return False
    if report.outcome == "outside hours":
        return True
    return report.outcome in GOOD and any(not counts.error for counts in report.sources.values())


def ping_when_well(report: CrawlReport | None) -> None:
    """Call the setting's address, if there is one, after a good crawl. That it does not answer is logged, no more."""
    address = setting("ping")
    if not address or not is_well(report):
        return
    try:
        with urllib.request.urlopen(str(address), timeout=SECONDS) as answer:
            answer.read(100)
    except OSError as error:
        LOG.warning("tanda hidup tidak sampai (%s): %s", urlsplit(str(address)).hostname, error)
