"""What each part of the rooms for speed buys: how much more CPU a page takes where that part alone is left out.

    python -m benchmarks.plain [--rounds 7] [--write]

A page's way from the archive to the stored article (extract, language, stems, tag, store), on the 37 real pages of
../shared and on the first 64 of the sample newsroom. Each round is a process of its own, forked from one that has
loaded everything and has read nothing; all ways take turns, and the median of the rounds' ratios counts, so that other
work on the machine meets all alike. What buys less than 5 % should go, with its tests and docs. `--write` puts the
figures into benchmarks/plain.json.
"""

from __future__ import annotations

import argparse
import gc
import hashlib
import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import astuple, replace
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any
from unittest import mock

for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[_name] = "1"  # one core; set before numpy is loaded

import nlp  # noqa: E402
from crawler.demo.articles import load_articles  # noqa: E402
from crawler.demo.render import render_site  # noqa: E402
from crawler.demo.sites import SITES  # noqa: E402
from crawler.records import FetchedPage  # noqa: E402
from nlp import fast  # noqa: E402
from nlp.plain import VARIABLE  # noqa: E402
from pipelines.archive.warc import Archive  # noqa: E402
from pipelines.database.open import connect, transaction  # noqa: E402
from pipelines.extract.fast import rules  # noqa: E402
from pipelines.queue.waiting import WaitingPage  # noqa: E402
from pipelines.read.page import Reader  # noqa: E402
from pipelines.read.results import batches  # noqa: E402
from pipelines.records import TaggedArticle  # noqa: E402
from pipelines.store.save import save  # noqa: E402

HERE = Path(__file__).resolve().parent
PAGES = HERE.parents[1] / "shared" / "data" / "pages"
ARTICLES = 64  # of the newsroom
FETCHED = "2026-01-05T00:00:00+00:00"
ALL = "all of them (PANTAU_PLAIN=1)"
FORK = get_context("fork")


def ways() -> dict[str, tuple[Any, Callable[[], AbstractContextManager[Any]]]]:
    """By what is left out ("" for nothing): the model, and what holds while it works."""
    whole = nlp.load()
    found: dict[str, tuple[Any, Callable[[], AbstractContextManager[Any]]]] = {"": (whole, nullcontext)}
    for part in fast.PARTS:
        others = {name: install for name, install in fast.PARTS.items() if name != part}
        with mock.patch.dict(fast.PARTS, others, clear=True):
            found[part] = (nlp.load(), nullcontext)
    found["rules"] = (whole, lambda: mock.patch.object(rules, "_lists", dict))
    with mock.patch.dict(os.environ, {VARIABLE: "1"}):
        found[ALL] = (nlp.load(), lambda: mock.patch.dict(os.environ, {VARIABLE: "1"}))
    return found


def archived(folder: Path, bodies: list[tuple[str, bytes]]) -> list[WaitingPage]:
    """The pages in an archive, as they wait to be read."""
    archive, rows = Archive(folder), []
    for url, body in bodies:
        page = FetchedPage(url, url, "uji", 200, [], [], body, FETCHED, {}, None, None, "text/html; charset=utf-8")
        rows.append(WaitingPage(url, "uji", *archive.write(page), FETCHED, page.content_type, None, {}))
    archive.close()
    return rows


def read_and_store(model: Any, folder: Path, rows: list[WaitingPage]) -> tuple[float, str]:
    """(CPU seconds, digest of what was read) of the way of some pages into a new database."""
    reader = Reader(folder, {}, model)  # warms up
    with tempfile.TemporaryDirectory() as name:
        connection = connect(Path(name) / "a.db").conn
        begun, found = time.process_time(), []
        for batch in batches(rows):
            results = reader.read(batch)
            with transaction(connection):
                for result in results:
                    if isinstance(result.outcome, TaggedArticle):
                        save(connection, result.outcome)
            found += results
        seconds = time.process_time() - begun
        connection.close()
    said = repr([astuple(replace(result, tried={})) for result in found])
    return seconds, hashlib.sha256(said.encode()).hexdigest()


def round_of(model: Any, holds: Callable[[], Any], folder: Path, rows: list[WaitingPage]) -> tuple[float, str]:
    """As `read_and_store`, in a process of its own."""

    def work(report: Connection) -> None:
        with holds():
            report.send(read_and_store(model, folder, rows))

    receiver, sender = FORK.Pipe(duplex=False)
    process = FORK.Process(target=work, args=(sender,))
    process.start()
    sender.close()
    found: tuple[float, str] = receiver.recv()
    process.join()
    return found


def measure(bodies: list[tuple[str, bytes]], rounds: int) -> dict[str, Any]:
    """CPU ms a page, and the share by which it grows without each part. Raises AssertionError for another reading."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        rows, all_ways = archived(folder, bodies), ways()
        gc.collect()
        gc.freeze()
        done = [
            {way: round_of(model, holds, folder, rows) for way, (model, holds) in all_ways.items()}
            for _ in range(rounds)
        ]
        gc.unfreeze()
    readings = {digest for one in done for _, digest in one.values()}
    assert len(readings) == 1, "the ways do not read the same"
    seconds = {way: [one[way][0] for one in done] for way in all_ways}
    more = {
        way: round(statistics.median(a / b for a, b in zip(seconds[way], seconds[""], strict=True)) - 1, 3)
        for way in all_ways
        if way
    }
    return {"pages": len(rows), "ms_a_page": round(statistics.median(seconds[""]) * 1000 / len(rows), 1), "more": more}


def newsroom() -> list[tuple[str, bytes]]:
    """(address, page) of the sample newsroom's articles, site after site."""
    found = []
    for site in SITES:
        mine = [article for article in load_articles(2) if article.site == site.id]
        served = render_site(site, mine, "http://127.0.0.1")
        found += [(f"http://127.0.0.1/{site.id}{article.path}", served[article.path].body) for article in mine]
    return found[:ARTICLES]


def main() -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--write", action="store_true")
    arguments = parser.parse_args()
    if not PAGES.is_dir():
        print(f"{PAGES}: not found; this benchmark needs the shared data beside the checkout", file=sys.stderr)
        return 2
    real = [(f"http://127.0.0.1/{file.name}", file.read_bytes()) for file in sorted(PAGES.glob("*.html"))]
    sets = {"real pages": real, "newsroom": newsroom()}
    figures = {name: measure(bodies, arguments.rounds) for name, bodies in sets.items()}
    print(f"{'without':32}" + "".join(f"{name:>14}" for name in figures))
    for way in figures["newsroom"]["more"]:
        print(f"{way:32}" + "".join(f"{figure['more'][way]:>+14.1%}" for figure in figures.values()))
    print(f"{'CPU ms/page with all':32}" + "".join(f"{figure['ms_a_page']:>14}" for figure in figures.values()))
    if arguments.write:
        whole = {"rounds": arguments.rounds} | figures
        (HERE / "plain.json").write_text(json.dumps(whole, indent=1) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
