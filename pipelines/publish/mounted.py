"""The database behind the pages, under the one name by which metadata, links and queries know it."""

from __future__ import annotations

from datasette.app import Datasette
from datasette.database import Database

DATABASE = "pantau"  # whatever the file is called


def database(datasette: Datasette) -> Database:
    """The database behind the pages."""
    return datasette.get_database(DATABASE)
