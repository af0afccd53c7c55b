"""The metadata file on Datasette 1.0a, where queries and permissions are configuration: the same file, given twice.

Opt-in, since installing it takes half a minute: PANTAU_TEST_DATASETTE_1 names its `datasette` program (.ci/run sets it).
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess

import pytest

from tests.conftest import ROOT

PROGRAM = os.environ.get("PANTAU_TEST_DATASETTE_1", "")
FILE = str(ROOT / "datasette_metadata.json")


@pytest.mark.skipif(not PROGRAM, reason="PANTAU_TEST_DATASETTE_1 names no datasette 1.0a")
def test_the_metadata_file_boots_as_metadata_and_configuration(site_path, tmp_path):
    shutil.copy(site_path, tmp_path / "pantau.db")

    def get(address):
        answer = subprocess.run(
            [PROGRAM, str(tmp_path / "pantau.db"), "-m", FILE, "-c", FILE, "--get", address],
            capture_output=True,
            text=True,
            timeout=60,
        )
        return answer.stdout

    assert "Pantau" in get("/")
    assert json.loads(get("/pantau/perjanjian_terbaru.json"))["rows"][0]["jenis"] == "MoU"
    for closed in ("/pantau/-/query.json?sql=select+1", "/pantau/watches.json"):
        assert json.loads(get(closed))["ok"] is False
