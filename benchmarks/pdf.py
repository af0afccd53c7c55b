"""Releases as PDF, read by pypdf and by pdfplumber: how much of the text comes out, in order, and how long it takes.

    python benchmarks/pdf.py [--pdfplumber FOLDER]

The releases are made here, with WeasyPrint, from the texts of the sample newsroom: one column and two, with a
letterhead and running heads, justified with hyphens, one page and several. `--pdfplumber`: where it is installed.
"""

from __future__ import annotations

import argparse
import io
import re
import sys
import time
from collections import Counter
from collections.abc import Callable
from difflib import SequenceMatcher
from pathlib import Path

from crawler.demo.articles import load_articles
from pipelines.extract import extract_article

LAYOUTS = {
    "one column": "",
    "letterhead, running head": (
        "@page { @top-center { content: 'KEMENTERIAN UJI COBA' } "
        "@bottom-center { content: counter(page) ' / ' counter(pages) } }"
    ),
    "justified, hyphens": "p { text-align: justify; hyphens: auto }",
    "two columns": "article { column-count: 2 }",
    "small pages": "@page { size: A6; @bottom-right { content: 'Halaman ' counter(page) } }",
    "double spaced": "p { line-height: 2; text-indent: 1cm }",
}


def releases() -> list[tuple[str, bytes, str]]:
    """(layout, PDF, its text) of made-up releases."""
    from weasyprint import HTML

    found = []
    texts = [article for article in load_articles(2) if len(article.text.split()) > 120][:6]
    for name, style in LAYOUTS.items():
        for article in texts:
            paragraphs = "".join(f"<p>{part}</p>" for part in article.text.split("\n\n"))
            html = (
                f"<html lang='id'><style>{style}</style><h3>SIARAN PERS</h3><p>Nomor: 12/HM/2026</p>"
                f"<h1>{article.title}</h1><article>{paragraphs}</article></html>"
            )
            found.append((name, HTML(string=html).write_pdf() or b"", article.text))
    return found


def by_pdfplumber(body: bytes) -> str:
    """pdfplumber's text, page by page."""
    import pdfplumber  # type: ignore[import-not-found]

    with pdfplumber.open(io.BytesIO(body)) as file:
        return "\n".join(page.extract_text() for page in file.pages)


def by_pypdf(body: bytes) -> str:
    """pypdf's text, page by page."""
    from pypdf import PdfReader

    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(body)).pages)


def ours(body: bytes) -> str:
    """What the pipeline makes of the file: the text of the article."""
    return extract_article(body, url=None, fetched_at="2026-12-01T00:00:00+00:00").text


def words(text: str) -> list[str]:
    """The words, those that a line's end divided joined again."""
    return re.findall(r"\w+", re.sub(r"[‐-]\s*\n\s*", "", text).casefold())


def scores(gold: str, read: str) -> tuple[float, float]:
    """(F1 of the words, share of the gold's words that come in its order)."""
    own, found = words(gold), words(read)
    common = sum((Counter(own) & Counter(found)).values())
    order = sum(block.size for block in SequenceMatcher(None, own, found, autojunk=False).get_matching_blocks())
    return 2 * common / (len(own) + len(found)), order / len(own)


def main() -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pdfplumber", type=Path)
    arguments = parser.parse_args()
    readers: dict[str, Callable[[bytes], str]] = {"pypdf": by_pypdf, "ours": ours}
    if arguments.pdfplumber:
        sys.path.append(str(arguments.pdfplumber))
        readers["pdfplumber"] = by_pdfplumber
    files = releases()
    for name, reader in readers.items():
        start = time.process_time()
        read = [(layout, scores(gold, reader(body))) for layout, body, gold in files]
        ms = 1000 * (time.process_time() - start) / len(files)
        for layout in LAYOUTS:
            found = [score for other, score in read if other == layout]
            f1, order = (sum(column) / len(found) for column in zip(*found, strict=True))
            print(f"{name:12}{layout:28} words {f1:.3f}  in order {order:.3f}")
        print(f"{name:12}{ms:.0f} ms a file")
    return 0


if __name__ == "__main__":
    sys.exit(main())
