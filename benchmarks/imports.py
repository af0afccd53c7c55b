"""`pantau import` of a file as large as CC-NEWS has them: pages a second, memory, and what a second import adds.

    python -m benchmarks.imports [--megabytes 1000] [--pages 2000] [--write]

The file is made in the temporary folder and removed: a gzip member a record, most of them of hosts that no source has,
`pages` of a source's own in between. Memory is the proportional set size of all processes (benchmarks/memory.py).
"""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from isal import isal_zlib

from benchmarks.memory import pss, stored, tree
from benchmarks.site.page import page
from benchmarks.site.text import story
from tests.conftest import ROOT
from tests.pipelines.archive.foreign_files import others, response

RESULT = Path(__file__).with_suffix(".json")
HOST = "https://kabar.contoh"
CATALOGUE = f"""[[source]]
id = "kabar"
name = "Kabar Contoh"
kind = "media"
homepage = "{HOST}/"
discover = [{{ method = "feed", url = "{HOST}/umpan" }}]
"""
FOREIGN = 60_000  # characters of a page of somebody else's; packed some 20 KB


def packed(records: bytes) -> bytes:
    """A gzip member."""
    return isal_zlib.compress(records, 1, 31)


def make(path: Path, size: int, pages: int) -> int:
    """Write the file; how many records it has."""
    chance, records, written = random.Random(7), 0, 0
    words = [f"kata{n:05}" for n in range(20_000)]
    each = size // pages
    with path.open("wb") as file:
        for number in range(pages):
            url = f"{HOST}/{story(number).slug}"
            body = page(number, HOST, [f"/{story(number + k).slug}" for k in range(1, 37)]).encode()
            parts = [*others(url), response(url, body, encoding="gzip" if number % 3 else "", chunked=number % 2 == 0)]
            written += sum(file.write(packed(part)) for part in parts)
            records += len(parts)
            while written < (number + 1) * each:
                other = f"https://situs-{chance.randrange(5_000)}.example/berita/{chance.randrange(10**9)}"
                text = " ".join(chance.choices(words, k=FOREIGN // 10)).encode()
                written += file.write(packed(response(other, b"<html><body><p>" + text + b"</p></body></html>")))
                records += 1
    return records


def run(folder: Path) -> tuple[float, float, str]:
    """(seconds, peak MB, what it said) of one import."""
    command = [sys.executable, "-m", "pipelines.cli", "--db", str(folder / "uji.db"), "import"]
    began, peak = time.monotonic(), 0.0
    with (folder / "kata.txt").open("w+") as said:
        process = subprocess.Popen(
            [*command, str(folder / "CC-NEWS.warc.gz"), "--catalogue", str(folder / "katalog.toml")],
            env=os.environ | {"PYTHONPATH": str(ROOT)},
            stderr=said,
        )
        while process.poll() is None:
            peak = max(peak, pss(tree(process.pid)))
            time.sleep(0.5)
        said.seek(0)
        return time.monotonic() - began, peak, said.read()


def main() -> int:
    """Make, import, import again; 1 when a page is missing or something was added the second time."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--megabytes", type=int, default=1_000)
    parser.add_argument("--pages", type=int, default=2_000)
    parser.add_argument("--write", action="store_true")
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "katalog.toml").write_text(CATALOGUE)
        records = make(folder / "CC-NEWS.warc.gz", wanted.megabytes * 1_000_000, wanted.pages)
        seconds, peak, said = run(folder)
        articles = stored(folder / "uji.db")
        again, _, said_again = run(folder)
        print(said, said_again, sep="\n")
        result = {
            "megabytes": wanted.megabytes,
            "records": records,
            "pages": wanted.pages,
            "articles": articles,
            "seconds": round(seconds, 1),
            "records_a_second": round(records / seconds),
            "pages_a_second": round(wanted.pages / seconds, 1),
            "peak_mb": round(peak),
            "second_import_seconds": round(again, 1),
            "second_import_added": stored(folder / "uji.db") - articles,
        }
    print(json.dumps(result, indent=1))
    if wanted.write:
        RESULT.write_text(json.dumps(result, indent=1) + "\n")
    return 0 if articles == wanted.pages and not result["second_import_added"] else 1


if __name__ == "__main__":
    sys.exit(main())
