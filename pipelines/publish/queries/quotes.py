"""The SQL of quotes: who said what in which outlet, out of a press release or beyond it, and beside whom.

Of a person or body the newest quotes are looked at, MOST at most, so that a page costs the same of everybody.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Sequence

from datasette.database import Database

from pipelines.coverage.compare import QUOTE_KEPT
from pipelines.search.rows import CARDS, Row, Values, rows

MOST = 1_000  # newest quotes of a person or body
SPEAKERS, OF_EACH = 20, 500  # people of a body with most articles, and the newest quotes of each
IN_RELEASE, FROM_RELEASE, BEYOND = "siaran pers", "dari siaran pers", "di luar siaran pers"
# What the index quotes_person holds, so that no quote's own row is read: these lie as far apart as their articles.
PLACE = 'id, article_id, person_id, kind, start, "end"'
OF_PERSON = f"SELECT {PLACE} FROM quotes WHERE person_id = :id ORDER BY article_id DESC LIMIT {MOST}"
# Those whom the article itself names with a post there, of twice as many.
OF_BODY = f"""SELECT {PLACE} FROM (
      SELECT q.id, q.article_id, q.person_id, q.kind, q.start, q."end"
      FROM (SELECT person_id FROM roles WHERE organisation = :name GROUP BY person_id
            ORDER BY sum(articles) DESC LIMIT {SPEAKERS}) p
      CROSS JOIN quotes q INDEXED BY quotes_person ON q.person_id = p.person_id AND q.article_id >= coalesce(
        (SELECT article_id FROM quotes WHERE person_id = p.person_id ORDER BY article_id DESC
         LIMIT 1 OFFSET {OF_EACH - 1}), 0)
      ORDER BY q.article_id DESC LIMIT {2 * MOST}) n
    WHERE EXISTS (SELECT 1 FROM article_officials o INDEXED BY article_officials_person
                  WHERE o.person_id = n.person_id AND o.article_id = n.article_id AND o.organisation = :name)
    ORDER BY article_id DESC LIMIT {MOST}"""


async def of_person(db: Database, person: int) -> list[Row]:
    """The newest quotes of a person (see `_found`)."""
    return await _found(db, OF_PERSON, {"id": person})


async def of_body(db: Database, name: str) -> list[Row]:
    """The newest quotes of the people whom the articles name with a post at an institution (see `_found`)."""
    return await _found(db, OF_BODY, {"name": name})


async def _found(db: Database, ids: str, values: Values) -> list[Row]:
    """Quotes, those of the articles that were stored last first.

    Each has id, article_id, person_id, kind, day, source_id, outlet, isu_id, and `origin`: IN_RELEASE, FROM_RELEASE
    (an article has it in a passage that it shares with the release) or BEYOND.
    """
    found = await rows(
        db,
        f"""SELECT n.*, a.published_date AS day, a.source_id,
                   coalesce(s.name, a.source_id, '?') AS outlet, a.kind AS article_kind, m.isu_id
            FROM ({ids}) n CROSS JOIN {CARDS} n.article_id
            LEFT JOIN sources s ON s.id = a.source_id LEFT JOIN isu_articles m ON m.article_id = n.article_id""",
        values,
    )
    shared = await _shared(db, {row["article_id"] for row in found if row["article_kind"] != "press_release"})
    for row in found:
        row["origin"] = BEYOND
        if row["article_kind"] == "press_release":
            row["origin"] = IN_RELEASE
        elif covered(row["start"], row["end"], shared.get(row["article_id"], ())):
            row["origin"] = FROM_RELEASE
    return sorted(found, key=lambda row: (-row["article_id"], row["start"] or 0))


async def _shared(db: Database, articles: Collection[int]) -> dict[int, list[tuple[int, int]]]:
    """By article the passages of its text that it shares with a press release that it took up."""
    found = await rows(
        db,
        """SELECT c.article_id, c.spans FROM json_each(:ids) j CROSS JOIN coverage c ON c.article_id = j.value
           WHERE coalesce(c.confirmed, c.label) <> 'none'""",
        {"ids": json.dumps([*articles])},
    )
    passages: dict[int, list[tuple[int, int]]] = {}
    for row in found:
        passages.setdefault(row["article_id"], []).extend(
            (start, end) for _, _, start, end in json.loads(row["spans"]) or []
        )
    return passages


def covered(start: int | None, end: int | None, passages: Sequence[tuple[int, int]]) -> bool:
    """Whether passages hold as much of [start, end) as makes a quotation kept (pipelines/coverage/compare.py)."""
    if start is None or end is None or end <= start:
        return False
    covered = len({at for low, high in passages for at in range(max(low, start), min(high, end))})
    return covered >= QUOTE_KEPT * (end - start)


async def texts(db: Database, quotes: Sequence[int]) -> list[Row]:
    """What was said, by whom, in which article, in the order of the ids."""
    return await rows(
        db,
        """SELECT q.id, q.text, q.kind, q.verb, q.article_id, q.person_id, coalesce(p.name, q.speaker) AS name,
                  a.title, a.url, a.published_date, coalesce(s.name, a.source_id, '?') AS outlet
           FROM json_each(:ids) j CROSS JOIN quotes q ON q.id = j.value JOIN articles a ON a.id = q.article_id
           LEFT JOIN people p ON p.id = q.person_id LEFT JOIN sources s ON s.id = a.source_id ORDER BY j.key""",
        {"ids": json.dumps([*quotes])},
    )


async def beside(db: Database, quotes: Sequence[Row], limit: int = 12) -> list[Row]:
    """Who else is quoted in the articles of the quotes, beside most of these first: {id, name, n (quotes)}."""
    of_article = Counter(quote["article_id"] for quote in quotes)
    return await rows(
        db,
        """SELECT p.id, p.name, sum(x.n) AS n
           FROM (SELECT DISTINCT j.key, j.value AS n, q.person_id FROM json_each(:articles) j
                 CROSS JOIN quotes q ON q.article_id = CAST(j.key AS INTEGER)
                 WHERE q.person_id NOT IN (SELECT value FROM json_each(:own))) x
           CROSS JOIN people p ON p.id = x.person_id GROUP BY p.id ORDER BY n DESC, p.name LIMIT :limit""",
        {
            "articles": json.dumps(of_article),
            "own": json.dumps([*{quote["person_id"] for quote in quotes}]),
            "limit": limit,
        },
    )


async def quoted_in(db: Database, articles: Collection[int], person: int) -> set[int]:
    """Those of the articles in which a person is quoted."""
    found = await rows(
        db,
        """SELECT j.value AS id FROM json_each(:articles) j WHERE EXISTS (SELECT 1 FROM quotes q
           WHERE q.person_id = :person AND q.article_id = j.value)""",
        {"articles": json.dumps([*articles]), "person": person},
    )
    return {row["id"] for row in found}


async def story_titles(db: Database, stories: Sequence[int]) -> dict[int, str]:
    """By id the titles of stories that have several articles."""
    found = await rows(
        db,
        """SELECT i.id, i.title FROM json_each(:ids) j CROSS JOIN isu i ON i.id = j.value
           WHERE i.state = 'open' AND i.articles > 1""",
        {"ids": json.dumps([*stories])},
    )
    return {row["id"]: row["title"] for row in found}


async def taken_from(db: Database, release: int, limit: int = 5) -> list[Row]:
    """The quotes of a release that most outlets took; `taken`: (article id, outlet) of each, in order of time."""
    said = await rows(
        db,
        """SELECT q.id, q.text, q.kind, q.start, q."end", q.person_id, coalesce(p.name, q.speaker) AS name FROM quotes q
           LEFT JOIN people p ON p.id = q.person_id WHERE q.article_id = :id ORDER BY q.start""",
        {"id": release},
    )
    pairs = await rows(
        db,
        f"""SELECT c.article_id, c.spans, a.source_id, coalesce(s.name, a.source_id, '?') AS outlet
            FROM coverage c CROSS JOIN {CARDS} c.article_id LEFT JOIN sources s ON s.id = a.source_id
            WHERE c.release_id = :id AND coalesce(c.confirmed, c.label) <> 'none'
            ORDER BY a.published_at, a.id LIMIT 500""",
        {"id": release},
    )
    passages = [(pair, [(start, end) for start, end, _, _ in json.loads(pair["spans"]) or []]) for pair in pairs]
    for row in said:
        took = [pair for pair, spans in passages if covered(row["start"], row["end"], spans)]
        row["taken"] = [(pair["article_id"], pair["outlet"]) for pair in took]
        row["outlets"] = len({pair["source_id"] for pair in took})
    kept = [row for row in said if row["taken"]]
    return sorted(kept, key=lambda row: (-row["outlets"], -len(row["taken"]), row["start"]))[:limit]
