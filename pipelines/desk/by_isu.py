"""By isu: articles of one story together, the largest story first, what stands alone last. Of klipings and digests."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from itertools import groupby
from typing import TypeVar

T = TypeVar("T")

ALONE = "Berita lain"  # the heading of what stands alone behind a story


def stories_of(connection: sqlite3.Connection, articles: Iterable[int]) -> dict[int, tuple[int, str]]:
    """By article the isu it is in, (number, title); those in none are left out."""
    rows = connection.execute(
        """SELECT m.article_id, i.id, i.title FROM json_each(:articles) n
           CROSS JOIN isu_articles m ON m.article_id = n.value JOIN isu i ON i.id = m.isu_id""",
        {"articles": json.dumps(list(articles))},
    )
    return {article: (story, title) for article, story, title in rows}


def largest_first(items: Sequence[T], story_of: Callable[[T], int | None]) -> list[T]:
    """The items with those of one story together, the story of most items first; each keeps its order otherwise."""
    sizes = Counter(story for story in map(story_of, items) if story is not None)
    order = {story: place for place, (story, n) in enumerate(sizes.most_common()) if n > 1}
    return sorted(items, key=lambda item: order.get(story_of(item) or 0, len(order)))  # what is alone comes last


def headings(stories: Sequence[str]) -> list[str]:
    """What to write above each of some articles, "" for nothing; `stories`: the title of the isu of each, or "".

    An isu has a heading where two of its articles or more follow each other; what stands alone behind one has ALONE.
    """
    found: list[str] = []
    under = False  # an isu's heading
    for title, run in groupby(stories):
        n = len(list(run))
        if title and n > 1:
            found += [f"{title} ({n} berita)", *[""] * (n - 1)]
        else:
            found += [ALONE if under else "", *[""] * (n - 1)]
        under = bool(title and n > 1)
    return found
