"""The SQL of promises: those that are due, one with its later tellings, those of an article, a person, a body."""

from __future__ import annotations

from dataclasses import dataclass

from datasette.database import Database

from pipelines.publish.queries.lists import Chosen
from pipelines.search.rows import MOST_COUNTED, PAGE_SIZE, Row, Values, number, plain, rows

# What becomes of a promise by day: due later, or past without a person's word.
COLUMNS = """p.id, p.text, p.who, p.kind, p.entity_id, p.cue, p.due, p.due_text, p.last, p.amount, p.state, p.same_as,
    p.article_id, a.title AS article, a.published_at, a.published_date, a.source_id, s.name AS source"""
FROM = "JOIN articles a ON a.id = p.article_id LEFT JOIN sources s ON s.id = a.source_id"
OVERDUE = "lewat"


@dataclass(frozen=True, slots=True)
class Asked:
    """What a list of promises asks for; "" asks for nothing.

    needle        words of the sentence or of who says it
    who           words of who is bound
    kind, entity  "person" or "organisation", and its id
    since, until  of the last day of the deadline
    state         of PROMISE_STATES, or OVERDUE: past `today`, and nobody has said what became of it
    """

    today: str
    needle: str = ""
    who: str = ""
    kind: str = ""
    entity: str = ""
    since: str = ""
    until: str = ""
    state: str = ""


def chosen(asked: Asked) -> Chosen:
    """The promises `p` of a list, each by its first telling; those that are due first in front."""
    conditions = ["p.same_as IS NULL"]
    conditions += [
        condition
        for given, condition in (
            (asked.needle, "(p.text LIKE :needle ESCAPE '\\' OR p.who LIKE :needle ESCAPE '\\')"),
            (asked.who, "p.who LIKE :who ESCAPE '\\'"),
            (asked.entity, "p.kind = :kind AND p.entity_id = :entity"),
            (asked.since, "p.last >= :since"),
            (asked.until, "p.last <= :until"),
            (asked.state == OVERDUE, "p.last < :today AND p.state = ''"),
            (asked.state and asked.state != OVERDUE, "p.state = :state"),
        )
        if given
    ]
    values: Values = {
        "needle": f"%{plain(asked.needle)}%",
        "who": f"%{plain(asked.who)}%",
        "kind": asked.kind,
        "entity": int(asked.entity or 0),
        "since": asked.since,
        "until": asked.until,
        "state": asked.state,
        "today": asked.today,
    }
    past = asked.state == OVERDUE or (asked.until and asked.until < asked.today)
    return Chosen("promises", conditions, values, "p.last DESC, p.id DESC" if past else "p.last, p.id")


async def promise_list(db: Database, picked: Chosen, page: int) -> tuple[list[Row], int]:
    """(promises of the page, number of all up to MOST_COUNTED + 1), with the number of later `tellings`."""
    counted = f"SELECT 1 FROM promises p WHERE {picked.where} LIMIT {MOST_COUNTED + 1}"
    total = await number(db, f"SELECT count(*) FROM ({counted})", picked.values)
    found = await rows(
        db,
        f"""SELECT {COLUMNS}, (SELECT count(*) FROM promises l WHERE l.same_as = p.id) AS tellings
            FROM (SELECT p.id FROM promises p WHERE {picked.where} ORDER BY {picked.order}
                  LIMIT :limit OFFSET :offset) n CROSS JOIN promises p ON p.id = n.id {FROM} ORDER BY {picked.order}""",
        picked.values | {"limit": PAGE_SIZE, "offset": PAGE_SIZE * (page - 1)},
    )
    return found, total


async def promise(db: Database, promise_id: int) -> Row | None:
    """One promise, or None."""
    found = await rows(db, f"SELECT {COLUMNS} FROM promises p {FROM} WHERE p.id = :id", {"id": promise_id})
    return found[0] if found else None


async def tellings(db: Database, promise_id: int) -> list[Row]:
    """The later tellings of a promise, the earliest first, 100 at most."""
    return await rows(
        db,
        f"""SELECT {COLUMNS} FROM promises p {FROM} WHERE p.same_as = :id
            ORDER BY a.published_at, p.id LIMIT 100""",
        {"id": promise_id},
    )


async def promises_in(db: Database, article_id: int) -> list[Row]:
    """The promises of an article in the order of its text."""
    return await rows(
        db, f"SELECT {COLUMNS} FROM promises p {FROM} WHERE p.article_id = :id ORDER BY p.start", {"id": article_id}
    )


async def promises_of(db: Database, kind: str, entity: int, today: str, limit: int) -> list[Row]:
    """The promises of a person or institution that are due next."""
    return await rows(
        db,
        f"""SELECT {COLUMNS}, 0 AS tellings FROM promises p {FROM}
            WHERE p.kind = :kind AND p.entity_id = :entity AND p.same_as IS NULL AND p.last >= :today
            ORDER BY p.last, p.id LIMIT :limit""",
        {"kind": kind, "entity": entity, "today": today, "limit": limit},
    )
