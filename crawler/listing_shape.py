"""What a page of news says of itself as a listing: where its further pages are, and in what its links stand.

Both are read off what repeats. A pager's links show a number, and their addresses hold it, or a multiple of it: that
place becomes {page} or {offset}. The links to articles stand in elements of one class or kind: the narrowest selector
that takes every article becomes `links`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator
from typing import NamedTuple
from urllib.parse import urljoin, urlsplit

from lxml import etree
from lxml.cssselect import CSSSelector

from crawler.records import FetchedPage
from crawler.urls import belongs_to, normalise

NEXT = re.compile(
    r"\W*(?:(?:halaman )?(?:berikut|selanjut)nya|next(?: page)?|»|›|>>?|older posts?|lebih lama)\W*", re.I
)
NAMED = re.compile(r"(?:page|paged|pg|p|hal|halaman|laman|pagina|start|offset|per_page|from|mulai)", re.I)
DATED = re.compile(r"/(?:19|20)\d\d/")  # of a calendar's days, which show numbers as well
MOST_PAGES_SHOWN = 5_000
MOST_LINKS = 3_000
DEPTH = 6  # elements above a link that may be what repeats
NAME = re.compile(r"[A-Za-z][A-Za-z_-]*[A-Za-z]")  # of a class without numbers, which differ from article to article
HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
WHOLE = ("html", "body")


class Paging(NamedTuple):
    """Where the pages of a listing are: an address with {page}, or with {offset} and its step."""

    url: str
    step: int | None = None

    def page(self, number: int) -> str:
        """The address of a page, from 1."""
        if self.step is None:
            return self.url.replace("{page}", str(number))
        return self.url.replace("{offset}", str((number - 1) * self.step))


def find_paging(page: FetchedPage, root: etree._Element) -> Paging | None:
    """The form of the addresses of a listing's pages, as most of its pager's links have it; None without a pager."""
    found: Counter[Paging] = Counter()
    for number, address in _numbered(page.final_url, root):
        for one in dict.fromkeys(_forms(number, address)):
            if _continues(one.url, page.final_url):
                found[one] += 1
    sure = [one for one, times in found.most_common() if times > 1 or one.step is None or _is_named(one.url)]
    return sure[0] if sure else None


def find_container(page: FetchedPage, root: etree._Element, articles: Collection[str]) -> str | None:
    """A CSS selector of the links to `articles` (in their one form): of those that take all of them the one that takes
    fewest other links; None where none takes fewer than "a" does.
    """
    links = [(link, _address(page.final_url, link)) for link in list(root.iter("a"))[:MOST_LINKS]]
    wanted = set(articles)
    everything = {address for _, address in links if address}
    proposed: Counter[str] = Counter()
    for link, address in links:
        if address in wanted:
            proposed.update(set(_selectors(link)))
    best: tuple[int, int, str] | None = None
    for selector, times in proposed.most_common(40):
        if times < len(wanted):
            break
        taken = {_address(page.final_url, link) for link in CSSSelector(selector)(root)} - {""}
        if wanted <= taken and len(taken) < len(everything):
            rank = len(taken - wanted), len(selector), selector
            best = rank if best is None or rank < best else best
    return best[2] if best else None


def _numbered(url: str, root: etree._Element) -> Iterator[tuple[int, str]]:
    """(the number of a further page, its address) of the links that look like a pager's."""
    hosts = frozenset((urlsplit(url).netloc.lower(),))
    for link in list(root.iter("a"))[:MOST_LINKS]:
        said = " ".join("".join(link.itertext()).split())
        if said.isascii() and said.isdigit() and len(said) <= 4:
            number = int(said)
        elif NEXT.fullmatch(said) or "next" in (link.get("rel") or "").lower().split():
            number = 2
        else:
            continue
        try:
            address = urljoin(url, (link.get("href") or "").strip()).partition("#")[0]
        except ValueError:
            continue
        if 2 <= number <= MOST_PAGES_SHOWN and "{" not in address and belongs_to(address, hosts):
            yield number, address


def _forms(number: int, address: str) -> Iterator[Paging]:
    """What a pager's link makes of its address: the number itself, else a value that grows with it."""
    begin = address.find("/", address.find("://") + 3)
    if begin < 0:
        return
    figures = list(re.finditer(r"\d+", address[begin:]))
    places = [(found.start() + begin, found.end() + begin, int(found[0])) for found in figures if len(found[0]) <= 6]
    same = [place for place in places if place[2] == number]
    if same:
        start, end, _ = same[-1]
        yield Paging(f"{address[:start]}{{page}}{address[end:]}")
        return
    for start, end, value in places:
        if value and value % (number - 1) == 0 and 1 < value // (number - 1) <= 1_000:
            yield Paging(f"{address[:start]}{{offset}}{address[end:]}", value // (number - 1))


def _continues(form: str, listing: str) -> bool:
    """Whether pages of this form can be the further pages of a listing: below its path, and no days of a calendar.

    On a homepage, below which everything is, the place must have a pager's name.
    """
    before = form.partition("{")[0]
    if DATED.search(urlsplit(before).path):
        return False
    own = urlsplit(listing).path.rstrip("/").rpartition(".")[0] or urlsplit(listing).path.rstrip("/")
    path = urlsplit(before).path
    return (path == own or path.startswith((f"{own}/", f"{own}."))) if own else _is_named(form)


def _is_named(form: str) -> bool:
    """Whether what stands before the place says that it is a page's number: "?page=", "/halaman/"."""
    names = re.findall(r"[A-Za-z_]+", form.partition("{")[0])
    return bool(names and NAMED.fullmatch(names[-1]))


def _address(base: str, link: etree._Element) -> str:
    try:
        address = normalise(urljoin(base, (link.get("href") or "").strip())) or ""
    except ValueError:
        return ""
    return address if address.startswith(("http://", "https://")) else ""


def _selectors(link: etree._Element) -> Iterator[str]:
    """Selectors that take a link by itself or by what it stands in, without numbers that only this one has."""
    yield from (f"a.{name}" for name in _classes(link))
    above = link.getparent()
    for _ in range(DEPTH):
        if above is None or not isinstance(above.tag, str) or above.tag in WHOLE:
            return
        yield from (f"{above.tag}.{name} a" for name in _classes(above))
        if above.tag in (*HEADINGS, "article", "main"):
            yield f"{above.tag} a"
        above = above.getparent()


def _classes(element: etree._Element) -> list[str]:
    return [name for name in (element.get("class") or "").split() if NAME.fullmatch(name)]
