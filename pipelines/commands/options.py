"""Options that several commands share, and the types of values that they take."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, datetime
from functools import wraps
from pathlib import Path
from typing import Any

import click

from pipelines.errors import UserError


class Day(click.ParamType):
    """A calendar day, YYYY-MM-DD."""

    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """The day; fails with a usage error for anything else."""
        if isinstance(value, date):
            return value
        try:
            return datetime.strptime(value, "%Y-%m-%d").date()
        except ValueError:
            self.fail(f"{value!r} is not a day; write it as 2025-12-31", param, ctx)


class LazyChoice(click.Choice[str]):
    """A choice among names that another room knows; they are asked for only when a command needs them.

    So the command line offers what the room has without loading it when it starts.
    """

    def __init__(self, names: Callable[[], Iterable[str]]) -> None:
        self.names = names
        self.case_sensitive = True

    @property
    def choices(self) -> tuple[str, ...]:  # type: ignore[override]
        """The names, in the room's order."""
        return tuple(self.names())


CATALOGUE = click.option("--catalogue", type=click.Path(path_type=Path), help="A TOML file, or a folder of them.")
CORRECTIONS = click.option(
    "--corrections",
    type=click.Path(path_type=Path),
    envvar="PANTAU_CORRECTIONS",
    help="Who is who, as people have put it right; default corrections.toml beside the database, if there is one.",
)


def engine_options(command: Callable[..., int]) -> Callable[..., int]:
    """`--engine` and `--scheduler` for a command, which gets the scheduler's address or None (this machine)."""

    @click.option(
        "--engine",
        type=click.Choice(["local", "dask"]),
        default="local",
        show_default=True,
        help="dask: on the workers of an existing Dask scheduler (needs pantau[scale]).",
    )
    @click.option("--scheduler", metavar="ADDRESS", help="The Dask scheduler, as tcp://host:8786.")
    @wraps(command)
    def with_scheduler(*args: Any, engine: str, scheduler: str | None, **options: Any) -> int:
        if (engine == "dask") != (scheduler is not None):
            raise UserError("--engine dask and --scheduler ADDRESS belong together; give both or neither")
        return command(*args, scheduler=scheduler, **options)

    return with_scheduler
