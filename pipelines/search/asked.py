"""The search behind the search page, the feeds and the exports."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, fields
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from pipelines.search.find import Filter, Found, find
from pipelines.search.operators import Expression, read_operators
from pipelines.search.rows import PAGE_SIZE, Row, Values, plain, rows
from pipelines.search.words import highlight_terms, match_expression
from pipelines.wording.labels import AGREEMENT_TYPES, ARTICLE_KINDS

if TYPE_CHECKING:
    from datasette.database import Database

LATEST = "terbaru"
MOST_NAMED = 200  # people or places that one filter word may stand for
# What the filters by entity stand for: label as in `appearances`, and the ids.
NAMED = {
    "city": ("GPE", f"""SELECT id FROM places WHERE code = :city OR name LIKE :city ESCAPE '\\'
             OR name LIKE '% ' || :city ESCAPE '\\' ORDER BY articles DESC LIMIT {MOST_NAMED}"""),
    "official": ("PER", f"""SELECT id FROM people WHERE name LIKE '%' || :official || '%' ESCAPE '\\'
             ORDER BY +articles DESC LIMIT {MOST_NAMED}"""),
    "person": ("PER", "SELECT CAST(:person AS INTEGER) AS id"),
    "organisation": ("ORG", "SELECT CAST(:organisation AS INTEGER) AS id"),
    "place": ("GPE", "SELECT CAST(:place AS INTEGER) AS id"),
}  # fmt: skip


def _parameter(name: str) -> Any:
    return field(default="", metadata={"name": name})


@dataclass(frozen=True, slots=True)
class Search:
    """What a search asks for; empty strings ask for nothing. Days are YYYY-MM-DD in WIB.

    The metadata of each field is its name in addresses, so that a link holds the whole search. `city` and `official`
    are words that people type; `person`, `organisation` and `place` are ids from their profiles.
    """

    query: str = _parameter("q")
    source: str = _parameter("sumber")
    kind: str = _parameter("jenis")
    since: str = _parameter("dari")
    until: str = _parameter("sampai")
    city: str = _parameter("kota")
    official: str = _parameter("pejabat")
    agreement: str = _parameter("perjanjian")
    person: str = _parameter("orang")
    organisation: str = _parameter("lembaga")
    place: str = _parameter("tempat")
    order: str = _parameter("urut")
    operators: str = _parameter("operator")

    @classmethod
    def read(cls, get: Callable[[str], str | None]) -> Search:
        """The search of an address; what cannot be understood asks for nothing."""
        given = {f.name: (get(f.metadata["name"]) or "").replace("\x00", "").strip()[:200] for f in fields(cls)}
        given["query"] = (get("q") or "").replace("\x00", "")[:1_000]
        checks: dict[str, Callable[[str], bool]] = {
            "kind": lambda v: v in ARTICLE_KINDS,
            "since": _is_day, "until": _is_day,
            "agreement": lambda v: v in AGREEMENT_TYPES,
            "person": _is_id, "organisation": _is_id, "place": _is_id,
            "order": lambda v: v == LATEST,
            "operators": lambda v: v == "1",
        }  # fmt: skip
        return cls(**{k: v if k not in checks or checks[k](v) else "" for k, v in given.items()})

    def address(self, **more: Any) -> str:
        """The search as the query string of an address, always in the same order."""
        named = {f.metadata["name"]: getattr(self, f.name) for f in fields(self)} | more
        return urlencode({name: value for name, value in named.items() if value})

    @property
    def asks(self) -> bool:
        """Whether anything is asked for."""
        return any(getattr(self, f.name) for f in fields(self) if f.name not in ("order", "operators"))

    def expression(self) -> Expression:
        """What is searched for in the texts: words as people write them, or with operators."""
        if self.operators:
            return read_operators(self.query)
        return Expression(match_expression(self.query), tuple(highlight_terms(self.query)))

    @property
    def filtered(self) -> bool:
        """Whether more than words and days are asked for."""
        names = ("source", "kind", "city", "official", "agreement", "person", "organisation", "place")
        return any(getattr(self, name) for name in names)


def _is_day(value: str) -> bool:
    try:
        return date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False


def _is_id(value: str) -> bool:
    return value.isascii() and value.isdigit() and len(value) < 16


def where(wanted: Search) -> tuple[str, Values]:
    """SQL condition on `articles a` without the text search, and its values."""
    conditions, values = ["1"], Values()
    for column, operator, value in (
        ("a.source_id", "=", wanted.source), ("a.kind", "=", wanted.kind),
        ("a.published_date", ">=", wanted.since), ("a.published_date", "<=", wanted.until),
    ):  # fmt: skip
        if value:
            name = f"v{len(values)}"
            conditions.append(f"{column} {operator} :{name}")
            values[name] = value
    for name, (label, entities) in NAMED.items():
        value = getattr(wanted, name)
        if value:
            conditions.append(
                f"a.id IN (SELECT article_id FROM appearances WHERE label = '{label}' AND entity_id IN ({entities}))"
            )
            values[name] = plain(value)
    if wanted.agreement:
        conditions.append("a.id IN (SELECT article_id FROM agreements WHERE type = :agreement)")
        values["agreement"] = wanted.agreement
    return " AND ".join(conditions), values


async def search(db: Database, wanted: Search, page: int = 1, size: int = PAGE_SIZE) -> Found:
    """One page of the articles that `wanted` asks for; words are searched in titles, texts and stems (see finding)."""
    match = wanted.expression().match
    if wanted.query.strip() and not match:
        return Found([], 0)
    filters, values = await _filters(db, wanted)
    return await find(db, match, filters, values, newest=wanted.order == LATEST, page=page, size=size)


async def _filters(db: Database, wanted: Search) -> tuple[list[Filter], Values]:
    """What `where` asks for, each as a filter of its own, with the names of cities and officials looked up once."""
    values: Values = {
        "since": wanted.since or "0000", "until": wanted.until or "9999", "source": wanted.source, "kind": wanted.kind,
        "agreement": wanted.agreement,
    }  # fmt: skip
    filters, days = [], bool(wanted.since or wanted.until)
    about = ""
    if days:
        filters.append(
            Filter(
                "a.published_date BETWEEN :since AND :until",
                "SELECT id FROM articles WHERE published_date BETWEEN :since AND :until ORDER BY published_date DESC",
            )
        )
        # The index of a source or kind is by the moment in UTC, the days are those of WIB: a day more on each side.
        about = f" AND published_at BETWEEN '{_shifted(wanted.since, -1)}' AND '{_shifted(wanted.until, 2)}'"
    filters += [
        Filter(f"a.{column} = :{name}",
               f"SELECT id FROM articles WHERE {column} = :{name}{about} ORDER BY published_at DESC")
        for column, name, value in (("source_id", "source", wanted.source), ("kind", "kind", wanted.kind)) if value
    ]  # fmt: skip
    for name, (label, entities) in NAMED.items():
        if value := getattr(wanted, name):
            ids = [row["id"] for row in await rows(db, entities, {name: plain(value)})]
            filters.append(_appearing(label, ids, days))
    if wanted.agreement:
        filters.append(
            Filter("EXISTS (SELECT 1 FROM agreements g WHERE g.article_id = a.id AND g.type = :agreement)",
                   "SELECT DISTINCT article_id AS id FROM agreements WHERE type = :agreement ORDER BY article_id DESC")
        )  # fmt: skip
    return filters, values


def _appearing(label: str, entities: list[int], days: bool) -> Filter:
    """Articles in which one of the entities appears, within the days where some are asked for."""
    among = f"label = '{label}' AND entity_id IN ({', '.join(map(str, entities))})"
    within = " AND day BETWEEN :since AND :until" if days else ""
    # Parts in one order are merged as they are read, so that a limit ends the reading; IN would sort everything first.
    parts = [
        f"SELECT day, article_id AS id FROM appearances WHERE label = '{label}' AND entity_id = {entity}{within}"
        for entity in entities or [0]
    ]
    return Filter(
        f"""EXISTS (SELECT 1 FROM appearances p WHERE {among} AND p.day = coalesce(a.published_date, '')
            AND p.article_id = a.id)""",
        f"{' UNION '.join(parts)} ORDER BY day DESC, id DESC",
        f"SELECT 1 FROM appearances WHERE {among}{within}",
    )


def _shifted(day: str, by: int) -> str:
    """The day that many days later; an open end stays open."""
    if not day:
        return "0000" if by < 0 else "9999"
    try:
        return (date.fromisoformat(day) + timedelta(days=by)).isoformat()
    except OverflowError:
        return day


SUGGESTED = {
    "orang": ("SELECT id, name FROM people", "/pejabat/", 5),
    "tempat": ("SELECT id, name FROM places", "/kota/", 4),
    "lembaga": ("SELECT id, name FROM organisations", "/lembaga/", 3),
}


async def suggestions(db: Database, typed: str) -> list[Row]:
    """People, places and institutions one word of whose name begins as `typed`, the most told of first."""
    needle = plain(typed.replace("\x00", "").strip()[:60])
    if len(needle) < 2:
        return []
    found: list[Row] = []
    for kind, (select, path, most) in SUGGESTED.items():
        named = await rows(
            db,
            f"""{select} WHERE (name LIKE :begin ESCAPE '\\' OR name LIKE :inside ESCAPE '\\')
                AND articles > 0 ORDER BY articles DESC LIMIT {most}""",
            {"begin": f"{needle}%", "inside": f"% {needle}%"},
        )
        found += [{"kind": kind, "name": row["name"], "href": f"{path}{row['id']}"} for row in named]
    return found
