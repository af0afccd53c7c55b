"""The section of a report on key messages: how many articles and outlets carry what the team wants told."""

from __future__ import annotations

import sqlite3

from pipelines.coverage.key_messages import VERDICTS
from pipelines.desk.carried import Carried, carried
from pipelines.desk.messages import RELEASE, STORY, Subject
from pipelines.desk.report.period import Period, midnight
from pipelines.desk.report.records import Line, Section
from pipelines.wording.labels import MESSAGE_VERDICTS
from pipelines.wording.numbers import number

MOST = 5  # releases and stories, those for which sentences were written last: each may take half a second
PAGES = {RELEASE: "/liputan", STORY: "/isu"}
# Releases that were published in the period, and open stories with articles about that time, those included to which
# another was joined.
SUBJECTS = f"""SELECT about, id, title, max(set_at) AS latest FROM (
      SELECT k.about, a.id, a.title, k.set_at FROM key_messages k JOIN articles a ON a.id = k.subject_id
      WHERE k.about = '{RELEASE}' AND a.published_date BETWEEN :since AND :until
      UNION ALL
      SELECT k.about, i.id, coalesce(i.named, i.title), k.set_at
      FROM key_messages k JOIN isu o ON o.id = k.subject_id JOIN isu i ON i.id = coalesce(o.merged_into, o.id)
      WHERE k.about = '{STORY}' AND i.state = 'open' AND i.last_seen >= :begin AND i.first_seen < :after)
    GROUP BY about, id ORDER BY latest DESC, about, id LIMIT :most"""


def key_messages(connection: sqlite3.Connection, period: Period) -> list[Section]:
    """The section, its numbers those of the pages to which it leads; none where the team has written no sentences."""
    since, until = period.days
    values = {"since": since, "until": until, "begin": midnight(period.first), "after": midnight(period.after.first)}
    subjects = connection.execute(SUBJECTS, values | {"most": MOST + 1}).fetchall()
    lines = [
        line
        for about, subject, title, _ in subjects[:MOST]
        for line in _lines(carried(connection, Subject(about, subject)), f"{PAGES[about]}/{subject}#pesan", title)
    ]
    if not lines:
        return []
    note = "Dihitung dari semua artikel siaran pers atau isunya, juga yang di luar kurun ini; bisa keliru."
    if len(subjects) > MOST:
        note += f" Hanya {MOST} siaran pers atau isu yang pesannya terakhir ditulis."
    columns = ("Pesan", "Siaran pers atau isu", "Media", *(MESSAGE_VERDICTS[verdict] for verdict in VERDICTS))
    return [Section("pesan", "Pesan kunci", columns, tuple(lines), note)]


def _lines(found: Carried, address: str, title: str | None) -> list[Line]:
    return [
        Line(
            (text, title or "(tanpa judul)", number(tally["outlets"]), *(number(tally[v]) for v in VERDICTS)),
            address,
        )
        for text, tally in zip(found.messages, found.tally, strict=True)
    ]
