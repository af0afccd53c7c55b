"""Extraction against its peers on the shared pages, in one run: quality, and time a page against plain trafilatura's.

    python benchmarks/extraction.py [--write]

Needs ../shared, and for the peers `pip install -c constraints.txt -e .[bench]`; one that is not installed is left
out and named. readability-lxml gives no date. `--write` puts all figures into benchmarks/extraction.json; the tests
hold us to ours.
"""

from __future__ import annotations

import argparse
import importlib
import json
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
PAGES = SHARED / "data" / "pages"
ROUNDS = 5
NOW = "2026-01-01T00:00:00+00:00"

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


def installed(name: str) -> bool:
    """Whether a peer can be imported; says so when it cannot."""
    try:
        importlib.import_module(name)
    except ImportError as error:
        print(f"{name}: left out, not installed ({error})", file=sys.stderr)
        return False
    return True


def measure(reader: Reader, bodies: dict[str, bytes]) -> tuple[dict[str, float], list[float]]:
    """(quality by score_extract.py, seconds of each round over all pages)."""
    seconds = []
    for _ in range(ROUNDS):
        begun = time.process_time()
        rows = {name: reader(body) for name, body in bodies.items()}
        seconds.append(time.process_time() - begun)
    with tempfile.NamedTemporaryFile("w", suffix=".jsonl", encoding="utf-8") as file:
        for name, row in rows.items():
            file.write(json.dumps({"file": name} | row) + "\n")
        file.flush()
        command = [sys.executable, SHARED / "tools" / "score_extract.py", PAGES, file.name, "--json"]
        score = subprocess.run(command, capture_output=True, text=True, check=True)
    return json.loads(score.stdout), seconds


PEERS = (("readability", "readability-lxml", readability), ("goose3", "goose3", goose))


def main() -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", action="store_true")
    arguments = parser.parse_args()
    if not PAGES.is_dir():
        print(f"{PAGES}: not found; this benchmark needs the shared data beside the checkout", file=sys.stderr)
        return 2
    bodies = {file.name: file.read_bytes() for file in sorted(PAGES.glob("*.html"))}
    readers = {"trafilatura": plain, "pantau": ours}
    readers |= {name: reader for module, name, reader in PEERS if installed(module)}
    figures: dict[str, Any] = {}
    print(f"{'':18}{'body F1':>9}{'title':>9}{'date':>9}{'CPU ms/page':>13}{'ratio':>8}")
    for name, reader in readers.items():
        quality, seconds = measure(reader, bodies)
        best = min(seconds) / len(bodies) * 1000  # other work on the machine only ever adds
        ratio = best / (figures["trafilatura"]["ms_a_page"] if figures else best)
        figures[name] = quality | {"ms_a_page": round(best, 1), "ratio": round(ratio, 2)}
        scores = "".join(f"{quality[key]:9.3f}" for key in ("body_f1", "title", "date"))
        print(f"{name:18}{scores}{best:13.1f}{ratio:8.2f}")
    if arguments.write:
        (HERE / "extraction.json").write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
