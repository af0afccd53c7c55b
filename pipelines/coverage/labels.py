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
# An article uses passages when they have at least PARTIAL_WORDS words and come to a tenth of it, to a quotation, or to
# a run of PARTIAL_RUN words. The names of laws and programmes that unrelated texts share come to 7 % of an article and
# 15 words (671 releases against 671 unrelated articles of real sites).
PARTIAL_COPIED, PARTIAL_WORDS, PARTIAL_RUN = 0.1, 8, 20
# Without passages an article refers to a release when their evidence, in rare words, is MENTION among 100 articles, and
# MENTION_MORE for every tenfold more: the more articles there are, the more share some rare words by chance.
MENTION, MENTION_MORE = 5.0, 2.0


def label(comparison: Comparison, evidence: float, names: int, articles: int) -> str | None:
    """The label of a pair, or None when nothing shows that the article knows the release.

    evidence, names  what the two share (pipelines/coverage/candidates.py)
    articles         among how many articles
    """
    if comparison.copied >= VERBATIM_COPIED and comparison.kept >= VERBATIM_KEPT:
        return "verbatim"
    passages = sum(span.words for span in comparison.spans)
    telling = comparison.copied >= PARTIAL_COPIED or comparison.quotes_kept or comparison.longest >= PARTIAL_RUN
    if passages >= PARTIAL_WORDS and telling:
        return "edited" if max(comparison.copied, comparison.retold) >= EDITED else "partial"
    return "mention" if is_mention(evidence, names, articles) else None


def is_mention(evidence: float, names: int, articles: int) -> bool:
    """Whether what two texts share makes a reference, without any passage in common; arguments as for `label`."""
    return names > 0 and evidence >= MENTION + MENTION_MORE * max(0.0, log10(max(1, articles) / 100))


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
