"""`COMMAND 2>&1 | python -m pipelines.logfile FILE`: a log with a time on every line that never fills the disk.

The crontab lines of `pantau schedule` end in it, so that what a crawl says, child processes and tracebacks included,
is kept; a separate process cannot lose the last words of one that dies.
"""

from __future__ import annotations

import argparse
import logging
import signal
import sys
from logging.handlers import RotatingFileHandler
from pathlib import Path

MAX_BYTES = 5_000_000  # of one file: half a year of quiet runs every quarter of an hour, at 250 bytes each
KEEP = 5  # older files: FILE.1 ... FILE.5


def main() -> None:
    """Copy standard input to the log until it ends."""
    parser = argparse.ArgumentParser(prog="python -m pipelines.logfile", description="Catatan dengan jam, digilir.")
    parser.add_argument("file", type=Path)
    parser.add_argument("--max-bytes", type=int, default=MAX_BYTES, help=f"of one file (default {MAX_BYTES})")
    parser.add_argument("--keep", type=int, default=KEEP, help=f"older files that are kept (default {KEEP})")
    options = parser.parse_args()
    for ends_the_writer in (signal.SIGINT, signal.SIGTERM):  # its last words are still to come
        signal.signal(ends_the_writer, signal.SIG_IGN)
    handler = RotatingFileHandler(
        options.file, maxBytes=options.max_bytes, backupCount=options.keep, encoding="utf-8", errors="replace"
    )
    handler.setFormatter(logging.Formatter("%(asctime)s %(message)s", datefmt="%Y-%m-%dT%H:%M:%S%z"))
    for line in sys.stdin.buffer:
        text = line.decode("utf-8", "replace").rstrip()
        if text:
            handler.emit(logging.LogRecord("pantau", logging.INFO, "", 0, text, None, None))
    handler.close()


if __name__ == "__main__":
    main()
