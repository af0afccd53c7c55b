"""How quick the pages are on a large database: p50 and p95 of each kind of page, quiet and while a writer stores.

    python -m benchmarks.publish make FOLDER/besar.db --articles 1000000     # resumable: run it again to go on
    python -m benchmarks.publish measure FOLDER/besar.db [--requests 40] [--writer] [--only WORD] [--output FILE.json]

The articles are made up (benchmarks/made_up.py) and written past the tagger (benchmarks/bulk.py). `measure` starts
`pantau serve` and is its one client; the writer is a process of its own that stores 40 articles a second through
pipelines/store/save.py, in transactions of 32 as a crawl does. CPU is what the server used, per request.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import statistics
import subprocess
import sys
import time
import urllib.request
from contextlib import closing
from itertools import pairwise
from multiprocessing.sharedctypes import Synchronized
from multiprocessing.synchronize import Event
from pathlib import Path
from typing import Any
from urllib.parse import quote

from benchmarks import bulk
from benchmarks.made_up import AFTER, COMMON, MIDDLE, RARE, Archive
from pipelines.database.open import connect, transaction
from pipelines.language.stems import stem_text
from pipelines.records import TaggedArticle
from pipelines.store.save import save

WRITES_A_SECOND, WRITTEN_AT_ONCE = 40, 32
PREPARED = 3  # batches whose words are stemmed before: most real words are known, made-up ones cost a millisecond
TICKS = os.sysconf("SC_CLK_TCK")


def pages(archive: Archive) -> dict[str, list[str]]:
    """Addresses by kind of page; several of each, so that one lucky cache does not decide."""
    middle = [str(word) for word in archive.words[MIDDLE]][:40]
    phrases = [f'"{COMMON} {word}"' for word in (AFTER, *middle[:9])]
    months = [f"dari={y}-{m:02d}-01&sampai={y}-{m:02d}-28" for y in (2024, 2025, 2026) for m in range(1, 11, 3)]
    return {
        "home": ["/"],
        "search, rare word": [f"/cari?q={RARE}"],
        "search, middling word": [f"/cari?q={word}" for word in middle],
        "search, middling word by date": [f"/cari?q={word}&urut=terbaru" for word in middle],
        "search, middling word in a month": [f"/cari?q={w}&{m}" for w, m in zip(middle, months, strict=False)],
        "search, middling word in a city": [f"/cari?q={word}&tempat={n + 1}" for n, word in enumerate(middle)],
        "search, two middling words": [f"/cari?q={a}+{b}" for a, b in pairwise(middle)],
        "search, a slip": [f"/cari?q={word[0]}{word[2]}{word[1]}{word[3:]}" for word in middle],
        "search, a slip beside the commonest word": [f"/cari?q={COMMON}+{word}x" for word in middle],
        "search, five words that no article has": [
            f"/cari?q={RARE}+{'+'.join(five)}+{COMMON}" for five in zip(middle, middle[1:], middle[2:], strict=False)
        ],
        "search, phrase": [f"/cari?q={quote(phrase)}" for phrase in phrases],
        "search, commonest word": [f"/cari?q={COMMON}"],
        "search, commonest word by date": [f"/cari?q={COMMON}&urut=terbaru"],
        "search, commonest word and a middling one": [f"/cari?q={COMMON}+{word}" for word in middle],
        "search, commonest word in a source": [f"/cari?q={COMMON}&sumber=s{n}" for n in range(0, 200, 5)],
        "search, commonest word in a month": [f"/cari?q={COMMON}&{month}" for month in months],
        "search, commonest word of a kind": [f"/cari?q={COMMON}&jenis={kind}" for kind in ("news", "press_release")],
        "search, commonest word with an official": [f"/cari?q={COMMON}&orang={n}" for n in range(1, 400, 10)],
        "search, source and month": [f"/cari?sumber=s{n}&{m}" for n, m in enumerate(months)],
        "search, month": [f"/cari?{month}" for month in months],
        "search, kind": ["/cari?jenis=news", "/cari?jenis=press_release"],
        "search, city and dates": [f"/cari?tempat={n}&dari=2025-01-01&sampai=2025-03-31" for n in range(1, 40)],
        "search, city by name": [
            f"/cari?kota={quote(p.name.split(' ', 1)[1])}" for p in archive.places[:40] if p.kind != "provinsi"
        ],
        "search, official": [f"/cari?orang={n}" for n in range(1, 400, 10)],
        "search, official by name": [f"/cari?pejabat={quote(name)}" for name in archive.people[:40]],
        "search, agreement type": ["/cari?perjanjian=MoU", "/cari?perjanjian=PKS", "/cari?perjanjian=LoI&jenis=news"],
        "article": [f"/artikel/{n}" for n in range(1_000, archive.total, max(1, archive.total // 40))],
        "person, most told": [f"/pejabat/{n}" for n in range(1, 6)],
        "person": [f"/pejabat/{n}" for n in range(10, 400, 10)],
        "city, most told": [f"/kota/{n + 1}" for n, p in enumerate(archive.places) if p.kind != "provinsi"][:5],
        "city": [f"/kota/{n}" for n in range(10, 200, 5)],
        "province": [f"/provinsi/{code}" for code in ("32", "33", "31", "12", "91")],
        "institution": [f"/lembaga/{n}" for n in range(1, 40)],
        "agreement": [f"/perjanjian/{n}" for n in agreements(archive)],
        "law": [f"/peraturan/{n}" for n in range(1, 40)],
        "source": [f"/sumber/s{n}" for n in range(0, 200, 5)],
        "officials": ["/pejabat", "/pejabat?cari=rektor", "/pejabat?urut=nama", "/pejabat?cari=zz"],
        "institutions": ["/lembaga", "/lembaga?cari=dinas", "/lembaga?urut=terakhir"],
        "cities": ["/kota", "/kota?cari=kota", "/kota?provinsi=32"],
        "agreements": ["/perjanjian", "/perjanjian?cari=dinas", "/perjanjian?jenis=PKS&status=dibahas"],
        "sources": ["/sumber"],
        "dashboard": ["/dasbor", "/dasbor?rentang=1", "/dasbor?rentang=3", "/dasbor?rentang=semua"],
        "map": ["/peta", "/peta?rentang=1", "/peta?rentang=semua"],
        "feed": ["/umpan.xml", "/umpan.xml?orang=1", "/umpan.xml?tempat=1", f"/umpan.xml?q={middle[0]}"],
        "suggestions": ["/saran.json?q=ba", "/saran.json?q=bandung", "/saran.json?q=zz"],
    } | analyses(middle, months)


def analyses(middle: list[str], months: list[str]) -> dict[str, list[str]]:
    """Addresses of what is counted of searches and quotes, by kind of page."""
    return {
        "trend": [f"/tren?q={word}" for word in middle],
        "trend, commonest word": [f"/tren?q={COMMON}", *(f"/tren?q={COMMON}&{month}" for month in months)],
        "trend, commonest word in a source": [f"/tren?q={COMMON}&sumber=s{n}" for n in range(0, 200, 5)],
        "comparison, five words": [
            f"/banding?{'&'.join('s=q%3D' + word for word in five)}&rentang={months}"
            for five, months in zip(zip(*(middle[n:] for n in range(5)), strict=False), (3, 12) * 20, strict=False)
        ],
        "comparison, commonest word and two officials": [
            f"/banding?s=q%3D{COMMON}&s=orang%3D{n}&s=orang%3D{n + 1}&rentang=3" for n in range(1, 400, 10)
        ],
        "quotes of a person": [f"/pejabat/{n}/kutipan" for n in (*range(1, 6), *range(10, 400, 10))],
        "quotes of an institution": [f"/lembaga/{n}/kutipan" for n in range(1, 40)],
    }


def agreements(archive: Archive) -> list[int]:
    """Ids of some agreements: in bulk, the agreement of an article has the article's id."""
    return [made.number + 1 for made in archive.batch(0) if made.tags.agreements][:40]


