"""What the tagger is trained on: readers of ../shared, by the names that nlp/config/train.cfg gives them."""

from __future__ import annotations

import gzip
import json
import random
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import spacy
from spacy import Language
from spacy.tokens import Doc, Span
from spacy.training import Example
from spacy.util import filter_spans

from nlp.document import join
from nlp.training.gold import SHARED, gold_doc, read_split
from nlp.training.synthetic import name_parts, synthetic_docs

REPLACED_WORD = re.compile(r"\b[A-Z][a-z'’]{2,}\b")  # of a name; no initial, no "bin", no name in capitals
TRAILING_MARKS = frozenset('-–(,/:;"“”')  # at the end of a label of the teacher's: the sentence's, not the name's


@spacy.registry.readers("pantau.gold.v1")
def gold_reader(split: str) -> Callable[[Language], Iterator[Example]]:
    """The annotated documents of ../shared/data/gold."""
    cache: list[Doc] = []

    def read(nlp: Language) -> Iterator[Example]:
        if not cache:
            cache.extend(gold_doc(nlp, document, annotation)[0] for document, annotation in read_split(split))
        for doc in cache:
            yield Example(nlp.make_doc(doc.text), doc)

    return read


@spacy.registry.readers("pantau.taught.v1")
def taught_reader(
    silver: str | None, gold_weight: int = 1, renamed: float = 0.0, synthetic: int = 0
) -> Callable[[Language], Iterator[Example]]:
    """The train split mixed with what the teacher labelled, in another order on every pass.

    silver (str | None): the file that `teacher label` wrote; None for the annotated documents alone.
    gold_weight (int): how many times over the train split is read.
    renamed (float): share of the documents whose people get other names, drawn anew on every pass. A few politicians
    fill the news, and without this the tagger learns them instead of how posts and names stand together.
    synthetic (int): how many documents of our own making (synthetic.py) are mixed in, new ones on every pass.

    Needs `training.max_epochs = -1`: with other values spaCy reads a corpus once and keeps it.
    """
    cache: list[Doc] = []

    def read(nlp: Language) -> Iterator[Example]:
        if not cache:
            gold = [gold_doc(nlp, document, annotation)[0] for document, annotation in read_split("train")]
            cache.extend(gold * gold_weight)
            if silver:
                cache.extend(silver_docs(nlp, Path(silver)))
        docs = [*cache, *synthetic_docs(nlp, synthetic)]
        random.shuffle(docs)
        for doc in docs:
            reference = rename_people(nlp, doc) if random.random() < renamed else doc
            yield Example(nlp.make_doc(reference.text), reference)

    return read


def silver_docs(nlp: Language, file: Path) -> Iterator[Doc]:
    """The documents of a file of {text, entities: [[start, end, label]]} lines."""
    with file.open(encoding="utf-8") as lines:
        for row in map(json.loads, lines):
            doc = nlp.make_doc(row["text"])
            found = (doc.char_span(start, end, label=label) for start, end, label in row["entities"])
            spans = (_trimmed(span) for span in found if span is not None)
            # spaCy's ner refuses to learn names with white space in them.
            doc.set_ents(filter_spans([s for s in spans if len(s) and not any(token.is_space for token in s)]))
            yield doc


def _trimmed(span: Span) -> Span:
    """The span without the marks at its end that belong to the sentence."""
    end = span.end
    while end > span.start and span.doc[end - 1].text in TRAILING_MARKS:
        end -= 1
    if end > span.start and span.doc[end - 1].text == ")" and "(" not in {token.text for token in span}:
        end -= 1
    return Span(span.doc, span.start, end, label=span.label_)


def rename_people(nlp: Language, doc: Doc) -> Doc:
    """A copy of `doc` in which each word of a person's name is replaced by another, by the same one everywhere."""
    renamed: dict[str, str] = {}

    def other(match: re.Match[str]) -> str:
        return renamed.setdefault(match.group(), random.choice(name_parts()))

    parts: list[str] = []
    entities: list[tuple[int, int, str]] = []
    position = length = 0
    for entity in doc.ents:
        before = doc.text[position : entity.start_char]
        inside = REPLACED_WORD.sub(other, entity.text) if entity.label_ == "PER" else entity.text
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


def unlabelled_texts() -> Iterator[str]:
    """Title and text of every document of ../shared/data/corpus."""
    for file in sorted((SHARED / "data" / "corpus").glob("*.jsonl.gz")):
        with gzip.open(file, "rt", encoding="utf-8") as lines:
            for row in map(json.loads, lines):
                yield join(row.get("title") or "", row["text"])


PUBLIC_LABELS = {"PER": "PER", "PERSON": "PER", "ORG": "ORG", "ORGANISATION": "ORG", "ORGANIZATION": "ORG"}
PUBLIC_LABELS |= {"LOC": "LOC", "PLACE": "LOC", "LOCATION": "LOC"}


def public_sentences(name: str, split: str) -> Iterator[list[tuple[str, str]]]:
    """The sentences of a set of ../shared/data/ner ("train" or "dev"), as (word, BIO tag of PER, ORG or LOC)."""
    (file,) = (SHARED / "data" / "ner").glob(f"{name}.{split}.*")
    sentence: list[tuple[str, str]] = []
    for line in [*file.read_text(encoding="utf-8").splitlines(), ""]:
        fields = line.split()
        if len(fields) >= 2:
            position, _, kind = fields[-1].partition("-")
            known = PUBLIC_LABELS.get(kind)
            sentence.append((fields[0], f"{position}-{known}" if known else "O"))
        elif sentence:
            yield sentence
            sentence = []
