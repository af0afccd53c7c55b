"""A pattern of the catalogue that backtracks without end costs its source its links, and nobody time."""

from __future__ import annotations

import time

import pytest

from crawler.patterns import ArticlePattern, PatternTooSlow
from tests.crawler.crawling import run_crawl
from tests.crawler.faults import Fault, Site, catalogue, feed, http, page, serve_faults

ENDLESS = "a" * 60 + "!"


@pytest.mark.parametrize("pattern", [r"/(a+)+$", r"/(a|a)*$", r"/(?:.*?a){30}b", r"/([a-z]+)*\d$"])
def test_no_pattern_takes_long(pattern):
    begun = time.monotonic()
    article = ArticlePattern(pattern)
    for _ in range(20):  # after the first time at once
        try:
            assert not article.takes(f"https://contoh.id/{ENDLESS}")
        except PatternTooSlow as error:
            assert pattern in str(error).replace("\\\\", "\\")
    assert time.monotonic() - begun < 30


def test_a_crawl_says_so_and_goes_on_with_the_other_sources(tmp_path):
    def build(site: Site) -> None:
        site.answers |= {"/b/1": http(page()), "/umpan": feed(site, "/b/1", f"/{ENDLESS}")}

    faults = (Fault("pola", build, extra="article_url = '/(a|aa)+$'"), Fault("baik", build))
    with serve_faults(faults) as sites:
        report = run_crawl(tmp_path, catalogue(sites, faults), max_minutes=1)
    assert "article_url" in (report.sources["f0"].error or "")
    assert report.sources["f1"].fetched == 1
