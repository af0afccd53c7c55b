"""Reading what a site's own programs read: the JSON of an API, of WordPress, or that a page is drawn from.

Bytes in, links out. Where the answer has an article's text, the link carries it (`Link.body`), and the article's own
page, often an empty shell, need not be asked for: `as_page` makes a page of it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from html import escape, unescape
from typing import Any
from urllib.parse import urlencode

import jmespath
from jmespath.exceptions import JMESPathError

from crawler.discovery import MAX_LINKS, DiscoveryError, iso_time, join
from crawler.discovery_entry import TEMPLATE, Discovery
from crawler.limits import cut
from crawler.records import Link

LOOKED_FOR = 100  # articles of an answer in which a path is looked for
SHOWN_KEYS = 8  # so many of the keys that were met stand in an error
MAX_DEPTH = 60  # of a Nuxt payload; real ones have about 15
LOOKED_AT = 1_000_000  # bytes
PIECES = re.compile(rb"(?:<(/?[a-zA-Z0-9]*)[^<>]*>?)?([^<]*)")
HIDDEN = frozenset((b"script", b"style", b"noscript", b"head", b"template", b"svg"))
# WordPress's REST API, "List Posts" (developer.wordpress.org/rest-api/reference/posts): 100 is its most.
WORDPRESS = {
    "per_page": "100",
    "orderby": "modified",
    "order": "asc",
    "_fields": "link,title,date_gmt,modified_gmt,content",
}
WORDPRESS_PATHS = {
    "items": "@",
    "link": "link",
    "title": "title.rendered",
    "date": "date_gmt",
    "modified": "modified_gmt",
    "body": "content.rendered",
}


def read_api(body: bytes, base: str, discovery: Discovery) -> tuple[list[Link], str | None]:
    """(the articles of an API's answer or of the data in a page, which of their paths finds nothing in any of them).

    Raises DiscoveryError that shows the keys it met where there are no articles.
    """
    data = _data(body, discovery.script)
    wordpress = discovery.method == "wordpress"
    paths = WORDPRESS_PATHS if wordpress else discovery.paths
    items = _search(paths["items"], data)
    if not isinstance(items, list):
        raise DiscoveryError(f"has no list at {paths['items']!r}; {_keys(data)}")
    links = [link for item in items[:MAX_LINKS] if (link := _link(item, base, paths, utc=wordpress))]
    if items and not links:
        raise DiscoveryError(f"has no address at {paths['link']!r}; {_keys(items[0])}")
    return links, None if wordpress else _missed(items[:LOOKED_FOR], paths)


def _missed(items: list[Any], paths: Mapping[str, str]) -> str | None:
    """Which path of an article finds nothing in all of them: the site has renamed it, or it was never right."""
    for name in ("title", "date", "modified", "body"):
        path = paths.get(name)
        read = _time if name in ("date", "modified") else _text
        if path and items and not any(read(item, path) for item in items):
            there = next((value for item in items if (value := _search(path, item)) is not None), None)
            return f"has no {name} at {path!r}; {_keys(items[0] if there is None else there)}"
    return None


def wordpress_address(page: str, seen: str | None, since: str | None) -> str:
    """The address of a page of WordPress's API, with what is asked for in it.

    seen   ask for what was changed from then on (ISO 8601 UTC)
    since  ask for what was published from then on
    """
    asked = dict(WORDPRESS)
    if seen:
        asked["modified_after"] = _gmt(seen, earlier=1)
    if since:
        asked["after"] = _gmt(since, earlier=1)
    return f"{page}&{urlencode(asked)}"


def wordpress_history(page: str, begin: datetime, end: datetime) -> str:
    """The address of a page of WordPress's API of what was published in a time, the newest first.

    A fixed end keeps the pages where they are while new posts come.
    """
    asked = WORDPRESS | {"orderby": "date", "order": "desc"}
    asked["after"] = _gmt(begin.isoformat(), earlier=1)
    asked["before"] = _gmt(end.isoformat(), earlier=0)
    return f"{page}&{urlencode(asked)}"


def as_page(link: Link) -> bytes:
    """A page of what an answer says of an article: its title, time and text, and nothing that it does not say."""
    title = escape(link.title or "")
    time = f'<meta property="article:published_time" content="{link.published_at}">' if link.published_at else ""
    text = link.body or ""
    if not re.search(r"<(?:p|div|br|li)\b", text, re.IGNORECASE):
        text = "".join(f"<p>{line}</p>" for line in text.splitlines() if line.strip())
    html = (
        f'<!DOCTYPE html><html><head><meta charset="utf-8"><title>{title}</title>'
        f'<meta property="og:title" content="{title}">{time}<link rel="canonical" href="{escape(link.url)}"></head>'
        f"<body><article><h1>{title}</h1><div>{text}</div></article></body></html>"
    )
    return html.encode("utf-8", "replace")


def words(html: bytes) -> int:
    """How many words a page or a text shows, as far as a look at its first megabyte tells; linear in its length."""
    shown, hidden = 0, b""
    for tag, text in PIECES.findall(html[:LOOKED_AT]):
        name = tag.lower()
        if hidden:
            hidden = b"" if name == b"/" + hidden else hidden
        elif name in HIDDEN:
            hidden = name
        if not hidden:
            shown += len(text.split())
    return shown


def _data(body: bytes, script: str | None) -> Any:
    """The answer's JSON, or that of the <script> with this id in a page."""
    text = body.decode("utf-8-sig", "replace")
    if script is not None:
        opened = re.search(
            rf"<script\b[^<>]{{0,300}}\bid=[\"']?{re.escape(script)}[\"']?(?=[\s>])[^<>]{{0,300}}>", text
        )
        if opened is None:
            raise DiscoveryError(f"has no <script id={script!r}>")
        text = text[opened.end() :].partition("</script>")[0]
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise DiscoveryError(f"is no JSON: {error}") from error
    return _revived(data) if _is_nuxt(data) else data


def _is_nuxt(data: Any) -> bool:
    """Whether it is a payload of Nuxt 3: a flat list, whose lists and objects hold nothing but places in it."""
    if not isinstance(data, list) or len(data) < 2 or not isinstance(data[0], dict | list):
        return False
    parts = [value for value in data if isinstance(value, dict | list)]
    inner = (part for value in parts for part in (value.values() if isinstance(value, dict) else value))
    return all(isinstance(part, int | str) for part in inner) and not any(
        isinstance(part, str) for value in parts if isinstance(value, dict) for part in value.values()
    )


def _revived(flat: list[Any]) -> Any:
    """A Nuxt payload as the tree that it stands for (github.com/sveltejs/devalue: lists and objects hold places).

    A place is read once, so a payload whose places lead to each other takes no longer than its length.
    """
    known: dict[int, Any] = {}

    def at(place: Any, depth: int) -> Any:
        if not isinstance(place, int) or isinstance(place, bool) or not 0 <= place < len(flat) or depth > MAX_DEPTH:
            return None
        if place not in known:
            known[place] = None  # a place that leads back to itself ends here
            value = flat[place]
            if isinstance(value, dict):
                value = {key: at(inner, depth + 1) for key, inner in value.items()}
            elif isinstance(value, list) and value and isinstance(value[0], str):  # ["Reactive", place], ["Date", text]
                last = value[-1]
                value = at(last, depth + 1) if isinstance(last, int) else last
            elif isinstance(value, list):
                value = [at(inner, depth + 1) for inner in value]
            known[place] = value
        return known[place]

    return at(0, 0)


def _link(item: Any, base: str, paths: Mapping[str, str], *, utc: bool) -> Link | None:
    """An article of the answer; None where it has no address."""
    address = _address(item, paths["link"])
    if not address:
        return None
    title, text = _text(item, paths.get("title")), _text(item, paths.get("body"))
    return Link(
        join(base, address),
        cut(unescape(re.sub(r"<[^<>]*>", "", title)).strip(), "title") if title else None,
        _time(item, paths.get("date"), utc=utc),
        _time(item, paths.get("modified"), utc=utc),
        body=text if text and text.strip() else None,
    )


def _address(item: Any, path: str) -> str | None:
    """The address at a path, or what a template makes of several; None where a part is missing."""
    if not TEMPLATE.search(path):
        return _text(item, path)
    parts = {part: _text(item, part) for part in TEMPLATE.findall(path)}
    if not all(parts.values()):
        return None
    return TEMPLATE.sub(lambda found: (parts[found[1]] or "").strip("/"), path)


def _text(item: Any, path: str | None) -> str | None:
    value = _search(path, item) if path else None
    if isinstance(value, list):
        value = "\n".join(str(part) for part in value if isinstance(part, str | int))
    return str(value) if isinstance(value, str | int) and not isinstance(value, bool) and str(value) else None


def _time(item: Any, path: str | None, *, utc: bool = False) -> str | None:
    """A time as ISO 8601 UTC: text, or seconds or milliseconds since 1970."""
    value = _search(path, item) if path else None
    if isinstance(value, int | float) and not isinstance(value, bool):
        try:
            when = datetime.fromtimestamp(value / 1000 if value > 100_000_000_000 else value, UTC)
        except (ValueError, OverflowError, OSError):
            return None
        return when.isoformat(timespec="seconds")
    return iso_time(f"{value}+00:00" if utc and value else value) if isinstance(value, str) else None


def _search(path: str, data: Any) -> Any:
    try:
        return jmespath.search(path, data)
    except (JMESPathError, RecursionError) as error:
        raise DiscoveryError(f"cannot be read at {path!r}: {error}") from error


def _keys(data: Any) -> str:
    """What there is instead, for whoever mends the path."""
    if isinstance(data, dict):
        names: Iterable[Any] = list(data)[:SHOWN_KEYS]
        return f"it has the keys {', '.join(map(str, names)) or 'none'}"
    if isinstance(data, list):
        return f"it is a list of {len(data)}" + (f", whose first: {_keys(data[0])}" if data else "")
    return f"it is {str(data)[:60]!r}"


def _gmt(time: str, earlier: int) -> str:
    """So many seconds before a time, as WordPress reads it: what it is given is not part of the answer."""
    moment = datetime.fromisoformat(time).timestamp() - earlier
    return datetime.fromtimestamp(moment, UTC).isoformat(timespec="seconds")
