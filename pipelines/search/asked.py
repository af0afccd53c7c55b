"""What a search asks for: read from an address, written as one, and turned into SQL and into a page of hits."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, fields
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from pipelines.search.find import Found, HitFilter, find
from pipelines.search.operators import Expression, read_operators
from pipelines.search.rows import PAGE_SIZE, Row, Values, plain, rows
from pipelines.search.words import highlight_terms, match_expression
from pipelines.wording.labels import AGREEMENT_TYPES, ARTICLE_KINDS

if TYPE_CHECKING:
    from datasette.database import Database

LATEST = "terbaru"
MOST_NAMED = 200  # a word of a filter stands for so many people or places at most
CITIES_NAMED = f"""SELECT id FROM places WHERE code = :city OR name LIKE :city ESCAPE '\\'
    OR name LIKE '% ' || :city ESCAPE '\\' ORDER BY articles DESC LIMIT {MOST_NAMED}"""
OFFICIALS_NAMED = f"""SELECT id FROM people WHERE name LIKE '%' || :official || '%' ESCAPE '\\'
    ORDER BY +articles DESC LIMIT {MOST_NAMED}"""
# For each filter by entity the label of its entities in `appearances`, and the SQL of their ids.
NAMED = {
    "city": ("GPE", CITIES_NAMED),
    "official": ("PER", OFFICIALS_NAMED),
    "person": ("PER", "SELECT CAST(:person AS INTEGER) AS id"),
    "organisation": ("ORG", "SELECT CAST(:organisation AS INTEGER) AS id"),
    "place": ("GPE", "SELECT CAST(:place AS INTEGER) AS id"),
}


def _parameter(name: str) -> Any:
    """A field of Search that is called `name` in addresses."""
    return field(default="", metadata={"name": name})


@dataclass(frozen=True, slots=True)
class Search:
    """What a search asks for; an empty string asks for nothing. An address holds the whole search.

    since, until                 days in WIB (YYYY-MM-DD), both included
    city, official               words that people type
    person, organisation, place  ids, from the profiles
    order                        LATEST, or "" for by relevance
    operators                    "1" when the query is to be read with operators
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
        """The search of an address, whose arguments `get` gives; what cannot be understood asks for nothing."""
        given = {f.name: (get(f.metadata["name"]) or "").replace("\x00", "").strip()[:200] for f in fields(cls)}
        given["query"] = (get("q") or "").replace("\x00", "")[:1_000]
        checks: dict[str, Callable[[str], bool]] = {
            "kind": lambda v: v in ARTICLE_KINDS,
            "since": _is_day,
            "until": _is_day,
            "agreement": lambda v: v in AGREEMENT_TYPES,
            "person": _is_id,
            "organisation": _is_id,
            "place": _is_id,
            "order": lambda v: v == LATEST,
            "operators": lambda v: v == "1",
        }
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
        """Whether more is asked for than words and days."""
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
    """SQL condition on `articles a` for all but the words of the search, and its values."""
    conditions, values = ["1"], Values()
    simple = {
        "a.source_id =": wanted.source,
        "a.kind =": wanted.kind,
        "a.published_date >=": wanted.since,
        "a.published_date <=": wanted.until,
    }
    for condition, value in simple.items():
        if value:
            name = f"v{len(values)}"
            conditions.append(f"{condition} :{name}")
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
    """One page of the articles that `wanted` asks for; words are searched in titles, texts and stems (find.py)."""
    match = wanted.expression().match
    if wanted.query.strip() and not match:
        return Found([], 0)
    filters, values = await _filters(db, wanted)
    return await find(db, match, filters, values, newest=wanted.order == LATEST, page=page, size=size)


async def _filters(db: Database, wanted: Search) -> tuple[list[HitFilter], Values]:
    """The same as `where`, each condition for itself, with the names of cities and officials looked up once."""
    values: Values = {
        "since": wanted.since or "0000",
        "until": wanted.until or "9999",
        "source": wanted.source,
        "kind": wanted.kind,
        "agreement": wanted.agreement,
    }
    filters, days = [], bool(wanted.since or wanted.until)
    about = ""
    if days:
        listed = "SELECT id FROM articles WHERE published_date BETWEEN :since AND :until ORDER BY published_date DESC"
        filters.append(HitFilter("a.published_date BETWEEN :since AND :until", listed))
        # The indexes of sources and kinds go by the moment in UTC, and days are those of WIB: one more on each side.
        about = f" AND published_at BETWEEN '{_shifted(wanted.since, -1)}' AND '{_shifted(wanted.until, 2)}'"
    for column, name, value in (("source_id", "source", wanted.source), ("kind", "kind", wanted.kind)):
        if value:
            listed = f"SELECT id FROM articles WHERE {column} = :{name}{about} ORDER BY published_at DESC"
            filters.append(HitFilter(f"a.{column} = :{name}", listed))
    for name, (label, entities) in NAMED.items():
        if value := getattr(wanted, name):
            ids = [row["id"] for row in await rows(db, entities, {name: plain(value)})]
            filters.append(_appearing(label, ids, days))
    if wanted.agreement:
        told = "EXISTS (SELECT 1 FROM agreements g WHERE g.article_id = a.id AND g.type = :agreement)"
        listed = "SELECT DISTINCT article_id AS id FROM agreements WHERE type = :agreement ORDER BY article_id DESC"
        filters.append(HitFilter(told, listed))
    return filters, values


def _appearing(label: str, entities: list[int], days: bool) -> HitFilter:
    """That one of the entities appears in an article, within the days of the search where it has some."""
    among = f"label = '{label}' AND entity_id IN ({', '.join(map(str, entities))})"
    within = " AND day BETWEEN :since AND :until" if days else ""
    # SQLite merges parts that have the same order as it reads them, so that a limit ends the reading. With one part and
    # IN it would read and sort everything first.
    parts = [
        f"SELECT day, article_id AS id FROM appearances WHERE label = '{label}' AND entity_id = {entity}{within}"
        for entity in entities or [0]
    ]
    return HitFilter(
        f"""EXISTS (SELECT 1 FROM appearances p WHERE {among} AND p.day = coalesce(a.published_date, '')
            AND p.article_id = a.id)""",
        f"{' UNION '.join(parts)} ORDER BY day DESC, id DESC",
        f"SELECT 1 FROM appearances WHERE {among}{within}",
    )


def _shifted(day: str, by: int) -> str:
    """The day so many days later; an open end stays open."""
    if not day:
        return "0000" if by < 0 else "9999"
    try:
        return (date.fromisoformat(day) + timedelta(days=by)).isoformat()
    except OverflowError:
        return day


SUGGESTED = {  # kind -> what is looked through, the address of its profiles, how many are suggested
    "orang": ("SELECT id, name FROM people", "/pejabat/", 5),
    "tempat": ("SELECT id, name FROM places", "/kota/", 4),
    "lembaga": ("SELECT id, name FROM organisations", "/lembaga/", 3),
}


async def suggestions(db: Database, typed: str) -> list[Row]:
    """People, places and institutions that have a word beginning with `typed` in their name, most told of first."""
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
