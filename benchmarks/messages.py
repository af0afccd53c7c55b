"""Which messages there are: what babel extracts for the catalogues of pipelines/wording/locale.

`python -m benchmarks.messages` brings the two catalogues up to date and compiles them (`make words`).

Errors and help are written in English where they belong, sentences on what is done in Indonesian. So there are two
catalogues: `id` has the English ones and click's own words, `en` the Indonesian ones. A message is the text of its
f-string, its values as {names}, braces of its own doubled.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

import click
from babel.messages import Catalog, extract, mofile, pofile

from pipelines.cli import cli
from pipelines.wording import labels
from pipelines.wording.translate import LOCALE, paragraphs

ROOT = Path(__file__).resolve().parents[1]
ENGLISH, INDONESIAN = "en", "id"
WRITTEN = datetime(2026, 12, 1, tzinfo=UTC)  # in the header of both catalogues, so that nothing else changes
ERRORS = frozenset("UserError CatalogueError SettingError LockHeld NotAnArticle translated _wrong number days".split())
SAID = frozenset("say complain show_progress confirm prompt spoken".split())  # calls that speak Indonesian
# Files in which every text is one: (file, its language).
WHOLE = {
    "crawler/catalogue.py": ENGLISH,
    "crawler/contact.py": ENGLISH,
    "crawler/markup.py": ENGLISH,
    "crawler/refusals.py": ENGLISH,
    "crawler/own_sources.py": ENGLISH,
    "crawler/patterns.py": ENGLISH,
    "pipelines/database/faults.py": ENGLISH,
    "pipelines/settings/kinds.py": ENGLISH,
    "pipelines/settings/load.py": ENGLISH,
    "pipelines/desk/watch/address.py": ENGLISH,
    "pipelines/extract/page.py": ENGLISH,
    "crawler/catalogue_checks.py": ENGLISH,
    "pipelines/commands/config.py": INDONESIAN,
    "pipelines/commands/tables.py": INDONESIAN,
    "pipelines/commands/watch.py": INDONESIAN,
    "pipelines/desk/watch/told.py": INDONESIAN,
    "pipelines/health/check.py": INDONESIAN,
    "pipelines/health/missed.py": INDONESIAN,
    "pipelines/health/proposal.py": INDONESIAN,
    "pipelines/health/refused.py": INDONESIAN,
    "pipelines/health/sentences.py": INDONESIAN,
    "pipelines/run/demo.py": INDONESIAN,
    "pipelines/run/report.py": INDONESIAN,
    "pipelines/wording/states.py": INDONESIAN,
}
WORDS = re.compile(r"[^\W\d_]{2,}[^\n]* [^\n]*[^\W\d_]{2,}")  # a text rather than a name
NOT_TEXTS = re.compile(r"^\s*(SELECT|INSERT|CREATE|PRAGMA|UPDATE|DELETE|FROM)\b|\\[swbdS.]|\(\?P<")


def templates(tree: ast.AST, language: str, whole: bool) -> Iterator[tuple[int, str]]:
    """(line, template) of the messages of a module in a language; `whole`: every text in it is one."""
    skipped = _skipped(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = _called(node)
            if name in (ERRORS if language == ENGLISH else SAID):
                yield from _texts(node.args[:1], ())
            if name == "print_table" and language == INDONESIAN:
                yield from _texts(ast.walk(node.args[0]), ())
            if name == "StateWording" and language == INDONESIAN:
                yield from _texts(node.args, ())
        if whole and isinstance(node, ast.IfExp) and isinstance(node.body, ast.JoinedStr):
            yield from _texts([node.orelse], ())  # a single word in the place of a text with values
        if whole and isinstance(node, ast.Return) and isinstance(node.value, ast.Constant) and language == INDONESIAN:
            yield from _texts([node.value], ())
        if whole and isinstance(node, ast.Constant | ast.JoinedStr):
            yield from ((line, text) for line, text in _texts([node], skipped) if WORDS.search(text))


def _called(node: ast.Call, *, owner: bool = False) -> str:
    """The name of what is called, or of what it is an attribute of."""
    if isinstance(node.func, ast.Attribute):
        return getattr(node.func.value, "id", "") if owner else node.func.attr
    return "" if owner else getattr(node.func, "id", "")


def _skipped(tree: ast.AST) -> set[int]:
    """What no text can be: docstrings, keys, patterns, annotations, and parts of f-strings, which come as a whole."""
    found: set[int] = set()
    for node in ast.walk(tree):
        parts: Iterable[ast.AST | None] = ()
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            first = node.body[0] if node.body else None
            parts = [first.value] if isinstance(first, ast.Expr) else []
        elif isinstance(node, ast.Dict):
            parts = node.keys
        elif isinstance(node, ast.JoinedStr):
            parts = [*node.values, *(v.format_spec for v in node.values if isinstance(v, ast.FormattedValue))]
        elif isinstance(node, ast.Attribute):
            parts = [node.value]  # of "...".split()
        elif isinstance(node, ast.Compare):
            parts = [node.left, *node.comparators]
        elif isinstance(node, ast.keyword | ast.Subscript):
            parts = [node.value if isinstance(node, ast.keyword) else node.slice]
        found |= {id(part) for part in parts if part is not None}
        if isinstance(node, ast.Call) and (_called(node) in ERRORS or _called(node, owner=True) == "re"):
            found |= {id(part) for part in ast.walk(node)}
    return found


def _texts(nodes: Iterable[ast.AST], skipped: Iterable[int]) -> Iterator[tuple[int, str]]:
    for node in nodes:
        if id(node) in skipped:
            continue
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            if not NOT_TEXTS.search(node.value):
                yield node.lineno, _constant(node.value)
        elif isinstance(node, ast.JoinedStr) and not NOT_TEXTS.search(template(node)):
            yield node.lineno, template(node)
            for part in node.values:  # a choice of words within it
                if isinstance(part, ast.FormattedValue) and isinstance(part.value, ast.IfExp):
                    yield from _texts([part.value.body, part.value.orelse], skipped)
        elif isinstance(node, ast.IfExp):
            yield from _texts([node.body, node.orelse], skipped)


def template(node: ast.JoinedStr) -> str:
    """An f-string as a message: its values as {names}."""
    parts, names = [], dict[str, int]()
    for part in node.values:
        if isinstance(part, ast.FormattedValue):
            name = _name(part.value)
            names[name] = names.get(name, 0) + 1
            parts.append(f"{{{name}{names[name] if names[name] > 1 else ''}}}")
        elif isinstance(part, ast.Constant):
            parts.append(_doubled(str(part.value)))
    return "".join(parts)


def _name(node: ast.AST) -> str:
    """A word for a value of an f-string."""
    if isinstance(node, ast.Call):
        return _name(node.args[0]) if node.args and isinstance(node.func, ast.Name) else _name(node.func)
    if isinstance(node, ast.Attribute):
        return node.attr.strip("_")
    if isinstance(node, ast.Subscript):
        return _name(node.value)
    if isinstance(node, ast.Name):
        return node.id.lower().strip("_")
    return "value"


def _constant(text: str) -> str:
    """A text that may be a template for `format`, with fields in small letters; other braces are its own."""
    return re.sub(r"\{(?:[a-z]\w*\})?|\}", lambda found: found[0] if len(found[0]) > 1 else found[0] * 2, text)


def _doubled(text: str) -> str:
    return text.replace("{", "{{").replace("}", "}}")


def extract_python(file: IO[bytes], keywords: Any, comment_tags: Any, options: dict[str, str]) -> Iterator[Any]:
    """Babel's interface of an extraction method: (line, function, message, comments) of a module.

    `options["language"]` says which messages; `options["whole"]` that every text of the module is one.
    """
    tree = ast.parse(file.read())
    for line, text in templates(tree, options["language"], bool(options.get("whole"))):
        if re.search(r"[^\W\d_]{2,}", re.sub(r"\{\w+\}", "", text)):
            yield line, None, text, []


def helps(command: click.Command) -> Iterator[str]:
    """Every help text of a command and of those below it, in English."""
    yield from (text for text in (command.help, command.short_help, command.epilog) if text)
    for parameter in command.params:
        if isinstance(parameter, click.Option) and parameter.help:
            yield parameter.help
    for inner in getattr(command, "commands", {}).values():
        yield from helps(inner)


def messages(language: str) -> set[str | tuple[str, ...]]:
    """Every message that is written in a language (those of click are English; with plurals a tuple of both forms)."""
    found: set[str | tuple[str, ...]] = set()
    for package in ("crawler", "pipelines"):
        for path in (ROOT / package).rglob("*.py"):
            name = path.relative_to(ROOT).as_posix()
            options = {"language": language, "whole": "1" if WHOLE.get(name) == language else ""}
            with path.open("rb") as file:
                found |= {m for _, m, *_ in extract.extract(extract_python, file, options=options) if m}
    if language == INDONESIAN:
        found |= {word.lower() for word in labels.ARTICLE_KINDS.values()}
        methods = labels.DISCOVERY_METHODS.values()
        found |= {*methods, *(f"{method} {{address}}" for method in methods), *labels.SELECTORS.values()}
    else:
        found |= {paragraphs(text) for text in helps(cli)}
        folder = Path(click.__file__).parent
        keywords = {"_": None, "gettext": None, "ngettext": (1, 2)}
        for _, _, message, _, _ in extract.extract_from_dir(str(folder), keywords=keywords):
            found.add(message)
    return found


def catalogue(language: str) -> Path:
    """The catalogue whose messages become this language."""
    return LOCALE / language / "LC_MESSAGES" / "pantau.po"


def _empty(language: str) -> Catalog:
    """A catalogue whose header says nothing that changes by the day."""
    return Catalog(
        locale=language,
        header_comment="# Messages of Pantau: `make words` writes this file, people fill in what is empty.",
        project="pantau",
        copyright_holder="",
        creation_date=WRITTEN,
        revision_date=WRITTEN,
        last_translator="",
        language_team="",
        msgid_bugs_address="",
        charset="utf-8",
        fuzzy=False,
    )


def main() -> None:
    """Bring both catalogues up to date: new messages empty, those that are no longer there gone; and compile them."""
    for language, written in ((INDONESIAN, ENGLISH), (ENGLISH, INDONESIAN)):
        path, wanted = catalogue(language), _empty(language)
        for message in sorted(messages(written), key=str):
            wanted.add(message)
        if path.exists():
            with path.open("rb") as file:
                known = pofile.read_po(file, locale=language)
            for entry in wanted:
                before = known.get(entry.id if isinstance(entry.id, str) else entry.id[0])
                if entry.id and before is not None and before.string:
                    entry.string = before.string
        with path.open("wb") as file:
            pofile.write_po(file, wanted, width=110, omit_header=False, no_location=True)
        with path.with_suffix(".mo").open("wb") as file:
            mofile.write_mo(file, wanted)


if __name__ == "__main__":
    main()
