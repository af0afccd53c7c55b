"""Reading a listing, a page that links to articles: bytes in, links out."""

from __future__ import annotations

import json
import re
from urllib.parse import urljoin

from lxml import etree
from parsel import Selector

from crawler.discovery import MAX_LINKS, DiscoveryError
from crawler.markup import excess
from crawler.records import Link

# In an address "&copy=3" is a parameter (HTML, 13.2.5.73); libxml2 reads "©=3" in it.
PARAMETER = re.compile(r"&(?=[A-Za-z]\w{0,30}+=)")


def read_listing(body: bytes, base: str, links: str | None, encoding: str | None = None) -> list[Link]:
    """Links of a listing page by its CSS selector (of elements or of their href); without one, every link."""
    text = body.decode(encoding or "utf-8", "replace").replace("\0", "")
    if not text.strip():
        raise DiscoveryError("is an empty page")
    if _is_json(text):
        raise DiscoveryError("answers JSON, not a page with links")
    text = PARAMETER.sub("&amp;", text)
    page = text.encode("utf-8", "replace")
    if why := excess(page):
        raise DiscoveryError(f"has {why}")
    # Parsed here, because Selector's own parser sets libxml2's limits on nesting aside.
    root = etree.fromstring(page, etree.HTMLParser(encoding="utf-8"))
    if root is None:
        raise DiscoveryError("is no HTML")
    selector = Selector(root=root, type="html", base_url=base)
    css = links or "a::attr(href)"
    if "::" not in css:
        css += "::attr(href)"
    base_href = selector.css("base::attr(href)").get()
    base = urljoin(base, base_href) if base_href else base
    found = []
    for href in selector.css(css).getall()[:MAX_LINKS]:
        try:
            found.append(Link(urljoin(base, href.strip())))
        except ValueError:  # a malformed address in the page
            continue
    return found


def _is_json(text: str) -> bool:
    """Whether a server answers a program's question rather than a reader's."""
    if text.lstrip("\ufeff \t\r\n")[:1] not in ("{", "["):
        return False
    try:
        json.loads(text.lstrip("\ufeff"))
    except RecursionError:
        return True
    except ValueError:
        return False
    return True
