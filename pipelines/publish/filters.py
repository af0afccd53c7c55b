"""A search of the pages as the filters of an export, a watch or a clipping."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pipelines.errors import UserError
from pipelines.export import Filters
from pipelines.publish import searching
from pipelines.publish.searching import Search


@dataclass(frozen=True, slots=True)
class SearchFilters(Filters):
    """The articles that a search finds; `since` and `until` narrow it further."""

    search: Search = field(default_factory=Search)

    def where(self) -> tuple[str, dict[str, Any]]:
        """SQL condition on `articles a` and its values; a query without any word finds nothing.

        Raises UserError when the operators of the query cannot be read.
        """
        days, day_values = Filters(self.since, self.until).where()
        condition, values = searching.where(self.search)
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
