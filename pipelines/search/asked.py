"""What a search asks for: as an address holds it, and as a condition on the articles (the exports' way to them).

The search page and the feeds find the same articles in a quicker way: `pipelines.search.find`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Container
from dataclasses import dataclass, field, fields
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from pipelines.language.words import as_seen
from pipelines.search.named_places import region_codes
from pipelines.search.operators import Expression, read_operators
from pipelines.search.posts import holds, is_post, post_values
from pipelines.search.rows import Values, plain
from pipelines.search.words import LONGEST_QUERY, highlight_terms, match_expression
from pipelines.wording.labels import AGREEMENT_TYPES, ARTICLE_KINDS
from pipelines.wording.wib import stamp

LATEST = "terbaru"
LONGEST_FILTER = 200  # characters of a filter that are read
MOST_NAMED = 200  # a word of a filter stands for so many people or places at most
# For each filter by entity the label of its entities in `appearances`, and the SQL of their ids.
NAMED = {
    "city": (
        "GPE",
        f"""SELECT id FROM places WHERE code IN (SELECT value FROM json_each(:city_codes))
            OR name LIKE :city ESCAPE '\\' OR name LIKE '% ' || :city ESCAPE '\\'
            ORDER BY articles DESC LIMIT {MOST_NAMED}""",
    ),
    "official": (
        "PER",
        f"""SELECT id FROM people WHERE name LIKE '%' || :official || '%' ESCAPE '\\'
            ORDER BY +articles DESC LIMIT {MOST_NAMED}""",
    ),
    "person": ("PER", "SELECT CAST(:person AS INTEGER) AS id"),
    "organisation": ("ORG", "SELECT CAST(:organisation AS INTEGER) AS id"),
    "place": ("GPE", "SELECT CAST(:place AS INTEGER) AS id"),
    "beside": ("PER", "SELECT CAST(:beside AS INTEGER) AS id"),
    "law": ("LAW", "SELECT CAST(:law AS INTEGER) AS id"),
    "province": (
        "GPE",
        f"""SELECT id FROM places WHERE code = :province OR code BETWEEN :province || '.' AND :province || '/'
            ORDER BY articles DESC LIMIT {MOST_NAMED}""",
    ),
}

# Condition on `appearances p`: a person's article that quotes them.
QUOTED = """p.label = 'PER' AND p.entity_id = CAST(:quoted AS INTEGER)
    AND EXISTS (SELECT 1 FROM quotes q WHERE q.person_id = p.entity_id AND q.article_id = p.article_id)"""
# The story that an id leads to.
STORY = "(SELECT coalesce(merged_into, id) FROM isu WHERE id = CAST(:story AS INTEGER))"
IN_STORY = f"isu_id = {STORY} AND published_at > :after"  # condition on isu_articles


def is_day(value: str) -> bool:
    """Whether a text is a day, YYYY-MM-DD."""
    try:
        return date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False


def is_moment(value: str) -> bool:
    """Whether a text is a moment as the database writes it, 2024-10-30T03:00:00+00:00."""
    try:
        return stamp(datetime.fromisoformat(value)) == value
    except ValueError:
        return False


def _is_id(value: str) -> bool:
    return value.isascii() and value.isdigit() and len(value) < 16


def _is_province(value: str) -> bool:
    return value.isascii() and value.isdigit() and len(value) == 2


def _one_of(allowed: Container[str]) -> Callable[[str], bool]:
    return lambda value: value in allowed


def _parameter(name: str, means: Callable[[str], bool] = bool) -> Any:
    """A field of Search: its name in addresses, and a test of whether a value means anything."""
    return field(default="", metadata={"name": name, "means": means})


@dataclass(frozen=True, slots=True)
class Search:
    """What a search asks for; an empty string asks for nothing. An address holds the whole search.

    since, until                 days in WIB (YYYY-MM-DD), both included
    city, official               words that people type
    person, organisation, place  ids, from the profiles; beside: a second person, in the same articles
    law                          the id of a law
    province                     a Kemendagri code of two digits: the province and all places in it
    post                         of `person` as an official: "title|institution|status" (`pipelines.search.posts`)
    story                        the id of an isu, or of one that was joined to it
    after                        of `story`: the articles after this moment (ISO 8601, UTC)
    author                       the id of an author of an outlet
    quoted                       the id of a person whom the articles quote
    order                        LATEST, or "" for by relevance
    operators                    "1" when the query is to be read with operators
    """

    query: str = _parameter("q")
    source: str = _parameter("sumber")
    kind: str = _parameter("jenis", _one_of(ARTICLE_KINDS))
    since: str = _parameter("dari", is_day)
    until: str = _parameter("sampai", is_day)
    city: str = _parameter("kota")
    official: str = _parameter("pejabat")
    agreement: str = _parameter("perjanjian", _one_of(AGREEMENT_TYPES))
    person: str = _parameter("orang", _is_id)
    organisation: str = _parameter("lembaga", _is_id)
    place: str = _parameter("tempat", _is_id)
    beside: str = _parameter("dengan", _is_id)
    law: str = _parameter("peraturan", _is_id)
    province: str = _parameter("provinsi", _is_province)
    post: str = _parameter("jabatan", is_post)
    story: str = _parameter("isu", _is_id)
    after: str = _parameter("sejak", is_moment)
    author: str = _parameter("penulis", _is_id)
    quoted: str = _parameter("dikutip", _is_id)
    order: str = _parameter("urut", _one_of((LATEST,)))
    operators: str = _parameter("operator", _one_of(("1",)))

    @classmethod
    def read(cls, get: Callable[[str], str | None]) -> Search:
        """The search of an address, whose arguments `get` gives; what cannot be understood asks for nothing."""
        given = {}
        for f in fields(cls):
            value = as_seen(get(f.metadata["name"]) or "").replace("\x00", "")
            longest = LONGEST_QUERY if f.name in ("query", "post") else LONGEST_FILTER
            value = (value if f.name == "query" else value.strip())[:longest]
            given[f.name] = value if f.metadata["means"](value) else ""
        return cls(**given)

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
        names = (
            "source",
            "kind",
            "city",
            "official",
            "agreement",
            "person",
            "organisation",
            "place",
            "beside",
            "law",
            "province",
            "post",
            "story",
            "author",
            "quoted",
        )
        return any(getattr(self, name) for name in names)


def named_values(name: str, value: str) -> Values:
    """The values of the SQL of a filter of NAMED. A city also has its everyday name: "Solo" is Kota Surakarta."""
    codes = {"city_codes": json.dumps(region_codes(value))} if name == "city" else {}
    return Values({name: plain(value)} | codes)


def where(wanted: Search) -> tuple[str, Values]:
    """SQL condition on `articles a` for all but the words of the search, and its values."""
    conditions, values = ["1"], Values()
    for column, operator, value in (
        ("a.source_id", "=", wanted.source),
        ("a.kind", "=", wanted.kind),
        ("a.published_date", ">=", wanted.since),
        ("a.published_date", "<=", wanted.until),
    ):
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
            values |= named_values(name, value)
    if wanted.agreement:
        conditions.append("a.id IN (SELECT article_id FROM agreements WHERE type = :agreement)")
        values["agreement"] = wanted.agreement
    if wanted.post and wanted.person:
        conditions.append(holds("a.id"))
        values |= post_values(wanted.person, wanted.post)
    if wanted.story:
        conditions.append(f"a.id IN (SELECT article_id FROM isu_articles WHERE {IN_STORY})")
        values |= {"story": wanted.story, "after": wanted.after}
    if wanted.author:
        conditions.append("a.id IN (SELECT article_id FROM bylines WHERE author_id = CAST(:author AS INTEGER))")
        values["author"] = wanted.author
    if wanted.quoted:
        conditions.append(f"a.id IN (SELECT p.article_id FROM appearances p WHERE {QUOTED})")
        values["quoted"] = wanted.quoted
    return " AND ".join(conditions), values
