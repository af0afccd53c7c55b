"""The pages, through Datasette itself: search as people write, everything escaped, headers strict."""

from __future__ import annotations

import re
from itertools import pairwise
from urllib.parse import quote

import pytest

from pipelines.language.stems import stem_word
from pipelines.publish.show.differences import changed_paragraphs
from pipelines.search import find
from pipelines.search.words import match_expression
from tests.pipelines.publish.conftest import EVIL

PAGES = tuple(
    """
    / /cari /cari?q=pasar /artikel/1 /artikel/2 /artikel/3 /artikel/4 /pejabat /pejabat/1 /kota /kota/1 /perjanjian
    /perjanjian/1 /sumber /sumber/contoh /dasbor /dasbor?rentang=1 /dasbor?rentang=semua /peta /provinsi/32
    /peraturan/1 /lembaga /unduh /pantau/officials /cari?orang=1&tempat=1&lembaga=1 /cari?perjanjian=MoU&q=rangga
    """.split()
)


@pytest.mark.parametrize("path", PAGES)
def test_every_page_is_indonesian_escaped_small_and_self_contained(site, path):
    response = site(path)
    assert response.status_code == 200
    html = response.text
    assert '<html lang="id">' in html
    assert "<script>alert" not in html
    assert 'href="javascript:' not in html
    assert not re.search(
        r"""(?:src|href)=["'](?:https?:)?//(?!contoh\.go\.id)""", html.replace("https://datasette.io/", "")
    )
    assert len(response.content) < 100_000
    assert response.headers["content-security-policy"].startswith("default-src 'none'")
    assert "unsafe" not in response.headers["content-security-policy"]
    assert response.headers["x-content-type-options"] == "nosniff"


QUERIES = [
    "covid-19",
    "Jum'at",
    "PT. Maju",
    "C++",
    '"',
    "'",
    "-",
    "(",
    "NEAR(",
    "AND",
    "a OR",
    "*",
    "title:x",
    "😀",
    "%",
    "\\",
    "--",
    '"frasa tak tertutup',
    "x" * 10_000,
    "-pasar",
    "^a",
    "\x00",
]


@pytest.mark.parametrize("query", QUERIES)
def test_no_search_is_an_error(site, query):
    from urllib.parse import quote

    assert site(f"/cari?q={quote(query)}").status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        "/cari?hal=abc&dari=besok&jenis=x&urut=y",
        "/cari?hal=99999999999",
        "/kota?cari=%27",
        "/cari?kota=%25",
        "/cari?orang=x&tempat=9999999999999999&perjanjian=zz",
        "/dasbor?rentang=x",
        "/kota?provinsi=zz&jenis=y&urut=z",
        "/perjanjian?cari=%25_%5C",
        "/saran.json?q=%25%00",
        "/umpan.xml?q=%22",
    ],
)
def test_odd_arguments_are_no_error(site, path):
    assert site(path).status_code == 200


@pytest.mark.parametrize(
    ("query", "hits"),
    [
        ("penandatanganan", 1),
        ("ditandatangani", 1),
        ("menandatangani", 1),
        ("covid-19", 1),
        ("jum'at", 1),
        ("pasar", 1),
        ('"dokumen itu"', 1),
        ('"itu dokumen"', 0),
        ("bupati", 3),
        ("bupati -covid-19", 2),
        ("BUPATI bogor", 3),
        ("kucing", 0),
    ],
)
def test_what_is_found(site, query, hits):
    html = site("/cari?q=" + query.replace(" ", "+")).text.partition("Yang mendekati")[0]
    assert html.count('<article class="kartu">') == hits


def test_filters(site):
    assert site("/cari?kota=Bandung").text.count('<article class="kartu">') == 4
    assert site("/cari?kota=32.73&pejabat=rangga&jenis=press_release").text.count('<article class="kartu">') == 4
    assert site("/cari?jenis=news").text.count('<article class="kartu">') == 0
    assert site("/cari?sampai=2025-01-01").text.count('<article class="kartu">') == 0


def test_an_article_shows_marks_version_difference_and_neighbours(site):
    html = site("/artikel/2").text
    assert '<mark class="m-per" title="Orang"><a href="/pejabat/1">Rangga Wiratama</a></mark>' in html
    assert "<del>senang.</del><ins>gembira.</ins>" in html
    assert "Rabu, 12 November 2025, 09.30 WIB" in html
    assert "Tanggal terbitnya perlu dicek. Umpan menyebut Kamis, 20 November 2025." in html
    assert "Baca di sumbernya" in html
    assert "Baca di sumbernya" not in site("/artikel/1").text  # its address is no web address


