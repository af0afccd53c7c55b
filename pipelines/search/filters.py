"""Which articles an export, a watch or a clipping is about: by options, or by a search of the pages."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from pipelines.errors import UserError
from pipelines.language.words import as_seen
from pipelines.search import asked
from pipelines.search.asked import Search
from pipelines.search.named_places import region_codes
from pipelines.search.words import highlight_terms, match_expression
from pipelines.store.who_is_who import name_key


@dataclass(frozen=True, slots=True)
class Filters:
    """Which articles are meant; None asks for nothing.

    since, until  days in WIB, both included
    source        a source's id
    query         a search as on the web page
    city          a place that they name: its Kemendagri code or its name ("Semarang" is both kota and kabupaten)
    person        a person whom they name, by any form of the name that says whom it means
    """

    since: date | None = None
    until: date | None = None
    source: str | None = None
    query: str | None = None
    city: str | None = None
    person: str | None = None

    def terms(self) -> tuple[str, ...]:
        """The words that a reader wants to see marked."""
        return tuple(highlight_terms(self.query)) if self.query else ()

    def where(self) -> tuple[str, dict[str, Any]]:
        """SQL condition on `articles a` and its parameters.

        Raises UserError when the query holds nothing that can be searched for.
        """
        conditions = ["1"]
        values: dict[str, Any] = {}
        if self.since:
            conditions.append("a.published_date >= :since")
            values["since"] = self.since.isoformat()
        if self.until:
            conditions.append("a.published_date <= :until")
            values["until"] = self.until.isoformat()
        if self.source:
            conditions.append("a.source_id = :source")
            values["source"] = self.source
        if self.query:
            match = match_expression(self.query)
            if not match:
                raise UserError(f"--query {self.query!r}: has no word to search for; give at least one")
            conditions.append("a.id IN (SELECT rowid FROM articles_fts WHERE articles_fts MATCH :match)")
            values["match"] = match
        if self.city:
            conditions.append(
                """a.id IN (SELECT l.article_id FROM article_places l JOIN places p ON p.id = l.place_id
                            WHERE p.code IN (SELECT value FROM json_each(:codes))
                               OR lower(p.name) IN (lower(:city), 'kota ' || lower(:city),
                                                    'kabupaten ' || lower(:city)))"""
            )
            values |= {
                "city": as_seen(self.city).strip(),
                "codes": json.dumps(region_codes(as_seen(self.city).strip())),
            }
        if self.person:
            conditions.append(
                """a.id IN (SELECT m.article_id FROM mentions m JOIN name_forms f ON f.entity_id = m.entity_id
                            WHERE m.label = 'PER' AND f.kind = 'person' AND f.key = :person)"""
            )
            values["person"] = name_key(as_seen(self.person))
        return " AND ".join(conditions), values


@dataclass(frozen=True, slots=True)
class SearchFilters(Filters):
    """The articles that a search of the pages finds; `since` and `until` narrow it further."""

    search: Search = field(default_factory=Search)

    def terms(self) -> tuple[str, ...]:
        """The words that a reader wants to see marked."""
        return self.search.expression().terms

    def where(self) -> tuple[str, dict[str, Any]]:
        """SQL condition on `articles a` and its values; a query without any word finds nothing.

        Raises UserError when the operators of the query cannot be read.
        """
        days, day_values = Filters(self.since, self.until).where()
        condition, values = asked.where(self.search)
        condition, values = f"{days} AND {condition}", day_values | values
        if not self.search.query.strip():
            return condition, values
        expression = self.search.expression()
        if expression.error:
            raise UserError(f"Pencarian tidak dapat dibaca: {expression.error}.")
        if not expression.match:
            return "0", {}
        condition += " AND a.id IN (SELECT rowid FROM articles_fts WHERE articles_fts MATCH :match)"
        return condition, values | {"match": expression.match}


def saved(search: Mapping[str, str]) -> SearchFilters:
    """The filters of a search that was saved by the names of its address ({"q": "beras", "jenis": "news"})."""
    return SearchFilters(search=Search.read(search.get))
