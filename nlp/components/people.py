"""The people that a document names: the ner's PER entities with its usual slips put right.

A ner that learnt from little data takes a post for a name ("Wakapolres"), gives a name the post before it ("Bupati
Ratri"), and begins a name at its second word where the first is rare ("Krisnadi" of "Wira Krisnadi").
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

from spacy.tokens import Doc, Span

from nlp.components.names import LEADING, NameMention, name_at
from nlp.components.posts import INSTITUTION_WORDS, NAME_LIKE, heads_in
from nlp.gazetteers import countries, institutions, regions

Offsets = tuple[int, int]  # start and end in the Doc's text
POST_WORDS = Path(__file__).resolve().parents[1] / "gazetteers" / "post_words.txt"
# A capitalised word in mid-sentence, right before a name: "Wira " in "kepada Wira Krisnadi".
WORD_BEFORE = re.compile(r"(?:,|(?<![\w.-])[a-z]+)[ \xa0](?P<word>[A-Z][a-z]+)[ \xa0]\Z")


@lru_cache(maxsize=1)
def post_words() -> frozenset[str]:
    """Words of posts, institutions and regions, case folded, with which no name begins. Read from files on first use."""
    lines = POST_WORDS.read_text(encoding="utf-8").splitlines()
    words = {word for line in lines if not line.startswith("#") for word in line.split()} | INSTITUTION_WORDS
    for kind in ("provinsi", "kabupaten", "kota"):
        words.update(word for name in regions().by_name[kind] for word in name.split())
    words.update(word for name in countries() for word in name.split())
    words.update(word for name in institutions().values() for word in name.split() if len(word) > 3)
    return frozenset(words)


def read_people(doc: Doc, text: str, entities: Sequence[Span]) -> tuple[list[NameMention], list[Offsets]]:
    """The names of people in the document, and the posts that the ner took for names or for parts of them.

    text      the Doc's text
    entities  the Doc's entities
    """
    names: list[NameMention] = []
    posts: list[Offsets] = []
    title_end = len(doc._.title)
    for entity in entities:
        if entity.label_ != "PER":
            continue
        start, end = entity.start_char, entity.end_char
        heads = [head for head in heads_in(text, start, end) if head.group() not in NAME_LIKE]
        for head in heads:
            posts.append(head.span())
            if head.start() - start < 2:
                start = head.end() + 1
            else:
                end = head.start()
        if start >= title_end:
            start = _start_of_name(doc, text, start)
        if start < end:
            found = name_at(text, start, end)
            if found.words:
                names.append(found)
    return names, posts


def _start_of_name(doc: Doc, text: str, start: int) -> int:
    """Where a name begins: at a capitalised word before it, if that is in mid-sentence and can only be a name."""
    before = WORD_BEFORE.search(text, max(0, start - 30), start)
    if before and _is_strange(before["word"]) and not _is_labelled(doc, before.start("word")):
        return before.start("word")
    return start


def _is_strange(word: str) -> bool:
    """Whether a word is none of posts, institutions, regions, forms of address and the calendar."""
    return word.casefold() not in post_words() and LEADING.match(word + " ") is None


def _is_labelled(doc: Doc, position: int) -> bool:
    """Whether the token at a character offset is a part of an entity."""
    span = doc.char_span(position, position + 1, alignment_mode="expand")
    return span is not None and span[0].ent_type != 0
