"""The commands about those who log in to the pages: `pantau users`."""

from __future__ import annotations

import sys

import click

from pipelines.commands.terminal import DONE
from pipelines.errors import UserError
from pipelines.wording.translate import spoken


@click.group()
def users() -> None:
    """Those who log in to `serve --login`."""


@users.command("hash-password")
@click.option(
    "--stdin", "from_stdin", is_flag=True, help="Read the password from standard input, without asking twice."
)
def hash_password(from_stdin: bool) -> int:
    """Print the hash of a password, for [users] of the settings or PANTAU_LOGIN_NAME."""
    from pipelines.publish.guard.passwords import hash_password as hashed

    asked = (
        sys.stdin.readline().rstrip("\r\n")
        if from_stdin
        else click.prompt(spoken("Kata sandi"), hide_input=True, confirmation_prompt=spoken("Sekali lagi"), err=True)
    )
    if not asked:
        raise UserError("the password is empty; give one")
    click.echo(hashed(asked))
    return DONE
