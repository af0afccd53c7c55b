"""The label of a pair at its borders: a little less of the release, and it is the next label down."""

from __future__ import annotations

import pytest

from pipelines.coverage.compare import Comparison, Span
from pipelines.coverage.labels import label


def compared(copied=0.0, kept=0.0, retold=0.0, words=0, longest=0, quotes_kept=0, headline=0.0, known=(1.0, 1.0)):
    """A comparison with one passage of `words` words."""
    spans = (Span(0, 1, 0, 1, words),) if words else ()
    return Comparison(kept, copied, retold, longest, spans, quotes_kept, quotes_kept, 0, 0, (), headline, known)


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
    assert label(comparison, 5.0, 0, 100) == expected


@pytest.mark.parametrize(
    ("comparison", "evidence", "articles", "expected"),
    [
        (compared(retold=0.6, known=(0.6, 0.65)), 5.0, 100, "edited"),  # reworded, without any passage
        (compared(retold=0.6, known=(0.6, 0.65)), 9.0, 10_000, "edited"),
        (compared(retold=0.6, known=(0.6, 0.65)), 8.9, 10_000, "mention"),
        (compared(retold=0.59), 5.0, 100, "mention"),
        (compared(retold=0.9, known=(0.59, 1.0)), 5.0, 100, "mention"),  # another's name: a sibling case in one court
        (compared(retold=0.9, known=(1.0, 0.64)), 5.0, 100, "mention"),
        (compared(copied=0.25, retold=0.7, words=60, known=(0.67, 0.57)), 20.0, 100, "partial"),
        (compared(copied=0.10, words=16), 4.9, 100, None),  # formulas, and nothing else in common
        (compared(copied=0.10, words=16), 6.9, 1_000, None),
        (compared(headline=0.8), 3.0, 10_000, "mention"),
        (compared(headline=0.79), 3.0, 10_000, None),
        (compared(headline=0.8), 2.9, 100, None),
    ],
)
def test_what_is_retold_is_edited_where_names_and_numbers_are_the_releases(comparison, evidence, articles, expected):
    assert label(comparison, evidence, 1, articles) == expected


@pytest.mark.parametrize(
    ("evidence", "names", "articles", "expected"),
    [
        (5.0, 1, 100, True),
        (4.9, 1, 100, False),
        (5.0, 1, 1, True),  # of few articles no less is asked than of a hundred
        (8.9, 1, 1_000, False),
        (9.0, 1, 1_000, True),
        (13.0, 2, 10_000, True),
        (50.0, 0, 100, False),  # rare words without a name
    ],
)
def test_a_mention_needs_a_name_and_more_evidence_among_more_articles(evidence, names, articles, expected):
    assert label(compared(), evidence, names, articles) == ("mention" if expected else None)
