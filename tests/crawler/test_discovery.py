"""Feeds, sitemaps and listings, also broken and hostile ones."""

from __future__ import annotations

import gzip
import resource
import time

import pytest

from crawler.discovery import MAX_LINKS, DiscoveryError, iso_time
from crawler.spiders.feed import MAX_FEED, read_feed
from crawler.spiders.listing import read_listing
from crawler.spiders.sitemap import read_sitemap

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


def feed_of(item, root="rss version='2.0'"):
    """A feed with one entry."""
    return f"<{root}><channel><item>{item}</item></channel></{root.split()[0]}>".encode()


@pytest.mark.parametrize("rest", ["</link><title>Judul yang terpo", "</link>", "5/judul-yang-terpo"])
def test_a_feed_that_is_cut_off_is_read_as_far_as_its_addresses_are_whole(rest):
    start = "<rss><channel><item><link>https://contoh.id/1</link></item><item><link>https://contoh.id/2"
    urls = [link.url for link in read_feed((start + rest).encode(), BASE)]
    assert urls == ["https://contoh.id/1", *(["https://contoh.id/2"] if rest.startswith("</link>") else [])]


@pytest.mark.parametrize(
    ("item", "url", "title"),
    [
        # What careless sites write: an ampersand that is none, HTML's entities, control characters.
        ("<title>A & B</title><link>/?a=1&b=2</link>", "https://contoh.id/?a=1&b=2", "A & B"),
        ("<link>/?id=7&copy=3&reg=2&lt=5</link>", "https://contoh.id/?id=7&copy=3&reg=2&lt=5", None),
        ("<link>/?id=7&amp;copy=3</link>", "https://contoh.id/?id=7&copy=3", None),
        ("<link><![CDATA[/?id=7&copy=3]]></link><x>]</x>", "https://contoh.id/?id=7&copy=3", None),
        ("<title>Satu&nbsp;&ndash;&nbsp;dua</title><link>/1</link>", "https://contoh.id/1", "Satu\xa0–\xa0dua"),
        ("<title>Judul\x08 satu</title><link>/1</link>", "https://contoh.id/1", "Judul  satu"),
        ("<title><![CDATA[Kata & <i>kata</i>]]></title><link> /1 </link>", "https://contoh.id/1", "Kata & <i>kata</i>"),
        # Which of several addresses is the article's.
        ("<title>J</title><guid>https://contoh.id/9</guid>", "https://contoh.id/9", "J"),
        ("<title>J</title><guid isPermaLink='false'>?p=9</guid><link>/1</link>", "https://contoh.id/1", "J"),
        ("<image><url>/f</url><link>/beranda</link></image><link>/1</link>", "https://contoh.id/1", None),
        ("<link>/1</link><comments>/1#komentar</comments><enclosure url='/f.jpg'/>", "https://contoh.id/1", None),
        (
            "<media:title xmlns:media='http://search.yahoo.com/mrss/'>Foto</media:title><title>J</title><link>/1</link>",
            "https://contoh.id/1",
            "J",
        ),
        ("<title>J</title><link>//m.contoh.id/1</link>", "https://m.contoh.id/1", "J"),
    ],
)
def test_what_an_entry_of_a_feed_leads_to(item, url, title):
    (link,) = read_feed(feed_of(item), BASE + "umpan/")
    assert (link.url, link.title) == (url, title)


@pytest.mark.parametrize(
    ("item", "urls"),
    [
        # An id is an address where it looks like one, and the last that counts.
        ("<guid isPermaLink='false'>https://contoh.id/9</guid>", ["https://contoh.id/9"]),
        ("<link/><guid isPermaLink='false'> https://contoh.id/9 </guid>", ["https://contoh.id/9"]),
        ("<link>/1</link><guid isPermaLink='false'>https://contoh.id/?p=9</guid>", ["https://contoh.id/1", "?p=9"]),
        ("<guid>berita-9</guid><link>/1</link>", ["https://contoh.id/1"]),
        # A proxy that counts clicks, and an address of a feed beside the page's.
        ("<link>https://proksi.id/a</link><F:origLink>/1</F:origLink>", ["https://contoh.id/1", "https://proksi.id/a"]),
        ("<F:origLink>/1</F:origLink><link>https://proksi.id/a</link>", ["https://contoh.id/1", "https://proksi.id/a"]),
        ("<A:link href='/umpan/1' type='application/rss+xml'/><link>/1</link>", ["https://contoh.id/1"]),
        ("<link>/1</link><A:link href='/umpan/1' type='application/rss+xml'/>", ["https://contoh.id/1"]),
        (
            "<link>/1</link><A:link href='/umpan/1' rel='self'/><A:link href='/k' rel='replies'/>",
            ["https://contoh.id/1"],
        ),
    ],
)
def test_which_of_an_entrys_addresses_go_first(item, urls):
    spaces = "rss xmlns:F='http://rssnamespace.org/feedburner/ext/1.0' xmlns:A='http://www.w3.org/2005/Atom'"
    (link,) = read_feed(feed_of(f"<title>J</title>{item}", spaces), BASE)
    found = [url.replace("https://contoh.id/?", "?") for url in (link.url, *link.others)]
    assert found[: len(urls)] == urls


