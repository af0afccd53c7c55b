"""The house: modules and functions stay short, nothing imports in circles, docs and comments stay narrow."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import grimp
import pytest

from tests.conftest import ROOT

PACKAGES = ("crawler", "nlp", "pipelines", "benchmarks", "tests")
LONGEST_MODULE, LONGEST_FUNCTION = 400, 60  # lines
WIDEST = 120  # characters of a line in docs; longer ones are hard to read beside each other in a review
MODULES = sorted(file for package in PACKAGES for file in (ROOT / package).rglob("*.py"))
PAGES = sorted(
    [*ROOT.glob("*.md"), *(file for folder in ("docs", *PACKAGES) for file in (ROOT / folder).rglob("*.md"))]
)
ARTICLES = ROOT / "crawler" / "demo" / "articles"  # texts as they are published, a paragraph a line


def named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def long_functions(module: Path):
    """ "file:line name (lines)" of every function that is too long, its docstring and decorators included."""
    for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = (node.end_lineno or node.lineno) - node.lineno + 1
            if lines > LONGEST_FUNCTION:
                yield f"{named(module)}:{node.lineno} {node.name} ({lines})"


def circles(graph: grimp.ImportGraph) -> list[list[str]]:
    """The groups of modules that import each other, directly or not (Tarjan's strongly connected components)."""
    order: dict[str, int] = {}
    lowest: dict[str, int] = {}
    path: list[str] = []
    found = []

    def visit(module: str) -> None:
        order[module] = lowest[module] = len(order)
        path.append(module)
        for imported in graph.find_modules_directly_imported_by(module):
            if imported not in order:
                visit(imported)
            if imported in path:
                lowest[module] = min(lowest[module], lowest[imported])
        if lowest[module] == order[module]:
            members = path[path.index(module) :]
            del path[path.index(module) :]
            if len(members) > 1:
                found.append(sorted(members))

    for module in sorted(graph.modules):
        if module not in order:
            visit(module)
    return found


def test_there_are_modules_and_pages_to_look_at():
    assert len(MODULES) > 200 and len(PAGES) > 20


def test_no_module_is_long():
    lengths = {named(module): len(module.read_text(encoding="utf-8").splitlines()) for module in MODULES}
    assert {name: lines for name, lines in lengths.items() if lines > LONGEST_MODULE} == {}


def test_no_function_is_long():
    assert [found for module in MODULES for found in long_functions(module)] == []


def test_nothing_imports_in_a_circle(monkeypatch):
    """Imports inside functions and those for types alone count, too: who reads one file should not need the other."""
    monkeypatch.syspath_prepend(str(ROOT))
    graph = grimp.build_graph(*PACKAGES, cache_dir=None)
    assert circles(graph) == []


def test_a_circle_is_found():
    graph = grimp.ImportGraph()
    for importer, imported in (("a", "b"), ("b", "c"), ("c", "b"), ("c", "d"), ("d", "e")):
        graph.add_import(importer=importer, imported=imported)
    assert circles(graph) == [["b", "c"]]


@pytest.mark.parametrize("page", [page for page in PAGES if ARTICLES not in page.parents], ids=named)
def test_docs_are_narrow(page):
    """But for a table's rows, which cannot be broken, and a line that is one address."""
    lines = page.read_text(encoding="utf-8").splitlines()
    wide = [
        f"{number}: {line[:60]}..."
        for number, line in enumerate(lines, 1)
        if len(line) > WIDEST and not line.startswith("|") and not re.fullmatch(r"\s*\S+", line)
    ]
    assert wide == []
