"""The likeliest tags of a teacher's probabilities, and its word weighed with the pipeline's (teacher.py, silver.py)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from nlp.records import LABELS
from nlp.training.lessons import TAGS, Taught

OWN, SURE = 0.45, 0.95  # the weight of the pipeline's word beside the teacher's, and how sure it is taken to be
HEARD = ("PER", "ORG")  # the labels on which the teacher is heard, if not told otherwise

Floats = NDArray[np.float32]


def likeliest(chances: Floats) -> list[tuple[int, int, int]]:
    """(first word, behind the last, number of the label) by the likeliest tags; I-X follows only X (Viterbi)."""
    allowed = np.zeros((len(TAGS), len(TAGS)), dtype=np.float32)
    for after in range(2, len(TAGS), 2):
        allowed[:, after] = -1e4
        allowed[after, after] = allowed[after - 1, after] = 0.0
    scores = np.log(chances + 1e-9)
    value = np.array([-1e4 if at and not at % 2 else 0.0 for at in range(len(TAGS))], dtype=np.float32) + scores[0]
    back = []
    for row in scores[1:]:
        ways = value[:, None] + allowed
        back.append(ways.argmax(axis=0))
        value = ways.max(axis=0) + row
    path = [int(value.argmax())]
    for step in reversed(back):
        path.append(int(step[path[-1]]))
    found: list[tuple[int, int, int]] = []
    for at, tag in enumerate(reversed(path)):
        if tag % 2:
            found.append((at, at + 1, tag // 2))
        elif tag:
            found[-1] = (found[-1][0], at + 1, found[-1][2])
    return found


def joined(own: Taught, others: Taught, heard: Sequence[str] = HEARD) -> Taught:
    """The texts of `own`, which the pipeline has labelled, with what the teacher says of the same texts weighed in.

    The two err in different places: together they are right more often than each alone. Texts of which the teacher says
    nothing stay as they are.

    heard  the labels on which the teacher is heard; on others the pipeline's word stands
    """
    count = len(others.forms)
    if not np.array_equal(own.attributes[:count], others.attributes):
        raise ValueError("the pipeline and the teacher have labelled other texts")
    said, kept = np.zeros((count, len(TAGS)), dtype=np.float32), np.zeros(count, dtype=bool)
    said[:, 0] = 1
    for start, end, label_ in own.spans[own.spans[:, 1] <= count]:
        said[start:end] = 0
        said[start + 1 : end, 2 + 2 * label_] = said[start, 1 + 2 * label_] = 1
        kept[start:end] = LABELS[label_] not in heard
    asked = np.where([tag == "O" or tag[2:] in heard for tag in TAGS], others.chances, 0)
    asked[:, 0] += 1 - asked.sum(axis=1)
    weight = np.where(kept, 1, OWN)[:, None]
    said = weight * (SURE * said + (1 - SURE) / len(TAGS)) + (1 - weight) * asked
    chances, spans = own.chances.copy(), [own.spans[own.spans[:, 0] >= count]]
    for begin, end in zip([0, *others.ends[:-1]], others.ends, strict=True):
        found = np.array(likeliest(said[begin:end]), dtype=np.int64).reshape(-1, 3)
        chosen = np.zeros((end - begin, len(TAGS)), dtype=np.float32)
        chosen[:, 0] = 1
        for start, stop, label_ in found:
            chosen[start:stop] = 0
            chosen[start + 1 : stop, 2 + 2 * label_] = chosen[start, 1 + 2 * label_] = 1
        chances[begin:end] = (said[begin:end] + chosen) / 2
        spans.append(found + np.array([begin, begin, 0]))
    order = np.concatenate(spans)
    return Taught(own.attributes, own.forms, chances, order[order[:, 0].argsort()], own.ends)
