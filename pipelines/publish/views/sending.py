"""Sending from a page: beside the event loop, while others use the database, and with a line in the log."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Sequence
from pathlib import Path

from datasette.app import Datasette

from pipelines.database.open import transaction
from pipelines.desk.watch import deliver
from pipelines.publish.guard.forms import write
from pipelines.publish.mounted import database


async def send(
    datasette: Datasette,
    address: str,
    title: str,
    body: str,
    files: Sequence[Path] = (),
    purpose: str = deliver.MESSAGE,
) -> str | None:
    """Send one message; why it did not go, None when it went.

    Raises UserError where nothing may be sent there, and Busy where the log cannot be written.
    """
    first = purpose == deliver.CONFIRMATION
    where = await database(datasette).execute_fn(
        lambda connection: deliver.target(connection, address, unconfirmed=first)
    )
    answer, why = "", None
    try:
        answer = await asyncio.to_thread(deliver.transmit, where, title, body, files)
    except Exception as error:  # whatever a server does is told, and changes nothing here
        why = deliver.without(where.address, f"{type(error).__name__}: {error}")

    def log(connection: sqlite3.Connection) -> None:
        with transaction(connection):
            deliver.record(connection, where, title, why or answer, went=why is None, purpose=purpose)

    await write(datasette, log)
    return why
