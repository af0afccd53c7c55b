"""Sentence boundaries of Indonesian news by rule: line breaks, and full stops that end no abbreviation or initial."""

from __future__ import annotations

import re

import numpy as np
from spacy.attrs import SENT_START
from spacy.language import Language
from spacy.tokens import Doc

CLOSING = frozenset("\"”’'»)]")
ENDS = frozenset((".", "!", "?", "…", "..."))
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
        starts = [False] * len(doc)
        texts = [token.text for token in doc]
        pending = True
        for i, text in enumerate(texts):
            if "\n" in text:
                pending = True
                continue
            if pending and not text.isspace() and not (text in CLOSING and i and texts[i - 1] in ENDS):
                starts[i] = True
                pending = False
            if text in ENDS and not (text == "." and i and INITIAL.fullmatch(texts[i - 1])):
                pending = True
            elif text in CLOSING and i and texts[i - 1] in ENDS:
                pending = not (i + 1 < len(texts) and texts[i + 1][:1].islower())
            if pending and i + 1 < len(texts) and (texts[i + 1][:1].islower() or texts[i + 1] in (",", ";")):
                pending = False
        # All at once: setting `token.is_sent_start` looks through the whole document for every token.
        marks = np.where(starts, 1, -1).astype(np.int64).view(np.uint64)
        return doc.from_array([SENT_START], marks)  # type: ignore[arg-type]  # its stub wants thinc's types
