"""Deliver: one message to one receiver, whatever it is, with a line in the log of what was sent.

`deliver` is what everything that mails goes through: watches, klipings, alerts, reports. An address is "penerima:ID"
for a receiver of the page (`receivers.confirmed` lists them for a form), or Apprise's with secrets as ${NAMES}.
"""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from pipelines.desk.watch import webhook
from pipelines.desk.watch.address import SCHEME, check_address, with_secrets
from pipelines.desk.watch.message import Message
from pipelines.desk.watch.receivers import WEBHOOK, apprise_address, by_name, by_reference
from pipelines.desk.watch.secrets import unseal
from pipelines.errors import UserError
from pipelines.settings.kinds import REFERENCE
from pipelines.settings.load import setting
from pipelines.settings.table import RECEIVERS
from pipelines.wording.wib import stamp, stamp_now

LOG = logging.getLogger(__name__)
KEPT = timedelta(days=90)  # of the log
LONGEST_ANSWER = 300  # characters
MESSAGE, TEST, CONFIRMATION = "message", "test", "confirmation"
GONE = "diterima server"  # the answer of a service that says nothing else

Send = Callable[..., Any]  # address with its secrets, title, body; raises when it did not go


@dataclass(frozen=True, slots=True)
class Target:
    """Where a message goes: the address with its secrets, how people call it, the receiver of the page if it is one."""

    address: str
    shown: str
    receiver_id: int | None = None
    is_webhook: bool = False


def target(connection: sqlite3.Connection, address: str, *, unconfirmed: bool = False) -> Target:
    """Where an address of a watch leads. Raises UserError where nothing may be sent there, or a secret is missing.

    unconfirmed  also to a receiver that is not confirmed yet: for its confirmation and for nothing else
    """
    receiver = by_reference(connection, address)
    if receiver is None:
        return Target(with_secrets(address), hidden(address))
    if not receiver.gets and not (unconfirmed and not receiver.removed_at):
        raise UserError(f"{receiver.name}: gets nothing; it is not confirmed, paused, or removed")
    if receiver.kind == WEBHOOK:
        return Target(unseal(receiver.secret, receiver.name), receiver.name, receiver.id, is_webhook=True)
    mail = with_secrets(str(setting("mail") or ""))
    return Target(apprise_address(receiver, mail), receiver.name, receiver.id)


def transmit(where: Target, title: str, body: str, files: Sequence[Path] = (), send: Send | None = None) -> str:
    """Send a message, with files where the receiver takes any; the answer of its server. Raises when it did not go."""
    if where.is_webhook:
        return webhook.post(where.address, title, str(body))
    said = (send or send_through_apprise)(where.address, title, body, *([files] if files else []))
    return said or GONE


def record(
    connection: sqlite3.Connection, where: Target, title: str, answer: str, *, went: bool, purpose: str = MESSAGE
) -> None:
    """Write what became of a message into the log, and take out what is older than KEPT."""
    connection.execute("DELETE FROM deliveries WHERE sent_at < ?", (stamp(datetime.now(UTC) - KEPT),))
    connection.execute(
        """INSERT INTO deliveries (sent_at, receiver_id, receiver, title, purpose, went, answer)
           VALUES (?, ?, ?, ?, ?, ?, ?)""",
        (stamp_now(), where.receiver_id, where.shown, title, purpose, int(went), answer[:LONGEST_ANSWER]),
    )


def deliver(
    connection: sqlite3.Connection,
    address: str,
    title: str,
    body: str,
    files: Sequence[Path] = (),
    send: Send | None = None,
) -> str | None:
    """Send one message (a str, or a Message, which is HTML, too) to one address; why it did not go, None when it went.

    files  to attach, where the receiver takes any
    send   instead of Apprise
    """
    where = Target("", hidden(address))
    try:
        where = target(connection, address)
        answer = transmit(where, title, body, files, send)
    except Exception as error:  # whatever a receiver does must not stop the others
        why = without(where.address, f"{type(error).__name__}: {error}")
        record(connection, where, title, why, went=False)
        return why
    LOG.info("%s: terkirim ke %s", title, where.shown)
    record(connection, where, title, answer, went=True)
    return None


def addressed(connection: sqlite3.Connection, to: Sequence[str]) -> dict[str, str]:
    """Address -> what it was asked for as: receivers of the page by their names, others as `watch add --to` takes them.

    Raises UserError for a name that no receiver has, and an address that no service understands.
    """
    found = {}
    for one in to:
        if SCHEME.match(one) or one.startswith("${"):
            check_address(one)
            found[one] = one
        else:
            found[by_name(connection, one).reference] = one
    return found


def hidden(address: str) -> str:
    """An address as people may see it: a variable's name, or the service alone, since addresses can hold tokens."""
    match = REFERENCE.fullmatch(address)
    if match:
        return match[1].removeprefix(RECEIVERS.prefix)
    scheme = SCHEME.match(address)
    return f"{scheme[0]}…" if scheme else address


def called(connection: sqlite3.Connection, address: str) -> str:
    """An address as people may see it: the name of a receiver of the page, or `hidden`."""
    receiver = by_reference(connection, address)
    return receiver.name if receiver else hidden(address)


def without(secret: str, text: str) -> str:
    """A text in which an address with its secrets is not repeated."""
    return text.replace(secret, "…") if secret else text


def send_through_apprise(address: str, title: str, body: str, files: Sequence[Path] = ()) -> None:
    """Send one message; raises ValueError for an address Apprise does not know, OSError when it did not go."""
    import apprise  # takes half a second

    sender = apprise.Apprise()
    if not sender.add(address):
        raise ValueError("Apprise knows no such address; see its documentation of services")
    # Mail wants HTML; what can show HTML besides is a chat, where plain text reads best.
    form, text = apprise.NotifyFormat.TEXT, str(body)
    wanted = [service.notify_format for service in sender]
    if isinstance(body, Message) and all(_first(formats) == apprise.NotifyFormat.HTML for formats in wanted):
        form, text = apprise.NotifyFormat.HTML, body.html
    said: list[str] = []
    handler = logging.Handler()  # Apprise says why a message did not go to its log only
    handler.emit = lambda record: said.append(record.getMessage())  # type: ignore[method-assign]
    logger = logging.getLogger("apprise")
    logger.addHandler(handler)
    try:
        gone = sender.notify(title=title, body=text, body_format=form, attach=[str(file) for file in files] or None)
    finally:
        logger.removeHandler(handler)
    if not gone:
        raise OSError(said[-1] if said else "the receiver did not take it")


def _first(formats: Any) -> Any:
    """The form that a service likes best, of one or several that Apprise names."""
    return formats[0] if isinstance(formats, tuple) else formats
