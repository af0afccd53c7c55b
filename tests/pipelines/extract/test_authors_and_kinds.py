"""Who wrote an article, and whether it is a press release, on pages of our own with invented names."""

from __future__ import annotations

import json

import pytest

from pipelines.extract import extract_article
from pipelines.extract.authors import person

NOW = "2026-12-01T00:00:00+00:00"
TITLE = "Tanggul Sungai Lambau Selesai Diperbaiki"
BODY = "".join(
    f"<p>{text}</p>"
    for text in (
        "Warga tiga desa di hulu Sungai Lambau memperbaiki tanggul yang jebol sejak pekan lalu bersama petugas lapangan.",
        "Pekerjaan itu selesai sebelum musim hujan, sehingga sawah di hilir tidak lagi terendam setiap kali debit naik.",
    )
)


def read(before="", after="", head="", url="https://contoh.id/berita/1", **options):
    html = (
        f"<html><head><title>{TITLE} - Contoh</title>{head}</head><body><ul><li><a href='/siaran-pers-lain'>Siaran Pers</a>"
        f"</li></ul><div>{before}<h1>{TITLE}</h1><div>{BODY}</div>{after}</div></body></html>"
    )
    return extract_article(html, url=url, fetched_at=NOW, **options)


@pytest.mark.parametrize(
    "line",
    [
        "Posted by Ratna Wulandari",
        "Posted by: Ratna Wulandari on 4 November 2026",
        "by Ratna Wulandari",
        "By Ratna Wulandari | 4 November 2026",
        "Oleh: Ratna Wulandari",
        "Oleh : Ratna Wulandari - Rabu, 4 November 2026",
        "Oleh Ratna Wulandari",
        "Diposting oleh Ratna Wulandari pada 4 November 2026",
        "Ditulis oleh: Ratna Wulandari",
        "Penulis: Ratna Wulandari | Editor: Bayu Sasongko",
        "Reporter: Ratna Wulandari Editor: Bayu Sasongko",
        "Pewarta : Ratna Wulandari (ratna@contoh.id)",
        "Laporan Wartawan: Ratna Wulandari, Contoh.id",
    ],
)
def test_printed_bylines(line):
    for options in ({"before": f"<div>{line}</div>"}, {"after": f"<p>{line}</p>"}):
        assert read(**options).author == "Ratna Wulandari"


@pytest.mark.parametrize(
    "line",
    [
        "Editor: Bayu Sasongko",
        "Penyunting: Bayu Sasongko",
        "Oleh karena itu warga diminta bersabar dan menunggu kabar dari petugas di lapangan",
        "By the way",
        "Oleh: Admin",
        "Posted by admin",
        "Penulis: redaksi@contoh.id",
        "Foto: Bayu Sasongko",
    ],
)
def test_who_is_no_author(line):
    assert read(before=f"<div>{line}</div>").author is None


@pytest.mark.parametrize(
    ("name", "right"),
    [
        ("https://www.contoh.id/penulis/ratna", None),
        ("https", None),
        ("ratna@contoh.id", None),
        ("Ratna Wulandari (ratna@contoh.id)", "Ratna Wulandari"),
        ("Editor: Bayu", None),
        ("Contoh.id", None),
        ("12", None),
        ("Ratna Wulandari - Contoh", "Ratna Wulandari"),
        ("R. A. Kusnadi", "R. A. Kusnadi"),
        ("Ma'ruf Al-Hakim", "Ma'ruf Al-Hakim"),
        ("ratna", "ratna"),
        ("  ", None),
    ],
)
def test_names(name, right):
    assert person(name) == right
    meta = read(head=f'<meta name="author" content="{name}">')
    assert meta.author == right
    data = json.dumps({"@type": "NewsArticle", "author": [{"@type": "Person", "name": name}]})
    assert read(head=f'<script type="application/ld+json">{data}</script>').author == right


def test_the_site_and_other_articles_writers_are_no_authors():
    head = "<meta property='og:site_name' content='Dinas Pengairan Lambau'><meta name=author content='Dinas Pengairan Lambau'>"
    assert read(head=head).author is None
    assert read(after="<div class='comment-author'>Joko Priyono</div>").author is None


@pytest.mark.parametrize(
    ("options", "kind"),
    [
        ({}, "news"),
        ({"press_releases": True}, "press_release"),
        ({"url": "https://pengairan.lambaukab.go.id/berita/1"}, "press_release"),
        ({"url": "https://contoh.id/siaran-pers/1"}, "press_release"),
        ({"url": "https://contoh.id/press-release/1"}, "press_release"),
        ({"before": "<p>SIARAN PERS</p><p>Nomor: 12/HM/XI/2026</p>"}, "press_release"),
        ({"before": "<p>Siaran Pers No. 12/HM/2026</p>"}, "press_release"),
        ({"before": "<div>Siaran Pers</div>"}, "press_release"),
        ({"after": "<p>Biro Humas Dinas Pengairan</p>"}, "press_release"),
        ({"before": "<div><a href='/x'>Siaran Pers</a></div>"}, "news"),
        ({"after": "<footer><p>Siaran Pers</p></footer>"}, "news"),
    ],
)
def test_kinds_by_catalogue_address_letterhead_and_host(options, kind):
    assert read(**options).kind == kind
