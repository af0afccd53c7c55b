"""Receivers that the team adds on its page: mail addresses, Telegram chats, webhooks. A watch names one "penerima:ID".

A mail address is confirmed by whoever reads it: by a link that works once, for three days, and of which only a SHA-256
is kept. Until then nothing else is sent there, and no more than CONFIRMATIONS of these a day. Chats and webhooks
are confirmed by a test message that goes. Nothing is deleted: who was removed can be brought back.
"""

from __future__ import annotations

import hashlib
import re
import secrets
import sqlite3
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

from pipelines.desk.watch import webhook
from pipelines.desk.watch.secrets import seal, unseal
from pipelines.errors import UserError
from pipelines.wording.wib import parse_time, stamp, stamp_now

MAIL, TELEGRAM, WEBHOOK = "mail", "telegram", "webhook"
KINDS = (MAIL, TELEGRAM, WEBHOOK)
REFERENCE = re.compile(r"penerima:([0-9]{1,15})")
ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63})+")
CHAT = re.compile(r"-?[0-9]{3,20}|@[A-Za-z0-9_]{4,40}")
TOKEN = re.compile(r"[0-9]{5,20}:[A-Za-z0-9_-]{30,60}")  # https://core.telegram.org/bots/api#authorizing-your-bot
LONGEST_NAME = 60
CONFIRM_FOR = timedelta(days=3)
CONFIRMATIONS, CONFIRMATIONS_IN_ALL = 3, 30  # in a day: to one receiver, and to all of them
MOST = 200  # receivers
COLUMNS = "id, name, kind, address, secret, confirmed_at, confirm_until, paused_at, removed_at, made_at, made_by"


@dataclass(frozen=True, slots=True)
class Receiver:
    """A receiver; the fields are columns of `receivers`. Times are ISO 8601, UTC."""

    id: int
    name: str
    kind: str
    address: str
    secret: str
    confirmed_at: str | None
    confirm_until: str | None
    paused_at: str | None
    removed_at: str | None
    made_at: str
    made_by: str

    @property
    def reference(self) -> str:
        """How a watch names it."""
        return f"penerima:{self.id}"

    @property
    def gets(self) -> bool:
        """Whether messages go there: it is confirmed, not paused and not removed."""
        return bool(self.confirmed_at and not self.paused_at and not self.removed_at)


def receivers(connection: sqlite3.Connection) -> list[Receiver]:
    """All of them, by name; those that were removed come last."""
    rows = connection.execute(f"SELECT {COLUMNS} FROM receivers ORDER BY removed_at IS NOT NULL, name, id")
    return [Receiver(*row) for row in rows]


def confirmed(connection: sqlite3.Connection) -> list[Receiver]:
    """Those that a watch, a report or a kliping may be sent to, by name; a paused one is among them, and waits."""
    return [one for one in receivers(connection) if one.confirmed_at and not one.removed_at]


def find(connection: sqlite3.Connection, number: int) -> Receiver:
    """One of them. Raises UserError where there is none."""
    row = connection.execute(f"SELECT {COLUMNS} FROM receivers WHERE id = ?", (number,)).fetchone()
    if row is None:
        raise UserError("there is no such receiver")
    return Receiver(*row)


def by_reference(connection: sqlite3.Connection, address: str) -> Receiver | None:
    """The receiver that an address of a watch names; None for an address of another kind.

    Raises UserError where there is none.
    """
    match = REFERENCE.fullmatch(address)
    return find(connection, int(match[1])) if match else None


def by_name(connection: sqlite3.Connection, name: str) -> Receiver:
    """The confirmed receiver of a name. Raises UserError where there is none."""
    for one in confirmed(connection):
        if one.name.casefold() == name.casefold():
            return one
    raise UserError(f"{name}: there is no confirmed receiver of this name; see the page /penerima")


def waits(connection: sqlite3.Connection, address: str) -> bool:
    """Whether nothing is sent to an address for now: it names a receiver that is not confirmed, paused, or removed."""
    receiver = by_reference(connection, address)
    return receiver is not None and not receiver.gets


def add(connection: sqlite3.Connection, name: str, kind: str, address: str, secret: str, by: str) -> Receiver:
    """A new receiver, which is yet to be confirmed.

    address  of mail, or Telegram's chat; a webhook's host is read from its secret
    secret   Telegram's token, or a webhook's whole address

    Raises UserError for what cannot be one, a name that is taken, and for a secret where there is no key.
    """
    called = " ".join(name.split())
    if not called or len(called) > LONGEST_NAME or not called.isprintable():
        raise UserError(f"a receiver needs a name of at most {LONGEST_NAME} characters")
    shown, secret = _checked(kind, address.strip(), secret.strip())
    taken = connection.execute(
        "SELECT 1 FROM receivers WHERE name = ? COLLATE NOCASE AND removed_at IS NULL", (called,)
    ).fetchone()
    if taken:
        raise UserError(f"{called}: there is a receiver of this name")
    if connection.execute("SELECT count(*) FROM receivers").fetchone()[0] >= MOST:
        raise UserError(f"there are {MOST} receivers, which is the most")
    cursor = connection.execute(
        "INSERT INTO receivers (name, kind, address, secret, made_at, made_by) VALUES (?, ?, ?, ?, ?, ?)",
        (called, kind, shown, seal(secret) if secret else "", stamp_now(), by),
    )
    return find(connection, int(cursor.lastrowid or 0))


