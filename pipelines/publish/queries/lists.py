"""The SQL of the lists: which rows of officials, institutions, places and agreements a list's filters pick.

The pages show these rows by the page, the files of the lists hold all of them.
"""

from __future__ import annotations

from dataclasses import dataclass

from datasette.database import Database

from pipelines.search.rows import MOST_COUNTED, PAGE_SIZE, Row, Values, number, plain, rows

LIST_SIZE = 2 * PAGE_SIZE  # rows of a page
ORDERS = {"": "articles DESC, name", "nama": "name", "terakhir": "last_seen DESC, name"}
CITY = "(kind IN ('kota', 'kabupaten') OR code = '31')"  # Jakarta is a province and a city


@dataclass(frozen=True, slots=True)
class Chosen:
    """The rows of a table or view that a list shows: the conditions (joined by AND), their values, the order."""

    table: str
    conditions: list[str]
    values: Values
    order: str = ""

    @property
    def where(self) -> str:
        """The conditions as one."""
        return " AND ".join(self.conditions) or "1"


def _pattern(needle: str) -> str:
    """A LIKE pattern (ESCAPE '\\') that finds `needle` anywhere; its own % and _ are plain characters."""
    return f"%{plain(needle)}%"


def _anywhere(needle: str, columns: tuple[str, ...]) -> list[str]:
    return ["(" + " OR ".join(f"{c} LIKE :needle ESCAPE '\\'" for c in columns) + ")"] if needle else []


def officials(needle: str, status: str, order: str) -> Chosen:
    """The rows of `officials` with these words in name, post or institution; status "" for any."""
    conditions = _anywhere(needle, ("name", "title", "organisation"))
    if status:
        conditions.append("status = :status")
    return Chosen("officials", conditions, {"needle": _pattern(needle), "status": status}, ORDERS[order])


def organisations(needle: str, order: str) -> Chosen:
    """The rows of `organisations` with these words in the name or another form of it."""
    conditions = [*_anywhere(needle, ("name", "aliases")), "articles > 0"]
    return Chosen("organisations", conditions, {"needle": _pattern(needle)}, ORDERS[order])


def places(needle: str, kind: str, province: str, order: str) -> Chosen:
    """The rows of `places`; the cities where neither a kind nor words are asked for.

    province: its Kemendagri code (two digits), "" for any.
    """
    conditions = _anywhere(needle, ("name", "province", "code"))
    if kind:
        conditions.append("kind = :kind")
    elif not needle:
        conditions.append(CITY)
    if province:
        conditions.append("(code = :code OR code BETWEEN :code || '.' AND :code || '/')")
    values = {"needle": _pattern(needle), "kind": kind, "code": province}
    return Chosen("places", [*conditions, "articles > 0"], values, ORDERS[order])


def agreements(needle: str, kind: str, status: str) -> Chosen:
    """The agreements `g`, with their articles `a`; what several articles tell is one agreement."""
    conditions = ["g.same_as IS NULL"]
    if needle:
        fields = " OR ".join(f"g.{c} LIKE :needle ESCAPE '\\'" for c in ("title", "subject", "place"))
        party = "SELECT agreement_id FROM agreement_parties WHERE party LIKE :needle ESCAPE '\\'"
        conditions.append(f"({fields} OR g.id IN ({party}))")
    if kind:
        conditions.append("g.type = :type")
    if status:
        conditions.append("g.status = :status")
    return Chosen("agreements", conditions, {"needle": _pattern(needle), "type": kind, "status": status})


async def listing(db: Database, chosen: Chosen, columns: str, page: int) -> tuple[list[Row], int]:
    """(rows of the page, number of all up to MOST_COUNTED + 1) of a list."""
    counted = f"SELECT 1 FROM {chosen.table} WHERE {chosen.where} LIMIT {MOST_COUNTED + 1}"
    total = await number(db, f"SELECT count(*) FROM ({counted})", chosen.values)
    found = await rows(
        db,
        f"""SELECT {columns} FROM {chosen.table} WHERE {chosen.where}
            ORDER BY {chosen.order} LIMIT :limit OFFSET :offset""",
        chosen.values | {"limit": LIST_SIZE, "offset": LIST_SIZE * (page - 1)},
    )
    return found, total
