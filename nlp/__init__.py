"""What a text says: Indonesian officials, cities and agreements, with laws, organisations, events and quotes."""

from __future__ import annotations

import sys
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from spacy.language import Language

if "spacy" not in sys.modules:
    # For one function, spacy.info, spaCy imports its whole command line, weasel, httpx and rich: half a second of CPU.
    sys.modules["spacy.cli.info"] = ModuleType("spacy.cli.info")
    sys.modules["spacy.cli.info"].info = None  # type: ignore[attr-defined]


def load(path: Path | None = None) -> Language:
    """The tagging pipeline with the weights in `path` (default: those shipped in nlp/model); takes about two seconds.

    Raises FileNotFoundError when there are no weights.
    """
    from nlp.pipeline import load as load_pipeline  # spaCy is slow to import, and most commands don't need it

    return load_pipeline(path)
