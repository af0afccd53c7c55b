"""A first look at a site that no catalogue has: which ways to its articles its homepage and the usual places give.

Small crawls, with the crawl's own robots.txt, delays, user agent and guards, into a storage that only takes notes: the
homepage, then at most FEEDS feeds, SITEMAPS sitemaps (and INDEXED of each index), WordPress's API and NEWS_PAGES pages
of news; and where only a listing leads to articles, two of its pages. Together with the check of the entry that comes
of it they make MOST_REQUESTS requests at most, redirects and repeated ones aside.
"""

from __future__ import annotations

import pickle
import re
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

from crawler.address_shapes import Anchor, Found, article_pattern
from crawler.catalogue import DEFAULT_DELAY, Discovery, Source
from crawler.homepage import Homepage, parsed, read_anchors, read_homepage
from crawler.listing_shape import find_container, find_paging
from crawler.probe import NoteStorage, Probe
from crawler.records import CrawlReport, FetchedPage, Link, Order, Robots
from crawler.run import crawl
from crawler.urls import belongs_to, is_open, is_private, normalise, origin

FEEDS, SITEMAPS, NEWS_PAGES = 4, 3, 2
INDEXED = 2  # sitemaps of an index: its newest may be one of pages or tags
# robots.txt twice, homepage, WordPress, what is above, then two ways once more with two sitemaps, and three articles.
MOST_REQUESTS = 30
FEED_PLACES = ("/feed", "/rss", "/rss.xml", "/index.php/feed")
SITEMAP_PLACES = ("/sitemap.xml", "/news-sitemap.xml")
NAMES_OF_NEWS = ("news", "berita", "post", "artikel", "article")  # sitemaps that are looked at first
KEPT_LINKS = 500
LISTED_PAGES = 5  # of a listing, as long as there is something new
LOCAL_DELAY = 0.1  # seconds, of a site on one's own machine or network
HOME = "beranda"  # ids of the looks' sources


@dataclass(frozen=True, slots=True)
class Way:
    """One way to a site's articles, as it answered.

    links    that can be articles of the site; dated: how many of them have a time
    pattern  the article_url that it needs; None where all that it leads to are articles
    probe    the answer; None for a page that was read as a listing
    """

    discovery: Discovery
    links: tuple[Link, ...]
    dated: int
    pattern: str | None = None
    probe: Probe | None = None


@dataclass
class Prospect:
    """What the looks came to. error: why there is no homepage, as recorded."""

    url: str
    home: Homepage | None = None
    error: str | None = None
    ways: list[Way] = field(default_factory=list)
    failed: list[Probe] = field(default_factory=list)


@dataclass
class Seen:
    """What a look brought: by source id probes and links, by address pages and errors, by origin robots.txt."""

    probes: dict[str, list[Probe]] = field(default_factory=dict)
    links: dict[str, list[Link]] = field(default_factory=dict)
    pages: dict[str, FetchedPage] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    robots: dict[str, Robots] = field(default_factory=dict)


