"""Bodies on layouts that nobody tuned on: of our own writing, one or more for each way to lose or add text."""

from __future__ import annotations

import re

import pytest

from pipelines.extract import extract_article

NOW = "2026-12-01T00:00:00+00:00"
TITLE = "Tanggul Sungai Lambau Selesai Diperbaiki Warga"
LEAD = "Warga tiga desa di hulu Sungai Lambau menuntaskan perbaikan tanggul yang jebol sejak pertengahan bulan lalu."
PARTS = [
    "Sebanyak empat ratus karung pasir disusun di tepi sungai, kata Kepala Desa Hulu Lambau Andri Kusnadi di lokasi.",
    "Alat berat milik kabupaten menimbun bagian yang paling dalam selama dua hari, sementara warga menyiapkan makanan.",
    "Pekerjaan itu selesai sebelum musim hujan, sehingga sawah di hilir tidak lagi terendam setiap kali debit naik.",
    "Pemerintah kabupaten menganggarkan bronjong permanen pada tahun depan dan meminta warga melapor bila ada retakan.",
]
ALL = [LEAD, *PARTS]
NAV = "<ul>" + "".join(f"<li><a href='/{x}'>{x}</a></li>" for x in ("Beranda", "Profil", "Layanan", "Kontak")) + "</ul>"
FOOT = (
    "<div><p>Dinas Pengairan Kabupaten Lambau berkantor di Jalan Merpati Nomor 12 dan melayani warga pada hari kerja.</p>"
    "<p>Telepon 021 555 0199</p><p>Hak cipta Dinas Pengairan Kabupaten Lambau</p></div>"
)
OTHERS = "".join(
    f"<li><a href='/b/{n}'>{text}</a></li>"
    for n, text in enumerate(("Harga Lele Turun di Pasar Rimba", "Guru Honorer Belajar Komputer", "Jalan Desa Mulus"))
)
CONSENT = (
    "Situs ini memakai kuki untuk mengingat pilihan Anda dan mengukur kunjungan. Dengan menekan setuju, Anda mengizinkan "
    "kami dan mitra kami menyimpan serta membaca data pada perangkat Anda."
)


def paragraphs(texts=ALL, tag="p", name=""):
    return "".join(f"<{tag}{name}>{text}</{tag}>" for text in texts)


def page(body, before="", after="", head=f"<h1>{TITLE}</h1><div>Rabu, 4 November 2026 | 09:15 WIB</div>", foot=FOOT):
    return (
        f"<html><head><title>{TITLE} - Dinas Pengairan</title></head><body>{before}<div>{NAV}</div>"
        f"<div class='wadah'>{head}{body}</div>{after}{foot}</body></html>"
    )


def text_of(html):
    return extract_article(html, url="https://pengairan.lambaukab.go.id/berita/12", fetched_at=NOW).text.split("\n\n")


