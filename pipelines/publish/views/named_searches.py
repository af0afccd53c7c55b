"""What a search is called: its words, and the names behind its filters."""

from __future__ import annotations

from datasette.database import Database

from pipelines.publish.queries import isu, names
from pipelines.search.asked import Search
from pipelines.search.named_places import province_name
from pipelines.search.posts import post_name
from pipelines.wording.dates import moment, short_day
from pipelines.wording.labels import ARTICLE_KINDS

# Filters by id: field of Search, the table of the names, what stands before the name.
BY_ID = (
    ("person", "people", ""),
    ("beside", "people", ""),
    ("organisation", "organisations", ""),
    ("place", "places", ""),
    ("law", "laws", ""),
    ("source", "sources", ""),
    ("author", "authors", ""),
    ("quoted", "people", "kutipan "),
)


async def named(db: Database, wanted: Search) -> str:
    """What a search is called on a page."""
    parts = [wanted.query] if wanted.query else []
    for field, table, before in BY_ID:
        if entity := getattr(wanted, field):
            parts.append(before + (await names.name_of(db, table, entity) or entity))
    parts += [post_name(wanted.post)] if wanted.post and wanted.person else []
    parts += [province_name(wanted.province)] if wanted.province else []
    if wanted.story:
        row = await isu.story(db, int(wanted.story))
        parts.append(f"isu: {row['title']}" if row else f"isu {wanted.story}")
        parts += [f"sesudah {moment(wanted.after)}"] if wanted.after else []
    parts += [said for said in (wanted.city, wanted.official, wanted.agreement) if said]
    parts += [ARTICLE_KINDS[wanted.kind]] if wanted.kind else []
    if wanted.since or wanted.until:
        parts.append(f"{short_day(wanted.since) or 'awal'} sampai {short_day(wanted.until) or 'kini'}")
    return ", ".join(parts)
