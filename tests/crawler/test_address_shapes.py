"""The shapes of addresses: what the links of a page with headlines have in common, and what stays outside."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.address_shapes import Anchor, article_pattern
from crawler.homepage import read_homepage
from crawler.patterns import ArticlePattern
from crawler.records import FetchedPage

TITLES = [
    "Warga Desa Perbaiki Jembatan Gantung",
    "Harga Beras Turun di Pasar Induk",
    "Bupati Lantik Kepala Dinas yang Baru",
    "Nelayan Pulang Lebih Awal karena Badai",
    "Sekolah di Pulau Terluar Dapat Guru Baru",
]


def slugs(start, words=99):
    return [f"https://uji.id{start}{'-'.join(title.lower().split()[:words])}" for title in TITLES]


def found(addresses, others=()):
    anchors = [Anchor(url, title) for url, title in zip(addresses, TITLES * 9, strict=False)]
    return article_pattern([*anchors, *(Anchor(url, text) for url, text in others)])


MENU = [("https://uji.id/tentang-kami", "Tentang"), ("https://uji.id/kategori/ekonomi", "Ekonomi")]


@pytest.mark.parametrize(
    ("addresses", "later", "never"),
    [
        (slugs("/berita/"), "https://www.uji.id/berita/pasar-baru-dibuka/", "https://uji.id/tag/pasar-baru-dibuka"),
        (slugs("/"), "https://uji.id/gubernur-buka-pekan-raya-daerah", "https://uji.id/visi-misi"),
        (
            [u.replace("uji.id/", f"uji.id/2026/1{n % 3}/0{n}/") for n, u in enumerate(slugs("/"))],
            "https://uji.id/2027/01/31/pasar-baru-dibuka",
            "https://uji.id/2027/01/",
        ),
        ([f"https://uji.id/read/{9990 + n}" for n in range(5)], "https://uji.id/read/10204", "https://uji.id/tag/9990"),
        (
            [u.replace("/x/", f"/read/{n}/") for n, u in enumerate(slugs("/x/"), 800)],
            "https://uji.id/read/910/kebakaran",
            "https://uji.id/read/terbaru/kebakaran",
        ),
        (
            [f"https://uji.id/detail.php?id={n}" for n in range(5)],
            "https://uji.id/detail.php?id=77",
            "https://uji.id/page.php?id=77",
        ),
        ([f"{u}.html" for u in slugs("/x/")], "https://uji.id/x/pasar-baru-dibuka.html", "https://uji.id/x/y.html"),
        (
            [u.replace("/k/", f"/{k}/") for u, k in zip(slugs("/k/"), ["a", "b", "c", "d", "e"], strict=True)],
            "https://uji.id/kota/pasar-baru-dibuka",
            "https://uji.id/profil/kepala-dinas-kami",
        ),
        (
            [u.replace("uji.id", f"{k}.uji.id") for u, k in zip(slugs("/"), ["a", "b", "c", "a", "b"], strict=True)],
            "https://olahraga.uji.id/tim-daerah-juara-lomba-perahu",
            "https://lain.id/tim-daerah-juara-lomba-perahu",
        ),
    ],
)
def test_what_repeats_with_headlines_is_the_pattern(addresses, later, never):
    shape = found(addresses, [*MENU, ("https://uji.id/profil/kepala-dinas-kami", "Kepala Dinas")])
    assert shape is not None and set(shape.articles) == set(addresses)
    pattern = ArticlePattern(shape.pattern)
    assert pattern.takes(later) and not pattern.takes(never)
    assert not any(pattern.takes(url) for url, _ in MENU)


@pytest.mark.parametrize(
    "anchors",
    [
        [],
        [(url, "Baca") for url in slugs("/berita/")],  # no headline leads there
        [(url, title) for url, title in zip(slugs("/berita/")[:2], TITLES, strict=False)],  # too few to be a shape
        [(f"https://uji.id/foto/{n}.jpg", title) for n, title in enumerate(TITLES)],
        [("https://uji.id/", title) for title in TITLES],
    ],
)
def test_where_nothing_repeats_there_is_no_pattern(anchors):
    assert article_pattern([Anchor(url, text) for url, text in anchors]) is None


SEGMENT = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=12)


@settings(max_examples=300, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.lists(SEGMENT | st.sampled_from(["berita", "12", "a-b-c-d"]), max_size=4),
            SEGMENT,
            st.sampled_from(TITLES),
        ),
        max_size=12,
    )
)
def test_any_addresses_give_a_pattern_that_takes_its_articles_or_none(links):
    anchors = [Anchor(f"https://uji.id/{'/'.join(path)}?{query}", title) for path, query, title in links]
    shape = article_pattern(anchors)
    assert shape is None or all(ArticlePattern(shape.pattern).takes(url) for url in shape.articles)


def page(html, url="https://uji.id/"):
    return FetchedPage(url, url, "x", 200, (), (), html, "2026-12-01T00:00:00+00:00", {}, None, None, "text/html")


def test_a_link_shows_its_text_without_its_scripts_and_its_two_spellings_are_one():
    html = "<a href=/berita/a><script>var satu = dua tiga empat lima;</script>Lihat</a><a href=/berita/a/>Warga</a>"
    (anchor,) = read_homepage(page(html.encode())).anchors
    assert (anchor.url, anchor.text) == ("https://uji.id/berita/a", "Lihat")


def test_feeds_that_lead_into_private_networks_or_tell_of_comments_are_left():
    kind = "rel=alternate type=application/rss+xml"
    html = f"<link {kind} href=http://10.0.0.1/x><link {kind} href=/comments/feed/><link {kind} href=//feeds.lain.id/a>"
    html += f"<link {kind} href='http://[::1/'><link {kind} href=ftp://uji.id/a><link {kind} href='feed'>"
    assert read_homepage(page(html.encode())).feeds == ("https://feeds.lain.id/a", "https://uji.id/feed")


@settings(max_examples=150, deadline=None)
@given(
    st.binary(max_size=300)
    | st.text(max_size=300).map(lambda text: f"<a href='{text}'>{text}<link rel={text}>".encode())
)
def test_a_homepage_of_any_bytes_is_read(body):
    read_homepage(page(body))


def test_a_huge_homepage_takes_no_longer_than_its_length():
    begun = time.process_time()
    html = b"".join(
        b"<a href=/berita/satu-dua-tiga-%d>Warga Desa Perbaiki Jembatan %d</a>" % (n, n) for n in range(20_000)
    )
    home = read_homepage(page(html))
    assert article_pattern(home.anchors) and len(home.anchors) <= 3_000
    assert time.process_time() - begun < 60
    assert re.search(article_pattern(home.anchors).pattern, "https://uji.id/berita/empat-lima-enam")
