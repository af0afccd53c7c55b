"""The reference site while it is served, and a catalogue of its hosts: what the benchmarks of whole crawls share."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
SOURCE = """[[source]]
id = "acuan-{number}"
name = "Kabar Acuan {number}"
kind = "media"
homepage = "{address}/"
delay = 0.0
discover = [{{ method = "sitemap", url = "{address}/sitemap.xml" }}]
"""


@contextmanager
def reference_site(pages: int) -> Iterator[list[dict[str, Any]]]:
    """The site's hosts while it is served: [{"address": ..., "articles": [...]}]."""
    command = [sys.executable, "-m", "benchmarks.site.server", "--pages", str(pages)]
    server = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=HERE.parent)
    assert server.stdin and server.stdout
    try:
        yield json.loads(server.stdout.readline())["sites"]
    finally:
        server.stdin.close()
        server.stdout.close()
        server.wait()


def write_catalogue(sites: list[dict[str, Any]], file: Path) -> Path:
    """A catalogue with a source for each host of the site; the file."""
    entries = (SOURCE.format(number=number, address=site["address"]) for number, site in enumerate(sites))
    file.write_text("\n".join(entries), encoding="utf-8")
    return file
