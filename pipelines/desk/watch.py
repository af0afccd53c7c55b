"""Watches: saved searches whose new articles are sent as a digest, through Apprise.

Every receiver has its own mark, the id up to which everything has been sent, so that one that fails is tried again by
the next run and holds up no other. The mark is written after the message has gone: a crash in between sends that digest
twice, the second time marked as such, rather than never.
"""

from __future__ import annotations

import json
import logging
import os
import re
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta, timezone
from math import sqrt
from typing import Any
from urllib.parse import urlsplit

from pipelines.database.open import transaction
from pipelines.errors import UserError
from pipelines.search.filters import Filters
from pipelines.settings.kinds import REFERENCE as SECRET
from pipelines.settings.table import RECEIVERS

LOG = logging.getLogger(__name__)
WIB = timezone(timedelta(hours=7), "WIB")
QUIET = re.compile(r"([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]):([0-5]\d)")
LONGEST_WAIT = timedelta(days=1)  # of fewer stories than the floor
READ = 5_000  # new articles that one digest looks at
SPIKE_DAYS = 28  # that make the normal
SPIKE_LEAST, SPIKE_DEVIATIONS = 5, 4.0  # a spike: at least so many in a day, and so far above a Poisson count's normal

Send = Callable[[str, str, str], None]  # address with its secrets, title, body; raises when it did not go


@dataclass(frozen=True, slots=True)
class Watch:
    """A saved search; the fields are the columns of `watches`."""

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
        """Whether its schedule asks for a run; a minute's grace for cron's own jitter."""
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


@dataclass(frozen=True, slots=True)
class Story:
    """One new article, and the outlets of its copies."""

    title: str
    outlet: str
    published_at: str | None
    url: str
    copies: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Delivery:
    """What became of one receiver of one watch: stories sent, or the error."""

    watch: str
    receiver: str
    stories: int
    error: str | None = None
    spike: bool = False


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
    """Save a watch; what is stored by now counts as known. Raises UserError for what cannot work."""
    read_filters(filters).where()
    if not filters or not receivers:
        raise UserError(f"{name}: a watch needs --query, --source, --city or --person, and --to")
    if quiet is not None and not QUIET.fullmatch(quiet):
        raise UserError(f"--quiet {quiet!r}: write it as 22:00-06:00 (WIB)")
    for address in receivers:
        password = urlsplit(address).password
        if password and not SECRET.search(password):
            raise UserError("--to: keep the secret out of the database; write ${NAME} and set the variable NAME")
    with transaction(connection):
        if connection.execute("SELECT 1 FROM watches WHERE name = ?", (name,)).fetchone():
            raise UserError(f"{name}: there is a watch of this name; remove it first")
        newest = connection.execute("SELECT coalesce(max(id), 0) FROM articles").fetchone()[0]
        cursor = connection.execute(
            """INSERT INTO watches (name, filters, every_minutes, floor, ceiling, quiet, spike, cooldown_hours,
               created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)""",
            (name, json.dumps(dict(filters), ensure_ascii=False), every_minutes, floor, ceiling, quiet, spike,
             cooldown_hours, _now()),
        )  # fmt: skip
        connection.executemany(
            "INSERT OR IGNORE INTO watch_receivers (watch_id, address, sent_to) VALUES (?, ?, ?)",
            [(cursor.lastrowid, address, newest) for address in receivers],
        )


def read_filters(values: Mapping[str, Any]) -> Filters:
    """The filters of a watch as `watches.filters` has them: those of `watch add`, or {"search": ...} from a page."""
    if "search" in values:
        from pipelines.search.filters import saved  # Datasette's third of a second only for searches from pages

        return saved(values["search"])
    return Filters(**values)


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


def run_watches(
    connection: sqlite3.Connection,
    *,
    only: str | None = None,
    now: datetime | None = None,
    send: Send | None = None,
) -> Iterator[Delivery]:
    """Send what is new of every watch that is due (`only`: of this one, due or not); a row a receiver."""
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
            yield from _serve(connection, watch, row, spike, now, send or send_through_apprise)
        connection.execute(
            "UPDATE watches SET last_run = ? WHERE id = ?", (now.isoformat(timespec="seconds"), watch.watch_id)
        )


