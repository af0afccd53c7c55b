"""The annotated documents of ../shared/data/gold as spaCy Docs.

An annotation is a string, which stands for all its occurrences in the document: the longest string is looked for first,
at word boundaries, and occurrences do not overlap. ../shared/tools/score.py aligns them in the same way.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from spacy.language import Language
from spacy.tokens import Doc, Span
from spacy.util import filter_spans

from nlp.document import body_start, join
from nlp.reading import read

SHARED = Path(__file__).resolve().parents[3] / "shared"
GOLD = SHARED / "data" / "gold"
OWN = Path(__file__).resolve().parent / "gold" / "agreements.jsonl"  # documents of our own, with their agreements
TAUGHT = ("train", "train3", "train4", "written")  # the splits that teach mentions


def read_split(split: str) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """(document, annotation) pairs of a split ("train", "dev"). Raises FileNotFoundError if ../shared is absent."""
    with (
        (GOLD / f"{split}.docs.jsonl").open(encoding="utf-8") as documents,
        (GOLD / f"{split}.gold.jsonl").open(encoding="utf-8") as annotations,
    ):
        gold = {row["id"]: row for row in map(json.loads, annotations)}
        for document in map(json.loads, documents):
            yield document, gold[document["id"]]


def read_own() -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """(document, annotation) pairs of OWN, which annotates agreements alone."""
    with OWN.open(encoding="utf-8") as lines:
        for row in map(json.loads, lines):
            told = row.pop("agreements")
            yield row, {"id": row["id"], "layers": ["agreements"], "agreements": told}


def occurrences(text: str, mentions: Mapping[str, Sequence[str]]) -> list[tuple[int, int, str]]:
    """(start, end, label) of every occurrence of every string in `text`. `mentions`: the strings by label."""
    strings = [(string, label) for label, found in mentions.items() for string in found]
    taken: list[tuple[int, int, str]] = []
    for string, label in sorted(strings, key=lambda pair: -len(pair[0])):
        for match in re.finditer(rf"(?<!\w){re.escape(string)}(?!\w)", text):
            start, end = match.span()
            if all(end <= other_start or start >= other_end for other_start, other_end, _ in taken):
                taken.append((start, end, label))
    return sorted(taken)


def gold_doc(nlp: Language, document: Mapping[str, Any], annotation: Mapping[str, Any]) -> tuple[Doc, int]:
    """(the document as a Doc with its annotated entities, how many of these do not begin and end with tokens)."""
    doc = nlp.make_doc(join(document["title"], document["text"]))
    spans, lost = _annotated(doc, document, annotation)
    doc.set_ents(spans)
    return doc, lost


def taught_docs(nlp: Language, leave_out: str | None = None) -> list[Doc]:
    """The documents of TAUGHT as the tagger reads them (nlp/reading.py), with their annotated entities.

    leave_out  a part of the address ("liputan6.com") whose documents are left out
    """
    docs = []
    for document, annotation in (pair for split in TAUGHT for pair in read_split(split)):
        if leave_out and leave_out in (document.get("url") or ""):
            continue
        fields = {"title": read(document["title"]).text, "text": read(document["text"]).text}
        mentions = {label: [read(string).text for string in found] for label, found in annotation["mentions"].items()}
        docs.append(gold_doc(nlp, fields, {"mentions": mentions})[0])
    return docs


def gold_entities(doc: Doc, document: Mapping[str, Any], annotation: Mapping[str, Any]) -> list[Span]:
    """The annotated entities of a Doc of the document."""
    return _annotated(doc, document, annotation)[0]


def _annotated(doc: Doc, document: Mapping[str, Any], annotation: Mapping[str, Any]) -> tuple[list[Span], int]:
    title, text = document["title"], document["text"]
    spans: list[Span] = []
    lost = 0
    for field, offset in ((title, 0), (text, body_start(title))):
        for start, end, label in occurrences(field, annotation["mentions"]):
            span = doc.char_span(start + offset, end + offset, label=label)
            if span is None:
                lost += 1
                span = doc.char_span(start + offset, end + offset, label=label, alignment_mode="contract")
            if span is not None and len(span):
                spans.append(span)
    return filter_spans(spans), lost
