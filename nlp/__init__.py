"""What a text says: Indonesian officials, cities and agreements, with laws, organisations, events and quotes."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from spacy.language import Language


def load(path: Path | None = None) -> Language:
    """The tagging pipeline with the weights in `path` (default: those shipped in nlp/model); takes about two seconds.

    Raises FileNotFoundError when there are no weights.
    """
    from nlp.pipeline import load as load_pipeline  # spaCy is slow to import, and most commands don't need it

    return load_pipeline(path)
