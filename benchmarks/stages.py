"""What each stage of the pipeline costs: CPU milliseconds a page of the reference site, each stage by itself.

    python -m benchmarks.stages

Fetching is Scrapy with Pantau's spider, gate and archive, without anything that reads the pages.
"""

from __future__ import annotations

import os
import resource
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[_name] = "1"  # one core; set before numpy is loaded

import trafilatura  # noqa: E402

import nlp  # noqa: E402
from benchmarks.reference import reference_site, write_catalogue  # noqa: E402
from benchmarks.site.page import page  # noqa: E402
from benchmarks.site.text import story  # noqa: E402
from crawler.catalogue import load_catalogue  # noqa: E402
from crawler.run import crawl  # noqa: E402
from nlp.pipeline import MODEL, load_weights  # noqa: E402
from nlp.records import Tags  # noqa: E402
from pipelines.archive.warc import Archive, archive_folder  # noqa: E402
from pipelines.coverage.update import update as update_coverage  # noqa: E402
from pipelines.database.open import connect, transaction  # noqa: E402
from pipelines.extract import extract_article  # noqa: E402
from pipelines.queue.crawl_storage import CrawlStorage  # noqa: E402
from pipelines.queue.runs import Runs  # noqa: E402
from pipelines.queue.waiting import WaitingPages  # noqa: E402
from pipelines.read.results import BATCH, tag_articles  # noqa: E402
from pipelines.records import Article, TaggedArticle  # noqa: E402
from pipelines.store.save import save  # noqa: E402

PAGES = 2_000
FETCHES = 400
ROUNDS = 2
TURN = 8  # pages that a stage and its baseline take in turn
FETCHED = "2026-01-05T00:00:00+00:00"
FORK = get_context("fork")


def main() -> int:
    """Print the stages."""
    for name, milliseconds in measure().items():
        print(f"{name:14}{milliseconds:8.2f} ms/page")
    return 0


def measure(pages: int = PAGES, rounds: int = ROUNDS) -> dict[str, float]:
    """CPU ms a page by stage, on as many pages as the whole pipeline is measured on.

    Every round of extraction, tagging and storing is a process of its own, forked from one that has the model and has
    read nothing, so that nothing is remembered from round to round that a run would have to work out. The least of the
    rounds counts, because other work on the machine only ever adds.
    """
    model = nlp.load()
    bodies = _bodies(pages)
    few, many = min(_fetch(8) for _ in range(rounds)), min(_fetch(FETCHES) for _ in range(rounds))
    found = {"fetch": (many - few) * 1000 / (FETCHES - 8)}  # without the start of its process
    articles, extracting = _least(rounds, lambda: _extracted(bodies))
    tags, tagging = _least(rounds, lambda: _tagged(model, articles))
    _, storing = _least(rounds, lambda: _store(articles, tags))
    covering = min(_coverage(articles, tags) for _ in range(rounds))
    for name, seconds in (("extract", extracting), ("tag", tagging), ("store", storing), ("coverage", covering)):
        found[name] = seconds * 1000 / pages
    return {name: round(milliseconds, 2) for name, milliseconds in found.items()}


def _least(rounds: int, call: Callable[[], Any]) -> tuple[Any, float]:
    """What a call returns, and the least CPU seconds that it took in a forked process."""
    done = []
    for _ in range(rounds):
        receiver, sender = FORK.Pipe(duplex=False)
        process = FORK.Process(target=_report, args=(call, sender))
        process.start()
        sender.close()
        done.append(receiver.recv())
        process.join()
    return done[0][0], min(seconds for _, seconds in done)


def _report(call: Callable[[], Any], sender: Connection) -> None:
    begun = time.process_time()
    result = call()
    sender.send((result, time.process_time() - begun))


def ratios(pages: int = 96, rounds: int = 3) -> dict[str, float]:
    """CPU of stages over that of a baseline: extraction, tagging.

    Both take a few pages in turn, so that a slow second of the machine meets both; the median of all turns counts.
    """
    model, bodies = nlp.load(), _bodies(pages)
    articles = _extracted(bodies)
    plain = load_weights(MODEL)
    pairs: dict[str, tuple[Callable[[slice], Any], Callable[[slice], Any]]] = {
        "extract / trafilatura": (
            lambda some: _extracted(bodies[some]),
            lambda some: [trafilatura.bare_extraction(body, with_metadata=True) for body in bodies[some]],
        ),
        "tag / spaCy's ner alone": (
            lambda some: _tagged(model, articles[some]),
            lambda some: list(plain.pipe(f"{article.title}\n\n{article.text}" for article in articles[some])),
        ),
    }
    found = {}
    for name, (ours, baseline) in pairs.items():
        turns = [slice(at, at + TURN) for at in range(0, pages, TURN)] * rounds
        both = [(_cpu(partial(ours, turn)), _cpu(partial(baseline, turn))) for turn in turns]
        found[name] = round(statistics.median(a / b for a, b in both[1:]), 3)  # the first turn loads what is lazy
    return found


def _bodies(pages: int) -> list[bytes]:
    paths = [f"/{story(number).slug}" for number in range(40)]
    return [page(number, "http://127.0.0.1", paths).encode() for number in range(pages)]


def _cpu(call: Callable[[], Any]) -> float:
    begun = time.process_time()
    call()
    return time.process_time() - begun


def _extracted(bodies: list[bytes]) -> list[Article]:
    return [
        extract_article(body, url=f"http://127.0.0.1/{number}", fetched_at=FETCHED)
        for number, body in enumerate(bodies)
    ]


def _tagged(model: Any, articles: list[Article]) -> list[Tags]:
    return [tags for at in range(0, len(articles), BATCH) for tags in tag_articles(model, articles[at : at + BATCH])]


def _store(articles: list[Article], tags: list[Tags]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        _stored(Path(folder), articles, tags).close()


def _stored(folder: Path, articles: list[Article], tags: list[Tags]) -> sqlite3.Connection:
    connection = connect(folder / "a.db").conn
    for at in range(0, len(articles), BATCH):
        with transaction(connection):
            for article, found in zip(articles[at : at + BATCH], tags[at : at + BATCH], strict=True):
                save(connection, TaggedArticle(article, found), same_page=False)
    return connection


def _coverage(articles: list[Article], tags: list[Tags]) -> float:
    """CPU seconds of looking for coverage among the stored articles, its workers' included."""
    with tempfile.TemporaryDirectory() as folder:
        connection = _stored(Path(folder), articles, tags)
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        own = _cpu(lambda: update_coverage(connection))
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        connection.close()
    return own + after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def _fetch(pages: int) -> float:
    """CPU seconds of the crawl alone, its process's start included, and of reading the archive."""
    with reference_site(pages) as sites, tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        sources, database = load_catalogue(write_catalogue(sites, folder / "k.toml")), folder / "a.db"
        connection = connect(database).conn
        runs = Runs(connection)
        runs.upsert_sources(sources)
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        crawl(sources, partial(CrawlStorage, database, archive_folder(database), runs.begin()))
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        archive = Archive(archive_folder(database))
        fetched = [page for part in WaitingPages(connection).slices() for page in part.pages]
        read = _cpu(lambda: [archive.read(page.warc_file, page.warc_offset) for page in fetched])
        connection.close()
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime + read


if __name__ == "__main__":
    sys.exit(main())
