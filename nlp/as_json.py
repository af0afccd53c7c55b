"""The edge between the tagger's records and JSON: what `pantau tag` reads and prints, and what files keep of tags.

A document is {id, title, text, published_at or date}; tags are {mentions, officials, places, agreements, laws, quotes,
promises}, each a list of objects whose keys are the fields of the record in nlp/records.py, in their order.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, get_args, get_type_hints

from nlp.records import Document, Tags

# The kinds of tags and their records, as Tags declares them: {"mentions": Mention, ...}.
RECORDS = {kind: get_args(records)[0] for kind, records in get_type_hints(Tags).items()}
LATER = {"promises"}  # kinds that tags which were kept before version 0.2 have not


def document_from_json(values: Mapping[str, Any]) -> Document:
    """The document of an object; a missing title or text is "", a date that is no text is none."""
    published = values.get("published_at") or values.get("date")
    return Document(
        values.get("title") or "", values.get("text") or "", published if isinstance(published, str) else None
    )


def tags_to_json(tags: Tags) -> dict[str, Any]:
    """The tags as plain data that `json.dumps` takes."""
    return {kind: [_to_json(record) for record in getattr(tags, kind)] for kind in RECORDS}


def tags_from_json(values: Mapping[str, Any]) -> Tags:
    """The tags that `tags_to_json` gave. Raises KeyError or TypeError where a key is missing or none of ours."""
    kept = dict.fromkeys(LATER, ()) | dict(values)
    return Tags(**{kind: tuple(_from_json(record, row) for row in kept[kind]) for kind, record in RECORDS.items()})


def _to_json(record: object) -> dict[str, Any]:
    return {name: list(value) if isinstance(value, tuple) else value for name, value in vars(record).items()}


def _from_json(record: type, values: Mapping[str, Any]) -> Any:
    return record(**{name: tuple(value) if isinstance(value, list) else value for name, value in values.items()})