def test_an_article_carries_what_a_clipping_needs_as_evidence(site):
    """Where it was published, when it was taken, and where it is here: on the page and on paper."""
    evidence = re.search(r'<dl class="bukti">(.*?)</dl>', site("/artikel/2").text, re.DOTALL)[1]
    assert "<dd>https://contoh.go.id/1</dd>" in evidence
    assert "Rabu, 12 November 2025, 10.00 WIB; versi 2 Rabu, 12 November 2025, 10.00 WIB" in evidence
    assert "<dd>http://localhost/artikel/2</dd>" in evidence
    css = site("/pantau-static/pantau.css").text
    hidden = re.search(r"@media print \{([^{]*)\{ display: none", css)[1]
    assert "bukti" not in hidden and ".bukti" in css


@pytest.mark.parametrize("path", PAGES)
def test_every_page_of_ours_says_what_it_is_when_it_is_shared(site, path):
    html = site(path).text
    if path.startswith("/pantau"):
        return
    for name in ("og:title", "og:description", "og:url"):
        assert re.search(rf'<meta property="{name}" content="[^"]+">', html), name
    assert f'<meta property="og:url" content="http://localhost{path.replace("&", "&amp;")}">' in html
    assert re.search(r'<meta name="description" content="[^"]{20,}">', html)


@pytest.mark.parametrize("path", [*PAGES, "/peraturan", "/tahu", "/sumber/contoh/tahu"])
def test_headings_leave_out_no_level(site, path):
    levels = [int(level) for level in re.findall(r"<h([1-6])\b", site(path).text)]
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels)), levels


def test_laws_have_a_list(site):
    html = site("/peraturan?cari=pp").text
    assert '<a href="/peraturan/1">PP 1/2020</a>' in html and 'data-hitungan="1"' in html
    assert 'data-hitungan="0"' in site("/peraturan?cari=uu").text
    assert site("/unduh/daftar/peraturan.json").text.count("\n") == 1


def test_raw_tables_have_the_menu_of_the_pages(site):
    html = site("/pantau").text
    for path in ("/cari", "/perjanjian", "/liputan", "/sumber"):
        assert f'<a href="{path}">' in html


def test_only_the_changed_paragraphs_of_a_version_are_shown():
    parts = changed_paragraphs("satu\ndua\ntiga\nempat", "satu\ndua\ntiga kali\nempat")
    assert [str(part) for part in parts] == [
        '<span class="ket">… 2 paragraf tetap …</span>',
        "tiga<ins> kali</ins>",
        '<span class="ket">… 1 paragraf tetap …</span>',
    ]


def test_filters_by_profile_and_agreement(site):
    assert site("/cari?orang=1").text.count('<article class="kartu">') == 4
    assert site("/cari?orang=99").text.count('<article class="kartu">') == 0
    assert site("/cari?perjanjian=MoU&q=pasar").text.count('<article class="kartu">') == 1
    assert site("/cari?perjanjian=PKS").text.count('<article class="kartu">') == 0
    assert "Rangga Wiratama <span" in site("/cari?orang=1").text  # and can be taken off again


def test_profiles_tell_who_where_and_when(site):
    person = site("/pejabat/1").text
    assert "November 2025: 4" in person  # the bar of the month
    assert "<b>Bupati</b>, Bogor" in person and "Pasar ini milik kita" in person
    assert "/umpan.xml?orang=1" in person
    place = site("/kota/1").text
    assert 'aria-label="Letak Kota Bandung di Indonesia"' in place and '<a href="/provinsi/32">Jawa Barat</a>' in place
    province = site("/provinsi/32").text
    assert (
        'aria-label="Peta Jawa Barat"' in province
        and '<a href="/kota/1" aria-label="Kota Bandung: 4 artikel">' in province
    )
    assert "Rangga Wiratama" in place and "Nota kesepahaman Pemkab Bogor" in place
    assert site("/provinsi/99").status_code == 404


def test_the_map_has_every_province(site):
    html = site("/peta").text
    assert len(set(re.findall(r'<a href="/provinsi/(\d\d)" aria-label', html))) == 38


def test_suggestions_begin_words_and_lead_to_profiles(site):
    assert site("/saran.json?q=wira").json() == [{"kind": "orang", "name": "Rangga Wiratama", "href": "/pejabat/1"}]
    assert site("/saran.json?q=ban").json() == [{"kind": "tempat", "name": "Kota Bandung", "href": "/kota/1"}]
    assert site("/saran.json?q=w").json() == site("/saran.json?q=iratama").json() == []


