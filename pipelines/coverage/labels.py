"""Labels: what an article made of a release, with the reasons in words.

verbatim  the article is the release; a few words differ
edited    the article tells the release's story: shortened, reordered or reworded, with little of its own
partial   an article of its own that uses passages of the release
mention   an article of its own that refers to the event
"""

from __future__ import annotations

from collections.abc import Sequence
from math import log10

from pipelines.coverage.compare import Comparison
from pipelines.wording.lists import joined
from pipelines.wording.numbers import share

LABELS = ("verbatim", "edited", "partial", "mention")
NONE = "none"  # what only a person may set: this is no coverage
# An article is the release when so much of it is copied, and so much of the release is kept.
VERBATIM_COPIED, VERBATIM_KEPT = 0.8, 0.6
EDITED = 0.6  # an article is an edited release when so much of it is retold or copied
# What is retold may be a topic's vocabulary, too, or the formulas of a court. A retold release brings in little: so
# much of the article's names, and of its numbers, are the release's.
NAMES_KNOWN, NUMBERS_KNOWN = 0.6, 0.65
# An article uses passages when they have at least PARTIAL_WORDS words and come to a tenth of it, to a quotation, or to
# a run of PARTIAL_RUN words. The names of laws and programmes that unrelated texts share come to 7 % of an article and
# 15 words (671 releases against 671 unrelated articles of real sites).
PARTIAL_COPIED, PARTIAL_WORDS, PARTIAL_RUN = 0.1, 8, 20
# Without passages an article refers to a release when their evidence, in rare words, is MENTION among 100 articles, and
# MENTION_MORE for every tenfold more: the more articles there are, the more share some rare words by chance. Half of
# that more is enough for a retold release, and for short passages. An article that says what the release's title says,
# or most of which is retold, needs no more evidence than makes two texts worth comparing.
MENTION, MENTION_MORE, MENTION_SAID = 5.0, 4.0, 3.0
HEADLINE = 0.8  # the share of a title's words that says what it says


def label(comparison: Comparison, evidence: float, names: int, articles: int) -> str | None:
    """The label of a pair, or None when nothing shows that the article knows the release.

    evidence, names  what the two share (pipelines/coverage/candidates.py)
    articles         among how many articles
    """
    if comparison.copied >= VERBATIM_COPIED and comparison.kept >= VERBATIM_KEPT:
        return "verbatim"
    if has_passages(comparison, evidence, articles):
        return "edited" if comparison.copied >= EDITED or _is_retold(comparison) else "partial"
    if names and _is_retold(comparison) and evidence >= _least(articles, MENTION_MORE / 2):
        return "edited"
    said = comparison.headline >= HEADLINE or comparison.retold >= EDITED
    return "mention" if names and evidence >= (MENTION_SAID if said else _least(articles, MENTION_MORE)) else None


def has_passages(comparison: Comparison, evidence: float, articles: int) -> bool:
    """Whether an article uses passages of the release; arguments as for `label`."""
    if sum(span.words for span in comparison.spans) < PARTIAL_WORDS:
        return False
    if comparison.quotes_kept or comparison.longest >= PARTIAL_RUN:
        return True
    return comparison.copied >= PARTIAL_COPIED and evidence >= _least(articles, MENTION_MORE / 2)


def _least(articles: int, more: float) -> float:
    """The least evidence among so many articles; `more` for every tenfold of a hundred."""
    return MENTION + more * max(0.0, log10(max(1, articles) / 100))


def _is_retold(comparison: Comparison) -> bool:
    """Whether an article tells the release's story in words of its own, and hardly any other."""
    names, numbers = comparison.known
    return comparison.retold >= EDITED and names >= NAMES_KNOWN and numbers >= NUMBERS_KNOWN


def reasons(
    label: str,
    *,
    copied: float,
    retold: float,
    longest: int,
    quotes: int,
    quotes_kept: int,
    shared: Sequence[str],
) -> str:
    """Why a pair has its label, in Indonesian, for the people who read the table; wires.py adds its own.

    The shares and numbers are those of Comparison; shared: names that both texts have, as people write them.
    """
    if label == "verbatim":
        parts = [f"{share(copied)} isi berita sama kata demi kata dengan siaran persnya"]
    elif label == "edited":
        parts = [f"{share(max(copied, retold))} isi berita menceritakan siaran persnya, {share(copied)} kata demi kata"]
    elif label == "partial":
        parts = [
            f"berita sendiri; {share(copied)} isinya kata demi kata dari siaran pers, paling panjang {longest} kata"
        ]
    else:
        parts = ["berita sendiri yang tampaknya tentang peristiwa yang sama, tanpa bagian yang sama kata demi kata"]
    if quotes:
        parts.append(f"{quotes_kept} dari {quotes} kutipan langsung dimuat")
    if shared:
        parts.append(f"keduanya menyebut {joined(shared)}")
    return "; ".join(parts)
