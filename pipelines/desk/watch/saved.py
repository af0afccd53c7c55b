"""Saved watches: a search, who gets what is new of it, how often; adding, changing, removing, bringing back."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any
from urllib.parse import parse_qsl

from pipelines.database.open import as_database, transaction
from pipelines.desk.watch.address import check_address
from pipelines.desk.watch.receivers import by_reference
from pipelines.errors import UserError
from pipelines.search.filters import Filters, SearchFilters, saved
from pipelines.wording.wib import WIB, stamp_now

CLIP_FORMS = ("docx", "pdf")
QUIET = re.compile(r"([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]):([0-5]\d)")


@dataclass(frozen=True, slots=True)
class Watch:
    """A saved search; the fields are the columns of `watches`.

    every_minutes   between two digests
    floor, ceiling  fewer stories than `floor` wait for more; more than `ceiling` are counted, not listed
    quiet           "22:00-06:00": hours in WIB in which nothing is sent
    spike           whether an unusual number of articles is told, too; again after `cooldown_hours` at the earliest
    last_run        ISO 8601 UTC
    clip            the form of the kliping that its receivers get every morning (CLIP_FORMS), or ""
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
    clip: str = ""

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
    clip: str = "",
) -> None:
    """Save a watch; every article that is stored by now counts as known.

    Raises UserError for a search without a condition, a secret written out, an address that no service understands,
    hours that cannot be read, or a name that another watch has.
    """
    values = {
        "name": name,
        "filters": filters,
        "every_minutes": every_minutes,
        "floor": floor,
        "ceiling": ceiling,
        "quiet": quiet,
        "spike": spike,
        "cooldown_hours": cooldown_hours,
        "clip": clip,
    }
    _check(name, values, receivers)
    with transaction(connection):
        _demand_free(connection, name)
        stored = values | {"filters": json.dumps(dict(filters), ensure_ascii=False), "created_at": stamp_now()}
        watch = as_database(connection).table("watches").insert(stored)
        _add_receivers(connection, int(watch.last_rowid or 0), receivers)


def change_watch(
    connection: sqlite3.Connection, name: str, changes: Mapping[str, Any], receivers: Sequence[str] | None = None
) -> None:
    """Change a watch: the arguments of `add_watch` that are to be different, and who gets it if that changes.

    A receiver that stays keeps its mark; a new one gets what comes from now on. Raises UserError as `add_watch` does.
    """
    _check(name, changes, receivers)
    with transaction(connection):
        watch = find_watch(connection, name)
        if changes.get("name", name) != name:
            _demand_free(connection, changes["name"])
        stored = dict(changes)
        if "filters" in stored:
            stored["filters"] = json.dumps(dict(stored["filters"]), ensure_ascii=False)
        if stored:
            as_database(connection).table("watches").update(watch.watch_id, stored)
        if receivers is not None:
            marks = ", ".join("?" * len(receivers))
            connection.execute(
                f"DELETE FROM watch_receivers WHERE watch_id = ? AND address NOT IN ({marks})",
                (watch.watch_id, *receivers),
            )
            _add_receivers(connection, watch.watch_id, receivers)


def _check(name: str, values: Mapping[str, Any], receivers: Sequence[str] | None) -> None:
    """Refuse what no watch can be; `values` as of add_watch, `receivers` None where they stay."""
    new = values.get("name", name)
    if not new.strip() or not new.isprintable():
        raise UserError(f"{new!r}: a watch needs a name of one line, since it becomes the title of a mail")
    if "filters" in values:
        read_filters(values["filters"]).where()
    given = values.get("filters", True)
    if (
        not given
        or (isinstance(given, Mapping) and not given.get("search", True))
        or (receivers is not None and not receivers)
    ):
        raise UserError(f"{name}: a watch needs --query, --source, --city or --person, and --to")
    quiet = values.get("quiet")
    if quiet is not None and not QUIET.fullmatch(quiet):
        raise UserError(f"--quiet {quiet!r}: write it as 22:00-06:00 (WIB)")
    if values.get("clip", "") not in ("", *CLIP_FORMS):
        raise UserError("--clip: wanted: docx or pdf")
    for address in receivers or ():
        check_address(address)


def _demand_free(connection: sqlite3.Connection, name: str) -> None:
    if connection.execute("SELECT 1 FROM watches WHERE name = ?", (name,)).fetchone():
        raise UserError(f"{name}: there is a watch of this name; remove it first")