def isu_pages(path: Path) -> dict[str, list[str]]:
    """The same for the pages of stories (isu)."""
    return {
        "isu of a day": ["/isu", *(f"/isu?hari={y}-{m:02d}-17" for y in (2024, 2025, 2026) for m in range(1, 11))],
        "isu of a day by a filter": [
            f"/isu?hari=2026-{m:02d}-17&{said}"
            for m in range(1, 11)
            for said in ("lembaga=dinas", "pejabat=a", "kota=bandung", "jenis=media", "tumbuh=1")
        ],
        "isu of all days": ["/isu?hari=semua", "/isu?hari=semua&tumbuh=1", "/isu?hari=semua&kota=bandung"],
        "isu, one": [f"/isu/{n}" for n in stories(path)],
    }


def stories(path: Path) -> list[int]:
    """Ids of some stories of several articles, and of the largest; none of an archive without (benchmarks/flat.py)."""
    with closing(connect(path).conn) as connection:
        found = connection.execute(
            """SELECT id FROM (SELECT id FROM isu WHERE articles > 1 AND state = 'open' AND id % 7 = 0 LIMIT 30)
               UNION SELECT id FROM (SELECT id FROM isu WHERE articles > 1 ORDER BY articles DESC LIMIT 10)"""
        ).fetchall()
    return [row[0] for row in found] or [1]


