"""The pages, through Datasette itself: search as people write, everything escaped, headers strict."""

from __future__ import annotations

import asyncio
import re

import pytest

from pipelines.database import connect, transaction
from pipelines.publish import render
from pipelines.publish.serve import datasette_app
from pipelines.records import TaggedArticle
from pipelines.search import match_expression
from pipelines.stems import stem_word
from pipelines.store import save
from tests.pipelines.conftest import make_article, make_tags

EVIL = "<script>alert('x')</script>"


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """`get(path)` on a Datasette over a small database."""
    path = tmp_path_factory.mktemp("situs") / "apa-saja.db"
    database = connect(path)
    connection = database.conn
    connection.execute(
        "INSERT INTO sources (id, name, kind, status, homepage) VALUES ('contoh', ?, 'kementerian', 'active', 'javascript:alert(1)')",
        (f"Kementerian {EVIL}",),
    )
    texts = {
        "Bupati Bogor Resmikan Pasar": make_article().text,
        "Penandatanganan MoU": "Dokumen itu ditandatangani di Bandung oleh Bupati Bogor Rangga Wiratama. Rangga senang.",
        f"Judul {EVIL}": f"Bupati Bogor Rangga Wiratama {EVIL} hadir di Bandung. Rangga pulang.\n\nWabah covid-19 pada Jum'at.",
    }
    for number, (title, text) in enumerate(texts.items()):
        address = f"https://contoh.go.id/{number}" if number else "javascript:alert(1)"
        article = make_article(url=address, canonical_url=address, title=title, text=text)
        with transaction(connection):
            save(connection, TaggedArticle(article, make_tags(article)))
    edited = make_article(url="https://contoh.go.id/1", canonical_url="https://contoh.go.id/1", title="Penandatanganan MoU",
                          text=texts["Penandatanganan MoU"].replace("senang", "gembira"))  # fmt: skip
    with transaction(connection):
        save(connection, TaggedArticle(edited, make_tags(edited)))
    database.close()
    app = datasette_app(path)

    def get(address):
        return asyncio.run(app.client.get(address))

    return get


PAGES = ("/", "/cari", "/cari?q=pasar", "/artikel/1", "/artikel/2", "/artikel/3", "/pejabat", "/pejabat/1", "/kota", "/kota/1",
         "/perjanjian", "/perjanjian/1", "/sumber", "/sumber/contoh")  # fmt: skip


@pytest.mark.parametrize("path", PAGES)
def test_every_page_is_indonesian_escaped_small_and_self_contained(site, path):
    response = site(path)
    assert response.status_code == 200
    html = response.text
    assert '<html lang="id">' in html
    assert "<script>alert" not in html
    assert 'href="javascript:' not in html
    assert not re.search(r"""(?:src|href)=["'](?:https?:)?//(?!contoh\.go\.id)""", html)
    assert len(response.content) < 100_000
    assert response.headers["content-security-policy"].startswith("default-src 'none'")
    assert response.headers["x-content-type-options"] == "nosniff"


QUERIES = ["covid-19", "Jum'at", "PT. Maju", "C++", '"', "'", "-", "(", "NEAR(", "AND", "a OR", "*", "title:x", "😀", "%", "\\", "--",
           '"frasa tak tertutup', "x" * 10_000, "-pasar", "^a", "\x00"]  # fmt: skip


@pytest.mark.parametrize("query", QUERIES)
def test_no_search_is_an_error(site, query):
    from urllib.parse import quote

    assert site(f"/cari?q={quote(query)}").status_code == 200


@pytest.mark.parametrize(
    "path", ["/cari?hal=abc&dari=besok&jenis=x&urut=y", "/cari?hal=99999999999", "/kota?cari=%27", "/cari?kota=%25"]
)
def test_odd_arguments_are_no_error(site, path):
    assert site(path).status_code == 200


@pytest.mark.parametrize(
    ("query", "hits"),
    [("penandatanganan", 1), ("ditandatangani", 1), ("menandatangani", 1), ("covid-19", 1), ("jum'at", 1), ("pasar", 1),
     ('"dokumen itu"', 1), ('"itu dokumen"', 0), ("bupati", 3), ("bupati -covid-19", 2), ("BUPATI bogor", 3), ("kucing", 0)],
)  # fmt: skip
def test_what_is_found(site, query, hits):
    html = site("/cari?q=" + query.replace(" ", "+")).text
    assert html.count('<article class="kartu">') == hits


def test_filters(site):
    assert site("/cari?kota=Bandung").text.count('<article class="kartu">') == 3
    assert site("/cari?kota=32.73&pejabat=rangga&jenis=press_release").text.count('<article class="kartu">') == 3
    assert site("/cari?jenis=news").text.count('<article class="kartu">') == 0
    assert site("/cari?sampai=2025-01-01").text.count('<article class="kartu">') == 0


def test_an_article_shows_marks_version_difference_and_neighbours(site):
    html = site("/artikel/2").text
    assert '<mark class="m-per" title="Orang"><a href="/pejabat/1">Rangga Wiratama</a></mark>' in html
    assert "<del>senang.</del><ins>gembira.</ins>" in html
    assert "Rabu, 12 November 2025, 09.30 WIB" in html
    assert "Baca di sumbernya" in html
    assert "Baca di sumbernya" not in site("/artikel/1").text  # its address is no web address


def test_snippets_mark_words_by_their_stem(site):
    assert "<b>ditandatangani</b>" in site("/cari?q=penandatanganan").text


@pytest.mark.parametrize(
    "path", ["/tidak-ada", "/artikel/99", "/artikel/9999999999999999999", "/pejabat/99", "/sumber/tidak"]
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


def test_stems_and_expressions():
    assert {stem_word(w) for w in ("penandatanganan", "menandatangani", "ditandatangani")} == {"tandatangan"}
    assert match_expression("  ") == match_expression('"') == match_expression("- -x") == ""


def test_dates_as_people_write_them():
    assert render.moment("2017-05-17T07:05:00+00:00") == "Rabu, 17 Mei 2017, 14.05 WIB"
    assert render.moment("2017-05-16T17:00:00+00:00") == "Rabu, 17 Mei 2017"
    assert (render.partial_date("2016-10"), render.partial_date("2016"), render.day(None)) == (
        "Oktober 2016",
        "2016",
        "",
    )
    assert render.number(1234567) == "1.234.567"
