"""What the search page finds for a press office's queries, best first, over a file of real articles.

    python -m benchmarks.search DOCS.jsonl... --queries Q.jsonl [--database FILE.db] > run.jsonl

Documents {id, url, title, date, kind, text}, one a line (a name in .gz is unpacked), are tagged and stored in a new
database as a crawl stores them; an id that comes again counts once. Queries {"query": ...} are asked of what draws the
search page. Printed: {"query", "ids"}, ten ids at most, those of the documents. `--database` keeps the database, and
takes one that is already filled as it is. The scorer of nDCG@10 reads the output as it stands.
"""

from __future__ import annotations

import argparse
import asyncio
import gzip
import json
import os
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any

import nlp
from pipelines.database.open import connect, transaction
from pipelines.extract.dates import parse_machine
from pipelines.language.detect import detect
from pipelines.publish.serve import DATABASE, datasette_app
from pipelines.read.pool import WorkerPool
from pipelines.read.results import LANGUAGE, Failure, batches, tag_articles
from pipelines.read.tagging import tag_or_say_why
from pipelines.read.text_facts import text_facts
from pipelines.records import Article, TaggedArticle
from pipelines.search import meant
from pipelines.search.asked import Search
from pipelines.store.save import save
from pipelines.wording.wib import WIB, stamp, stamp_now

BEST = 10
RELEASES = ("release", "press_release")


def documents(files: Sequence[Path]) -> Iterator[dict[str, Any]]:
    """The documents of the files, each id once."""
    seen = set()
    for file in files:
        with gzip.open(file, "rt", encoding="utf-8") if file.suffix == ".gz" else file.open(encoding="utf-8") as lines:
            for line in lines:
                document = json.loads(line)
                if document["id"] not in seen:
                    seen.add(document["id"])
                    yield document


def article_of(document: dict[str, Any]) -> Article:
    """A document as an article, its date read as on a page."""
    url = document.get("url") or f"https://dokumen.invalid/{document['id']}"
    title, text = document.get("title") or "", document.get("text") or ""
    when = parse_machine(str(document.get("date") or ""))
    return Article(
        url=url,
        canonical_url=url,
        source_id=None,
        kind="press_release" if document.get("kind") in RELEASES else "news",
        title=title,
        text=text,
        published_at=stamp(when) if when else None,
        published_date=when.astimezone(WIB).date().isoformat() if when else None,
        date_source="text" if when else None,
        author=None,
        dateline=None,
        language=detect(text, title),
    )


def read(model: Any, some: Sequence[dict[str, Any]]) -> list[TaggedArticle]:
    """Tagged articles of documents; in a worker."""
    articles = [article_of(document) for document in some]
    wanted = [article for article in articles if article.language == LANGUAGE]
    found = dict(zip(map(id, wanted), tag_or_say_why(partial(tag_articles, model), wanted), strict=True))
    tags = [found.get(id(article)) for article in articles]
    return [
        TaggedArticle(article, None if isinstance(tag, Failure) else tag, text_facts(article))
        for article, tag in zip(articles, tags, strict=True)
    ]


def fill(path: Path, files: Sequence[Path]) -> None:
    """Store the documents; the file beside the database remembers which article is which document."""
    work = partial(read, nlp.load())
    pool: WorkerPool[dict[str, Any], TaggedArticle] = WorkerPool(
        work, work, killed=lambda document: TaggedArticle(article_of(document), None), workers=os.cpu_count() or 1
    )
    given: list[str] = []

    def noted() -> Iterator[dict[str, Any]]:
        for document in documents(files):
            given.append(document["id"])
            yield document

    ids: dict[int, str] = {}
    with closing(connect(path)) as database, closing(pool.results(batches(noted()))) as results:
        position, now = 0, stamp_now()
        for tagged in results:
            with transaction(database.conn):
                for one in tagged:
                    ids.setdefault(save(database.conn, one).article_id, given[position])
                    position += 1
    _ids_file(path).write_text(json.dumps(ids), encoding="utf-8")
    print(f"{position} documents, {len(ids)} articles, since {now}", file=sys.stderr)


def _ids_file(path: Path) -> Path:
    return path.with_name(path.name + ".ids.json")


def run(path: Path, queries: Path) -> Iterator[dict[str, Any]]:
    """What the search page shows first for each query."""
    ids = {int(key): value for key, value in json.loads(_ids_file(path).read_text(encoding="utf-8")).items()}
    app = datasette_app(path)
    for line in queries.read_text(encoding="utf-8").splitlines():
        query = json.loads(line)["query"]
        found = asyncio.run(meant.search(app.get_database(DATABASE), Search(query=query)))
        yield {"query": query, "ids": [ids[row["id"]] for row in found.rows[:BEST]]}


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("documents", type=Path, nargs="*", metavar="DOCS.jsonl")
    parser.add_argument("--queries", type=Path, required=True)
    parser.add_argument("--database", type=Path)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = arguments.database or Path(folder) / "cari.db"
        if not _ids_file(path).exists():
            fill(path, arguments.documents)
        for row in run(path, arguments.queries):
            print(json.dumps(row, ensure_ascii=False), flush=True)


if __name__ == "__main__":
    main()
