"""No page costs the crawl more than its length: the look before the parser, and a real crawl with such pages."""

from __future__ import annotations

import math
import resource
import time
from collections.abc import Callable

import pytest

from crawler.discovery import DiscoveryError
from crawler.markup import MAX_ATTRIBUTES, MAX_BYTES, MAX_TAGS, excess
from crawler.paged_articles import PagedArticle
from crawler.refusals import refusal
from crawler.spiders.listing import read_listing
from tests.crawler.crawling import query, run_crawl
from tests.crawler.faults import Fault, Site, catalogue, feed, http, serve_faults
from tests.crawler.faults import page as article
from tests.crawler.hostile import HOSTILE, page

URL = "https://contoh.id/a"
SIZE = 600_000  # bytes; the larger page has twice as many
STEEPEST = 1.3  # exponent of the growth
NOTHING = 0.1  # seconds of CPU in which no growth is told from noise
TRIES = 4  # on a busy machine; what grows too fast does so every time
LOOKS: dict[str, Callable[[bytes], object]] = {
    "excess": excess,
    "refusal": lambda body: refusal(URL, URL, 200, "text/html", body),
    "further": lambda body: PagedArticle(URL, body).further(),
    "listing": lambda body: _listing(body),
}


def _listing(body: bytes) -> object:
    try:
        return read_listing(body, URL, None)
    except DiscoveryError as error:
        return error


def seconds(look: Callable[[bytes], object], body: bytes) -> float:
    """CPU that a look takes, the system's share left out."""
    begun = resource.getrusage(resource.RUSAGE_SELF).ru_utime
    look(body)
    return resource.getrusage(resource.RUSAGE_SELF).ru_utime - begun


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("kind", HOSTILE)
def test_time_grows_no_faster_than_the_page(look, kind):
    once = twice = math.inf
    short, long = page(kind, SIZE), page(kind, 2 * SIZE)
    for _ in range(TRIES):
        once, twice = min(once, seconds(LOOKS[look], short)), min(twice, seconds(LOOKS[look], long))
        if twice < NOTHING or math.log2(twice / once) < STEEPEST:
            return
    pytest.fail(f"{once:.3f} s for {SIZE} bytes, {twice:.3f} s for twice as many")


@pytest.mark.parametrize("kind", [kind for kind in HOSTILE if kind.startswith("attributes")])
def test_many_attributes_are_seen_wherever_they_hide(kind):
    if kind != "attributes of the body":  # each in a tag of its own
        assert "attributes" in (excess(page(kind, 2_000_000)) or "")


def test_the_limits_are_above_what_pages_have():
    script = "for (i = 0; i<n; i++) { " + " ".join(f"x{i} = y" for i in range(MAX_ATTRIBUTES // 2)) + " }"
    tag = "<p " + " ".join(f'data-{i}="{i}"' for i in range(MAX_ATTRIBUTES - 1)) + ">"
    long = f'<img src="data:{"A" * 500_000}">'
    page = f"<html><script>{script}</script>{tag}{long}" + "<p>isi</p>" * 20_000
    assert excess(page.encode()) is None
    assert excess(b"<p>" * (MAX_TAGS + 1)) and excess(b"x" * (MAX_BYTES + 1))


@pytest.mark.parametrize("encoding", ["utf-16", "utf-32"])
def test_no_encoding_hides_attributes(encoding):
    """Neither look parses them: the one for further pages gives up, the one for listings decodes first."""
    text = page("attributes", 700_000).decode() + '<a href="?page=2">2</a>'
    body = text.encode(encoding)
    begun = time.process_time()
    assert PagedArticle(URL, body + b"?page=2").further() is None
    with pytest.raises(DiscoveryError, match="attributes"):
        read_listing(body, URL, None, encoding)
    assert time.process_time() - begun < 30


def test_the_words_of_a_link_are_not_half_the_page():
    body = b"<a href='?page=2'>" + b"2 " * 5_000 + b"</a>"
    assert PagedArticle(URL, body).further() is None


def test_a_hostile_page_holds_up_nobody(tmp_path):
    """Twenty honest pages and the page that took minutes, which asks to be looked at for its further pages."""
    hostile = page("attributes", 2_000_000) + b"<a href='?page=2'>2</a>"
    titles = page("titles", 2_000_000)

    def build(site: Site) -> None:
        paths = ["/jahat", "/judul", *(f"/b/{number}" for number in range(20))]
        site.answers |= {path: http(article(f"Berita {path}")) for path in paths}
        site.answers |= {"/jahat": http(hostile), "/judul": http(titles), "/umpan": feed(site, *paths)}

    fault = Fault("jahat", build)
    begun = time.monotonic()
    with serve_faults((fault,)) as sites:
        run_crawl(tmp_path, catalogue(sites, (fault,)), timeout=20)
    assert time.monotonic() - begun < 120  # read to its end it takes many minutes
    stored = query(tmp_path, "SELECT count(*) FROM pages WHERE url LIKE '%/b/%' AND state = 'fetched'")
    assert stored == [(20,)]
