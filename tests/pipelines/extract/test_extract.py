"""Extraction: own pages with Indonesian habits, hostile pages, and the shared pages as a quality gate."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
from collections import Counter
from datetime import datetime

import pytest

from pipelines.extract import NotAnArticle, extract_article
from pipelines.extract.dateline import find_dateline
from pipelines.extract.dates import parse_machine, parse_printed
from tests.conftest import ROOT, SHARED, needs_shared
from tests.pipelines.extract.layouts import load_layouts

NOW = "2025-12-06T00:00:00+00:00"
BODY = "<p>" + "Warga pesisir bergotong royong memperbaiki dermaga yang rusak diterjang gelombang. " * 4 + "</p>"


def read(html, **options):
    return extract_article(html, url="https://contoh.id/berita/1", fetched_at=NOW, **options)


def page(head="", title="Warga Perbaiki Dermaga Kampung Nelayan", before="", body=BODY, after=""):
    return (
        f"<html><head><title>{title} - Contoh.id</title>{head}</head><body><h1>{title}</h1>{before}"
        f"<article>{body}</article>{after}</body></html>"
    )


@pytest.mark.parametrize(
    ("printed", "at"),
    [
        ("Rabu , 17 Mei 2017", "2017-05-16T17:00:00+00:00"),
        ("30/10/2024, 10:15 WIB", "2024-10-30T03:15:00+00:00"),
        ("Jum'at, 5 Desember 2025 | 14.05 WITA", "2025-12-05T06:05:00+00:00"),
        ("Senin, 3 Pebruari 2025 - 09:00 WIT", "2025-02-03T00:00:00+00:00"),
        ("Kamis, 13 Nopember 2025", "2025-11-12T17:00:00+00:00"),
        ("Diterbitkan: 05 Agt 25 07.30 WIB", "2025-08-05T00:30:00+00:00"),
        ("3 jam yang lalu", "2025-12-05T21:00:00+00:00"),
        ("Sejam lalu", "2025-12-05T23:00:00+00:00"),
        ("3minggu lalu", "2025-11-15T00:00:00+00:00"),
        ("Kemarin, 10.15 WITA", "2025-12-05T02:15:00+00:00"),
        ("Redaksi - baru saja", "2025-12-06T00:00:00+00:00"),
        ("Sabtu, 7 Nov '15 – 10.00 WITA", "2015-11-07T02:00:00+00:00"),
        ("November 7, 2015 12:30 PM", "2015-11-07T05:30:00+00:00"),
        ("7 November 2015 1:30 pm", "2015-11-07T06:30:00+00:00"),
        ("07/11/2015 09:00", "2015-11-07T02:00:00+00:00"),  # the day comes first
        ("31-Des-2019", "2019-12-30T17:00:00+00:00"),
        ("Diperbarui 5 Des 2025 09:00 WIB</div><div>Terbit 4 Des 2025 08:00 WIB", "2025-12-04T01:00:00+00:00"),
    ],
)
def test_printed_dates(printed, at):
    article = read(page(before=f"<div class='tgl'>{printed}</div>"))
    assert (article.published_at, article.date_source) == (at, "printed")


def test_markup_beats_print_and_utc_that_is_really_local_is_mended():
    meta = '<meta property="article:published_time" content="2025-12-05T10:00:00+07:00">'
    assert read(page(meta)).published_at == "2025-12-05T03:00:00+00:00"
    wrong = '<meta property="article:published_time" content="2025-12-05T10:00:00Z">'
    assert read(page(wrong, before="<p>Jumat, 5 Des 2025 10:00 WIB</p>")).published_at == "2025-12-05T03:00:00+00:00"


def test_local_time_that_markup_calls_utc_is_mended_without_a_printed_clock_when_it_were_still_to_come():
    ahead = '<meta property="article:published_time" content="2025-12-06T05:00:00Z">'  # five hours after NOW
    assert read(page(ahead)).published_at == "2025-12-05T22:00:00+00:00"
    tomorrow = '<meta property="article:published_time" content="2025-12-07T05:00:00Z">'
    assert read(page(tomorrow)).published_at is None


def test_no_date_from_the_future_or_the_sidebar():
    aside = "<div class='sidebar'><ul><li>Berita lain <span>Senin, 1 Desember 2025</span></li></ul></div>"
    assert read(page(after=aside)).published_at is None
    assert read(page(before="<p>Terbit 1 Januari 2031</p>")).published_at is None


@pytest.mark.parametrize("text", ["", "besok", "32 Mei 2025", "99/99/2025", "pukul 10.00"])
def test_what_is_no_date(text):
    assert parse_printed(text, None) is None
    assert parse_machine(text) is None


@pytest.mark.parametrize(
    ("title", "site"),
    [
        ("Judul Berita Penting - ANTARA News", "ANTARA News"),
        ("Judul Berita Penting | Kementerian Contoh", "x"),
        ("Judul Berita Penting Halaman all - Kompas.com", "x"),
        ("Judul Berita Penting :: Portal.id", "x"),
    ],
)
def test_site_names_are_cut_from_titles(title, site):
    html = (
        f"<html><head><title>{title}</title><meta property='og:site_name' content='{site}'></head><body>"
        f"<h1>Judul Berita Penting</h1>{BODY}</body></html>"
    )
    assert read(html).title == "Judul Berita Penting"
    assert read(html.replace("<h1>Judul Berita Penting</h1>", "")).title == "Judul Berita Penting"


def test_the_title_of_a_page_whose_head_names_only_the_site():
    head = (
        "<html><head><title>Kementerian Uji | Berita</title><meta property='og:title' content='Kementerian Uji'></head>"
    )
    logo = "<body><div id='header'><a href='/'>Kementerian Uji</a></div>"
    for heading in (
        "<h2>Warga Perbaiki Dermaga Kampung</h2>",
        "<span class='judul-berita'>Warga Perbaiki Dermaga Kampung</span>",
    ):
        assert read(f"{head}{logo}<div>{heading}{BODY}</div></body></html>").title == "Warga Perbaiki Dermaga Kampung"
    own = "<html><head><title>Kementerian Uji Perbaiki Dermaga</title></head><body><div>"
    assert read(
        f"{own}<b>Kementerian Uji Perbaiki Dermaga</b>{BODY}</div><h3>Layanan pengaduan masyarakat desa</h3>"
    ).title == ("Kementerian Uji Perbaiki Dermaga")


def test_author_image_and_what_is_none():
    head = (
        '<meta property="og:image" content="/foto/a.jpg"><meta name="author" content="Super User">'
        '<script type="application/ld+json">{"@type": "NewsArticle", "image": [{"url": "https://contoh.id/b.jpg"}]}</script>'
    )
    article = read(page(head, after="<p>Penulis: Ratna Wulandari | Editor: Bayu</p>"))
    assert (article.author, article.image) == ("Ratna Wulandari", "https://contoh.id/foto/a.jpg")
    assert read(page(head.replace("/foto/a.jpg", "javascript:x"))).image == "https://contoh.id/b.jpg"
    assert (read(page()).author, read(page()).image) == (None, None)


def test_boilerplate_and_comment_forms_are_cut_and_paragraphs_kept_apart():
    body = (
        f"<p>SIARAN PERS</p><p>NOMOR: 12/HUMAS/2025</p><p>AMBON – Pembuka berita ini cukup panjang untuk dibaca orang.</p>{BODY}"
        "<p>Baca juga: Berita lain yang menarik</p><p>SCROLL TO CONTINUE WITH CONTENT</p><p>ADVERTISEMENT</p><p>Pewarta: Nina S.</p>"
        f"{BODY.replace('Warga', 'Nelayan')}<p>Tinggalkan Balasan</p><p>Alamat email Anda tidak akan dipublikasikan.</p>"
    )
    article = read(page(body=body))
    paragraphs = article.text.split("\n\n")
    assert len(paragraphs) == 3
    assert paragraphs[0].startswith("AMBON")
    assert (article.dateline, article.kind) == ("Ambon", "press_release")
    for gone in ("Pewarta", "Baca juga", "SCROLL", "ADVERTISEMENT", "Tinggalkan", "Alamat email", "NOMOR"):
        assert gone not in article.text


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("JAKARTA – Menteri", "Jakarta"),
        ("Nairobi - Delegasi", "Nairobi"),
        ("Liputan6.com, Jakarta - Hari", "Jakarta"),
        ("Mataram, NTB (ANTARA News) - Sebanyak", "Mataram"),
        ("SOLO, Kabar Contoh - Tim", "Solo"),
        ("Bandung (KITA) - Badan", "Bandung"),
        ("Menteri Sosial - yang juga", None),
        ("Hari ini hujan - deras", None),
    ],
)
def test_datelines(text, place):
    found = find_dateline(text + " dan seterusnya sampai selesai.")
    assert found == place if place else found in (None, "Menteri Sosial")


def test_overrides_of_the_catalogue():
    html = page(
        before="<span class='waktu'>1 Desember 2025</span>",
        after=f"<div id='isi'>{BODY.replace('Warga', 'Kapal')}</div>",
    )
    article = read(html, overrides={"body": "#isi", "date": ".waktu", "title": "h1"})
    assert article.text.startswith("Kapal")
    assert article.published_date == "2025-12-01"


def test_canonical_only_when_sane():
    good = '<link rel="canonical" href="https://www.contoh.id/berita/1?utm_source=x">'
    assert read(page(good)).canonical_url == "https://www.contoh.id/berita/1"
    for bad in ("https://lain.example/x", "https://contoh.id/", "javascript:alert(1)"):
        assert read(page(f'<link rel="canonical" href="{bad}">')).canonical_url == "https://contoh.id/berita/1"


HOSTILE = {
    "empty": b"",
    "spaces": b"   \n ",
    "pdf": b"%PDF-1.7\n...",
    "binary": bytes(range(256)) * 50,
    "nulls": b"\x00" * 5000,
    "truncated": page().encode()[:300],
    "nested": b"<div>" * 10_000 + BODY.encode() + b"</div>" * 10_000,
    "long line": b"<html><body><p>" + b"kata " * 400_000 + b"</p></body></html>",
    "cp1252 called utf-8": page().replace("Warga", "Warga \u201cpesisir\u201d caf\u00e9").encode("cp1252"),
    "utf-8 called latin-1": page('<meta charset="iso-8859-1">').replace("Warga", "Warga “laut”").encode(),
    "utf-16": page().encode("utf-16"),
    "challenge": b"<title>Just a moment...</title><body><h1>Just a moment...</h1>Checking your browser before you go on to the site you asked for, please wait a little</body>",
    "xml": b"<?xml version='1.0' encoding='utf-8'?><rss><channel></channel></rss>",
    "nested inline": b"<b><i>" * 50_000 + BODY.encode(),
    "a line of a megabyte in capitals": b"<p>" + b"A" * 1_000_000 + b"</p>" + BODY.encode(),
    "half a million breaks": BODY.encode() + b"<br>" * 500_000,
    "title of separators": b"<title>" + b"a - " * 100_000 + b"</title>" + BODY.encode(),
    "deep json-ld": b'<script type="application/ld+json">' + b"[" * 100_000 + b"</script>" + BODY.encode(),
    "nulls between words": page().replace(" pesisir", "\0 pesisir").encode(),
    "mixed encodings": page().replace("Warga", "Warga caf\u00e9").encode() + "<p>kafé sore</p>".encode("latin-1"),
    "attributes": b"<p " + b"a='1' " * 50_000 + b">" + BODY.encode(),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_pages_are_read_or_refused_soon(name):
    begun = time.process_time()
    try:
        article = read(HOSTILE[name])
    except NotAnArticle as error:
        assert str(error)
    else:
        assert article.text
        assert "\ufffd" not in article.text
    assert time.process_time() - begun < 40


@needs_shared
@pytest.mark.parametrize("which", ["pages", "pages2"])
def test_quality_on_the_shared_pages_does_not_drop(tmp_path, which):
    pages = SHARED / "data" / which
    predicted = tmp_path / "p.jsonl"
    with predicted.open("w", encoding="utf-8") as file:
        for gold in sorted((pages / "gold").glob("*.json")):
            name = gold.name.removesuffix(".json")
            article = extract_article((pages / name).read_bytes(), url=None, fetched_at="2026-12-01T00:00:00+00:00")
            row = {"file": name, "title": article.title, "published_at": article.published_at, "text": article.text}
            file.write(json.dumps(row) + "\n")
    score = subprocess.run(
        [sys.executable, SHARED / "tools" / "score_extract.py", pages, predicted, "--json"],
        capture_output=True,
        text=True,
        check=True,
    )
    figures = json.loads(score.stdout)
    committed = json.loads((ROOT / "benchmarks" / "extraction.json").read_text(encoding="utf-8"))[which]["pantau"]
    for name in ("body_f1", "title", "date"):
        assert figures[name] >= committed[name] - 0.01, figures


LAYOUTS = {layout.name: layout for layout in load_layouts()}


@pytest.mark.parametrize("name", LAYOUTS)
def test_layouts_of_indonesian_sites(name):
    layout = LAYOUTS[name]
    article = extract_article(layout.html.encode(), url=layout.url, fetched_at="2026-01-01T00:00:00+00:00")
    assert article.title == layout.title
    assert datetime.fromisoformat(article.published_at) == layout.published
    assert article.kind == layout.kind
    assert article.text.split() == layout.text.split()
    assert article.language == "id"


def test_layouts_do_without_their_class_names():
    """What sites call their elements helps; most of every article is found without."""
    shares = []
    for layout in LAYOUTS.values():
        html = re.sub(r"""\s(?:class|id)=("[^"]*"|'[^']*')""", "", layout.html)
        text = extract_article(html, url=layout.url, fetched_at="2026-01-01T00:00:00+00:00").text
        gold, found = Counter(layout.text.split()), Counter(text.split())
        shares.append(2 * (gold & found).total() / (gold.total() + found.total()))
    assert sum(shares) / len(shares) >= 0.93, dict(zip(LAYOUTS, shares, strict=True))