@pytest.mark.parametrize("read", [read_feed, lambda body, base: read_sitemap(body, base)[0]], ids=["feed", "sitemap"])
@pytest.mark.parametrize(
    "subset",
    [
        "<!ENTITY situs 'https://contoh.id'><!ENTITY nbsp '&#160;'>",
        "<!-- nama --><!ELEMENT x ANY><!ENTITY situs \"https://contoh.id\">\n<!ENTITY amp '&#38;'>",
    ],
)
def test_entities_that_stand_for_plain_text_are_written_out(read, subset):
    body = (
        f"<?xml version='1.0'?><!DOCTYPE rss [{subset}]>"
        + feed_of("<title>J</title><link>&situs;/?a=1&b=2</link>").decode()
    )
    sitemap = body.replace("rss", "urlset").replace("channel>", "x>").replace("item>", "url>").replace("link>", "loc>")
    (link,) = read((body if read is read_feed else sitemap.replace("<x>", "").replace("</x>", "")).encode(), BASE)
    assert link.url == "https://contoh.id/?a=1&b=2"


def test_plain_entities_cannot_grow_without_end():
    value = b"x" * 200
    body = (
        b"<!DOCTYPE rss [<!ENTITY a '"
        + value
        + b"'>]>"
        + feed_of("<title>" + "&a;" * 500_000 + "</title><link>/1</link>")
    )
    begun = time.process_time()
    read_feed(body, BASE)
    assert time.process_time() - begun < 25


FEED_AS_A_SITEMAP = feed_of("<link>/1</link>") + b"\n"


@pytest.mark.parametrize(
    ("body", "urls"),
    [
        (b"https://contoh.id/1\nhttps://contoh.id/2?a=1&b=2\r\n\n", ["1", "2?a=1&b=2"]),
        (b"\xef\xbb\xbf\nhttps://contoh.id/1", ["1"]),
        (b"<?xml version='1.0'?>\n" + FEED_AS_A_SITEMAP, ["1"]),
        (b"<feed xmlns='http://www.w3.org/2005/Atom'><entry><link href='/1'/></entry></feed>", ["1"]),
        (b"<br />\n<b>Notice</b>: x in <b>/a.php</b><br /><urlset><url><loc>/1?a&b</loc></url></urlset>", ["1?a&b"]),
        (b"\n\n  <?xml version='1.0'?><urlset><url><loc>/1</loc></url></urlset>", ["1"]),
        # An ampersand is mended beside CDATA, too, and left as it is inside.
        (b"<urlset><url><loc><![CDATA[/1?a&b]]></loc></url><url><loc>/2?a&b</loc></url></urlset>", ["1?a&b", "2?a&b"]),
    ],
)
@pytest.mark.parametrize("packed", [0, 1, 2])
def test_what_else_sites_give_as_a_sitemap(body, urls, packed):
    for _ in range(packed):
        body = gzip.compress(body)
    links, _ = read_sitemap(body, BASE)
    assert [link.url for link in links] == [BASE + url for url in urls]


def test_a_feed_may_be_packed_but_a_web_page_around_xml_is_none():
    assert read_feed(gzip.compress(gzip.compress(FEED_AS_A_SITEMAP)), BASE)[0].url == f"{BASE}1"
    with pytest.raises(DiscoveryError, match="root is <html"):
        read_feed(b"<html><body>Contoh: <pre><rss><channel></channel></rss></pre></body></html>", BASE)


@pytest.mark.parametrize("body", [b'{"data": []}', b' [{"link": "https://contoh.id/1"}]', b"[" * 100_000])
def test_a_listing_that_answers_json_says_so(body):
    with pytest.raises(DiscoveryError, match="JSON"):
        read_listing(body, BASE, "h2 a")


