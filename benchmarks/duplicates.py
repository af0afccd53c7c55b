"""Near-duplicates: the sample newsroom's known pairs, edited copies of its articles, and the cost as the archive grows.

    python benchmarks/duplicates.py [--write]

`--write` puts the figures into benchmarks/duplicates.json, which the tests hold us to. With ../shared beside the
checkout its unlabelled articles are the archive that grows; they have no gold, so only what is flagged and the time
are counted.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import sqlite3
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from crawler.demo.articles import known_copies, load_articles
from crawler.demo.render import render_site
from crawler.demo.sites import SITES
from pipelines.database.open import connect, transaction
from pipelines.extract import extract_article
from pipelines.read.text_facts import fingerprint, minhash_bands
from pipelines.records import TaggedArticle
from pipelines.store.duplicates import link_copies
from pipelines.store.save import save

HERE = Path(__file__).resolve().parent
CORPUS = HERE.parents[1] / "shared" / "data" / "corpus"
NOW = "2026-01-01T00:00:00+00:00"
EDITS = (0.02, 0.05, 0.1, 0.2)  # share of words replaced


def newsroom(folder: Path, order: int = 0) -> dict[str, Any]:
    """Precision and recall on the known pairs: every article page read and stored, in a shuffled order."""
    known = {frozenset(pair) for pair in known_copies().items()}
    articles = load_articles(2)
    names, pages = {}, []
    for site in SITES:
        mine = [article for article in articles if article.site == site.id]
        served = render_site(site, mine, f"https://{site.id}.example")
        for article in mine:
            url = f"https://{site.id}.example{article.path}"
            names[url] = f"{article.site}/{article.slug}"
            pages.append((url, site.id, served[urlsplit(url).path].body))
    random.Random(order).shuffle(pages)
    connection = connect(folder / f"redaksi{order}.db").conn
    with transaction(connection):
        for url, site_id, body in pages:
            save(connection, TaggedArticle(extract_article(body, url=url, fetched_at=NOW, source_id=site_id), None))
    groups: dict[int, list[str]] = {}
    late = 0
    for article_id, url, original, published in connection.execute(
        "SELECT id, url, duplicate_of, published_at FROM articles"
    ).fetchall():
        groups.setdefault(original or article_id, []).append(names[url])
        first = connection.execute("SELECT published_at FROM articles WHERE id = ?", (original,)).fetchone()
        late += bool(first and first[0] > published)
    connection.close()
    found = {frozenset((a, b)) for group in groups.values() for a in group for b in group if a < b}
    right = len(found & known)
    return {
        "articles": len(pages),
        "known_pairs": len(known),
        "found_pairs": len(found),
        "right": right,
        "precision": round(right / max(1, len(found)), 3),
        "recall": round(right / len(known), 3),
        "original_later_than_copy": late,
    }


def edited(folder: Path) -> dict[str, float]:
    """The share of copies found when so many of their words are replaced by words of other articles."""
    texts = [article.text for article in load_articles(1) if len(article.text.split()) > 60]
    words = " ".join(texts).split()
    shares = {}
    for share in EDITS:
        rng = random.Random(int(share * 100))
        connection = connect(folder / f"suntingan{share}.db").conn
        hits = 0
        with transaction(connection):
            for text in texts:
                changed = [rng.choice(words) if rng.random() < share else word for word in text.split()]
                one, other = add(connection, text, "a"), add(connection, " ".join(changed), "b")
                query = (
                    "SELECT duplicate_of IN (:one, (SELECT duplicate_of FROM articles WHERE id = :one)) FROM articles"
                )
                row = connection.execute(f"{query} WHERE id = :other", {"one": one, "other": other}).fetchone()
                hits += bool(row[0])
        connection.close()
        shares[f"{share:.0%}"] = round(hits / len(texts), 3)
    return shares


def growing(folder: Path) -> dict[str, Any]:
    """Milliseconds to compare one article with the archive, and how many are flagged, as it grows."""
    connection = connect(folder / "tumbuh.db").conn
    seconds = []
    for file in sorted(CORPUS.glob("*.jsonl.gz")):
        with gzip.open(file, "rt", encoding="utf-8") as lines, transaction(connection):
            for line in lines:
                begun = time.perf_counter()
                article = json.loads(line)
                add(connection, article["text"], urlsplit(article["url"]).hostname or "")
                seconds.append(time.perf_counter() - begun)
    flagged = connection.execute("SELECT count(*) FROM articles WHERE duplicate_of IS NOT NULL").fetchone()[0]
    connection.close()
    steps = range(500, len(seconds), 1_000)
    return {
        "articles": len(seconds),
        "flagged": flagged,
        "median_ms": {str(i): round(1_000 * statistics.median(seconds[i - 500 : i]), 2) for i in steps},
    }


def add(connection: sqlite3.Connection, text: str, source_id: str) -> int:
    """Store a bare article and compare it with the others; its id."""
    number = connection.execute("SELECT count(*) FROM articles").fetchone()[0]
    cursor = connection.execute(
        """INSERT INTO articles (url, canonical_url, kind, title, text, word_count, first_seen, fingerprint, source_id)
           VALUES (:u, :u, 'news', '', :t, 0, :now, :f, :s)""",
        {"u": str(number), "t": text, "now": NOW, "f": fingerprint(text), "s": source_id},
    )
    link_copies(connection, int(cursor.lastrowid or 0), minhash_bands(text))
    return int(cursor.lastrowid or 0)


def main() -> int:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", action="store_true")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        figures = {"newsroom": newsroom(folder), "edited_copies_found": edited(folder)}
        print(json.dumps(figures, indent=2))
        if CORPUS.is_dir():
            figures["growing"] = growing(folder)
            print(json.dumps(figures["growing"], indent=2))
    if arguments.write:
        (HERE / "duplicates.json").write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