def set_secret(connection: sqlite3.Connection, number: int, secret: str) -> Receiver:
    """Write the secret of a chat or a webhook anew; it is to be confirmed again. Raises UserError as `add` does."""
    one = find(connection, number)
    if one.kind == MAIL:
        raise UserError("a mail address has no secret")
    shown, secret = _checked(one.kind, one.address, secret.strip())
    connection.execute(
        "UPDATE receivers SET secret = ?, address = ?, confirmed_at = NULL WHERE id = ?", (seal(secret), shown, number)
    )
    return find(connection, number)


def _checked(kind: str, address: str, secret: str) -> tuple[str, str]:
    """(what may be shown of a receiver, its secret). Raises UserError for what cannot be one."""
    if kind == MAIL:
        if not ADDRESS.fullmatch(address) or len(address) > 254:
            raise UserError(f"{address!r}: is no mail address; write it as humas@contoh.go.id")
        return address, ""
    if kind == TELEGRAM:
        if not CHAT.fullmatch(address):
            raise UserError(f"{address!r}: is no chat; write its number, such as -1001234567890, or @name")
        if not TOKEN.fullmatch(secret):
            raise UserError("the bot's token is as @BotFather gives it: digits, a colon, then 35 characters")
        return address, secret
    if kind == WEBHOOK:
        return webhook.check(secret), secret
    raise UserError("choose mail, Telegram or a webhook")


def invite(connection: sqlite3.Connection, number: int) -> str:
    """The key of a new link that confirms a mail address; an older one ends.

    Raises UserError where too many were sent today, and for what is confirmed, removed or no mail address.
    """
    one = find(connection, number)
    if one.kind != MAIL or one.confirmed_at or one.removed_at:
        raise UserError("only a mail address that is not confirmed gets such a link")
    require_few(connection, number)
    key = secrets.token_urlsafe(32)
    connection.execute(
        "UPDATE receivers SET confirm = ?, confirm_until = ? WHERE id = ?",
        (_kept(key), stamp(datetime.now(UTC) + CONFIRM_FOR), number),
    )
    return key


def require_few(connection: sqlite3.Connection, number: int) -> None:
    """Raise UserError where a confirmation more would be too many in a day."""
    since = stamp(datetime.now(UTC) - timedelta(days=1))
    mine, together = connection.execute(
        """SELECT coalesce(sum(receiver_id = :id), 0), count(*) FROM deliveries
           WHERE purpose = 'confirmation' AND sent_at > :since""",
        {"id": number, "since": since},
    ).fetchone()
    if mine >= CONFIRMATIONS or together >= CONFIRMATIONS_IN_ALL:
        raise UserError("enough confirmations were sent today; try again tomorrow")


def invited(connection: sqlite3.Connection, key: str) -> Receiver | None:
    """Whom a link is for; None for one that is not known, was used, or is too old, and for who was removed."""
    row = connection.execute(f"SELECT {COLUMNS} FROM receivers WHERE confirm = ?", (_kept(key),)).fetchone()
    one = Receiver(*row) if row else None
    if one is None or one.removed_at or not one.confirm_until:
        return None
    return one if parse_time(one.confirm_until) > datetime.now(UTC) else None


def confirm(connection: sqlite3.Connection, number: int) -> None:
    """From now on messages go there; its link ends."""
    connection.execute(
        "UPDATE receivers SET confirmed_at = ?, confirm = NULL, confirm_until = NULL WHERE id = ?",
        (stamp_now(), number),
    )


def confirm_by(connection: sqlite3.Connection, key: str) -> Receiver:
    """Confirm whom a link is for. Raises UserError where it no longer holds."""
    one = invited(connection, key)
    if one is None:
        raise UserError("this link does not hold: it was used, is older than three days, or is none of ours")
    confirm(connection, one.id)
    return one


def set_paused(connection: sqlite3.Connection, number: int, *, paused: bool) -> None:
    """Let what is for a receiver wait, or go on: what has come meanwhile is then sent, too."""
    connection.execute("UPDATE receivers SET paused_at = ? WHERE id = ?", (stamp_now() if paused else None, number))


def set_removed(connection: sqlite3.Connection, number: int, *, removed: bool) -> None:
    """Take a receiver away, or bring it back. Raises UserError where its name was given to another one."""
    one = find(connection, number)
    try:
        connection.execute(
            "UPDATE receivers SET removed_at = ?, confirm = NULL, confirm_until = NULL WHERE id = ?",
            (stamp_now() if removed else None, number),
        )
    except sqlite3.IntegrityError:
        raise UserError(f"{one.name}: there is a receiver of this name") from None


def apprise_address(one: Receiver, mail: str) -> str:
    """Where Apprise sends what is for a mail address or a chat; `mail`: the setting, with its secrets.

    Raises UserError where there is no mail server, or the secret cannot be read.
    """
    if one.kind == TELEGRAM:
        return f"tgram://{unseal(one.secret, one.name)}/{quote(one.address, safe='')}"
    if not mail:
        raise UserError("PANTAU_MAIL is not set; it names the server by which mail goes")
    base, _, query = mail.partition("?")
    kept = [part for part in query.split("&") if part and not part.startswith(("to=", "cc=", "bcc="))]
    return f"{base}?{'&'.join([*kept, 'to=' + quote(one.address, safe='')])}"


def _kept(key: str) -> str:
    return hashlib.sha256(key.encode("utf-8", "replace")).hexdigest()
