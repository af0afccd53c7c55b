"""Sources whose articles are told by an API, by WordPress, or by the data that a page is drawn from."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from crawler.catalogue import load_catalogue
from crawler.discovery import DiscoveryError
from crawler.discovery_entry import Discovery
from crawler.errors import CatalogueError
from crawler.records import Link
from crawler.spiders.api import as_page, read_api, wordpress_address, words
from crawler.zone import WIB
from pipelines.extract import extract_article
from tests.crawler.crawling import query, run_crawl
from tests.crawler.server import LOREM, Answer, catalogue, serve

BASE = "https://contoh.go.id/"
SHELL = Answer(
    '<html><head><title>Dinas Uji</title></head><body><div id="app"></div><script src="/a.js"></script></body></html>'
)
TEXT = "".join(f"<p>{LOREM} Alinea {n}.</p>" for n in range(2))
OTHER = (
    "Bupati meninjau dermaga itu pada Senin pagi bersama kepala dinas perikanan. Ia berjanji lampu jalan ke kampung akan "
    "dipasang sebelum akhir tahun, dan meminta warga menjaga kayu baru itu dari lumut dan kapal besar."
)


@pytest.fixture
def site():
    with serve() as site:
        yield site


def api(**paths):
    return Discovery("api", BASE, paths=paths)


def as_json(data):
    return Answer(json.dumps(data), content_type="application/json")


def links(data, discovery):
    return read_api(json.dumps(data).encode(), BASE, discovery)[0]


@pytest.mark.parametrize(
    ("data", "paths", "found"),
    [
        (
            {"data": [{"slug": "satu", "title": "A &amp; B", "created_at": "2026-04-27T10:00:00+07:00"}]},
            {"items": "data", "link": "https://contoh.go.id/berita/{slug}", "title": "title", "date": "created_at"},
            Link("https://contoh.go.id/berita/satu", "A & B", "2026-04-27T03:00:00+00:00"),
        ),
        (  # two parts in the address, a number among them; a list in a list; a time in milliseconds
            {"data": {"data": [{"id": 7, "slug": "dua", "at": 1777258800000}]}},
            {"items": "data.data", "link": "/baca/{id}/{slug}", "date": "at"},
            Link("https://contoh.go.id/baca/7/dua", None, "2026-04-27T03:00:00+00:00"),
        ),
        (  # the list is the answer itself, its second half the articles; seconds
            [{"page": 1}, [{"u": "/tiga", "t": "Tiga", "at": 1777258800}]],
            {"items": "[1]", "link": "u", "title": "t", "date": "at"},
            Link("https://contoh.go.id/tiga", "Tiga", "2026-04-27T03:00:00+00:00"),
        ),
    ],
)
def test_an_answer_is_read_by_its_paths(data, paths, found):
    assert links(data, api(**paths)) == [found]


@pytest.mark.parametrize(
    ("data", "paths", "message"),
    [
        (
            {"status": 1, "rows": []},
            {"items": "data", "link": "url"},
            "no list at 'data'; it has the keys status, rows",
        ),
        ({"data": [{"slug": "a"}]}, {"items": "data", "link": "url"}, "no address at 'url'; it has the keys slug"),
        ([1, 2], {"items": "data", "link": "url"}, "it is a list of 2"),
    ],
)
def test_a_path_that_finds_nothing_shows_what_is_there(data, paths, message):
    with pytest.raises(DiscoveryError, match=message):
        links(data, api(**paths))


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ({"title": "judul"}, "has no title at 'judul'; it has the keys url, name, at"),
        ({"date": "tanggal"}, "has no date at 'tanggal'; it has the keys url, name, at"),
        ({"date": "at"}, "has no date at 'at'; it is 'kemarin sore'"),
        ({"body": "isi.html"}, "has no body at 'isi.html'; it has the keys url, name, at"),
        ({"title": "name"}, None),
        ({"title": "kadang"}, None),  # what one of them has is there
    ],
)
def test_a_further_path_that_finds_nothing_anywhere_is_told_and_the_articles_stay(path, message):
    items = [{"url": f"/{n}", "name": "Satu", "at": "kemarin sore"} for n in range(3)]
    items[2]["kadang"] = "Dua"
    found, missed = read_api(json.dumps({"data": items}).encode(), BASE, api(items="data", link="url", **path))
    assert (len(found), missed) == (3, message)


def test_such_a_path_is_the_sources_error_and_its_articles_are_crawled(tmp_path, site):
    site.article("/a/1", "Dermaga baru dibuka di kampung nelayan")
    site.answers["/api"] = as_json({"data": [{"url": f"{site.address}/a/1", "name": "Dermaga"}]})
    line = f'{{ method = "api", url = "{site.address}/api", items = "data", link = "url", date = "tgl" }}'
    counts = run_crawl(tmp_path, catalogue(site, line)).sources["uji"]
    assert counts.fetched == 1
    assert counts.error == f"api {site.address}/api has no date at 'tgl'; it has the keys url, name"
    ((error, links),) = query(tmp_path, "SELECT error, links FROM discoveries")
    assert (error, links) == (counts.error, 1)


@pytest.mark.parametrize("body", [b"", b"<html>", b"[" * 100_000, b'{"a": NaN', b"\xff\xfe"])
def test_what_is_no_json_is_an_error(body):
    with pytest.raises(DiscoveryError):
        read_api(body, BASE, api(items="data", link="url"))


def test_an_empty_list_is_no_error():
    assert links({"data": []}, api(items="data", link="url")) == []


def test_the_data_that_a_page_is_drawn_from():
    data = {"props": {"pageProps": {"awal": [{"slug": "/nasional/1", "judul": "Satu </b>"}]}}}
    page = f'<html><script id="__NEXT_DATA__" type="application/json">{json.dumps(data)}</script></html>'.encode()
    discovery = Discovery(
        "api", BASE, script="__NEXT_DATA__", paths={"items": "props.pageProps.awal", "link": "slug", "title": "judul"}
    )
    assert read_api(page, BASE, discovery) == ([Link("https://contoh.go.id/nasional/1", "Satu")], None)
    with pytest.raises(DiscoveryError, match="no <script id='__NEXT_DATA__'>"):
        read_api(b"<html></html>", BASE, discovery)


def test_a_nuxt_payload_is_a_tree_again():
    """As devalue writes it: the places of the parts in one list; a part that leads back to itself ends there."""
    flat = [{"data": 1}, ["Reactive", 2], {"rubrik": 3}, {"latest": 4, "self": 1}, [5], {"url": 6, "at": 7}]
    flat += ["/politik/1", ["Date", "2026-04-27T03:00:00.000Z"]]
    found = links(flat, api(items="data.rubrik.latest", link="url", date="at"))
    assert found == [Link("https://contoh.go.id/politik/1", None, "2026-04-27T03:00:00+00:00")]


def test_a_payload_whose_parts_lead_to_each_other_takes_no_time():
    wide = [[*range(1, 400)]] + [[*range(1, 400)] for _ in range(399)]
    with pytest.raises(DiscoveryError):
        links(wide, api(items="data", link="url"))


def test_words_that_a_page_shows():
    assert words(b"<head><title>a b</title></head><p>satu <b>dua</b></p><script>x y z</script> tiga") == 3
    assert words(SHELL.body.encode()) == 0
    words(b"<" * 1_000_000)
    words(b"<script>" * 100_000)


@pytest.mark.parametrize("body", [TEXT, f"{LOREM}\n{OTHER}"])
def test_a_text_as_a_page_gives_the_same_article(body):
    link = Link(BASE + "berita/satu", 'Dermaga "baru" & lama', "2026-04-27T03:00:00+00:00", body=body)
    article = extract_article(as_page(link), url=link.url, fetched_at="2026-05-01T00:00:00+00:00")
    assert (article.title, article.published_at) == (link.title, link.published_at)
    assert article.text.count("Warga kampung nelayan") == (2 if body == TEXT else 1)
    assert body == TEXT or OTHER in article.text


def test_an_api_gives_the_texts_that_its_pages_do_not_show(tmp_path, site):
    items = [
        {"slug": f"s{n}", "title": f"Kabar {n}", "isi": TEXT if n else "pendek", "at": "2026-04-27T10:00:00+07:00"}
        for n in range(3)
    ]
    site.answers |= {"/api?page=1": as_json({"data": items}), "/api?page=2": as_json({"data": []})}
    site.answers |= {f"/berita/s{n}": SHELL for n in range(3)}
    site.article("/berita/s0", "Kabar 0")
    line = (
        f'{{ method = "api", url = "{site.address}/api?page={{page}}", pages = 3, items = "data", '
        f'link = "{site.address}/berita/{{slug}}", title = "title", body = "isi", date = "at" }}'
    )
    report = run_crawl(tmp_path, catalogue(site, line)).sources["uji"]
    assert (report.found, report.fetched, report.failed, report.error) == (3, 3, 0, None)
    # Only the page of the article whose text is too short for one was asked for, and no page after the empty one.
    asked = [path for _, path, _, _ in site.log if "robots" not in path]
    assert sorted(asked) == ["/api?page=1", "/api?page=2", "/berita/s0"]
    assert report.stats["pages/text"] == 2
    assert run_crawl(tmp_path, catalogue(site, line)).sources["uji"].fetched == 0


def test_an_api_that_wants_a_post_and_a_key_of_the_team(tmp_path, site, monkeypatch):
    site.answers["/kunci/rahasia/x"] = as_json({"data": [{"u": "/berita/1"}]})
    site.article("/berita/1", "Kabar 1")
    line = (
        f'{{ method = "api", url = "{site.address}/kunci/${{UJI_KUNCI}}/x", items = "data", link = "u", '
        f"post = '{{\"page\": 1}}' }}"
    )
    report = run_crawl(tmp_path, catalogue(site, line)).sources["uji"]
    assert "UJI_KUNCI" in report.error and not site.log
    monkeypatch.setenv("UJI_KUNCI", "rahasia")
    assert run_crawl(tmp_path, catalogue(site, line)).sources["uji"].fetched == 1
    assert ("POST", "/kunci/rahasia/x") in {entry[:2] for entry in site.log}
    assert "rahasia" not in str(query(tmp_path, "SELECT * FROM discoveries") + query(tmp_path, "SELECT * FROM pages"))


class WordPress:
    """The REST API of a WordPress of ours: posts by number, each with its times."""

    def __init__(self, site):
        self.site, self.posts = site, {}
        site.fallback = self.answer

    def post(self, number, published, modified=None, title=None):
        self.posts[number] = (published, modified or published, title or f"Rilis &#8211; {number}")

    def answer(self, path):
        if "/wp-json/" not in path:
            return Answer("", 404)
        asked = {name: values[0] for name, values in parse_qs(urlsplit(path).query).items()}
        after = datetime.fromisoformat(asked.get("after", "2000-01-01T00:00:00+00:00"))
        changed = datetime.fromisoformat(asked.get("modified_after", "2000-01-01T00:00:00+00:00"))
        rows = sorted((m, n, p, t) for n, (p, m, t) in self.posts.items() if p > after and m > changed)
        size, page = min(int(asked["per_page"]), 5), int(asked["page"])
        total = -(-len(rows) // size)
        if page > max(1, total):
            return Answer('{"code": "rest_post_invalid_page_number"}', 400, "application/json")
        items = [
            {
                "link": f"{self.site.address}/rilis/{number}/",
                "title": {"rendered": title},
                "date_gmt": published.strftime("%Y-%m-%dT%H:%M:%S"),
                "modified_gmt": modified.strftime("%Y-%m-%dT%H:%M:%S"),
                "content": {"rendered": TEXT + f"<p>{title}</p>"},
            }
            for modified, number, published, title in rows[size * (page - 1) : size * page]
        ]
        return Answer(json.dumps(items), content_type="application/json", headers={"X-WP-TotalPages": str(total)})


def test_wordpress_is_read_by_its_api_and_then_only_what_changed(tmp_path, site):
    now = datetime.now(UTC).replace(microsecond=0)
    blog = WordPress(site)
    for number in range(12):
        blog.post(number, now - timedelta(days=number))
    blog.post(99, now - timedelta(days=90))  # older than the first crawl goes back
    line = f'{{ method = "wordpress", url = "{site.address}/wp-json/wp/v2/posts" }}'
    first = run_crawl(tmp_path, catalogue(site, line)).sources["uji"]
    assert (first.found, first.fetched, first.error) == (12, 12, None)
    asked = [path for _, path, _, _ in site.log if "wp-json" in path]
    assert len(asked) == 3
    assert not [path for _, path, _, _ in site.log if "/rilis/" in path]
    blog.post(3, now - timedelta(days=3), now + timedelta(seconds=5), "RALAT: rilis 3")
    blog.post(100, now + timedelta(seconds=6))
    again = run_crawl(tmp_path, catalogue(site, line)).sources["uji"]
    assert (again.found, again.fetched, again.error) == (1, 2, None)
    assert len([path for _, path, _, _ in site.log if "wp-json" in path]) == 4
    idle = run_crawl(tmp_path, catalogue(site, line)).sources["uji"]
    assert (idle.fetched, idle.error) == (0, None)
    rows = query(tmp_path, "SELECT url, error FROM discoveries")
    assert rows == [(f"{site.address}/wp-json/wp/v2/posts?page=1", None)]


def test_wordpress_since_a_day(tmp_path, site):
    now = datetime.now(UTC).replace(microsecond=0)
    blog = WordPress(site)
    for number in range(8):
        blog.post(number, now - timedelta(days=100 * number))
    line = f'{{ method = "wordpress", url = "{site.address}/wp-json/wp/v2/posts" }}'
    since = (now - timedelta(days=350)).date()
    assert run_crawl(tmp_path, catalogue(site, line), since=since).sources["uji"].fetched == 4


def test_what_wordpress_is_asked():
    asked = wordpress_address(f"{BASE}wp-json/wp/v2/posts?page=2", "2026-04-27T03:00:00+00:00", None)
    values = parse_qs(urlsplit(asked).query)
    assert values["modified_after"] == ["2026-04-27T02:59:59+00:00"]
    assert (values["page"], values["order"], "after" in values) == (["2"], ["asc"], False)


def test_a_feed_with_whole_texts_stands_in_for_pages_that_cannot_be_had(tmp_path, site):
    paths = ("/berita/hilang", "/berita/kulit", "/berita/baik", "/berita/ringkas")
    entries = "".join(
        f"<item><title>Kabar {path}</title><link>{site.address}{path}</link><pubDate>Mon, 27 Apr 2026 03:00:00 GMT</pubDate>"
        f"<content:encoded><![CDATA[{TEXT if path != '/berita/ringkas' else 'Singkat saja.'}]]></content:encoded></item>"
        for path in paths
    )
    site.answers["/umpan"] = Answer(
        f'<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel>{entries}</channel></rss>',
        content_type="application/rss+xml",
    )
    site.answers["/berita/kulit"] = SHELL
    site.article("/berita/baik", "Kabar baik", f"{TEXT}<p>Lebih lengkap di halamannya.</p>")
    report = run_crawl(tmp_path, catalogue(site, f'{{ method = "feed", url = "{site.address}/umpan" }}')).sources["uji"]
    assert (report.found, report.fetched, report.failed) == (4, 3, 1)
    assert report.stats["pages/text"] == 2
    states = dict(query(tmp_path, "SELECT url, state FROM pages"))
    assert states[f"{site.address}/berita/ringkas"] == "failed"


@pytest.mark.parametrize(
    ("item", "message"),
    [
        ('{ method = "api", url = "https://a.id/x", link = "u" }', r"discover\[0\].items' is missing"),
        (
            '{ method = "api", url = "https://a.id/x", items = "a[", link = "u" }',
            r"discover\[0\].items' is 'a\['; a JMESPath",
        ),
        ('{ method = "api", url = "https://a.id/x", items = "a", link = "/{b[}" }', r"discover\[0\].link'"),
        ('{ method = "api", url = "https://a.id/x", items = "a", link = "u", post = "{" }', r"post' is no JSON"),
        ('{ method = "feed", url = "https://a.id/x", items = "a" }', r"items' belongs to api only"),
        ('{ method = "listing", url = "https://a.id/{offset}", step = 0 }', r"step' is 0; a number from 1"),
        ('{ method = "feed", url = "https://a.id/{date:%Y}" }', r"only listings and APIs have one"),
        ('{ method = "wordpress", url = "a" }', r"url' is 'a'"),
    ],
)
def test_a_wrong_discovery_is_named(tmp_path, item, message):
    file = tmp_path / "katalog.toml"
    file.write_text(
        f'[[source]]\nid = "a"\nname = "A"\nkind = "media"\nhomepage = "https://a.id/"\ndiscover = [{item}]\n'
    )
    with pytest.raises(CatalogueError, match=message):
        load_catalogue(file)


def early_enough() -> datetime:
    """Now, once the day in WIB does not end within a minute and a half, in which the crawl would ask for another."""
    while datetime.now(WIB).date() != (datetime.now(WIB) + timedelta(seconds=90)).date():
        time.sleep(1)
    return datetime.now(WIB)


def test_a_listing_by_offset_and_by_day(tmp_path, site):
    today = early_enough()
    days = [(today - timedelta(days=back)).strftime("%Y/%m/%d") for back in range(3)]
    for number, path in enumerate((f"{days[0]}/0", f"{days[0]}/10", f"{days[0]}/20", f"{days[1]}/0", f"{days[2]}/0")):
        site.article(f"/berita/{number}", f"Kabar {number}")
        site.answers[f"/indeks/{path}"] = Answer(f'<h2><a href="/berita/{number}">Kabar</a></h2>')
    line = f'{{ method = "listing", url = "{site.address}/indeks/{{date:%Y/%m/%d}}/{{offset}}", step = 10, pages = 2, links = "h2 a" }}'
    assert run_crawl(tmp_path, catalogue(site, line)).sources["uji"].fetched == 3
    asked = {path for _, path, _, _ in site.log if path.startswith("/indeks/")}
    assert asked == {f"/indeks/{days[0]}/0", f"/indeks/{days[0]}/10", f"/indeks/{days[1]}/0", f"/indeks/{days[1]}/10"}
