"""Releases whose text is only a PDF: fetched as such, or linked from a short page."""

from __future__ import annotations

import textwrap
import time

import pytest

from crawler.attached_pdf import attached_pdf
from crawler.paged_articles import PagedArticle
from pipelines.extract import NotAnArticle, extract_article
from pipelines.extract import pdf as reading
from tests.crawler.pdf_files import locked, make_pdf

NOW = "2026-12-01T03:00:00+00:00"
TITLE = "Pasar Ikan Muara Jati Dibuka Lagi Setelah Atapnya Diperbaiki"
TEXT = [
    "Tanjung Rimba, 23 November 2026 - Pemerintah Kabupaten Tanjung Rimba membuka lagi pasar ikan di Kecamatan Muara "
    "Jati setelah atapnya diperbaiki selama tiga bulan dengan biaya dua miliar rupiah dari anggaran daerah.",
    "Kepala Dinas Perdagangan Sutarno Widodo mengatakan seratus dua puluh pedagang lama mendapat tempat tanpa undian "
    "dan tidak dipungut sewa sampai akhir tahun. Pedagang baru menunggu giliran pada bulan Maret.",
    "Pedagang menyambut baik pembukaan itu. Mereka berharap saluran air di sisi timur segera dibersihkan karena masih "
    "meluap ketika hujan deras turun pada malam hari, seperti yang terjadi pekan lalu di kampung nelayan.",
]
LETTERHEAD = [("DINAS PERDAGANGAN KABUPATEN TANJUNG RIMBA", 11), ("Jalan Pelabuhan Nomor 4, Telp. (021) 555123", 9)]
PAGE = "<html><body><h1>{title}</h1><p>23 November 2026</p>{link}</body></html>"


def lines(texts, width=80, size=11):
    return [(line, size) for text in texts for line in textwrap.wrap(text, width)]


def release(title_size=16, width=80, numbered=True):
    mark = [("SIARAN PERS", 12), ("Nomor: 12/HM/XI/2026", 11)] if numbered else []
    title = [(line, title_size) for line in textwrap.wrap(TITLE, 34)]
    first = [*LETTERHEAD, *mark, *title, *lines(TEXT[:2], width), ("Halaman 1 dari 2", 9)]
    return make_pdf(first, [*LETTERHEAD, *lines(TEXT[2:], width), ("Halaman 2 dari 2", 9)])


def read(body, **options):
    return extract_article(body, url="https://dinas.contoh.go.id/rilis/12.pdf", fetched_at=NOW, **options)


@pytest.mark.parametrize("width", [40, 80, 110])
@pytest.mark.parametrize("title_size", [14, 24])
def test_a_release_is_read_without_letterhead_and_page_numbers(title_size, width):
    article = read(release(title_size, width))
    assert (article.title, article.kind, article.published_date) == (TITLE, "press_release", "2026-11-23")
    assert article.text.split() == " ".join(TEXT).split()
    if width == 80:  # whose paragraphs end in shorter lines; a full last line cannot be told from others
        assert article.text == "\n\n".join(TEXT)


def test_a_title_whose_letters_are_no_larger():
    title = [(line, 11) for line in textwrap.wrap(TITLE.upper(), 34)]
    body = make_pdf([*LETTERHEAD, ("SIARAN PERS", 11), ("Nomor: 12/HM/XI/2026", 11), *title, *lines(TEXT)])
    article = read(body)
    assert article.title.upper() == TITLE.upper()
    assert article.text == "\n\n".join(TEXT)


def test_words_that_a_line_divides_are_joined():
    body = make_pdf([(TITLE, 16), ("Pemerintah memba-", 11), ("ngun pasar baru.", 11), *lines(TEXT)])
    assert "Pemerintah membangun pasar baru." in read(body).text


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (locked(release(), "rahasia"), "encrypted"),
        (make_pdf([], []), "scanned"),
        (release()[:400], "cannot be read"),
        (b"%PDF-1.7\n%%EOF", "cannot be read"),
        (make_pdf(*[lines(TEXT)] * 31), "31 pages"),
    ],
)
def test_a_file_whose_text_cannot_be_had_is_named_as_such(body, why):
    with pytest.raises(NotAnArticle, match=why):
        read(body)