@pytest.mark.parametrize(
    ("query", "articles"),
    [
        ("pasar OR gembira", 2),
        ("rangga NOT gembira", 3),
        ("gembir*", 1),
        ("judul:pasar", 1),
        ("isi:penandatanganan", 0),
        ("NEAR(bupati bogor, 2)", 3),
        ("(pasar OR gembira) AND rangga", 2),
        ("penandatanganan OR pasar", 2),
    ],
)
def test_operators_search_where_they_are_asked_for(site, query, articles):
    response = site(f"/cari?operator=1&q={quote(query)}")
    assert response.status_code == 200
    assert response.text.count('<article class="kartu">') == articles
    assert 'name="operator" value="1" checked' in response.text


@pytest.mark.parametrize(
    "query", ["pasar AND", "(pasar", '"pasar', "NEAR(pasar)", "a*", "OR", "pasar)", f"judul: {EVIL}("]
)
def test_a_mistake_with_operators_is_a_page_that_helps(site, query):
    response = site(f"/cari?operator=1&q={quote(query)}")
    assert response.status_code == 400
    assert (
        "tidak dapat dibaca" in response.text
        and "cari tanpa operator" in response.text
        and "Cara mencari" in response.text
    )
    assert EVIL not in response.text
    assert site(f"/umpan.xml?operator=1&q={quote(query)}").status_code == 200  # an empty feed
    assert site(f"/cari?q={quote(query)}").status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        "/pantau",
        "/pantau/articles",
        "/pantau/articles/1",
        "/pantau/officials",
        "/pantau/perjanjian_terbaru",
        "/pantau/articles?kind=news",
        "/pantau/articles?_facet=kind&title__contains=pasar",
    ],
)
def test_raw_tables_speak_indonesian_and_run_nothing(site, path):
    page = site(path).text
    for english in (
        "row",
        "Apply",
        "This data as",
        "Next page",
        "Advanced",
        "SQL query",
        "Powered",
        "Links from",
        "Queries",
        "remove",
    ):
        assert not re.search(rf">[^<]*\b{english}\b", page), english
    assert EVIL not in page and "<script>" not in page and "style=" not in page


def test_snippets_mark_words_by_their_stem(site):
    assert "<b>ditandatangani</b>" in site("/cari?q=penandatanganan").text


@pytest.mark.parametrize(
    "path",
    [
        "/lembaga/99",
        "/peraturan/99",
        "/unduh/pages.csv",
        "/unduh/articles.exe",
        "/tidak-ada",
        "/artikel/99",
        "/artikel/9999999999999999999",
        "/pejabat/99",
        "/sumber/tidak",
    ],
)
def test_missing_pages_help(site, path):
    response = site(path)
    assert response.status_code == 404
    assert "Cari artikel" in response.text


def test_data_pages_and_canned_queries_work_without_free_sql(site):
    assert site("/pantau").status_code == 200
    assert site("/pantau/officials.json?_shape=array").json()[0]["name"] == "Rangga Wiratama"
    assert site("/pantau/perjanjian_terbaru.json?_shape=array").json()[0]["jenis"] == "MoU"
    assert site("/pantau?sql=select+1").status_code == 403
    assert site("/pantau.db").status_code == 403
    assert site("/pantau/officials.csv").headers["location"] == "/unduh"


def test_stems_and_expressions():
    assert {stem_word(w) for w in ("penandatanganan", "menandatangani", "ditandatangani")} == {"tandatangan"}
    assert match_expression("  ") == match_expression('"') == match_expression("- -x") == ""


@pytest.mark.parametrize("dense", [1, 50_000])
@pytest.mark.parametrize(
    ("query", "titles"),
    [
        ("q=rangga&sumber=contoh", 4),
        ("q=rangga&pejabat=rangga", 4),
        ("q=rangga&jenis=news", 0),
        ("q=rangga", 3),
        ("q=rangga&dari=2025-01-01&kota=Bandung", 4),
        ("q=rangga+-covid-19&tempat=1", 3),
    ],
)
def test_common_words_find_the_same_by_the_short_ways(site, monkeypatch, query, titles, dense):
    """With limits of a small site: the newest hits for a word alone or everywhere, all hits under filters."""
    monkeypatch.setattr(find, "MOST_COUNTED", 2)
    monkeypatch.setattr(find, "DENSE", dense)
    response = site(f"/cari?{query}")
    assert response.status_code == 200
    assert response.text.partition("Yang mendekati")[0].count('<article class="kartu">') == (
        min(titles, 3) if dense == 1 else titles
    )
