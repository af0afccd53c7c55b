"""The download handler: Scrapy's own, behind the gate, and strict about whole bodies."""

from __future__ import annotations

import zlib
from urllib.parse import urlsplit

import brotli
from scrapy.core.downloader.handlers.http11 import HTTP11DownloadHandler
from scrapy.exceptions import CannotResolveHostError, ResponseDataLossError
from scrapy.http import Response
from scrapy.http.request import Request

from crawler import resolver
from crawler.gate import HostClosed
from crawler.spiders.source import SourceSpider

CHUNK = 65_536  # bytes unpacked at a time
CLOSED_TAGS = (b"</html", b"</body")


class PoliteDownloadHandler(HTTP11DownloadHandler):
    """Sends a request when its host's turn has come. An answer that was cut off is an error, which is retried."""

    async def download_request(self, request: Request) -> Response:
        """Raises gate.HostClosed, resolver.PrivateAddress, or what Scrapy's handler raises."""
        spider = self.crawler.spider
        assert isinstance(spider, SourceSpider)

        async def send() -> Response:
            response = await super(PoliteDownloadHandler, self).download_request(request)
            if is_cut_off(response, self.crawler.settings.getint("DOWNLOAD_MAXSIZE")):
                raise ResponseDataLossError("the body was cut off")
            return response

        try:
            return await spider.gate.host(request.url, spider.source.delay).ask(send)
        except HostClosed:
            self.crawler.stats.inc_value("gate/closed")
            raise
        except CannotResolveHostError:
            why = resolver.refused.get(urlsplit(request.url).hostname or "")
            if not why:
                raise
            self.crawler.stats.inc_value("resolver/refused")
            raise resolver.PrivateAddress(why) from None


def is_cut_off(response: Response, max_size: int) -> bool:
    """Whether a body ends before its time, where no Content-Length says so.

    Scrapy unpacks what it can of a cut gzip or brotli stream without a word; and a server that closes the connection
    instead of giving a length (flag "partial") may have closed it early: an HTML page then lacks its end.
    Unpacking stops at `max_size` bytes: bombs are refused later, by Scrapy's HttpCompressionMiddleware.
    """
    encoding = b",".join(response.headers.getlist("Content-Encoding")).strip().lower()
    if response.body and encoding in (b"gzip", b"x-gzip"):
        return _is_gzip_cut(response.body, max_size)
    if response.body and encoding == b"br":
        return _is_brotli_cut(response.body, max_size)
    if "partial" in response.flags and not encoding:
        page = response.body.lower()
        return b"<html" in page[:2_000] and not any(tag in page for tag in CLOSED_TAGS)
    return False


def _is_gzip_cut(body: bytes, max_size: int) -> bool:
    stream = zlib.decompressobj(zlib.MAX_WBITS | 16)
    size = 0
    try:
        while not stream.eof and size <= max_size:
            piece = stream.decompress(body, CHUNK)
            size += len(piece)
            body = stream.unconsumed_tail
            if not piece and not body:
                return not stream.eof
    except zlib.error:
        return False  # not gzip at all, or broken: Scrapy's to judge
    return False


def _is_brotli_cut(body: bytes, max_size: int) -> bool:
    stream = brotli.Decompressor()
    size = 0
    try:
        piece = stream.process(body, output_buffer_limit=CHUNK)
        while piece and size <= max_size and not stream.is_finished():
            size += len(piece)
            piece = stream.process(b"", output_buffer_limit=CHUNK)
    except brotli.error:
        return False
    return not stream.is_finished() and size <= max_size
