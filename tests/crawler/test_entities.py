"""Feeds and sitemaps whose document type declares what they need not: nothing from outside is read, nor refused unused."""

from __future__ import annotations

import pytest

from crawler.discovery import DiscoveryError
from crawler.spiders.feed import read_feed
from crawler.spiders.sitemap import read_sitemap

BASE = "https://contoh.id/"


@pytest.mark.parametrize("read", [read_feed, lambda body, base: read_sitemap(body, base)[0]], ids=["feed", "sitemap"])
@pytest.mark.parametrize(
    "subset",
    [
        "<!ENTITY luar SYSTEM 'file:///etc/passwd'>",
        "<!ENTITY % kata PUBLIC '-//W3C//ENTITIES Latin 1//EN' 'http://127.0.0.1:9/lat1.ent'>",
        "<!ENTITY a 'ha'><!ENTITY b '&a;&a;'>",
        "<!ENTITY situs 'https://contoh.id'><!ENTITY gambar SYSTEM 'logo.gif' NDATA gif>",
    ],
    ids=["a file", "another DTD", "of others", "a picture"],
)
def test_entities_that_nothing_uses_are_passed_over(read, subset):
    item = "<item><title>J</title><link>https://contoh.id/?a=1&b=2</link></item>"
    body = f"<?xml version='1.0'?><!DOCTYPE rss [{subset}]><rss version='2.0'><channel>{item}</channel></rss>"
    sitemap = body.replace("channel>", "x>").replace("rss", "urlset").replace("item>", "url>").replace("link>", "loc>")
    (link,) = read((body if read is read_feed else sitemap.replace("<x>", "").replace("</x>", "")).encode(), BASE)
    assert link.url == "https://contoh.id/?a=1&b=2"


@pytest.mark.parametrize("far", [10, 200_000])
def test_a_sitemap_that_uses_an_entity_from_outside_is_refused_wherever_it_stands(far):
    pad = "<url><loc>https://contoh.id/1</loc></url>" * (far // 40)
    body = "<!DOCTYPE urlset [<!ENTITY luar SYSTEM 'file:///etc/passwd'>]><urlset>"
    with pytest.raises(DiscoveryError, match="uses entities"):
        read_sitemap(f"{body}{pad}<url><loc>https://contoh.id/&luar;</loc></url></urlset>".encode(), BASE)
