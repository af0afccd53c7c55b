"""A look at a page's bytes before a parser sees it: is there more in it than any real page has?

lxml takes time that grows with the square of a tag's attributes: 150,000 of them, under 2 MB, take it minutes, in which
nothing can interrupt it. Everything else that was tried grows with the page's length, and nesting ends at 256 elements
(libxml2's own limit, as long as nobody asks for `huge_tree`). So tags and attributes are counted here, in time that
grows with the page's length whatever is in it.
"""

from __future__ import annotations

import re

# The largest figures of 66 pages of 40 Indonesian sites: 591,000 bytes, 4,249 "<", 19 attributes of a tag, elements
# nested 30 deep.
MAX_BYTES = 5_000_000
MAX_TAGS = 100_000  # times "<" in a page, in its scripts as well
# Different attributes of a tag. So many because a script's "i<n" reads like a tag up to the next ">": 250 words.
# At 1,000 lxml takes 0.3 s a megabyte at the worst.
MAX_ATTRIBUTES = 1_000
MAX_REPEATED = 4_000  # attributes of a tag, those counted that it has already
TANGLED = 16  # times a page's length that all that looks like tags in it may be long, where one is inside another

# How HTML reads the inside of a tag (https://html.spec.whatwg.org/multipage/parsing.html, 13.2.5.32 to 38). Wherever a
# tag may begin it is read to its end, also in scripts, comments and other tags' values: what is a script to one parser
# is markup to another.
_NAME = rb"[\s/]*+([^\s/>][^\s/>=]*+)"
_VALUE = rb"""(?:"[^"]*+(?:"|\Z)|'[^']*+(?:'|\Z)|[^\s>]*+)"""
ATTRIBUTE = re.compile(_NAME + rb"(?:\s*+=\s*+" + _VALUE + rb")?+")
TAG = re.compile(rb"<[a-zA-Z][^\s/>]*+((?:%s){0,%d}+)" % (ATTRIBUTE.pattern.replace(b"(", b"(?:", 1), MAX_REPEATED))
# An ordinary tag, which needs no counting: at most twelve attributes, none of them long.
_SHORT_VALUE = rb"""(?:"[^"]{0,400}+"|'[^']{0,400}+'|(?!["'])[^\s>]{0,400}+(?![^\s>]))"""
_SHORT = rb"[\s/]*+[^\s/>][^\s/>=]{0,60}+(?:\s{0,9}+=\s{0,9}+%s|(?!\s*+=))" % _SHORT_VALUE
UNUSUAL_TAG = re.compile(rb"<[a-zA-Z](?![^\s/>]{0,60}+(?:%s){0,12}+[\s/]{0,9}+>)" % _SHORT)


def excess(page: bytes) -> str | None:
    """What a page has too much of for a parser, in words; None for one that may be parsed.

    The page is in UTF-8 or another encoding that has ASCII's bytes for ASCII's characters.
    """
    if len(page) > MAX_BYTES:
        return f"{len(page)} bytes; no page has more than {MAX_BYTES}"
    tags = page.count(b"<")
    if tags > MAX_TAGS:
        return f"{tags} tags; no page has more than {MAX_TAGS}"
    read = 0
    for begin in UNUSUAL_TAG.finditer(page):
        tag = TAG.match(page, begin.start())
        assert tag is not None
        read += len(tag[0])
        if read > TANGLED * len(page):
            return "tags within tags"
        if len(tag[1]) > 2 * MAX_ATTRIBUTES:
            names = ATTRIBUTE.findall(tag[1])
            if len(names) >= MAX_REPEATED or len({name.lower() for name in names}) > MAX_ATTRIBUTES:
                return f"a tag of {len(names)} attributes; no page has more than {MAX_ATTRIBUTES}"
    return None
