"""The SQL of agreements: lists of them, the sure ones first, each newest first, and one with its parties."""

from __future__ import annotations

import json
from collections.abc import Sequence

from datasette.database import Database

from pipelines.publish.queries.articles import appearances
from pipelines.publish.queries.lists import DAY_OF, Chosen
from pipelines.search.rows import CARDS, MOST_COUNTED, PAGE_SIZE, SURE, Row, Values, number, rows
from pipelines.wording.agreements import heading

AGREEMENT = f"""SELECT g.*, {SURE} AS sure, a.title AS article, a.published_at, a.published_date, s.name AS source,
    (SELECT json_group_array(party) FROM (SELECT party FROM agreement_parties
     WHERE agreement_id = g.id ORDER BY position)) AS parties,
    1 + (SELECT count(*) FROM agreements t WHERE t.same_as = g.id) AS tellings"""
WALKED = 20_000  # articles; with fewer than one agreement in a thousand, a million have less than a thousand
NEWEST = f"SELECT id FROM articles ORDER BY published_at DESC LIMIT {WALKED}"
BY_DAY = "ORDER BY a.published_at DESC, a.id DESC, g.id"


async def _agreements(db: Database, ids: str, values: Values) -> list[Row]:
    """The agreements of a query that gives their `id`, the sure ones first, each newest first.

    `parties` is a list, `heading` its words.
    """
    found = await rows(
        db,
        f"""{AGREEMENT} FROM ({ids}) n CROSS JOIN agreements g ON g.id = n.id JOIN articles a ON a.id = g.article_id
            LEFT JOIN sources s ON s.id = a.source_id ORDER BY sure DESC, a.published_at DESC, a.id DESC, g.id""",
        values,
    )
    for row in found:
        row["parties"] = json.loads(row["parties"])
        row["heading"] = heading(row["title"], row["parties"], row["subject"], row["article"])
    return found


async def agreements(db: Database, condition: str, values: Values, limit: int = 20) -> list[Row]:
    """Agreements that a condition on `g` (agreements) and `a` (the articles' dates and sources) picks, newest first."""
    return await _agreements(
        db,
        f"""SELECT g.id FROM agreements g CROSS JOIN {CARDS} g.article_id WHERE {condition}
            {BY_DAY} LIMIT :limit""",
        values | {"limit": limit},
    )


async def agreement_list(db: Database, condition: str, values: Values, page: int) -> tuple[list[Row], int]:
    """(agreements of the page; number of all up to MOST_COUNTED + 1) that a condition on `g` picks.

    The sure ones fill the first pages, newest first, the others those behind them.
    """
    sure, unsure = f"({condition}) AND {SURE}", f"({condition}) AND NOT {SURE}"
    first, leading = PAGE_SIZE * (page - 1), await _count(db, sure, values)
    ids = await _newest(db, sure, values, PAGE_SIZE, first) if first < leading else []
    if len(ids) < PAGE_SIZE:
        ids += await _newest(db, unsure, values, PAGE_SIZE - len(ids), max(0, first - leading))
    total = min(leading + await _count(db, unsure, values), MOST_COUNTED + 1)
    chosen = ", ".join(str(int(row["id"])) for row in ids)
    return await _agreements(db, f"SELECT id FROM agreements WHERE id IN ({chosen})", {}), total


async def _count(db: Database, condition: str, values: Values) -> int:
    """How many agreements meet a condition on `g`, up to MOST_COUNTED + 1."""
    counted = f"SELECT 1 FROM agreements g NOT INDEXED WHERE {condition} LIMIT {MOST_COUNTED + 1}"
    return await number(db, f"SELECT count(*) FROM ({counted})", values)


