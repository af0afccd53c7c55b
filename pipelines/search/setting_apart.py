"""Which words set several searches apart: those that one has in far more of its articles than the others have.

The log odds of each word with an informative Dirichlet prior, divided by their standard deviation (Monroe, Colaresi and
Quinn, "Fightin' Words", Political Analysis 16, 2008, equations 15 to 20). The prior is how often a stem stands in
Indonesian news at large (pipelines/isu/frequencies.json); counted are the articles that have a stem, so that one long
article weighs no more than a short one.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Collection, Sequence
from functools import cache

from pipelines.isu.frequencies import shipped
from pipelines.language.stems import stem_word
from pipelines.language.stop_words import stop_stems
from pipelines.language.words import SPOKEN_WORD

SURE = 1.96  # standard deviations: of two searches with the same words, one word in twenty is as far apart by chance
PRIOR = 0.1  # what the prior weighs, of the stems of the smaller side: more would make the larger one look apart
UNSEEN = 0.5  # added to each side of the odds, since a name of this week is in no table (Anscombe's correction)
LEAST = 3  # articles that have a word
SHORTEST = 3  # letters
MOST = 12  # words of a search
TEXT = 4_000  # code points of a text that its words are looked up in


def stems_apart(samples: Sequence[Sequence[str]], without: Sequence[Collection[str]]) -> list[list[str]]:
    """For each search the stems that set it apart from all others, the surest first.

    samples  the stems of each article of each search, parted by blanks
    without  for each search the stems that it asks for itself, which all its articles have
    """
    counts = [Counter(stem for article in sample for stem in set(article.split())) for sample in samples]
    together: Counter[str] = Counter()
    for one in counts:
        together.update(one)
    return [_apart(own, together - own, asked) for own, asked in zip(counts, without, strict=True)]


def _apart(own: Counter[str], others: Counter[str], asked: Collection[str]) -> list[str]:
    total, rest = own.total(), others.total()
    if not total or not rest:
        return []
    scores = {
        stem: score
        for stem, n in own.items()
        if n >= LEAST
        and stem not in asked
        and _tells(stem)
        and (score := _score(stem, n, total, others[stem], rest)) > SURE
    }
    return sorted(scores, key=lambda stem: (-scores[stem], stem))[:MOST]


def _tells(stem: str) -> bool:
    return len(stem) >= SHORTEST and stem.isalpha() and stem not in stop_stems()


def _score(stem: str, n: int, total: int, other: int, rest: int) -> float:
    """The difference of the log odds with the prior, in standard deviations."""
    whole = PRIOR * min(total, rest)
    prior = whole * shipped().stems.get(stem, 0) / _stems_of_news()
    own, others = n + prior + UNSEEN, other + prior + UNSEEN
    odds = math.log(own / (total + whole + 2 * UNSEEN - own)) - math.log(others / (rest + whole + 2 * UNSEEN - others))
    return odds / math.sqrt(1 / own + 1 / others)


@cache
def _stems_of_news() -> int:
    return sum(shipped().stems.values())


def written(stems: Sequence[str], texts: Sequence[str]) -> list[tuple[str, str]]:
    """(stem, the word in which the texts most often have it); a stem that no text shows stands for itself."""
    wanted, found = frozenset(stems), {stem: Counter[str]() for stem in stems}
    for text in texts:
        for word in SPOKEN_WORD.findall(text[:TEXT]):
            if (stem := stem_word(word)) in wanted:
                found[stem][_small(word)] += 1
    return [(stem, min(found[stem], key=lambda word: (-found[stem][word], word), default=stem)) for stem in stems]


def _small(word: str) -> str:
    """A word as inside a sentence; acronyms and other odd capitals stay."""
    return word.lower() if re.fullmatch(r"\w[^A-Z]*", word) else word
