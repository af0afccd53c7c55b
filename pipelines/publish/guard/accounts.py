"""Accounts: the people of a team in its database, beside those of the settings. Roles, invitations, sessions.

Whoever is added gets a link that works once, for a week, on which they choose their password. Of the link only a
SHA-256 is kept. Every account has a session number, which its cookies repeat: a new password, being disabled and "log
out everywhere" raise it, and all older cookies end.
"""

from __future__ import annotations

import hashlib
import re
import secrets
import sqlite3
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from pipelines.errors import UserError
from pipelines.publish.guard.brake import account_of
from pipelines.publish.guard.mode import MANAGES, READS_ONLY
from pipelines.wording.wib import parse_time, stamp, stamp_now

ROLES = (READS_ONLY, "penyunting", MANAGES)
NAME = re.compile(r"[a-z0-9][a-z0-9._@-]{0,59}")
INVITED_FOR = timedelta(days=7)
SHORTEST_PASSWORD = 10  # characters; NIST SP 800-63B asks for eight, and for no rules beyond length
COLUMNS = "name, role, password, session, disabled_at, invite_until, made_at, made_by"


@dataclass(frozen=True, slots=True)
class Account:
    """A person of the team. `password`: its hash, "" until they have chosen one; times ISO 8601, UTC."""

    name: str
    role: str
    password: str
    session: int
    disabled_at: str | None
    invite_until: str | None
    made_at: str
    made_by: str

    @property
    def may_log_in(self) -> bool:
        """Whether the account is open and has a password."""
        return self.disabled_at is None and bool(self.password)


def accounts(connection: sqlite3.Connection) -> list[Account]:
    """Everybody, by name."""
    return [Account(*row) for row in connection.execute(f"SELECT {COLUMNS} FROM users ORDER BY name")]


def find(connection: sqlite3.Connection, name: str) -> Account | None:
    """The account of a name, however it is capitalised."""
    row = connection.execute(f"SELECT {COLUMNS} FROM users WHERE name = ?", (account_of(name),)).fetchone()
    return Account(*row) if row else None


def add(connection: sqlite3.Connection, name: str, role: str, by: str) -> str:
    """A new account; the key of its invitation. Raises UserError for a name that is none or taken, and for a role."""
    account = account_of(name)
    if not NAME.fullmatch(account):
        raise UserError(f"{name!r}: a name is letters, digits and . _ - @, at most 60")
    _require_role(role)
    if find(connection, account):
        raise UserError(f"{account}: is there already")
    connection.execute(
        "INSERT INTO users (name, role, made_at, made_by) VALUES (?, ?, ?, ?)", (account, role, stamp_now(), by)
    )
    return invite(connection, account)


def invite(connection: sqlite3.Connection, name: str) -> str:
    """The key of a new invitation, with which the person chooses a password; an older one ends."""
    account = _existing(connection, name)
    key = secrets.token_urlsafe(32)
    connection.execute(
        "UPDATE users SET invite = ?, invite_until = ? WHERE name = ?",
        (_kept(key), stamp(datetime.now(UTC) + INVITED_FOR), account.name),
    )
    return key


def invited(connection: sqlite3.Connection, key: str) -> Account | None:
    """Whom an invitation is for; None for one that is not known, was used, or is too old, and for a closed account."""
    row = connection.execute(f"SELECT {COLUMNS} FROM users WHERE invite = ?", (_kept(key),)).fetchone()
    account = Account(*row) if row else None
    if account is None or account.disabled_at or not account.invite_until:
        return None
    return account if parse_time(account.invite_until) > datetime.now(UTC) else None


def set_password(connection: sqlite3.Connection, name: str, hashed: str) -> int:
    """Store the hash of a new password; the invitation and all older cookies end. Gives the new session number."""
    account = _existing(connection, name)
    connection.execute(
        "UPDATE users SET password = ?, session = session + 1, invite = NULL, invite_until = NULL WHERE name = ?",
        (hashed, account.name),
    )
    return account.session + 1


def renew_hash(connection: sqlite3.Connection, name: str, old: str, new: str) -> None:
    """Store another hash of the same password; not where the password was changed meanwhile. Cookies stay."""
    connection.execute(
        "UPDATE users SET password = :new WHERE name = :name AND password = :old",
        {"new": new, "name": account_of(name), "old": old},
    )


def end_sessions(connection: sqlite3.Connection, name: str) -> int:
    """End all cookies of an account; the new session number."""
    account = _existing(connection, name)
    connection.execute("UPDATE users SET session = session + 1 WHERE name = ?", (account.name,))
    return account.session + 1


def set_role(connection: sqlite3.Connection, name: str, role: str) -> None:
    """Give an account another role. Raises UserError where no manager would be left."""
    account = _existing(connection, name)
    _require_role(role)
    if role != MANAGES:
        _require_another_manager(connection, account)
    connection.execute("UPDATE users SET role = ? WHERE name = ?", (role, account.name))


def set_disabled(connection: sqlite3.Connection, name: str, *, disabled: bool) -> None:
    """Close an account, whose cookies end, or open it again. Raises UserError where no manager would be left."""
    account = _existing(connection, name)
    if disabled:
        _require_another_manager(connection, account)
    connection.execute(
        "UPDATE users SET disabled_at = ?, session = session + 1, invite = NULL, invite_until = NULL WHERE name = ?",
        (stamp_now() if disabled else None, account.name),
    )


def require_good(password: str, name: str) -> None:
    """Raise UserError for a password that is too short, or is the name."""
    if len(password) < SHORTEST_PASSWORD:
        raise UserError(f"a password has at least {SHORTEST_PASSWORD} characters")
    if account_of(password) == account_of(name):
        raise UserError("the password is the name; choose another")


def _existing(connection: sqlite3.Connection, name: str) -> Account:
    account = find(connection, name)
    if account is None:
        raise UserError(f"{account_of(name)}: no such user")
    return account


def _require_role(role: str) -> None:
    if role not in ROLES:
        raise UserError(f"{role!r}: is no role; one of {', '.join(ROLES)}")


def _require_another_manager(connection: sqlite3.Connection, account: Account) -> None:
    others = connection.execute(
        "SELECT 1 FROM users WHERE role = ? AND disabled_at IS NULL AND name <> ?", (MANAGES, account.name)
    )
    if account.role == MANAGES and account.disabled_at is None and not others.fetchone():
        raise UserError(f"{account.name}: is the last {MANAGES}; make somebody else one first")


def _kept(key: str) -> str:
    return hashlib.sha256(key.encode("utf-8", "replace")).hexdigest()
