"""Whose article an address is: which addresses a source takes for its own, and which source takes one."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urlsplit

from crawler.catalogue import Source
from crawler.discovery import DiscoveryError
from crawler.patterns import ArticlePattern
from crawler.urls import belongs_to, desktop, is_trap, normalise, same_page


def article_address(raw: str, hosts: frozenset[str], pattern: ArticlePattern | None) -> tuple[str, str]:
    """(the one form of an address, ""), or ("", which statistic counts it) where it is no article of a source.

    hosts    of the source
    pattern  its article_url
    Raises PatternTooSlow.
    """
    url = normalise(raw)
    if url is None:
        return "", "links/malformed"
    if not belongs_to(url, hosts):
        return "", "links/foreign"
    if pattern is None:
        return ("", "links/trap") if is_trap(url) else (url, "")
    if (twin := desktop(url, hosts)) and pattern.takes(twin):
        return twin, ""
    return (url, "") if pattern.takes(url) else ("", "links/other")


class Owners:
    """The sources by the addresses of their articles.

    A source that says what its articles' addresses look like goes before one that shares its host and does not. The
    home page and the discoveries of a source are no articles of it.
    """

    def __init__(self, sources: Iterable[Source]) -> None:
        self._by_domain: dict[str, list[Source]] = {}
        self._patterns: dict[str, ArticlePattern] = {}
        self._own: dict[str, set[str | None]] = {}
        for source in sources:
            for host in source.hosts:
                found = self._by_domain.setdefault(_domain(host), [])
                if source not in found:
                    found.append(source)
            if source.article_url:
                self._patterns[source.id] = ArticlePattern(source.article_url)
            named = [source.homepage, *(discovery.url for discovery in source.discover)]
            self._own[source.id] = {normalise(url) for url in named}
        for found in self._by_domain.values():
            found.sort(key=lambda source: source.id not in self._patterns)  # stable: else as in the catalogue

    def owner(self, raw: str) -> tuple[Source, str] | None:
        """(the source that takes an address for an article of its own, the one form of the address)."""
        for source in self._near(raw):
            try:
                url = self._address(raw, source)
            except DiscoveryError:  # a pattern that takes too long takes nothing
                continue
            if url and url not in self._own[source.id] and (urlsplit(url).path != "/" or urlsplit(url).query):
                return source, url
        return None

    def _address(self, raw: str, source: Source) -> str:
        """The form of an address that a source takes for an article; "" for none.

        Others come by http or without "www." to pages that the source's pattern names otherwise.
        """
        pattern = self._patterns.get(source.id)
        url, why = article_address(raw, source.hosts, pattern)
        if why == "links/other" and pattern is not None:
            url = next((form for form in same_page(normalise(raw) or "") if pattern.takes(form)), "")
        return url

    def _near(self, raw: str) -> Iterable[Source]:
        """The sources of an address's host, or of a domain above it."""
        try:
            parts = _domain(urlsplit(raw).netloc.lower()).split(".")
        except ValueError:
            return
        for start in range(min(len(parts), 8)):
            yield from self._by_domain.get(".".join(parts[start:]), ())


def _domain(host: str) -> str:
    """A host without its port and the doors that lead to the same site."""
    bare = host.rpartition(":")[0] if host.rpartition(":")[2].isdecimal() else host
    return bare.removeprefix("www.").removeprefix("m.").removeprefix("amp.").removeprefix("mobile.")
