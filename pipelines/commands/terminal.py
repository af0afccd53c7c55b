"""What the command line says and where: rows on stdout; sentences and progress on stderr."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click

from pipelines.settings.load import setting
from pipelines.wording.translate import spoken

if TYPE_CHECKING:
    from rich.progress import Progress

DONE, SOME_FAILED, WRONG_USAGE, LOCKED = 0, 1, 2, 75  # exit codes of the contract
INTERRUPTED = 130  # what a shell says of a program that Ctrl-C ended


def say(message: str) -> None:
    """A line for people on what was done, on stderr; not with `-q`."""
    if not _is_quiet():
        complain(message)


def complain(message: str) -> None:
    """A line for people on what went wrong, on stderr; in English where that is spoken."""
    click.echo(spoken(message), err=True)


def _is_quiet() -> bool:
    return setting("log") == "error"


def print_json(row: dict[str, Any]) -> None:
    """One row of JSON Lines, on stdout."""
    # A text that is not valid Unicode (lone surrogates) must not stop the output: it is written as JSON escapes.
    line = json.dumps(row, ensure_ascii=False)
    try:
        line.encode("utf-8")
    except UnicodeEncodeError:
        line = json.dumps(row)
    click.echo(line)


_shown: list[Progress] = []  # the display that is open: rich allows one, and two things may go on at once


@contextmanager
def show_progress(description: str, total: int | None = None) -> Iterator[Callable[[int], None]]:
    """A progress bar on stderr, only on a terminal; yields `advance(n)`. Inside another it is a further line of it."""
    description = spoken(description)
    if _shown:
        task = _shown[0].add_task(description, total=total)
        try:
            yield lambda count: _shown[0].advance(task, count)
        finally:
            _shown[0].remove_task(task)
        return
    if not sys.stderr.isatty() or _is_quiet():  # rich is slow to import
        yield lambda count: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        _shown.append(progress)
        try:
            task = progress.add_task(description, total=total)
            yield lambda count: progress.advance(task, count)
        finally:
            _shown.clear()
