"""kill -9 at random moments of a crawl of 500 pages: at the end every page once, and an archive that warcio accepts.

.venv/bin/python -m benchmarks.kill9 [KILLS] [SEED]
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from warcio.archiveiterator import ArchiveIterator

from tests.crawler.crawling import query
from tests.crawler.faults import Fault, Site, catalogue, feed, http, page, serve_faults

PAGES = 500


def _build(site: Site) -> None:
    paths = [f"/b/{n}" for n in range(PAGES)]
    site.answers |= {path: http(page(f"Berita nomor {path[3:]} dari pelabuhan")) for path in paths}
    site.answers |= {"/umpan": feed(site, *paths)}


def main() -> int:
    """Crawl, kill, crawl; 1 when anything is missing or double."""
    kills, seed = (
        (int(value) for value in [*sys.argv[1:], "20", "1"][:2]) if len(sys.argv) < 3 else map(int, sys.argv[1:])
    )
    chance = random.Random(seed)
    fault = Fault("500 halaman", _build)
    with tempfile.TemporaryDirectory() as name, serve_faults((fault,)) as sites:
        folder, site = Path(name), sites[fault.name]
        (folder / "katalog.toml").write_text(catalogue(sites, (fault,), delay=0.02))
        command = [
            sys.executable,
            "-m",
            "pipelines.cli",
            "--db",
            str(folder / "uji.db"),
            "crawl",
            "--catalogue",
            str(folder / "katalog.toml"),
        ]
        moments: Counter[str] = Counter()
        for _ in range(kills):
            run = subprocess.Popen(command, stderr=subprocess.DEVNULL, start_new_session=True)
            before = site.asked("/b/")
            wanted, deadline = chance.randint(0, PAGES // kills + 5), time.monotonic() + 60
            while site.asked("/b/") - before < wanted and run.poll() is None and time.monotonic() < deadline:
                time.sleep(0.005)
            time.sleep(chance.random() * 0.05)
            moments["ended before" if run.poll() is not None else "killed"] += 1
            os.killpg(run.pid, signal.SIGKILL)
            run.wait()
        asked = Counter(path for _, path, _ in site.log if path.startswith("/b/"))
        final = subprocess.run(command, capture_output=True, text=True, timeout=600)
        print(final.stderr.strip())
        articles = query(folder, "SELECT count(*), count(DISTINCT url), max(version) FROM articles")[0]
        states = dict(query(folder, "SELECT state, count(*) FROM pages GROUP BY state"))
        files = sorted((folder / "uji-archive").glob("*.warc.gz"))
        check = subprocess.run(
            [str(Path(sys.executable).with_name("warcio")), "check", *map(str, files)], capture_output=True, text=True
        )
        records = Counter(
            record.rec_headers.get_header("WARC-Target-URI")
            for file in files
            for record in ArchiveIterator(file.open("rb"))
            if record.rec_type == "response"
        )
        print(f"{dict(moments)}, pages asked for before the last run: {len(asked)}")
        print(f"articles (rows, addresses, highest version): {articles}; pages: {states}")
        total = Counter(path for _, path, _ in site.log if path.startswith("/b/"))
        print(f"pages asked for more than once (killed between answer and queue): {sum(n > 1 for n in total.values())}")
        print(
            f"archive: {len(files)} files, {sum(records.values())} responses, warcio check exit code {check.returncode}"
        )
        print((check.stdout + check.stderr).strip()[:500])
        good = articles == (PAGES, PAGES, 1) and states == {"done": PAGES} and check.returncode == 0
        return 0 if good and final.returncode == 0 else 1


if __name__ == "__main__":
    sys.exit(main())
