"""Stop words: Indonesian function words, which tell nothing of what a text is about."""

from __future__ import annotations

import runpy
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from pipelines.language.stems import stem_word


@cache
def stop_words() -> frozenset[str]:
    """spaCy's list, read alone: the whole of spaCy is a second of CPU, for which a page's first reader would wait."""
    found = find_spec("spacy")
    assert found and found.submodule_search_locations
    read = runpy.run_path(str(Path(found.submodule_search_locations[0], "lang", "id", "stop_words.py")))
    return frozenset(read["STOP_WORDS"])


@cache
def stop_stems() -> frozenset[str]:
    """The stop words and their stems."""
    return stop_words() | {stem_word(word) for word in stop_words()}