LAYOUTS = {
    # The article's wrapper has a name like that of an aside.
    "aside-like wrapper": page(f"<div class='widget-related sidebar-content'>{paragraphs()}</div>"),
    "aside-like id": page(f"<div id='promo-banner'>{paragraphs()}</div>"),
    "author box around it": page(f"<div class='post-author'>{paragraphs()}</div>"),
    "aside tag": page(f"<aside>{paragraphs()}</aside>"),
    # Paragraphs as sibling divs.
    "sibling divs": page(paragraphs(tag="div")),
    "sibling divs two deep": page("".join(f"<div><div>{text}</div></div>" for text in ALL)),
    "sibling divs with a class": page(paragraphs(tag="div", name=" class='MsoNormal' dir='auto'")),
    "sibling spans and breaks": page("<div>" + "<br><br>".join(f"<span>{text}</span>" for text in ALL) + "</div>"),
    "page builder": page("".join(f"<section><div><div class='el-text'><p>{t}</p></div></div></section>" for t in ALL)),
    "table": page("<table><tr><td>" + paragraphs() + "</td></tr></table>"),
    "rows of a table": page("<table>" + "".join(f"<tr><td>{text}</td></tr>" for text in ALL) + "</table>"),
    # A lead or a last paragraph beside the chosen container.
    "lead beside": page(f"<p><b>{LEAD}</b></p><div class='isi'>{paragraphs(PARTS)}</div>"),
    "lead in a box": page(f"<div class='sari'><p>{LEAD}</p></div><div class='isi'>{paragraphs(PARTS)}</div>"),
    "lead as heading": page(f"<h2>{LEAD}</h2><div class='isi'>{paragraphs(PARTS)}</div>"),
    "last beside": page(f"<div class='isi'>{paragraphs(ALL[:4])}</div><p>{ALL[4]}</p>"),
    "last bare": page(f"<div class='isi'>{paragraphs(ALL[:4])}{ALL[4]}</div>"),
    "last in a box": page(
        f"<div class='isi'>{paragraphs(ALL[:4])}</div><div class='penutup'><div>{ALL[4]}</div></div>"
    ),
    "two halves around a picture": page(
        f"<div>{paragraphs(ALL[:2])}</div><img src='a.jpg'><div>{paragraphs(ALL[2:])}</div>"
    ),
    # A caption equal to the headline.
    "caption is the headline": page(
        f"<div class='isi'>{paragraphs(ALL[:2])}<figure><img src=a.jpg><figcaption>{TITLE}</figcaption></figure>"
        f"{paragraphs(ALL[2:])}</div>"
    ),
    "caption line is the headline": page(f"<div>{paragraphs(ALL[:1])}<p><i>{TITLE}</i></p>{paragraphs(ALL[1:])}</div>"),
    "caption is the headline below the lead": page(f"<p>{LEAD}</p><div><span>{TITLE}</span>{paragraphs(PARTS)}</div>"),
    # The text twice, for phone and desktop.
    "twice": page(f"<div class='d-none d-md-block'>{paragraphs()}</div><div class='d-md-none'>{paragraphs()}</div>"),
    "twice side by side": page(f"<div>{paragraphs()}</div><div>{paragraphs()}</div>"),
    "twice as divs": page(f"<div>{paragraphs(tag='div')}</div><div>{'<br>'.join(ALL)}</div>"),
    # What is not the article's among the paragraphs.
    "read counter": page(
        f"<div>{paragraphs(ALL[:2])}<p>Dibaca 1.204 kali</p><p>Jumlah pengunjung: 9.001</p><p>Dilihat: 88 kali</p>"
        f"{paragraphs(ALL[2:])}<p>Hits: 12</p></div>"
    ),
    "read counter behind the date": page(
        f"<div><p>Rabu, 4 November 2026 - Dibaca 371 kali</p>{paragraphs()}</div>", head=f"<h1>{TITLE}</h1>"
    ),
    "cross-post": page(
        f"<div>{paragraphs()}<p>Artikel ini telah tayang di Warta Lambau dengan judul Tanggul Selesai.</p>"
        "<p>Tulisan ini pertama kali dimuat di lambaukab.go.id.</p></div>"
    ),
    "read also": page(
        f"<div>{paragraphs(ALL[:2])}<p>Baca juga: <a href='/b/2'>Harga Lele Turun di Pasar Rimba</a></p>"
        f"<p><a href='/b/3'>Guru Honorer Belajar Komputer</a></p>{paragraphs(ALL[2:])}</div>"
    ),
    "read also inside a paragraph": page(
        f"<div><p>{LEAD} <strong>Baca juga: <a href='/b/2'>Harga Lele Turun di Pasar Rimba</a></strong></p>"
        f"{paragraphs(PARTS)}</div>"
    ),
    "read also before a paragraph's text": page(
        f"<div><p>{LEAD}</p><p><b>Baca Juga :</b> <a href='/b/2'>Harga Lele Turun di Pasar Rimba</a><br>{PARTS[0]}</p>"
        f"{paragraphs(PARTS[1:])}</div>"
    ),
    "contact below": page(f"<div>{paragraphs()}<p>Kontak media: Humas Dinas Pengairan</p></div>"),
    "contact below divs": page(f"<div>{paragraphs(tag='div')}<div>Narahubung: Biro Umum</div></div>"),
    "others below": page(f"<div>{paragraphs()}</div><div><h3>Berita Lainnya</h3><ul>{OTHERS}</ul></div>"),
    # Consent before the article.
    "consent": page(paragraphs(), before=f"<div id='lapis'><h2>Privasi Anda</h2>{paragraphs([CONSENT] * 4)}</div>"),
    "consent in one box": page(paragraphs(), before=f"<div><p>{CONSENT}</p><button>Setuju</button></div>"),
    "consent behind": page(paragraphs(), after=f"<div>{paragraphs([CONSENT] * 3)}</div>"),
    "consent and aside": page(f"<aside>{paragraphs()}</aside>", before=f"<div>{paragraphs([CONSENT] * 4)}</div>"),
    "subscription": page(
        f"<div>{paragraphs()}<p>Artikel ini khusus pelanggan. Berlangganan mulai Rp10.000 per bulan untuk membaca "
        "seluruh isi.</p><p>Sudah berlangganan? Masuk di sini.</p></div>"
    ),
}


@pytest.mark.parametrize("bare", [False, True], ids=["named", "bare"])
@pytest.mark.parametrize("name", LAYOUTS)
def test_the_article_and_nothing_else(name, bare):
    html = LAYOUTS[name]
    if bare:
        html = re.sub(r"\s(?:class|id)='[^']*'", "", html)
    assert text_of(html) == ALL


PICTURE = "Kepala Dinas Pengairan menyerahkan empat ratus karung pasir kepada warga Desa Hulu Lambau, Rabu pekan lalu."


@pytest.mark.parametrize(
    "body",
    [
        f"<div><img src=a.jpg><p>{PICTURE}</p></div>",
        f"<figure><img src=a.jpg><figcaption>{PICTURE}</figcaption></figure>",
        f"<div><img src=a.jpg><img src=b.jpg><div>{PICTURE}</div></div>",
        f"<div class='slide'><img src=a.jpg><p>{PICTURE}</p></div><div class='slide'><img src=a.jpg><p>{PICTURE}</p></div>",
    ],
)
def test_a_picture_post_is_not_filled_up_with_the_foot(body):
    assert text_of(page(body)) == [PICTURE]
    assert text_of(page(body, foot=FOOT.replace("div>", "footer>"))) == [PICTURE]


def test_what_begins_like_a_notice_stays_in_a_sentence_of_the_article():
    parts = [
        *ALL,
        "Baca juga dilakukan warga di balai desa, yang mengadakan lomba membaca bagi anak-anak setiap Sabtu sore.",
    ]
    assert text_of(page(paragraphs(parts)))[: len(ALL)] == ALL
    cookies = (
        "Dinas mengingatkan bahwa situs yang memakai kuki wajib meminta izin warga sebelum menyimpan data pribadi."
    )
    assert cookies in text_of(page(paragraphs([*ALL, cookies])))
