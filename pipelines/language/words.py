"""What counts as a word, by the two meanings that the pipeline has for it.

Three neighbours differ on purpose: pipelines/coverage/features.py takes a number with its separators for one word
("1.500,5"), since numbers there are compared; nlp/components/names.py leaves apostrophes and hyphens in names
("Nur'aini"); nlp/gazetteers has its own of the first kind, since nlp imports nothing of the pipeline.
"""

from __future__ import annotations

import re
import unicodedata

# Letters, digits and underscores: as FTS5 cuts texts for the search; for comparing names, titles and texts.
WORD = re.compile(r"\w+")
# Letters only, and what hyphens join is one ("anak-anak"): what has a stem, and what tells a language.
SPOKEN_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")

# A word that an apostrophe parts, or a hyphen behind its first letter: Jum'at, Ma’ruf, e-KTP.
PARTED = re.compile(r"(?<![^\W\d_])(?:[^\W\d_]+(?:['’‘ʼ`´][^\W\d_]+)+|[^\W\d_]-[^\W\d_]{2,})")
# What is in a text and not seen: soft hyphens, zero-width spaces and joiners, direction marks, U+FEFF.
UNSEEN = re.compile("[\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff]")


def joined(text: str) -> str:
    """The words of `text` as one, case folded: "jumat" for "Jum'at"."""
    return "".join(WORD.findall(text.casefold()))


def as_seen(text: str) -> str:
    """What people type or paste as they see it: without what is not seen, letters composed, spaces plain."""
    return re.sub(r"[^\S\n]", " ", UNSEEN.sub("", unicodedata.normalize("NFC", text)))


def word_key(text: str) -> str:
    """The form in which two spellings are the same: the words, case folded, with a blank between them."""
    return " ".join(WORD.findall(text.casefold()))
