"""Tagging: documents in, `Tags` out; and the same from JSON to JSON."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Any, TypeVar

from spacy.language import Language
from spacy.tokens import Doc

from nlp.as_json import document_from_json, tags_to_json
from nlp.document import field_span, make_doc, text_of
from nlp.records import Document, Mention, Tags

UNREADABLE = re.compile(r"[\x00\r\ufeff\ud800-\udfff]")  # a byte order mark would be part of the first word
# Characters that are tagged, so that no document takes more than some 20 s; what follows is not looked at. Of 6,000
# articles the longest had 21,000.
LONGEST_TITLE, LONGEST_TEXT = 2_000, 300_000
BATCH_SIZE = 8  # documents, about 3,000 words; a page takes no less time in batches of 16 or 32

Item = TypeVar("Item")


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

    Gives {id, mentions, officials, places, agreements, laws, quotes} for each.
    """
    for batch in _batches(documents, batch_size):
        found = tag_texts(nlp, map(document_from_json, batch), batch_size)
        for document, tags in zip(batch, found, strict=True):
            yield {"id": document["id"], **tags_to_json(tags)}


def tags_of(doc: Doc) -> Tags:
    """What the pipeline found in a Doc."""
    return Tags(
        mentions=tuple(_mentions(doc)),
        officials=tuple(doc._.officials),
        places=tuple(doc._.places),
        agreements=tuple(doc._.agreements),
        laws=tuple(doc._.laws),
        quotes=tuple(doc._.quotes),
    )


def _mentions(doc: Doc) -> Iterator[Mention]:
    """The entities, but for one that runs from the title into the text."""
    title, text = doc._.title, text_of(doc)
    for entity in doc.ents:
        first, last = entity.start_char, entity.end_char
        place = field_span(title, first, last)
        if place is not None:
            yield Mention(entity.label_, *place, text[first:last])


def prepared(nlp: Language, document: Document) -> Doc:
    """The document as the pipeline takes it: tokens, no entities yet."""
    doc = make_doc(nlp, _clean(document.title[:LONGEST_TITLE]), _clean(document.text[:LONGEST_TEXT]))
    doc._.published_at = document.published_at
    return doc


def _clean(text: str) -> str:
    """The text with characters that break encoders or words replaced one for one, so that offsets stay right."""
    return UNREADABLE.sub(" ", text)


def _batches(items: Iterable[Item], size: int) -> Iterator[list[Item]]:
    source = iter(items)
    while batch := list(islice(source, size)):
        yield batch
