"""The label of a pair at its borders: a little less of the release, and it is the next label down."""

from __future__ import annotations

import pytest

from pipelines.coverage.compare import Comparison, Span
from pipelines.coverage.labels import is_mention, label


def compared(copied=0.0, kept=0.0, retold=0.0, words=0, longest=0, quotes_kept=0):
    """A comparison with one passage of `words` words."""
    spans = (Span(0, 1, 0, 1, words),) if words else ()
    return Comparison(kept, copied, retold, longest, spans, quotes_kept, quotes_kept, 0, 0, ())


@pytest.mark.parametrize(
    ("comparison", "expected"),
    [
        (compared(copied=0.80, kept=0.60, words=90), "verbatim"),
        (compared(copied=0.79, kept=0.90, words=90), "edited"),
        (compared(copied=0.90, kept=0.59, words=90), "edited"),  # whole paragraphs of a long release
        (compared(copied=0.60, kept=0.30, words=90), "edited"),
        (compared(copied=0.20, retold=0.60, words=20), "edited"),
        (compared(copied=0.59, retold=0.59, words=90), "partial"),
        (compared(copied=0.10, words=8), "partial"),
        (compared(copied=0.09, words=15), None),  # names of laws and programmes
        (compared(copied=0.10, words=7), None),
        (compared(copied=0.02, words=20, longest=20), "partial"),
        (compared(copied=0.02, words=19, longest=19), None),
        (compared(copied=0.02, words=8, quotes_kept=1), "partial"),
    ],
)
def test_what_two_texts_have_in_common_decides_the_label(comparison, expected):
    assert label(comparison, 0.0, 0, 100) == expected


@pytest.mark.parametrize(
    ("evidence", "names", "articles", "expected"),
    [
        (5.0, 1, 100, True),
        (4.9, 1, 100, False),
        (5.0, 1, 1, True),  # of few articles no less is asked than of a hundred
        (6.9, 1, 1_000, False),
        (7.0, 1, 1_000, True),
        (9.0, 2, 10_000, True),
        (50.0, 0, 100, False),  # rare words without a name
    ],
)
def test_a_mention_needs_a_name_and_more_evidence_among_more_articles(evidence, names, articles, expected):
    assert is_mention(evidence, names, articles) is expected
    assert label(compared(), evidence, names, articles) == ("mention" if expected else None)
