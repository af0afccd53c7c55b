"""What is installed: the sdist, the wheel from it, and that wheel at work outside the checkout."""

from __future__ import annotations

import configparser
import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
import time
import urllib.error
import urllib.request
import zipfile
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from tests.conftest import ROOT
from tests.pipelines.publish.conftest import fill

ROOMS = ("crawler", "nlp", "pipelines")
NEEDED = "77"  # of setuptools, as pyproject.toml has it
OFFLINE = (
    "*** DILEWATI / SKIPPED: setuptools cannot be had (no network, and the one here is too old): no wheel built ***"
)


def run(*words: object, **more):
    return subprocess.run([*map(str, words)], capture_output=True, text=True, timeout=600, **more)


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """(sdist, wheel), built from a copy of what git has; the wheel from the sdist, as pip does it."""
    folder = tmp_path_factory.mktemp("bangun")
    listed = run("git", "ls-files", "-z", "-co", "--exclude-standard", cwd=ROOT)
    if listed.returncode:
        pytest.skip("not a git checkout")
    for name in filter(None, listed.stdout.split("\0")):
        (folder / "kode" / name).parent.mkdir(parents=True, exist_ok=True)
        if (ROOT / name).exists():  # not deleted since
            shutil.copy(ROOT / name, folder / "kode" / name, follow_symlinks=False)
    try:
        here = Version(version("setuptools")) >= Version(NEEDED)
    except PackageNotFoundError:
        here = False
    command = [sys.executable, "-m", "build", "--outdir", folder / "dist", folder / "kode"]
    done = run(*command, *(["--no-isolation"] if here else []))
    if (
        done.returncode
        and not here
        and re.search(r"No matching distribution|ConnectionError|Temporary failure", done.stdout + done.stderr)
    ):
        print(OFFLINE, file=sys.__stderr__)
        pytest.skip(OFFLINE)
    assert done.returncode == 0, done.stdout + done.stderr
    (sdist,), (wheel,) = (folder / "dist").glob("*.tar.gz"), (folder / "dist").glob("*.whl")
    return sdist, wheel


