"""Articles on several pages: what is followed, what is not, and a real crawl that joins them."""

from __future__ import annotations

import pytest

from crawler.limits import MOST_PAGES
from crawler.paged_articles import PagedArticle, split_body
from tests.crawler.pdf_files import make_pdf
from tests.crawler.server import LOREM, Answer, feed
from tests.crawler.test_crawl import FEED, crawl, query, site  # noqa: F401

URL = "https://contoh.id/read/2024/judul"


@pytest.mark.parametrize(
    ("link", "further"),
    [
        ('<a href="?page=2">2</a>', f"{URL}?page=2"),
        ('<link rel="next" href="/read/2024/judul?page=2">', f"{URL}?page=2"),
        ('<a rel="next" href="/read/2024/judul/2">&raquo;</a>', f"{URL}/2"),
        ('<a href="?halaman=2#isi">Halaman Selanjutnya</a>', f"{URL}?halaman=2"),
        ('<a href="?page=2">2</a><a href="?page=all">Tampilkan Semua</a>', f"{URL}?page=all"),
        ('<a href="https://contoh.id/read/2024/judul?single=1">Lihat semua</a>', f"{URL}?single=1"),
        ('<a href="?page=3">3</a>', None),
        ('<a href="?page=2">Komentar lama</a>', None),
        ('<link rel="next" href="/read/2024/judul-lain">', None),
        ('<a rel="next" href="/read/2024/lain?page=2">Next</a>', None),
        ('<a rel="next" href="https://lain.id/read/2024/judul?page=2">Next</a>', None),
        ('<a rel="next" href="http://[rusak?page=2">Next</a>', None),
        ('<a href="/indeks?page=2">2</a>', None),
    ],
)
def test_what_is_the_same_articles_next_page(link, further):
    assert PagedArticle(URL, f"<html><body><p>Isi</p>{link}</body></html>".encode()).further() == further


def test_pages_are_counted_and_kept_apart():
    article = PagedArticle(URL, b"<p>satu</p><a href='?page=2'>2</a>")
    for number in range(2, MOST_PAGES + 3):
        further = article.further()
        if further is None:
            break
        assert further == f"{URL}?page={number}"
        article.add(further, f"<p>hal {number}</p><a href='?page={number + 1}'>{number + 1}</a>".encode())
    pages = split_body(article.body())
    assert len(pages) == MOST_PAGES
    assert pages[0].startswith(b"<p>satu") and pages[-1].startswith(b"<p>hal 10")
    assert split_body(b"<p>satu halaman</p>") == [b"<p>satu halaman</p>"]


def test_a_crawl_keeps_a_release_that_is_a_file_and_one_that_its_page_links_to(pantau, tmp_path, site):  # noqa: F811
    release = make_pdf([("Dermaga Kampung Diperbaiki Warga", 18), *((LOREM[at : at + 80], 11) for at in (0, 80, 160))])
    link = "<html><body><h1>Dermaga Kampung Diperbaiki Warga</h1><a href='/berkas/rilis.pdf'>Unduh</a></body></html>"
    site.answers["/berita/berkas"] = Answer(link)
    site.answers["/berkas/rilis.pdf"] = Answer(release, content_type="application/pdf")
    site.answers["/berita/rilis.pdf"] = Answer(release, content_type="application/octet-stream")
    listed = feed(site, "/berita/berkas", "/berita/rilis.pdf")
    site.answers["/umpan"] = Answer(listed, content_type="application/xml")
    assert crawl(pantau, tmp_path, site, FEED).returncode == 0
    titles = query(tmp_path, "SELECT title FROM articles")
    assert titles == [("Dermaga Kampung Diperbaiki Warga",)] * 2
    assert all(words > 15 for (words,) in query(tmp_path, "SELECT word_count FROM articles"))


def test_a_crawl_joins_pages_and_prefers_the_whole(pantau, tmp_path, site):  # noqa: F811
    more = "Bagian kedua menceritakan rapat desa yang memutuskan iuran bulanan untuk perawatan dermaga tersebut. " * 3
    last = "Bagian ketiga memuat harapan para nelayan agar bahan bakar tersedia sepanjang tahun di kampung mereka. " * 3

    def page(text, links):
        html = f"<html><head><title>Dermaga Kampung Diperbaiki</title></head><body><h1>Dermaga Kampung Diperbaiki</h1><p>{LOREM}</p><p>{text}</p>"
        return Answer(f"{html}<div class='paging'>{links}</div></body></html>")

    two, three = "<a href='?page=2'>2</a>", "<a rel='next' href='?page=3'>Selanjutnya</a>"
    site.answers["/berita/a"] = page("Awal cerita.", two)
    site.answers["/berita/a?page=2"] = page(more, three)
    site.answers["/berita/a?page=3"] = page(last, "<a href='?page=2'>Sebelumnya</a>")
    site.answers["/berita/b"] = page("Awal cerita lain.", two + "<a href='?page=all'>Tampilkan semua</a>")
    site.answers["/berita/b?page=all"] = page(more, "")
    site.answers["/berita/c"] = page("Awal cerita ketiga.", two)  # its second page answers 404
    site.answers["/umpan"] = Answer(feed(site, "/berita/a", "/berita/b", "/berita/c"), content_type="application/xml")
    assert crawl(pantau, tmp_path, site, FEED).returncode == 0
    texts = dict(query(tmp_path, "SELECT substr(url, -1), text FROM articles"))
    assert texts["a"].count(LOREM) == 1
    assert texts["a"].index("Bagian kedua") < texts["a"].index("Bagian ketiga")
    assert "Bagian kedua" in texts["b"] and site.asked("/berita/b?page=2") == 0
    assert texts["c"].startswith(LOREM[:40])
    assert query(tmp_path, "SELECT count(*) FROM pages") == [(3,)]
