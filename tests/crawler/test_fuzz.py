"""What nobody would write: feeds, sitemaps, listings and dates answer with a value or with their own error, in time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from crawler.discovery import DiscoveryError, iso_time
from crawler.markup import excess
from crawler.paged_articles import PagedArticle
from crawler.refusals import refusal
from crawler.retry_after import retry_after
from crawler.spiders.feed import read_feed
from crawler.spiders.listing import read_listing
from crawler.spiders.sitemap import read_sitemap
from crawler.urls import normalise
from pipelines.extract.dates import parse_machine, parse_printed

URL = "https://contoh.id/a"
NOW = datetime(2025, 11, 13, tzinfo=UTC)
PIECES = (
    "<rss><channel><item><title>|<link>|</link>|</item>|<feed xmlns='http://www.w3.org/2005/Atom'>|<entry>|</entry>|"
    "<link href='|'/>|<urlset>|<url>|<loc>|</loc>|</url>|<lastmod>|</lastmod>|<sitemapindex>|<sitemap>|<news:news>|"
    "<news:publication_date>|<![CDATA[|]]>|<!--|-->|<?xml version='1.0' encoding='|utf-16|?>|&amp;|&#|&#x110000;|;|"
    "<a href='|?page=2|'>|</a>|<base href='|<title>|</title>|http://|[::1|https://contoh.id/a|\x00|\xff\xfe|é|<!DOCTYPE|"
    "2025-11-12T10:00:00+07:00|Wed, 12 Nov 2025 10:00:00 +9999|\r\n|<script>|</script>"
).split("|")
MARKUP = st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=8)), max_size=40).map("".join)
BYTES = st.one_of(
    st.binary(max_size=400),
    MARKUP.map(lambda text: text.encode("utf-8", "replace")),
    MARKUP.map(lambda text: text.encode("latin-1", "replace")),
)
DATES = st.lists(
    st.one_of(
        st.sampled_from(
            "12|November|2025|-|/|:| |T|Z|+07:00|+9999|WITA|Rabu,|2 jam yang lalu|baru saja|0000|²|99999999999".split(
                "|"
            )
        ),
        st.text(max_size=4),
    ),
    max_size=12,
).map("".join)
few = settings(max_examples=100, deadline=timedelta(seconds=5), suppress_health_check=[HealthCheck.too_slow])


@few
@example(b"<rss><channel><item><title>&#x110000;</title><link>https://contoh.id/a</link></item></channel></rss>")
@given(BYTES)
def test_discoveries(body):
    for read in (read_feed, read_sitemap, lambda body, base: read_listing(body, base, None)):
        try:
            read(body, URL)
        except DiscoveryError:
            continue


@few
@given(BYTES)
def test_pages(body):
    excess(body)
    refusal(URL, URL, 200, "text/html", body)
    PagedArticle(URL, body + b"?page=2").further()


@few
@given(DATES)
def test_dates(text):
    assert iso_time(text) is None or datetime.fromisoformat(iso_time(text) or "")
    parse_machine(text)
    parse_printed(text, NOW)
    assert retry_after(text.encode("latin-1", "replace"), NOW) >= 0


@few
@given(st.one_of(DATES, MARKUP))
def test_addresses(text):
    for address in (text, f"https://{text}", f"https://contoh.id/{text}"):
        once = normalise(address)
        assert once is None or (once.startswith("http") and len(once) <= 2_000)
