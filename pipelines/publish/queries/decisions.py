"""The SQL of the ledger."""

from __future__ import annotations

import json
from dataclasses import dataclass

from datasette.database import Database

from pipelines.search.rows import PAGE_SIZE, Row, number, rows
from pipelines.store.decisions import KINDS, UNDO
from pipelines.wording.decisions import in_words

PAGE = PAGE_SIZE


@dataclass(frozen=True, slots=True)
class Asked:
    """Which entries: by whom, of which kind, about which article (its id); "" asks for nothing."""

    author: str = ""
    kind: str = ""
    article: str = ""


async def entries(db: Database, asked: Asked, page: int | None) -> tuple[list[Row], int]:
    """(entries of the page, or without one all of them, the newest first; number of all).

    `said` is the entry in words, `undone` the number of the entry that took it back, `articles` in how many it counts.
    """
    chosen = [
        condition
        for given, condition in (
            (asked.author, "d.author = :author"),
            (asked.kind, "d.kind = :kind"),
            (asked.article, "d.article_id = CAST(:article AS INTEGER)"),
        )
        if given
    ]
    where = " AND ".join(chosen) or "1"
    values = {"author": asked.author, "kind": asked.kind, "article": asked.article}
    total = await number(db, f"SELECT count(*) FROM decisions d WHERE {where}", values)
    found = await rows(
        db,
        f"""SELECT d.*, a.title, o.kind AS undone_kind,
                   (SELECT coalesce(nullif(held ->> '$.article.title', ''), url) FROM set_aside s
                    WHERE s.article_id = d.article_id) AS aside,
                   (SELECT u.id FROM decisions u WHERE u.undoes = d.id) AS undone,
                   (SELECT count(*) FROM decision_articles e WHERE e.decision_id = d.id) AS articles
            FROM decisions d LEFT JOIN articles a ON a.id = d.article_id LEFT JOIN decisions o ON o.id = d.undoes
            WHERE {where} ORDER BY d.id DESC LIMIT :limit OFFSET :offset""",
        values | ({"limit": PAGE, "offset": PAGE * (page - 1)} if page else {"limit": -1, "offset": 0}),
    )
    for row in found:
        before, after = json.loads(row["before"]), json.loads(row["after"])
        row["said"] = in_words(row["undone_kind"] or row["kind"], before, after)
        row["can_undo"] = row["kind"] != UNDO and row["kind"] in KINDS and row["undone"] is None
    return found, total


async def authors(db: Database) -> list[str]:
    """Everybody who decided something."""
    return [row["author"] for row in await rows(db, "SELECT DISTINCT author FROM decisions ORDER BY author")]


async def last_of(db: Database, decision_id: str) -> Row | None:
    """One entry in words, as `entries` gives it; None for a number that none has."""
    found = await rows(
        db,
        "SELECT d.*, (SELECT count(*) FROM decision_articles e WHERE e.decision_id = d.id) AS articles,"
        " (SELECT u.id FROM decisions u WHERE u.undoes = d.id) AS undone"
        " FROM decisions d WHERE d.id = CAST(:id AS INTEGER)",
        {"id": decision_id},
    )
    for row in found:
        row["said"] = in_words(row["kind"], json.loads(row["before"]), json.loads(row["after"]))
        return row
    return None