@pytest.fixture(scope="module")
def installed(built, tmp_path_factory):
    """A folder outside the checkout with the wheel in it, and how to run Python there; its dependencies are ours."""
    folder = tmp_path_factory.mktemp("pasang")
    done = run(sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--target", folder / "lib", built[1])
    assert done.returncode == 0, done.stderr
    kept = {name: text for name, text in os.environ.items() if not name.startswith(("PANTAU_", "PYTHON"))}
    return folder, kept | {"PYTHONPATH": str(folder / "lib")}


def pantau(installed, *words, **more):
    folder, environment = installed
    return run(sys.executable, "-P", "-m", "pipelines.cli", *words, cwd=folder, env=environment, **more)


@pytest.mark.slow
def test_the_wheel_has_every_file_of_the_packages_and_no_other(built):
    sdist, wheel = built
    listed = run("git", "ls-files", "-co", "--exclude-standard", *ROOMS, cwd=ROOT).stdout.splitlines()
    with zipfile.ZipFile(wheel) as archive:
        packed = {name for name in archive.namelist() if not name.startswith("pantau-")}
        metadata = archive.read("pipelines/publish/datasette_metadata.json")
    assert packed == {name for name in listed if (ROOT / name).exists()}
    assert metadata == (ROOT / "datasette_metadata.json").read_bytes()  # the file itself, where git has a link
    with tarfile.open(sdist) as archive:
        links = [member.name for member in archive if not (member.isfile() or member.isdir())]
    assert links == []


@pytest.mark.slow
def test_the_installed_command_works_outside_the_checkout(installed):
    folder, _ = installed
    setup = configparser.ConfigParser()
    setup.read(ROOT / "setup.cfg", encoding="utf-8")
    where = "import crawler, nlp, pipelines; print(*(m.__file__ for m in (crawler, nlp, pipelines)))"
    files = run(sys.executable, "-P", "-c", where, cwd=folder, env=installed[1]).stdout.split()
    assert [Path(file).parent for file in files] == [folder / "lib" / room for room in ROOMS]
    assert pantau(installed, "--version").stdout == f"pantau, version {setup['metadata']['version']}\n"
    shown = pantau(installed, "--help")
    assert shown.returncode == 0 and "crawl" in shown.stdout
    listed = pantau(installed, "sources", "list", "--json")
    assert listed.returncode == 0 and len(listed.stdout.splitlines()) > 150, listed.stderr
    text = json.dumps({"id": 1, "text": "Bupati Bogor Ade Rukmana datang ke Kota Bandung."})
    tagged = pantau(installed, "tag", "-", input=text)
    assert tagged.returncode == 0 and "32.73" in tagged.stdout, tagged.stderr


def ask(address):
    """The page at an address of a server that is just starting: it says its address a little before it listens."""
    deadline = time.monotonic() + 30
    while True:
        try:
            with urllib.request.urlopen(address, timeout=30) as answer:
                return answer.read().decode("utf-8")
        except urllib.error.URLError as error:
            if isinstance(error, urllib.error.HTTPError) or time.monotonic() > deadline:
                raise
            time.sleep(0.2)


@pytest.mark.slow
def test_the_installed_pages_are_served_with_their_metadata(installed, tmp_path):
    """Defect: datasette_metadata.json was looked for under sys.prefix, where `pip install --target` puts nothing."""
    folder, environment = installed
    fill(tmp_path / "uji.db")
    server = subprocess.Popen(
        [sys.executable, "-P", "-m", "pipelines.cli", "--db", str(tmp_path / "uji.db"), "serve", "--port", "0"],
        cwd=folder,
        env=environment,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert server.stderr
        said = server.stderr.readline()
        assert "http://" in said, said + server.stderr.read()
        address = re.search(r"http://\S+?/(?= )", said)[0]
        assert "Bupati Bogor Resmikan Pasar" in ask(address)
        assert json.loads(ask(f"{address}pantau/pejabat_tersering.json"))["columns"][:2] == ["nama", "jabatan"]
    finally:
        server.terminate()
        server.communicate(timeout=30)


def test_the_oldest_versions_that_are_allowed_are_those_that_are_tested():
    """Older ones have known holes that `make audit`, which reads constraints.txt, would not see."""
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").split()
    locked = {canonicalize_name(name): Version(number) for name, _, number in (line.partition("==") for line in lines)}
    parser = configparser.ConfigParser()
    parser.read(ROOT / "setup.cfg", encoding="utf-8")
    wanted = "\n".join([parser["options"]["install_requires"], *parser["options.extras_require"].values()])
    requirements = [Requirement(line) for line in wanted.splitlines() if line.strip() and not line.startswith("#")]
    assert len(requirements) > 40
    floors = {
        wish.name: [Version(part.version) for part in wish.specifier if part.operator == ">="] for wish in requirements
    }
    assert floors == {name: [locked[canonicalize_name(name)]] for name in floors}


@pytest.mark.parametrize(
    ("said", "code", "expected"),
    [
        ("No known vulnerabilities found", 0, 0),
        ("Found 1 known vulnerability in 1 package", 1, 1),
        ("requests.exceptions.ConnectionError: Max retries exceeded", 1, 0),
        ("error: something else went wrong", 1, 1),
        ("\n".join(["x could not be audited"] * 500), 0, 0),
    ],
)
def test_the_audit_fails_for_a_hole_and_skips_loudly_only_without_a_network(tmp_path, said, code, expected):
    """With a pip-audit that says and returns what the real one would."""
    tool = tmp_path / ".audit" / "bin" / "pip-audit"
    tool.parent.mkdir(parents=True)
    tool.write_text(f"#!/bin/sh\ncat <<'END'\n{said}\nEND\nexit {code}\n", encoding="utf-8")
    tool.chmod(0o755)
    shutil.copy(ROOT / "constraints.txt", tmp_path)
    done = run("sh", ROOT / ".ci" / "audit", "false", cwd=tmp_path)  # no Python is there to install another
    assert done.returncode == expected, done.stdout + done.stderr
    assert ("SKIPPED" in done.stderr) == ("ConnectionError" in said or "could not" in said)
    tool.unlink()
    done = run("sh", ROOT / ".ci" / "audit", "false", cwd=tmp_path)
    assert done.returncode == 0
    assert "SKIPPED" in done.stderr
