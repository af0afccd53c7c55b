"""The form that changes a watch: what it shows of the watch, what can be wrong, what is written."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from pipelines.desk.watch.saved import change_watch
from pipelines.desk.watch.told import every
from pipelines.publish.views import watch_form, watch_search
from pipelines.publish.views.watch_form import CLIPS, SCHEDULES, Given
from pipelines.search.asked import Search
from pipelines.search.rows import Row


@dataclass(frozen=True, slots=True)
class WatchChange:
    """A watch and what a person wants it to be.

    name       as it is stored
    given      what the form shows: the watch's own, or what a person gave
    query      its words, None for a watch of the command line, whose search the page leaves alone
    receivers  those that can be chosen, and what each is called
    kept       addresses of the watch that are none of these: they stay
    """

    name: str
    filters: Mapping[str, Any]
    given: Given
    query: str | None
    receivers: Mapping[str, str]
    kept: tuple[str, ...]
    schedules: Mapping[str, str]
    clips: Mapping[str, str] = field(default_factory=lambda: CLIPS)

    def _search(self) -> Search:
        return Search.read({**self.filters.get("search", {}), "q": self.query or ""}.get)

    @property
    def on_search_page(self) -> str:
        """Where its filters are changed, what it finds before one's eyes; "" for a watch of the command line."""
        return "" if self.query is None else watch_search.address(self.name, self._search())

    def wrong(self) -> str | None:
        """What is wrong with it, in Indonesian, or None."""
        if self.query is not None:
            asked = watch_form.wrong_search(self._search())
            if asked:
                return asked
        fault = watch_form.wrong_settings(self.given, self.schedules, self.receivers)
        return fault or (None if self.given.to or self.kept else "Pilih paling sedikit satu penerima.")

    def apply(self, connection: sqlite3.Connection) -> None:
        """Write it. Raises UserError where the new name is taken or an address is not understood."""
        changes: dict[str, Any] = {
            "name": self.given.name,
            "every_minutes": int(self.given.every),
            "quiet": self.given.quiet or None,
            "spike": self.given.spike,
            "clip": self.given.clip,
        }
        if self.query is not None:
            changes["filters"] = {"search": watch_form.saved_part(self._search())}
        addresses = [*self.kept, *(watch_form.address_of(name) for name in self.given.to)]
        change_watch(connection, self.name, changes, addresses)


def offered_change(
    rows: Iterable[Row], name: str, known: Mapping[str, str], given: Given | None = None, query: str = ""
) -> WatchChange | None:
    """The form for the watch of that name, or None where there is none.

    known         the receivers that can be chosen (`watch_form.known_receivers`)
    given, query  what a person sent
    """
    mine = [row for row in rows if row["name"] == name]
    if not mine:
        return None
    watch, filters = mine[0], json.loads(mine[0]["filters"])
    ours = {watch_form.address_of(receiver): receiver for receiver in known}
    addresses = [row["address"] for row in mine if row["address"]]
    minutes = str(watch["every_minutes"])
    stored = Given(
        watch["name"],
        minutes,
        watch["quiet"] or "",
        bool(watch["spike"]),
        tuple(ours[a] for a in addresses if a in ours),
        watch["clip"],
    )
    words = filters["search"].get("q", "") if "search" in filters else None
    return WatchChange(
        name,
        filters,
        given or stored,
        words if given is None or words is None else query,
        known,
        tuple(address for address in addresses if address not in ours),
        {minutes: every(watch["every_minutes"])} | SCHEDULES,
    )