def test_a_parameter_of_a_listings_address_is_no_entity():
    links = read_listing(b"<a href='/b.php?id=7&copy=3&section=2'>A</a><a href='/c?x=1&amp;reg=2'>B</a>", BASE, "a")
    assert [link.url for link in links] == [f"{BASE}b.php?id=7&copy=3&section=2", f"{BASE}c?x=1&reg=2"]


@pytest.mark.parametrize(
    ("head", "title"),
    [
        (b"", "Presidén “tamu”".encode("cp1252")),
        (b"<?xml version='1.0' encoding='iso-8859-1'?>", "Presidén “tamu”".encode("cp1252")),
        (b"<?xml version='1.0' encoding='UTF-8'?>", "Presidén “tamu”".encode()),
        (b"\xef\xbb\xbf\n<?xml version='1.0'?>", "Presidén “tamu”".encode()),
        (b"<br />\n<b>Warning</b>: date() in <b>/var/www/a.php</b><br />\n", "Presidén “tamu”".encode()),
    ],
)
def test_encodings_and_what_stands_before_a_feed(head, title):
    (link,) = read_feed(head + feed_of("<title>JUDUL</title><link>/1</link>").replace(b"JUDUL", title), BASE)
    assert link.title == "Presidén “tamu”"


ATOM = "<feed xmlns='http://www.w3.org/2005/Atom'{}><entry><title>{}</title><link href='{}'/></entry></feed>"


@pytest.mark.parametrize("declared", ["", "<?xml version='1.0'?>", "<?xml version='1.0' encoding='utf-8'?>"])
@pytest.mark.parametrize("word", ["é", "日本", "–", "a&nbsp;é"])
def test_utf_8_is_read_right_in_texts_and_attributes_whether_it_is_declared_or_not(declared, word):
    plain = word.replace("&nbsp;", "\xa0")
    (link,) = read_feed((declared + ATOM.format("", f"Judul {word}", f"/{plain}")).encode(), BASE)
    assert (link.url, link.title) == (f"https://contoh.id/{plain}", f"Judul {plain}")
    (link,) = read_feed(declared.encode() + feed_of(f"<title>Judul {word}</title><link>/{plain}</link>"), BASE)
    assert (link.url, link.title) == (f"https://contoh.id/{plain}", f"Judul {plain}")


def test_atom_addresses_count_from_xml_base_and_utf_16_is_read():
    for base, url in (("https://lain.id/x/", "https://lain.id/x/b"), ("y/", "https://contoh.id/y/b")):
        (link,) = read_feed(ATOM.format(f" xml:base='{base}'", "J", "b").encode(), BASE)
        assert link.url == url
    text = "<?xml version='1.0' encoding='utf-16'?>" + feed_of("<title>Judul</title><link>/1</link>").decode()
    assert read_feed(text.encode("utf-16"), BASE)[0].title == "Judul"


@pytest.mark.parametrize(
    ("date", "iso"),
    [
        ("Wed, 12 Nov 2025 09:30:00 +0700", "2025-11-12T02:30:00+00:00"),
        ("Wed, 12 Nov 2025 09:30:00 WIB", "2025-11-12T02:30:00+00:00"),
        ("Rab, 12 Nov 2025 09:30:00 +0700", "2025-11-12T02:30:00+00:00"),
        ("2025-11-12 09:30:00", "2025-11-12T02:30:00+00:00"),  # no zone: WIB
        ("Wed, 12 Nov 2025 09:30:00 GMT", "2025-11-12T09:30:00+00:00"),
        ("12-11-2025 09:30", "2025-11-12T02:30:00+00:00"),  # in Indonesia the day comes first
        ("besok", None),
    ],
)
def test_dates_of_feeds(date, iso):
    (link,) = read_feed(feed_of(f"<title>J</title><link>/1</link><pubDate>{date}</pubDate>"), BASE)
    assert (link.published_at, link.modified_at) == (iso, iso)


def test_rdf_and_dublin_core():
    (link,) = read_feed(
        b"<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#' xmlns='http://purl.org/rss/1.0/'"
        b" xmlns:dc='http://purl.org/dc/elements/1.1/'><item><title>J</title><link>/1</link><dc:date>2025-11-12</dc:date>"
        b"</item></rdf:RDF>",
        BASE,
    )
    assert (link.url, link.published_at) == ("https://contoh.id/1", "2025-11-11T17:00:00+00:00")


