"""One `discover` item of a catalogue entry: what it may say, and the addresses that it leads to."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

import cssselect
import jmespath
from jmespath.exceptions import JMESPathError

from crawler.errors import CatalogueError
from crawler.zone import WIB

METHODS = ("feed", "sitemap", "listing", "api", "wordpress")
PAGED = ("listing", "api", "wordpress")
MAX_PAGES = 100
# What an API's answer is read by: JMESPath (https://jmespath.org) from the answer to the list of articles, and from an
# article to its parts. `link` may also be a template in which {path} stands for a part: https://contoh.id/{slug}.
PATHS = ("items", "link", "title", "date", "modified", "body")
KEYS = frozenset(("method", "url", "pages", "links", "step", "days", "post", "script", *PATHS))
BELONGS = {  # the keys that only some methods have
    "pages": PAGED,
    "days": ("listing", "api"),
    "step": ("listing", "api"),
    "links": ("listing",),
    **dict.fromkeys(("post", "script", *PATHS), ("api",)),
}
DATE = re.compile(r"\{date:([^{}]+)\}")
VARIABLE = re.compile(r"\$\{([A-Z][A-Z0-9_]*)\}")
TRANSLATOR = cssselect.HTMLTranslator()
TEMPLATE = re.compile(r"\{([^{}]+)\}")

Complain = Callable[[str, str], CatalogueError]


@dataclass(frozen=True, slots=True)
class Discovery:
    """One way to find a source's articles.

    url      the address; {page}, {offset} and {date:%Y/%m/%d} in it make it several, ${NAME} is a variable of the
             environment, a team's own key, which is put in only when it is asked for
    pages    how many pages of a listing, or of an API's answer, are asked for at most
    links    CSS selector of a listing's links
    step     how far {offset} goes from one page to the next
    days     for how many days back, today included, a dated listing is asked for
    post     the body of a POST, JSON; None for a GET
    script   the id of the <script> that holds the data, for pages that are drawn from it (__NEXT_DATA__)
    paths    of an API's answer: PATHS
    """

    method: str
    url: str
    pages: int = 1
    links: str | None = None
    step: int = 1
    days: int = 2
    post: str | None = None
    script: str | None = None
    paths: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_paged(self) -> bool:
        """Whether it may have further pages, which are asked for as long as there is something new."""
        return self.method in PAGED

    def walks(self, today: date | None = None) -> list[list[str]]:
        """The addresses to ask for, each list a walk from the first page on: a dated listing has one for each day."""
        if not DATE.search(self.url):
            return [self._pages(self.url)]
        first = today or datetime.now(WIB).date()
        days = (first - timedelta(days=back) for back in range(self.days))
        return [self._pages(_dated(self.url, day)) for day in days]

    def urls(self, today: date | None = None) -> list[str]:
        """All addresses that the catalogue itself names, first page first."""
        return [url for walk in self.walks(today) for url in walk]

    def _pages(self, url: str) -> list[str]:
        if self.method == "wordpress":
            return [f"{url}{'&' if '?' in url else '?'}page={number}" for number in range(1, self.pages + 1)]
        if "{offset}" in url:
            return [url.replace("{offset}", str(number * self.step)) for number in range(self.pages)]
        if "{page}" in url:
            return [url.replace("{page}", str(number)) for number in range(1, self.pages + 1)]
        return [url]


def _dated(url: str, day: date) -> str:
    return DATE.sub(lambda found: day.strftime(found[1]), url)


def with_variables(url: str) -> str:
    """An address with the team's own keys in it. Raises LookupError naming the variable that is not set."""

    def value(found: re.Match[str]) -> str:
        known = os.environ.get(found[1])
        if not known:
            raise LookupError(found[1])
        return known

    return VARIABLE.sub(value, url)


def read_discovery(item: Any, complain: Complain, is_address: Callable[[str, str], str]) -> Discovery:
    """A discovery of what the catalogue says.

    complain    makes the error for a key of the item ("" for the item itself) and what is wrong with it
    is_address  raises such an error for what is no http or https address; gives the address
    Raises CatalogueError.
    """
    if not isinstance(item, dict):
        raise complain("", "is not a table { method, url }")
    for name in item:
        if name not in KEYS:
            raise complain(f".{name}", f"is unknown; known keys are {', '.join(sorted(KEYS))}")
    method = item.get("method")
    if method not in METHODS:
        raise complain(".method", f"is {method!r}; one of {', '.join(METHODS)} is wanted")
    for name in item:
        if method not in BELONGS.get(name, METHODS):
            raise complain(f".{name}", f"belongs to {', '.join(BELONGS[name])} only")
    return Discovery(
        method,
        _address(item, complain, is_address),
        pages=_number(item, "pages", 1, MAX_PAGES, complain, default=10 if method == "wordpress" else 1),
        links=_selector(item, complain),
        step=_number(item, "step", 1, 1_000, complain, default=1),
        days=_number(item, "days", 1, 31, complain, default=2),
        post=_post(item, complain),
        script=_text(item, "script", complain),
        paths=_paths(item, complain) if method == "api" else {},
    )


def _address(item: Mapping[str, Any], complain: Complain, is_address: Callable[[str, str], str]) -> str:
    url = str(item.get("url") or "")
    is_address(".url", VARIABLE.sub("X", TEMPLATE.sub("1", DATE.sub("1", url))))
    if DATE.search(url) and item["method"] not in ("listing", "api"):
        raise complain(".url", "has a {date:...}; only listings and APIs have one")
    return url


def _number(item: Mapping[str, Any], key: str, least: int, most: int, complain: Complain, *, default: int) -> int:
    value = item.get(key, default)
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        raise complain(f".{key}", f"is {value!r}; a number from {least} to {most} is wanted")
    return value


def _text(item: Mapping[str, Any], key: str, complain: Complain) -> str | None:
    value = item.get(key)
    if value is not None and (not isinstance(value, str) or not value.strip()):
        raise complain(f".{key}", f"is {value!r}; a text is wanted")
    return value


def _selector(item: Mapping[str, Any], complain: Complain) -> str | None:
    value = item.get("links")
    return None if value is None else css_selector(value, lambda why: complain(".links", why))


def css_selector(value: Any, complain: Callable[[str], CatalogueError]) -> str:
    """The selector itself. Raises what `complain` makes of what is wrong with it."""
    try:
        if not isinstance(value, str):
            raise TypeError
        TRANSLATOR.css_to_xpath(re.sub(r"::(text|attr\([^)]*\))\s*$", "", value))
    except (cssselect.SelectorError, TypeError, RecursionError) as error:
        raise complain(f"is {value!r}; a CSS selector is wanted") from error
    return value


def _post(item: Mapping[str, Any], complain: Complain) -> str | None:
    value = _text(item, "post", complain)
    try:
        if value is not None:
            json.loads(value)
    except (ValueError, RecursionError) as error:
        raise complain(".post", f"is no JSON: {error}") from error
    return value


def _paths(item: Mapping[str, Any], complain: Complain) -> dict[str, str]:
    paths = {name: value for name in PATHS if (value := _text(item, name, complain)) is not None}
    for name in ("items", "link"):
        if name not in paths:
            raise complain(f".{name}", "is missing; an API's answer is read by the paths items and link at least")
    for name, value in paths.items():
        parts = TEMPLATE.findall(value) if name == "link" and TEMPLATE.search(value) else [value]
        try:
            for part in parts:
                jmespath.compile(part)
        except (JMESPathError, RecursionError) as error:
            raise complain(f".{name}", f"is {value!r}; a JMESPath is wanted ({error})") from error
    return paths
