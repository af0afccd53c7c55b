"""How long after an article is up does its alert arrive? Thirty hot sources on loopback, and the lines of the schedule.

    python -m benchmarks.alerts [--minutes 10] [--sources 30] [--seed 1] [--output FILE.json]

Each source is a site of its own with a feed that has an ETag, and puts up two articles at random moments. As cron would
by `pantau schedule`: `crawl --hot` every two minutes, `watch run` every minute, and once an ordinary `crawl`, which
holds the lock for some minutes because a further site takes its time. A webhook notes when each article is told. An
article that is never told counts as told at the end. Exit code 1 when the 95th percentile is above three minutes.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from statistics import median, quantiles
from typing import Any

from benchmarks.soak import PLACES, WORDS
from tests.crawler.server import Answer, TestSite, catalogue, feed, serve

GOAL = 180.0  # seconds
HOT, WATCH = 120.0, 60.0  # seconds between two of their lines
EACH = 2  # articles of a source
SLOW = 20.0  # seconds for each of the slow site's answers
SLOW_PAGES = 12
ORDINARY = 0.35  # of the time, when the ordinary run begins


class Book:
    """When each article was up, and when it was told (seconds of time.monotonic())."""

    def __init__(self) -> None:
        self.up: dict[int, float] = {}
        self.told: dict[int, float] = {}
        self.ordinary = [0.0, 0.0]

    def hear(self, text: str) -> None:
        """A message has come."""
        for number in set(self.up) - set(self.told):
            if f"nomor {number}:" in text:
                self.told[number] = time.monotonic()


def receiver(book: Book) -> ThreadingHTTPServer:
    """A webhook on a free port."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            book.hear(self.rfile.read(int(self.headers["Content-Length"])).decode())
            self.send_response(200)
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:
            """Silence."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


def put_up(site: TestSite, paths: list[str], number: int, chance: random.Random) -> None:
    """One more article of a site, in its feed from then on."""
    words, place = chance.choices(WORDS, k=40), chance.choice(PLACES)
    text = (
        f"{place} membuka {words[0]} baru di dekat {words[1]} pada pekan ini. Bupati Rangga Wiratama mengatakan bahwa "
        f"{' '.join(words[2:14])} akan selesai tahun depan. Warga berharap {' '.join(words[14:28])} segera diperbaiki. "
        f"Menurut catatan, {' '.join(words[28:])} menjadi prioritas bersama."
    )
    site.article(f"/berita/{number}", f"Berita nomor {number}: {words[0]} di {place}", text)
    paths.insert(0, f"/berita/{number}")
    site.answers["/umpan"] = Answer(feed(site, *paths), etag=f'"{number}"')


def wait(seconds: float, answer: Answer | Callable[[], Answer]) -> Answer:
    """An answer that takes its time."""
    time.sleep(seconds)
    return answer() if callable(answer) else answer


class Schedule:
    """The lines of the crontab, each run by itself."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.codes: dict[str, list[int]] = {}

    def run(self, *words: str) -> int:
        """One command; its exit code."""
        done = subprocess.run(
            [sys.executable, "-m", "pipelines.cli", "-q", *words],
            cwd=self.folder,
            env=os.environ | {"PANTAU_DB": str(self.folder / "siaga.db")},
            capture_output=True,
            text=True,
            check=False,
        )
        self.codes.setdefault(" ".join(words[:2]), []).append(done.returncode)
        if done.returncode not in (0, 1, 75):
            print(done.stderr, file=sys.stderr)
        return done.returncode

    def every(self, seconds: float, until: float, *words: str) -> None:
        """A line of cron's: begun anew after so many seconds, whether or not the last one has ended."""
        started = []
        while time.monotonic() < until:
            one = threading.Thread(target=self.run, args=words)
            one.start()
            started.append(one)
            time.sleep(seconds)
        for one in started:
            one.join()


