"""How large a page, an article and each field of it may be: one table for crawl and extraction.

A field is what a stranger wrote. Of the 9,311 articles of the corpus the longest title has 183 characters, the longest
text 38,677, the longest address 226. What people read is cut, between words; what is compared or asked for is left out
whole, because half an address or half an ETag is another one.
"""

from __future__ import annotations

LONGEST = {  # characters
    # cut
    "title": 500,
    "text": 500_000,
    "author": 200,
    "dateline": 100,
    "content type": 200,
    # left out
    "address": 2_000,  # what browsers and servers agree on; longer ones are traps or sessions
    "tag": 60,
    "etag": 1_000,
    "time": 200,  # of feeds, headers and markup, as they came; the longest real ones, with weekday and zone, have 40
}
DOWNLOAD_MAXSIZE = 20_000_000  # bytes of a page; the largest real article pages are a few megabytes
MOST_PAGES = 10  # pages of one article; longer ones are galleries and lists that page by ten
MOST_TAGS = 30  # keywords that are kept of a page


def cut(text: str, field: str) -> str:
    """As much of a text as its field may hold, up to the end of a word."""
    most = LONGEST[field]
    if len(text) <= most:
        return text
    return text[:most].rpartition(" ")[0].rstrip() or text[:most]


def fits(text: str | None, field: str) -> str | None:
    """The text if its field may hold all of it, else None."""
    return text if text is not None and len(text) <= LONGEST[field] else None
