"""One document is one spaCy Doc: its title, a blank line, its text; and the way back from its offsets to the fields."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import fields
from itertools import pairwise

import numpy as np
from spacy.attrs import ORTH, SENT_START
from spacy.language import Language
from spacy.strings import StringStore
from spacy.tokens import Doc, Span

from nlp.records import Tags

SEPARATOR = "\n\n"
# Characters without a space that the tokenizer is given at once. It peels marks off the ends of a word one by one and
# looks at all that is left each time: 20,000 equal signs took it 50 s. The longest words of news are addresses.
LONGEST_WORD = 256
TEXT = "pantau_document.text"  # in doc.user_data
ENTITIES = "pantau_document.entities"  # in doc.user_data: the entities in their order, and where each begins
MOST_SPELT = 100_000  # words that are remembered
WORDS = "pantau_document.words"  # in doc.user_data
SENTENCES = "pantau_document.sentences"  # in doc.user_data: where each begins, and those that were asked for

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


def entities_of(doc: Doc) -> Sequence[Span]:
    """`doc.ents`, made once until they change: spaCy looks through all tokens for them at every use.

    Components change them by `set_entities`; who sets `doc.ents` otherwise calls `forget_entities`.
    """
    known = doc.user_data.get(ENTITIES)
    return index_entities(doc, list(doc.ents)) if known is None else known[0]


def set_entities(doc: Doc, entities: Sequence[Span]) -> Sequence[Span]:
    """Set the document's entities, which do not overlap; gives them in their order."""
    doc.set_ents(list(entities))
    return index_entities(doc, sorted(entities, key=_start))


def index_entities(doc: Doc, entities: Sequence[Span]) -> Sequence[Span]:
    """Let `entities_of` and `entities_in` know the document's entities, which are these in their order."""
    doc.user_data[ENTITIES] = (entities, [entity.start for entity in entities])
    return entities


def forget_entities(doc: Doc) -> None:
    """The document's entities have changed, or are about to."""
    doc.user_data.pop(ENTITIES, None)


def release(doc: Doc) -> None:
    """Forget the spans kept beside a document: they hold it, so that it would wait for the garbage collector."""
    forget_entities(doc)
    doc.user_data.pop(SENTENCES, None)


def entities_in(span: Span) -> Sequence[Span]:
    """`span.ents`, by bisection."""
    doc = span.doc
    entities_of(doc)
    entities, starts = doc.user_data[ENTITIES]
    last = span.end
    within = entities[bisect_left(starts, span.start) : bisect_left(starts, last)]
    if within and within[-1].end > last:
        return within[:-1]
    return list(within)


def sentence_of(span: Span) -> Span:
    """`span.sent`, by bisection: spaCy looks through the whole document to tell whether it has sentences."""
    return sentence_at(span.doc, span.start)


def sentence_at(doc: Doc, token: int) -> Span:
    """The sentence that holds a token."""
    starts, known = _sentences(doc)
    number = bisect_right(starts, token) - 1
    found = known.get(number)
    if found is None:
        last = starts[number + 1] if number + 1 < len(starts) else len(doc)
        found = known[number] = Span(doc, starts[number], last)
    return found


def sentence_starts(doc: Doc) -> Sequence[int]:
    """The tokens at which the document's sentences begin."""
    return _sentences(doc)[0]


def sentences_of(doc: Doc) -> list[Span]:
    """The document's sentences."""
    return [sentence_at(doc, start) for start in sentence_starts(doc)]


def _sentences(doc: Doc) -> tuple[list[int], dict[int, Span]]:
    found = doc.user_data.get(SENTENCES)
    if found is None:
        starts = np.flatnonzero(doc.to_array(SENT_START) == 1).tolist()
        starts = starts if starts[:1] == [0] or not len(doc) else [0, *starts]
        found = doc.user_data[SENTENCES] = (starts, {})
    known: tuple[list[int], dict[int, Span]] = found
    return known


def words_of(doc: Doc) -> Sequence[str]:
    """The texts of the document's tokens, looked up once."""
    words = doc.user_data.get(WORDS)
    if words is None:
        if len(_SPELT) > MOST_SPELT:
            _SPELT.clear()
        _SPELT.strings = doc.vocab.strings
        words = doc.user_data[WORDS] = list(map(_SPELT.__getitem__, doc.to_array(ORTH).tolist()))
    found: Sequence[str] = words
    return found


class _Spelt(dict[int, str]):
    """Words by spaCy's hashes, which are the same in every vocabulary."""

    strings: StringStore

    def __missing__(self, key: int) -> str:
        word = self[key] = self.strings[key]
        return word


_SPELT = _Spelt()


def text_in(span: Span) -> str:
    """`span.text`, cut out of the document's text: spaCy joins the tokens."""
    return text_of(span.doc)[span.start_char : span.end_char]


def _start(span: Span) -> int:
    return span.start
