"""Honours Retry-After on 429 and 503: the host is left alone for as long as it asks."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from scrapy.crawler import Crawler
from scrapy.http import Response
from scrapy.http.request import Request
from scrapy.utils.defer import maybe_deferred_to_future
from twisted.internet import reactor
from twisted.internet.defer import Deferred

BUSY = (429, 503)
LONGEST_WAIT = 120.0  # seconds; who asks for more gets the next run


class RetryAfterMiddleware:
    """Waits out a Retry-After before the retry middleware asks again; counts `retry_after/waits`."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> RetryAfterMiddleware:
        """Built by Scrapy."""
        return cls(crawler)

    async def process_response(self, request: Request, response: Response) -> Response:
        """Hold back a 429 or 503 for its Retry-After; one that asks for longer than LONGEST_WAIT is not retried."""
        if response.status not in BUSY:
            return response
        seconds = retry_after(response.headers.get("Retry-After"), datetime.now(UTC))
        if seconds > LONGEST_WAIT:
            request.meta["dont_retry"] = True
        elif seconds > 0:
            if self.crawler.stats:
                self.crawler.stats.inc_value("retry_after/waits")
            pause: Deferred[None] = Deferred()
            reactor.callLater(seconds, pause.callback, None)  # type: ignore[arg-type]
            await maybe_deferred_to_future(pause)
        return response


def retry_after(value: bytes | None, now: datetime) -> float:
    """Seconds that a Retry-After header (RFC 9110, 10.2.3: seconds or a date) asks for; 0 without a valid one."""
    if not value:
        return 0.0
    text = value.decode("latin-1").strip()
    if text.isdigit():
        return float(text)
    try:
        return max(0.0, (parsedate_to_datetime(text) - now).total_seconds())
    except (ValueError, TypeError):
        return 0.0
