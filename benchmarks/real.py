"""Speed on real pages: our stages, other extractors and whole pipelines on copies of the shared pages, in one run.

    python -m benchmarks.real [--pages 2000] [--peers 132] [--rounds 3] [--only NAME ...]
                             [--no-crawl] [--write]
    python -m benchmarks.real --light

Needs ../shared; without it nothing is measured, which is said aloud, and the exit code is 0. The copies are those of
benchmarks/site/real.py, on 20 hosts. The extractors take each page in turn, so that a slow second of the machine meets
all; each round is a process of its own that has read nothing of these pages before. They are measured on fewer copies
than our stages, since some take ten times as long. What is not installed is named and left out; an environment that has
them all, and sees ours, is made as benchmarks/extraction.py says. Figures are medians of the rounds. Quality is that of
benchmarks/extraction.py on the 55 pages with gold, as they are. `--write` puts all into benchmarks/real.json.

`--light` compares extraction with trafilatura's fast reading on the 66 pages as they are, in CPU seconds, and exits
with 1 when the ratio is more than a quarter worse than the one kept in real.json, three times in a row.
"""

from __future__ import annotations

import argparse
import gc
import json
import logging
import os
import statistics
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any
from unittest import mock

for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[_name] = "1"  # one core; set before numpy is loaded

import trafilatura  # noqa: E402

from benchmarks.extraction import PEERS, SETS, installed, measure, ours  # noqa: E402
from benchmarks.site import real  # noqa: E402
from pipelines import extract  # noqa: E402
from pipelines.extract import NotAnArticle, extract_article, page  # noqa: E402
from pipelines.records import Article  # noqa: E402

HERE = Path(__file__).resolve().parent
FIGURES = HERE / "real.json"
FETCHED = "2026-12-01T00:00:00+00:00"
ALLOWED = 1.25  # the light ratio may be this much worse than the one kept
TRIES = 3  # what else the machine does makes it worse now and then; what is slow is so each time
# Stage -> the function that does it, and where it is called by that name.
STAGES: dict[str, tuple[Any, str]] = {
    "blocks": (page, "read_blocks"),
    "title": (extract, "find_title"),
    "body": (extract, "extract_body"),
    "dates": (extract, "find_published"),
    "judgement": (extract, "require_article"),
    "language": (extract, "detect"),
}
# What makes each of them load what it loads late: language profiles, dates that count from now, mended encodings.
WARM = b"""<html><head><title>Quelques mots</title></head><body><h1>Quelques mots</h1><p>2 jam yang lalu</p><p>%s</p>
<p>\xc3\xa2\xe2\x82\xac\xc5\x93Oui</p></body></html>""" % (
    b"Le vent se levait et la mer montait sur les rochers noirs. " * 12
)
Copy = tuple[str, bytes]  # address, page
Reader = Callable[[str, bytes], Any]


class Clock:
    """CPU seconds by stage; what one stage spends in another is the other's."""

    def __init__(self) -> None:
        self.spent: dict[str, float] = defaultdict(float)
        self.inner: list[float] = []

    def timed(self, name: str, call: Callable[..., Any]) -> Callable[..., Any]:
        """The same function, on the clock."""

        def on_the_clock(*given: Any, **named: Any) -> Any:
            begun = time.process_time()
            self.inner.append(0.0)
            try:
                return call(*given, **named)
            finally:
                spent = time.process_time() - begun
                self.spent[name] += spent - self.inner.pop()
                if self.inner:
                    self.inner[-1] += spent

        return on_the_clock


def read(copies: list[Copy]) -> tuple[dict[str, float], list[Article]]:
    """(CPU seconds by stage of extraction, the articles of the copies)."""
    clock, articles = Clock(), []
    with ExitStack() as stack:
        for name, (where, what) in STAGES.items():
            stack.enter_context(mock.patch.object(where, what, clock.timed(name, getattr(where, what))))
        parse = clock.timed("parse", page.parse)
        rest = clock.timed("rest", extract_article)
        for url, body in copies:
            try:
                articles.append(rest(parse(body), url=url, fetched_at=FETCHED))
            except NotAnArticle:
                continue
    return dict(clock.spent), articles


