"""Archives of sitemaps: the first crawl takes the last days, `--since` what it says, an idle run next to nothing."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tests.crawler.crawling import query, run_crawl
from tests.crawler.server import Answer, catalogue, serve

NOW = datetime.now(UTC).replace(microsecond=0)
MONTHS, A_MONTH = 71, 600


@pytest.fixture(scope="module")
def archive():
    """Seventy-one monthly sitemaps of 600 articles, a day apart by twenties, and an index that dates them."""
    with serve() as site:
        entries = []
        for month in range(MONTHS):
            newest = NOW - timedelta(days=30 * month)
            urls = "".join(
                f"<url><loc>{site.address}/berita/{month}/{n}</loc>"
                f"<lastmod>{(newest - timedelta(days=n // 20)).isoformat()}</lastmod></url>"
                for n in range(A_MONTH)
            )
            site.answers[f"/peta/{month}.xml"] = Answer(f"<urlset>{urls}</urlset>", content_type="text/xml")
            entries.append(
                f"<sitemap><loc>{site.address}/peta/{month}.xml</loc><lastmod>{newest.isoformat()}</lastmod></sitemap>"
            )
        site.answers["/peta.xml"] = Answer(f"<sitemapindex>{''.join(entries)}</sitemapindex>", content_type="text/xml")
        site.fallback = lambda path: Answer("", 404)
        yield site


def crawl(site, folder, **options):
    site.log.clear()
    line = f'{{ method = "sitemap", url = "{site.address}/peta.xml" }}'
    report = run_crawl(folder, catalogue(site, line), limit=1, **options).sources["uji"]
    asked = [path for _, path, _, _ in site.log if path.startswith("/peta")]
    return report, asked


def test_a_first_crawl_takes_thirty_days_and_an_idle_one_asks_for_the_index_alone(tmp_path, archive):
    report, asked = crawl(archive, tmp_path)
    assert asked[:2] == ["/peta.xml", "/peta/0.xml"] and len(asked) <= 3
    assert 580 <= report.found <= 640
    assert report.stats["sitemaps/before"] >= MONTHS - 2
    newest = query(tmp_path, "SELECT url FROM pages WHERE state <> 'found'")
    assert newest == [(f"{archive.address}/berita/0/0",)]  # one was asked for, the newest
    report, asked = crawl(archive, tmp_path)
    assert (report.found, asked) == (0, ["/peta.xml"])


def test_only_a_sitemap_that_changed_is_asked_for(tmp_path, archive):
    crawl(archive, tmp_path)
    index, month = archive.answers["/peta.xml"], archive.answers["/peta/0.xml"]
    later = (datetime.now(UTC) + timedelta(hours=1)).isoformat()
    fresh = f"<url><loc>{archive.address}/berita/baru</loc><lastmod>{later}</lastmod></url></urlset>"
    archive.answers["/peta/0.xml"] = Answer(month.body.replace("</urlset>", fresh), content_type="text/xml")
    archive.answers["/peta.xml"] = Answer(index.body.replace(NOW.isoformat(), later, 1), content_type="text/xml")
    try:
        report, asked = crawl(archive, tmp_path)
    finally:
        archive.answers |= {"/peta.xml": index, "/peta/0.xml": month}
    assert (report.found, asked) == (1, ["/peta.xml", "/peta/0.xml"])


def test_since_goes_by_lastmod_where_there_is_nothing_else(tmp_path, archive):
    report, asked = crawl(archive, tmp_path, since=(NOW - timedelta(days=100)).date())
    assert len(asked) == 5
    assert 1_980 <= report.found <= 2_080


def test_how_far_back_is_a_setting(tmp_path, archive, monkeypatch):
    monkeypatch.setenv("PANTAU_FIRST_DAYS", "3")
    assert 60 <= crawl(archive, tmp_path)[0].found <= 100


def test_a_sitemap_that_did_not_answer_is_asked_for_again(tmp_path, archive):
    crawl(archive, tmp_path)
    index, month = archive.answers["/peta.xml"], archive.answers["/peta/0.xml"]
    later = (datetime.now(UTC) + timedelta(hours=1)).isoformat()
    archive.answers["/peta.xml"] = Answer(index.body.replace(NOW.isoformat(), later, 1), content_type="text/xml")
    archive.answers["/peta/0.xml"] = Answer("sibuk", 503)
    try:
        crawl(archive, tmp_path)
        known = query(tmp_path, "SELECT listed FROM discoveries WHERE url LIKE '%/peta/0.xml'")
        archive.answers["/peta/0.xml"] = month
        archive.answers["/peta.xml"] = Answer(archive.answers["/peta.xml"].body + " ", content_type="text/xml")
        _, asked = crawl(archive, tmp_path)
    finally:
        archive.answers |= {"/peta.xml": index, "/peta/0.xml": month}
    assert known == [(NOW.isoformat(),)]  # what it was read as, not what it was asked for as
    assert "/peta/0.xml" in asked
