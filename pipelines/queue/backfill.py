"""A walk into a source's past, as the queue keeps it: its steps, the pages they led to, and what comes next."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from crawler.catalogue import Source
from crawler.history import MAX_WALK, Days, Step, days_of_article, days_of_sitemap, first_steps, page_url
from crawler.records import Link, Order
from pipelines.database.open import transaction
from pipelines.queue.orders import Orders
from pipelines.wording.wib import WIB, stamp_now

ORIGIN = "pengambilan susulan"
STEPS, PAGES = 50, 500  # that one stretch asks for at most
AHEAD = 40  # pages that wait while the next page of a listing without dates is asked for
STEP_ATTEMPTS = 3
FEW = 3  # dates that say when a listing has come to the time before `since`


class Left(NamedTuple):
    """What a backfill still has to do, as far as it is known: steps, pages."""

    steps: int
    pages: int


@dataclass(frozen=True, slots=True)
class Stretch:
    """How much one run of a backfill asks for at most.

    survey  only a step of each way at a time and no pages, to learn how much there is
    """

    steps: int = STEPS
    pages: int = PAGES
    survey: bool = False


class Backfill:
    """One backfill on an open connection; each call that writes is a transaction of its own."""

    def __init__(self, connection: sqlite3.Connection, source: Source, backfill_id: int, days: Days) -> None:
        self.connection = connection
        self.source = source
        self.id = backfill_id
        self.days = days
        self.orders = Orders(connection)
        self.planned = 0  # pages that this stretch is to ask for, as far as its steps have told
        self.discoveries = {discovery.url: discovery for discovery in source.discover}

    def left(self) -> Left:
        """What is waiting."""
        counts = [
            self.connection.execute(
                f"SELECT count(*) FROM {table} WHERE backfill_id = ? AND state = 'waiting'", (self.id,)
            ).fetchone()[0]
            for table in ("backfill_steps", "backfill_pages")
        ]
        return Left(*counts)

    def settle(self) -> None:
        """Take note of pages that have been fetched otherwise, or by a run that died before it could say so."""
        with transaction(self.connection):
            self.connection.execute(
                """UPDATE backfill_pages SET state = 'done' WHERE backfill_id = ? AND state = 'waiting'
                     AND url IN (SELECT url FROM pages WHERE fetched_at IS NOT NULL)""",
                (self.id,),
            )

    def finish(self) -> None:
        """Nothing is left."""
        with transaction(self.connection):
            self.connection.execute("UPDATE backfills SET finished = ? WHERE id = ?", (stamp_now(), self.id))

    def steps(self, stretch: Stretch) -> list[Step]:
        """Steps that wait, the first ones first; none while enough pages wait, but those whose time is over end."""
        self.planned = self.left().pages
        if self.planned >= max(1, stretch.pages) and not stretch.survey:
            return []
        rows = self.connection.execute(
            """SELECT id, way, url, day, page, depth FROM backfill_steps
               WHERE backfill_id = ? AND state = 'waiting' ORDER BY attempts, id""",
            (self.id,),
        )
        chosen: list[Step] = []
        taken: set[str] = set()
        for key, way, url, day, page, depth in rows.fetchall():
            discovery = self.discoveries.get(way)
            if discovery is None:
                self._end(key, "failed", "its discovery is no longer in the catalogue")
                continue
            step = Step(key, discovery, url, date.fromisoformat(day) if day else None, page, depth)
            if page and not step.day and self._is_past(step):
                self._end(key, "done", None)
                continue
            if way in taken if stretch.survey else page and self.enough(stretch, step):
                continue
            taken.add(way)
            chosen.append(step)
            if len(chosen) >= stretch.steps:
                break
        return chosen

    def pages(self, stretch: Stretch) -> list[Order]:
        """Pages that wait, the newest first."""
        rows = self.connection.execute(
            """SELECT url, hints FROM backfill_pages WHERE backfill_id = ? AND state = 'waiting'
               ORDER BY day DESC, step_id LIMIT ?""",
            (self.id, stretch.pages),
        )
        return [Order(url, hints=json.loads(hints)) for url, hints in rows]

    def plan_step(self, step: Step, links: Sequence[Link], children: Sequence[Link]) -> list[Order]:
        """crawler.history.History.plan_step."""
        wanted = [(link, day) for link in links if self._is_wanted(link, day := _day(link))]
        known = self.orders.known([link.url for link, _ in wanted])
        texts, fresh = [], 0
        with transaction(self.connection):
            for link, day in wanted:
                row = known.get(link.url)
                url = row["url"] if row else link.url
                waits = row is None or (row["fetched_at"] is None and row["state"] == "found")
                fresh += self.connection.execute(
                    """INSERT INTO backfill_pages (backfill_id, url, step_id, state, hints, day)
                       VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING""",
                    (
                        self.id,
                        url,
                        step.key,
                        "waiting" if waits else "done",
                        json.dumps(link.hints(), ensure_ascii=False),
                        day.last.isoformat() if day else None,
                    ),
                ).rowcount
                self.planned += waits
                if link.body and waits:
                    texts.append(Order(link.url, hints=link.hints()))
            for child in children:
                if self._is_wanted_sitemap(child):
                    self._add(Step(0, step.discovery, child.url, None, 0, step.depth + 1))
            self.connection.execute(
                "UPDATE backfill_steps SET links = ?, fresh = ? WHERE id = ?", (len(links), fresh, step.key)
            )
        return texts

    def end_step(self, step: Step, *, most: int | None, total: int | None) -> Step | None:
        """crawler.history.History.end_step; the page after this one, if there may be one."""
        with transaction(self.connection):
            links, fresh = self.connection.execute(
                """UPDATE backfill_steps SET state = 'done', error = NULL, total = ? WHERE id = ?
                   RETURNING links, fresh""",
                (total, step.key),
            ).fetchone()
            goes_on = step.is_paged and links and step.page + 1 < min(MAX_WALK, MAX_WALK if most is None else most)
            # A listing that has no more pages often shows the last one, or the first one, for ever.
            if not goes_on or (not fresh and self._repeats(step)) or self._is_past(step, itself=True):
                return None
            page = step.page + 1
            url = page_url(step.discovery, step.day, page)
            return self._add(Step(0, step.discovery, url, step.day, page, step.depth))

    def note_total(self, step: Step, total: int | None) -> None:
        """How many articles a walk has; the step itself is still to be asked for."""
        with transaction(self.connection):
            self.connection.execute("UPDATE backfill_steps SET total = ? WHERE id = ?", (total, step.key))

    def moves(self) -> int:
        """A number that grows with everything that is tried; one that stands still says that nothing goes on."""
        steps, tries = self.connection.execute(
            "SELECT count(*) FILTER (WHERE state <> 'waiting'), coalesce(sum(attempts), 0) FROM backfill_steps "
            "WHERE backfill_id = ?",
            (self.id,),
        ).fetchone()
        return int(steps + tries + self.done()[0] + self.done()[1])

    def done(self) -> tuple[int, int]:
        """Pages that were fetched or known before, and pages that could not be had."""
        done, failed = self.connection.execute(
            """SELECT count(*) FILTER (WHERE state = 'done'), count(*) FILTER (WHERE state = 'failed')
               FROM backfill_pages WHERE backfill_id = ?""",
            (self.id,),
        ).fetchone()
        return done, failed

    def broken(self) -> list[tuple[str, str]]:
        """(address, why) of the steps that were given up."""
        return self.connection.execute(
            "SELECT url, error FROM backfill_steps WHERE backfill_id = ? AND state = 'failed' ORDER BY id", (self.id,)
        ).fetchall()

    def fail_step(self, step: Step, why: str) -> None:
        """crawler.history.History.fail_step: it is asked for again, STEP_ATTEMPTS times in all."""
        with transaction(self.connection):
            self.connection.execute(
                """UPDATE backfill_steps SET attempts = attempts + 1, error = ?,
                   state = iif(attempts + 1 >= ?, 'failed', 'waiting') WHERE id = ?""",
                (why, STEP_ATTEMPTS, step.key),
            )

    def enough(self, stretch: Stretch, step: Step) -> bool:
        """Whether so many pages are to be asked for that the next step is left for later.

        A listing without dates ends where the pages are too old that it led to, and that is known when they are read.
        """
        dated = self.connection.execute(
            "SELECT 1 FROM backfill_pages WHERE backfill_id = ? AND day IS NOT NULL LIMIT 1", (self.id,)
        ).fetchone()
        return self.planned >= (stretch.pages if dated or step.day else min(AHEAD, stretch.pages))

    def put_page(self, url: str) -> None:
        """Give a page that was asked for its row in the queue, if it has none."""
        with transaction(self.connection):
            self.connection.execute(
                """INSERT INTO pages (url, source_id, state, found_at, hints)
                   SELECT url, ?, 'found', ?, hints FROM backfill_pages WHERE backfill_id = ? AND url = ?
                   ON CONFLICT DO NOTHING""",
                (self.source.id, stamp_now(), self.id, url),
            )

    def end_page(self, url: str, state: str) -> None:
        """A page was fetched (`done`) or could not be had (`failed`); the queue has the rest of its story."""
        with transaction(self.connection):
            self.connection.execute(
                "UPDATE backfill_pages SET state = ? WHERE backfill_id = ? AND url = ?", (state, self.id, url)
            )

    def _add(self, step: Step) -> Step | None:
        """Remember a step, inside the caller's transaction; None for an address that is a step already."""
        row = self.connection.execute(
            """INSERT INTO backfill_steps (backfill_id, way, day, page, depth, url, state)
               VALUES (?, ?, ?, ?, ?, ?, 'waiting') ON CONFLICT DO NOTHING RETURNING id""",
            (
                self.id,
                step.discovery.url,
                step.day.isoformat() if step.day else "",
                step.page,
                step.depth,
                step.url,
            ),
        ).fetchone()
        return Step(row[0], step.discovery, step.url, step.day, step.page, step.depth) if row else None

    def _end(self, key: int, state: str, error: str | None) -> None:
        with transaction(self.connection):
            self.connection.execute("UPDATE backfill_steps SET state = ?, error = ? WHERE id = ?", (state, error, key))

    def _is_wanted(self, link: Link, day: Days | None) -> bool:
        """Whether a link may be of the wanted days; a date of change says only that it is no younger."""
        if day is not None:
            return day.meets(self.days)
        return not link.modified_at or _wib(link.modified_at) >= self.days.first

    def _is_wanted_sitemap(self, child: Link) -> bool:
        named = days_of_sitemap(child.url)
        if named is not None and not named.meets(self.days):
            return False
        return not child.modified_at or _wib(child.modified_at) >= self.days.first

    def _repeats(self, step: Step) -> bool:
        """Whether two pages in a row of a walk led to nothing that was not known from it."""
        if not step.page:
            return False
        row = self.connection.execute(
            "SELECT fresh FROM backfill_steps WHERE backfill_id = ? AND way = ? AND day = ? AND page = ?",
            (self.id, step.discovery.url, step.day.isoformat() if step.day else "", step.page - 1),
        ).fetchone()
        return bool(row) and not row[0]

    def _is_past(self, step: Step, *, itself: bool = False) -> bool:
        """Whether the page before this one (or it itself) had only articles from before the wanted days.

        As far as links and addresses tell, and of those that have been read their own dates.
        """
        rows = self.connection.execute(
            """SELECT coalesce(a.published_date, b.day) FROM backfill_steps s
               JOIN backfill_pages b ON b.backfill_id = s.backfill_id AND b.step_id = s.id
               LEFT JOIN articles a ON a.url = b.url
               WHERE s.backfill_id = ? AND s.way = ? AND s.day = ? AND s.page = ?""",
            (
                self.id,
                step.discovery.url,
                step.day.isoformat() if step.day else "",
                step.page if itself else step.page - 1,
            ),
        ).fetchall()
        known = [day for (day,) in rows if day]
        return len(known) >= min(FEW, len(rows) or FEW) and max(known) < self.days.first.isoformat()


