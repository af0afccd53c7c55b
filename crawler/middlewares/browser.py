"""Draws the pages of sources that need a browser; what their programs ask for passes the whole chain like a page."""

from __future__ import annotations

import logging

from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured
from scrapy.http import HtmlResponse, Response
from scrapy.http.request import NO_CALLBACK, Request

from crawler.browser import DRAW, Answered, Asked, BrowserError, draws, shared
from crawler.limits import DOWNLOAD_MAXSIZE
from crawler.middlewares.host_guard import PROGRAM
from crawler.settings import user_agent
from crawler.spiders.exchange import content_type, pairs
from crawler.spiders.source import SourceSpider

MARK = "drawn by a browser; not as the server sent it"
PROGRAM_MAXSIZE = 5_000_000  # bytes of a program or of an answer to one
MOST_KEPT = 50_000_000  # bytes of programs that a crawl keeps: all pages of a site have the same
# What belongs to the bytes as the server sent them, and not to the page as it is drawn.
OF_THE_BYTES = frozenset(
    b.lower() for b in (b"Content-Length", b"Content-Encoding", b"Transfer-Encoding", b"ETag", b"Last-Modified")
) | {b"content-type", b"content-security-policy", b"content-security-policy-report-only"}

logger = logging.getLogger(__name__)


class BrowserMiddleware:
    """Takes the place of a page's answer by the page as it is drawn; counts `browser/drawn` and `browser/refused`.

    It stands where redirects are followed and bodies unpacked. Only whole HTML pages are drawn: an error, a redirect
    and a file stay what they are.
    """

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.programs: dict[str, Answered] = {}
        self.kept = 0

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> BrowserMiddleware:
        """Built by Scrapy; raises NotConfigured for sources that need none."""
        spider = crawler.spider
        if not isinstance(spider, SourceSpider) or not draws(spider.source):
            raise NotConfigured
        middleware = cls(crawler)
        crawler.signals.connect(middleware.closed, signal=signals.spider_closed)
        return middleware

    async def closed(self) -> None:
        """This source is done with the browser."""
        await shared().leave(self)

    async def process_response(self, request: Request, response: Response) -> Response:
        """The page as it is drawn. Raises BrowserError where the browser fails."""
        spider = self.crawler.spider
        if not isinstance(spider, SourceSpider) or not request.meta.get(DRAW) or not _is_page(response):
            return response
        says_who = user_agent(spider.source.user_agent) if spider.source.user_agent else user_agent()
        referer = response.url

        async def ask(asked: Asked) -> Answered | None:
            return await self.answer(asked, referer)

        try:
            drawn = await shared().draw(self, response.url, _answered(response), says_who, ask)
        except BrowserError:
            spider.task.count("browser/failed")
            raise
        spider.task.count("browser/drawn")
        spider.task.count("browser/refused", drawn.refused)
        if not drawn.settled:
            spider.task.count("browser/unsettled")
            logger.info("%s: %s is taken before it came to rest", spider.source.id, response.url)
        body = drawn.html.encode("utf-8", "replace")
        if len(body) > DOWNLOAD_MAXSIZE:
            raise BrowserError(f"the drawn page has {len(body)} bytes")
        kept = {name: values for name, values in response.headers.items() if name.lower() not in OF_THE_BYTES}
        told = {b"Content-Type": [b"text/html; charset=utf-8"], b"X-Pantau": [MARK.encode()]}
        return HtmlResponse(response.url, status=200, headers=kept | told, body=body, encoding="utf-8", request=request)

    async def answer(self, asked: Asked, referer: str) -> Answered | None:
        """What a page's program gets: the site's answer, or None where the chain refuses the request or it fails."""
        if asked.url in self.programs and not asked.is_data:
            return self.programs[asked.url]
        if asked.method not in ("GET", "POST"):
            return None
        request = Request(
            asked.url,
            method=asked.method,
            headers={**asked.headers, "Referer": referer},
            body=asked.body,
            callback=NO_CALLBACK,
            dont_filter=True,
            meta={
                "handle_httpstatus_list": list(range(400, 600)),
                "download_maxsize": PROGRAM_MAXSIZE,
                "dont_retry": True,
                # Its data must come from the source's own hosts; a program may stand on any public one, as robots.txt.
                PROGRAM: not asked.is_data,
            },
        )
        try:
            response = await self.crawler.engine.download_async(request)
        except Exception as error:
            logger.debug("%s: %s is not answered: %s", referer, asked.url, error)
            return None
        answer = _answered(response)
        if not asked.is_data and response.status == 200 and self.kept + len(answer.body) <= MOST_KEPT:
            self.programs[asked.url] = answer
            self.kept += len(answer.body)
        return answer


def _is_page(response: Response) -> bool:
    """Whether an answer is a whole page that a browser could draw."""
    return response.status == 200 and "html" in content_type(response).lower()


def _answered(response: Response) -> Answered:
    """An answer as the browser gets it: unpacked, and without cookies."""
    unsaid = ("content-encoding", "content-length", "transfer-encoding", "set-cookie", "connection", "refresh")
    headers = {name: value for name, value in pairs(response.headers) if name.lower() not in unsaid}
    return Answered(response.status, headers, response.body)
