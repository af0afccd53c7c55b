"""The SQL that every page shares: rows, cards of articles, lists, counts. Parameterised, each with an index to walk."""

from __future__ import annotations

from datasette.database import Database

from pipelines.search.rows import CARD, MOST_COUNTED, PAGE_SIZE, Row, Values, number, one, rows

ARTICLES = f"SELECT {CARD}, substr(a.text, 1, 400) AS lead FROM articles a LEFT JOIN sources s ON s.id = a.source_id"


async def counts(db: Database) -> Row:
    """How many articles, people with a post, cities, agreements and sources there are."""
    found = await one(
        db,
        """SELECT (SELECT sum(articles) FROM articles_by_day) AS articles,
                  (SELECT count(DISTINCT person_id) FROM roles) AS officials,
                  (SELECT count(*) FROM cities) AS cities,
                  (SELECT count(*) FROM agreements WHERE same_as IS NULL) AS agreements,
                  (SELECT count(*) FROM sources) AS sources""",
    )
    return found or {}


async def latest(db: Database, limit: int = 8) -> list[Row]:
    """The newest articles."""
    return await rows(db, f"{ARTICLES} ORDER BY a.published_at DESC, a.id DESC LIMIT :n", {"n": limit})


async def articles_of(db: Database, condition: str, values: Values, limit: int = 20) -> list[Row]:
    """The newest articles that a condition on `a` picks."""
    sql = f"{ARTICLES} WHERE {condition} ORDER BY a.published_at DESC, a.id DESC LIMIT :n"
    return await rows(db, sql, values | {"n": limit})


async def articles_with(db: Database, label: str, entities: list[int], limit: int = 20) -> list[Row]:
    """The newest articles in which any of the entities appears (label as in `appearances`; at most 200 entities)."""
    newest = " UNION ".join(
        f"""SELECT * FROM (SELECT day, article_id FROM appearances WHERE label = :label AND entity_id = {int(entity)}
            ORDER BY day DESC, article_id DESC LIMIT :n)"""
        for entity in entities[:200]
    )
    if not newest:
        return []
    return await rows(
        db,
        f"""SELECT {CARD}, substr(a.text, 1, 400) AS lead
            FROM (SELECT article_id, day FROM ({newest}) ORDER BY day DESC, article_id DESC LIMIT :n) n
            JOIN articles a ON a.id = n.article_id LEFT JOIN sources s ON s.id = a.source_id
            ORDER BY a.published_at DESC, a.id DESC""",
        {"label": label, "n": limit},
    )


async def source_names(db: Database) -> list[Row]:
    """Id and name of every source, to choose from."""
    return await rows(db, "SELECT id, name FROM sources ORDER BY kind, name")


async def sources(db: Database) -> list[Row]:
    """Every source with its number of articles and its last day."""
    return await rows(
        db,
        """SELECT s.*, (SELECT sum(articles) FROM articles_by_day d WHERE d.source_id = s.id) AS articles,
                  (SELECT max(day) FROM articles_by_day d WHERE d.source_id = s.id AND articles > 0) AS last_seen
           FROM sources s ORDER BY s.kind, s.name""",
    )


async def listing(
    db: Database, table: str, columns: str, order: str, conditions: list[str], values: Values, page: int
) -> tuple[list[Row], int]:
    """(rows of the page, number of all up to MOST_COUNTED + 1) of a list; conditions are joined by AND."""
    where = " AND ".join(conditions) or "1"
    total = await number(
        db, f"SELECT count(*) FROM (SELECT 1 FROM {table} WHERE {where} LIMIT {MOST_COUNTED + 1})", values
    )
    paged = values | {"limit": 2 * PAGE_SIZE, "offset": 2 * PAGE_SIZE * (page - 1)}
    found = await rows(
        db, f"SELECT {columns} FROM {table} WHERE {where} ORDER BY {order} LIMIT :limit OFFSET :offset", paged
    )
    return found, total


AGREEMENT = """SELECT g.*, a.title AS article, a.published_at, a.published_date, s.name AS source,
    (SELECT group_concat(party, ' • ') FROM (SELECT party FROM agreement_parties
     WHERE agreement_id = g.id ORDER BY position)) AS parties,
    1 + (SELECT count(*) FROM agreements t WHERE t.same_as = g.id) AS tellings"""
