"""Hindsight: the articles of some days grouped anew, all at once, whatever story each was put into when it came."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Mapping

from pipelines.isu.links import Link, merge

Pairs = Mapping[int, Mapping[int, float]]  # by article, the log odds of those near it; both ways


def regrouped(articles: Iterable[int], pairs: Pairs) -> list[list[int]]:
    """The stories among `articles`, each in ascending order, the one with the smallest id first.

    Agglomerative: always the nearest two groups are joined, until no two are near enough. Its cost goes with the pairs.
    """
    members = {article: [article] for article in articles}
    links: dict[int, dict[int, Link]] = {article: {} for article in members}
    for one, near in pairs.items():
        for other, odds in near.items():
            if one in members and other in members:
                links[one].setdefault(other, Link()).add(odds)
    found = (_entry(one, other, links, members) for one in links for other in links[one] if one < other)
    waiting = [entry for entry in found if entry]
    heapq.heapify(waiting)
    while waiting:
        _, one, other, size_one, size_other = heapq.heappop(waiting)
        if len(members.get(one, ())) != size_one or len(members.get(other, ())) != size_other:
            continue  # one of them has been joined since
        members[one] += members.pop(other)
        for third, link in links.pop(other).items():
            del links[third][other]
            if third != one:
                mine = links[one].setdefault(third, Link())
                mine.join(link)
                links[third][one] = mine
        for third in links[one]:
            if entry := _entry(one, third, links, members):
                heapq.heappush(waiting, entry)
    return sorted(sorted(group) for group in members.values())


Entry = tuple[float, int, int, int, int]


def _entry(
    one: int, other: int, links: Mapping[int, Mapping[int, Link]], members: Mapping[int, list[int]]
) -> Entry | None:
    """Two groups that may be joined, for the heap; the smaller id first, so that the order is the same every time."""
    one, other = min(one, other), max(one, other)
    sizes = len(members[one]), len(members[other])
    nearness = links[one][other].nearness(sizes[0] * sizes[1])
    return (-nearness, one, other, *sizes) if merge(nearness, *sizes) else None
