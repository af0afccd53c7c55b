"""Sentence boundaries of Indonesian news by rule: line breaks, and full stops that end no abbreviation or initial."""

from __future__ import annotations

import re

import numpy as np
from spacy.attrs import IS_SPACE, ORTH, SENT_START
from spacy.language import Language
from spacy.strings import get_string_id
from spacy.tokens import Doc

CLOSING = frozenset("\"”’'»)]")
ENDS = frozenset((".", "!", "?", "…", "..."))
MARKS = frozenset(get_string_id(mark) for mark in ENDS | CLOSING)  # as `doc.to_array` has them
INITIAL = re.compile(r"[A-Z]\Z")


@Language.factory("pantau_sentences")
def make_sentences(nlp: Language, name: str) -> SentenceSplitter:
    """Build the component."""
    return SentenceSplitter(name)


class SentenceSplitter:
    """Sets `token.is_sent_start` for every token."""

    def __init__(self, name: str = "pantau_sentences") -> None:
        self.name = name

    def __call__(self, doc: Doc) -> Doc:
        """Mark the document's sentence starts."""
        starts = np.full(len(doc), -1)
        pending = True
        words, spaces = doc.to_array([ORTH, IS_SPACE]).reshape(-1, 2).T.tolist()
        for i, (word, space) in enumerate(zip(words, spaces, strict=True)):
            if not (pending or space or word in MARKS):
                continue
            text = doc[i].text
            if "\n" in text:
                pending = True
                continue
            before = doc[i - 1].text if i else ""
            after = doc[i + 1].text if i + 1 < len(doc) else ""
            if pending and not text.isspace() and not (text in CLOSING and before in ENDS):
                starts[i] = 1
                pending = False
            if text in ENDS and not (text == "." and INITIAL.fullmatch(before)):
                pending = True
            elif text in CLOSING and before in ENDS:
                pending = not after[:1].islower()
            if pending and (after[:1].islower() or after in (",", ";")):
                pending = False
        # All at once: setting `token.is_sent_start` looks through the whole document for every token.
        return doc.from_array([SENT_START], starts.view(np.uint64))  # type: ignore[arg-type]  # its stub wants thinc's types
