"""Which sources must be crawled by one worker: those that can reach a common host."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING

from crawler.catalogue import Source
from crawler.urls import is_private

if TYPE_CHECKING:
    from tldextract import TLDExtract


@cache
def _suffixes() -> TLDExtract:
    import tldextract  # a sixth of a second, which only a sharded crawl needs

    return tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None)  # the list that is bundled; no download


def site_of(host: str) -> str:
    """What decides which worker asks `host` (with its port): the registrable domain, `kemenkeu.go.id`.

    A source may lead to sub- and sibling domains of its hosts (crawler.urls.belongs_to), and all of these share
    their registrable domain. A private address is reached as this host and port only, so it stands for itself.
    """
    host = host.lower()
    if is_private(f"http://{host}/"):
        return host
    return _suffixes().extract_str(host).top_domain_under_public_suffix or host.rsplit(":", 1)[0]


def sites_of(source: Source) -> frozenset[str]:
    """The sites of all the hosts that the catalogue names for a source."""
    return frozenset(map(site_of, source.hosts))


def group_by_site(sources: Iterable[Source]) -> list[list[Source]]:
    """The sources in groups that share no site, also not through a third source."""
    groups: list[tuple[set[str], list[Source]]] = []
    for source in sources:
        sites, members = set(sites_of(source)), [source]
        apart = []
        for group in groups:
            if group[0].isdisjoint(sites):
                apart.append(group)
            else:
                sites |= group[0]
                members = group[1] + members
        groups = [*apart, (sites, members)]
    return [members for _, members in groups]


def deal(groups: Sequence[Sequence[Source]], count: int, waiting: Mapping[str, int]) -> list[list[Source]]:
    """At most `count` shards of whole groups, the heaviest group first to the lightest shard.

    A source weighs one, for its discoveries, and one for each page that waits to be fetched (`waiting`: source id ->
    pages). Shards are never empty.
    """

    def weight(group: Sequence[Source]) -> int:
        return sum(1 + waiting.get(source.id, 0) for source in group)

    shards: list[list[Source]] = [[] for _ in range(min(count, len(groups)))]
    lightest = [(0, number) for number in range(len(shards))]
    for group in sorted(groups, key=weight, reverse=True):
        load, number = heapq.heappop(lightest)
        shards[number].extend(group)
        heapq.heappush(lightest, (load + weight(group), number))
    return shards
