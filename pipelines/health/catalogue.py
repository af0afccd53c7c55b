"""Which sources there are for a database: the catalogue, and over it what its team has added or changed.

Every command asks here, so that a crawl, a check, a list and the crontab speak of the same sources.
"""

from __future__ import annotations

from pathlib import Path

from crawler.catalogue import Source
from crawler.own_sources import with_own
from pipelines.settings.load import setting

FOLDER = "sources"  # beside the database


def load_sources(database: Path, catalogue: Path | None) -> list[Source]:
    """The sources of `catalogue` (None: the bundled one) with the team's own over them. Raises CatalogueError."""
    folder = own_folder(database)
    return with_own(catalogue, folder if folder.exists() or setting("sources") else None)


def own_folder(database: Path) -> Path:
    """Where a team's own sources are: the setting `sources`, else the folder of that name beside the database."""
    named = setting("sources")
    return named if isinstance(named, Path) else database.with_name(FOLDER)
