"""The search behind the search page, the feeds and the exports."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, fields
from datetime import date
from typing import Any
from urllib.parse import urlencode

from datasette.database import Database

from pipelines.operators import Expression, read_operators
from pipelines.publish.queries import CARD, MOST_COUNTED, PAGE_SIZE, Row, Values, number, one, rows
from pipelines.search import highlight_terms, match_expression

AGREEMENT_TYPES = ("MoU", "PKS", "LoI", "perjanjian", "kesepakatan", "lainnya")
LATEST = "terbaru"
DENSE = 50_000  # hits of a word from which on checking article by article is quicker than listing all of them
FEW_COUNTED = 200  # hits counted then: each costs about 0.1 ms, and at this density there are many more
MOST_NAMED = 200  # people or places that one filter word may stand for


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
            "kind": lambda v: v in ("press_release", "news"),
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


@dataclass(frozen=True, slots=True)
class Found:
    """A page of hits. `total` is exact up to `counted`; `newest_only`: only the newest hits were put in order."""

    rows: list[Row]
    total: int
    newest_only: bool = False
    counted: int = MOST_COUNTED


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
    named = {
        "city": ("GPE", "id", f"""SELECT id FROM places WHERE code = :city OR name LIKE :city ESCAPE '\\'
                 OR name LIKE '% ' || :city ESCAPE '\\' ORDER BY articles DESC LIMIT {MOST_NAMED}"""),
        "official": ("PER", "id", f"""SELECT id FROM people WHERE name LIKE '%' || :official || '%' ESCAPE '\\'
                 ORDER BY articles DESC LIMIT {MOST_NAMED}"""),
        "person": ("PER", "id", "SELECT CAST(:person AS INTEGER)"),
        "organisation": ("ORG", "id", "SELECT CAST(:organisation AS INTEGER)"),
        "place": ("GPE", "id", "SELECT CAST(:place AS INTEGER)"),
    }  # fmt: skip
    for name, (label, _, entities) in named.items():
        value = getattr(wanted, name)
        if value:
            conditions.append(
                f"a.id IN (SELECT article_id FROM appearances WHERE label = '{label}' AND entity_id IN ({entities}))"
            )
            values[name] = value.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    if wanted.agreement:
        conditions.append("a.id IN (SELECT article_id FROM agreements WHERE type = :agreement)")
        values["agreement"] = wanted.agreement
    return " AND ".join(conditions), values


async def search(db: Database, wanted: Search, page: int = 1, size: int = PAGE_SIZE) -> Found:
    """One page of the articles that `wanted` asks for; words are searched in titles, texts and stems.

    A word that more than MOST_COUNTED articles hold is not ranked over all of them (bm25 reads every hit): without
    filters the newest MOST_COUNTED hits are put in order, with filters the hits come newest first.
    """
    condition, values = where(wanted)
    values |= {"limit": size, "offset": size * (page - 1)}
    match = wanted.expression().match
    if wanted.query.strip() and not match:
        return Found([], 0)
    if not match:
        return await _page(db, "articles a", condition, values, "a.published_at DESC, a.id DESC")
    values["match"] = match
    window, low, high = "", None, None
    if wanted.since or wanted.until:
        low, high = await _ids_of_days(db, wanted)
        if low is None:
            return Found([], 0)
        window = " AND rowid BETWEEN :low AND :high"
        values |= {"low": low, "high": high}
    newest = await one(
        db,
        f"""SELECT count(*) AS n, min(rowid) AS low FROM (SELECT rowid FROM articles_fts
            WHERE articles_fts MATCH :match{window} ORDER BY rowid DESC LIMIT {MOST_COUNTED + 1})""",
        {name: value for name, value in values.items() if name in ("match", "low", "high")},
    )
    common = bool(newest and newest["n"] > MOST_COUNTED)
    if common and wanted.filtered:
        return await _common_and_filtered(db, condition, window, values)
    if common and newest:
        window = " AND rowid BETWEEN :low AND :high"
        values |= {"low": newest["low"], "high": high or 2**62}
    window = window.replace("rowid", "articles_fts.rowid")
    order = "a.published_at DESC, a.id DESC"
    if wanted.order != LATEST:
        order = "bm25(articles_fts, 8.0, 1.0, 0.5), a.published_at DESC"  # a hit in the title counts most
    table = "articles_fts JOIN articles a ON a.id = articles_fts.rowid"
    condition += f" AND articles_fts MATCH :match{window}"
    return await _page(db, table, condition, values, order, newest_only=common)


async def _common_and_filtered(db: Database, condition: str, window: str, values: Values) -> Found:
    """Hits of a common word under filters, newest first: listed and looked up, or checked one by one where most hit."""
    hits = f"SELECT rowid FROM articles_fts WHERE articles_fts MATCH :match{window}"
    known = {name: value for name, value in values.items() if name in ("match", "low", "high")}
    dense = await number(db, f"SELECT count(*) FROM ({hits} LIMIT {DENSE + 1})", known) > DENSE
    condition += f" AND EXISTS ({hits} AND rowid = a.id)" if dense else f" AND a.id IN ({hits})"
    return await _page(
        db, "articles a", condition, values, "a.published_at DESC, a.id DESC", newest_only=True,
        counted=FEW_COUNTED if dense else MOST_COUNTED,
    )  # fmt: skip


async def _ids_of_days(db: Database, wanted: Search) -> tuple[int | None, int | None]:
    """The lowest and highest article id of the wanted days: ids mostly follow the days, so FTS5 skips the rest."""
    found = await one(
        db,
        """SELECT min(id) AS low, max(id) AS high FROM articles
           WHERE published_date >= :since AND published_date <= :until""",
        {"since": wanted.since or "0000", "until": wanted.until or "9999"},
    )
    return (found["low"], found["high"]) if found else (None, None)


async def _page(
    db: Database,
    table: str,
    condition: str,
    values: Values,
    order: str,
    *,
    newest_only: bool = False,
    counted: int = MOST_COUNTED,
) -> Found:
    limited = f"SELECT 1 FROM {table} WHERE {condition} LIMIT {counted + 1}"
    unpaged = {name: value for name, value in values.items() if name not in ("limit", "offset")}
    total = await number(db, f"SELECT count(*) FROM ({limited})", unpaged)
    found = await rows(
        db,
        f"""SELECT {CARD}, a.text AS text, a.url FROM (SELECT a.id AS id, row_number() OVER () AS place FROM (
              SELECT a.id FROM {table} WHERE {condition} ORDER BY {order} LIMIT :limit OFFSET :offset) a) n
            JOIN articles a ON a.id = n.id LEFT JOIN sources s ON s.id = a.source_id ORDER BY n.place""",
        values,
    )
    return Found(found, total, newest_only, counted)


SUGGESTED = {
    "orang": ("SELECT id, name FROM people", "/pejabat/", 5),
    "tempat": ("SELECT id, name FROM places", "/kota/", 4),
    "lembaga": ("SELECT id, name FROM organisations", "/lembaga/", 3),
}


async def suggestions(db: Database, typed: str) -> list[Row]:
    """People, places and institutions one word of whose name begins as `typed`, the most told of first."""
    needle = typed.replace("\x00", "").strip()[:60].replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
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