class LookStorage(NoteStorage):
    """crawler.records.Storage and Memory: asks for given pages, and keeps what comes in `file` (a pickle)."""

    max_sitemaps = INDEXED
    follows_pages = False

    def __init__(self, file: Path, ids: Sequence[str], pages: Mapping[str, Sequence[str]], robots: dict[str, Robots]):
        super().__init__(file, ids)
        self.asked, self.seen = pages, Seen(robots=robots)

    def plan(self, source_id: str, links: Iterable[Link], discovery: str | None = None) -> tuple[list[Order], int]:
        """Remember the links; none of them is asked for."""
        found = self.seen.links.setdefault(source_id, [])
        found += list(links)[: KEPT_LINKS - len(found)]
        return [], 0

    def pending(self, source_id: str) -> list[Order]:
        """The pages that are asked for."""
        return [Order(url) for url in self.asked.get(source_id, ())]

    def record_fetched(self, page: FetchedPage) -> None:
        """Keep a page."""
        self.seen.pages[page.url] = page

    def record_failed(self, source_id: str, url: str, status: int | None, error: str) -> None:
        """Keep why a page could not be had."""
        self.seen.errors[url] = error

    def pause(self, host: str) -> tuple[str | None, str]:
        """Nothing is known of a host."""
        return None, ""

    def record_pause(self, host: str, until: str, why: str) -> None:
        """Nothing is kept of a host."""

    def robots(self, origin: str) -> Robots | None:
        """The robots.txt that an earlier look has read."""
        return self.seen.robots.get(origin)

    def record_robots(self, origin: str, robots: Robots) -> None:
        """Keep a robots.txt: it names sitemaps, and need not be asked for again."""
        self.seen.robots[origin] = robots

    def unfinished(self, source_id: str) -> list[str]:
        """Nothing is left over."""
        return []

    def read_at(self, url: str) -> str | None:
        """Nothing was read before."""
        return None

    def read_as_listed(self, url: str, lastmod: str) -> str | None:
        """Nothing was read before."""
        return None

    def record_listed(self, url: str, lastmod: str) -> None:
        """Nothing is remembered of sitemaps."""

    def first_crawl(self, source_id: str) -> str | None:
        """This is the first."""
        return None

    def close(self) -> None:
        """Hand everything over."""
        self.seen.probes = {source_id: notes.probes for source_id, notes in self.notes.items()}
        self.file.write_bytes(pickle.dumps(self.seen))


def prospect(url: str, seconds: float) -> Prospect:
    """Look at a site's homepage and the ways to its articles, each look for at most `seconds`.

    Raises SettingError for a real site without a contact, KeyboardInterrupt when somebody stopped it.
    """
    home = _source(HOME, url, ())
    seen, report = _look([home], {HOME: [url]}, {}, seconds)
    page = seen.pages.get(url)
    if page is None:
        return Prospect(url, error=seen.errors.get(url) or report.sources[HOME].error or f"is {report.outcome}")
    found = Prospect(page.final_url, read_homepage(page))
    assert found.home is not None
    ways, news = _ways(found.home, seen.robots), found.home.news[:NEWS_PAGES]
    sources = [_source(f"jalan-{number}", found.url, (way,)) for number, way in enumerate(ways)]
    sources.append(_source(HOME, found.url, ()))
    more, _ = _look(sources, {HOME: news}, seen.robots, seconds)
    for source in sources[:-1]:
        _judge(source, more.probes.get(source.id, []), more.links.get(source.id, []), found)
    pages = [(address, more.pages[address]) for address in news if address in more.pages]
    listing = _listing([*pages, (found.url, page)])
    if listing is None:
        return found
    if not any(way.dated for way in found.ways):  # else the listing will not be chosen
        listing = _paged(listing, dict([*pages, (found.url, page)])[listing.discovery.url], seen.robots, seconds)
    found.ways.append(listing)
    return found


def _source(source_id: str, url: str, discover: tuple[Discovery, ...]) -> Source:
    return Source(source_id, url, "media", url, discover, delay=delay(url))


def delay(url: str) -> float:
    """Seconds between two requests to a site."""
    return LOCAL_DELAY if is_private(url) else DEFAULT_DELAY


def _look(
    sources: Sequence[Source], pages: Mapping[str, Sequence[str]], robots: dict[str, Robots], seconds: float
) -> tuple[Seen, CrawlReport]:
    with tempfile.TemporaryDirectory(prefix="pantau-look-") as folder:
        file = Path(folder) / "seen"
        open_storage = partial(LookStorage, file, [source.id for source in sources], pages, robots)
        report = crawl(sources, open_storage, max_minutes=seconds / 60)
        # Written by our own child process in a folder that only we can read.
        seen = pickle.loads(file.read_bytes()) if file.exists() else Seen()
    if report.outcome == "interrupted":
        raise KeyboardInterrupt
    return seen, report


def _ways(home: Homepage, robots: Mapping[str, Robots]) -> list[Discovery]:
    """What to ask: what the site itself names, and only where it names none of a kind the usual places."""
    feeds = home.feeds or _at(home.url, FEED_PLACES)
    named = _named_sitemaps(home.url, robots.get(origin(home.url)))
    ways = [Discovery("feed", url) for url in feeds[:FEEDS]]
    ways += [Discovery("sitemap", url) for url in (named or _at(home.url, SITEMAP_PLACES))[:SITEMAPS]]
    if home.wordpress:
        ways.append(Discovery("wordpress", home.wordpress, pages=10))
    return ways


