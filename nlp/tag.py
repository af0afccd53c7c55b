"""Tagging: documents in, `Tags` out; and the same from JSON to JSON."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import islice
from typing import Any, TypeVar

from spacy.language import Language
from spacy.tokens import Doc

from nlp.as_json import document_from_json, tags_to_json
from nlp.document import entities_of, field_span, make_doc, release, text_of
from nlp.reading import Reading, read
from nlp.records import Document, Mention, Promise, Quote, Tags

# Characters that are tagged, so that no document takes more than some 20 s; what follows is not looked at. Of 6,000
# articles the longest had 21,000.
LONGEST_TITLE, LONGEST_TEXT = 2_000, 300_000
BATCH_SIZE = 8  # documents, about 3,000 words; a page takes no less time in batches of 16 or 32
READINGS = "pantau_tag.readings"  # in doc.user_data: the reading of each field
AS_IT_IS = {"title": Reading(""), "text": Reading("")}

Item = TypeVar("Item")
Told = TypeVar("Told", Quote, Promise)


def tag_texts(nlp: Language, documents: Iterable[Document], batch_size: int = BATCH_SIZE) -> Iterator[Tags]:
    """The tags of each document, in order and in constant memory; offsets are into the fields as they came."""
    for batch in _batches(documents, batch_size):
        docs = [prepared(nlp, document) for document in batch]
        yield from map(tags_of, nlp.pipe(docs, batch_size=batch_size))


def tag_documents(
    nlp: Language, documents: Iterable[Mapping[str, Any]], batch_size: int = BATCH_SIZE
) -> Iterator[dict[str, Any]]:
    """As `tag_texts`, from JSON's objects to JSON's objects (nlp/as_json.py).

    documents  mappings with "id", "title" (may be missing or ""), "text", and optionally "published_at" or "date"
               (ISO 8601, for dates that name no year)

    Gives {id, mentions, officials, places, agreements, laws, quotes, promises} for each.
    """
    for batch in _batches(documents, batch_size):
        found = tag_texts(nlp, map(document_from_json, batch), batch_size)
        for document, tags in zip(batch, found, strict=True):
            yield {"id": document["id"], **tags_to_json(tags)}


def tags_of(doc: Doc) -> Tags:
    """What the pipeline found in a Doc; offsets are into the fields as `prepared` got them."""
    readings = doc.user_data.get(READINGS, AS_IT_IS)
    tags = Tags(
        mentions=tuple(_mentions(doc, readings)),
        officials=tuple(doc._.officials),
        places=tuple(doc._.places),
        agreements=tuple(doc._.agreements),
        laws=tuple(doc._.laws),
        quotes=tuple(_traced(quote, readings["text"]) for quote in doc._.quotes),
        promises=tuple(_traced(promise, readings["text"]) for promise in doc._.promises),
    )
    release(doc)
    return tags


def _mentions(doc: Doc, readings: Mapping[str, Reading]) -> Iterator[Mention]:
    """The entities, but for one that runs from the title into the text."""
    title, text = doc._.title, text_of(doc)
    for entity in entities_of(doc):
        first, last = entity.start_char, entity.end_char
        place = field_span(title, first, last)
        if place is not None:
            field, start, end = place
            yield Mention(entity.label_, field, *readings[field].origin(start, end), text[first:last])


def _traced(told: Told, reading: Reading) -> Told:
    """The quote or promise with offsets into the text as it came."""
    if reading.origins is None:
        return told
    start, end = reading.origin(told.start, told.end)
    return replace(told, start=start, end=end)


def prepared(nlp: Language, document: Document) -> Doc:
    """The document as the pipeline takes it: tokens, no entities yet."""
    title, text = read(document.title[:LONGEST_TITLE]), read(document.text[:LONGEST_TEXT])
    doc = make_doc(nlp, title.text, text.text)
    doc._.published_at = document.published_at
    doc.user_data[READINGS] = {"title": title, "text": text}
    return doc


def _batches(items: Iterable[Item], size: int) -> Iterator[list[Item]]:
    source = iter(items)
    while batch := list(islice(source, size)):
        yield batch
