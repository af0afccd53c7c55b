"""What all tests share: where the shared data is, and a command line run as a user runs it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
SHARED = ROOT.parent / "shared"

needs_shared = pytest.mark.skipif(not SHARED.is_dir(), reason="the shared data is not beside the checkout")


@pytest.fixture
def pantau(tmp_path: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Runs `pantau ARGUMENTS` in an empty folder; the database is uji.db there."""

    def run(*arguments: str | Path, stdin: str | None = None, timeout: float = 120) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "pipelines.cli", *map(str, arguments)],
            cwd=tmp_path, input=stdin, capture_output=True, text=True, timeout=timeout,
            env=os.environ | {"PANTAU_DB": str(tmp_path / "uji.db"), "PYTHONPATH": str(ROOT)},
        )  # fmt: skip

    return run