def _at(url: str, places: Sequence[str]) -> tuple[str, ...]:
    return tuple(f"{origin(url)}{place}" for place in places)


def _named_sitemaps(url: str, robots: Robots | None) -> tuple[str, ...]:
    """The sitemaps of a robots.txt, those first whose names speak of news."""
    lines = (line.partition(":") for line in (robots.text if robots else "").splitlines())
    found = [normalise(value.strip()) for key, _, value in lines if key.strip().lower() == "sitemap"]
    hosts = frozenset((urlsplit(url).netloc.lower(),))
    own = dict.fromkeys(item for item in found if item and (belongs_to(item, hosts) or is_open(item, hosts)))
    return tuple(sorted(own, key=lambda item: not any(name in item.lower() for name in NAMES_OF_NEWS)))


def _judge(source: Source, probes: Sequence[Probe], links: Sequence[Link], found: Prospect) -> None:
    """Put a way that was asked among those that lead to articles, or those that failed."""
    (discovery,) = source.discover
    own = next((probe for probe in probes if probe.status and not probe.error), None)
    if own is None:
        found.failed += probes[:1] or [Probe(discovery.method, discovery.url, 0, None)]
        return
    shape: Found | None = None
    articles = list({link.url: link for link in links}.values())
    if discovery.method == "sitemap" and not all(link.title for link in articles):
        # Its addresses alone must tell: of pages and tags, a sitemap has those as well.
        shape = article_pattern(Anchor(link.url, link.title or _as_words(link.url)) for link in articles)
        taken = set(shape.articles) if shape else set()
        articles = [link for link in articles if link.url in taken]
    if not articles:
        found.failed.append(own)
        return
    dated = sum(bool(link.published_at or link.modified_at) for link in articles)
    found.ways.append(Way(discovery, tuple(articles), dated, shape.pattern if shape else None, own))


def _as_words(url: str) -> str:
    """The slug of an address as the headline that it was made of."""
    path = urlsplit(url).path.rstrip("/").rpartition("/")[2]
    return path.partition(".")[0].replace("-", " ").replace("_", " ")


def _listing(pages: Iterable[tuple[str, FetchedPage]]) -> Way | None:
    """The page of news that leads to most articles."""
    best: Way | None = None
    for address, page in pages:
        anchors = read_anchors(page)
        shape = article_pattern(anchors)
        if shape and (best is None or len(shape.articles) > len(best.links)):
            texts = {anchor.url: anchor.text for anchor in anchors}
            links = tuple(Link(url, texts[url]) for url in shape.articles)
            best = Way(Discovery("listing", address), links, 0, shape.pattern)
    return best


def _paged(way: Way, page: FetchedPage, robots: dict[str, Robots], seconds: float) -> Way:
    """A listing with the selector of its links and the form of its pages, where it has them.

    The first and the second page are asked for by that form: it holds where the first has the listing's articles, and
    the second others.
    """
    root = parsed(page)
    if root is None:
        return way
    discovery = replace(way.discovery, links=find_container(page, root, {link.url for link in way.links}))
    paging = find_paging(page, root)
    if paging is not None:
        asked = [paging.page(1), paging.page(2)]
        seen, _ = _look([_source(HOME, page.final_url, ())], {HOME: asked}, robots, seconds)
        first, second = (_articles(seen.pages.get(url), way.pattern or "") for url in asked)
        if first & {link.url for link in way.links} and second - first:
            discovery = replace(discovery, url=paging.url, pages=LISTED_PAGES, step=paging.step or 1)
    return replace(way, discovery=discovery)


def _articles(page: FetchedPage | None, pattern: str) -> set[str]:
    """The articles that a page leads to."""
    return {anchor.url for anchor in read_anchors(page) if re.search(pattern, anchor.url)} if page else set()
