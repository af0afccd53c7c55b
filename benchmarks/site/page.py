"""Pages of the reference site: an article in the furniture of a news site, 60 to 150 KB.

Their make-up follows the real pages Pantau's extraction is measured on: 600 to 1,100 elements, 150 to 250 links, 10 to
40 KB of scripts, one to four of them JSON, and long attributes. Two of four layouts state their date in JSON-LD, one
in Open Graph's meta elements, one in <time> alone; two mark the text with <article>, two with a class.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from html import escape

from benchmarks.site.text import Story, story
from pipelines.wording.wib import WIB

LAYOUTS = 4
SMALLEST, LARGEST = 60_000, 150_000  # bytes
SECTIONS = "Nasional Daerah Ekonomi Pangan Olahraga Budaya Teknologi Kesehatan Pendidikan Wisata Hukum Opini".split()
MENU = 6  # links under each section
CARDS = 36  # teasers beside and under the text


def page(number: int, address: str, others: list[str]) -> str:
    """The page of article `number` at `address` (scheme and host); `others`: paths that its teasers lead to."""
    article, chance = story(number), random.Random(-number - 1)
    size = chance.randint(SMALLEST, LARGEST)
    layout = number % LAYOUTS
    url = f"{address}/{article.slug}"
    head, body = _head(article, url, layout), _article(article, layout)
    cards = "".join(_card(chance, address, path) for path in others[:CARDS])
    parts = [
        f'<!DOCTYPE html><html lang="id"><head>{head}',
        f"</head><body>{_menu(address)}",
        f'<div class="container row"><div class="col-8 kolom-utama">{body}</div>',
        f'<aside class="col-4 samping"><h3>Terpopuler</h3><ul class="daftar">{cards}</ul></aside></div>',
        _footer(address),
        "</body></html>",
    ]
    missing = size - sum(map(len, parts))
    parts[0] += f"<style>{_style(chance, missing // 4)}</style>"
    parts[1] += f"<script>{_script(chance, missing // 3)}</script>"
    parts[4] += f"<div class=\"iklan\" data-slots='{_slots(chance, missing - missing // 4 - missing // 3)}'></div>"
    return "".join(parts)


def _head(article: Story, url: str, layout: int) -> str:
    title = escape(article.title)
    when = article.published.astimezone(WIB).isoformat(timespec="seconds")
    parts = [
        f'<meta charset="utf-8"><title>{title} - Kabar Acuan</title><link rel="canonical" href="{url}">',
        f'<meta name="description" content="{escape(article.paragraphs[0][:150])}">',
        f'<meta property="og:title" content="{title}"><meta property="og:type" content="article">',
    ]
    if layout == 2:
        parts.append(f'<meta property="article:published_time" content="{when}">')
    if layout < 2:
        data = {
            "@context": "https://schema.org",
            "@type": "NewsArticle",
            "headline": article.title,
            "datePublished": when,
            "dateModified": when,
            "mainEntityOfPage": url,
            "author": {"@type": "Person", "name": article.author},
            "publisher": {"@type": "Organization", "name": "Kabar Acuan"},
        }
        parts.append(f'<script type="application/ld+json">{json.dumps(data)}</script>')
    return "".join(parts)


def _article(article: Story, layout: int) -> str:
    paragraphs = "".join(f"<p>{escape(paragraph)}</p>" for paragraph in article.paragraphs)
    when = article.published.astimezone(WIB).isoformat(timespec="seconds")
    byline = f'<div class="penulis">Oleh {article.author}</div><time datetime="{when}">{when[:10]}</time>'
    share = "".join(f'<a class="bagikan ikon-{n}" href="#bagikan-{n}"><i class="ikon"></i></a>' for n in range(6))
    inner = f"<h1>{escape(article.title)}</h1>{byline}<div class='berbagi'>{share}</div>"
    if layout in (0, 2):
        return f"<article>{inner}<div class='isi'>{paragraphs}</div></article>"
    return f'<div class="detail">{inner}<div class="detail__body-text itp_bodycontent">{paragraphs}</div></div>'


def _menu(address: str) -> str:
    entries = "".join(
        f'<li class="nav-item dropdown"><a href="{address}/kanal/{section.lower()}" class="nav-link" data-kanal="{n}">'
        f"{section}</a><ul>"
        + "".join(f'<li><a href="{address}/kanal/{section.lower()}/{k}">{section} {k}</a></li>' for k in range(MENU))
        + "</ul></li>"
        for n, section in enumerate(SECTIONS)
    )
    return f'<nav class="navbar" id="menu"><ul class="nav">{entries}</ul></nav>'


def _card(chance: random.Random, address: str, path: str) -> str:
    words = " ".join(path.split("-")[:8]).strip("/").capitalize()
    identity = chance.getrandbits(64)
    return (
        f'<li class="kartu" data-id="{identity:x}"><a href="{address}{path}" class="kartu__gambar"><picture><source '
        f'type="image/webp" srcset="/gambar/{identity:x}.webp"><img loading="lazy" width="200" height="120" alt="" '
        f'src="/gambar/{identity:x}.jpg"></picture></a><div class="kartu__teks"><span class="kanal">'
        f'{chance.choice(SECTIONS)}</span><h4><a href="{address}{path}" data-ga="{identity % 999}">{words}</a></h4>'
        f'<span class="waktu">{chance.randint(1, 23)} jam lalu</span></div></li>'
    )


def _footer(address: str) -> str:
    columns = "".join(
        f'<div class="kolom"><h5>Jaringan {n}</h5><ul>'
        + "".join(f'<li><a href="{address}/jaringan/{n}/{k}">Mitra {n} {k}</a></li>' for k in range(8))
        + "</ul></div>"
        for n in range(4)
    )
    return f'<footer class="kaki">{columns}<p>Hak cipta Kabar Acuan</p></footer>'


def _filled(size: int, piece: Callable[[], str]) -> str:
    """Pieces one after the other until they are `size` characters."""
    pieces, length = [], 0
    while length < size:
        pieces.append(piece())
        length += len(pieces[-1])
    return "".join(pieces)


def _style(chance: random.Random, size: int) -> str:
    return _filled(
        size, lambda: f".k{chance.getrandbits(32):x}>.b{chance.randint(1, 99)}{{margin:{chance.randint(0, 40)}px auto}}"
    )


def _script(chance: random.Random, size: int) -> str:
    return _filled(
        size, lambda: f'pelacak.push(["{chance.getrandbits(48):x}",{{slot:{chance.randint(1, 99)},aktif:!0}}]);'
    )


def _slots(chance: random.Random, size: int) -> str:
    return json.dumps([f"{chance.getrandbits(64):x}" for _ in range(max(1, size // 20))])
