"""robots.txt of hostile and moved sites: a private address is no answer, and a redirect leads to the file."""

from __future__ import annotations

from pathlib import Path
from unittest.mock import patch

import pytest

from pipelines.queue.crawl_storage import CrawlStorage
from tests.crawler import crawling
from tests.crawler.crawling import PUBLIC, query, run_crawl
from tests.crawler.faults import Fault, Site, catalogue, feed, http, page, redirect, serve_faults


def open_to_everybody(database: Path, timeout: float) -> CrawlStorage:
    """Opened in the crawl's process, where every address counts as public."""
    import crawler.middlewares.host_guard

    crawler.middlewares.host_guard.is_open = lambda url, hosts: True
    return crawling.open_storage(database, timeout)


def newsroom(site: Site) -> None:
    site.answers |= {"/b/1": http(page()), "/b/2": http(page()), "/umpan": feed(site, "/b/1", "/b/2")}


def test_a_name_that_means_a_private_address_has_not_said_what_is_allowed(tmp_path):
    fault = Fault("nama", newsroom)
    with serve_faults((fault,)) as sites:
        text = catalogue(sites, (fault,)).replace("127.0.0.1", PUBLIC)
        report = run_crawl(tmp_path, text)
        assert not sites["nama"].log
    assert "private address" in (report.sources["f0"].error or "")
    assert query(tmp_path, "SELECT count(*) FROM robots") == [(0,)]  # the next run asks again


@pytest.mark.parametrize("hops", [1, 5, 6])
def test_a_robots_txt_on_another_host_is_obeyed(tmp_path, hops):
    """Up to five redirects lead to it; behind more of them it counts as none (RFC 9309, 2.3.1.2)."""

    def moved(site: Site) -> None:
        site.answers["/robots.txt"] = http("User-agent: *\nDisallow: /b/1\n", Content_Type="text/plain")
        site.answers |= {f"/{hop}": redirect(f"/{hop - 1}") for hop in range(2, 7)}
        site.answers["/1"] = redirect("/robots.txt")

    faults = (Fault("baik", newsroom), Fault("lain", moved))
    with serve_faults(faults) as sites:
        sites["baik"].answers["/robots.txt"] = redirect(f"{sites['lain'].address}/{hops - 1 or 'robots.txt'}")
        with patch("tests.crawler.crawling.open_storage", open_to_everybody):
            run_crawl(tmp_path, catalogue(sites, faults[:1]))
        asked = [path for _, path, _ in sites["baik"].log]
    assert ("/b/1" in asked) == (hops > 5) and "/b/2" in asked


def test_a_robots_txt_in_a_private_network_is_not_asked_for(tmp_path):
    faults = (Fault("baik", newsroom), Fault("dalam", lambda site: None))
    with serve_faults(faults) as sites:
        sites["baik"].answers["/robots.txt"] = redirect(f"{sites['dalam'].address}/robots.txt")
        run_crawl(tmp_path, catalogue(sites, faults[:1]))
        assert not sites["dalam"].log
        assert "/b/1" in [path for _, path, _ in sites["baik"].log]
