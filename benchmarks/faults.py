"""Every fault of tests/crawler/faults.py in one crawl, as a Markdown table: what happened, what was stored.

.venv/bin/python -m benchmarks.faults
"""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

from tests.crawler.crawling import query, run_crawl
from tests.crawler.faults import FAULTS, catalogue, serve_faults


def main() -> None:
    """Crawl and print."""
    with tempfile.TemporaryDirectory() as name, serve_faults() as sites:
        folder = Path(name)
        begun = time.monotonic()
        report = run_crawl(folder, catalogue(sites))
        print(f"{len(FAULTS)} faulty sources in one crawl, {time.monotonic() - begun:.1f} s (time-outs: 2 s)\n")
        print("| fault | requests | what happened | what was stored |\n| --- | --- | --- | --- |")
        for number, fault in enumerate(FAULTS):
            rows = query(folder, "SELECT url, state, error FROM pages WHERE source_id = ? ORDER BY rowid", f"f{number}")
            errors = dict.fromkeys(error for _, _, error in rows if error)
            happened = "; ".join([*errors, report.sources[f"f{number}"].error or ""][:2]).strip("; ") or "read"
            stored = [url.partition("://")[2].partition("/")[2] for url, state, _ in rows if state == "fetched"]
            waiting = sum(state == "found" for _, state, _ in rows)
            what = ", ".join(stored) or "nothing"
            what += f"; {waiting} pages wait for the next run" if waiting else ""
            happened = " ".join(happened.replace("|", "/").split())[:170]
            print(f"| {fault.name} | {len(sites[fault.name].log)} | {happened} | {what} |")


if __name__ == "__main__":
    main()
