"""Saved watches: a search, who gets what is new of it, and how often. `pantau watch add | list | remove`."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any
from urllib.parse import urlsplit

from pipelines.database.open import as_database, transaction
from pipelines.errors import UserError
from pipelines.search.filters import Filters, saved
from pipelines.settings.kinds import REFERENCE
from pipelines.wording.wib import WIB, stamp_now

QUIET = re.compile(r"([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]):([0-5]\d)")


@dataclass(frozen=True, slots=True)
class Watch:
    """A saved search; the fields are the columns of `watches`.

    every_minutes   between two digests
    floor, ceiling  fewer stories than `floor` wait for more; more than `ceiling` are counted, not listed
    quiet           "22:00-06:00": hours in WIB in which nothing is sent
    spike           whether an unusual number of articles is told, too; again after `cooldown_hours` at the earliest
    last_run        ISO 8601 UTC
    """

    watch_id: int
    name: str
    filters: Filters
    every_minutes: int
    floor: int
    ceiling: int
    quiet: str | None
    spike: bool
    cooldown_hours: int
    last_run: str | None

    def is_due(self, now: datetime) -> bool:
        """Whether its schedule asks for a run. Cron is up to a minute late, so a minute less counts as enough."""
        if self.last_run is None:
            return True
        return now - datetime.fromisoformat(self.last_run) >= timedelta(minutes=self.every_minutes - 1)

    def is_quiet(self, now: datetime) -> bool:
        """Whether nothing is to be sent at this hour (WIB)."""
        match = QUIET.fullmatch(self.quiet or "")
        if match is None:
            return False
        hour = now.astimezone(WIB).time()
        begin, end = time(int(match[1]), int(match[2])), time(int(match[3]), int(match[4]))
        return begin <= hour < end if begin <= end else hour >= begin or hour < end


def add_watch(
    connection: sqlite3.Connection,
    name: str,
    filters: Mapping[str, Any],
    receivers: Sequence[str],
    *,
    every_minutes: int = 15,
    floor: int = 1,
    ceiling: int = 20,
    quiet: str | None = None,
    spike: bool = False,
    cooldown_hours: int = 24,
) -> None:
    """Save a watch; every article that is stored by now counts as known.

    Raises UserError for a search without a condition, a secret written out, hours that cannot be read, or a name that
    another watch has.
    """
    read_filters(filters).where()
    if not filters or not receivers:
        raise UserError(f"{name}: a watch needs --query, --source, --city or --person, and --to")
    if quiet is not None and not QUIET.fullmatch(quiet):
        raise UserError(f"--quiet {quiet!r}: write it as 22:00-06:00 (WIB)")
    for address in receivers:
        password = urlsplit(address).password
        if password and not REFERENCE.search(password):
            raise UserError("--to: keep the secret out of the database; write ${NAME} and set the variable NAME")
    values = {
        "name": name,
        "filters": json.dumps(dict(filters), ensure_ascii=False),
        "every_minutes": every_minutes,
        "floor": floor,
        "ceiling": ceiling,
        "quiet": quiet,
        "spike": spike,
        "cooldown_hours": cooldown_hours,
        "created_at": stamp_now(),
    }
    with transaction(connection):
        if connection.execute("SELECT 1 FROM watches WHERE name = ?", (name,)).fetchone():
            raise UserError(f"{name}: there is a watch of this name; remove it first")
        newest = connection.execute("SELECT coalesce(max(id), 0) FROM articles").fetchone()[0]
        database = as_database(connection)
        watch = database.table("watches").insert(values)
        database.table("watch_receivers").insert_all(
            [{"watch_id": watch.last_rowid, "address": address, "sent_to": newest} for address in receivers],
            ignore=True,
        )


def read_filters(values: Mapping[str, Any]) -> Filters:
    """The filters of a watch as `watches.filters` has them: those of `watch add`, or {"search": ...} from a page."""
    return saved(values["search"]) if "search" in values else Filters(**values)


def remove_watch(connection: sqlite3.Connection, name: str) -> None:
    """Forget a watch and its receivers. Raises UserError when there is none."""
    with transaction(connection):
        watch = find_watch(connection, name)
        connection.execute("DELETE FROM watch_receivers WHERE watch_id = ?", (watch.watch_id,))
        connection.execute("DELETE FROM watches WHERE id = ?", (watch.watch_id,))


def watches(connection: sqlite3.Connection) -> list[Watch]:
    """Every watch, by name."""
    cursor = connection.execute(
        """SELECT id, name, filters, every_minutes, floor, ceiling, quiet, spike, cooldown_hours, last_run
           FROM watches ORDER BY name"""
    )
    return [
        Watch(
            number, name, read_filters(json.loads(filters)), every, floor, ceiling, quiet, bool(spike), cooldown, last
        )
        for number, name, filters, every, floor, ceiling, quiet, spike, cooldown, last in cursor
    ]


def find_watch(connection: sqlite3.Connection, name: str) -> Watch:
    """The watch of a name; raises UserError when there is none."""
    for watch in watches(connection):
        if watch.name == name:
            return watch
    raise UserError(f"{name}: no such watch; see `pantau watch list`")
