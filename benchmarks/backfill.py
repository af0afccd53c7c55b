"""kill -9 at random moments of a backfill of 5,000 pages: at the end every page once.

    python -m benchmarks.backfill [--pages 5000] [--kills 5] [--seed 1] [--write]

Monthly sitemaps of a hundred articles on loopback, with a delay of 5 ms.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from tests.conftest import ROOT
from tests.crawler.crawling import query
from tests.crawler.server import TestSite, catalogue, serve
from tests.pipelines.run.test_backfill import asked, monthly

RESULT = Path(__file__).with_suffix(".json")
A_MONTH = 100


def killed(command: list[str], folder: Path, site: TestSite, wanted: int, chance: random.Random) -> bool:
    """Run until so many pages were asked for, then kill all of it; False when it ended before."""
    env = os.environ | {"PYTHONPATH": str(ROOT)}
    run = subprocess.Popen(command, cwd=folder, env=env, stderr=subprocess.DEVNULL, start_new_session=True)
    while len(asked(site)) < wanted and run.poll() is None:
        time.sleep(0.02)
    time.sleep(chance.random() * 0.1)
    ended = run.poll() is not None
    os.killpg(run.pid, signal.SIGKILL)
    run.wait()
    return not ended


def main() -> int:
    """Fill, kill, fill; 1 when anything is missing or double."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=int, default=5_000)
    parser.add_argument("--kills", type=int, default=5)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--write", action="store_true")
    wanted = parser.parse_args()
    chance = random.Random(wanted.seed)
    with tempfile.TemporaryDirectory() as name, serve() as site:
        folder, began = Path(name), time.monotonic()
        monthly(site, wanted.pages // A_MONTH, A_MONTH)
        text = catalogue(site, f'{{ method = "sitemap", url = "{site.address}/peta.xml" }}')
        (folder / "katalog.toml").write_text(text.replace("delay = 0\n", "delay = 0.005\n"))
        command = [sys.executable, "-m", "pipelines.cli", "--db", "uji.db", "backfill", "uji"]
        command += ["--since", "2010-01-01", "--until", "2025-12-31", "--catalogue", "katalog.toml", "--yes"]
        moments = sorted(chance.randrange(1, wanted.pages) for _ in range(wanted.kills))
        kills = sum(killed(command, folder, site, moment, chance) for moment in moments)
        env = os.environ | {"PYTHONPATH": str(ROOT)}
        final = subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True)
        print(final.stderr)
        articles, addresses, version = query(
            folder, "SELECT count(*), count(DISTINCT url), max(version) FROM articles"
        )[0]
        states = dict(query(folder, "SELECT state, count(*) FROM pages GROUP BY state"))
        result = {
            "pages": wanted.pages,
            "killed": kills,
            "articles": articles,
            "addresses": addresses,
            "highest_version": version,
            "states": states,
            "asked_twice": sum(times > 1 for times in asked(site).values()),
            "sitemaps_asked": sum(Counter(asked(site, "/peta-")).values()),
            "seconds": round(time.monotonic() - began),
        }
    print(json.dumps(result, indent=1))
    if wanted.write:
        RESULT.write_text(json.dumps(result, indent=1) + "\n")
    whole = (articles, addresses, version, states) == (wanted.pages, wanted.pages, 1, {"done": wanted.pages})
    return 0 if whole and final.returncode == 0 else 1


if __name__ == "__main__":
    sys.exit(main())
