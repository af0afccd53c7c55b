"""Alerts by story (isu): one that a watch finds an article of is told of when it appears, and when it has grown.

Each receiver is told of each story once, and once more when it passes the setting `isu.alert_articles`. What was there
before a receiver's first turn is known to it. A story that went into another takes along that it was told.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from markupsafe import Markup

from pipelines.desk.watch.message import Message
from pipelines.desk.watch.saved import Watch
from pipelines.settings.load import setting
from pipelines.wording.dates import short_moment
from pipelines.wording.wib import stamp

RECENT = timedelta(days=2)  # a story is told of while one of its articles that the watch finds is no older
SEVERAL = 2  # articles; one alone is what the digest tells of
NEW, GROWN = "new", "grown"
BEGUN = 0  # stands for the story of a row that says: from here on stories are told


@dataclass(frozen=True, slots=True)
class Told:
    """A story that a receiver is to be told of; `what`: NEW, GROWN or both."""

    story: int
    title: str
    articles: int
    outlets: int
    first_outlet: str
    first_seen: str
    what: tuple[str, ...]


def to_tell(connection: sqlite3.Connection, watch: Watch, address: str, sent_to: int, now: datetime) -> list[Told]:
    """The stories that a receiver of a watch has not been told of, the greatest first.

    sent_to  the id up to which articles are known to the receiver: stories with one of them are, on its first turn
    """
    found = _found(connection, watch, now)
    first = not connection.execute(
        "SELECT 1 FROM isu_alerts WHERE watch_id = ? AND address = ? AND isu_id = ?", (watch.watch_id, address, BEGUN)
    ).fetchone()
    if first:
        known = [one for one in found if _has_one_up_to(connection, one.story, sent_to)]
        stamped = [(watch.watch_id, address, one.story, what, stamp(now)) for one in known for what in one.what]
        connection.executemany(
            "INSERT OR IGNORE INTO isu_alerts (watch_id, address, isu_id, what, sent_at) VALUES (?, ?, ?, ?, ?)",
            [(watch.watch_id, address, BEGUN, NEW, stamp(now)), *stamped],
        )
    return [left for one in found if (left := _untold(connection, watch, address, one)) is not None]


def _found(connection: sqlite3.Connection, watch: Watch, now: datetime) -> list[Told]:
    """The open stories of several articles of which the watch finds a recent one."""
    where, values = watch.filters.where()
    grown = int(str(setting("isu.alert_articles")))
    rows = connection.execute(
        f"""SELECT i.id, i.title, i.articles, i.outlets, coalesce(s.name, i.first_outlet, '?'), i.first_seen
            FROM isu i LEFT JOIN sources s ON s.id = i.first_outlet
            WHERE i.state = 'open' AND i.articles >= :least
              AND i.id IN (SELECT m.isu_id FROM articles a CROSS JOIN isu_articles m ON m.article_id = a.id
                           WHERE a.published_at > :recent AND a.published_at <= :now AND {where})
              AND i.id NOT IN (SELECT isu_id FROM isu_marks WHERE closed)
            ORDER BY i.outlets DESC, i.articles DESC, i.id""",
        values | {"least": max(SEVERAL, watch.floor), "recent": stamp(now - RECENT), "now": stamp(now)},
    )
    return [
        Told(story, title, articles, outlets, outlet, first, (NEW, GROWN) if articles >= grown else (NEW,))
        for story, title, articles, outlets, outlet, first in rows
    ]


def _has_one_up_to(connection: sqlite3.Connection, story: int, article_id: int) -> bool:
    found = connection.execute(
        "SELECT 1 FROM isu_articles WHERE isu_id = ? AND article_id <= ? LIMIT 1", (story, article_id)
    ).fetchone()
    return found is not None


def _untold(connection: sqlite3.Connection, watch: Watch, address: str, one: Told) -> Told | None:
    """What of a story has not been told; None for nothing."""
    told = {
        what
        for (what,) in connection.execute(
            """SELECT what FROM isu_alerts WHERE watch_id = :watch AND address = :address AND sent_at IS NOT NULL
               AND isu_id IN (SELECT :story UNION ALL SELECT id FROM isu WHERE merged_into = :story)""",
            {"watch": watch.watch_id, "address": address, "story": one.story},
        )
    }
    left = tuple(what for what in one.what if what not in told)
    return (
        Told(one.story, one.title, one.articles, one.outlets, one.first_outlet, one.first_seen, left) if left else None
    )


def begin(connection: sqlite3.Connection, watch: Watch, address: str, stories: Sequence[Told]) -> bool:
    """Write down that a message on stories is under way; whether one was already, which a crash left."""
    before = connection.execute(
        "SELECT 1 FROM isu_alerts WHERE watch_id = ? AND address = ? AND sent_at IS NULL LIMIT 1",
        (watch.watch_id, address),
    ).fetchone()
    connection.executemany(
        "INSERT OR IGNORE INTO isu_alerts (watch_id, address, isu_id, what) VALUES (?, ?, ?, ?)",
        [(watch.watch_id, address, one.story, what) for one in stories for what in one.what],
    )
    return before is not None


def end(connection: sqlite3.Connection, watch: Watch, address: str, now: datetime, *, went: bool) -> None:
    """Write down that the message has gone, or that nothing went: then the next run sends it."""
    if went:
        connection.execute(
            "UPDATE isu_alerts SET sent_at = ? WHERE watch_id = ? AND address = ? AND sent_at IS NULL",
            (stamp(now), watch.watch_id, address),
        )
    else:
        connection.execute(
            "DELETE FROM isu_alerts WHERE watch_id = ? AND address = ? AND sent_at IS NULL", (watch.watch_id, address)
        )


def message(watch: Watch, stories: Sequence[Told]) -> tuple[str, Message]:
    """Title and text of a message on stories; of more than the watch's ceiling the others are counted."""
    pages = str(setting("public_url") or "").rstrip("/")
    plain, html = [], []
    for one in stories[: watch.ceiling]:
        kind = "Isu baru" if NEW in one.what else "Isu tumbuh"
        about = f"{one.articles} artikel dari {one.outlets} media; pertama {one.first_outlet}"
        about += f", {short_moment(one.first_seen)}"
        address = f"{pages}/isu/{one.story}" if pages else ""
        plain += [f"{kind}: {one.title}", f"   {about}", *([f"   {address}"] if address else []), ""]
        link = Markup('<br><a href="{0}">{0}</a>').format(address) if address else Markup()
        html.append(Markup("<p>{}: <b>{}</b><br>{}{}</p>").format(kind, one.title, about, link))
    if len(stories) > watch.ceiling:
        more = f"... dan {len(stories) - watch.ceiling} isu lain"
        plain.append(more)
        html.append(Markup("<p>{}</p>").format(more))
    title = f"[Pantau] {watch.name}: {len(stories)} isu"
    return title, Message("\n".join(plain).rstrip(), str(Markup("\n").join(html)))
