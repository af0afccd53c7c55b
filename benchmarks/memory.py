"""Memory of a crawl with everything read and stored, as it goes: does it grow with the pages?

    python -m benchmarks.memory [--pages 10000] [--write]

`pantau crawl` of the reference site; every few seconds the proportional set size (shared pages counted once,
/proc/PID/smaps_rollup) of all its processes is added up, and the articles stored are counted.
"""

from __future__ import annotations

import argparse
import json
import os
import sqlite3
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.reference import HERE, reference_site, write_catalogue

EVERY = 5.0  # seconds between two samples


def tree(root: int) -> list[int]:
    """A process and all its descendants."""
    children: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                fields = (entry / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            children.setdefault(int(fields[1]), []).append(int(entry.name))
    found = [root]
    for process in found:
        found += children.get(process, ())
    return found


def pss(processes: list[int]) -> float:
    """Their proportional set size together, MB."""
    total = 0
    for process in processes:
        try:
            lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
        except OSError:
            continue
        total += sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    return total / 1024


def stored(database: Path) -> int:
    """Articles in the database, 0 while there is none."""
    if not database.exists():
        return 0
    connection = sqlite3.connect(f"file:{database}?mode=ro", uri=True, timeout=30)
    try:
        return int(connection.execute("SELECT count(*) FROM articles").fetchone()[0])
    except sqlite3.OperationalError:  # not made yet
        return 0
    finally:
        connection.close()


def main() -> int:
    """Run, sample, print; and perhaps write benchmarks/memory.json."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=int, default=10_000)
    parser.add_argument("--write", action="store_true")
    arguments = parser.parse_args()
    samples: list[dict[str, float]] = []
    with reference_site(arguments.pages) as sites, tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        catalogue = write_catalogue(sites, folder / "catalogue.toml")
        database, begun = folder / "pantau.db", time.monotonic()
        run = subprocess.Popen(
            [sys.executable, "-m", "pipelines.cli", "--db", str(database), "crawl", "--catalogue", str(catalogue)],
            cwd=HERE.parent,
            stderr=subprocess.DEVNULL,
        )
        while run.poll() is None:
            time.sleep(EVERY)
            row = {
                "seconds": round(time.monotonic() - begun),
                "articles": stored(database),
                "mb": round(pss(tree(run.pid))),
            }
            samples.append(row)
            print(f"{row['seconds']:6.0f} s {row['articles']:7} articles {row['mb']:6.0f} MB", flush=True)
        articles = stored(database)
    peak = max(sample["mb"] for sample in samples)
    middle = [sample["mb"] for sample in samples if sample["articles"]]
    first, last = (sorted(part)[len(part) // 2] for part in (middle[: len(middle) // 3], middle[-len(middle) // 3 :]))
    print(f"{articles} articles; peak {peak:.0f} MB; medians of the first and last third {first:.0f}, {last:.0f} MB")
    if arguments.write:
        kept = {"pages": arguments.pages, "articles": articles, "cores": os.cpu_count(), "peak_mb": peak,
                "first_third_mb": first, "last_third_mb": last}  # fmt: skip
        (HERE / "memory.json").write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")
    return run.returncode


if __name__ == "__main__":
    sys.exit(main())
