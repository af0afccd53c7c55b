"""`pantau config`: what holds, and who said it."""

from __future__ import annotations

import os

import click

from pipelines.commands.options import settings_of
from pipelines.commands.terminal import DONE, print_json, say
from pipelines.errors import UserError
from pipelines.settings.load import DEFAULT, FILE, OPTION, Held, Settings
from pipelines.settings.table import TABLE
from pipelines.wording.translate import language, spoken

HIDDEN = "(ada, tidak ditampilkan)"
OPTIONS = {"database": "--db", "log": "-v atau -q"}  # the settings that are options of the group


@click.command()
@click.option("--json", "as_json", is_flag=True, help="JSON Lines, one setting a line.")
@click.option("--markdown", is_flag=True, help="The page docs/settings.md.")
@click.pass_context
def config(ctx: click.Context, as_json: bool, markdown: bool) -> int:
    """Print every setting: what it is, and whether an option, a variable, the file or the default says so."""
    if as_json and markdown:
        raise UserError("--json and --markdown: give one of them")
    settings = settings_of(ctx)
    if markdown:
        from pipelines.settings.page import page

        click.echo(page(), nl=False)
        return DONE
    if as_json:
        for held in settings.held:
            print_json(
                {
                    "key": held.key,
                    "value": _shown(held),
                    "origin": held.origin,
                    "from": _origin(held, settings),
                    "variable": held.variable,
                    "says": held.setting.says,
                }
            )
    else:
        from pipelines.commands.tables import print_table

        rows = [
            (held.key, spoken(_shown(held)), spoken(_origin(held, settings)), _says(held)) for held in settings.held
        ]
        print_table(("kunci", "nilai", "dari", "artinya"), rows)
    say(f"berkas: {settings.file}" if settings.file else "berkas: tidak ada pantau.toml di samping basis data")
    for name in _strangers():
        say(f"variabel {name} bukan pengaturan Pantau")
    return DONE


def _says(held: Held) -> str:
    """What a setting does, in the language that is spoken."""
    return held.setting.doc if language() == "en" else held.setting.says


def _shown(held: Held) -> str:
    """The value for people; of a secret only whether there is one."""
    if held.lacks:
        return f"(tidak ada: variabel {held.lacks} belum diisi)"
    return HIDDEN if held.setting.kind.secret and held.text else held.text


def _origin(held: Held, settings: Settings) -> str:
    if held.origin == DEFAULT:
        return "bawaan"
    if held.origin == FILE:
        return f"{settings.file.name if settings.file else ''}: {held.key}"
    return f"opsi {OPTIONS[held.key]}" if held.origin == OPTION else f"variabel {held.variable}"


def _strangers() -> list[str]:
    """Variables that look like ours and are none: mostly a name that was spelt wrong."""
    known = {setting.variable for setting in TABLE if not setting.named} | {"PANTAU_CONFIG"}
    starts = tuple(setting.prefix for setting in TABLE if setting.named)
    return sorted(n for n in os.environ if n.startswith("PANTAU_") and n not in known and not n.startswith(starts))
