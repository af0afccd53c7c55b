"""The rooms for speed change nothing: with PANTAU_PLAIN=1 pages and texts come out the same, from the crawl to the rows."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from crawler.demo.newsroom import Newsroom
from tests.conftest import ROOT, SHARED, needs_shared

WAYS = ("", "1")
# What two crawls one after the other tell differently: times, "3 jam yang lalu", which of two copies came first.
FLEETING = frozenset(
    "first_seen last_seen fetched_at seen_at compared_at published_at published_date lag_minutes duplicate_of".split()
) | {"same_as", "life", "id"}
# What is stored of an article; ids follow the order in which a crawl happens to get its pages.
TABLES = (
    "articles",
    "mentions",
    "article_officials",
    "article_places",
    "article_laws",
    "agreements",
    "quotes",
)
QUERIES = {
    "agreement_parties": """SELECT a.url, g.title, p.position, p.party, p.key FROM agreement_parties p
        JOIN agreements g ON g.id = p.agreement_id JOIN articles a ON a.id = g.article_id""",
    # Not the rarer words in both: how rare a word is depends on which articles have come so far.
    "coverage": """SELECT r.url, a.url, c.label, c.kept, c.copied, c.retold, c.quotes_kept, c.officials_kept, c.wire
        FROM coverage c JOIN articles r ON r.id = c.release_id JOIN articles a ON a.id = c.article_id""",
}
READ = """
import json, sys
import nlp
from nlp.tag import tag_documents
from pipelines.extract import NotAnArticle, extract_article
from pipelines.language.stems import stem_text
from tests.test_plain import bodies, documents

def read(url, body):
    try:
        return repr(extract_article(body, url=url, fetched_at="2026-01-01T00:00:00+00:00"))
    except NotAnArticle as error:
        return str(error)

texts = documents()
print(json.dumps({
    "pipes": (model := nlp.load()).pipe_names,
    "articles": {url: read(url, body) for url, body in bodies()},
    "tags": {document["id"]: tags for document, tags in zip(texts, tag_documents(model, texts), strict=True)},
    "stems": {document["id"]: stem_text(document["text"]) for document in texts},
}))
"""


def bodies() -> list[tuple[str, bytes]]:
    """(address, page) of the sample newsroom, of the tests' layouts and of the shared pages, where they are."""
    from crawler.demo.articles import load_articles
    from crawler.demo.render import render_site
    from crawler.demo.sites import SITES
    from tests.pipelines.extract.layouts import load_layouts

    found = [(layout.url, layout.html.encode()) for layout in load_layouts()]
    for site in SITES:
        mine = [article for article in load_articles(2) if article.site == site.id]
        served = render_site(site, mine, f"http://{site.id}.test")
        found += [(f"http://{site.id}.test{article.path}", served[article.path].body) for article in mine]
    return found + [(file.name, file.read_bytes()) for file in sorted((SHARED / "data" / "pages").glob("*.html"))]


def documents() -> list[dict[str, str]]:
    """The sample newsroom's articles, and dev where it is."""
    from crawler.demo.articles import load_articles
    from nlp.training.gold import GOLD, read_split

    found = [
        {"id": f"{article.site}/{article.slug}", "title": article.title, "text": article.text}
        for article in load_articles(2)
    ]
    return found + ([document for document, _ in read_split("dev")] if GOLD.is_dir() else [])


def environment(way: str) -> dict[str, str]:
    return os.environ | {"PYTHONPATH": str(ROOT), "PANTAU_PLAIN": way}


@pytest.fixture(scope="module")
def read() -> list[dict[str, Any]]:
    """What both ways make of pages and texts, each in a process of its own; first the quick one."""
    started = [
        subprocess.Popen(
            [sys.executable, "-c", READ], env=environment(way), cwd=ROOT, stdout=subprocess.PIPE, text=True
        )
        for way in WAYS
    ]
    return [json.loads(process.communicate(timeout=300)[0]) for process in started]


def test_the_two_ways_are_two(read):
    assert ["decode" in one["pipes"] for one in read] == [True, False]


@pytest.mark.parametrize("what", ["mentions", "officials", "places", "agreements", "laws", "quotes"])
def test_texts_are_tagged_the_same(read, what):
    quick, plain = ({name: tags[what] for name, tags in one["tags"].items()} for one in read)
    assert sum(map(len, plain.values())) > 40
    assert [name for name in plain if quick[name] != plain[name]] == []


@needs_shared
def test_dev_is_among_the_texts(read):
    assert len(read[0]["tags"]) > 150


def test_pages_are_extracted_and_texts_are_stemmed_the_same(read):
    quick, plain = read
    assert len(plain["articles"]) > 80
    for what in ("articles", "stems"):
        assert [name for name in plain[what] if quick[what][name] != plain[what][name]] == []


def stored(database: Path) -> dict[str, list[tuple[object, ...]]]:
    """By table, its rows without ids and times, with the address of the article instead of its id."""
    connection = sqlite3.connect(database)
    found = {table: sorted(connection.execute(query), key=repr) for table, query in QUERIES.items()}
    for table in TABLES:
        columns = [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]
        wanted = ", ".join(f't."{name}"' for name in columns if name not in FLEETING and not name.endswith("_id"))
        join = "" if table == "articles" else "JOIN articles a ON a.id = t.article_id"
        address = "t.url" if table == "articles" else "a.url"
        found[table] = sorted(connection.execute(f"SELECT {address}, {wanted} FROM {table} t {join}"), key=repr)
    connection.close()
    return found


@pytest.mark.slow
def test_the_sample_newsroom_is_crawled_and_stored_the_same(tmp_path):
    kept = []
    with Newsroom(base_port=0, edition=2) as room:
        (tmp_path / "katalog.toml").write_text(room.catalogue(), encoding="utf-8")
        command = [sys.executable, "-m", "pipelines.cli", "crawl", "--catalogue", tmp_path / "katalog.toml"]
        runs = [
            subprocess.Popen(
                command,
                env=environment(way) | {"PANTAU_DB": str(tmp_path / f"ruang{way}.db")},
                stderr=subprocess.PIPE,
                text=True,
            )
            for way in WAYS
        ]  # side by side, since each waits for its delays most of the time
        for way, run in zip(WAYS, runs, strict=True):
            _, errors = run.communicate(timeout=300)
            assert run.returncode == 0, errors
            kept.append(stored(tmp_path / f"ruang{way}.db"))
    quick, plain = kept
    assert len(plain["articles"]) >= 60 and all(plain.values())
    assert [table for table in plain if quick[table] != plain[table]] == []
