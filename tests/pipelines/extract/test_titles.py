"""Titles on sites that nobody tuned on: layouts of our own, with invented names, for each way to get a title wrong."""

from __future__ import annotations

import json
import re

import pytest

from pipelines.extract import extract_article
from pipelines.extract.page import parse
from pipelines.extract.site_names import label, slug_words, spells
from pipelines.extract.title import find_title
from pipelines.queue.host_titles import Heads, HostNames, learn

NOW = "2026-12-01T00:00:00+00:00"
TEXTS = [
    "Warga tiga desa di hulu Sungai Lambau memperbaiki tanggul yang jebol sejak pekan lalu bersama petugas lapangan.",
    "Sebanyak empat ratus karung pasir disusun di tepi sungai, sementara alat berat menimbun bagian yang paling dalam.",
    "Pekerjaan itu diperkirakan selesai sebelum musim hujan, sehingga sawah di hilir tidak lagi terendam setiap malam.",
]
BODY = "".join(f"<p>{text}</p>" for text in TEXTS)
NAV = "".join(f"<li><a href='/{name}'>{name}</a></li>" for name in ("Profil", "Berita", "Layanan", "Kontak"))
FOOT = "<footer><p>Jalan Merpati 12, Telepon 021 555 0199</p><p>Hak cipta {site}</p></footer>"


def page(
    title="", h1="", bare="", og="", site="", logo="", slogan="", head="", crumbs="", after="", foot=None, body=BODY
):
    """A page of an invented site: what stands in its head, at its top, above its text and at its foot."""
    meta = f"<meta property='og:title' content='{og}'>" if og else ""
    meta += f"<meta property='og:site_name' content='{site}'>" if site else ""
    top = f"<div><a href='/'>{logo}</a><p>{slogan}</p></div>" if logo or slogan else ""
    shown = f"<h1>{h1}</h1>" if h1 else ""
    shown += f"<div><span>{bare}</span></div>" if bare else ""
    foot = FOOT.format(site=logo) if foot is None else foot
    return (
        f"<html><head><title>{title}</title>{meta}{head}</head><body>{top}<ul>{NAV}</ul><div>{crumbs}</div><div>{shown}"
        f"<div>Rabu, 4 November 2026 | 09:15 WIB</div><div>{body}</div></div>{after}{foot}</body></html>"
    )


def title_of(html, url="https://contoh.go.id/berita/1", feed="", known=None):
    return find_title(parse(html), url, feed, known).text


# What the headline is, the page, its address.
INSTITUTION = {
    "begins with the abbreviation that is the host": (
        "LPJ Tahan Bendahara Pasar - Lembaga Pengawas Jembatan",
        "LPJ Tahan Bendahara Pasar",
        "https://www.lpj.go.id/berita/88",
    ),
    "ends with the abbreviation": (
        "Bupati Rimba Penuhi Panggilan LPJ | Lembaga Pengawas Jembatan",
        "Bupati Rimba Penuhi Panggilan LPJ",
        "https://lpj.go.id/id/berita/89",
    ),
    "begins with the whole name": (
        "Badan Irigasi Nusantara Buka Pintu Air Lambau - Badan Irigasi Nusantara",
        "Badan Irigasi Nusantara Buka Pintu Air Lambau",
        "https://bin-irigasi.go.id/b/3",
    ),
    "ends with the whole name": (
        "Warga Laporkan Tanggul Retak ke Badan Irigasi Nusantara",
        "Warga Laporkan Tanggul Retak ke Badan Irigasi Nusantara",
        "https://irigasi.go.id/b/3",
    ),
    "actor and colon": (
        "LPJ: Empat Jembatan Gantung Tidak Layak - Lembaga Pengawas Jembatan",
        "LPJ: Empat Jembatan Gantung Tidak Layak",
        "https://lpj.go.id/siaran/4",
    ),
    "actor with its whole name and colon": (
        "Dinas Perikanan Rimba: Harga Lele Turun | Dinas Perikanan Rimba",
        "Dinas Perikanan Rimba: Harga Lele Turun",
        "https://diskan.rimbakab.go.id/siaran/4",
    ),
    "a dash of its own": (
        "Anggaran Tanggul Naik - Ini Berita Baiknya - Warta Lambau",
        "Anggaran Tanggul Naik - Ini Berita Baiknya",
        "https://wartalambau.id/b/9",
    ),
    "a bar and an office of its own": (
        "Rapat Tanggul | Dinas Pengairan - Warta Lambau",
        "Rapat Tanggul | Dinas Pengairan",
        "https://wartalambau.id/b/10",
    ),
    "two clubs": (
        "Rimba FC - Lambau United: Skor Akhir dan Jalannya Laga - Warta Lambau",
        "Rimba FC - Lambau United: Skor Akhir dan Jalannya Laga",
        "https://wartalambau.id/b/11",
    ),
    "one word": ("Berduka - Warta Lambau", "Berduka", "https://wartalambau.id/b/12"),
}


