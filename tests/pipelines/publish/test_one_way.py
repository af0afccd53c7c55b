"""The room publish as a building: imports go one way, and nothing private of Datasette is touched."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tests.conftest import ROOT

ROOM = ROOT / "pipelines" / "publish"
MODULES = sorted(ROOM.rglob("*.py"))
# Who may import what of the room; a folder may always import itself.
MAY_IMPORT = {
    "queries": set(),
    "show": set(),
    "guard": {"mounted"},
    "views": {"queries", "show", "guard", "mounted"},
    "mounted": set(),
    "snapshot": set(),
    "plugin": {"views", "queries", "show", "guard", "mounted"},
    "serve": {"plugin", "guard", "mounted", "snapshot"},
}


def part(path: Path) -> str:
    """The part of the room that a file belongs to: its folder, or the module itself."""
    return path.relative_to(ROOM).parts[0].removesuffix(".py")


def imported(tree: ast.AST) -> set[str]:
    """The parts of the room that a module imports, wherever in it."""
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
        elif isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
    inside = [name.split(".") for name in names if name.startswith("pipelines.publish.")]
    return {name[2] for name in inside}


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOM)))
def test_imports_go_one_way(path):
    own = part(path)
    if own == "__init__":
        return
    assert imported(ast.parse(path.read_text(encoding="utf-8"))) - {own} <= MAY_IMPORT[own]


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOM)))
def test_nothing_private_of_another_object_is_touched(path):
    """An upgrade of Datasette may change what begins with an underscore, so the pages use its public ways alone."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    private = [
        f"line {node.lineno}: {ast.unparse(node)}"
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr.startswith("_") and not node.attr.endswith("__")
        if not (isinstance(node.value, ast.Name) and node.value.id in ("self", "cls"))
    ]
    assert private == []
