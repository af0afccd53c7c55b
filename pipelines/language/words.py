"""What counts as a word, by the two meanings that the pipeline has for it.

Three neighbours differ on purpose: pipelines/coverage/features.py takes a number with its separators for one word
("1.500,5"), since numbers there are compared; nlp/components/names.py leaves apostrophes and hyphens in names
("Nur'aini"); nlp/gazetteers has its own of the first kind, since nlp imports nothing of the pipeline.
"""

from __future__ import annotations

import re

# Letters, digits and underscores: as FTS5 cuts texts for the search; for comparing names, titles and texts.
WORD = re.compile(r"\w+")
# Letters only, and what hyphens join is one ("anak-anak"): what has a stem, and what tells a language.
SPOKEN_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")


def word_key(text: str) -> str:
    """The form in which two spellings are the same: the words, case folded, with a blank between them."""
    return " ".join(WORD.findall(text.casefold()))
