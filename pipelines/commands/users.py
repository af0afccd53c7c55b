"""The commands about those who log in to the pages: `pantau users`."""

from __future__ import annotations

import getpass
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import TypeVar

import click

from pipelines.commands.terminal import DONE, say
from pipelines.errors import UserError
from pipelines.wording.translate import spoken

ROLES = ("pembaca", "penyunting", "pengelola")  # accounts.ROLES, which is slow to import
Result = TypeVar("Result")


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

    click.echo(hashed(_asked(from_stdin)))
    return DONE


def _asked(from_stdin: bool) -> str:
    """A password that a person types twice, or the first line of standard input. Raises UserError for an empty one."""
    asked = (
        sys.stdin.readline().rstrip("\r\n")
        if from_stdin
        else click.prompt(spoken("Kata sandi"), hide_input=True, confirmation_prompt=spoken("Sekali lagi"), err=True)
    )
    if not asked:
        raise UserError("the password is empty; give one")
    return str(asked)


def _change(db: Path, act: Callable[..., Result]) -> Result:
    """Do something with the accounts of a database, in a transaction."""
    from pipelines.database.open import open_connection, transaction

    with closing(open_connection(db, create=False)) as connection, transaction(connection):
        return act(connection)


def _tell(db: Path, name: str, key: str) -> None:
    """Print the link of an invitation."""
    from urllib.parse import urlencode

    from pipelines.publish.guard.login import INVITATION
    from pipelines.settings.load import setting

    say(f"Berlaku sekali, selama tujuh hari; kirimkan kepada {name}:")
    click.echo(f"{setting('public_url') or 'http://127.0.0.1:8001'}{INVITATION}?{urlencode({'kunci': key})}")


@users.command("add")
@click.argument("name")
@click.option("--role", type=click.Choice(ROLES), default="penyunting", show_default=True)
@click.pass_obj
def add(db: Path, name: str, role: str) -> int:
    """Add somebody, and print the link on which they choose their password."""
    from pipelines.publish.guard import accounts

    _tell(db, name, _change(db, lambda connection: accounts.add(connection, name, role, getpass.getuser())))
    return DONE


@users.command("link")
@click.argument("name")
@click.pass_obj
def link(db: Path, name: str) -> int:
    """Print a new link on which somebody chooses a password; the old password holds until then."""
    from pipelines.publish.guard import accounts

    _tell(db, name, _change(db, lambda connection: accounts.invite(connection, name)))
    return DONE


@users.command("list")
@click.option("--json", "as_json", is_flag=True, help="JSON Lines.")
@click.pass_obj
def list_users(db: Path, as_json: bool) -> int:
    """List the people of the database."""
    from pipelines.commands.tables import print_table
    from pipelines.commands.terminal import print_json
    from pipelines.publish.guard import accounts

    found = _change(db, accounts.accounts)
    states = ["ditutup" if a.disabled_at else "aktif" if a.password else "diundang" for a in found]
    if as_json:
        for account, state in zip(found, states, strict=True):
            print_json({"name": account.name, "role": account.role, "state": state, "made_at": account.made_at})
    else:
        print_table(("nama", "peran", "keadaan"), [(a.name, a.role, s) for a, s in zip(found, states, strict=True)])
    return DONE


@users.command("role")
@click.argument("name")
@click.argument("role", type=click.Choice(ROLES))
@click.pass_obj
def role(db: Path, name: str, role: str) -> int:
    """Give somebody another role."""
    from pipelines.publish.guard import accounts

    _change(db, lambda connection: accounts.set_role(connection, name, role))
    return DONE


@users.command("disable")
@click.argument("name")
@click.option("--undo", is_flag=True, help="Open the account again.")
@click.pass_obj
def disable(db: Path, name: str, undo: bool) -> int:
    """Close somebody's account; they are logged out everywhere."""
    from pipelines.publish.guard import accounts

    _change(db, lambda connection: accounts.set_disabled(connection, name, disabled=not undo))
    return DONE


@users.command("password")
@click.argument("name")
@click.option(
    "--stdin", "from_stdin", is_flag=True, help="Read the password from standard input, without asking twice."
)
@click.pass_obj
def password(db: Path, name: str, from_stdin: bool) -> int:
    """Set somebody's password; they are logged out everywhere."""
    from pipelines.publish.guard import accounts
    from pipelines.publish.guard.passwords import hash_password as hashed

    asked = _asked(from_stdin)
    accounts.require_good(asked, name)
    _change(db, lambda connection: accounts.set_password(connection, name, hashed(asked)))
    return DONE
