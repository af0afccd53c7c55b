"""Feeds, sitemaps and listings, also broken and hostile ones."""

from __future__ import annotations

import gzip
import resource

import pytest

from crawler.discovery import MAX_LINKS, DiscoveryError, iso_time, read_feed, read_listing, read_sitemap

BASE = "https://contoh.id/"


def test_rss_with_its_dates():
    (link,) = read_feed(
        b"<rss><channel><item><title>Judul &amp; anak</title><link>/a?utm_source=rss</link>"
        b"<pubDate>Wed, 12 Nov 2025 09:30:00 +0700</pubDate></item></channel></rss>",
        BASE,
    )
    assert (link.url, link.title) == ("https://contoh.id/a?utm_source=rss", "Judul & anak")
    assert link.published_at == "2025-11-12T02:30:00+00:00"


def test_atom_with_an_update():
    (link,) = read_feed(
        b"<feed xmlns='http://www.w3.org/2005/Atom'><entry><link rel='self' href='/x'/><link href='/b'/>"
        b"<published>2025-11-12T02:00:00Z</published><updated>2025-11-13T02:00:00Z</updated></entry></feed>",
        BASE,
    )
    assert link.url == "https://contoh.id/b"
    assert link.modified_at == "2025-11-13T02:00:00+00:00"


def test_a_broken_feed_is_read_as_far_as_it_goes():
    links = read_feed(
        b"<rss><channel><item><link>https://contoh.id/1</link></item><item><link>https://contoh.id/2", BASE
    )
    assert [link.url for link in links] == ["https://contoh.id/1", "https://contoh.id/2"]


@pytest.mark.parametrize(
    "body",
    [
        b"<!DOCTYPE x [<!ENTITY a 'aaaa'><!ENTITY b '&a;&a;&a;'>]><rss><channel><item><link>&b;</link></item></channel></rss>",
        b"<html><body>Halaman tidak ditemukan</body></html>",
        b"",
        b"\x00\x01\x02",
    ],
)
def test_what_is_no_feed_is_refused(body):
    with pytest.raises(DiscoveryError):
        read_feed(body, BASE)


def test_sitemap_index_news_sitemap_and_gzip():
    _, children = read_sitemap(b"<sitemapindex><sitemap><loc>/peta-1.xml</loc></sitemap></sitemapindex>", BASE)
    assert [child.url for child in children] == ["https://contoh.id/peta-1.xml"]
    body = (
        b"<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9' xmlns:n='http://www.google.com/schemas/sitemap-news/0.9'>"
        b"<url><loc>https://contoh.id/c</loc><n:news><n:publication_date>2025-11-12</n:publication_date>"
        b"<n:title>Judul</n:title></n:news></url></urlset>"
    )
    links, _ = read_sitemap(gzip.compress(body), BASE)
    assert links[0].title == "Judul"
    assert links[0].published_at == "2025-11-11T17:00:00+00:00"  # a day without zone is a day in WIB


def test_of_a_huge_sitemap_the_newest_are_kept_and_memory_stays_small():
    count = 60_000
    rows = (
        f"<url><loc>https://contoh.id/{n}</loc><lastmod>2025-{1 + n % 12:02}-{1 + n % 28:02}</lastmod></url>"
        for n in range(count)
    )
    body = gzip.compress(f"<urlset>{''.join(rows)}</urlset>".encode(), 1)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    links, _ = read_sitemap(body, BASE)
    assert len(links) == MAX_LINKS
    assert min(link.modified_at for link in links) > "2025-11-27"  # of a year, evenly filled, the last month
    assert (
        resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 40_000
    )  # KiB; the whole tree takes twice as much


def test_an_undated_endless_sitemap_is_cut():
    body = b"<urlset>" + b"<url><loc>https://contoh.id/x</loc></url>" * (MAX_LINKS + 10) + b"</urlset>"
    assert len(read_sitemap(body, BASE)[0]) == MAX_LINKS


def test_children_of_an_index_come_newest_first():
    days = ("2024-01-01", "2025-06-01", "2025-01-01")
    body = "".join(f"<sitemap><loc>/{day}.xml</loc><lastmod>{day}</lastmod></sitemap>" for day in days)
    _, children = read_sitemap(f"<sitemapindex>{body}</sitemapindex>".encode(), BASE)
    assert [child.url for child in children] == [
        f"{BASE}{day}.xml" for day in ("2025-06-01", "2025-01-01", "2024-01-01")
    ]


def test_a_gzip_bomb_is_read_only_so_far():
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(DiscoveryError, match="is not XML"):
        read_sitemap(gzip.compress(b" " * 150_000_000, 1), BASE)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 200_000  # KiB; 150 MB of it are this test's


@pytest.mark.parametrize("cut", [30, 2_000])
def test_a_cut_gzip_sitemap_is_an_error(cut):
    body = gzip.compress(("<urlset>" + "".join(f"<url><loc>/{n * 7919}</loc></url>" for n in range(900))).encode())
    with pytest.raises(DiscoveryError, match="broken gzip"):
        read_sitemap(body[:cut], BASE)


def test_listing_by_selector():
    links = read_listing(b"<h2><a href='/a'>A</a></h2><a href='/menu'>M</a>", BASE, "h2 a")
    assert [link.url for link in links] == ["https://contoh.id/a"]


@pytest.mark.parametrize("text", ["", None, "besok", "2025-13-45", "Wed, 99 Nov 2025"])
def test_a_date_that_is_none(text):
    assert iso_time(text) is None
