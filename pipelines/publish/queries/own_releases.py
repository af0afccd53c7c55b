"""Whose press release a quote comes from: that of the speaker's own institution, or another's."""

from __future__ import annotations

import json
from collections.abc import Iterable

from datasette.database import Database

from pipelines.publish.queries.quotes import FROM_RELEASE, IN_RELEASE, covered
from pipelines.search.rows import CARDS, Row, rows
from pipelines.store.who_is_who import organisation_key

OTHERS, FROM_OTHERS = "siaran pers lembaga lain", "dari siaran pers lembaga lain"


async def institutions_of(db: Database, person: int) -> list[str]:
    """The institutions at which a person has or had a post."""
    found = await rows(
        db, "SELECT DISTINCT organisation FROM roles WHERE person_id = :id AND organisation IS NOT NULL", {"id": person}
    )
    return [row["organisation"] for row in found]


async def told_apart(db: Database, quotes: list[Row], institutions: Iterable[str]) -> list[Row]:
    """The same quotes; the `origin` of those that come from another institution's release says so.

    Where none of the institutions is a source of releases, every release stays just a release.
    """
    keys = {organisation_key(name) for name in institutions}
    sources = await rows(db, "SELECT id, name FROM sources")
    own = {row["id"] for row in sources if organisation_key(row["name"]) in keys}
    if not own:
        return quotes
    asked = {quote["article_id"] for quote in quotes if quote["origin"] == FROM_RELEASE}
    passages = await _passages(db, asked, own)
    for quote in quotes:
        if quote["origin"] == IN_RELEASE and quote["source_id"] not in own:
            quote["origin"] = OTHERS
        elif quote["origin"] == FROM_RELEASE:
            inside = covered(quote["start"], quote["end"], passages.get(quote["article_id"], ()))
            quote["origin"] = FROM_RELEASE if inside else FROM_OTHERS
    return quotes


async def _passages(db: Database, articles: set[int], own: set[str]) -> dict[int, list[tuple[int, int]]]:
    """By article the passages of its text that it shares with a release of these sources."""
    found = await rows(
        db,
        f"""SELECT c.article_id, c.spans FROM json_each(:ids) j CROSS JOIN coverage c ON c.article_id = j.value
            CROSS JOIN {CARDS} c.release_id
            WHERE coalesce(c.confirmed, c.label) <> 'none' AND a.source_id IN (SELECT value FROM json_each(:own))""",
        {"ids": json.dumps([*articles]), "own": json.dumps([*own])},
    )
    passages: dict[int, list[tuple[int, int]]] = {}
    for row in found:
        spans = json.loads(row["spans"]) or []
        passages.setdefault(row["article_id"], []).extend((start, end) for _, _, start, end in spans)
    return passages
