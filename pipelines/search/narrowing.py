"""A search's filters, each with a way of its own to the articles: what `pipelines.search.find` chooses between."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from pipelines.search.asked import IN_STORY, NAMED, QUOTED, Search, named_values
from pipelines.search.posts import holds, post_values
from pipelines.search.rows import Values, rows

if TYPE_CHECKING:
    from datasette.database import Database

FIRST, LAST = "0000", "9999"  # before and after every day, as text


@dataclass(frozen=True, slots=True)
class Narrowing:
    """One filter of a search, in SQL with the values of the search.

    condition  on articles `a`
    ids        lists the `id` of its articles, newest days first, and perhaps some that `condition` does not let through
    rows       lists as many rows as `ids` at least, without order, to tell how many there are at most; "": take `ids`
    """

    condition: str
    ids: str
    rows: str = ""


async def narrowings(db: Database, wanted: Search) -> tuple[list[Narrowing], Values]:
    """What a search asks for besides words, each filter of its own, and the values of all.

    The names of cities and officials are looked up here, once.
    """
    values: Values = {
        "since": wanted.since or FIRST,
        "until": wanted.until or LAST,
        "source": wanted.source,
        "kind": wanted.kind,
        "agreement": wanted.agreement,
        "story": wanted.story,
        "after": wanted.after,
        "author": wanted.author,
        "quoted": wanted.quoted,
    }
    days = bool(wanted.since or wanted.until)
    found = [WITHIN_DAYS] if days else []
    about = ""
    if days:  # the indexes of sources and kinds go by the moment in UTC, days are those of WIB: one more on each side
        about = f" AND published_at BETWEEN '{_shifted(wanted.since, -1)}' AND '{_shifted(wanted.until, 2)}'"
    if wanted.source:
        found.append(_with_value("source_id", "source", about))
    if wanted.kind:
        found.append(_with_value("kind", "kind", about))
    for name, (label, entities) in NAMED.items():
        if value := getattr(wanted, name):
            ids = [row["id"] for row in await rows(db, entities, named_values(name, value))]
            found.append(appearing(label, ids, days=days))
    if wanted.agreement:
        found.append(WITH_AGREEMENT)
    if wanted.post and wanted.person:
        found.append(IN_POST)
        values |= post_values(wanted.person, wanted.post)
    if wanted.story:
        found.append(OF_STORY)
    if wanted.author:
        found.append(OF_AUTHOR)
    if wanted.quoted:
        found.append(_quoting(days))
    return found, values


WITHIN_DAYS = Narrowing(
    "a.published_date BETWEEN :since AND :until",
    "SELECT id FROM articles WHERE published_date BETWEEN :since AND :until ORDER BY published_date DESC",
)
WITH_AGREEMENT = Narrowing(
    "EXISTS (SELECT 1 FROM agreements g WHERE g.article_id = a.id AND g.type = :agreement)",
    "SELECT DISTINCT article_id AS id FROM agreements WHERE type = :agreement ORDER BY article_id DESC",
)
IN_POST = Narrowing(
    holds("a.id"),
    f"""SELECT p.article_id AS id FROM appearances p
        WHERE p.label = 'PER' AND p.entity_id = :holder AND {holds("p.article_id")} ORDER BY p.day DESC, id DESC""",
)
OF_STORY = Narrowing(
    f"EXISTS (SELECT 1 FROM isu_articles WHERE article_id = a.id AND {IN_STORY})",
    f"SELECT article_id AS id FROM isu_articles WHERE {IN_STORY} ORDER BY published_at DESC",
)

OF_AUTHOR = Narrowing(
    "EXISTS (SELECT 1 FROM bylines b WHERE b.article_id = a.id AND b.author_id = CAST(:author AS INTEGER))",
    "SELECT article_id AS id FROM bylines WHERE author_id = CAST(:author AS INTEGER) ORDER BY day DESC",
)


def _with_value(column: str, name: str, about: str) -> Narrowing:
    """Articles with a value in a column; `about`: a condition that leaves out most of what other days have."""
    ids = f"SELECT id FROM articles WHERE {column} = :{name}{about} ORDER BY published_at DESC"
    return Narrowing(f"a.{column} = :{name}", ids)


def appearing(label: str, entities: Sequence[int], *, days: bool) -> Narrowing:
    """Articles in which one of the entities appears, within the days of the search where it has some.

    The ids of each entity are a query of their own, all in the same order. SQLite merges these as it reads them, so
    that a limit ends the reading; with IN it would read and sort everything first.
    """
    among = f"label = '{label}' AND entity_id IN ({', '.join(map(str, entities))})"
    within = " AND day BETWEEN :since AND :until" if days else ""
    parts = [
        f"SELECT day, article_id AS id FROM appearances WHERE label = '{label}' AND entity_id = {entity}{within}"
        for entity in entities or [0]
    ]
    return Narrowing(
        f"""EXISTS (SELECT 1 FROM appearances p WHERE {among} AND p.day = coalesce(a.published_date, '')
            AND p.article_id = a.id)""",
        f"{' UNION '.join(parts)} ORDER BY day DESC, id DESC",
        f"SELECT 1 FROM appearances WHERE {among}{within}",
    )


def _quoting(days: bool) -> Narrowing:
    """Articles that quote a person, within the days of the search where it has some."""
    within = " AND p.day BETWEEN :since AND :until" if days else ""
    told = f"FROM appearances p WHERE {QUOTED}"
    return Narrowing(
        f"EXISTS (SELECT 1 {told} AND p.day = coalesce(a.published_date, '') AND p.article_id = a.id)",
        f"SELECT p.article_id AS id {told}{within} ORDER BY p.day DESC, p.article_id DESC",
        f"SELECT 1 FROM appearances p WHERE p.label = 'PER' AND p.entity_id = CAST(:quoted AS INTEGER){within}",
    )


def _shifted(day: str, by: int) -> str:
    """The day so many days later; an open end stays open."""
    if not day:
        return FIRST if by < 0 else LAST
    try:
        return (date.fromisoformat(day) + timedelta(days=by)).isoformat()
    except OverflowError:
        return day
