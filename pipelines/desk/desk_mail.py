"""One's own desk by mail: every morning what is due or assigned to a person, to a receiver that the person chose.

Each person is sent it once a day, and nothing on a day without tasks. What was published or refused is no task. Who can
no longer log in, or only reads now, is sent nothing, and the log of what was sent says so, once; the choice is kept.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from markupsafe import Markup, escape

from pipelines.desk.published import Proposal, proposed
from pipelines.desk.watch import receivers
from pipelines.desk.watch.deliver import Send, Target, called, deliver, record
from pipelines.desk.watch.message import HTML, Message
from pipelines.desk.work import MOST_LISTED, OPEN
from pipelines.errors import UserError
from pipelines.settings.load import setting
from pipelines.wording.dates import day, short_day
from pipelines.wording.wib import WIB

LONGEST_NOTE = 200  # characters
LATE, TODAY, LATER = "Lewat tenggat", "Jatuh tempo hari ini", "Tugas lain"
NOBODYS = "Jatuh tempo, belum ada yang mengurus"
GONE = "tidak ada lagi di antara yang dapat masuk"  # as the server of the team's pages found when it started
CLOSED, READS = "akunnya ditutup", "kini pembaca"


@dataclass(frozen=True, slots=True)
class Task:
    """An article that a person is to see to; days are YYYY-MM-DD (WIB), "" where there is none."""

    article_id: int
    title: str
    outlet: str
    url: str
    deadline: str
    response: str
    response_day: str
    note: str
    assignee: str

    def section(self, today: str) -> str:
        """Under which heading it stands."""
        if not self.assignee:
            return NOBODYS
        return LATER if not self.deadline or self.deadline > today else TODAY if self.deadline == today else LATE


@dataclass(frozen=True, slots=True)
class SentDesk:
    """What became of the mail of one person; `error`: why it did not go."""

    author: str
    receiver: str
    tasks: int
    error: str | None


def chosen(connection: sqlite3.Connection, author: str) -> int | None:
    """The receiver that gets a person's desk every morning; None where the person wants none."""
    row = connection.execute("SELECT receiver_id FROM desk_mails WHERE author = ?", (author,)).fetchone()
    return int(row[0]) if row else None


def choose(connection: sqlite3.Connection, author: str, receiver_id: int | None) -> None:
    """Send a person's desk to a receiver from now on, or no longer. Raises UserError for one that is not confirmed."""
    if receiver_id is None:
        connection.execute("DELETE FROM desk_mails WHERE author = ?", (author,))
        return
    if receiver_id not in {one.id for one in receivers.confirmed(connection)}:
        raise UserError("choose a receiver that is confirmed")
    connection.execute(
        """INSERT INTO desk_mails (author, receiver_id) VALUES (?, ?)
           ON CONFLICT DO UPDATE SET receiver_id = excluded.receiver_id, stopped = ''""",
        (author, receiver_id),
    )


def stop_strangers(connection: sqlite3.Connection, people: Collection[str], *, by_proxy: bool) -> None:
    """Stop the mails of those who can no longer log in, and let those go on who can again.

    people    in small letters: who logs in besides the accounts, by the settings or on one's own machine
    by_proxy  whether accounts without a password log in, by a reverse proxy
    """
    rows = connection.execute(
        """SELECT d.author, d.receiver_id, d.stopped,
                  u.name IS NOT NULL AND u.disabled_at IS NULL AND (u.password <> '' OR :by_proxy)
           FROM desk_mails d LEFT JOIN users u ON u.name = lower(d.author)""",
        {"by_proxy": by_proxy},
    ).fetchall()
    for author, receiver_id, stopped, has_account in rows:
        gone = "" if has_account or author.lower() in people else GONE
        if gone or stopped == GONE:
            _stop(connection, author, receiver_id, stopped, gone)


def _stop(connection: sqlite3.Connection, author: str, receiver_id: int, before: str, why: str) -> None:
    """Write why a person is sent nothing, "" for no reason, and a line of the log where that is new."""
    if why == before:
        return
    connection.execute("UPDATE desk_mails SET stopped = ? WHERE author = ?", (why, author))
    if why:
        where = Target("", called(connection, f"penerima:{receiver_id}"), receiver_id)
        record(connection, where, f"[Pantau] Meja {author}", f"tidak dikirim lagi: {why}", went=False)