WALKED = 20_000  # articles; with fewer than one agreement in a thousand, a million have less than a thousand
# Articles by what their order and filters need, without the texts before their dates.
CARDS = "articles a INDEXED BY articles_card ON a.id ="


async def _agreements(db: Database, ids: str, values: Values) -> list[Row]:
    """The agreements of a query that gives their `id`, newest first."""
    return await rows(
        db,
        f"""{AGREEMENT} FROM ({ids}) n CROSS JOIN agreements g ON g.id = n.id JOIN articles a ON a.id = g.article_id
            LEFT JOIN sources s ON s.id = a.source_id ORDER BY a.published_at DESC, a.id DESC, g.id""",
        values,
    )


async def agreements(db: Database, condition: str, values: Values, limit: int = 20, offset: int = 0) -> list[Row]:
    """Agreements that a condition on `g` (agreements) and `a` (the articles' dates and sources) picks, newest first."""
    return await _agreements(
        db,
        f"""SELECT g.id FROM agreements g CROSS JOIN {CARDS} g.article_id WHERE {condition}
            ORDER BY a.published_at DESC, a.id DESC, g.id LIMIT :limit OFFSET :offset""",
        values | {"limit": limit, "offset": offset},
    )


async def agreement_list(db: Database, condition: str, values: Values, page: int) -> tuple[list[Row], int]:
    """(agreements of the page, newest first; number of all up to MOST_COUNTED + 1) that a condition on `g` picks.

    What many agreements meet is found by walking the newest articles, the rest by reading all agreements once.
    NOT INDEXED: few are copies, and SQLite would fetch the others one by one through the index of copies.
    """
    paged = values | {"limit": PAGE_SIZE, "offset": PAGE_SIZE * (page - 1)}
    ids = await rows(
        db,
        f"""SELECT g.id FROM (SELECT id FROM articles ORDER BY published_at DESC LIMIT {WALKED}) n
            CROSS JOIN agreements g ON g.article_id = n.id WHERE {condition} LIMIT :limit OFFSET :offset""",
        paged,
    )
    if len(ids) < PAGE_SIZE:
        ids = await rows(
            db,
            f"""SELECT g.id FROM agreements g NOT INDEXED CROSS JOIN {CARDS} g.article_id WHERE {condition}
                ORDER BY a.published_at DESC, a.id DESC, g.id LIMIT :limit OFFSET :offset""",
            paged,
        )
    counted = f"SELECT 1 FROM agreements g NOT INDEXED WHERE {condition} LIMIT {MOST_COUNTED + 1}"
    total = await number(db, f"SELECT count(*) FROM ({counted})", values)
    chosen = ", ".join(str(int(row["id"])) for row in ids)
    return await _agreements(db, f"SELECT id FROM agreements WHERE id IN ({chosen})", {}), total


async def latest_agreements(db: Database, limit: int, since: str = "") -> list[Row]:
    """The newest agreements whose articles are of that day or later, each once.

    Found by walking the newest articles; where those tell of too few, all agreements are few enough to be looked at.
    """
    newest = await _agreements(
        db,
        f"""SELECT g.id FROM (SELECT id FROM articles ORDER BY published_at DESC LIMIT {WALKED}) n
            CROSS JOIN agreements g ON g.article_id = n.id WHERE g.same_as IS NULL LIMIT :limit""",
        {"limit": limit},
    )
    if len(newest) < limit:
        newest = await agreements(db, "g.same_as IS NULL", {}, limit)
    return [row for row in newest if (row["published_date"] or "") >= since]


async def agreements_with(db: Database, label: str, entities: list[int], limit: int) -> list[Row]:
    """The newest agreements of the articles in which any of the entities appears (as `articles_with`), each once."""
    parts = [
        f"SELECT day, article_id FROM appearances WHERE label = :label AND entity_id = {int(e)}" for e in entities[:200]
    ]
    if not parts:
        return []
    return await _agreements(
        db,
        f"""SELECT g.id FROM ({" UNION ".join(parts)} ORDER BY day DESC, article_id DESC LIMIT {WALKED}) p
            CROSS JOIN agreements g ON g.article_id = p.article_id WHERE g.same_as IS NULL LIMIT :limit""",
        {"label": label, "limit": limit},
    )
