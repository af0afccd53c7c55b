"""A real Dask scheduler and workers on loopback, as they are started by hand, and their sudden deaths."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil

from tests.conftest import ROOT

PATIENCE = 180  # seconds that any one step may take


class Cluster:
    """A scheduler, and workers as they are started by hand; each worker's crawls carry its name."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.file = folder / "scheduler.json"
        self.processes: list[subprocess.Popen[bytes]] = []
        self.start("scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard", name="scheduler")

    def start(self, *arguments: str, name: str) -> subprocess.Popen[bytes]:
        with (self.folder / f"{name}.log").open("wb") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "dask", *arguments, "--scheduler-file", str(self.file)],
                stdout=log,
                stderr=log,
                start_new_session=True,
                cwd=self.folder,
                env=os.environ | {"PANTAU_CONTACT": f"{name}@contoh.id", "PYTHONPATH": str(ROOT)},
            )
        self.processes.append(process)
        return process

    def worker(self, name: str) -> subprocess.Popen[bytes]:
        return self.start(
            "worker",
            "--host",
            "127.0.0.1",
            "--nthreads",
            "1",
            "--no-dashboard",
            "--no-nanny",
            "--name",
            name,
            name=name,
        )

    def address(self) -> str:
        wait_for(self.file.exists)
        return str(json.loads(self.file.read_text())["address"])

    def wait_for_workers(self, count: int) -> None:
        wait_for(lambda: sum("Registered to" in log.read_text() for log in self.folder.glob("*.log")) >= count)

    def close(self) -> None:
        for process in self.processes:
            kill_tree(process)


def kill_tree(process: subprocess.Popen[bytes]) -> None:
    """What a machine's sudden death does: the process and all that it started die at once."""
    with contextlib.suppress(psutil.NoSuchProcess):
        family = [psutil.Process(process.pid), *psutil.Process(process.pid).children(recursive=True)]
        for member in family:
            with contextlib.suppress(psutil.NoSuchProcess):
                member.kill()
    process.wait()


def wait_for(condition: Callable[[], Any]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, "it took too long"
        time.sleep(0.02)