def measure(minutes: float, count: int, seed: int) -> dict[str, Any]:
    """Run it all; what came of it."""
    chance, book = random.Random(seed), Book()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="pantau-siaga-")))
        hook = receiver(book)
        stack.callback(hook.server_close)
        stack.callback(hook.shutdown)
        sites = [stack.enter_context(serve()) for _ in range(count)]
        slow = stack.enter_context(serve())
        paths: dict[int, list[str]] = {place: [] for place in range(count)}
        for place, site in enumerate(sites):
            put_up(site, paths[place], 10_000 + place, chance)
        for number in range(SLOW_PAGES):
            slow.article(f"/berita/{number}", f"Arsip {number}: terminal lama di Kota Padang")
            slow.answers[f"/berita/{number}"] = partial(wait, SLOW, slow.answers[f"/berita/{number}"])
        text = "".join(
            catalogue(site, f'{{ method = "feed", url = "{site.address}/umpan" }}', "hot = true")
            .replace('"uji"', f'"situs-{place}"')
            .replace("delay = 0", "delay = 2")
            for place, site in enumerate(sites)
        )
        (folder / "k.toml").write_text(text)
        schedule = Schedule(folder)
        schedule.run("crawl", "--catalogue", "k.toml")
        address = f"json://127.0.0.1:{hook.server_address[1]}/siaga"
        schedule.run(
            "watch", "add", "semua", "--to", address, "--every", "1", "--query", "prioritas", "--ceiling", "999"
        )
        schedule.run("watch", "run")
        ways = f'{{ method = "feed", url = "{slow.address}/umpan" }}'
        slow.answers["/umpan"] = Answer(feed(slow, *(f"/berita/{number}" for number in range(SLOW_PAGES))))
        (folder / "k.toml").write_text(
            text + catalogue(slow, ways).replace('"uji"', '"lambat"').replace("delay = 0", "delay = 1")
        )
        begun = time.monotonic()
        last = begun + minutes * 60
        end = last + GOAL + HOT  # what is put up in the last moment is still waited for
        plan = sorted((begun + chance.random() * minutes * 60, place) for place in range(count) for _ in range(EACH))
        lines = [
            threading.Thread(target=schedule.every, args=(HOT, end, "crawl", "--hot", "--catalogue", "k.toml")),
            threading.Thread(target=schedule.every, args=(WATCH, end, "watch", "run")),
            threading.Thread(target=_ordinary, args=(schedule, book, begun + ORDINARY * minutes * 60)),
        ]
        for line in lines:
            line.start()
        for number, (when, place) in enumerate(plan):
            time.sleep(max(0.0, when - time.monotonic()))
            put_up(sites[place], paths[place], number, chance)
            book.up[number] = time.monotonic()
        for line in lines:
            line.join()
        return _result(book, schedule, time.monotonic(), minutes, count, _questions(sites))


def _ordinary(schedule: Schedule, book: Book, when: float) -> None:
    time.sleep(max(0.0, when - time.monotonic()))
    code = 75
    while code == 75:  # cron's would come again in a quarter of an hour
        book.ordinary[0] = time.monotonic()
        code = schedule.run("crawl", "--catalogue", "k.toml")
        time.sleep(1.0)
    book.ordinary[1] = time.monotonic()


def _questions(sites: list[TestSite]) -> dict[str, int]:
    """How often the feeds were asked after their first time, and how often not conditionally."""
    looks = [headers for site in sites for _, path, _, headers in site.log[2:] if path == "/umpan"]
    plain = sum("If-None-Match" not in headers for headers in looks)
    return {"looks": len(looks), "unconditional": plain}


def _result(
    book: Book, schedule: Schedule, ended: float, minutes: float, count: int, questions: dict[str, int]
) -> dict[str, Any]:
    lags = {number: book.told.get(number, ended) - up for number, up in book.up.items()}
    during = [lags[number] for number, up in book.up.items() if book.ordinary[0] <= up <= book.ordinary[1]]
    others = [lags[number] for number, up in book.up.items() if not book.ordinary[0] <= up <= book.ordinary[1]]
    return {
        "minutes": minutes,
        "sources": count,
        "articles": len(lags),
        "told": len(book.told),
        "seconds": _spread(list(lags.values())),
        "while an ordinary run holds the lock": {"lasted": round(book.ordinary[1] - book.ordinary[0])}
        | _spread(during),
        "otherwise": _spread(others),
        "feeds": questions,
        "exit codes": {words: sorted(codes) for words, codes in schedule.codes.items()},
        "load": round(os.getloadavg()[1], 1),
        "cores": os.cpu_count(),
    }


def _spread(seconds: list[float]) -> dict[str, float]:
    if len(seconds) < 2:
        return {"articles": len(seconds)}
    return {
        "articles": len(seconds),
        "median": round(median(seconds), 1),
        "p95": round(quantiles(seconds, n=20, method="inclusive")[-1], 1),
        "longest": round(max(seconds), 1),
    }


def main() -> int:
    """Measure, print and write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--sources", type=int, default=30)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--output", type=Path)
    options = parser.parse_args()
    result = measure(options.minutes, options.sources, options.seed)
    text = json.dumps(result, indent=1)
    print(text)
    if options.output:
        options.output.write_text(text + "\n", encoding="utf-8")
    return 0 if result["seconds"]["p95"] <= GOAL else 1


if __name__ == "__main__":
    raise SystemExit(main())
