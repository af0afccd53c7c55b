"""How much quicker an archive is re-read by two Dask workers than by one: `pantau process --again extract`.

    python -m benchmarks.reread [--pages 20000] [--rounds 1] [--workers 1 2] [--folder FOLDER] [--real]

Pages are made up (benchmarks/pages.py), or with `--real` the shared pages and copies of them (benchmarks/site/real.py),
and put into WARC files of 500. The database is filled by a first, unmeasured
`process`. Then a real scheduler and real workers (`dask worker`, one thread each) on loopback re-read everything, in
turn with one and with two workers. Seconds are those of the whole command, its start and the models' included; the
workers' reading processes are started anew by each round.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.pages import archived
from benchmarks.site import real
from crawler.records import FetchedPage
from pipelines.archive.warc import archive_folder
from pipelines.database.open import connect

ROOT = Path(__file__).resolve().parents[1]
PER_FILE = 500
FETCHED = "2026-12-01T00:00:00+00:00"
SETTINGS = {  # as docs/scaling.md advises
    "PYTHONPATH": str(ROOT),
    "DASK_DISTRIBUTED__WORKER__PROFILE__ENABLED": "False",
    "DASK_DISTRIBUTED__ADMIN__TICK__INTERVAL": "1s",
}


def real_pages(first: int, end: int) -> list[FetchedPage]:
    """The shared pages, copied, as a crawl fetches them."""
    found = []
    for host, path, body in real.copies(end, first):
        url, source = f"http://127.0.1.{host + 1}{path}", f"situs{host}"
        found.append(FetchedPage(url, url, source, 200, [], [], body, FETCHED, {}, None, None, "text/html"))
    return found


def make(database: Path, count: int, *, of_real: bool) -> None:
    """An archive of so many pages and a database that has read them, unless they are there."""
    if database.exists():
        return
    connection = connect(database).conn
    for done in archived(connection, archive_folder(database), count, PER_FILE, real_pages if of_real else None):
        print(f"\r{done:,} of {count:,} pages archived", end="", file=sys.stderr, flush=True)
    connection.close()
    print("\nreading them once", file=sys.stderr)
    pantau(database, "process")


def pantau(database: Path, *arguments: str) -> float:
    """Run a command; its seconds."""
    began = time.monotonic()
    subprocess.run(
        [sys.executable, "-m", "pipelines.cli", "--db", str(database), *arguments],
        check=True,
        cwd=ROOT,
        stderr=subprocess.DEVNULL,
    )
    return time.monotonic() - began


def measure(database: Path, workers: int, folder: Path) -> dict[str, float]:
    """Seconds of re-reading with so many workers."""
    file = folder / "scheduler.json"
    file.unlink(missing_ok=True)
    cluster = [_dask("scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard", file=file)]
    try:
        while not file.exists():
            time.sleep(0.05)
        for _ in range(workers):
            cluster.append(
                _dask(
                    "worker",
                    "--host",
                    "127.0.0.1",
                    "--nthreads",
                    "1",
                    "--no-nanny",
                    "--no-dashboard",
                    "--local-directory",
                    str(folder),
                    file=file,
                )
            )
        _wait_for_workers(json.loads(file.read_text())["address"], workers)
        address = json.loads(file.read_text())["address"]
        seconds = pantau(database, "process", "--again", "extract", "--engine", "dask", "--scheduler", address)
    finally:
        for process in cluster[::-1]:
            process.terminate()
            process.wait()
    return {"workers": workers, "seconds": round(seconds, 1)}


def _wait_for_workers(address: str, count: int) -> None:
    from distributed import Client

    with Client(address, set_as_default=False) as client:
        client.wait_for_workers(count, timeout=60)


def _dask(*arguments: str, file: Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "dask", *arguments, "--scheduler-file", str(file)],
        cwd=file.parent,
        env=os.environ | SETTINGS,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=int, default=20_000)
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--folder", type=Path, help="Where the archive is made and kept; default a temporary one.")
    parser.add_argument("--real", action="store_true", help="Copies of ../shared's pages instead of made-up ones.")
    arguments = parser.parse_args()
    if arguments.real and not real.there():
        raise SystemExit(f"{real.DATA} is not there, and the real pages with it")
    folder = arguments.folder or Path(tempfile.mkdtemp())
    folder.mkdir(parents=True, exist_ok=True)
    try:
        database = folder / f"arsip-{'nyata-' if arguments.real else ''}{arguments.pages}.db"
        make(database, arguments.pages, of_real=arguments.real)
        runs = []
        for _ in range(arguments.rounds):
            for workers in arguments.workers:
                runs.append(measure(database, workers, folder))
                print(runs[-1], file=sys.stderr)
    finally:
        if arguments.folder is None:
            shutil.rmtree(folder)
    median = {n: statistics.median(run["seconds"] for run in runs if run["workers"] == n) for n in arguments.workers}
    first = arguments.workers[0]
    print(
        json.dumps(
            {
                "pages": arguments.pages,
                "runs": runs,
                "pages_a_second": {n: round(arguments.pages / seconds, 1) for n, seconds in median.items()},
                "times_the_first": {n: round(median[first] / seconds, 2) for n, seconds in median.items()},
            },
            indent=1,
        )
    )


if __name__ == "__main__":
    main()
