"""Who logs in: the people of the settings, whose hashes are in the environment, and the accounts of the database."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

from datasette.app import Datasette

from pipelines.errors import UserError
from pipelines.publish.guard import accounts
from pipelines.publish.guard.brake import account_of
from pipelines.publish.guard.door import Find
from pipelines.publish.guard.passwords import Hash, read_hash
from pipelines.publish.mounted import database
from pipelines.settings.table import USERS

LOGIN = USERS.prefix  # + NAME in the environment: the hash of that person's password


def of_settings() -> dict[str, Hash]:
    """The hashes of the environment's variables by their names in small letters.

    Raises UserError for one that is not what `pantau users hash-password` prints.
    """
    found = {}
    for name in sorted(name for name in os.environ if name.startswith(LOGIN) and len(name) > len(LOGIN)):
        try:
            found[account_of(name.removeprefix(LOGIN))] = read_hash(os.environ[name])
        except ValueError as error:
            raise UserError(f"{name}: {error}; set it to the output of `pantau users hash-password`") from error
    return found


def require_somebody(path: Path, known: Mapping[str, Hash]) -> None:
    """Raise UserError where neither the settings nor the database have anybody who could log in."""
    if known:
        return
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
        try:
            if any(account.disabled_at is None for account in accounts.accounts(connection)):
                return
        except sqlite3.OperationalError:  # a database of an older Pantau has no such table yet
            pass
    raise UserError(
        f"{LOGIN}NAME: --login needs somebody who can log in; `pantau users add NAME --role {accounts.MANAGES}`"
    )


def finder(datasette: Datasette, known: Mapping[str, Hash]) -> Find:
    """Looks names up in the settings, then in the database."""

    async def find(name: str) -> Hash | None:
        if name in known:
            return known[name]
        account = await database(datasette).execute_fn(lambda connection: accounts.find(connection, name))
        return read_hash(account.password) if account and account.may_log_in else None

    return find