def measure_stages(copies: list[Copy], rounds: int) -> dict[str, Any]:
    """CPU ms a page of each stage, of extraction as a whole, of tagging and storing; peak memory is not looked at."""
    import nlp
    from benchmarks.stages import _store, _tagged

    model = nlp.load()
    warm({"pantau": _ours})
    done = []
    for _ in range(rounds):
        spent, articles = in_a_fork(lambda: read(copies))
        indonesian = [article for article in articles if article.language == "id"]
        tags, tagging = in_a_fork(lambda some=indonesian: _spent(lambda: _tagged(model, some)))
        _, storing = in_a_fork(lambda some=indonesian, found=tags: _spent(lambda: _store(some, found)))
        done.append(spent | {"extract": sum(spent.values()), "tag": tagging, "store": storing})
    names = ("parse", *STAGES, "rest", "extract", "tag", "store")
    ms = {name: statistics.median(1000 * one.get(name, 0) / len(copies) for one in done) for name in names}
    return {"pages": len(copies), "articles": len(articles)} | {name: round(value, 2) for name, value in ms.items()}


def _spent(call: Callable[[], Any]) -> tuple[Any, float]:
    begun = time.process_time()
    found = call()
    return found, time.process_time() - begun


def in_a_fork(call: Callable[[], Any]) -> Any:
    """What a call returns in a process of its own, forked from this one."""
    from benchmarks.stages import FORK

    def report(sender: Connection) -> None:
        sender.send(call())

    gc.collect()
    gc.freeze()  # as the workers of a run do (pipelines/read/pool.py)
    receiver, sender = FORK.Pipe(duplex=False)
    process = FORK.Process(target=report, args=(sender,))
    process.start()
    sender.close()
    found = receiver.recv()
    process.join()
    return found


def _ours(url: str, body: bytes) -> None:
    try:
        extract_article(body, url=url, fetched_at=FETCHED)
    except NotAnArticle:
        return


def readers(only: Sequence[str] = ()) -> dict[str, Reader]:
    """Ours, trafilatura's fast reading, and of the peers those that are installed, or are named."""
    found: dict[str, Reader] = {
        "pantau": _ours,
        "trafilatura, fast": lambda _, body: trafilatura.bare_extraction(body, with_metadata=True, fast=True),
    }
    for module, name, reader in PEERS:
        if (not only or name in only) and installed(module):
            found.setdefault(name, lambda _, body, reader=reader: reader(body))
    return found


def warm(by_name: dict[str, Reader]) -> None:
    """Let the readers load what they load late: on a page of our own and on some of the reference site."""
    from benchmarks.site.page import page as reference_page

    bodies = [WARM, WARM.replace(b"2 jam yang lalu", b""), *(reference_page(n, "", [""]).encode() for n in range(4))]
    turns(by_name, [("http://127.0.0.1/", body) for body in bodies])


def turns(by_name: dict[str, Reader], copies: list[Copy]) -> dict[str, tuple[float, float]]:
    """Reader -> (seconds on the clock, CPU seconds); each page is read by all of them, one after the other."""
    wall, cpu = dict.fromkeys(by_name, 0.0), dict.fromkeys(by_name, 0.0)
    for url, body in copies:
        for name, reader in by_name.items():
            begun, on_clock = time.process_time(), time.perf_counter()
            try:
                reader(url, body)
            except Exception as error:  # whatever another tool raises for a page is its answer
                print(f"{name}: {url}: {type(error).__name__}", file=sys.stderr)
            cpu[name] += time.process_time() - begun
            wall[name] += time.perf_counter() - on_clock
    return {name: (wall[name], cpu[name]) for name in by_name}


def measure_peers(copies: list[Copy], rounds: int, only: Sequence[str]) -> dict[str, dict[str, float]]:
    """Reader -> ms a page, CPU and wall, and how many times our CPU that is."""
    by_name = readers(only)
    warm(by_name)
    done = [in_a_fork(lambda: turns(by_name, copies)) for _ in range(rounds)]
    return {
        name: {
            "wall_ms": round(statistics.median(1000 * one[name][0] / len(copies) for one in done), 2),
            "cpu_ms": round(statistics.median(1000 * one[name][1] / len(copies) for one in done), 2),
            "pantau_takes": round(statistics.median(one["pantau"][1] / one[name][1] for one in done), 3),
        }
        for name in by_name
    }


def quality(only: Sequence[str]) -> dict[str, dict[str, float]]:
    """Reader -> body F1, title and date on the pages with gold, both sets together (means weighted by pages)."""
    wanted = [(name, reader) for module, name, reader in PEERS if (not only or name in only) and installed(module)]
    by_name = {"pantau": ours, **dict(wanted)}
    found: dict[str, dict[str, float]] = {}
    for name, reader in by_name.items():
        scores = []
        for folder in SETS.values():
            gold = [file.name.removesuffix(".json") for file in sorted((folder / "gold").glob("*.json"))]
            scores.append(measure(reader, folder, {one: (folder / one).read_bytes() for one in gold}, 1)[0])
        pages = sum(score["pages"] for score in scores)
        found[name] = {
            key: round(sum(score[key] * score["pages"] for score in scores) / pages, 4)
            for key in ("body_f1", "title", "date")
        }
    return found


