"""The component `pantau_sentences`: sentences by rule.

A sentence ends at a line break, and at a full stop that ends neither an abbreviation nor an initial ("Sri Mulat A.").
"""

from __future__ import annotations

import re
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from spacy.attrs import IS_SPACE, ORTH, SENT_START
from spacy.strings import get_string_id
from spacy.tokens import Doc

CLOSING = frozenset("\"”’'»)]")  # marks that belong to the sentence whose end stands before them
ENDS = frozenset((".", "!", "?", "…", "..."))
MARKS = frozenset(get_string_id(mark) for mark in ENDS | CLOSING)  # as `doc.to_array` has them
# Tokens of a sentence. Rules read the whole sentence at each mention in it; of 51,000 real ones the longest had 349.
LONGEST = 400
INITIAL = re.compile(r"[A-Z]\Z")


class SentenceSplitter:
    """Sets `token.is_sent_start` for every token."""

    def __call__(self, doc: Doc) -> Doc:
        """Mark the document's sentence starts."""
        starts = np.full(len(doc), -1)
        pending = True  # a sentence has ended, so that the next word begins one
        words, spaces = doc.to_array([ORTH, IS_SPACE]).reshape(-1, 2).T.tolist()
        for i, (word, space) in enumerate(zip(words, spaces, strict=True)):
            if not (pending or space or word in MARKS):
                continue  # a word in mid-sentence
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
        _cut_long(starts)
        # All at once, since setting `token.is_sent_start` looks through the whole document for every token. spaCy's stub
        # asks for thinc's type of array.
        return doc.from_array([SENT_START], starts.view(np.uint64))  # type: ignore[arg-type]


def _cut_long(starts: NDArray[np.int64]) -> None:
    """Mark a start after every LONGEST tokens that have none, in place."""
    (begins,) = np.nonzero(starts == 1)
    for begin, end in pairwise([*begins.tolist(), len(starts)]):
        starts[begin + LONGEST : end : LONGEST] = 1
