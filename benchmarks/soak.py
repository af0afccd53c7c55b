"""A team's working day in short: everything runs at once, and each minute a random kill -9. Is anything lost or double?

    python -m benchmarks.soak [--minutes 30] [--readers 4] [--seed 1] [--output FILE.json]

A newsroom on loopback puts up a new article every second. Meanwhile, each in a loop of its own: crawls, a watch that
posts to a webhook, exports, kliping, backups, published snapshots, `pantau serve` and its readers. Each minute one of
the running commands and all its children are killed, the server among them. At the end one more of each has to do:
every article is stored once and was sent, the database and the archive are whole, nothing unfinished lies about, and
neither the server's memory nor the folder's files have grown with time. Exit code 1 when one of these does not hold.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from statistics import median, quantiles
from typing import Any

from benchmarks.memory import pss, tree
from tests.crawler.server import TestSite, catalogue, feed, serve

ROOT = Path(__file__).resolve().parents[1]
LISTED = 300  # so many of the newest articles stand in the feed: more than come between two crawls
PAGES = (
    "/",
    "/cari?q=pelabuhan",
    "/cari?q=bupati&urut=terbaru",
    "/pejabat",
    "/kota",
    "/dasbor",
    "/sumber",
    "/artikel/1",
)
WORDS = (
    "pelabuhan jembatan sekolah pasar sawah irigasi puskesmas nelayan petani guru perawat jalan terminal waduk taman "
    "beras garam kopi tenun batik listrik internet beasiswa pelatihan festival pameran lomba kereta kapal bandara"
).split()
PLACES = ("Kota Semarang", "Kabupaten Jepara", "Kota Makassar", "Kabupaten Sleman", "Kota Padang", "Kota Ambon")


class Soak:
    """What is shared by all that runs: the folder, what may be killed, and what was seen."""

    def __init__(self, folder: Path, site: TestSite, chance: random.Random) -> None:
        self.folder, self.site, self.chance = folder, site, chance
        self.stop = threading.Event()
        self.running: dict[str, subprocess.Popen[bytes]] = {}
        self.lock = threading.Lock()
        self.done: Counter[str] = Counter()
        self.killed: Counter[str] = Counter()
        self.failed: list[str] = []
        self.published = 0
        self.times: list[float] = []
        self.unanswered = 0
        self.samples: list[dict[str, float]] = []

    def command(self, *arguments: str) -> list[str]:
        """`pantau` on this database."""
        return [sys.executable, "-m", "pipelines.cli", "--db", str(self.folder / "uji.db"), *arguments]

    def start(self, name: str, *arguments: str) -> subprocess.Popen[bytes]:
        """A command in a process group of its own, which the killer may choose."""
        errors = (self.folder / "log" / f"{name}.txt").open("wb")
        process = subprocess.Popen(
            self.command(*arguments),
            cwd=self.folder,
            env=os.environ | {"PYTHONPATH": str(ROOT), "PANTAU_CONTACT": "uji@contoh.id"},
            stdout=subprocess.DEVNULL,
            stderr=errors,
            start_new_session=True,
        )
        errors.close()
        with self.lock:
            self.running[name] = process
        return process

    def once(self, name: str, *arguments: str) -> int:
        """Run a command to its end; a failure that is not the killer's is kept with what it said."""
        process = self.start(name, *arguments)
        code = process.wait()
        with self.lock:
            self.running.pop(name, None)
        self.done[name] += 1
        if code not in (0, 75, -signal.SIGKILL):
            said = (self.folder / "log" / f"{name}.txt").read_text("utf-8", "replace")
            self.failed.append(f"{name}: exit code {code}: {said[-300:]}")
        return code

    def publish_articles(self) -> None:
        """A new article every second, and the feed of the newest."""
        while not self.stop.is_set():
            self.add_article()
            self.stop.wait(1.0)

    def add_article(self) -> None:
        """One more article on the site."""
        number = self.published
        words = self.chance.choices(WORDS, k=40)
        place = self.chance.choice(PLACES)
        text = (
            f"{place} membuka {words[0]} baru di dekat {words[1]} pada pekan ini. Bupati Rangga Wiratama mengatakan "
            f"bahwa {' '.join(words[2:14])} akan selesai tahun depan. Warga berharap {' '.join(words[14:28])} segera "
            f"diperbaiki. Menurut catatan nomor {number}, {' '.join(words[28:])} menjadi prioritas bersama."
        )
        self.site.article(f"/berita/{number}", f"Berita nomor {number}: {words[0]} di {place}", text)
        paths = [f"/berita/{n}" for n in range(max(0, number - LISTED + 1), number + 1)]
        self.site.answers["/umpan"] = type(self.site.answers[paths[-1]])(feed(self.site, *paths))  # an Answer
        self.published += 1

    def repeat(self, name: str, pause: float, *arguments: str) -> None:
        """A command again and again, as cron would."""
        while not self.stop.is_set():
            self.once(name, *arguments)
            self.stop.wait(pause)

    def serve_forever(self, port: int) -> None:
        """`pantau serve`, started again whenever it is killed."""
        while not self.stop.is_set():
            process = self.start("serve", "serve", "--port", str(port))
            while process.poll() is None and not self.stop.is_set():
                time.sleep(0.2)
            if self.stop.is_set():
                process.terminate()
                process.wait(20)
            elif process.returncode != -signal.SIGKILL:
                self.failed.append(f"serve: ended with {process.returncode}")
                self.stop.wait(1.0)

    def read(self, port: int) -> None:
        """A reader: a page, a second's thought, the next page."""
        chance = random.Random(port)
        while not self.stop.is_set():
            began = time.perf_counter()
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}{chance.choice(PAGES)}", timeout=30) as answer:
                    answer.read()
                self.times.append(1_000 * (time.perf_counter() - began))
            except OSError:  # the server was killed, or is being started
                self.unanswered += 1
            self.stop.wait(chance.random() * 2)

    def kill(self) -> None:
        """Once a minute, at a random moment of it, one of what is running."""
        while not self.stop.wait(self.chance.uniform(30, 90)):
            with self.lock:
                alive = sorted(name for name, process in self.running.items() if process.poll() is None)
                name = self.chance.choice(alive) if alive else None
                process = self.running[name] if name else None
            if name and process:
                os.killpg(process.pid, signal.SIGKILL)
                self.killed[name] += 1

    def sample(self) -> None:
        """Every 20 seconds: the server's memory, the files of the folder, the size of the write-ahead log."""
        began = time.monotonic()
        while not self.stop.wait(20):
            server = self.running.get("serve")
            alive = server is not None and server.poll() is None
            wal = self.folder / "uji.db-wal"
            self.samples.append(
                {
                    "minute": round((time.monotonic() - began) / 60, 1),
                    "server": server.pid if server and alive else 0,
                    "server_mb": round(pss(tree(server.pid)), 1) if server and alive else 0.0,
                    "files": sum(path.is_file() for path in self.folder.iterdir()),
                    "wal_mb": round(wal.stat().st_size / 1e6, 1) if wal.exists() else 0.0,
                    "published": self.published,
                }
            )
            print(json.dumps(self.samples[-1]), file=sys.stderr, flush=True)


