"""Sentence boundaries of Indonesian news by rule: line breaks, and full stops that end no abbreviation or initial."""

from __future__ import annotations

import re

import numpy as np
from spacy.attrs import ORTH, SENT_START
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
        orths = doc.to_array(ORTH).tolist()
        words = {orth: doc.vocab.strings[orth] for orth in set(orths)}  # `token.text` is slow
        texts = [words[orth] for orth in orths]
        marks = {orth for orth, text in words.items() if text in ENDS or text in CLOSING or "\n" in text}
        starts = np.full(len(orths), -1)
        pending = True
        for i, text in enumerate(texts):
            if not pending and orths[i] not in marks:
                continue
            if "\n" in text:
                pending = True
                continue
            if pending and not text.isspace() and not (text in CLOSING and i and texts[i - 1] in ENDS):
                starts[i] = 1
                pending = False
            if text in ENDS and not (text == "." and i and INITIAL.fullmatch(texts[i - 1])):
                pending = True
            elif text in CLOSING and i and texts[i - 1] in ENDS:
                pending = not (i + 1 < len(texts) and texts[i + 1][:1].islower())
            if pending and i + 1 < len(texts) and (texts[i + 1][:1].islower() or texts[i + 1] in (",", ";")):
                pending = False
        # All at once: setting `token.is_sent_start` looks through the whole document for every token.
        return doc.from_array([SENT_START], starts.view(np.uint64))  # type: ignore[arg-type]  # its stub wants thinc's types
