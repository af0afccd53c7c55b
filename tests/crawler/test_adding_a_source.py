"""docs/adding-a-source.md does what it says: its entry and its commands, on the sample newsroom."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

from crawler.demo.newsroom import BASE_PORT, Newsroom
from crawler.demo.sites import BY_ID
from tests.conftest import ROOT


def test_the_worked_example_runs(tmp_path):
    text = (ROOT / "docs" / "adding-a-source.md").read_text(encoding="utf-8")
    port = str(BASE_PORT + BY_ID["wartakita"].port)
    (entry,) = re.findall(r"^```toml\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    blocks = re.findall(r"^```console\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    assert port in entry
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    environment["PATH"] = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    commands = 0
    with Newsroom(base_port=0) as room:
        own = room.address("wartakita").rpartition(":")[2]
        (tmp_path / "baru.toml").write_text(entry.replace(port, own), encoding="utf-8")
        for block in blocks:
            for command, expected in re.findall(r"^\$ (.*)\n((?:(?!\$ ).+\n)*)", block, re.MULTILINE):
                run = subprocess.run(
                    ["/bin/sh", "-c", command],
                    cwd=tmp_path,
                    env=environment,
                    capture_output=True,
                    text=True,
                    timeout=120,
                )
                said = re.sub(r" +", " ", run.stdout + run.stderr)
                for line in expected.splitlines():
                    assert re.sub(r" +", " ", line) in said, (command, said)
                commands += 1
    assert commands == 6
