"""The ways into a source's past: which addresses lead there, what they say of time, and who remembers how far it went.

`pantau backfill` walks them: sitemaps by month, listings by day, WordPress's API by date, listings and APIs by page.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple, Protocol, runtime_checkable

from crawler.catalogue import Source
from crawler.discovery_entry import DATE, Discovery
from crawler.records import Link, Order

PAGED = re.compile(r"\{(?:page|offset)\}")
MAX_WALK = 2_000  # pages of one listing; a walk that finds nothing more ends long before
_YEAR, _MONTH, _DAY = r"(?P<year>20[0-3]\d)", r"(?P<month>0[1-9]|1[0-2])", r"(?P<day>0[1-9]|[12]\d|3[01])"
# "/2024/05/03/", "/2024-05/", "/20240503/" in an article's path; six digits alone may be its number.
IN_ARTICLE = (
    re.compile(rf"(?<=[/_-]){_YEAR}([/-]){_MONTH}(?:\2{_DAY})?(?=[/_.-]|\Z)"),
    re.compile(rf"(?<=[/_-]){_YEAR}{_MONTH}{_DAY}(?=[/_.-]|\Z)"),
)
# "sitemap-2024-05.xml", "sitemap_202405.xml", "?yyyy=2024&mm=05&dd=03", "post-sitemap-2024.xml"
IN_SITEMAP = (
    re.compile(rf"(?<!\d)yyyy={_YEAR}(?:&mm={_MONTH}(?:&dd={_DAY})?)?(?!\d)"),
    re.compile(rf"(?<!\d){_YEAR}[-_/]?{_MONTH}(?:[-_/]?{_DAY})?(?!\d)"),
    re.compile(rf"(?<!\d){_YEAR}(?!\d)"),
)


class Days(NamedTuple):
    """A stretch of days, both included."""

    first: date
    last: date

    def meets(self, other: Days) -> bool:
        """Whether they have a day in common."""
        return self.first <= other.last and other.first <= self.last


@dataclass(frozen=True, slots=True)
class Step:
    """A sitemap, or one page of a listing or an API, that a walk into the past asks for.

    key        its number in the storage
    discovery  the source's discovery that it belongs to
    day        of a dated listing
    page       which page, from 0
    depth      how many sitemap indexes led to it
    """

    key: int
    discovery: Discovery
    url: str
    day: date | None = None
    page: int = 0
    depth: int = 0

    @property
    def is_paged(self) -> bool:
        """Whether further pages may follow."""
        return self.discovery.method == "wordpress" or bool(PAGED.search(self.discovery.url))


@runtime_checkable
class History(Protocol):
    """A storage that says what a walk into the past asks for next, and remembers what came. Every call is durable."""

    days: Days

    def steps(self) -> list[Step]:
        """What to ask for in this run."""

    def plan_step(self, step: Step, links: Sequence[Link], children: Sequence[Link]) -> list[Order]:
        """Keep what an answer leads to; orders for those whose texts it has (Link.body), which are to be kept now.

        links     articles of the source, each address in its one form
        children  sitemaps
        """

    def end_step(self, step: Step, *, most: int | None = None, total: int | None = None) -> list[Step]:
        """All that a step led to is stored; steps to ask for in this run as well.

        most, total  how many pages and how many articles the walk has, where the answer says so; most 0: no more
        """

    def fail_step(self, step: Step, why: str) -> None:
        """A step gave no answer that can be read."""


def first_steps(source: Source, days: Days) -> Iterator[Step]:
    """Where the walks of a source begin, the newest first; their keys are 0. None for a source that has only feeds."""
    for discovery in source.discover:
        if discovery.method == "sitemap":
            yield Step(0, discovery, discovery.url)
        elif DATE.search(discovery.url):
            for back in range((days.last - days.first).days + 1):
                day = days.last - timedelta(days=back)
                yield Step(0, discovery, page_url(discovery, day, 0), day)
        elif discovery.method == "wordpress" or PAGED.search(discovery.url):
            yield Step(0, discovery, page_url(discovery, None, 0))


def page_url(discovery: Discovery, day: date | None, page: int) -> str:
    """The address of a page of a listing or an API, counted from 0."""
    url = DATE.sub(lambda found: day.strftime(found[1]), discovery.url) if day else discovery.url
    if discovery.method == "wordpress":
        return f"{url}{'&' if '?' in url else '?'}page={page + 1}"
    return url.replace("{offset}", str(page * discovery.step)).replace("{page}", str(page + 1))


def days_of_article(url: str) -> Days | None:
    """The day, or the month, that an article's address names."""
    return _days(url, IN_ARTICLE)


def days_of_sitemap(url: str) -> Days | None:
    """The day, the month or the year of whose articles a sitemap's address says that it has them."""
    return _days(url.partition("://")[2].partition("/")[2], IN_SITEMAP)


def _days(text: str, forms: Sequence[re.Pattern[str]]) -> Days | None:
    found = next((match for form in forms if (match := form.search(text))), None)
    if found is None:
        return None
    named = found.groupdict()
    year, month, day = int(named["year"]), named.get("month"), named.get("day")
    try:
        if day and month:
            return Days(date(year, int(month), int(day)), date(year, int(month), int(day)))
    except ValueError:  # a thirtieth of February is a number, no day
        return None
    if month:
        last = calendar.monthrange(year, int(month))[1]
        return Days(date(year, int(month), 1), date(year, int(month), last))
    return Days(date(year, 1, 1), date(year, 12, 31))
