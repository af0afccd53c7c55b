"""What people read first: the guides for press officers, and the pictures of README.md."""

from __future__ import annotations

import re
import shlex

import click
import pytest

from benchmarks.pictures import LARGEST
from pipelines.cli import cli
from tests.conftest import ROOT

GUIDES = sorted((ROOT / "docs" / "panduan").glob("*.md"))
COMMANDS = re.compile(r"^\$ pantau (.+?)(?:\s+#.*)?$|`pantau ([^`]*)`", re.MULTILINE)
LINKS = re.compile(r"\]\(([^)#:]+)(?:#[^)]*)?\)")


def test_there_is_a_guide_for_each_task():
    assert {page.stem for page in GUIDES} == {
        "README",
        "mencari",
        "mengikuti",
        "kliping",
        "nada",
        "liputan",
        "isu",
        "janji",
        "laporan",
        "meja",
        "pesan-kunci",
        "ekspor",
        "memperbaiki",
        "izin",
        "arsip-lama",
    }
    front = (ROOT / "docs" / "panduan" / "README.md").read_text(encoding="utf-8")
    assert {f"{page.name}" for page in GUIDES} - {"README.md"} <= set(LINKS.findall(front))


@pytest.mark.parametrize("page", GUIDES, ids=lambda page: page.stem)
def test_its_commands_and_links_exist(page):
    text = page.read_text(encoding="utf-8")
    for console, inline in COMMANDS.findall(text):
        words = [word for word in shlex.split(console or inline) if word not in ("--lang", "en", "PERINTAH")]
        command = cli
        while words and isinstance(command, click.Group) and not words[0].startswith("-"):
            command = command.commands[words.pop(0)]
        options = {option for parameter in command.params for option in parameter.opts} | {"--help"}
        assert {word for word in words if word.startswith("--")} <= options, console or inline
    for link in LINKS.findall(text):
        assert (page.parent / link).exists(), link


def test_the_pictures_of_the_readme_are_there_and_small():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    named = re.findall(r"!\[[^\]]+\]\((docs/pictures/[^)]+)\)", readme)
    assert len(named) == 3 == len(list((ROOT / "docs" / "pictures").iterdir()))
    for name in named:
        data = (ROOT / name).read_bytes()
        assert data.startswith(b"\x89PNG") and len(data) < LARGEST, name
    indonesian, english = readme.split("\n\n")[1:3]
    assert indonesian.startswith("Pantau merayapi") and english.startswith('Pantau ("to monitor") crawls')


@pytest.mark.parametrize(("page", "most"), [("corrected.md", 40), ("desk.md", 30)])
def test_what_was_mended_is_held_by_tests_that_exist(page, most):
    named = set(re.findall(r"`(test_\w+)`", (ROOT / "docs" / page).read_text(encoding="utf-8")))
    there = "\n".join(file.read_text(encoding="utf-8") for file in (ROOT / "tests").rglob("test_*.py"))
    assert len(named) > most and not {name for name in named if f"def {name}(" not in there}
