"""What the command line says and where: rows on stdout; sentences and progress on stderr."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import click

DONE, SOME_FAILED, WRONG_USAGE, LOCKED = 0, 1, 2, 75  # exit codes of the contract


def say(message: str) -> None:
    """A line for people, on stderr."""
    click.echo(message, err=True)


def print_json(row: dict[str, Any]) -> None:
    """One row of JSON Lines, on stdout."""
    # A text that is not valid Unicode (lone surrogates) must not stop the output: it is written as JSON escapes.
    line = json.dumps(row, ensure_ascii=False)
    try:
        line.encode("utf-8")
    except UnicodeEncodeError:
        line = json.dumps(row)
    click.echo(line)


@contextmanager
def show_progress(description: str, total: int | None = None) -> Iterator[Callable[[int], None]]:
    """A progress bar on stderr, only on a terminal; yields `advance(n)`."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, disable=not console.is_terminal, transient=True) as progress:
        task = progress.add_task(description, total=total)
        yield lambda count: progress.advance(task, count)
