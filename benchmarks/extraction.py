"""Extraction against plain trafilatura on the shared pages: quality, and time a page as a ratio in one run.

    python benchmarks/extraction.py [--write]

Needs ../shared. `--write` puts our quality into benchmarks/extraction.json, which the tests hold us to.
"""

from __future__ import annotations

import argparse
import json
import statistics
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


def main() -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", action="store_true")
    arguments = parser.parse_args()
    if not PAGES.is_dir():
        print(f"{PAGES}: not found; this benchmark needs the shared data beside the checkout", file=sys.stderr)
        return 2
    bodies = {file.name: file.read_bytes() for file in sorted(PAGES.glob("*.html"))}
    base = None
    print(f"{'':14}{'body F1':>9}{'title':>9}{'date':>9}{'CPU ms/page':>13}{'ratio':>8}")
    for name, reader in (("trafilatura", plain), ("pantau", ours)):
        quality, seconds = measure(reader, bodies)
        median = statistics.median(seconds) / len(bodies) * 1000
        base = base or median
        scores = "".join(f"{quality[key]:9.3f}" for key in ("body_f1", "title", "date"))
        print(f"{name:14}{scores}{median:13.1f}{median / base:8.2f}")
    if arguments.write:
        (HERE / "extraction.json").write_text(json.dumps(quality) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