UNNAMED = -1  # in the place of a number: how many articles a digest counts behind those of their isu that it names


def receive(sent: Counter[int]) -> ThreadingHTTPServer:
    """A webhook that counts the articles named in what it is sent, and under UNNAMED those that are only counted."""

    class Hook(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            text = self.rfile.read(int(self.headers["Content-Length"])).decode()
            text = re.sub(r"== [^=]* ==", "", text)  # an isu's heading is the title of one of its articles
            named = {int(number) for number in re.findall(r"Berita nomor (\d+)", text)}
            if not named & sent.keys():  # what is sent again names again what was named
                sent[UNNAMED] += sum(int(n) for n in re.findall(r"dan (\d+) (?:lainnya dalam isu|berita lain)", text))
            sent.update(named)
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:
            """Silence."""

    return ThreadingHTTPServer(("127.0.0.1", 0), Hook)


def run(folder: Path, minutes: float, seed: int, readers: int) -> dict[str, Any]:
    """Everything at once for so many minutes, then the reckoning."""
    sent: Counter[int] = Counter()
    hook = receive(sent)
    with serve() as site:
        soak = Soak(folder, site, random.Random(seed))
        for made in ("log", "cadangan"):
            (folder / made).mkdir()
        soak.add_article()
        feed_line = f'{{ method = "feed", url = "{site.address}/umpan" }}'
        (folder / "katalog.toml").write_text(catalogue(site, feed_line), encoding="utf-8")
        crawl = ("crawl", "--catalogue", "katalog.toml")
        watch = ("watch", "run")
        jobs: list[tuple[str, float, tuple[str, ...]]] = [
            ("crawl", 5, crawl),
            ("watch", 10, watch),
            ("export", 20, ("export", "articles", "--format", "csv", "--output", "artikel.csv")),
            ("clip", 30, ("clip", "--format", "html", "--output", "kliping.html")),
            ("publish", 45, ("publish", "--output", "umum.db")),
            ("backup", 60, ("backup", "cadangan")),
            ("status", 30, ("status", "--json")),
        ]
        threading.Thread(target=hook.serve_forever, daemon=True).start()
        soak.once("crawl", *crawl)
        address = f"json://127.0.0.1:{hook.server_address[1]}/kait"
        soak.once(
            "add", "watch", "add", "semua", "--to", address, "--every", "1", "--query", "prioritas", "--ceiling", "9999"
        )
        port = _free_port()
        work: list[tuple[Callable[..., None], tuple[Any, ...]]] = [
            (soak.publish_articles, ()),
            (soak.serve_forever, (port,)),
            (soak.kill, ()),
            (soak.sample, ()),
            *((soak.read, (port,)) for _ in range(readers)),
            *((soak.repeat, (name, pause, *arguments)) for name, pause, arguments in jobs),
        ]
        threads = [threading.Thread(target=target, args=arguments) for target, arguments in work]
        for thread in threads:
            thread.start()
        soak.stop.wait(60 * minutes)
        soak.stop.set()
        for thread in threads:
            thread.join()
        for name, _, arguments in jobs:  # each has to do after whatever death came last
            soak.once(f"last {name}", *arguments)
        soak.once("last watch", *watch)
        time.sleep(61)  # its minute between two digests
        soak.once("last watch", *watch)
        hook.shutdown()
        hook.server_close()
        return reckon(soak, sent)


def reckon(soak: Soak, sent: Counter[int]) -> dict[str, Any]:
    """What is stored, sent and left over."""
    with closing(sqlite3.connect(soak.folder / "uji.db")) as connection:
        rows, addresses, version = connection.execute(
            "SELECT count(*), count(DISTINCT url), max(version) FROM articles WHERE url LIKE '%/berita/%'"
        ).fetchone()
        states = dict(connection.execute("SELECT state, count(*) FROM pages GROUP BY state").fetchall())
        whole = connection.execute("PRAGMA integrity_check").fetchone()[0]
        strays = len(connection.execute("PRAGMA foreign_key_check").fetchall())
    archive = sorted((soak.folder / "uji-archive").glob("*.warc.gz"))
    checked = subprocess.run(
        [str(Path(sys.executable).with_name("warcio")), "check", *map(str, archive)], capture_output=True, text=True
    )
    left = sorted(path.name for path in soak.folder.rglob("*.part*"))
    memory = _of_one_life(soak.samples)
    files = [sample["files"] for sample in soak.samples]
    third = max(1, len(memory) // 3)
    report: dict[str, Any] = {
        "published": soak.published,
        "stored": rows,
        "done": dict(soak.done),
        "killed": dict(soak.killed),
        "failed": soak.failed,
        "pages": states,
        "sent": len(sent.keys() - {UNNAMED}) + sent[UNNAMED],
        "sent_again": sum(count - 1 for number, count in sent.items() if number != UNNAMED),
        "left": left,
        "server_mb": {"first_third": median(memory[:third]), "last_third": median(memory[-third:])} if memory else {},
        "files": {"least": min(files, default=0), "most": max(files, default=0)},
        "readers": {
            "answered": len(soak.times),
            "unanswered": soak.unanswered,
            "p50_ms": round(median(soak.times)) if soak.times else 0,
            "p95_ms": round(quantiles(soak.times, n=20)[-1]) if len(soak.times) > 1 else 0,
        },
        "samples": soak.samples,
    }
    told = report["sent"]
    kills = sum(soak.killed.values())
    report["wrong"] = [
        words
        for words, holds in (
            (f"{rows} rows of {addresses} addresses for {soak.published}", rows == addresses == soak.published),
            (f"version {version} of an article that never changed", version == 1),
            (f"pages {states}", set(states) == {"done"}),
            (f"integrity_check: {whole}, {strays} broken references", whole == "ok" and not strays),
            (f"archive: {checked.stdout[-200:]}{checked.stderr[-200:]}", checked.returncode == 0),
            (f"{told} of {soak.published - 1} new articles were sent", told == soak.published - 1),
            (f"unfinished files: {left}", not left),
            (f"failed: {soak.failed[:3]}", not soak.failed),
            (f"the server's memory grew: {report['server_mb']}", not _grew(report["server_mb"])),
            (
                f"files in the folder: {report['files']}",
                report["files"]["most"] <= report["files"]["least"] + 12 + kills,
            ),
        )
        if not holds
    ]
    return report


def _of_one_life(samples: list[dict[str, float]]) -> list[float]:
    """The memory of the server that was seen most often; one that was just started has read little yet."""
    lives: dict[float, list[float]] = {}
    for sample in samples:
        if sample["server_mb"]:
            lives.setdefault(sample["server"], []).append(sample["server_mb"])
    longest = max(lives.values(), key=len, default=[])
    return longest if len(longest) > 2 else []


def _grew(memory: dict[str, float]) -> bool:
    """Whether the last third used a quarter and 20 MB more than the first."""
    return bool(memory) and memory["last_third"] > max(1.25 * memory["first_third"], memory["first_third"] + 20)


def _free_port() -> int:
    with ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler) as server:
        return int(server.server_address[1])


def main() -> int:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--readers", type=int, default=4)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--output", type=Path)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        report = run(Path(name), arguments.minutes, arguments.seed, arguments.readers)
    text = json.dumps(report, indent=1, ensure_ascii=False)
    if arguments.output:
        arguments.output.write_text(text + "\n", encoding="utf-8")
    print(json.dumps({key: value for key, value in report.items() if key != "samples"}, indent=1, ensure_ascii=False))
    for words in report["wrong"]:
        print(f"WRONG: {words}", file=sys.stderr)
    return 1 if report["wrong"] else 0


if __name__ == "__main__":
    sys.exit(main())
