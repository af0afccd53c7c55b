"""Exports of a generated database: rows a second and peak memory, each format in a process of its own.

    python benchmarks/export.py [--mentions 1000000] [--write]

`--write` puts the figures into benchmarks/export.json.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
FORMATS = ("csv", "json", "parquet", "xlsx")
PER_ARTICLE = 50  # mentions


def fill(path: Path, mentions: int) -> None:
    """A database with so many mentions, unless it is there; its full-text index is left empty."""
    from pipelines.database.open import connect, transaction

    if path.exists():
        return
    connection = connect(path).conn
    for trigger in ("articles_ai", "coverage_new"):
        connection.execute(f"DROP TRIGGER {trigger}")
    with transaction(connection):
        connection.executemany(
            """INSERT INTO articles (id, url, canonical_url, source_id, kind, title, text, word_count, first_seen,
               published_at, published_date)
               VALUES (:id, 'https://contoh.id/' || :id, '', 'contoh', 'news', 'Judul', 'x',
               1, '2025-01-01T00:00:00+00:00', '2025-01-01T00:00:00+00:00', '2025-01-01')""",
            ({"id": number} for number in range(mentions // PER_ARTICLE)),
        )
        connection.executemany(
            """INSERT INTO mentions (article_id, label, field, start, "end", text, entity_id)
               VALUES (?, 'PER', 'text', 10, 24, 'Rangga Wiratama ' || ?, ?)""",
            ((n // PER_ARTICLE, n % 997, n % 1000) for n in range(mentions)),
        )
    connection.close()


def measure(form: str, mentions: int, folder: Path) -> dict[str, Any]:
    """Rows, seconds, rows a second and peak memory of one export."""
    fill(folder / "ekspor.db", mentions)
    done = subprocess.run(
        [sys.executable, __file__, "--one", form, "--folder", str(folder)],
        capture_output=True,
        text=True,
        timeout=900,
        check=True,
        cwd=HERE.parent,
    )
    return dict(json.loads(done.stdout))


def one(form: str, folder: Path) -> dict[str, Any]:
    """The export itself, in this process."""
    from pipelines.database.open import connect
    from pipelines.desk.export import export
    from pipelines.search.filters import Filters

    with closing(connect(folder / "ekspor.db").conn) as connection:
        began = time.perf_counter()
        rows = export(connection, "mentions", form, Filters(), folder / f"mentions.{form}")
        seconds = time.perf_counter() - began
    return {
        "format": form,
        "rows": rows,
        "seconds": round(seconds, 1),
        "rows_a_second": round(rows / seconds),
        "peak_mb": peak_mb(),
        "file_mb": round((folder / f"mentions.{form}").stat().st_size / 1e6, 1),
    }


def peak_mb() -> int:
    """Peak memory of this process (Linux). Not ru_maxrss: across fork and exec that keeps the parent's."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    found = re.search(r"VmHWM:\s+(\d+) kB", status)
    assert found
    return int(found[1]) // 1024


def main() -> None:
    """Print the figures, and write them when asked."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--mentions", type=int, default=1_000_000)
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--one", choices=FORMATS, help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.one:
        print(json.dumps(one(arguments.one, arguments.folder)))
        return
    with tempfile.TemporaryDirectory() as folder:
        figures = [measure(form, arguments.mentions, Path(folder)) for form in FORMATS]
    print(json.dumps(figures, indent=2))
    if arguments.write:
        (HERE / "export.json").write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
