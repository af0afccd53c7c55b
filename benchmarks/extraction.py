"""Extraction against its peers on the shared pages, in one run: quality, and time a page against plain trafilatura's.

    python benchmarks/extraction.py [--write]

Needs ../shared, and for the peers an environment of its own that sees ours as well, with goose3, readability-lxml,
newspaper4k, news-please and resiliparse (some of them want an older cssselect than we do); one that is not installed
is left out and named. readability-lxml gives no date, resiliparse neither title nor date. `bare`: the pages without any
class and id, so that no name helps. `--write` puts all figures into benchmarks/extraction.json; the tests hold us to
ours.
"""

from __future__ import annotations

import argparse
import importlib
import json
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import trafilatura

from pipelines.extract import NotAnArticle, extract_article

HERE = Path(__file__).resolve().parent
SHARED = HERE.parents[1] / "shared"
SETS = {name: SHARED / "data" / name for name in ("pages", "pages2")}
ROUNDS = 3
NOW = "2026-12-01T00:00:00+00:00"
NAMES = re.compile(rb"""\s(?:class|id)=("[^"]*"|'[^']*'|[^\s>"']+)""")

Reader = Callable[[bytes], dict[str, Any]]


def ours(body: bytes) -> dict[str, Any]:
    """Our reading of a page."""
    try:
        article = extract_article(body, url=None, fetched_at=NOW)
    except NotAnArticle:
        return {}
    return {"title": article.title, "published_at": article.published_at, "text": article.text}


def plain(body: bytes) -> dict[str, Any]:
    """trafilatura's, with its defaults and its metadata."""
    found = trafilatura.bare_extraction(body, with_metadata=True)
    return {"title": found.title, "published_at": found.date, "text": found.text} if found else {}


def fast(body: bytes) -> dict[str, Any]:
    """trafilatura's without its own fallbacks."""
    found = trafilatura.bare_extraction(body, with_metadata=True, fast=True)
    return {"title": found.title, "published_at": found.date, "text": found.text} if found else {}


def news_please(body: bytes) -> dict[str, Any]:
    """news-please's, without the pictures that it would fetch."""
    from newsplease import NewsPlease

    article = NewsPlease.from_html(body.decode("utf-8", "replace"), url=None, fetch_images=False)
    date = article.date_publish
    return {"title": article.title, "published_at": str(date) if date else None, "text": article.maintext}


def readability(body: bytes) -> dict[str, Any]:
    """readability-lxml's: its short title and the text of its summary."""
    import lxml.html
    from readability import Document

    document = Document(body.decode("utf-8", "replace"))
    summary = document.summary(html_partial=True)
    text = lxml.html.fromstring(summary).text_content() if summary.strip() else ""
    return {"title": document.short_title(), "published_at": None, "text": text}


def goose(body: bytes) -> dict[str, Any]:
    """goose3's, told that the page is Indonesian."""
    from goose3 import Goose

    settings = {"use_meta_language": False, "target_language": "id", "enable_image_fetching": False}
    with Goose(settings) as reader:
        article = reader.extract(raw_html=body.decode("utf-8", "replace"))
    date = article.publish_date
    return {"title": article.title, "published_at": str(date) if date else None, "text": article.cleaned_text}


def newspaper(body: bytes) -> dict[str, Any]:
    """newspaper4k's, told that the page is Indonesian."""
    from newspaper import Article

    article = Article("https://contoh.id/", language="id", fetch_images=False)
    article.download(input_html=body.decode("utf-8", "replace"))
    article.parse()
    date = article.publish_date
    return {"title": article.title, "published_at": str(date) if date else None, "text": article.text}


def resiliparse(body: bytes) -> dict[str, Any]:
    """resiliparse's main content, with the <title> that its tree gives."""
    from resiliparse.extract.html2text import extract_plain_text
    from resiliparse.parse.html import HTMLTree

    tree = HTMLTree.parse_from_bytes(body)
    text = extract_plain_text(tree, main_content=True, alt_texts=False, links=False)
    return {"title": tree.title, "published_at": None, "text": text}


def installed(name: str) -> bool:
    """Whether a peer can be imported; says so when it cannot."""
    try:
        importlib.import_module(name)
    except ImportError as error:
        print(f"{name}: left out, not installed ({error})", file=sys.stderr)
        return False
    return True


def measure(reader: Reader, pages: Path, bodies: dict[str, bytes], rounds: int) -> tuple[dict[str, float], float]:
    """(quality by score_extract.py, CPU ms a page in the best of the rounds: other work only ever adds)."""
    seconds = []
    for _ in range(rounds):
        begun = time.process_time()
        rows = {name: reader(body) for name, body in bodies.items()}
        seconds.append(time.process_time() - begun)
    with tempfile.NamedTemporaryFile("w", suffix=".jsonl", encoding="utf-8") as file:
        for name, row in rows.items():
            file.write(json.dumps({"file": name} | row) + "\n")
        file.flush()
        command = [sys.executable, SHARED / "tools" / "score_extract.py", pages, file.name, "--json"]
        score = subprocess.run(command, capture_output=True, text=True, check=True)
    return json.loads(score.stdout), min(seconds) / len(bodies) * 1000


PEERS = (
    ("trafilatura", "trafilatura, fast", fast),
    ("trafilatura", "trafilatura", plain),
    ("readability", "readability-lxml", readability),
    ("newspaper", "newspaper4k", newspaper),
    ("newsplease", "news-please", news_please),
    ("resiliparse", "resiliparse", resiliparse),
    ("goose3", "goose3", goose),
)


def main() -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", action="store_true")
    arguments = parser.parse_args()
    if not all(pages.is_dir() for pages in SETS.values()):
        print(f"{SHARED}: not found; this benchmark needs the shared data beside the checkout", file=sys.stderr)
        return 2
    readers = {"pantau": ours} | {name: reader for module, name, reader in PEERS if installed(module)}
    figures: dict[str, Any] = {}
    print(f"{'':14}{'':18}{'body F1':>9}{'title':>9}{'date':>9}{'CPU ms/page':>13}")
    for which, pages in SETS.items():
        gold = [file.name.removesuffix(".json") for file in sorted((pages / "gold").glob("*.json"))]
        bodies = {name: (pages / name).read_bytes() for name in gold}
        for bare in (False, True):
            given = {name: NAMES.sub(b"", body) for name, body in bodies.items()} if bare else bodies
            for name, reader in readers.items():
                quality, spent = measure(reader, pages, given, 1 if bare else ROUNDS)
                of = f"{which}, bare" if bare else which
                figures.setdefault(of, {})[name] = quality | {"ms_a_page": round(spent, 1)}
                scores = "".join(f"{quality[key]:9.3f}" for key in ("body_f1", "title", "date"))
                print(f"{of:14}{name:18}{scores}{spent:13.1f}", flush=True)
    if arguments.write:
        (HERE / "extraction.json").write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
