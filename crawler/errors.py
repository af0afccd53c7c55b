"""Errors of the crawler that a person can mend."""

from __future__ import annotations


class CatalogueError(ValueError):
    """A catalogue file or entry is missing or wrong; the message names file, entry and key."""


class SettingError(CatalogueError):
    """A setting of the crawl is missing or wrong; the message names it and says what to give.

    It is a CatalogueError because the command line answers both alike: one line, exit code 2, nothing changed.
    """


class StorageError(Exception):
    """A page or a link could not be kept (a full disk); the message says why. Nothing kept before is lost."""
