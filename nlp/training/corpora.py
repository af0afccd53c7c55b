"""Corpus readers over ../shared, named in nlp/config/train.cfg."""

from __future__ import annotations

import gzip
import json
import random
import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from pathlib import Path

import spacy
from spacy import Language
from spacy.tokens import Doc
from spacy.training import Example
from spacy.util import filter_spans

from nlp.document import join
from nlp.training.gold import SHARED, gold_doc, read_split

NAMES = Path(__file__).with_name("names.txt")
NAME_WORD = re.compile(r"\b[A-Z][a-z'’]{2,}\b")  # not initials, not "bin", not names in capitals
LONGEST = 2_000  # tokens of an unlabelled text that are used


@spacy.registry.readers("pantau.gold.v1")
def gold_reader(split: str, renamed: float = 0.0) -> Callable[[Language], Iterator[Example]]:
    """The annotated documents of ../shared/data/gold; the train split is shuffled anew on every pass.

    renamed (float): share of the documents, drawn anew on every pass, whose people get other names. A few
    politicians fill the news; without this the tagger learns them instead of how posts and names stand together.
    """
    cache: list[Doc] = []

    def read(nlp: Language) -> Iterator[Example]:
        if not cache:
            cache.extend(gold_doc(nlp, document, annotation)[0] for document, annotation in read_split(split))
        docs = list(cache)
        if split == "train":
            random.shuffle(docs)
        for doc in docs:
            reference = rename_people(nlp, doc) if random.random() < renamed else doc
            yield Example(nlp.make_doc(reference.text), reference)

    return read


def rename_people(nlp: Language, doc: Doc) -> Doc:
    """A copy of `doc` in which every word of a person's name is another name, the same one throughout the document."""
    renamed: dict[str, str] = {}

    def other(match: re.Match[str]) -> str:
        return renamed.setdefault(match.group(), random.choice(name_parts()))

    parts: list[str] = []
    entities: list[tuple[int, int, str]] = []
    position = length = 0
    for entity in doc.ents:
        before = doc.text[position : entity.start_char]
        inside = NAME_WORD.sub(other, entity.text) if entity.label_ == "PER" else entity.text
        parts += [before, inside]
        start = length + len(before)
        length = start + len(inside)
        entities.append((start, length, entity.label_))
        position = entity.end_char
    parts.append(doc.text[position:])
    copy = nlp.make_doc("".join(parts))
    spans = (copy.char_span(start, end, label=label) for start, end, label in entities)
    copy.set_ents(filter_spans([span for span in spans if span is not None]))
    return copy


@lru_cache(maxsize=1)
def name_parts() -> list[str]:
    """Given and family names to rename people with."""
    lines = NAMES.read_text(encoding="utf-8").splitlines()
    return [name for line in lines if not line.startswith("#") for name in line.split()]


@spacy.registry.readers("pantau.unlabelled.v1")
def unlabelled_reader() -> Callable[[Language], Iterator[Example]]:
    """The texts of ../shared/data/corpus and of the train split (never dev), without annotations."""

    def texts() -> Iterator[str]:
        for file in sorted((SHARED / "data" / "corpus").glob("*.jsonl.gz")):
            with gzip.open(file, "rt", encoding="utf-8") as lines:
                for row in map(json.loads, lines):
                    yield join(row.get("title") or "", row["text"])
        for document, _ in read_split("train"):
            yield join(document["title"], document["text"])

    def read(nlp: Language) -> Iterator[Example]:
        for text in texts():
            doc = nlp.make_doc(text)[:LONGEST].as_doc()
            if len(doc) > 5:
                yield Example(doc, doc)

    return read
