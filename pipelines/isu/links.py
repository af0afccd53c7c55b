"""Rank and merge: which story is nearest to an article or to another story, and whether that is near enough.

Two articles have log odds of telling of one event (compare.py). How near two groups of articles are comes from the odds
of all their pairs: mostly their mean, so that one chance likeness joins no two stories, and partly the greatest, so
that a story with many sides still takes a part of it in.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

FAR = -7.0  # log odds of a pair that was not compared, or came out lower
NEVER = -1000.0  # people say that the two are not of one story
CERTAIN = 20.0  # of a copy and its original, and of a release and an article that retells it
MEAN = 0.7  # the mean's part; the greatest has the rest
# Log odds from which groups are one story. Two lone articles have but one witness, so more is asked of it.
ENOUGH, ENOUGH_ALONE = -0.2, 0.5


@dataclass(slots=True)
class Link:
    """What two groups have in common: over all pairs, how much their odds lie above FAR, and the greatest odds.

    never  people say of one of the pairs that it is not of one story
    """

    above: float = 0.0
    best: float = FAR
    never: bool = False

    def add(self, odds: float) -> None:
        """Count a pair in."""
        self.never |= odds <= NEVER
        odds = max(odds, FAR)
        self.above += odds - FAR
        self.best = max(self.best, odds)

    def join(self, other: Link) -> None:
        """Count the pairs of another link in."""
        self.never |= other.never
        self.above += other.above
        self.best = max(self.best, other.best)

    def nearness(self, pairs: int) -> float:
        """Between groups that make so many pairs."""
        if self.never:
            return NEVER
        if self.best >= CERTAIN:
            return CERTAIN
        return MEAN * (FAR + self.above / pairs) + (1 - MEAN) * self.best


def rank(odds: Iterable[tuple[int, float]], sizes: Mapping[int, int], size: int) -> list[tuple[float, int]]:
    """(nearness, story) of the stories that a group of `size` articles touches, the nearest first.

    A story with an article of which it is CERTAIN comes before all others.

    odds   (story, log odds) of each pair of one of its articles and one of a story's
    sizes  how many articles each story has
    """
    links: dict[int, Link] = {}
    for story, value in odds:
        links.setdefault(story, Link()).add(value)
    found = [(link.nearness(size * sizes[story]), story) for story, link in links.items()]
    return sorted(found, key=lambda near: (-near[0], near[1]))


def merge(nearness: float, one: int, other: int) -> bool:
    """Whether two groups of so many articles are one story."""
    return nearness >= (ENOUGH_ALONE if one == other == 1 else ENOUGH)
