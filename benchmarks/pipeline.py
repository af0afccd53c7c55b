"""The whole pipeline against others on the reference site, in one run: pages a second, CPU a page, ratios.

    python -m benchmarks.pipeline [--pages 2000] [--rounds 3] [--rivals PYTHON] [--only NAME ...] [--write]
    python -m benchmarks.pipeline --light

Pantau crawls, archives, extracts, tags and stores (`pantau crawl`, as users run it); `naive` is benchmarks/naive.py;
the bound is the CPU of Pantau's stages, measured one by one in this process, over the machine's cores. The rivals only
fetch and extract, with the Python of a virtual environment of theirs:

    python -m venv RIVALS; RIVALS/bin/pip install news-please newspaper4k lxml_html_clean

Each contestant runs once a round, one after the other, so that a slow minute of the machine meets all; figures are
medians over the rounds, ratios medians of the rounds' ratios. `--write` puts them into benchmarks/pipeline.json.
`--light` measures the stages and 160 pages of both pipelines, in CPU seconds, and exits with 1 when a ratio to its
baseline is more than a quarter worse than the one kept in pipeline.json, three times in a row.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.reference import HERE, reference_site, write_catalogue

FIGURES = HERE / "pipeline.json"
# Enough for a rate; they would take minutes for all. news-please reads URLs in a process a core, and one by one.
RIVAL_PAGES = {"news-please": 320, "news-please-1": 320, "newspaper4k": 320}
LIGHT_PAGES = 160
ALLOWED = 1.25  # a ratio of the light run may be this much worse than the one kept
TRIES = 3  # what else the machine does makes a ratio worse now and then; what is slow is so each time
ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")


@dataclass(frozen=True, slots=True)
class Run:
    """One run of a contestant: pages it read, seconds on the clock, CPU seconds of all its processes."""

    pages: int
    wall: float
    cpu: float


def timed(command: list[str], count: Callable[[str], int]) -> Run:
    """Run a command to its end; `count`: its standard output to the number of pages it read."""
    before, begun = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    done = subprocess.run(command, capture_output=True, text=True, env=os.environ | ONE_THREAD, cwd=HERE.parent)
    wall, after = time.monotonic() - begun, resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode:
        raise SystemExit(f"{' '.join(command[:4])} ...: exit code {done.returncode}\n{done.stderr[-2_000:]}")
    pages = count(done.stdout)
    if not pages:
        raise SystemExit(f"{' '.join(command[:4])} ...: read no page\n{done.stderr[-2_000:]}")
    return Run(pages, wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)


def run_pantau(sites: list[dict[str, Any]], folder: Path) -> Run:
    """`pantau crawl` into a new database."""
    catalogue, database = write_catalogue(sites, folder / "catalogue.toml"), folder / "pantau.db"
    command = [sys.executable, "-m", "pipelines.cli", "--db", str(database), "crawl", "--catalogue", str(catalogue)]

    def stored(_: str) -> int:
        with closing(sqlite3.connect(database)) as connection:
            return int(connection.execute("SELECT count(*) FROM articles").fetchone()[0])

    return timed(command, stored)


def run_naive(sites: list[dict[str, Any]], folder: Path, *options: str) -> Run:
    """The baseline into a new database."""
    (folder / "sites.json").write_text(json.dumps(sites), encoding="utf-8")
    command = [sys.executable, "-m", "benchmarks.naive", str(folder / "sites.json"), str(folder / "naive.db"), *options]
    return timed(command, int)


def run_rival(python: str, tool: str, sites: list[dict[str, Any]], folder: Path) -> Run:
    """Another tool, on a part of the pages of all hosts."""
    urls = [url for together in zip(*(site["articles"] for site in sites), strict=False) for url in together]
    (folder / "urls.json").write_text(json.dumps(urls[: RIVAL_PAGES.get(tool, 320)]), encoding="utf-8")
    return timed([python, str(HERE / "rivals.py"), tool, str(folder / "urls.json")], lambda out: int(out.split()[-1]))


def compare(
    pages: int,
    rounds: int,
    contestants: dict[str, Callable[..., Run]],
    bound: float,
    site: Callable[[int], AbstractContextManager[list[dict[str, Any]]]] = reference_site,
) -> dict[str, Any]:
    """Medians by contestant, and ratios to Pantau's pages a second in the same round."""
    runs: dict[str, list[Run]] = {name: [] for name in contestants}
    with site(pages) as sites:
        for number in range(rounds):
            for name, contestant in contestants.items():
                with tempfile.TemporaryDirectory() as folder:
                    runs[name].append(contestant(sites, Path(folder)))
                run = runs[name][-1]
                print(f"round {number + 1}: {name:12} {run.pages:5} pages in {run.wall:6.1f} s", file=sys.stderr)
    figures: dict[str, Any] = {}
    for name, done in runs.items():
        rates = [run.pages / run.wall for run in done]
        figures[name] = {
            "pages": done[0].pages,
            "pages_a_second": round(statistics.median(rates), 1),
            "cpu_ms_a_page": round(statistics.median(1000 * run.cpu / run.pages for run in done), 1),
        }
        if name != "pantau" and "pantau" in runs:
            ours = [run.pages / run.wall for run in runs["pantau"]]
            figures[name]["pantau_times_as_fast"] = round(
                statistics.median(a / b for a, b in zip(ours, rates, strict=True)), 2
            )
    if "pantau" in figures:
        wall = 1000 / figures["pantau"]["pages_a_second"]
        figures["pantau"]["wall_over_bound"] = round(wall / bound, 2)
    return figures


