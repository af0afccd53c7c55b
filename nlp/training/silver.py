"""Label the unlabelled corpus with the tagger itself, put right by what the corpus says as a whole.

    python -m nlp.training.silver [--weights FOLDER] [--output FILE] [--words N] [--leave-out X]

The whole pipeline tags every text, so that its rules and what a document says elsewhere have their say, which the
network cannot see. Then names vote: a name of two words or more that the corpus has as one label nearly always gets
that label wherever it stands, and so does a part of a person's name within the text that has the name. What the network
learns from that is to know such names in the places where it missed them.
"""

from __future__ import annotations

import argparse
import os
import random
import re
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np
from spacy.language import Language
from spacy.tokens import Doc
from spacy.util import filter_spans

from nlp.pipeline import MODEL, load, load_weights
from nlp.training.corpora import unlabelled_texts
from nlp.training.lessons import RUNS, TAGS, Taught, columns_of, in_a_row, save, taught

LONGEST = 3_500  # characters of a text that are labelled
VOTES, MOSTLY = 3, 0.85  # texts that have a name, and the share of its occurrences that one label must have
SURE, UNSURE = 0.95, 0.7  # how likely a label is held to be that the votes confirm, and another
FILES = (("news2",), ("news", "releases"))  # of the corpus: other outlets, and the older ones
VOTING = ("PER", "ORG", "GPE", "LOC")
OF_THE_CORPUS = re.compile(r"\S+(?: \S+)+")  # what may vote over the whole corpus

Entity = tuple[int, int, str]


def label(nlp: Language, texts: Iterable[str]) -> Iterator[tuple[str, list[Entity]]]:
    """Every text with the entities that the pipeline gives it, in characters."""
    for doc in nlp.pipe(texts, batch_size=8):
        yield doc.text, [(e.start_char, e.end_char, e.label_) for e in doc.ents if not e.text.isspace()]


def votes(labelled: Iterable[tuple[str, Sequence[Entity]]]) -> dict[str, str]:
    """The label of each name that most texts agree on."""
    texts: dict[str, Counter[str]] = {}
    for text, entities in labelled:
        for name, name_label in {(text[start:end], label_) for start, end, label_ in entities}:
            texts.setdefault(name, Counter())[name_label] += 1
    found = {}
    for name, counts in texts.items():
        (first, count), total = counts.most_common(1)[0], counts.total()
        if first in VOTING and count >= VOTES and count >= MOSTLY * total:
            found[name] = first
    return found


def put_right(
    nlp: Language, text: str, entities: Sequence[Entity], voted: Mapping[str, str]
) -> tuple[Doc, list[float]]:
    """The text as a Doc with its entities after the votes, and how likely each of them is."""
    doc = nlp.make_doc(text)
    own = [doc.char_span(start, end, label=label_) for start, end, label_ in entities]
    kept = [span for span in own if span is not None]
    known = {name: name_label for name, name_label in voted.items() if name in text}
    confirmed = set(known)
    known = {name: name_label for name, name_label in known.items() if OF_THE_CORPUS.fullmatch(name)}
    people = {text[start:end] for start, end, label_ in entities if label_ == "PER"}
    known |= {part: "PER" for name in people if " " in name for part in name.split() if _is_name(part, text)}
    by_votes = []
    for name, name_label in known.items():
        for match in re.finditer(rf"(?<![\w-]){re.escape(name)}(?![\w-])", text):
            span = doc.char_span(*match.span(), label=name_label)
            if span is not None and not _within(span.start, span.end, kept):
                by_votes.append(span)
    doc.set_ents(filter_spans([*kept, *by_votes]))
    confirmed |= set(known)
    return doc, [SURE if entity.text in confirmed or entity.label_ not in VOTING else UNSURE for entity in doc.ents]


def _is_name(part: str, text: str) -> bool:
    """Whether a part of a person's name stands for the person in a text: it is never there in small letters."""
    return len(part) > 3 and part[0].isupper() and part.lower() not in text


def _within(start: int, end: int, spans: Sequence[object]) -> bool:
    """Whether an entity covers these tokens."""
    return any(span.start <= start and end <= span.end for span in spans)  # type: ignore[attr-defined]


def as_taught(doc: Doc, sure: Sequence[float], columns: list[Any]) -> Taught:
    """A labelled text with the probabilities of its tags: what an entity's label lacks is left to no entity."""
    chances = np.zeros((len(doc), len(TAGS)), dtype=np.float16)
    chances[:, 0] = 1
    for entity, chance in zip(doc.ents, sure, strict=True):
        for token in entity:
            position = "B" if token.i == entity.start else "I"
            chances[token.i, 0] = 1 - chance
            chances[token.i, TAGS.index(f"{position}-{entity.label_}")] = chance
    labels = [tag[2:] for tag in TAGS[1::2]]
    spans = [(entity.start, entity.end, labels.index(entity.label_)) for entity in doc.ents]
    return taught(doc, columns, chances, spans)


_nlp: Language | None = None  # each worker has it from before the fork


def _label(texts: Sequence[str]) -> list[tuple[str, list[Entity]]]:
    assert _nlp is not None
    return list(label(_nlp, texts))


def texts_to_label(words: int, leave_out: str | None = None) -> list[str]:
    """Texts of the corpus of about so many words, of other outlets (news2) and of the older files in equal parts."""
    rng = random.Random(1)
    new, old = ([*chain(*(unlabelled_texts(name, leave_out) for name in names))] for names in FILES)
    rng.shuffle(new)
    rng.shuffle(old)
    chosen, count = [], 0
    while count < words and (new or old):
        for source, share in ((new, 2), (old, 1)):
            for _ in range(min(share, len(source))):
                text = source.pop()[:LONGEST]
                chosen.append(text)
                count += len(text.split())
    return chosen


def main(argv: list[str] | None = None) -> int:
    """Label, let the names vote, and keep what came out."""
    global _nlp
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--weights", type=Path, default=MODEL)
    parser.add_argument("--output", type=Path, default=RUNS / "silver.npz")
    parser.add_argument("--words", type=int, default=1_200_000)
    parser.add_argument("--leave-out")
    arguments = parser.parse_args(argv)
    _nlp, began = load(arguments.weights), time.time()
    texts = texts_to_label(arguments.words, arguments.leave_out)
    with get_context("fork").Pool(os.cpu_count()) as pool:
        labelled = []
        for found in pool.imap(_label, [texts[at : at + 64] for at in range(0, len(texts), 64)]):
            labelled += found
            print(f"{len(labelled)}/{len(texts)} texts, {time.time() - began:.0f} s", file=sys.stderr, flush=True)
    voted = votes(labelled)
    nlp = load_weights(arguments.weights)
    columns = columns_of(nlp)
    before = sum(len(entities) for _, entities in labelled)
    parts = [as_taught(*put_right(nlp, text, entities, voted), columns) for text, entities in labelled]
    save(in_a_row([part for part in parts if len(part.forms)]), arguments.output)
    print(f"{len(parts)} texts, {len(voted)} names voted, {before} -> {sum(len(p.spans) for p in parts)} entities")
    return 0


if __name__ == "__main__":
    sys.exit(main())
