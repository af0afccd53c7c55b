"""What the pages show of key messages: which articles carry them (pipelines/desk/carried.py)."""

from __future__ import annotations

from datasette.database import Database

from pipelines.desk.carried import Carried, Told, carried, told
from pipelines.desk.messages import Subject, messages
from pipelines.search.rows import Row


async def of_subject(db: Database, subject: Subject) -> Carried:
    """The key sentences of a release or a story, and what its articles make of them."""
    return await db.execute_fn(lambda connection: carried(connection, subject))


async def of_article(db: Database, subject: Subject, article: Row) -> list[tuple[str, Told]]:
    """Each key sentence of a release or a story with what one article makes of it."""
    texts = await db.execute_fn(lambda connection: messages(connection, subject))
    return list(zip(texts, told(texts, article["title"], article["text"]), strict=True))
