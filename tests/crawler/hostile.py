"""Pages that are made to cost a parser time: each grows with its size, and none is an article."""

from __future__ import annotations

from collections.abc import Callable

SENTENCE = "Warga desa memperbaiki dermaga kayu yang lapuk bersama kepala desa pada musim angin barat. "
HEAD = f"<html><head><title>Dermaga Kampung Diperbaiki Warga</title></head><body><p>{SENTENCE * 3}</p>"

HOSTILE: dict[str, Callable[[int], str]] = {
    "attributes": lambda size: "<p " + " ".join(f"a{i}" for i in range(size // 7)) + ">",
    "attributes with values": lambda size: "<p " + " ".join(f'a{i}="x"' for i in range(size // 11)) + ">",
    "many tags of many attributes": lambda size: ("<p " + " ".join(f"a{i}" for i in range(900)) + ">") * (size // 5000),
    "attributes behind a quote in a comment": lambda size: (
        '<!-- <a x=" --><p ' + " ".join(f"a{i}" for i in range(size // 7)) + '> "'
    ),
    "attributes behind a name with a quote": lambda size: (
        "<p a\"b='c\">' " + " ".join(f"a{i}" for i in range(size // 7)) + ' "'
    ),
    "one attribute again and again": lambda size: "<p " + "a " * (size // 2) + ">",
    "attributes of the body": lambda size: "".join(f"<body a{i}=1>" for i in range(size // 15)),
    "nested blocks": lambda size: "<div>" * (size // 5),
    "nested tables": lambda size: "<table><tr><td>" * (size // 15),
    "nested bold": lambda size: "<b>" * (size // 3),
    "ends without begins": lambda size: "<div></span>" * (size // 12),
    "paragraphs": lambda size: "<p>kata kata" * (size // 11),
    "a huge value": lambda size: f'<p title="{"x" * size}">',
    "a huge class": lambda size: f'<p class="{"judul x" * (size // 7)}">',
    "entities": lambda size: "&amp;" * (size // 5),
    "entities that are none": lambda size: "&nama" * (size // 5),
    "comments": lambda size: "<!-- x -->" * (size // 10),
    "comments without an end": lambda size: "<!-- x " * (size // 7),
    "CDATA": lambda size: "<![CDATA[x]]>" * (size // 13),
    "a flood of <": lambda size: "<" * size,
    "names of tags": lambda size: "<a" * (size // 2),
    "slashes": lambda size: "<a/b=" * (size // 5),
    "quotes without an end": lambda size: "<a b=\"<a c='" * (size // 12),
    "blanks in tags": lambda size: ("<a" + " " * 100) * (size // 102),
    "scripts without an end": lambda size: "<script>" * (size // 8),
    "titles": lambda size: "<title>" * (size // 7),
    "titles without an end": lambda size: "<title " * (size // 7),
    "headings": lambda size: "<h1>Dermaga</h1>" * (size // 16),
    "times": lambda size: "<time datetime='2025-13-45'>x</time>" * (size // 36),
    "dates": lambda size: "<p>12 November 2025 1/1/25 2 jam yang lalu<br>" * (size // 46),
    "links": lambda size: "<a href='?page=3'>3 <table><tr><td>" * (size // 35),
    "question marks": lambda size: "?page=2" + "?" * size,
    "one word": lambda size: "<p>" + "a" * size,
    "one line": lambda size: "<p>" + "kata " * (size // 5),
    "line breaks": lambda size: "x<br>" * (size // 5),
    "a heading of parts": lambda size: "<h1>" + "Berita Desa | " * (size // 14) + "</h1>",
    "a title of dashes": lambda size: '<meta property="og:title" content="' + "Kabar - " * (size // 8) + '">',
    "an author of words": lambda size: '<meta name="author" content="' + "Oleh: " * (size // 6) + '">',
    "a body in JSON-LD": lambda size: (
        '<script type="application/ld+json">{"@type": "NewsArticle", "articleBody": "'
        + "kata <b> " * (size // 9)
        + '"}</script>'
    ),
    "one line of dates": lambda size: "<p>" + "12 November 2025, 10.00 " * (size // 24),
    "JSON in JSON": lambda size: '<script type="application/ld+json">' + "[" * size + "</script>",
    "forms": lambda size: "<form><input>" * (size // 13),
    "dashes": lambda size: "<p>JAKARTA " + "- " * (size // 2),
}


def page(kind: str, size: int) -> bytes:
    """A page of about so many bytes of a kind, with a title and one honest paragraph before them."""
    return (HEAD + HOSTILE[kind](size)).encode()
