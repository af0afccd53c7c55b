"""One document is one spaCy Doc: its title, a blank line, its text; and the way back from its offsets to the fields."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import fields
from itertools import pairwise

from spacy.language import Language
from spacy.tokens import Doc, Span

from nlp.records import Tags

SEPARATOR = "\n\n"
# Characters without a space that the tokenizer is given at once. It peels marks off the ends of a word one by one and
# looks at all that is left each time: 20,000 equal signs took it 50 s. The longest words of news are addresses.
LONGEST_WORD = 256
TEXT = "pantau_document.text"  # in doc.user_data
ENTITIES = "pantau_document.entities"  # in doc.user_data, while one component works

# What every Doc has under `doc._`: what components read of the document, and the lists of nlp.records that they fill.
for _name, _default in (("title", ""), ("published_at", None)):
    Doc.set_extension(_name, default=_default, force=True)
for _field in fields(Tags):
    if _field.name != "mentions":  # these are the Doc's own entities
        Doc.set_extension(_field.name, default=None, force=True)


def join(title: str, text: str) -> str:
    """The text that the pipeline reads: `title` + SEPARATOR + `text` (just `text` when there is no title)."""
    return f"{title}{SEPARATOR}{text}" if title else text


def body_start(title: str) -> int:
    """Offset in the joined text at which the body begins."""
    return len(title) + len(SEPARATOR) if title else 0


def field_span(title: str, start: int, end: int) -> tuple[str, int, int] | None:
    """(field, start, end) for a span of the joined text; None when it straddles title and body."""
    offset = body_start(title)
    if end <= len(title):
        return "title", start, end
    if start >= offset:
        return "text", start - offset, end - offset
    return None


def make_doc(nlp: Language, title: str, text: str) -> Doc:
    """The document as a Doc of tokens; `doc._.published_at` is the caller's to set."""
    whole = join(title, text)
    doc = _tokenized(nlp, whole)
    doc._.title = title
    doc.user_data[TEXT] = whole
    return doc


def _tokenized(nlp: Language, text: str) -> Doc:
    """The tokens of a text; what has no space for more than LONGEST_WORD characters is cut there."""
    if max(map(len, text.split()), default=0) <= LONGEST_WORD:
        return nlp.make_doc(text)
    words: list[str] = []
    spaces: list[bool] = []
    cuts = [
        cut
        for word in re.finditer(r"\S+", text)
        for cut in range(word.start() + LONGEST_WORD, word.end(), LONGEST_WORD)
    ]
    for start, end in pairwise([0, *cuts, len(text)]):
        for token in nlp.make_doc(text[start:end]):
            words.append(token.text)
            spaces.append(bool(token.whitespace_))
    return Doc(nlp.vocab, words=words, spaces=spaces)


def text_of(doc: Doc) -> str:
    """`doc.text`, kept beside the Doc, since spaCy 3.8 joins the tokens anew at every use."""
    text = doc.user_data.get(TEXT)
    if text is None:
        text = doc.user_data[TEXT] = doc.text
    return str(text)


def index_entities(doc: Doc, entities: Sequence[Span]) -> None:
    """Let `entities_in` find the document's entities, which are these, until `forget_entities`."""
    doc.user_data[ENTITIES] = (entities, [entity.start for entity in entities])


def forget_entities(doc: Doc) -> None:
    """The document's entities are about to change."""
    doc.user_data.pop(ENTITIES, None)


def entities_in(span: Span) -> Sequence[Span]:
    """`span.ents`; by bisection where `index_entities` has listed them, since spaCy looks through the document's."""
    index = span.doc.user_data.get(ENTITIES)
    if index is None:
        return span.ents
    entities, starts = index
    within = entities[bisect_left(starts, span.start) : bisect_left(starts, span.end)]
    return [entity for entity in within if entity.end <= span.end]
