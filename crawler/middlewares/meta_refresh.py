"""Follows pages that send their reader on by a meta element, without decoding all the others to look for one."""

from __future__ import annotations

from scrapy.downloadermiddlewares.redirect import MetaRefreshMiddleware as ScrapysMetaRefresh
from scrapy.http import Request, Response

HEAD = 16_384  # bytes; Scrapy looks at 4,096 characters, which are at most so many


class MetaRefreshMiddleware(ScrapysMetaRefresh):
    """Scrapy's, for the pages that have the word "refresh" in their head."""

    def process_response(self, request: Request, response: Response) -> Request | Response:  # type: ignore[override]
        """The request for the page that is meant, or the response itself."""
        if b"refresh" not in response.body[:HEAD].replace(b"\0", b"").lower():  # UTF-16 has zeros in between
            return response
        followed: Request | Response = super().process_response(request, response)
        return followed