def _add_receivers(connection: sqlite3.Connection, watch_id: int, receivers: Sequence[str]) -> None:
    """Let them have what comes from now on; one that is there already stays as it is.

    Raises UserError for a receiver of the page that is not there.
    """
    for address in receivers:
        by_reference(connection, address)
    newest = connection.execute("SELECT coalesce(max(id), 0) FROM articles").fetchone()[0]
    as_database(connection).table("watch_receivers").insert_all(
        [{"watch_id": watch_id, "address": address, "sent_to": newest} for address in receivers], ignore=True
    )


def read_filters(values: Mapping[str, Any]) -> Filters:
    """The filters of a watch as `watches.filters` has them: those of `watch add`, or {"search": ...} from a page."""
    return saved(values["search"]) if "search" in values else Filters(**values)


# A search of the pages by the names of the options that mean nearly the same.
IN_A_SEARCH = {"query": "q", "source": "sumber", "city": "kota", "person": "pejabat"}


def changed_filters(watch: Watch, options: Mapping[str, str]) -> dict[str, Any]:
    """The filters of a watch as `watches.filters` has them, with options of `watch add` in their place; "" for none."""
    if isinstance(watch.filters, SearchFilters):
        kept = dict(parse_qsl(watch.filters.search.address()))
        kept |= {IN_A_SEARCH[key]: value for key, value in options.items()}
        return {"search": {key: value for key, value in kept.items() if value}}
    kept = {key: getattr(watch.filters, key) for key in IN_A_SEARCH} | dict(options)
    return {key: value for key, value in kept.items() if value}


def remove_watch(connection: sqlite3.Connection, name: str) -> None:
    """Take a watch and its receivers away, for `restore_watch` to bring back. Raises UserError when there is none."""
    with transaction(connection):
        watch = find_watch(connection, name)
        database = as_database(connection)
        (row,) = database.table("watches").rows_where("id = ?", (watch.watch_id,))
        row["receivers"] = list(database.table("watch_receivers").rows_where("watch_id = ?", (watch.watch_id,)))
        kept = {"name": name, "removed_at": stamp_now(), "watch": json.dumps(row, ensure_ascii=False)}
        database.table("removed_watches").insert(kept)
        connection.execute("DELETE FROM watch_receivers WHERE watch_id = ?", (watch.watch_id,))
        connection.execute("DELETE FROM isu_alerts WHERE watch_id = ?", (watch.watch_id,))
        connection.execute("DELETE FROM watches WHERE id = ?", (watch.watch_id,))


def restore_watch(connection: sqlite3.Connection, name: str) -> None:
    """Bring back the watch of this name that was removed last; its receivers also get what came in between.

    Raises UserError when none was removed, or when another has its name by now.
    """
    with transaction(connection):
        found = connection.execute(
            "SELECT id, watch FROM removed_watches WHERE name = ? ORDER BY id DESC LIMIT 1", (name,)
        ).fetchone()
        if found is None:
            raise UserError(f"{name}: no watch of this name was removed; see `pantau watch list`")
        _demand_free(connection, name)
        row = json.loads(found[1])
        receivers = row.pop("receivers")
        database = as_database(connection)
        # Its number may have been given to another watch.
        watch = database.table("watches").insert({key: value for key, value in row.items() if key != "id"})
        database.table("watch_receivers").insert_all(
            {key: value for key, value in receiver.items() if key != "id"} | {"watch_id": watch.last_rowid}
            for receiver in receivers
        )
        connection.execute("DELETE FROM removed_watches WHERE id = ?", (found[0],))


def watches(connection: sqlite3.Connection) -> list[Watch]:
    """Every watch, by name."""
    cursor = connection.execute(
        """SELECT id, name, filters, every_minutes, floor, ceiling, quiet, spike, cooldown_hours, last_run,
                  clip
           FROM watches ORDER BY name"""
    )
    return [
        Watch(number, name, read_filters(json.loads(filters)), every, floor, ceiling, quiet, bool(spike), *rest)
        for number, name, filters, every, floor, ceiling, quiet, spike, *rest in cursor
    ]


def find_watch(connection: sqlite3.Connection, name: str) -> Watch:
    """The watch of a name; raises UserError when there is none."""
    for watch in watches(connection):
        if watch.name == name:
            return watch
    raise UserError(f"{name}: no such watch; see `pantau watch list`")
