"""The SQL of the desk: one's stars and tasks, responses that are open, what came since one's last mark."""

from __future__ import annotations

from dataclasses import dataclass

from datasette.database import Database

from pipelines.desk.work import MOST_LISTED, OPEN
from pipelines.publish.queries.articles import LEAD
from pipelines.search.rows import CARD, Row, Values, number, rows

FROM = "FROM article_work w JOIN articles a ON a.id = w.article_id LEFT JOIN sources s ON s.id = a.source_id"
WORK = f"{CARD}, a.url, w.labels, w.note, w.assignee, w.deadline, w.response, w.response_day, w.response_url"


@dataclass(frozen=True, slots=True)
class DeskList:
    """A list of the desk: whence, which and in which order; `noted` where it has the team's notes (WORK)."""

    source: str
    where: str
    order: str
    noted: bool = True


ASSIGNED = DeskList(FROM, "lower(w.assignee) = lower(:author)", "w.deadline = '', w.deadline, a.id DESC")
RESPONSES = DeskList(FROM, f"w.response IN ({', '.join(map(repr, OPEN))})", "a.published_at, a.id")
LABELLED = DeskList(FROM, "', ' || w.labels || ', ' LIKE '%, ' || :label || ', %'", "a.published_at DESC, a.id DESC")
STARRED = DeskList(
    "FROM stars t JOIN articles a ON a.id = t.article_id LEFT JOIN sources s ON s.id = a.source_id",
    "t.author = :author",
    "t.starred_at DESC",
    noted=False,
)
UNREAD = DeskList(
    "FROM articles a LEFT JOIN sources s ON s.id = a.source_id", "a.id > :since", "a.id DESC", noted=False
)


async def _listed(db: Database, chosen: DeskList, columns: str, values: Values) -> list[Row]:
    return await rows(
        db,
        f"SELECT {columns} {chosen.source} WHERE {chosen.where} ORDER BY {chosen.order} LIMIT {MOST_LISTED}",
        values,
    )


async def counted(db: Database, chosen: DeskList, values: Values) -> int:
    """How many articles are in a list, also those beyond MOST_LISTED; values: author, label."""
    return await number(db, f"SELECT count(*) {chosen.source} WHERE {chosen.where}", values)


def literal(label: str) -> str:
    """A label as LABELLED compares it: without what LIKE reads as any letter."""
    return label.replace("%", "").replace("_", "")


async def starred(db: Database, author: str) -> list[Row]:
    """The articles with a person's star, the last one first."""
    return await _listed(db, STARRED, f"{CARD}, a.url, {LEAD}", {"author": author})


async def assigned(db: Database, author: str) -> list[Row]:
    """The articles that a person is to see to, the nearest deadline first."""
    return await _listed(db, ASSIGNED, WORK, {"author": author})


async def open_responses(db: Database) -> list[Row]:
    """The articles to which a response is due or was sent, the oldest first."""
    return await _listed(db, RESPONSES, WORK, {})


async def labelled(db: Database, label: str) -> list[Row]:
    """The articles with a label of the team's own, the newest first."""
    return await _listed(db, LABELLED, WORK, {"label": literal(label)})


async def unread(db: Database, since: int) -> tuple[list[Row], int, int]:
    """(the newest articles after one, how many there are, the newest article's id)."""
    found = await _listed(db, UNREAD, f"{CARD}, {LEAD}", {"since": since})
    count = await number(db, "SELECT count(*) FROM articles WHERE id > :since", {"since": since})
    newest = await number(db, "SELECT max(id) FROM articles")
    return found, count, newest