def test_a_feed_is_never_taken_for_an_address_or_a_file(tmp_path):
    (tmp_path / "umpan.xml").write_bytes(feed_of("<link>/rahasia</link>"))
    for body in (str(tmp_path / "umpan.xml"), f"file://{tmp_path}/umpan.xml", "http://127.0.0.1:9/umpan"):
        with pytest.raises(DiscoveryError):
            read_feed(body.encode(), BASE)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
@pytest.mark.parametrize("pad", [b"", b"<!-- " + b"x" * 70_000 + b" -->"], ids=["at once", "behind 70 kB"])
@pytest.mark.parametrize(
    "entities",
    [
        b"<!ENTITY a 'rahasia'>"
        + b"".join(b"<!ENTITY %c '%s'>" % (97 + n, b"&%c;" % (96 + n) * 10) for n in range(1, 10)),
        b"<!ENTITY j SYSTEM 'file:///etc/passwd'>",
        b"<!ENTITY % luar SYSTEM 'http://127.0.0.1:9/x.dtd'> %luar;",
    ],
    ids=["billion laughs", "a file", "another DTD"],
)
def test_xml_bombs_and_what_is_outside_are_refused_before_they_are_parsed(entities, pad, encoding):
    body = pad + b"<!DOCTYPE rss [" + entities + b"]>" + feed_of("<title>&j;</title><link>/1</link>")
    body = b"<?xml version='1.0' encoding='%s'?>" % encoding.encode() + body
    begun = time.process_time()
    with pytest.raises(DiscoveryError, match="uses entities"):
        read_feed(body.decode().encode(encoding), BASE)
    assert time.process_time() - begun < 5


@pytest.mark.parametrize("piece", ["<a>", "<", "&", "<item><link>/1", "<a b='", "<![CDATA[", "<!x ", "x"])
def test_a_hostile_feed_costs_bounded_time(piece):
    begun = time.process_time()
    read_feed(b"<rss><channel><item><link>/1</link></item>" + piece.encode() * (100_000 // len(piece)), BASE)
    assert time.process_time() - begun < 20  # .7 s; what grew with the square would take minutes


@pytest.mark.parametrize("shift", range(3))
def test_of_a_huge_feed_the_first_entries_are_read_wherever_it_is_cut(shift):
    """Also in the middle of a character: the rest is read as the UTF-8 that it is."""
    rest = "x" * shift + "日本" * 800
    entry = f"<item><title>Judul 日本</title><link>/{{}}</link><description>{rest}</description></item>"
    body = f"<rss version='2.0'><channel>{''.join(entry.format(n) for n in range(600))}</channel></rss>".encode()
    assert len(body) > MAX_FEED
    begun = time.process_time()
    links = read_feed(body, BASE)
    assert (links[0].url, {link.title for link in links}) == ("https://contoh.id/0", {"Judul 日本"})
    assert MAX_FEED // 5_000 <= len(links) <= MAX_FEED // 4_800
    assert time.process_time() - begun < 30


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


@pytest.mark.parametrize("pack", [bytes, gzip.compress], ids=["plain", "gzip"])
@pytest.mark.parametrize("shift", range(6))
def test_a_bare_ampersand_in_a_sitemap_costs_no_address_its_parameters(pack, shift):
    """The pieces in which a sitemap is read end anywhere, in the middle of an entity, too."""
    pad = "<!-- " + "x" * shift + " -->"
    rows = "".join(f"<url><loc>https://contoh.id/?id={n}&amp;kat=1</loc></url>" for n in range(3_000))
    body = f"<urlset>{pad}<url><loc>https://contoh.id/?a=1&b=2</loc></url>{rows}<url><loc>/&</loc></url></urlset>"
    links, _ = read_sitemap(pack(body.encode()), BASE)
    assert [link.url for link in links] == [
        "https://contoh.id/?a=1&b=2",
        *(f"https://contoh.id/?id={n}&kat=1" for n in range(3_000)),
        "https://contoh.id/&",
    ]


def test_a_sitemap_in_cdata_or_utf_16_is_read_as_it_is():
    for loc, encoding in (("<![CDATA[/?a=1&b=2]]>", "utf-8"), ("/?a=1&amp;b=2", "utf-16")):
        body = f"<?xml version='1.0' encoding='{encoding}'?><urlset><url><loc>{loc}</loc></url></urlset>"
        (link,) = read_sitemap(body.encode(encoding), BASE)[0]
        assert link.url == "https://contoh.id/?a=1&b=2"


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
