"""Looking for a long pattern only where it can begin.

Python's re tries a pattern that begins with a word boundary or a look behind at every character of a text. It costs a
tenth of that to find the places first, by a short pattern that begins with a set of letters: re skips to these in C.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator


def matches_at(pattern: re.Pattern[str], text: str, places: Iterable[int]) -> Iterator[re.Match[str]]:
    """What `pattern.finditer(text)` gives, for a pattern that matches at none but the `places`, in rising order."""
    free = 0
    for place in places:
        if place >= free and (match := pattern.match(text, place)):
            yield match
            free = match.end()
