"""Fill: articles that have most of what a search asks for, where few or none have all of it.

Each term of the search is worth its idf, log(1 + (N - n + 0.5) / (n + 0.5)) as in Robertson and Zaragoza, "The
Probabilistic Relevance Framework", 2009; an article gets the worth of the terms that it has, a part of it for another
form of a term. Articles with the same sum come in the order of bm25.
"""

from __future__ import annotations

import math
import sqlite3
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field

from pipelines.search.words import without

MOST_HITS = 10_000  # of one form of a term, the newest ones: a term of more articles is worth little
MOST_TERMS = 8  # the rarest ones
RANKED = 400  # articles that bm25 puts in order
NEAR = 0.3  # of what the terms are worth: what has less is shown only where nothing has more
OTHER_FORM = 0.8  # what another form of a term counts, of the term itself
FIT = "bm25(articles_fts, 8.0, 1.0, 0.5)"


@dataclass(slots=True)
class Wanted:
    """One term of a search: the expression that finds it as typed, and all that find it, each with what it counts.

    laws  ids in `laws` of which the term is a part, and what they count
    """

    expression: str
    forms: dict[str, float] = field(default_factory=dict)
    laws: dict[int, float] = field(default_factory=dict)


def nearest(
    connection: sqlite3.Connection,
    terms: Sequence[Wanted],
    unwanted: Sequence[str],
    skip: Collection[int],
    let_through: Callable[[Sequence[int]], list[int]],
) -> list[int]:
    """Ids of articles with most of the terms, best first, without those of `skip`, which have all of them.

    let_through  which of some articles meet the search's filters, in the same order
    """
    articles = int(connection.execute("SELECT coalesce(max(id), 0) FROM articles").fetchone()[0])
    found = [(term, *_worth(connection, term, articles, unwanted)) for term in terms]
    rarest = sorted(found, key=lambda term: -term[1])[:MOST_TERMS]
    scores: dict[int, float] = {}
    for _, idf, hits in rarest:
        for article, share in hits.items():
            scores[article] = scores.get(article, 0.0) + idf * share
    for article in skip:
        scores.pop(article, None)
    most = sum(idf for _, idf, _ in rarest)
    least = NEAR * (most if skip else max(scores.values(), default=0.0))
    near = (article for article, score in scores.items() if score >= least)
    best = let_through(sorted(near, key=lambda article: (-scores[article], -article))[:MOST_HITS])[:RANKED]
    # For bm25 all hits of a word are walked, so it is asked for the rarer words only.
    fits = _fits(connection, [form for term, _, hits in rarest if len(hits) < MOST_HITS for form in term.forms], best)
    return sorted(best, key=lambda article: (-round(scores[article], 2), fits.get(article, 0.0), -article))


def _worth(
    connection: sqlite3.Connection, term: Wanted, articles: int, unwanted: Sequence[str]
) -> tuple[float, dict[int, float]]:
    """(idf of a term, what of it each article has)."""
    hits: dict[int, float] = {}
    for expression, share in sorted(term.forms.items(), key=lambda form: form[1]):
        found = connection.execute(
            f"SELECT rowid FROM articles_fts WHERE articles_fts MATCH ? ORDER BY rowid DESC LIMIT {MOST_HITS}",
            (without(expression, unwanted),),
        )
        hits |= {article: share for (article,) in found}
    for law, share in term.laws.items():
        found = connection.execute(
            f"SELECT article_id FROM article_laws WHERE law_id = ? ORDER BY article_id DESC LIMIT {MOST_HITS}", (law,)
        )
        hits |= {article: share for (article,) in found}
    return math.log(1 + (max(articles, len(hits)) - len(hits) + 0.5) / (len(hits) + 0.5)), hits


def _fits(connection: sqlite3.Connection, forms: Sequence[str], among: Sequence[int]) -> dict[int, float]:
    """bm25 of the articles, less is better. The + keeps SQLite from asking FTS5 about each article by itself."""
    if not forms or not among:
        return {}
    ids = ", ".join(map(str, among))
    found = connection.execute(
        f"SELECT rowid, {FIT} FROM articles_fts WHERE articles_fts MATCH ? AND +rowid IN ({ids})", (" OR ".join(forms),)
    )
    return dict(found.fetchall())