def begin_backfill(connection: sqlite3.Connection, source: Source, since: date, until: date | None) -> Backfill:
    """The backfill of these days that is under way, or a new one; without `until` of any that began at `since`.

    A new one ends today (WIB) where `until` is None.
    """
    row = connection.execute(
        """SELECT id, until FROM backfills WHERE source_id = ? AND since = ? AND finished IS NULL
             AND (? IS NULL OR until = ?) ORDER BY id DESC LIMIT 1""",
        (source.id, since.isoformat(), *[until.isoformat() if until else None] * 2),
    ).fetchone()
    if row:
        days = Days(since, date.fromisoformat(row[1]))
        return Backfill(connection, source, row[0], days)
    days = Days(since, until or datetime.now(WIB).date())
    with transaction(connection):
        (key,) = connection.execute(
            "INSERT INTO backfills (source_id, since, until, started) VALUES (?, ?, ?, ?) RETURNING id",
            (source.id, days.first.isoformat(), days.last.isoformat(), stamp_now()),
        ).fetchone()
        backfill = Backfill(connection, source, key, days)
        for step in first_steps(source, days):
            backfill._add(step)
    return backfill


def _day(link: Link) -> Days | None:
    """When an article was published, as far as its link tells."""
    if link.published_at:
        day = _wib(link.published_at)
        return Days(day, day)
    return days_of_article(link.url)


def _wib(time: str) -> date:
    return datetime.fromisoformat(time).astimezone(WIB).date()
