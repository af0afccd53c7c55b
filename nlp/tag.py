"""Tagging documents: {id, title, text} in, {id, mentions, officials, places, agreements, laws, quotes} out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Any

from spacy.language import Language
from spacy.tokens import Doc

from nlp.document import field_span, make_doc, register_extensions, text_of

UNREADABLE = re.compile(r"[\x00\r\ufeff\ud800-\udfff]")  # a byte order mark would be part of the first word
# Documents: about 3,000 words; with 16 or 32 a page takes as long.
BATCH_SIZE = 8


def tag_documents(
    nlp: Language, documents: Iterable[Mapping[str, Any]], batch_size: int = BATCH_SIZE
) -> Iterator[dict[str, Any]]:
    """Tag documents as they come, in order and in constant memory.

    documents  mappings with "id", "title" (may be missing or ""), "text", and optionally "published_at" or "date"
               (ISO 8601, for dates that name no year)

    Offsets in the result are code points into the field that they name.
    """
    register_extensions()
    source = iter(documents)
    while batch := list(islice(source, batch_size)):
        docs = [_prepare(nlp, document) for document in batch]
        for document, doc in zip(batch, nlp.pipe(docs, batch_size=batch_size), strict=True):
            yield describe(doc, document["id"])


def _prepare(nlp: Language, document: Mapping[str, Any]) -> Doc:
    title, text = _clean(document.get("title") or ""), _clean(document.get("text") or "")
    doc = make_doc(nlp, title, text)
    published = document.get("published_at") or document.get("date")
    doc._.published_at = published if isinstance(published, str) else None
    return doc


def _clean(text: str) -> str:
    """The text with characters that break encoders or words replaced one for one, so that offsets stay right."""
    return UNREADABLE.sub(" ", text)


def describe(doc: Doc, document_id: Any) -> dict[str, Any]:
    """What the pipeline found in `doc`, as plain data."""
    title = doc._.title
    return {
        "id": document_id,
        "mentions": list(_mentions(doc, title)),
        "officials": [
            {"name": o.name, "title": o.title, "organisation": o.organisation, "aliases": list(o.aliases),
             "honorifics": list(o.honorifics), "status": o.status}
            for o in doc._.officials
        ],
        "places": [
            {"text": p.text, "name": p.name, "kind": p.kind, "code": p.code, "country": p.country}
            for p in doc._.places
        ],
        "agreements": [
            {"type": a.type, "text": a.text, "parties": list(a.parties), "subject": a.subject, "date": a.date,
             "place": a.place, "status": a.status, "signatories": list(a.signatories)}
            for a in doc._.agreements
        ],
        "laws": [
            {"text": law.text, "key": law.key, "type": law.type, "number": law.number, "year": law.year,
             "about": law.about}
            for law in doc._.laws
        ],
        "quotes": list(_quotes(doc, title)),
    }  # fmt: skip


def _mentions(doc: Doc, title: str) -> Iterator[dict[str, Any]]:
    text = text_of(doc)
    for entity in doc.ents:
        first, last = entity.start_char, entity.end_char
        place = field_span(title, first, last)
        if place is not None:
            field, start, end = place
            yield {"label": entity.label_, "field": field, "start": start, "end": end, "text": text[first:last]}


def _quotes(doc: Doc, title: str) -> Iterator[dict[str, Any]]:
    for quote in doc._.quotes:
        place = field_span(title, quote.start, quote.end)
        if place is not None and place[0] == "text":
            yield {
                "text": quote.text, "speaker": quote.speaker, "name": quote.name, "verb": quote.verb,
                "start": place[1], "end": place[2],
            }  # fmt: skip