@pytest.mark.parametrize("shown", ["h1", "bare"])
@pytest.mark.parametrize("case", INSTITUTION)
def test_what_readers_see_is_the_headline_whatever_the_head_adds(case, shown):
    title, headline, url = INSTITUTION[case]
    site = title.rsplit(" - ", 1)[-1].rsplit(" | ", 1)[-1]
    for logo in ("", site):
        for og in ("", headline, title):
            for stated in ("", site):
                html = page(title, **{shown: headline}, og=og, site=stated, logo=logo)
                if case == "one word" and shown == "bare":
                    continue  # a bare line of one word is no headline by itself
                assert title_of(html, url) == headline, html


@pytest.mark.parametrize(
    ("title", "headline", "url"),
    [
        ("Tanggul Lambau Diperbaiki – Badan Irigasi Nusantara", "Tanggul Lambau Diperbaiki", "https://bin.go.id/b/1"),
        (
            "Tanggul Lambau Diperbaiki | Kementerian Pengairan",
            "Tanggul Lambau Diperbaiki",
            "https://kemenpeng.go.id/b/1",
        ),
        ("Tanggul Lambau Diperbaiki :: wartalambau.id", "Tanggul Lambau Diperbaiki", "https://wartalambau.id/b/1"),
        ("LPJ Tahan Bendahara Pasar - LPJ", "LPJ Tahan Bendahara Pasar", "https://lpj.go.id/b/1"),
    ],
)
def test_a_suffix_goes_though_the_page_states_no_name_and_shows_no_headline(title, headline, url):
    assert title_of(page(title), url) == headline
    assert title_of(page(title, og=title), url) == headline


LONG_NAME = "Lembaga Pengawas Jembatan Desa dan Kelurahan di Hulu Sungai"


def test_a_long_suffix_goes_where_the_hosts_letters_or_the_pages_foot_tell_that_it_is_the_site():
    title = f"Tanggul Lambau Diperbaiki - {LONG_NAME}"
    assert title_of(page(title, og=title), "https://lpjdkhs.go.id/b/1") == "Tanggul Lambau Diperbaiki"
    assert title_of(page(title, og=title, logo=""), "https://contoh.go.id/b/1") == title
    foot = f"<div><p>Jalan Merpati 12</p><p>{LONG_NAME}, Kabupaten Lambau</p></div>"
    assert title_of(page(title, og=title, foot=foot), "https://contoh.go.id/b/1") == "Tanggul Lambau Diperbaiki"


SLOGANS = {
    "slogan in <title>": {"title": "Lambau Maju Warga Sejahtera"},
    "slogan in <title> and og:title": {"title": "Lambau Maju Warga Sejahtera", "og": "Lambau Maju Warga Sejahtera"},
    "slogan of a theme in og:title, the site in <title>": {
        "title": "Kabupaten Lambau",
        "og": "Trust Your Harvest Today",
    },
    "welcome": {"title": "Selamat Datang di Situs Resmi Kabupaten Lambau", "og": "Kabupaten Lambau"},
    "section": {"title": "Detail Berita", "og": "Detail Berita"},
    "slogan that the page shows at its top": {
        "title": "Lambau Maju Warga Sejahtera",
        "slogan": "Lambau Maju Warga Sejahtera",
    },
}


