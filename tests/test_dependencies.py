"""setup.cfg declares what the packages import, and nothing else."""

from __future__ import annotations

import ast
import sys
from configparser import ConfigParser
from importlib.metadata import packages_distributions
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.conftest import ROOT

PACKAGES = ("crawler", "nlp", "pipelines")
OPTIONAL = ("browser", "scale", "train")  # the extras that the packages themselves import from


def declared(*sections: tuple[str, str]) -> set[str]:
    config = ConfigParser(interpolation=None)
    config.read(ROOT / "setup.cfg", encoding="utf-8")
    lines = [line for section in sections for line in config.get(*section).splitlines()]
    return {canonicalize_name(Requirement(line).name) for line in lines if line and not line.startswith("#")}


def modules(file: Path) -> set[str]:
    """The top-level modules that a file imports, wherever in it."""
    found = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and not node.level and node.module:
            found.add(node.module.partition(".")[0])
    return found


def imported() -> set[str]:
    """The distributions of other people that the packages import; one that is not installed goes by its module's name."""
    own = {name for package in PACKAGES for file in (ROOT / package).rglob("*.py") for name in modules(file)}
    others = own - sys.stdlib_module_names - set(PACKAGES)
    known = {"sklearn": ["scikit-learn"], **packages_distributions()}  # the one whose name is not its module's
    return {canonicalize_name(known.get(name, [name])[0]) for name in others}


def test_what_is_imported_is_declared():
    sections = [("options", "install_requires"), *(("options.extras_require", extra) for extra in OPTIONAL)]
    assert imported() - declared(*sections) == set()


def test_what_is_declared_is_imported():
    # trafilatura's justext needs it, and asks for it by an extra that lxml no longer has.
    assert declared(("options", "install_requires")) - imported() == {"lxml-html-clean"}


def test_the_rooms_for_speed_were_checked_with_what_is_declared():
    """Else a newer library that may be installed would quietly be used the slow way."""
    from nlp import fast
    from pipelines.extract.fast import rules

    config = ConfigParser(interpolation=None)
    config.read(ROOT / "setup.cfg", encoding="utf-8")
    lines = config.get("options", "install_requires").split()
    assert {*fast.CHECKED, *rules.CHECKED} <= set(lines)
