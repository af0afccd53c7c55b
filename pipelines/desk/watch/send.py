"""Sending: what is new of every watch that is due goes to its receivers, through Apprise. `pantau watch run`.

Every receiver has its own mark, the id up to which everything has been sent, so that one that fails is tried again by
the next run and holds up no other. The mark is written after the message has gone: a crash in between sends that digest
twice, the second time marked as such, rather than never.
"""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from pipelines.desk.watch import isu_alerts
from pipelines.desk.watch.deliver import Send, deliver
from pipelines.desk.watch.digest import digest, new_stories, spike_message
from pipelines.desk.watch.receivers import waits
from pipelines.desk.watch.saved import Watch, find_watch, watches
from pipelines.wording.wib import stamp

LOG = logging.getLogger(__name__)
LONGEST_WAIT = timedelta(days=1)  # fewer stories than the floor wait no longer than this


@dataclass(frozen=True, slots=True)
class Delivery:
    """What became of one receiver of one watch: how many articles or isu were told of, or why they were not."""

    watch: str
    receiver: str
    stories: int
    error: str | None = None
    spike: bool = False
    isu: int = 0


def run_watches(
    connection: sqlite3.Connection,
    *,
    only: str | None = None,
    now: datetime | None = None,
    send: Send | None = None,
) -> Iterator[Delivery]:
    """Send what is new of every watch that is due (`only`: of this one, due or not); one Delivery a message."""
    now = now or datetime.now(UTC)
    chosen = [find_watch(connection, only)] if only else [w for w in watches(connection) if w.is_due(now)]
    for watch in chosen:
        if watch.is_quiet(now):
            LOG.info("pantauan %s: jam senyap (%s WIB), menunggu", watch.name, watch.quiet)
            continue  # what is new waits; the watch stays due
        rows = connection.execute(
            "SELECT id, address, sent_to, sending_to, last_spike FROM watch_receivers WHERE watch_id = ? ORDER BY id",
            (watch.watch_id,),
        ).fetchall()
        spike = spike_message(connection, watch, now) if watch.spike else None
        for row in rows:
            yield from _serve(connection, watch, row, spike, now, send)
            if watch.spike:
                yield from _tell_of_isu(connection, watch, row, now, send)
        connection.execute("UPDATE watches SET last_run = ? WHERE id = ?", (stamp(now), watch.watch_id))


def _serve(
    connection: sqlite3.Connection,
    watch: Watch,
    row: Sequence[Any],
    spike: str | None,
    now: datetime,
    send: Send | None,
) -> Iterator[Delivery]:
    """Send one receiver its digest, and word of a spike where there is one and the last such word is old enough."""
    receiver, address, sent_to, sending_to, last_spike = row
    if waits(connection, address):
        LOG.info("pantauan %s: %s belum dikonfirmasi, dijeda atau dihapus: menunggu", watch.name, address)
        return
    stories, newest, oldest = new_stories(connection, watch.filters, sent_to)
    waited = oldest is not None and now - datetime.fromisoformat(oldest) >= LONGEST_WAIT
    if stories and (len(stories) >= watch.floor or waited):
        title, body = digest(connection, watch, stories)
        if sending_to is not None:
            title = f"(kirim ulang, mungkin ganda) {title}"
        connection.execute("UPDATE watch_receivers SET sending_to = ? WHERE id = ?", (newest, receiver))
        error = deliver(connection, address, title, body, send=send)
        _record(connection, receiver, now, error, "sent_to = coalesce(sending_to, sent_to)")
        yield Delivery(watch.name, address, len(stories), error)
    elif stories:
        LOG.info("pantauan %s: %d berita, menunggu sampai %d: %s", watch.name, len(stories), watch.floor, address)
    elif newest > sent_to:  # only copies of what was sent before
        connection.execute("UPDATE watch_receivers SET sent_to = ? WHERE id = ?", (newest, receiver))
    rested = last_spike is None or now - datetime.fromisoformat(last_spike) >= timedelta(hours=watch.cooldown_hours)
    if spike and rested:
        error = deliver(connection, address, f"Lonjakan: {watch.name}", spike, send=send)
        _record(connection, receiver, now, error, f"last_spike = '{stamp(now)}'")
        yield Delivery(watch.name, address, 0, error, spike=True)


def _tell_of_isu(
    connection: sqlite3.Connection, watch: Watch, row: Sequence[Any], now: datetime, send: Send | None
) -> Iterator[Delivery]:
    """Send one receiver word of the isu that have appeared, or grown past the threshold: of each once."""
    receiver, address, sent_to = row[:3]
    if waits(connection, address):
        return
    stories = isu_alerts.to_tell(connection, watch, address, sent_to, now)
    if not stories:
        return
    title, body = isu_alerts.message(watch, stories)
    if isu_alerts.begin(connection, watch, address, stories):
        title = f"(kirim ulang, mungkin ganda) {title}"
    error = deliver(connection, address, title, body, send=send)
    isu_alerts.end(connection, watch, address, now, went=error is None)
    _record(connection, receiver, now, error, "last_spike = last_spike")
    yield Delivery(watch.name, address, 0, error, isu=len(stories))


def _record(connection: sqlite3.Connection, receiver: int, now: datetime, error: str | None, done: str) -> None:
    """Write what became of a message; `done`: the SQL assignment that holds when it has gone."""
    if error is None:
        connection.execute(
            f"""UPDATE watch_receivers SET {done}, sending_to = NULL, last_sent = ?, failures = 0, error = NULL
                WHERE id = ?""",
            (stamp(now), receiver),
        )
    else:  # nothing went: the next run sends it, and not as a repetition
        connection.execute(
            "UPDATE watch_receivers SET sending_to = NULL, failures = failures + 1, error = ? WHERE id = ?",
            (error, receiver),
        )
