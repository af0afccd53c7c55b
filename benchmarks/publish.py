"""How quick the pages are on a large database: p50 and p95 of each kind of page, quiet and while a writer stores.

    python -m benchmarks.publish make FOLDER/besar.db --articles 1000000     # resumable: run it again to go on
    python -m benchmarks.publish measure FOLDER/besar.db [--requests 40] [--writer]

The articles are made up: words with Zipf frequencies, 300 sources, people, places and institutions with Zipf
frequencies too, eight mentions an article, three years of days in order. They are written in bulk, past the tagger, in
batches that are each one transaction; the rollups are made at the end. `measure` starts `pantau serve` and is its one
client.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import sqlite3
import statistics
import subprocess
import sys
import threading
import time
import urllib.request
from datetime import date, timedelta
from pathlib import Path
from urllib.parse import quote

from nlp.gazetteers import regions
from pipelines.database import MIGRATIONS, connect, transaction

BATCH = 2_000
SOURCES, PEOPLE, ORGANISATIONS, WORDS = 300, 40_000, 15_000, 60_000
FIRST, DAYS = date(2023, 1, 1), 1_096
LENGTH = (80, 260)  # words of an article
SYLLABLES = "ba bi bu da di du ka ki ku la li lu ma mi mu na ni nu pa pi pu ra ri ru sa si su ta ti tu wa ya ja".split()
COMMON, RARE = "pemerintah", "sukamaju"
WRITES_A_SECOND = 40


def words(seed: int, count: int) -> list[str]:
    """Made-up words of two to five syllables, the same for the same seed."""
    random_ = random.Random(seed)
    return ["".join(random_.choices(SYLLABLES, k=random_.randint(2, 5))) for _ in range(count)]


class Generator:
    """Articles by number: the same number always gives the same article."""

    def __init__(self) -> None:
        self.words = [COMMON, *words(1, WORDS)]
        self.word_weights = self._zipf(len(self.words))
        self.names = [f"{a.title()} {b.title()}" for a, b in zip(words(2, PEOPLE), words(3, PEOPLE), strict=True)]
        self.places = [r for r in regions().by_code.values() if r.kind in ("kota", "kabupaten", "provinsi")]
        random.Random(4).shuffle(self.places)
        self.people_weights, self.place_weights = self._zipf(PEOPLE), self._zipf(len(self.places))
        self.organisation_weights = self._zipf(ORGANISATIONS)

    @staticmethod
    def _zipf(count: int) -> list[float]:
        total, cumulative = 0.0, []
        for rank in range(1, count + 1):
            total += 1 / rank
            cumulative.append(total)
        return cumulative

    def entities(self, connection: sqlite3.Connection) -> None:
        """The sources, people, institutions and places, once."""
        if connection.execute("SELECT count(*) FROM people").fetchone()[0]:
            return
        connection.executemany(
            "INSERT INTO sources (id, name, kind, status) VALUES (?, ?, 'media', 'active')",
            [(f"s{n}", f"Sumber {n}") for n in range(SOURCES)],
        )
        connection.executemany(
            "INSERT INTO people (id, key, name) VALUES (?, ?, ?)",
            [(n + 1, f"{name.casefold()} {n}", name) for n, name in enumerate(self.names)],
        )
        connection.executemany(
            "INSERT INTO organisations (id, key, name) VALUES (?, ?, ?)",
            [(n + 1, f"lembaga {n}", f"Lembaga {self.words[n + 1].title()}") for n in range(ORGANISATIONS)],
        )
        connection.executemany(
            "INSERT INTO places (id, key, code, name, kind, province, lat, lon) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            [(n + 1, r.code, r.code, f"{r.kind.title()} {r.name}", r.kind, r.province, r.lat, r.lon)
             for n, r in enumerate(self.places)],
        )  # fmt: skip

    def write(self, connection: sqlite3.Connection, number: int, total: int, first_id: int = 0) -> None:
        """Store article `number` of `total` with all that it holds."""
        random_ = random.Random(number)
        day = (FIRST + timedelta(days=number * DAYS // total)).isoformat()
        body = random_.choices(self.words, cum_weights=self.word_weights, k=random_.randint(*LENGTH))
        if number % 5_000 == 7:
            body[3] = RARE
        text, article = " ".join(body), first_id + number + 1
        title = " ".join(body[:8]).capitalize()
        moment = f"{day}T{number % 24:02d}:00:00+00:00"
        connection.execute(
            """INSERT INTO articles (id, url, canonical_url, source_id, kind, title, text, stems, published_at,
                 published_date, language, word_count, tags, first_seen, version)
               VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'id', ?, '[]', ?, 1)""",
            (article, f"https://contoh.id/{article}", f"https://contoh.id/{article}", f"s{random_.randrange(SOURCES)}",
             "press_release" if number % 4 == 0 else "news", title, text, text, moment, day, len(body), moment),
        )  # fmt: skip
        people = {i + 1 for i in random_.choices(range(PEOPLE), cum_weights=self.people_weights, k=3)}
        places = {i + 1 for i in random_.choices(range(len(self.places)), cum_weights=self.place_weights, k=3)}
        organisations = {
            i + 1 for i in random_.choices(range(ORGANISATIONS), cum_weights=self.organisation_weights, k=2)
        }
        mentions = [("PER", p) for p in people] + [("GPE", p) for p in places] + [("ORG", o) for o in organisations]
        connection.executemany(
            """INSERT INTO mentions (article_id, label, field, start, "end", text, entity_id)
               VALUES (?, ?, 'text', ?, ?, 'nama', ?)""",
            [(article, label, 10 * n, 10 * n + 5, entity) for n, (label, entity) in enumerate(mentions)],
        )
        connection.executemany(
            """INSERT INTO article_officials (article_id, person_id, position, name, title, organisation)
               VALUES (?, ?, ?, ?, ?, ?)""",
            [(article, p, n, self.names[p - 1], "Kepala", f"Dinas {p % 500}") for n, p in enumerate(people)],
        )
        connection.executemany("INSERT INTO article_places VALUES (?, ?, 'nama', 1)", [(article, p) for p in places])
        connection.execute(
            "INSERT INTO quotes (article_id, speaker, person_id, text, start, \"end\") VALUES (?, 'x', ?, ?, 0, 9)",
            (article, min(people), " ".join(body[8:20])),
        )
        if number % 20 == 0:
            agreement = connection.execute(
                """INSERT INTO agreements (article_id, type, title, status)
                   VALUES (?, 'MoU', 'nota kesepahaman', 'ditandatangani')""",
                (article,),
            ).lastrowid
            connection.executemany(
                "INSERT INTO agreement_parties VALUES (?, ?, ?, ?, '')",
                [(agreement, n, f"Lembaga {o}", o) for n, o in enumerate(organisations)],
            )


def make(path: Path, total: int) -> None:
    """Fill the database up to `total` articles, going on where an earlier run stopped, then make the rollups."""
    connection = connect(path).conn
    generator = Generator()
    with transaction(connection):
        generator.entities(connection)
    done, began = connection.execute("SELECT count(*) FROM articles").fetchone()[0], time.monotonic()
    start = done
    while done < total:
        with transaction(connection):
            for number in range(done, min(done + BATCH, total)):
                generator.write(connection, number, total)
        done = min(done + BATCH, total)
        rate = (done - start) / (time.monotonic() - began)
        print(f"\r{done:,} of {total:,} articles, {rate:,.0f} a second", end="", file=sys.stderr, flush=True)
    print("\nrollups", file=sys.stderr)
    rollup(connection)
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()


def rollup(connection: sqlite3.Connection) -> None:
    """What the store counts article by article, in bulk, by the migration's own statements."""
    script = (MIGRATIONS / "3.sql").read_text(encoding="utf-8")
    fill = script[script.index("INSERT INTO appearances") : script.index("INSERT INTO articles_by_day\n")]
    counts = "".join(
        f"""UPDATE {table} SET (articles, first_seen, last_seen) = (SELECT count(*), min(day), max(day) FROM appearances
            WHERE label = '{label}' AND entity_id = {table}.id);"""
        for table, label in (("people", "PER"), ("organisations", "ORG"), ("places", "GPE"))
    )
    connection.executescript(
        f"""BEGIN IMMEDIATE; DELETE FROM appearances; DELETE FROM entity_months; DELETE FROM roles; {fill} {counts}
            INSERT INTO roles (person_id, title, organisation, first_seen, last_seen, articles)
              SELECT o.person_id, o.title, o.organisation, min(a.published_date), max(a.published_date), count(*)
              FROM article_officials o JOIN articles a ON a.id = o.article_id GROUP BY 1, 2, 3;
            COMMIT;"""
    )


