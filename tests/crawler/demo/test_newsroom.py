"""The sample newsroom as a visitor sees it, over real HTTP on loopback."""

from __future__ import annotations

import gzip
import http.client
import os
import signal
import subprocess
import sys
import urllib.robotparser
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from html import unescape
from urllib.parse import urlsplit

import lxml.html
import pytest

from crawler.catalogue import load_catalogue
from crawler.demo.articles import load_articles
from crawler.demo.dates import printed
from crawler.demo.newsroom import Newsroom
from crawler.demo.render import render_site
from crawler.demo.sites import BY_ID, SITES
from crawler.spiders.feed import read_feed
from crawler.spiders.listing import read_listing
from crawler.spiders.sitemap import read_sitemap
from crawler.urls import normalise
from tests.conftest import ROOT

SITE_IDS = [site.id for site in SITES]
WIB = timezone(timedelta(hours=7))


def ask(url, method="GET", **headers):
    """(status, headers, body as sent) of one request."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.netloc, timeout=10)
    try:
        target = parts.path + (f"?{parts.query}" if parts.query else "")
        connection.request(method, target, headers={name.replace("_", "-"): value for name, value in headers.items()})
        answer = connection.getresponse()
        return answer.status, answer.headers, answer.read()
    finally:
        connection.close()


@pytest.fixture(scope="module")
def room():
    with Newsroom(base_port=0, edition=2) as newsroom:
        yield newsroom


@pytest.fixture(autouse=True)
def second_edition(room):
    if room.edition != 2:
        room.edition = 2


def of(room, site_id):
    return [article for article in room.articles() if article.site == site_id]


@pytest.mark.parametrize("edition", [1, 2])
@pytest.mark.parametrize("site_id", SITE_IDS)
def test_every_article_page_holds_its_title_date_and_text(room, site_id, edition):
    room.edition = edition
    articles = of(room, site_id)
    assert len(articles) >= 10
    for article in articles:
        status, headers, body = ask(room.url(article))
        assert (status, headers["Content-Type"]) == (200, "text/html; charset=utf-8")
        page = lxml.html.fromstring(body.decode())
        assert [h1.text_content() for h1 in page.iter("h1")] == [article.title]
        assert page.findtext(".//title") == article.title + BY_ID[site_id].title_suffix
        paragraphs = [p.text_content() for p in page.iter("p", "h3")]
        written = [p.removeprefix("## ") for p in article.paragraphs() if not p.startswith("[[")]
        assert [p for p in written if p not in paragraphs] == []
        assert printed(article.published, BY_ID[site_id].date_style, article.hours_ago) in unescape(body.decode())
        assert "[[" not in body.decode()


@pytest.mark.parametrize("site_id", SITE_IDS)
def test_every_resource_answers_304_to_its_own_validators(room, site_id):
    paths = [path for path in room._sites[site_id] if path != "/404"]
    assert len(paths) > 20
    for path in paths:
        url = room.address(site_id) + path
        status, headers, body = ask(url)
        assert (status, bool(body)) == (200, True), path
        for condition in ({"If_None_Match": headers["ETag"]}, {"If_Modified_Since": headers["Last-Modified"]}):
            status, again, body = ask(url, **condition)
            assert (status, again["ETag"], again["Content-Length"], body) == (304, headers["ETag"], None, b""), path
    visits = room.log[-3:]
    assert [(v.site, v.path, v.status, v.conditional) for v in visits] == [
        (site_id, paths[-1], 200, False),
        (site_id, paths[-1], 304, True),
        (site_id, paths[-1], 304, True),
    ]
    stale = {"If_None_Match": 'W/"lain"', "If_Modified_Since": headers["Last-Modified"]}
    assert ask(room.address(site_id) + paths[0], **stale)[0] == 200  # the ETag counts before the date


def test_gzip_and_head(room):
    url = room.url(room.articles()[0])
    _, plain_headers, plain = ask(url)
    _, headers, packed = ask(url, Accept_Encoding="gzip, br")
    assert headers["Content-Encoding"] == "gzip" and plain_headers["Content-Encoding"] is None
    assert gzip.decompress(packed) == plain and len(packed) < len(plain)
    status, headers, body = ask(url, "HEAD")
    assert (status, int(headers["Content-Length"]), body) == (200, len(plain), b"")


@pytest.mark.parametrize("path", ["/tidak-ada", "/indeks?page=99", "/indeks?page=x"])
def test_what_is_not_there_is_404_in_indonesian(room, path):
    status, headers, body = ask(room.address("kempesisir") + path)
    assert (status, headers["ETag"]) == (404, None)
    assert "Halaman tidak ditemukan" in body.decode()


def test_campaign_parameters_and_page_all_lead_to_the_same_page(room):
    for article in (of(room, "kabarnusantara")[0], of(room, "jatengprov")[0]):
        url = room.url(article)
        _, _, body = ask(url)
        for other in (f"{url}?utm_source=rss&utm_medium=feed", f"{url.rstrip('/')}?page=all"):
            assert ask(other)[::2] == (200, body)


def test_an_amp_page_names_the_page_it_belongs_to(room):
    url = room.url(of(room, "kabarnusantara")[0])
    amp = lxml.html.fromstring(ask(url)[2]).xpath("//link[@rel='amphtml']/@href")[0]
    assert lxml.html.fromstring(ask(amp)[2]).xpath("//link[@rel='canonical']/@href") == [url]
    assert normalise(amp) == url


@pytest.mark.parametrize("site_id", SITE_IDS)
def test_robots_keep_crawlers_from_print_pages_but_not_from_articles(room, site_id):
    robots = urllib.robotparser.RobotFileParser()
    robots.parse(ask(room.address(site_id) + "/robots.txt")[2].decode().splitlines())
    article = of(room, site_id)[0]
    cetak = f"{room.address(site_id)}/cetak/{article.slug}"
    assert ask(cetak)[0] == 200
    assert not robots.can_fetch("Pantau", cetak) and not robots.can_fetch("Pantau", room.address(site_id) + "/admin/")
    assert robots.can_fetch("Pantau", room.url(article))
    assert robots.site_maps() == [room.address(site_id) + "/sitemap.xml"]


def test_one_site_asks_for_a_crawl_delay(room):
    asked = {s.id for s in SITES if b"Crawl-delay: 0.1" in ask(room.address(s.id) + "/robots.txt")[2]}
    assert asked == {"bpn-pangan"}


@pytest.mark.parametrize("path", ["/feed", "/atom.xml"])
@pytest.mark.parametrize("site_id", SITE_IDS)
def test_feeds_list_every_article_with_its_last_change(room, site_id, path):
    url = room.address(site_id) + path
    links = {normalise(link.url): link for link in read_feed(ask(url)[2], url)}
    check_links(room, site_id, links)


@pytest.mark.parametrize("site_id", SITE_IDS)
def test_the_sitemap_index_leads_to_every_article_with_its_last_change(room, site_id):
    url = room.address(site_id) + "/sitemap.xml"
    links, children = read_sitemap(ask(url)[2], url)
    assert links == [] and len(children) == 1
    links, _ = read_sitemap(ask(children[0].url)[2], children[0].url)
    check_links(room, site_id, {link.url: link for link in links})


def test_a_late_correction_moves_the_date_of_feed_and_sitemap_index():
    site = BY_ID["kempesisir"]
    articles = [article for article in load_articles(1) if article.site == site.id]
    late = datetime(2026, 2, 1, 8, tzinfo=WIB)
    articles[-1] = replace(articles[-1], corrected_at=late)
    served = render_site(site, articles, "http://127.0.0.1:1")
    for path in ("/feed", "/atom.xml", "/sitemap.xml", "/indeks"):
        assert served[path].modified == late
    index = served["/sitemap.xml"].body
    assert read_sitemap(index, "http://127.0.0.1:1/")[1][0].modified_at == "2026-02-01T01:00:00+00:00"
    assert b"<updated>2026-02-01T08:00:00+07:00</updated>\n<entry>" in served["/atom.xml"].body


def check_links(room, site_id, links):
    articles = of(room, site_id)
    assert set(links) == {room.url(article) for article in articles}
    for article in articles:
        changed = article.modified.astimezone(UTC).isoformat(timespec="seconds")
        assert links[room.url(article)].modified_at == changed


def test_the_news_sitemap_states_titles_and_dates(room):
    url = room.address("kabarnusantara") + "/news-sitemap.xml"
    links, _ = read_sitemap(ask(url)[2], url)
    by_url = {room.url(article): article for article in of(room, "kabarnusantara")}
    assert links and {link.url for link in links} <= set(by_url)
    for link in links:
        article = by_url[link.url]
        assert link.title == article.title
        assert link.published_at == article.published.astimezone(UTC).isoformat(timespec="seconds")


def test_the_pages_of_a_listing_hold_every_article_once(room):
    found = []
    for number in range(1, 10):
        url = f"{room.address('kempesisir')}/indeks?page={number}"
        status, _, body = ask(url)
        if status == 404:
            break
        found += [link.url for link in read_listing(body, url, "h2.judul a")]
    assert number > 2
    assert found == [room.url(article) for article in of(room, "kempesisir")]


def test_the_second_edition_changes_the_corrected_articles_and_says_when(room):
    corrected = [article for article in room.articles() if article.corrected_at]
    assert len(corrected) >= 3
    second = {article.slug: ask(room.url(article)) for article in corrected}
    room.edition = 1
    for article in corrected:
        _, before, old = ask(room.url(article))
        _, after, new = second[article.slug]
        assert old != new and before["ETag"] != after["ETag"] and before["Last-Modified"] != after["Last-Modified"]
        first = next(a for a in room.articles() if (a.site, a.slug) == (article.site, article.slug))
        assert first.corrected_at is None and first.text != article.text


def test_expected_is_what_the_article_files_say(room):
    second = room.expected()
    articles = room.articles()
    assert sum(second.articles.values()) == len(articles) >= 60
    assert set(second.articles) == set(SITE_IDS)
    assert second.corrected == {room.url(a) for a in articles if a.text != first_text(a)}
    assert second.languages == Counter(a.language for a in articles) and set(second.languages) == {"id", "en", "ms"}
    assert {label for _, _, label in second.coverage} == {"verbatim", "edited", "partial", "mention"}
    releases = {room.address(site.id) for site in SITES if site.press_releases}
    for release, article, _ in second.coverage:
        assert release.rsplit("/", release.count("/") - 2)[0] in releases
        assert ask(release)[0] == ask(article)[0] == 200
    room.edition = 1
    first = room.expected()
    assert first.corrected == frozenset() and sum(first.articles.values()) < sum(second.articles.values())


def first_text(article):
    first = {(a.site, a.slug): a.text for a in load_articles(1)}
    return first.get((article.site, article.slug), article.text)


def test_the_catalogue_is_valid_and_its_addresses_answer(room, tmp_path):
    file = tmp_path / "ruang.toml"
    file.write_text(room.catalogue(), encoding="utf-8")
    sources = load_catalogue(file)
    assert [source.id for source in sources] == SITE_IDS
    assert {item.method for source in sources for item in source.discover} == {"feed", "sitemap", "listing"}
    for source in sources:
        assert [ask(item.urls()[0])[0] for item in source.discover] == [200] * len(source.discover)


@pytest.mark.parametrize(
    ("style", "hour", "form"),
    [
        ("weekday", 7, "Jum'at , 5 Desember 2025"),
        ("slashes", 7, "05/12/2025, 14:05 WIB"),
        ("bar", 8, "Jum'at, 5 Desember 2025 | 14.05 WITA"),
        ("dash", 9, "Jum'at, 5 Des 2025 - 14:05 WIT"),
        ("wib", 7, "Jumat, 05 Des 2025 14:05 WIB"),
        ("relative", 7, "3 jam yang lalu"),
    ],
)
def test_dates_are_printed_as_real_sites_print_them(style, hour, form):
    when = datetime(2025, 12, 5, 14, 5, tzinfo=timezone(timedelta(hours=hour)))
    assert printed(when, style, 3 if style == "relative" else None) == form


def test_one_site_states_its_dates_in_print_only(room):
    body = ask(room.url(of(room, "kempesisir")[0]))[2].decode()
    assert "published_time" not in body and "<time" not in body and "datePublished" not in body


def test_json_ld_states_utc_beside_local_print(room):
    article = next(a for a in of(room, "kabarnusantara") if a.hours_ago is None)
    body = ask(room.url(article))[2].decode()
    assert f'"datePublished": "{article.published.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"' in body
    assert printed(article.published, "wib") in body


def test_pages_are_the_same_every_day_but_for_relative_dates():
    def pages(site, now):
        mine = [article for article in load_articles(2, now=now) if article.site == site.id]
        moving = {article.path for article in mine if article.hours_ago is not None}
        return moving, {path: r.body for path, r in render_site(site, mine, "http://127.0.0.1:1").items()}

    today = datetime(2026, 1, 5, 10, tzinfo=WIB)
    relative = set()
    for site in SITES:
        moving, one = pages(site, today)
        assert pages(site, today) == (moving, one)
        still_moving, other = pages(site, today + timedelta(days=1))
        assert still_moving == moving  # an article whose address moved would be stored again every day
        relative |= moving
        if not moving:
            assert one == other
    assert relative


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM])
def test_the_newsroom_by_itself_ends_quietly(ending):
    with subprocess.Popen(
        [sys.executable, "-m", "crawler.demo", "--base-port", "0"],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            lines = [process.stdout.readline() for _ in SITES]
            assert ask(lines[0].rsplit(" ", 1)[1].strip())[0] == 200
            process.send_signal(ending)
            assert process.wait(10) == 0
            assert process.stderr.read() == ""
        finally:
            process.kill()


def test_the_newsroom_by_itself_names_a_taken_port(room):
    port = room.servers["kempesisir"].server_address[1]
    done = subprocess.run(
        [sys.executable, "-m", "crawler.demo", "--base-port", str(port - 1)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=30,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    )
    assert done.returncode == 1
    assert done.stderr.strip() == f"port {port} of the sample newsroom is in use (Address already in use)"
