"""Several things in one phrase."""

from __future__ import annotations

from collections.abc import Sequence


def joined(words: Sequence[str]) -> str:
    """ "A", "A dan B", "A, B dan C"."""
    return " dan ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)
