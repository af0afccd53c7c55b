"""Options that several commands share, and the types of values that they take."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import date, datetime
from functools import wraps
from pathlib import Path
from typing import Any, TypeVar

import click

from pipelines.commands.signals import wait_for_other_machines
from pipelines.errors import UserError
from pipelines.settings.kinds import Kind
from pipelines.settings.load import Settings
from pipelines.settings.table import SETTINGS
from pipelines.wording.translate import translated

META = "pipelines.settings"  # where click's context keeps the settings
FC = TypeVar("FC", bound=Callable[..., Any])


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
            self.fail(translated(f"{value!r} is not a day; write it as 2025-12-31"), param, ctx)


class SettingNumber(click.IntRange):
    """A number that is a setting: more than a range may be wrong with it."""

    def __init__(self, kind: Kind) -> None:
        super().__init__(min=kind.least)
        self.kind = kind

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """The number. Raises UserError for one that the setting cannot be."""
        found = int(super().convert(value, param, ctx))
        try:
            self.kind.read(str(found))
        except ValueError:
            raise UserError(f"{param.opts[0] if param else ''} {found}: wanted: {self.kind.expected}") from None
        return found


def setting_option(
    name: str, key: str, *, type: click.ParamType[Any] | None = None, **attributes: Any
) -> Callable[[FC], FC]:
    """An option that is a setting of pipelines/settings/table.py: what is not given comes from its variable.

    The group has put there what the file says, so that an option wins over a variable, and a variable over the file.
    """
    setting = SETTINGS[key]
    if type is None:
        type = SettingNumber(setting.kind) if setting.kind.toml is int else click.STRING
        type = click.Path(path_type=Path) if setting.kind.path else type
    return click.option(name, type=type, envvar=setting.variable, default=setting.default or None, **attributes)


def settings_of(ctx: click.Context) -> Settings:
    """The settings that the group has loaded for this command."""
    settings = ctx.meta[META]
    assert isinstance(settings, Settings)
    return settings


CATALOGUE = setting_option("--catalogue", "catalogue", help="A TOML file, or a folder of them.")
CORRECTIONS = setting_option(
    "--corrections",
    "corrections",
    help="Who is who, as people have put it right; default corrections.toml beside the database, if there is one.",
)

BROWSER = click.option(
    "--browser", is_flag=True, help="Also sources that need a browser; theirs are drawn here (needs pantau[browser])."
)


def ask_for_browser(asked: bool) -> None:
    """Tell the crawl, and the process that it starts, that pages may be drawn: the option is the setting."""
    if asked:
        os.environ[SETTINGS["browser"].variable] = "1"


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
        if scheduler:
            wait_for_other_machines()
        return command(*args, scheduler=scheduler, **options)

    return with_scheduler
