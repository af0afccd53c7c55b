"""Corpus readers over ../shared, named in nlp/config/train.cfg."""

from __future__ import annotations

import gzip
import json
import random
from collections.abc import Callable, Iterator

import spacy
from spacy import Language
from spacy.training import Example

from nlp.document import join
from nlp.training.gold import SHARED, gold_doc, read_split

LONGEST = 2_000  # tokens of an unlabelled text that are used


@spacy.registry.readers("pantau.gold.v1")
def gold_reader(split: str) -> Callable[[Language], Iterator[Example]]:
    """The annotated documents of ../shared/data/gold; the train split is shuffled anew on every pass."""
    cache: list[Example] = []

    def read(nlp: Language) -> Iterator[Example]:
        if not cache:
            for document, annotation in read_split(split):
                reference, _ = gold_doc(nlp, document, annotation)
                cache.append(Example(nlp.make_doc(reference.text), reference))
        examples = list(cache)
        if split == "train":
            random.shuffle(examples)
        for example in examples:
            yield Example(nlp.make_doc(example.reference.text), example.reference)

    return read


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
