"""Labels: verbatim, edited, partial or mention, with the reasons in words.

verbatim  the article is the release; a few words differ
edited    the article tells the release's story: shortened, reordered or reworded, with little of its own
partial   an article of its own that uses passages of the release
mention   an article of its own that refers to the event
"""

from __future__ import annotations

from collections.abc import Sequence
from math import log10

from pipelines.coverage.compare import Comparison

LABELS = ("verbatim", "edited", "partial", "mention")
NONE = "none"  # what a person may set besides: this is no coverage
VERBATIM_COPIED, VERBATIM_KEPT = 0.8, 0.6
EDITED = 0.6  # of the article retold, or copied
# Passages: a tenth of the article, a quotation or a long run. The names of laws and programmes alone come to 7% of an
# article and 15 words (671 releases against 671 unrelated articles of real sites).
PARTIAL_COPIED, PARTIAL_WORDS, PARTIAL_RUN = 0.1, 8, 20
MENTION = 5.0  # evidence of a reference, in rare words, among 100 articles
MENTION_MORE = 2.0  # for ten times as many articles: the more there are, the more share some words by chance


def label(comparison: Comparison, evidence: float, names: int, articles: int) -> str | None:
    """The label of a pair, or None when nothing shows that the article knows the release.

    evidence, names  what the two share (pipelines/coverage/candidates.py); articles: among how many
    """
    if comparison.copied >= VERBATIM_COPIED and comparison.kept >= VERBATIM_KEPT:
        return "verbatim"
    passages = sum(span.words for span in comparison.spans)
    telling = comparison.copied >= PARTIAL_COPIED or comparison.quotes_kept or comparison.longest >= PARTIAL_RUN
    if passages >= PARTIAL_WORDS and telling:
        return "edited" if max(comparison.copied, comparison.retold) >= EDITED else "partial"
    return "mention" if is_mention(evidence, names, articles) else None


def is_mention(evidence: float, names: int, articles: int) -> bool:
    """Whether what two texts share is enough without any passage in common."""
    return names > 0 and evidence >= MENTION + MENTION_MORE * max(0.0, log10(max(1, articles) / 100))


def reasons(comparison: Comparison, shared: Sequence[str]) -> str:
    """Why, in Indonesian, for the people who read the table; pipelines/coverage/wires.py adds its own."""
    parts = [
        f"{comparison.copied:.0%} isi berita kata demi kata dari siaran pers",
        f"{comparison.retold:.0%} isi berita menceritakan hal yang sama",
        f"{comparison.kept:.0%} siaran pers dimuat",
    ]
    if comparison.longest:
        parts.append(f"kutipan sama terpanjang {comparison.longest} kata")
    if comparison.quotes:
        parts.append(f"{comparison.quotes_kept} dari {comparison.quotes} kutipan langsung dimuat")
    if shared:
        parts.append(f"sama-sama menyebut {', '.join(shared)}")
    return "; ".join(parts)