def _serve(
    connection: sqlite3.Connection, watch: Watch, row: Sequence[Any], spike: str | None, now: datetime, send: Send
) -> Iterator[Delivery]:
    receiver, address, sent_to, sending_to, last_spike = row
    stories, newest, oldest = new_stories(connection, watch.filters, sent_to)
    waited = oldest is not None and now - datetime.fromisoformat(oldest) >= LONGEST_WAIT
    if stories and (len(stories) >= watch.floor or waited):
        title, body = digest(watch, stories)
        if sending_to is not None:
            title = f"(kirim ulang, mungkin ganda) {title}"
        connection.execute("UPDATE watch_receivers SET sending_to = ? WHERE id = ?", (newest, receiver))
        error = _try(send, address, title, body)
        _record(connection, receiver, now, error, "sent_to = coalesce(sending_to, sent_to)")
        yield Delivery(watch.name, address, len(stories), error)
    elif stories:
        LOG.info("pantauan %s: %d berita, menunggu sampai %d: %s", watch.name, len(stories), watch.floor, address)
    elif newest > sent_to:  # copies of what was sent
        connection.execute("UPDATE watch_receivers SET sent_to = ? WHERE id = ?", (newest, receiver))
    rested = last_spike is None or now - datetime.fromisoformat(last_spike) >= timedelta(hours=watch.cooldown_hours)
    if spike and rested:
        error = _try(send, address, f"Lonjakan: {watch.name}", spike)
        _record(connection, receiver, now, error, f"last_spike = '{now.isoformat(timespec='seconds')}'")
        yield Delivery(watch.name, address, 0, error, spike=True)


def _try(send: Send, address: str, title: str, body: str) -> str | None:
    try:
        send(with_secrets(address), title, body)
    except Exception as error:  # whatever a receiver does must not stop the others
        return f"{type(error).__name__}: {error}"
    LOG.info("%s: terkirim ke %s", title, address)
    return None


def _record(connection: sqlite3.Connection, receiver: int, now: datetime, error: str | None, done: str) -> None:
    if error is None:
        connection.execute(
            f"""UPDATE watch_receivers SET {done}, sending_to = NULL, last_sent = ?, failures = 0, error = NULL
                WHERE id = ?""",
            (now.isoformat(timespec="seconds"), receiver),
        )
    else:  # nothing went: the next run sends it, and not as a repetition
        connection.execute(
            "UPDATE watch_receivers SET sending_to = NULL, failures = failures + 1, error = ? WHERE id = ?",
            (error, receiver),
        )


def new_stories(connection: sqlite3.Connection, filters: Filters, after: int) -> tuple[list[Story], int, str | None]:
    """The stories among the articles with an id above `after`, the highest id looked at, when the oldest was seen.

    Copies are folded under the earliest; a story of which any copy has an id up to `after` is known already.
    """
    where, values = filters.where()
    newest = connection.execute("SELECT coalesce(max(id), 0) FROM articles").fetchone()[0]
    rows = connection.execute(
        f"""SELECT a.id, coalesce(a.duplicate_of, a.id), a.title, coalesce(s.name, a.source_id, '?'), a.published_at,
                   a.url, a.first_seen
            FROM articles a LEFT JOIN sources s ON s.id = a.source_id
            WHERE a.id > :after AND a.id <= :newest AND {where} ORDER BY a.id LIMIT {READ}""",
        values | {"after": after, "newest": newest},
    ).fetchall()
    if len(rows) == READ:
        newest = rows[-1][0]
    groups: dict[int, list[Sequence[Any]]] = {}
    for row in rows:
        groups.setdefault(row[1], []).append(row)
    stories, oldest = [], None
    for root, members in groups.items():
        known = connection.execute(
            "SELECT 1 FROM articles WHERE (id = ?1 OR duplicate_of = ?1) AND id <= ?2 LIMIT 1", (root, after)
        ).fetchone()
        if known:
            continue
        first = min(members, key=lambda row: (row[0] != root, row[4] or "9"))
        copies = tuple(dict.fromkeys(row[3] for row in members if row is not first))
        stories.append(Story(first[2], first[3], first[4], first[5], copies))
        oldest = min(oldest or members[0][6], members[0][6])
    stories.sort(key=lambda story: story.published_at or "", reverse=True)
    return stories, newest, oldest


