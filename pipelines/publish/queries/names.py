"""The SQL of names: whose an id is, and who or what is meant by what is being typed."""

from __future__ import annotations

from datasette.database import Database

from pipelines.search.rows import Row, one, plain, rows

LONGEST_TYPED, SHORTEST_TYPED = 60, 2  # characters
# What is suggested, by kind: the table of the names, and how many at most.
SUGGESTED = {"orang": ("people", 5), "tempat": ("places", 4), "lembaga": ("organisations", 3)}


async def name_of(db: Database, table: str, entity: str) -> str | None:
    """The name behind an id, as an address holds it, in `sources`, `people`, `organisations` or `places`."""
    row = await one(db, f"SELECT name FROM {table} WHERE id = :id", {"id": entity})
    return row["name"] if row else None


async def suggestions(db: Database, typed: str) -> list[Row]:
    """People, places and institutions one word of whose name begins as `typed`, the most told of first.

    Each has its kind (of SUGGESTED), id and name.
    """
    needle = plain(typed.replace("\x00", "").strip()[:LONGEST_TYPED])
    if len(needle) < SHORTEST_TYPED:
        return []
    found: list[Row] = []
    for kind, (table, most) in SUGGESTED.items():
        named = await rows(
            db,
            f"""SELECT id, name FROM {table} WHERE (name LIKE :begin ESCAPE '\\' OR name LIKE :inside ESCAPE '\\')
                AND articles > 0 ORDER BY articles DESC LIMIT {most}""",
            {"begin": f"{needle}%", "inside": f"% {needle}%"},
        )
        found += [row | {"kind": kind} for row in named]
    return found