def pages(generator: Generator) -> dict[str, list[str]]:
    """Addresses by kind of page; several of each, so that one lucky cache does not decide."""
    middle = generator.words[300:340]
    return {
        "home": ["/"],
        "search, common word": [f"/cari?q={COMMON}"],
        "search, common word by date": [f"/cari?q={COMMON}&urut=terbaru"],
        "search, common word in a source": [f"/cari?q={COMMON}&sumber=s{n}" for n in range(10)],
        "search, common word in a month": [
            f"/cari?q={COMMON}&dari=2024-{m:02d}-01&sampai=2024-{m:02d}-28" for m in range(1, 13)
        ],
        "search, middling word": [f"/cari?q={word}" for word in middle],
        "search, rare word": [f"/cari?q={RARE}"],
        "search, phrase": [f"/cari?q={quote(chr(34) + COMMON + ' ' + w + chr(34))}" for w in middle[:10]],
        "search, city and date": [f"/cari?tempat={n}&dari=2024-01-01&sampai=2024-03-31" for n in range(1, 11)],
        "search, official by name": [f"/cari?pejabat={quote(name)}" for name in generator.names[:10]],
        "article": [f"/artikel/{n}" for n in range(1_000, 41_000, 1_000)],
        "person, most told": ["/pejabat/1", "/pejabat/2"],
        "person": [f"/pejabat/{n}" for n in range(10, 400, 10)],
        "city, most told": ["/kota/1", "/kota/2"],
        "city": [f"/kota/{n}" for n in range(10, 200, 5)],
        "province": [f"/provinsi/{code}" for code in ("32", "33", "31", "12", "91")],
        "institution": [f"/lembaga/{n}" for n in range(1, 40)],
        "dashboard": ["/dasbor", "/dasbor?rentang=1", "/dasbor?rentang=3", "/dasbor?rentang=semua"],
        "map": ["/peta", "/peta?rentang=1"],
        "officials": ["/pejabat", "/pejabat?cari=dinas"],
        "agreements": ["/perjanjian", "/perjanjian?cari=lembaga"],
        "sources": ["/sumber"],
        "feed": ["/umpan.xml", "/umpan.xml?orang=1", "/umpan.xml?tempat=1"],
        "suggestions": ["/saran.json?q=ba", "/saran.json?q=bandung", "/saran.json?q=zz"],
    }  # fmt: skip