def test_a_file_that_is_only_locked_against_changes_is_read():
    assert read(locked(release(), "")).title == TITLE


def test_limits_of_size_and_time(monkeypatch):
    monkeypatch.setattr(reading, "DOWNLOAD_MAXSIZE", 1_000)
    with pytest.raises(NotAnArticle, match="no more than 1000"):
        read(release())
    monkeypatch.undo()
    monkeypatch.setattr(reading, "SECONDS", 0)
    with pytest.raises(NotAnArticle, match="longer than 0 s"):
        read(release())


def test_a_date_that_is_not_printed_is_that_of_the_file_or_of_nobody():
    assert read(make_pdf([(TITLE, 16), *lines(TEXT[1:])])).published_at is None


LINKS = {
    "a link": "<a href='/berkas/siaran-12.pdf'>Unduh</a>",
    "a link to a release behind another": "<a href='/a.pdf'>Lampiran</a><a href='/berkas/siaran-12.pdf'>Siaran pers</a>",
    "in the page": "<a href='/lain.pdf'>Siaran pers</a><iframe src='/berkas/siaran-12.pdf#page=1'></iframe>",
    "an object": "<object data='/berkas/siaran-12.pdf'></object>",
    "a viewer": "<iframe src='/viewer.html?file=/berkas/siaran-12.pdf'></iframe>",
    "beside a menu": "<nav><a href='/pedoman-rilis.pdf'>Pedoman rilis</a></nav><a href='/berkas/siaran-12.pdf'>PDF</a>",
}


@pytest.mark.parametrize("link", LINKS)
def test_a_short_page_leads_to_its_file(link):
    url = "https://dinas.contoh.go.id/rilis/12"
    page = PAGE.format(title=TITLE, link=LINKS[link]).encode()
    article = PagedArticle(url, page)
    assert article.further() == "https://dinas.contoh.go.id/berkas/siaran-12.pdf"
    article.add("https://dinas.contoh.go.id/berkas/siaran-12.pdf", release())
    assert article.further() is None
    found = extract_article(article.body(), url=url, fetched_at=NOW)
    assert (found.title, found.kind, found.published_date) == (TITLE, "press_release", "2026-11-23")
    assert TEXT[0] in found.text and TEXT[2] in found.text and "Telp" not in found.text


def test_a_page_with_a_text_of_its_own_needs_no_file():
    text = "".join(f"<p>{part}</p>" for part in TEXT)
    page = PAGE.format(title=TITLE, link=text + LINKS["a link"]).encode()
    assert attached_pdf("https://dinas.contoh.go.id/rilis/12", page) is None


def test_a_page_whose_file_cannot_be_read_says_so_or_keeps_its_own_text():
    article = PagedArticle(
        "https://dinas.contoh.go.id/rilis/12", PAGE.format(title=TITLE, link=LINKS["a link"]).encode()
    )
    article.add("https://dinas.contoh.go.id/berkas/siaran-12.pdf", make_pdf([]))
    with pytest.raises(NotAnArticle, match="scanned"):
        read(article.body())
    short = PAGE.format(title=TITLE, link=f"<div><p>{TEXT[0]}</p></div>{LINKS['a link']}").encode()
    article = PagedArticle("https://dinas.contoh.go.id/rilis/12", short)
    article.add("https://dinas.contoh.go.id/berkas/siaran-12.pdf", make_pdf([]))
    assert read(article.body()).text == TEXT[0]


def test_a_file_of_nothing_but_brackets_is_refused_in_time():
    start = time.process_time()
    with pytest.raises(NotAnArticle):
        read(b"%PDF-1.4\n" + b"<<" * 200_000 + b"\n%%EOF")
    assert time.process_time() - start < 20
