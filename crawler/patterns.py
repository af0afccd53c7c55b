"""The patterns of the catalogue, with a limit on their time.

A person's pattern may backtrack without end on a stranger's address, and Python's `re` hears nothing while it does, not
even that the run's time is over. `regex` reads the same patterns and has a time limit.
"""

from __future__ import annotations

import regex

from crawler.discovery import DiscoveryError

SECONDS = 0.2  # for one address; the patterns of our catalogue take microseconds


class PatternTooSlow(DiscoveryError):
    """A pattern of the catalogue takes too long; the message names pattern and address."""


class ArticlePattern:
    """A source's `article_url`."""

    def __init__(self, pattern: str) -> None:
        self.pattern = pattern
        self._compiled = regex.compile(pattern)
        self._broken: PatternTooSlow | None = None

    def takes(self, url: str) -> bool:
        """Whether an address is an article's. Raises PatternTooSlow, then at once for every address."""
        if self._broken:
            raise self._broken
        try:
            return self._compiled.search(url, timeout=SECONDS) is not None
        except TimeoutError:
            self._broken = PatternTooSlow(
                f"cannot be used: article_url {self.pattern!r} takes too long for {url[:200]}; "
                "write it without a repetition inside another"
            )
            raise self._broken from None