def tasks_of(connection: sqlite3.Connection, author: str, today: date) -> list[Task]:
    """What is assigned to a person, the nearest deadline first, then what is due and nobody's; at most MOST_LISTED."""
    marks = ", ".join(f"'{state}'" for state in ("", *OPEN))
    rows = connection.execute(
        f"""SELECT a.id, a.title, coalesce(s.name, a.source_id, ''), a.url, w.deadline, w.response, w.response_day,
                   w.note, w.assignee
            FROM article_work w JOIN articles a ON a.id = w.article_id LEFT JOIN sources s ON s.id = a.source_id
            WHERE w.response IN ({marks})
              AND (lower(w.assignee) = lower(:author)
                   OR (w.assignee = '' AND w.deadline BETWEEN '0' AND :today))
            ORDER BY w.assignee = '', w.deadline = '', w.deadline, a.id DESC LIMIT {MOST_LISTED}""",
        {"author": author, "today": today.isoformat()},
    )
    return [Task(*row) for row in rows]


def as_message(connection: sqlite3.Connection, author: str, tasks: Sequence[Task], today: date) -> tuple[str, Message]:
    """Title and text of the mail on some tasks, by section; with Pantau's addresses where `public_url` is set."""
    pages = str(setting("public_url") or "").rstrip("/")
    offers = proposed(connection, [(task.article_id, task.response_day) for task in tasks if task.response in OPEN])
    sections: dict[str, list[Task]] = {LATE: [], TODAY: [], LATER: [], NOBODYS: []}
    for task in tasks:
        sections[task.section(today.isoformat())].append(task)
    late = f", {len(sections[LATE])} lewat tenggat" if sections[LATE] else ""
    title = f"[Pantau] Meja {author}: {len(tasks)} tugas{late}"
    head = f"Meja {author}, {day(today.isoformat())}."
    plain, html = [head, ""], [Markup("<p>{}</p>").format(head)]
    for heading, held in sections.items():
        if held:
            plain += [f"== {heading} ==", ""]
            html.append(Markup("<h2 style='font-size: 16px'>{}</h2>").format(heading))
        for task in held:
            lines = _told(task, offers.get(task.article_id, []))
            addresses = [("", task.url)] if task.url.startswith(("https://", "http://")) else []
            addresses += [("Di Pantau: ", f"{pages}/artikel/{task.article_id}#catatan-tim")] if pages else []
            name = task.title or "(tanpa judul)"
            plain += [f"- {name}", *(f"  {line}" for line in lines), *(f"  {a}{b}" for a, b in addresses), ""]
            shown = [Markup("<b>{}</b>").format(name), *map(escape, lines)]
            shown += [Markup('{0}<a href="{1}">{1}</a>').format(*one) for one in addresses]
            html.append(Markup("<p>{}</p>").format(Markup("<br>").join(shown)))
    if pages:
        plain.append(f"Meja: {pages}/meja")
        html.append(Markup('<p>Meja: <a href="{0}">{0}</a></p>').format(f"{pages}/meja"))
    return title, Message("\n".join(plain).rstrip(), HTML.format(title, Markup("\n").join(html)))


def _told(task: Task, offers: Sequence[Proposal]) -> list[str]:
    """What stands under the title of a task, line by line."""
    state = f"{task.response} ({short_day(task.response_day)})" if task.response_day else task.response
    about = (task.outlet, state, task.deadline and f"tenggat {short_day(task.deadline)}")
    note = " ".join(task.note.split())
    note = note if len(note) <= LONGEST_NOTE else f"{note[:LONGEST_NOTE]}…"
    lines = ["; ".join(part for part in about if part), note]
    lines += [f"Mungkin sudah dimuat: {offer.title}, {short_day(offer.day)}, {offer.url}" for offer in offers]
    return [line for line in lines if line]


def send_due(connection: sqlite3.Connection, now: datetime, send: Send | None = None) -> Iterator[SentDesk]:
    """Send their desks to those who asked for it and have not had it today, but not to who may no longer write.

    Who failed is tried again by the next call. A crash between a message and its mark sends it twice rather than never.
    """
    today = now.astimezone(WIB).date()
    rows = connection.execute(
        f"""SELECT d.author, d.receiver_id, d.stopped,
                   CASE WHEN u.disabled_at IS NOT NULL THEN '{CLOSED}' WHEN u.role = 'pembaca' THEN '{READS}'
                        WHEN d.stopped = '{GONE}' THEN '{GONE}' ELSE '' END
            FROM desk_mails d LEFT JOIN users u ON u.name = lower(d.author)
            WHERE d.sent_on < :today ORDER BY d.author""",
        {"today": today.isoformat()},
    ).fetchall()
    for author, receiver_id, stopped, why in rows:
        _stop(connection, author, receiver_id, stopped, why)
        address = receivers.find(connection, receiver_id).reference
        tasks = [] if why else tasks_of(connection, author, today)
        if not tasks or receivers.waits(connection, address):
            continue
        error = deliver(connection, address, *as_message(connection, author, tasks, today), send=send)
        if error is None:
            connection.execute("UPDATE desk_mails SET sent_on = ? WHERE author = ?", (today.isoformat(), author))
        yield SentDesk(author, address, len(tasks), error)
