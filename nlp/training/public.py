"""Measure the shipped pipeline on the dev splits of public NER sets: people, organisations, places.

    python -m nlp.training.public

Writes nlp/training/evals/public.json. Spans are compared exactly, on the sets' own tokens; GPE and LOC are both their
places. The sets follow other conventions than ours (posts inside organisations, nations as adjectives, products as
organisations), and nothing but side tasks of 0.1's teacher was trained on them (on their train splits). So the figures
tell whether the tagger holds up on other text, not how good it could be on theirs.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from spacy.language import Language
from spacy.tokens import Doc

import nlp
from nlp.training.corpora import public_sentences
from nlp.training.gold import SHARED

EVALS = Path(__file__).resolve().parent / "evals" / "public.json"
SETS = ("idner_news_2k", "nergrit")
OURS = {"PER": "PER", "ORG": "ORG", "GPE": "LOC", "LOC": "LOC"}
NO_SPACE_BEFORE = frozenset(".,;:!?)]}%”’")
NO_SPACE_AFTER = frozenset("([{“‘")

Spans = set[tuple[int, int, str]]


def spans_of(tags: Sequence[str]) -> Spans:
    """(start, end, label) of the names that BIO tags mark."""
    found: Spans = set()
    start = -1
    for i, tag in enumerate([*tags, "O"]):
        if start >= 0 and (tag == "O" or tag.startswith("B-") or tag[2:] != tags[start][2:]):
            found.add((start, i, tags[start][2:]))
            start = -1
        if start < 0 and tag != "O":
            start = i
    return found


def tagged(pipeline: Language, words: Sequence[str]) -> Spans:
    """The pipeline's people, organisations and places in a sentence of words."""
    spaces = [
        following not in NO_SPACE_BEFORE and word not in NO_SPACE_AFTER
        for word, following in zip(words, [*words[1:], "."], strict=True)
    ]
    doc = pipeline(Doc(pipeline.vocab, words=list(words), spaces=spaces))
    return {(e.start, e.end, OURS[e.label_]) for e in doc.ents if e.label_ in OURS}


def score(pipeline: Language, name: str) -> dict[str, float]:
    """F1 on the dev split of one set: over all three labels, and for each."""
    right: Counter[str] = Counter()
    found: Counter[str] = Counter()
    expected: Counter[str] = Counter()
    for sentence in public_sentences(name, "dev"):
        gold = spans_of([tag for _, tag in sentence])
        guess = tagged(pipeline, [word for word, _ in sentence])
        right.update(label for *_, label in gold & guess)
        found.update(label for *_, label in guess)
        expected.update(label for *_, label in gold)
    both = {label: found[label] + expected[label] for label in ("PER", "ORG", "LOC")}
    by_label = {label: round(2 * right[label] / max(total, 1), 4) for label, total in both.items()}
    return {"all": round(2 * right.total() / max(sum(both.values()), 1), 4), **by_label}


def main() -> int:
    """Score every set and write the figures."""
    if not (SHARED / "data" / "ner").is_dir():
        print(f"{SHARED}: not found; the public sets stand there", file=sys.stderr)
        return 2
    pipeline = nlp.load()
    figures = {name: score(pipeline, name) for name in SETS}
    for name, figure in figures.items():
        print(name, figure)
    EVALS.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