@pytest.mark.parametrize("case", SLOGANS)
@pytest.mark.parametrize("shown", ["h1", "bare"])
def test_a_slogan_in_the_head_loses_against_the_headline_on_the_page(case, shown):
    headline = "Empat Ratus Karung Pasir untuk Tanggul Lambau"
    html = page(**SLOGANS[case], **{shown: headline}, logo="Kabupaten Lambau", crumbs="Beranda / Berita / Detail")
    assert title_of(html, "https://lambaukab.go.id/berita/detail/77") == headline
    assert title_of(html, "https://lambaukab.go.id/berita/empat-ratus-karung-pasir-untuk-tanggul-lambau") == headline


def test_a_heading_of_the_section_loses_against_the_headline():
    headline = "Empat Ratus Karung Pasir untuk Tanggul Lambau"
    for section in ("Berita", "Berita Terkini", "Ruang Berita Kabupaten"):
        html = page(
            f"{headline} - Kabupaten Lambau", crumbs=f"<h1>{section}</h1>", bare=headline, logo="Kabupaten Lambau"
        )
        assert title_of(html) == headline
        html = page("Kabupaten Lambau", crumbs=f"<h1>{section}</h1>", logo="Kabupaten Lambau").replace(
            "<div>Rabu", f"<h2>{headline}</h2><div>Rabu"
        )
        assert title_of(html) == headline


def test_a_headline_over_two_lines_or_with_markup_is_whole():
    assert (
        title_of(page("Kabar Lambau", h1="Kabar Duka<br>Kepala Desa Hulu Lambau"))
        == "Kabar Duka Kepala Desa Hulu Lambau"
    )
    assert title_of(page("Tanggul Lambau Selesai", h1="Tanggul <em>Lambau</em> Selesai")) == "Tanggul Lambau Selesai"
    dated = page(
        "Tanggul Lambau Selesai Diperbaiki - Warta", h1="Tanggul Lambau Selesai Diperbaiki <small>4 Mei 2026</small>"
    )
    assert title_of(dated) == "Tanggul Lambau Selesai Diperbaiki"


def test_a_title_that_was_cut_short_is_taken_from_the_heading():
    headline = "Warga Tiga Desa di Hulu Sungai Lambau Perbaiki Tanggul Jebol Bersama Petugas"
    for head in (
        "Warga Tiga Desa di Hulu Sungai Lambau Perbaiki ...",
        "Warga Tiga Desa di Hulu Sungai Lambau… - Warta",
    ):
        assert title_of(page(head, og=head, h1=headline)) == headline
        assert title_of(page(head, og=head, bare=headline)) == headline


def test_the_feed_is_a_witness():
    headline = "Tanggul Lambau Selesai Diperbaiki"
    html = page("Kabupaten Lambau Sejahtera Bersama", og="Kabupaten Lambau Sejahtera Bersama", foot="")
    assert title_of(html, feed=headline) == headline
    assert title_of(page(f"{headline} - Warta Rakyat Hulu", h1=headline), feed="Selengkapnya ...") == headline


def test_other_headlines_beside_the_text_are_not_taken():
    headline = "Tanggul Lambau Selesai Diperbaiki"
    others = "<div><h2>Berita Lain</h2><h3><a href='/b/2'>Harga Lele Turun Lagi di Pasar Rimba</a></h3></div>"
    assert title_of(page("Kabupaten Lambau", bare=headline, after=others)) == headline
    assert title_of(page("Kabupaten Lambau", bare=headline, crumbs=others)) == headline


def test_class_names_and_ids_are_not_needed():
    for title, headline, url in INSTITUTION.values():
        html = re.sub(r"\s(?:class|id)='[^']*'", "", page(title, h1=headline, logo="x"))
        assert title_of(html, url) == headline