def digest(watch: Watch, stories: Sequence[Story]) -> tuple[str, str]:
    """Title and plain text of a message on new stories."""
    lines = []
    for number, story in enumerate(stories[: watch.ceiling], 1):
        when = datetime.fromisoformat(story.published_at).astimezone(WIB) if story.published_at else None
        lines.append(f"{number}. {story.title}")
        lines.append(f"   {story.outlet}{f', {when:%d-%m-%Y %H.%M} WIB' if when else ''}")
        if story.copies:
            lines.append(f"   juga di {', '.join(story.copies)}")
        lines.append(f"   {story.url}")
    if len(stories) > watch.ceiling:
        lines.append(f"... dan {len(stories) - watch.ceiling} berita lain")
    return f"Pantau: {watch.name} ({len(stories)} berita baru)", "\n".join(lines)


def spike_message(connection: sqlite3.Connection, watch: Watch, now: datetime) -> str | None:
    """What to say when the last day has far more matching articles than a day of the four weeks before it, or None."""
    where, values = watch.filters.where()
    moments = {
        "day": (now - timedelta(days=1)).isoformat(timespec="seconds"),
        "begin": (now - timedelta(days=1 + SPIKE_DAYS)).isoformat(timespec="seconds"),
        "now": now.isoformat(timespec="seconds"),
    }
    today, before = connection.execute(
        f"""SELECT coalesce(sum(a.published_at > :day), 0), coalesce(sum(a.published_at <= :day), 0) FROM articles a
            WHERE a.published_at > :begin AND a.published_at <= :now AND {where}""",
        values | moments,
    ).fetchone()
    normal = before / SPIKE_DAYS
    if today < SPIKE_LEAST or today < normal + SPIKE_DEVIATIONS * sqrt(normal + 1):
        return None
    usual = f"{normal:.1f}".replace(".", ",")
    return f"{today} berita dalam 24 jam terakhir; biasanya {usual} sehari ({SPIKE_DAYS} hari sebelumnya)."


def with_secrets(address: str) -> str:
    """The address with its ${NAMES} from the environment; raises UserError for one that is not set.

    A receiver of the settings, ${PANTAU_RECEIVER_NAME}, may itself be an address with ${NAMES} of secrets in it.
    """

    def value(match: re.Match[str]) -> str:
        if match[1] not in os.environ:
            raise UserError(f"the environment variable {match[1]} is not set")
        return os.environ[match[1]]

    def receiver(match: re.Match[str]) -> str:
        return value(match) if match[1].startswith(RECEIVERS.prefix) else match[0]

    return SECRET.sub(value, SECRET.sub(receiver, address))


def send_through_apprise(address: str, title: str, body: str) -> None:
    """Send one message; raises ValueError for an address Apprise does not know, OSError when it did not go."""
    import apprise  # half a second

    sender = apprise.Apprise()
    if not sender.add(address):
        raise ValueError("Apprise knows no such address; see its documentation of services")
    said: list[str] = []
    handler = logging.Handler()
    handler.emit = lambda record: said.append(record.getMessage())  # type: ignore[method-assign]
    logger = logging.getLogger("apprise")
    logger.addHandler(handler)
    try:
        gone = sender.notify(title=title, body=body, body_format=apprise.NotifyFormat.TEXT)
    finally:
        logger.removeHandler(handler)
    if not gone:
        raise OSError(said[-1] if said else "the receiver did not take it")


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