def measure(path: Path, requests: int, *, writer: bool, port: int) -> dict[str, object]:
    """p50 and p95 in milliseconds of each kind of page, statuses that are not 200, and the greatest WAL in MB."""
    server = subprocess.Popen(
        [sys.executable, "-m", "pipelines.cli", "--db", str(path), "serve", "--port", str(port)],
        env=os.environ | {"PYTHONPATH": str(Path(__file__).resolve().parents[1])}, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    stop, generator, bad, written = threading.Event(), Generator(), dict[str, int](), [0]
    thread = threading.Thread(target=_write, args=(path, generator, stop, written))
    results: dict[str, object] = {}
    try:
        for _ in range(300):
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/pantau-static/pantau.css", timeout=5).close()
                break
            except OSError:
                time.sleep(0.1)
        if writer:
            thread.start()
        for kind, addresses in pages(generator).items():
            times = []
            for n in range(requests):
                began = time.perf_counter()
                try:
                    with urllib.request.urlopen(
                        f"http://127.0.0.1:{port}{addresses[n % len(addresses)]}", timeout=60
                    ) as answer:
                        answer.read()
                except OSError as error:
                    bad[f"{kind}: {error}"] = bad.get(f"{kind}: {error}", 0) + 1
                times.append(1_000 * (time.perf_counter() - began))
            p95 = statistics.quantiles(times, n=20)[-1]
            results[kind] = {"p50": round(statistics.median(times), 1), "p95": round(p95, 1)}
            print(f"{kind:34} p50 {statistics.median(times):7.1f} ms   p95 {p95:7.1f} ms", file=sys.stderr, flush=True)
    finally:
        stop.set()
        if thread.is_alive():
            thread.join()
        server.terminate()
        server.wait(10)
    wal = path.with_name(path.name + "-wal")
    size = wal.stat().st_size / 1e6 if wal.exists() else 0.0
    return {"pages": results, "failures": bad, "written": written[0], "wal_mb": round(size, 1)}


def _write(path: Path, generator: Generator, stop: threading.Event, written: list[int]) -> None:
    connection = connect(path).conn
    first = connection.execute("SELECT max(id) FROM articles").fetchone()[0]
    while not stop.is_set():
        began = time.monotonic()
        with transaction(connection):
            for _ in range(WRITES_A_SECOND):
                generator.write(connection, written[0], 10_000_000, first)
                written[0] += 1
        stop.wait(max(0.0, 1 - (time.monotonic() - began)))
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
    commands.choices["measure"].add_argument("--port", type=int, default=8899)
    arguments = parser.parse_args()
    if arguments.command == "make":
        make(arguments.database, arguments.articles)
    else:
        report = measure(arguments.database, arguments.requests, writer=arguments.writer, port=arguments.port)
        print(json.dumps(report, indent=1))


if __name__ == "__main__":
    main()