def test_a_hosts_pages_teach_its_name():
    suffixed = [Heads(f"Berita nomor {n} tentang tanggul - Ayo Bangun Lambau", "") for n in ("satu", "dua", "tiga")]
    assert learn(suffixed).names == {"ayo bangun lambau"}
    assert learn([*suffixed, Heads("Peta situs")]).names == {"ayo bangun lambau"}
    assert learn(suffixed[:1]) == HostNames()
    same = learn(
        [Heads("Ayo Bangun Lambau", heading) for heading in ("Tanggul selesai", "Pasar dibuka", "Tanggul selesai")]
    )
    assert same.common == {"ayo bangun lambau", "tanggul selesai"}
    actor = [Heads(f"LPJ {verb} bendahara", "") for verb in ("Tahan", "Periksa", "Panggil")]
    assert learn(actor) == HostNames()


def test_what_was_learnt_parts_headline_and_name_where_a_page_alone_cannot():
    html = page("Tanggul Lambau - Ayo Bangun Bersama Kami", foot="", og="Tanggul Lambau - Ayo Bangun Bersama Kami")
    known = learn(
        [Heads(f"{text} - Ayo Bangun Bersama Kami") for text in ("Pasar Dibuka", "Guru Dilatih", "Jalan Mulus")]
    )
    assert title_of(html, known=known) == "Tanggul Lambau"
    slogan = page("Bersama Kita Menanam", og="Bersama Kita Menanam", h1="Bersama Kita Menanam").replace(
        "<div>Rabu", "<b>Tanggul Lambau Diperbaiki</b><div>Rabu"
    )
    assert title_of(slogan, known=HostNames(common=frozenset({"bersama kita menanam"}))) == "Tanggul Lambau Diperbaiki"


@pytest.mark.parametrize(
    ("host", "name", "right"),
    [
        ("lpj.go.id", "lembaga pengawas jembatan", True),
        ("kemenpeng.go.id", "kementerian pengairan", True),
        ("kemenpengairan.go.id", "kementerian pengairan", True),
        ("perkim.rimbaprov.go.id", "perumahan rakyat dan kawasan permukiman", False),
        ("dishub.rimbakab.go.id", "dinas perhubungan", False),
        ("bin.go.id", "badan irigasi nusantara", True),
        ("lpj.go.id", "lpj tahan bendahara pasar", False),
        ("wartalambau.id", "warta lambau", True),
        ("x.id", "", False),
    ],
)
def test_hosts_that_spell_a_name(host, name, right):
    assert spells(host, name) is right


def test_labels_and_words_of_addresses():
    assert label("www.lpj.go.id".removeprefix("www.")) == "lpj"
    assert label("berita.rimbakab.go.id") == "rimbakab"
    assert slug_words("https://x.id/read/2026/tanggul-lambau-selesai-123.html") == ("tanggul", "lambau", "selesai")
    assert slug_words("https://x.id/berita/77") == ()


def test_the_article_has_the_title():
    article = extract_article(
        page("Lambau - LPJ", h1="Tanggul Lambau Selesai"), url="https://lpj.go.id/1", fetched_at=NOW
    )
    assert article.title == "Tanggul Lambau Selesai"


def test_verbose_says_by_whom_title_date_author_and_body_are(pantau, tmp_path):
    head = '<meta property="article:published_time" content="2026-11-04T09:15:00+07:00">'
    headline = "Tanggul Lambau Selesai Diperbaiki"
    html = page(f"{headline} - Warta", h1=headline, og=headline, head=head, after="<p>Penulis: Ratna Wulandari</p>")
    (tmp_path / "a.html").write_text(html)
    row = json.loads(pantau("extract", "-v", "a.html").stdout)
    titles = row["witnesses"].pop("title").split(", ")
    assert (titles[0], set(titles)) == ("h1", {"h1", "og:title", "title"})
    assert row["witnesses"] == {"date": "meta", "author": "printed", "body": "region"}
    assert "witnesses" not in json.loads(pantau("extract", "a.html").stdout)