def show(figures: dict[str, Any], stages: dict[str, float], bound: float) -> None:
    """Print the tables."""
    print(f"{'stage':14}{'CPU ms/page':>12}")
    for name, milliseconds in stages.items():
        print(f"{name:14}{milliseconds:12.2f}")
    print(f"{'bound':14}{bound:12.2f}   their sum over {os.cpu_count()} cores, ms of wall time a page\n")
    print(f"{'':14}{'pages/s':>9}{'CPU ms/page':>13}{'Pantau is':>12}")
    for name, row in figures.items():
        times = f"{row['pantau_times_as_fast']:.1f} x" if "pantau_times_as_fast" in row else ""
        print(f"{name:14}{row['pages_a_second']:9.1f}{row['cpu_ms_a_page']:13.1f}{times:>12}")
    if "pantau" in figures:
        print(f"\nPantau takes {figures['pantau']['wall_over_bound']:.2f} times the bound")


def light_ratios() -> dict[str, float]:
    """CPU of stages, and of the whole pipeline on a few pages, over that of their baselines."""
    from benchmarks.stages import ratios

    now = ratios()
    with reference_site(LIGHT_PAGES) as sites, tempfile.TemporaryDirectory() as folder:
        ours, naive = run_pantau(sites, Path(folder)), run_naive(sites, Path(folder), "--numpy")
    return now | {"pipeline / naive": round(ours.cpu / ours.pages / (naive.cpu / naive.pages), 3)}


def light() -> int:
    """The ratios now beside those kept; 1 when one is much worse each time it is measured."""
    kept = json.loads(FIGURES.read_text(encoding="utf-8"))["light"] if FIGURES.exists() else {}
    now = light_ratios()
    for _ in range(TRIES - 1):
        worse = [name for name, ratio in now.items() if name in kept and ratio > ALLOWED * kept[name]]
        if not worse:
            break
        print(f"*** {', '.join(worse)}: worse, perhaps by what else the machine did; once more ***")
        now = {name: min(ratio, now[name]) for name, ratio in light_ratios().items()}
    worse = [name for name, ratio in now.items() if name in kept and ratio > ALLOWED * kept[name]]
    for name, ratio in now.items():
        print(f"{name:28}{ratio:8.3f}   kept {kept.get(name, float('nan')):.3f}{'   WORSE' if name in worse else ''}")
    return 1 if worse else 0


def main() -> int:
    """Measure, print, and perhaps write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=int, default=2_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--rivals", metavar="PYTHON", help="the Python that news-please and newspaper4k are in")
    parser.add_argument("--only", action="append", metavar="NAME", help="only these contestants")
    parser.add_argument("--light", action="store_true")
    parser.add_argument("--write", action="store_true")
    arguments = parser.parse_args()
    if arguments.light:
        return light()
    from benchmarks.stages import measure

    stages = measure(arguments.pages)
    bound = sum(stages.values()) / (os.cpu_count() or 1)
    contestants: dict[str, Callable[..., Run]] = {"pantau": run_pantau, "naive": run_naive}
    if arguments.rivals:
        for tool in RIVAL_PAGES:
            contestants[tool] = lambda sites, folder, tool=tool: run_rival(arguments.rivals, tool, sites, folder)
    chosen = {name: c for name, c in contestants.items() if name in (arguments.only or contestants)}
    figures = compare(arguments.pages, arguments.rounds, chosen, bound)
    show(figures, stages, bound)
    if arguments.write:
        kept = {"pages": arguments.pages, "rounds": arguments.rounds, "cores": os.cpu_count(), "stages": stages}
        kept |= {"bound_ms_a_page": round(bound, 2), "contestants": figures, "light": light_ratios()}
        FIGURES.write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
