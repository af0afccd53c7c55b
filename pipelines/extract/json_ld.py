"""JSON-LD: which of a page's stated articles is the page's own.

Portals describe the articles that they recommend in the same way as the one that they show, and often before it. So the
items are compared with the page: by address, and by headline.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import urlsplit

import lxml.html

from pipelines.language.words import WORD

ARTICLE_TYPES = re.compile(r"(?:News)?Article|BlogPosting|ReportageNewsArticle|LiveBlogPosting|Report")
SAME, OTHER = 0.7, 0.34  # share of the shorter headline's words: from SAME on it is the page's, below OTHER another's
FEW = 3  # words; a shorter headline says nothing against an item


def own_article(
    scripts: Sequence[lxml.html.HtmlElement], addresses: Sequence[str], titles: Sequence[str]
) -> dict[str, Any]:
    """The item of the page's JSON-LD that is the page's own article, or {}.

    addresses  what the page calls its own address (canonical, og:url)
    titles     what it calls itself (og:title, h1, <title>)

    Address and headline each speak for or against an item; the first with the most for it is taken. An item against
    which they speak is another article, even where it is the only one.
    """
    here = {key for address in addresses if (key := _address_key(address))}
    words = [found for title in titles if (found := set(WORD.findall(title.casefold())))]
    best: dict[str, Any] = {}
    most = -1.0
    for item in _articles(scripts):
        stands = 2 * _by_address(item, here) + _by_headline(item, words)
        if stands > most:
            best, most = item, stands
    return best


def _by_address(item: dict[str, Any], here: set[str]) -> float:
    """1 where the item has the page's address, -.25 where it has another, 0 where nobody says.

    Little against it, because pages for phones and copied pages name the address of another page as their own.
    """
    there = {key for address in _addresses(item) if (key := _address_key(address))}
    if not here or not there:
        return 0
    return 1 if here & there else -0.25


def _by_headline(item: dict[str, Any], titles: Sequence[set[str]]) -> float:
    """1 where the item has the page's headline, -1 where it has quite another, 0 where that cannot be told."""
    headline = item.get("headline") or item.get("name")
    words = set(WORD.findall(headline.casefold())) if isinstance(headline, str) else set()
    if not words or not titles:
        return 0
    shared = max(len(words & title) / min(len(words), len(title)) for title in titles)
    if shared >= SAME:
        return 1
    return -1 if shared < OTHER and len(words) > FEW and any(len(title) > FEW for title in titles) else 0


def _addresses(item: dict[str, Any]) -> Iterator[str]:
    """What an item calls its own address."""
    for value in (item.get("url"), item.get("mainEntityOfPage"), item.get("@id")):
        if isinstance(value, dict):
            value = value.get("@id") or value.get("url")
        if isinstance(value, str):
            yield value


def _address_key(address: str) -> str:
    """An address without what its spellings differ in, or "" for what is none, or only a site's home page."""
    try:
        parts = urlsplit(address.strip())
    except ValueError:
        return ""
    path = parts.path.rstrip("/").lower()
    return f"{path}?{parts.query}" if path or parts.query else ""


def _articles(scripts: Sequence[lxml.html.HtmlElement]) -> Iterator[dict[str, Any]]:
    """All items that are articles, in order."""
    for script in scripts:
        if "ld+json" not in (script.get("type") or ""):
            continue
        text = (script.text or "").strip().removeprefix("<!--").removesuffix("-->").strip()
        try:
            data = json.loads(text, strict=False)
        except (ValueError, RecursionError):
            continue
        for item in _items(data, 0):
            kinds = item.get("@type")
            kinds = kinds if isinstance(kinds, list) else [kinds]
            if any(isinstance(kind, str) and ARTICLE_TYPES.fullmatch(kind) for kind in kinds):
                yield item


def _items(data: Any, depth: int) -> Iterator[dict[str, Any]]:
    """All items of JSON-LD, also those inside lists and graphs."""
    if depth > 5:
        return
    if isinstance(data, list):
        for value in data:
            yield from _items(value, depth + 1)
    elif isinstance(data, dict):
        yield data
        for key in ("@graph", "mainEntity", "mainEntityOfPage"):
            yield from _items(data.get(key), depth + 1)