async def _newest(db: Database, condition: str, values: Values, limit: int, offset: int) -> list[Row]:
    """The ids of the newest agreements that meet a condition on `g`.

    What many agreements meet is found by walking the newest articles, the rest by reading all agreements once.
    NOT INDEXED: few are copies, and SQLite would fetch the others one by one through the index of copies.
    """
    paged = values | {"limit": limit, "offset": offset}
    ids = await rows(
        db,
        f"""SELECT g.id FROM ({NEWEST}) n CROSS JOIN agreements g ON g.article_id = n.id
            WHERE {condition} LIMIT :limit OFFSET :offset""",
        paged,
    )
    if len(ids) < limit:
        ids = await rows(
            db,
            f"""SELECT g.id FROM agreements g NOT INDEXED CROSS JOIN {CARDS} g.article_id WHERE {condition}
                {BY_DAY} LIMIT :limit OFFSET :offset""",
            paged,
        )
    return ids


async def latest_agreements(db: Database, limit: int, since: str = "") -> list[Row]:
    """The newest sure agreements whose articles are of that day or later, each once."""
    ids = await _newest(db, f"g.same_as IS NULL AND {SURE}", {}, limit, 0)
    chosen = ", ".join(str(int(row["id"])) for row in ids)
    newest = await _agreements(db, f"SELECT id FROM agreements WHERE id IN ({chosen})", {})
    return [row for row in newest if (row["published_date"] or "") >= since]


async def agreements_of_place(db: Database, place: Chosen, limit: int) -> list[Row]:
    """The newest agreements of a place, each once; `place` picks them (queries.lists.agreements)."""
    return await agreements(db, place.where, place.values, limit)


async def agreements_beside(db: Database, places: Sequence[int], place: Chosen, limit: int) -> list[Row]:
    """The newest agreements in articles that name any of the places, each once, without those that `place` picks."""
    parts = appearances(places)
    if not parts:
        return []
    return await _agreements(
        db,
        f"""SELECT g.id FROM ({" UNION ".join(parts)} ORDER BY day DESC, article_id DESC LIMIT {WALKED}) p
            CROSS JOIN agreements g ON g.article_id = p.article_id
            WHERE g.same_as IS NULL AND NOT ({place.where}) LIMIT :limit""",
        place.values | {"label": "GPE", "limit": limit},
    )


async def agreement_years(db: Database) -> list[str]:
    """The years of the agreements, the latest first."""
    found = await rows(db, f"SELECT DISTINCT substr({DAY_OF}, 1, 4) AS year FROM agreements g ORDER BY 1 DESC")
    return [row["year"] for row in found if row["year"]]


async def agreements_in(db: Database, article_id: int) -> list[Row]:
    """The agreements that an article tells of."""
    return await agreements(db, "g.article_id = :id", {"id": article_id})


async def agreements_of(db: Database, organisation: int, limit: int) -> list[Row]:
    """The newest agreements to which an institution is a party, each once."""
    party = """SELECT coalesce(t.same_as, t.id) FROM agreement_parties p
               JOIN agreements t ON t.id = p.agreement_id WHERE p.organisation_id = :id"""
    return await agreements(db, f"g.same_as IS NULL AND g.id IN ({party})", {"id": organisation}, limit)


async def agreement(db: Database, agreement_id: int) -> Row | None:
    """One agreement, or None."""
    found = await agreements(db, "g.id = :id", {"id": agreement_id})
    return found[0] if found else None


async def parties(db: Database, agreement_id: int) -> list[Row]:
    """The parties of an agreement in the order of its article."""
    return await rows(
        db,
        "SELECT party, organisation_id FROM agreement_parties WHERE agreement_id = :id ORDER BY position",
        {"id": agreement_id},
    )


async def places_of(db: Database, agreement_id: int) -> list[Row]:
    """The places that an agreement belongs to, each once; `role` is "signed" where it was signed there."""
    return await rows(
        db,
        """SELECT p.id, p.name, max(l.role) AS role FROM agreement_places l JOIN places p ON p.key = l.key
           WHERE l.agreement_id = :id GROUP BY p.id ORDER BY role DESC, p.code IS NULL, p.code""",
        {"id": agreement_id},
    )


async def officials_beside(db: Database, article_id: int) -> list[Row]:
    """The officials of the article that tells of an agreement."""
    return await rows(
        db,
        """SELECT person_id AS id, name, title, organisation FROM article_officials
           WHERE article_id = :article ORDER BY position LIMIT 12""",
        {"article": article_id},
    )
