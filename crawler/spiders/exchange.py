"""What the spider reads off requests and answers: conditions, headers, and why an answer did not come."""

from __future__ import annotations

from scrapy.http import Response
from scrapy.http.headers import Headers
from twisted.python.failure import Failure

from crawler.discovery import OWN_ETAG
from crawler.limits import cut, fits

ANSWERS = [304, *range(400, 600)]  # statuses that our callbacks look at themselves; redirects are followed before
UNSAID = {"ResponseDataLossError": "the body was cut off", "DownloadCancelledError": "the body is too large"}


def conditions(etag: str | None, last_modified: str | None) -> dict[str, str]:
    """The headers that make a request conditional; a validator of our own is not sent."""
    both = {"If-None-Match": etag, "If-Modified-Since": last_modified}
    return {name: value for name, value in both.items() if value and not value.startswith(OWN_ETAG)}


def header(response: Response, name: str) -> str | None:
    """A header of an answer as text."""
    value = response.headers.get(name)
    return value.decode("latin-1") if value else None


def content_type(response: Response) -> str:
    """What an answer says that it is; "" when it says nothing."""
    return cut(header(response, "Content-Type") or "", "content type")


def validators(response: Response) -> tuple[str | None, str | None]:
    """(ETag, Last-Modified) of an answer, which make the next request for it conditional."""
    return fits(header(response, "ETag"), "etag"), fits(header(response, "Last-Modified"), "time")


def pairs(headers: Headers) -> list[tuple[str, str]]:
    """All headers as the archive keeps them."""
    return [(k.decode("latin-1"), v.decode("latin-1")) for k, values in headers.items() for v in values]


def reason(failure: Failure) -> str:
    """Why a request has no answer, in the words that `errors` keeps."""
    name = type(failure.value).__name__
    said = " ".join(str(failure.value).split())[:300] or UNSAID.get(name, "")
    return f"failed: {name}: {said}"