@contextmanager
def real_site(pages: int) -> Iterator[list[dict[str, Any]]]:
    """The hosts of the copies while they are served."""
    from benchmarks.reference import served

    with served("benchmarks.site.real", pages) as sites:
        yield sites


def crawls(pages: int, rounds: int, bound: float) -> dict[str, Any]:
    """Pantau and the naive pipeline on the served copies; `bound`: ms of wall time a page, by our stages alone."""
    from benchmarks.pipeline import compare, run_naive, run_pantau

    return compare(pages, rounds, {"pantau": run_pantau, "naive": run_naive}, bound, site=real_site)


def light_ratio(rounds: int = 3) -> float:
    """CPU of our extraction over that of trafilatura's fast reading: the shared pages as they are, read once."""
    copies = [(one.url, one.body) for one in real.load()]
    by_name = readers(["trafilatura, fast"])
    warm(by_name)
    done = [in_a_fork(lambda: turns(by_name, copies)) for _ in range(rounds)]
    return round(statistics.median(one["pantau"][1] / one["trafilatura, fast"][1] for one in done), 3)


def light() -> int:
    """The ratio now beside the one kept; 1 when it is much worse."""
    now, kept = light_ratio(), json.loads(FIGURES.read_text(encoding="utf-8"))["light"]
    for _ in range(TRIES - 1):
        if now > ALLOWED * kept:
            print(f"*** {now:.3f} is worse than {kept:.3f}, perhaps by what else the machine did; once more ***")
            now = min(now, light_ratio())
    worse = now > ALLOWED * kept
    print(f"{'real pages: extract / trafilatura, fast':40}{now:8.3f}   kept {kept:.3f}{'   WORSE' if worse else ''}")
    return int(worse)


def show(figures: dict[str, Any]) -> None:
    """Print the tables."""
    for name, value in figures["stages"].items():
        print(f"{name:20}{value:10}")
    print(f"\n{'':20}{'CPU ms':>9}{'wall ms':>9}{'Pantau takes':>14}{'body F1':>9}{'title':>8}{'date':>8}")
    for name, row in figures["peers"].items():
        scores = "".join(f"{value:8.3f}" for value in figures["quality"].get(name, {}).values())
        print(f"{name:20}{row['cpu_ms']:9.2f}{row['wall_ms']:9.2f}{row['pantau_takes']:14.3f} {scores}")
    for name, row in figures.get("crawls", {}).items():
        print(f"{name:20}{row}")


def main() -> int:
    """Measure, print, and perhaps write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=int, default=2_000)
    parser.add_argument("--peers", type=int, default=132, help="copies that the extractors are compared on")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", action="append", default=[], metavar="NAME", help="only these of the peers")
    parser.add_argument("--no-crawl", action="store_true", help="leave the whole pipelines out")
    parser.add_argument("--light", action="store_true")
    parser.add_argument("--write", action="store_true")
    arguments = parser.parse_args()
    if not real.there():
        print(f"*** SKIPPED: {real.DATA} is not there, and the real pages with it ***", file=sys.stderr)
        return 0
    logging.disable(logging.CRITICAL)  # other tools tell much of these pages
    if arguments.light:
        return light()
    copies = [(f"http://127.0.1.{host + 1}{path}", body) for host, path, body in real.copies(arguments.pages)]
    figures: dict[str, Any] = {"pages": arguments.pages, "rounds": arguments.rounds, "cores": os.cpu_count()}
    figures["peers"] = measure_peers(copies[: arguments.peers], arguments.rounds, arguments.only)
    figures["quality"] = quality(arguments.only)
    figures["stages"] = stages = measure_stages(copies, arguments.rounds)
    if not arguments.no_crawl:
        bound = sum(stages[name] for name in ("extract", "tag", "store")) / (os.cpu_count() or 1)
        figures["crawls"] = crawls(arguments.pages, arguments.rounds, bound)
    show(figures)
    if arguments.write:
        kept = json.loads(FIGURES.read_text(encoding="utf-8")) if FIGURES.exists() else {}
        text = json.dumps(kept | figures | {"light": light_ratio()}, indent=1)
        FIGURES.write_text(text + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
