"""A page as the crawl hands it to the archive."""

from __future__ import annotations

from typing import Any

from crawler.records import FetchedPage


def page(url: str = "http://127.0.0.1/a", body: bytes = b"<p>isi</p>", **changes: Any) -> FetchedPage:
    """A fetched page; any field can be changed."""
    values: dict[str, Any] = {
        "url": url,
        "final_url": url,
        "source_id": "uji",
        "status": 200,
        "request_headers": [("User-Agent", "Pantau/0")],
        "response_headers": [("Content-Type", "text/html"), ("Content-Encoding", "gzip"), ("Content-Length", "5")],
        "body": body,
        "fetched_at": "2025-11-12T02:30:00+00:00",
        "hints": {},
        "etag": None,
        "last_modified": None,
        "content_type": "text/html",
    }
    return FetchedPage(**(values | changes))
