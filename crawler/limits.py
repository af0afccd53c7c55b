"""How long each field of a page may be: one table for all that the crawl and the extraction keep of a page.

A field is what a stranger wrote. Of the 6,000 articles of the corpus the longest has a title of 203 characters, and
real headers are below 100. What people read is cut, between words; what is compared or asked for is left out whole,
because half an address or half an ETag is another one.
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
