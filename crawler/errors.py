"""Errors of the crawler that a person can mend."""

from __future__ import annotations


class CatalogueError(ValueError):
    """A catalogue file or entry is missing or wrong; the message names file, entry and key."""
