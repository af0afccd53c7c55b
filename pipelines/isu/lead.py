"""The sentence that sums a story up: one of a lead, as its outlet wrote it, that tells what most of the others tell."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from pipelines.isu.vectors import words

SENTENCE = re.compile(r"(?<=[.!?”\"])\s+|\n+")
LOOKED_AT = 3  # sentences of a text
REMEMBERED = 2_000  # sentences and titles: a story that grows is summed up again and again
LEAST_WORDS, MOST_LETTERS = 6, 400  # of a sentence that can be quoted


class Told(NamedTuple):
    """An article of a story: its id, title and the beginning of its text."""

    article_id: int
    title: str
    text: str


@lru_cache(maxsize=REMEMBERED)
def _stems(text: str) -> frozenset[str]:
    return frozenset(words("", text).text)


def shared_sentence(articles: Sequence[Told]) -> tuple[str, int] | None:
    """(sentence, id of its article) of the lead sentence that shares most words with the others; None without any."""
    leads = [[part.strip() for part in SENTENCE.split(one.text) if part.strip()][:LOOKED_AT] for one in articles]
    read = [[_stems(sentence) for sentence in lead] for lead in leads]
    said = [_stems(one.title).union(*some) for one, some in zip(articles, read, strict=True)]
    best: tuple[float, str, int] | None = None
    for number, (one, lead) in enumerate(zip(articles, leads, strict=True)):
        for sentence, own in zip(lead, read[number], strict=True):
            if len(own) < LEAST_WORDS or len(sentence) > MOST_LETTERS:
                continue
            others = [len(own & theirs) / len(own) for other, theirs in enumerate(said) if other != number]
            score = sum(others) / len(others)
            if best is None or score > best[0]:
                best = score, sentence, one.article_id
    return (best[1], best[2]) if best else None
