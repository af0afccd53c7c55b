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
    with served("benchmarks.site.server", pages) as sites:
        yield sites


@contextmanager
def served(server: str, pages: int) -> Iterator[list[dict[str, Any]]]:
    """The hosts of a server of this folder's kind, a module, while it runs: as reference_site has them."""
    command = [sys.executable, "-m", server, "--pages", str(pages)]
    running = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=HERE.parent)
    assert running.stdin and running.stdout
    try:
        yield json.loads(running.stdout.readline())["sites"]
    finally:
        running.stdin.close()
        running.stdout.close()
        running.wait()


def write_catalogue(sites: list[dict[str, Any]], file: Path) -> Path:
    """A catalogue with a source for each host of the site; the file."""
    entries = (SOURCE.format(number=number, address=site["address"]) for number, site in enumerate(sites))
    file.write_text("\n".join(entries), encoding="utf-8")
    return file
