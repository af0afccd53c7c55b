"""Characters that nobody sees, letters in two pieces, text that was escaped or encoded twice."""

from __future__ import annotations

import time
import unicodedata

import pytest

from pipelines.extract import extract_article
from pipelines.extract.characters import mended, seen

NOW = "2026-12-01T00:00:00+00:00"
PARTS = [
    "Warga tiga desa di hulu Sungai Lambau memperbaiki tanggul yang jebol sejak pekan lalu bersama petugas lapangan.",
    "Sebanyak empat ratus karung pasir disusun di tepi sungai, kata Kepala Desa Andri Kusnadi kepada wartawan.",
    "Pekerjaan itu diperkirakan selesai sebelum musim hujan, sehingga sawah di hilir tidak lagi terendam setiap malam.",
]
TITLE = "Tanggul Sungai Lambau Selesai"


def read(paragraphs=PARTS, title=TITLE, head="", wrap="<p>{}</p>", url="https://contoh.id/berita/1"):
    body = "".join(wrap.format(text) for text in paragraphs)
    html = f"<html><head><title>{title}</title>{head}</head><body><h1>{title}</h1><div>{body}</div></body></html>"
    return extract_article(html.encode(), url=url, fetched_at=NOW)


@pytest.mark.parametrize(
    "sign",
    [
        *(
            "&shy;",
            "\u00ad",
            "&#173;",
            "&#xAD;",
            "\u200b",
            "&#8203;",
            "&#x200B;",
            "&zwnj;",
            "\u200d",
            "\u2060",
            "\ufeff",
        ),
        *("&lrm;", "\u200f", "\u202b", "\u202c", "&#8237;", "\u2066", "&#65279;"),
    ],
)
def test_what_is_not_seen_parts_no_word(sign):
    parts = [part.replace("tanggul", f"tang{sign}gul").replace("Kusnadi", f"Kus{sign}nadi") for part in PARTS]
    article = read(parts, TITLE.replace("Lambau", f"Lam{sign}bau"))
    assert article.title == TITLE
    assert article.text == "\n\n".join(PARTS)


@pytest.mark.parametrize("space", ["&nbsp;", "\u00a0", "\u2009", "&emsp;", "\u3000", "  ", "\n\t"])
def test_every_space_is_one(space):
    article = read([part.replace("Andri Kusnadi", f"Andri{space}Kusnadi") for part in PARTS])
    assert article.text == "\n\n".join(PARTS)


def test_letters_in_two_pieces_become_one():
    parts = [part.replace("Andri", unicodedata.normalize("NFD", "André")) for part in PARTS]
    assert "Desa André Kusnadi" in read(parts).text
    assert "Desa André Kusnadi" in read([part.replace("Andri", "Andre&#769;") for part in PARTS]).text


@pytest.mark.parametrize(
    ("twice", "right"), [("&amp;ldquo;", "“"), ("&amp;amp;", "&"), ("&amp;#8211;", "–"), ("&amp;nbsp;", " ")]
)
def test_entities_that_were_escaped_twice(twice, right):
    article = read([part.replace(" petugas", f" {twice}petugas") for part in PARTS], f"{TITLE} {twice}Lagi")
    assert " ".join(f"bersama {right}petugas".split()) in article.text
    assert article.title == " ".join(f"{TITLE} {right}Lagi".split())


@pytest.mark.parametrize("escape", [("&lt;", "&gt;"), ("&amp;lt;", "&amp;gt;")])
@pytest.mark.parametrize("wrap", ["<p>{}</p>", "<p class=x>{}</p>", "{}<br><br>", "<div>{}</div>"])
def test_paragraphs_whose_tags_were_escaped(escape, wrap):
    less, more = escape
    wrap = wrap.replace("<", less).replace(">", more)
    assert read(wrap=wrap).text == "\n\n".join(PARTS)
    html = f"<title>{TITLE}</title><h1>{TITLE}</h1><div><hr>{''.join(wrap.format(part) for part in PARTS)}</div>"
    assert extract_article(html, url=None, fetched_at=NOW).text == "\n\n".join(PARTS)


def test_text_that_was_encoded_twice():
    parts = [part.replace("Andri Kusnadi", "“André” Kusnadi – kades") for part in PARTS]
    broken = [part.encode().decode("cp1252", "replace").replace("\ufffd", "\u009d") for part in parts]
    assert "“André” Kusnadi – kades" in read(broken).text
    assert read(title="Tanggul â€œLambauâ€\u009d Selesai").title == "Tanggul “Lambau” Selesai"
    assert "Andr\u00e9 \u0093hulu\u0094" not in mended("Andr\u00e9 \u0093hulu\u0094")
    assert mended("Andr\u00e9 \u0093hulu\u0094") == "André “hulu”"


def test_what_is_right_stays():
    for text in (
        "Harga A&B turun",
        "3 < 5 dan 7 > 2",
        "Kafé Ümit — “Niño”",
        "👩‍👩‍👧 keluarga",
        "Rp5.000,- â lama",
        "Â lama",
    ):
        assert mended(seen(text)) == text


def test_control_characters_are_no_part_of_a_title():
    head = '<script type="application/ld+json">{"@type": "NewsArticle", "headline": "Tanggul\\u0007 Sungai Lambau Selesai"}</script>'
    assert read(title="Tanggul&#7; Sungai\x1b Lambau Selesai", head=head).title == TITLE


def test_markup_that_was_escaped_takes_no_time_that_grows_faster_than_it():
    begun = time.process_time()
    for body in (
        "<br>&lt;p&gt;kata lagi&lt;/p&gt;" * 25_000,
        "&lt;p " + "a=1 b=2 " * 40_000 + "&gt;",
        "&lt;div&gt;" * 60_000,
    ):
        try:
            read([body])
        except ValueError:
            continue
    assert time.process_time() - begun < 40


@pytest.mark.parametrize("entity", ["&#1;", "&#23;", "&#x1f;", "&#0011", "&#xB;"])
def test_control_characters_written_as_entities_break_no_page(entity):
    lines = "".join(f"Baris ke-{n} tentang kerja bakti{entity} warga kampung sepanjang pekan.\n" for n in range(9))
    article = extract_article(
        f"<html><head><title>Warga{entity} Kerja Bakti Lagi</title></head><body><h1>Warga Kerja Bakti Lagi</h1>\n{lines}"
        "<span>&#8217;kutip&#8217; &#1730;</span></body></html>",
        url=None,
        fetched_at="2026-11-24T00:00:00+00:00",
    )
    assert article.title == "Warga Kerja Bakti Lagi"
    assert "Baris ke-8 tentang kerja bakti warga kampung" in article.text
