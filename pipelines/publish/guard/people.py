"""Who logs in: the people of the settings, whose hashes are in the environment, and the accounts of the database."""

from __future__ import annotations

import getpass
import logging
import os
import sqlite3
from collections.abc import Mapping
from contextlib import closing, suppress
from pathlib import Path

from datasette.app import Datasette

from pipelines.database.open import open_connection, transaction
from pipelines.desk import desk_mail
from pipelines.errors import UserError
from pipelines.publish.guard import accounts
from pipelines.publish.guard.brake import account_of
from pipelines.publish.guard.door import Find, Found, Renew
from pipelines.publish.guard.forms import Busy, write
from pipelines.publish.guard.mode import OWNER
from pipelines.publish.guard.passwords import Hash, read_hash
from pipelines.publish.mounted import database
from pipelines.settings.load import setting
from pipelines.settings.table import USERS

LOG = logging.getLogger(__name__)
FIRST = "pengelola"  # the account of the first manager
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


def invite_first(path: Path, known: Mapping[str, Hash]) -> str | None:
    """The key of a new invitation for the first manager, FIRST, while nobody else can log in, or was ever asked to.

    None where the settings or the database have somebody. Raises UserError for a database that is busy.
    """
    if known:
        return None
    with closing(open_connection(path, create=False)) as connection, transaction(connection):
        everybody = accounts.accounts(connection)
        if not everybody:
            return accounts.add(connection, FIRST, accounts.MANAGES, getpass.getuser())
        alone = everybody == [accounts.find(connection, FIRST)] and not everybody[0].password
        return accounts.invite(connection, FIRST) if alone and not everybody[0].disabled_at else None


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


def stop_desk_mails(path: Path, known: Mapping[str, Hash]) -> None:
    """Stop the morning mails of who can no longer log in; where the database is busy or old, at another start."""
    try:
        with closing(sqlite3.connect(path, isolation_level=None)) as connection:
            desk_mail.stop_strangers(connection, {*known, OWNER}, by_proxy=bool(setting("sso.header")))
    except sqlite3.OperationalError as error:
        LOG.warning("meja: tidak terperiksa siapa yang masih dapat masuk (%s)", error)


def finder(datasette: Datasette, known: Mapping[str, Hash]) -> Find:
    """Looks names up in the settings, then in the database. All accounts are read for any name: it costs the same."""

    async def find(name: str) -> Found:
        listed = await database(datasette).execute_fn(accounts.accounts)
        kept = {one.name: stored for one in listed if one.may_log_in and (stored := _kept_hash(one)) is not None}
        costs = frozenset(stored.cost for stored in (*kept.values(), *known.values()))
        return Found(known.get(name) or kept.get(name), costs, renewable=name in kept and name not in known)

    return find


def renewer(datasette: Datasette) -> Renew:
    """Stores the new hash of an account of the database; a busy database gets it at another login."""

    async def renew(name: str, old: str, new: str) -> None:
        with suppress(Busy):
            await write(datasette, lambda connection: accounts.renew_hash(connection, name, old, new))

    return renew


def _kept_hash(account: accounts.Account) -> Hash | None:
    """An account's hash; None for one that cannot be read, which lets nobody in."""
    try:
        return read_hash(account.password)
    except ValueError:
        LOG.warning("users: sandi %s yang tersimpan tidak terbaca; jalankan pantau users link", account.name)
        return None
