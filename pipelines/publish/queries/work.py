"""The SQL of the desk: one's stars and tasks, responses that are open, what came since one's last mark."""

from __future__ import annotations

from datasette.database import Database

from pipelines.desk.work import MOST_LISTED, OPEN
from pipelines.publish.queries.articles import LEAD
from pipelines.search.rows import CARD, Row, number, rows

FROM = "FROM article_work w JOIN articles a ON a.id = w.article_id LEFT JOIN sources s ON s.id = a.source_id"
WORK = f"{CARD}, a.url, w.labels, w.note, w.assignee, w.deadline, w.response, w.response_day, w.response_url"


async def starred(db: Database, author: str) -> list[Row]:
    """The articles with a person's star, the last one first."""
    return await rows(
        db,
        f"""SELECT {CARD}, a.url, {LEAD} FROM stars t JOIN articles a ON a.id = t.article_id
            LEFT JOIN sources s ON s.id = a.source_id WHERE t.author = :author
            ORDER BY t.starred_at DESC LIMIT {MOST_LISTED}""",
        {"author": author},
    )


async def assigned(db: Database, author: str) -> list[Row]:
    """The articles that a person is to see to, the nearest deadline first."""
    return await rows(
        db,
        f"""SELECT {WORK} {FROM} WHERE lower(w.assignee) = lower(:author)
            ORDER BY w.deadline = '', w.deadline, a.id DESC LIMIT {MOST_LISTED}""",
        {"author": author},
    )


async def open_responses(db: Database) -> list[Row]:
    """The articles to which a response is due or was sent, the oldest first."""
    marks = ", ".join(f"'{state}'" for state in OPEN)
    return await rows(
        db, f"SELECT {WORK} {FROM} WHERE w.response IN ({marks}) ORDER BY a.published_at, a.id LIMIT {MOST_LISTED}"
    )


async def labelled(db: Database, label: str) -> list[Row]:
    """The articles with a label of the team's own, the newest first."""
    return await rows(
        db,
        f"""SELECT {WORK} {FROM} WHERE ', ' || w.labels || ', ' LIKE '%, ' || :label || ', %'
            ORDER BY a.published_at DESC, a.id DESC LIMIT {MOST_LISTED}""",
        {"label": label.replace("%", "").replace("_", "")},
    )


async def unread(db: Database, since: int) -> tuple[list[Row], int, int]:
    """(the newest articles after one, how many there are, the newest article's id)."""
    found = await rows(
        db,
        f"""SELECT {CARD}, {LEAD} FROM articles a LEFT JOIN sources s ON s.id = a.source_id
            WHERE a.id > :since ORDER BY a.id DESC LIMIT {MOST_LISTED}""",
        {"since": since},
    )
    count = await number(db, "SELECT count(*) FROM articles WHERE id > :since", {"since": since})
    newest = await number(db, "SELECT max(id) FROM articles")
    return found, count, newest
