"""A record of the archive that unpacks to gigabytes is an error in words, and takes no memory to speak of."""

from __future__ import annotations

import os
import subprocess
import sys
import zlib

import pytest

from pipelines.archive import warc
from pipelines.archive.warc import Archive, ArchiveError
from tests.conftest import ROOT
from tests.pipelines.archive.fetched import page

READ = """
import resource, sys
from pathlib import Path
from pipelines.archive.warc import Archive, ArchiveError
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
try:
    Archive(Path(sys.argv[1])).read("besar.warc.gz", 0)
except ArchiveError as error:
    print(error)
print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024)
"""


def test_three_gigabytes(tmp_path):
    packer = zlib.compressobj(1, zlib.DEFLATED, 31)
    with (tmp_path / "besar.warc.gz").open("wb") as file:
        file.write(packer.compress(b"WARC/1.1\r\nWARC-Type: response\r\nContent-Length: 3000000000\r\n\r\n"))
        for _ in range(300):
            file.write(packer.compress(bytes(10_000_000)))
        file.write(packer.flush())
    run = subprocess.run(
        [sys.executable, "-c", READ, str(tmp_path)],
        capture_output=True,
        text=True,
        timeout=120,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    )
    said, megabytes = run.stdout.splitlines()
    assert "unpacks to more than" in said and "besar.warc.gz at 0" in said
    assert int(megabytes) < 500


@pytest.mark.parametrize("size", [0, 1, 65_536, 999_000, 1_000_000, 2_500_000, 12_000_000])
def test_what_the_crawl_writes_is_read_whole(tmp_path, monkeypatch, size):
    monkeypatch.setattr(warc, "PIECE", 100_000)
    body = os.urandom(min(size, 300_000)) * (size // 300_000) + b"x" * (size % 300_000)
    archive = Archive(tmp_path)
    name, offset = archive.write(page("https://contoh.id/a", body))
    after, later = archive.write(page("https://contoh.id/b", b"lain"))
    archive.close()
    assert archive.read(name, offset) == body and archive.read(after, later) == b"lain"
    monkeypatch.setattr(warc, "MAX_RECORD", size)
    with pytest.raises(ArchiveError, match="unpacks to more than"):
        archive.read(name, offset)