def measure(path: Path, requests: int, *, writer: bool, port: int, only: str = "") -> dict[str, Any]:
    """p50, p95 and CPU in milliseconds of each kind of page, what was not answered with 200, and the WAL's size."""
    with closing(connect(path).conn) as connection:
        articles = connection.execute("SELECT max(id) FROM articles").fetchone()[0]
    archive = Archive(articles)
    context = multiprocessing.get_context("spawn")
    stop, written = context.Event(), context.Value("l", 0)
    process = context.Process(target=_write, args=(path, articles, stop, written))
    server = subprocess.Popen(
        [sys.executable, "-m", "pipelines.cli", "--db", str(path), "serve", "--port", str(port)],
        env=os.environ | {"PYTHONPATH": str(Path(__file__).resolve().parents[1])},
        stderr=subprocess.DEVNULL,
    )
    results: dict[str, dict[str, float]] = {}
    bad: dict[str, int] = {}
    try:
        _wait_for(f"http://127.0.0.1:{port}/pantau-static/pantau.css")
        if writer:
            process.start()
            while not written.value:
                time.sleep(0.1)
        began, before = time.monotonic(), written.value
        for kind, addresses in (pages(archive) | isu_pages(path)).items():
            if only in kind:
                results[kind] = _measure(kind, addresses, requests, port, server.pid, bad)
        rate = (written.value - before) / (time.monotonic() - began)
    finally:
        stop.set()
        if process.is_alive():
            process.join()
        server.terminate()
        server.wait(10)
    wal = path.with_name(path.name + "-wal")
    return {
        "articles": articles,
        "requests": requests,
        "written_a_second": round(rate, 1),
        "load": os.getloadavg()[1],
        "failures": bad,
        "wal_mb": round(wal.stat().st_size / 1e6 if wal.exists() else 0.0, 1),
        "pages": results,
    }


def _wait_for(address: str) -> None:
    for _ in range(300):
        try:
            urllib.request.urlopen(address, timeout=5).close()
            return
        except OSError:
            time.sleep(0.1)
    raise SystemExit("the server did not start")


def _measure(
    kind: str, addresses: list[str], requests: int, port: int, server: int, bad: dict[str, int]
) -> dict[str, float]:
    times, before = [], _cpu(server)
    for n in range(requests):
        address = addresses[n % len(addresses)]
        began = time.perf_counter()
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}{address}", timeout=60) as answer:
                answer.read()
        except OSError as error:
            bad[f"{address}: {error}"] = bad.get(f"{address}: {error}", 0) + 1
        times.append(1_000 * (time.perf_counter() - began))
    found = {
        "p50": round(statistics.median(times), 1),
        "p95": round(statistics.quantiles(times, n=20)[-1], 1),
        "cpu": round(1_000 * (_cpu(server) - before) / requests, 1),
    }
    print(
        f"{kind:42} p50 {found['p50']:7.1f} ms   p95 {found['p95']:7.1f} ms   CPU {found['cpu']:7.1f} ms",
        file=sys.stderr,
        flush=True,
    )
    return found


def _cpu(process: int) -> float:
    """Seconds of CPU that a process has used (Linux: proc(5), fields 14 and 15 of stat); 0 elsewhere."""
    try:
        fields = Path(f"/proc/{process}/stat").read_text(encoding="ascii").rsplit(") ", 1)[1].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / TICKS


def _write(path: Path, first: int, stop: Event, written: Synchronized[int]) -> None:
    """Store new articles through the store until told to stop."""
    connection = connect(path).conn
    archive, number = Archive(first), int(time.time())  # a batch that no earlier run has written
    prepared = [made for n in range(PREPARED) for made in archive.batch(number + n)]
    for known in prepared:
        stem_text(f"{known.article.title} {known.article.text}")
    made = iter(prepared)
    number += PREPARED - 1
    due = time.monotonic()
    while not stop.is_set():
        batch = [article for article, _ in zip(made, range(WRITTEN_AT_ONCE), strict=False)]
        if not batch:
            number += 1
            made = iter(archive.batch(number))
            continue
        with transaction(connection):
            for article in batch:
                save(connection, TaggedArticle(article.article, article.tags))
        written.value += len(batch)
        due += len(batch) / WRITES_A_SECOND
        stop.wait(max(0.0, due - time.monotonic()))
    connection.close()


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    for name in ("make", "measure"):
        command = commands.add_parser(name)
        command.add_argument("database", type=Path)
    commands.choices["make"].add_argument("--articles", type=int, default=1_000_000)
    commands.choices["measure"].add_argument("--requests", type=int, default=40)
    commands.choices["measure"].add_argument("--writer", action="store_true")
    commands.choices["measure"].add_argument("--only", default="", help="only kinds of page with this in their name")
    commands.choices["measure"].add_argument("--output", type=Path)
    commands.choices["measure"].add_argument("--port", type=int, default=8899)
    arguments = parser.parse_args()
    if arguments.command == "make":
        bulk.make(arguments.database, arguments.articles)
        return
    report = measure(
        arguments.database, arguments.requests, writer=arguments.writer, port=arguments.port, only=arguments.only
    )
    text = json.dumps(report, indent=1)
    if arguments.output:
        arguments.output.write_text(text + "\n", encoding="utf-8")
    else:
        print(text)


if __name__ == "__main__":
    main()
